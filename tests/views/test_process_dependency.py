"""That a process waits for another is noted on the page of contracts and told beside what is late."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.models.contract import ProcessDependency
from tests.pages import Pages
from tests.plan_data import City, build_city
from tests.replanned import register
from tests.views.registering import count, person
from tests.views.test_contract import CONTRACTS, ORDER, PROCESS, PROJECT, REFERENCE, typed

WATCH = "4145.010.32.1.0099-2022"
WHY = "Las obras no empiezan sin interventoría"
NOTE = {"waiter": "1", "needs": "2", "day": "01/08/2022", "note": WHY}


@pytest.fixture
def city(app: Flask) -> City:
    with app.app_context():
        found = build_city(demo_today=date(2022, 8, 16))
        register(found, 1)
        return found


@pytest.fixture
def ana(app: Flask, city: City) -> Pages:
    """The enlace of Salud, whose project has a process of works and one of interventoría."""
    found = person(app, label="Ana Enlace").pages
    for reference in (REFERENCE, WATCH):
        found.post(f"{CONTRACTS}/nuevo-proceso", typed("proceso", PROCESS, reference=reference))
    return found


def test_a_note_stands_on_the_page_and_beside_the_late_milestone(ana: Pages) -> None:
    page = ana.send(f"{CONTRACTS}/dependencia", typed("dependencia", NOTE))
    assert f"{REFERENCE} {WATCH} Depende desde el 01/08/2022 {WHY} Ana Enlace" in page
    project = ana.get(PROJECT)
    told = f"Proceso publicado: el proceso {REFERENCE} depende de {WATCH} desde el 01/08/2022. {WHY}"
    mark = f"Proceso publicado depende de {WATCH}"
    assert (project.text.count(told), project.text.count(mark)) == (1, 1)
    assert f"El proceso {REFERENCE} depende del proceso {WATCH}." in project
    before = ana.get(f"{PROJECT}?fecha=2022-07-15")
    assert ("Vencido" in before, mark in before) == (True, False)


def test_a_note_that_ended_is_kept_and_no_longer_marks(ana: Pages) -> None:
    ana.post(f"{CONTRACTS}/dependencia", typed("dependencia", NOTE))
    end = {"pair": "1-2", "day": "16/08/2022", "note": "Se firmó la interventoría"}
    page = ana.send(f"{CONTRACTS}/dependencia/quitar", typed("sin-dependencia", end))
    assert "Ya no depende desde el 16/08/2022 Se firmó la interventoría" in page
    project = ana.get(PROJECT)
    assert f"depende de {WATCH}" not in project
    assert f"El proceso {REFERENCE} ya no depende del proceso {WATCH}." in project


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"needs": "1"}, "Un proceso no depende de sí mismo."),
        ({"needs": ""}, "Elija el otro proceso."),
        ({"note": "no"}, "El motivo es demasiado corto."),
        ({"day": "17/08/2022"}, "y hoy, 16/08/2022"),
    ],
)
def test_what_is_wrong_is_told(app: Flask, ana: Pages, changes: dict[str, str], told: str) -> None:
    assert told in ana.send(f"{CONTRACTS}/dependencia", typed("dependencia", NOTE | changes))
    assert count(app, ProcessDependency) == 0


def test_only_who_writes_the_project_notes(app: Flask, ana: Pages) -> None:
    pages = person(app, Role.CONTROL).pages
    assert "Anotar que un proceso depende de otro" not in pages.get(CONTRACTS)
    pages.post(f"{CONTRACTS}/dependencia", typed("dependencia", NOTE), 403)
    assert count(app, ProcessDependency) == 0


def test_the_project_tells_its_acts_and_its_days_in_each_office(ana: Pages) -> None:
    step = {"office": "legal", "step": "filed", "day": "09/08/2022"}
    ana.post(f"{CONTRACTS}/paso", typed("paso", step))
    ana.post(f"{CONTRACTS}/procesos/1/desierto", typed("desierto-1", ORDER))
    ana.post(f"{CONTRACTS}/procesos/2/suspension", typed("suspension-2", ORDER, expected="16/06/2022"))
    page = ana.get(PROJECT)
    for words in (
        "En trámite: 4 días hábiles en Jurídica (sigue ahí). Ver el expediente en Contratos",
        f"El intento 1 del proceso {REFERENCE} se declaró desierto y se abrió el 2. Acto: Resolución 41.",
        f"Suspensión del proceso {WATCH}. Acto: Resolución 41. Reinicio previsto: 16/06/2022.",
    ):
        assert words in page
