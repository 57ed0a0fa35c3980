"""Whoever helps an organism fetches the very file that was refused; nobody else does."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from tests.pages import FORBIDDEN
from tests.plan_data import SALUD, project_code
from tests.services.test_plan import complete_csv
from tests.views.registering import Person, person
from tests.views.test_plan_file import send_file

LIST = "/registro/archivos-con-problemas"
BAD = complete_csv(project_code(1), H01="31/02/2022;;")


def code_told(ana: Person) -> str:
    """The code that the page of a refused file gives."""
    page = send_file(ana, "=plan mío.CSV", BAD)
    found = re.search(r"Si necesita ayuda, dé este código: (\S{7})\. ", page.text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("role", [Role.PLANEACION, Role.ADMIN])
def test_support_fetches_the_refused_file_by_its_code(city_app: Flask, role: Role) -> None:
    code = code_told(person(city_app))
    helper = person(city_app, role).pages
    page = helper.get(LIST)
    assert f"{code} {SALUD} =plan mío.CSV Ana Prueba" in page
    assert helper.get(f"{LIST}?codigo={code.lower().replace('-', '+')}", 302).location.endswith(code)
    response = helper.get(f"{LIST}/{code}").response
    assert response.data == BAD
    assert response.headers["Content-Disposition"] == f'attachment; filename="{code}.csv"'
    trail = person(city_app, Role.ADMIN).pages.get("/auditoria?action=fetch_file")
    assert "Auditoría 1 registro," in trail
    assert f"Traer archivo con problemas Archivo con problemas {code}" in trail
    assert "=plan mío.CSV" in trail


def test_the_menu_of_the_admin_counts_the_files_that_are_held(city_app: Flask) -> None:
    admin = person(city_app, Role.ADMIN).pages
    assert "Personas Archivos Auditoría" in admin.get("/auditoria")
    code_told(person(city_app))
    page = admin.get("/auditoria")
    assert "Archivos 1" in page
    assert page.html.count(f'href="{LIST}"') == 2
    assert "Archivos 1" not in person(city_app, Role.PLANEACION).pages.get("/registro")


def test_an_unknown_code_says_so_beside_the_list(city_app: Flask) -> None:
    page = person(city_app, Role.PLANEACION).pages.get(f"{LIST}?codigo=AAAA-22", 404)
    assert "No hay un archivo con el código «AAAA-22»." in page
    assert "No hay archivos guardados" in page


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PLANEACION, Role.ADMIN}))
def test_nobody_else_fetches_it(city_app: Flask, role: Role) -> None:
    code = code_told(person(city_app))
    other = person(city_app, role).pages
    for page in (other.get(LIST, 403), other.get(f"{LIST}/{code}", 403)):
        assert FORBIDDEN in page
        assert code not in page


def test_a_file_without_problems_is_no_matter_of_support(city_app: Flask) -> None:
    page = send_file(person(city_app), "plan.csv", complete_csv(project_code(1)))
    assert "dé este código" not in page
    code = page.response.request.path.rpartition("/")[2]
    planner = person(city_app, Role.PLANEACION).pages
    assert "No hay archivos guardados" in planner.get(LIST)
    assert "No hay un archivo con el código" in planner.get(f"{LIST}?codigo={code}", 404)
    planner.get(f"{LIST}/{code}", 404)
    assert "Archivos 1" not in person(city_app, Role.ADMIN).pages.get("/auditoria")
