"""The plan of an organism in a file: the template goes out, comes back, is told cell by cell."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.plan import PlanDraft
from tests.pages import FORBIDDEN, NOT_FOUND, Page
from tests.plan_data import VIAS, plan_lines, project_code
from tests.services.test_plan import complete_csv
from tests.views.registering import FIRST, GRID, SECOND, Person, count, fill, person, send


def test_the_template_goes_out_and_comes_back_as_a_draft(city_app: Flask) -> None:
    ana = person(city_app)
    book = load_workbook(io.BytesIO(ana.pages.get(f"{GRID}/plantilla.xlsx").response.data))
    sheet = book["Plan"]
    rows = list(sheet.iter_rows())
    top = next(number for number, row in enumerate(rows, start=1) if row[0].value == "Código")
    for index, cell in enumerate(rows[top - 1], start=1):
        line = plan_lines().get(str(cell.value or "")[:3])
        if line:
            sheet.cell(top + 1, index).value = line.planned
    stream = io.BytesIO()
    book.save(stream)

    page = send_file(ana, "mi plan.xlsx", stream.getvalue())
    assert "El archivo se puede guardar como borrador" in page
    assert count(city_app, PlanDraft) == 0
    ana.pages.post(page.response.request.path)
    ana.open()
    assert ana.shown[f"{FIRST}-H01"] == "26/04/22"
    with city_app.app_context():
        details = db.session.scalars(select(AuditEvent.details).order_by(AuditEvent.sequence.desc())).first()
        assert details is not None
        assert details["file"] == "mi plan.xlsx"


def send_file(ana: Person, name: str, content: bytes) -> Page:
    """Upload a file and read the page that answers."""
    return ana.pages.send(f"{GRID}/archivo", {"file": (io.BytesIO(content), name)})


def test_a_file_with_problems_is_told_cell_by_cell_and_not_saved(city_app: Flask) -> None:
    ana = person(city_app)
    content = (
        complete_csv(FIRST, H12="02/05/2022;;", H01="31/02/2022;;")
        + f"{project_code(1, VIAS)};H01;26/04/2022;;\n".encode()
    )
    page = send_file(ana, "plan.csv", content)
    assert "El archivo tiene 3 problemas" in page
    assert "línea 13, columna fecha_planeada «Recibo final a satisfacción» está antes de «Acta de inicio»." in page
    assert "línea 2, columna fecha_planeada «31/02/2022»" in page
    assert count(city_app, PlanDraft) == 0


def test_an_equal_problem_of_many_cells_is_told_once_with_its_cells(city_app: Flask) -> None:
    content = complete_csv(FIRST, **dict.fromkeys(("H01", "H02", "H03", "H07"), "pronto;;"))
    page = send_file(person(city_app), "plan.csv", content)
    assert "El archivo tiene 4 problemas" in page
    assert "líneas 2 a 4 y 8, columna fecha_planeada «pronto» no es una fecha. (4 veces)" in page


def test_before_saving_each_project_says_what_changes_and_what_is_added(city_app: Flask) -> None:
    ana = person(city_app)
    ana.open()
    ana.save({f"{FIRST}-H01": "25/4", f"{FIRST}-H02": "10/5"})
    header, *rows = complete_csv(FIRST).decode().splitlines()
    content = "\n".join([header, *rows[:3], f"{SECOND};H01;26/04/2022;;"]).encode()
    page = send_file(ana, "plan.csv", content)
    assert "1 cambia · 1 se agrega · 1 igual" in page
    assert "Estudios previos 25/04/2022 26/04/2022" in page
    assert "Nuevo — H03 24/05/2022" in page
    assert "Nuevo — H01 26/04/2022" in page


def test_what_the_page_hands_out_changes_nothing_when_it_comes_back(city_app: Flask) -> None:
    ana = person(city_app)
    ana.open()
    ana.save({f"{FIRST}-H01": "25/4", f"{FIRST}-H02": "no sé", f"{FIRST}-modalidad": "CDPS", f"{SECOND}-H04": "na"})
    handed = ana.pages.get(f"{GRID}/plantilla.xlsx").response.data
    assert "El archivo no cambia nada: 0 cambios" in send_file(ana, "plan.xlsx", handed)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("plan.xlsx", b"", "El archivo está vacío."),
        ("plan.pdf", b"%PDF-1.7 nada", "Es un PDF."),
        ("plan.csv", b"hola\n", "No se encontró la tabla del plan."),
    ],
)
def test_a_file_that_is_no_plan_is_refused_in_words(city_app: Flask, name: str, content: bytes, told: str) -> None:
    assert told in send_file(person(city_app), name, content)


def test_a_file_too_large_to_be_held_is_refused(city_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pp_monitor.views.upload.LARGEST_UPLOAD", 100)
    assert "El archivo pesa más de 2 MB." in send_file(person(city_app), "plan.csv", b"x" * 101)


def test_a_form_without_a_file_is_asked_for_one(city_app: Flask) -> None:
    ana = person(city_app)
    assert "Elija un archivo." in ana.pages.send(f"{GRID}/archivo", {})


def review_of(ana: Person, content: bytes) -> str:
    """The address of the page that reviews a file."""
    return ana.pages.post(f"{GRID}/archivo", {"file": (io.BytesIO(content), "plan.csv")}).location


def test_the_review_of_a_file_can_be_reloaded_and_says_what_is_left_to_change(city_app: Flask) -> None:
    ana = person(city_app)
    address = review_of(ana, complete_csv(FIRST))
    for _ in range(2):
        assert "El archivo se puede guardar como borrador" in ana.pages.get(address)
    assert count(city_app, PlanDraft) == 0
    ana.pages.post(address)
    assert "El archivo no cambia nada: 0 cambios" in ana.pages.get(address)


def test_a_file_in_review_is_of_its_organism_alone(city_app: Flask) -> None:
    address = review_of(person(city_app), complete_csv(FIRST))
    colleague, stranger = person(city_app, label="Eva Prueba").pages, person(city_app, organism=VIAS).pages
    assert "El archivo se puede guardar como borrador" in colleague.get(address)
    assert NOT_FOUND in stranger.get(address, 404)
    own = address.replace(GRID, f"/registro/{VIAS}")
    for asked in ("GET", "POST"):
        moved = stranger.request(asked, own, 302)
        assert moved.location == f"/registro/{VIAS}/archivo"
        assert "Ese archivo ya no está guardado. Súbalo otra vez." in stranger.get(moved.location)
    for role in (Role.PLANEACION, Role.ORDENADOR, Role.ADMIN):
        assert FORBIDDEN in person(city_app, role).pages.get(address, 403)
    assert count(city_app, PlanDraft) == 0


def test_a_file_that_can_no_longer_be_saved_says_why_and_is_kept_for_who_helps(city_app: Flask) -> None:
    ana = person(city_app)
    address = review_of(ana, complete_csv(FIRST, H02="11/05/2022;;"))
    fill(ana, FIRST)
    send(ana, reason="Sin estudio de suelos")
    page = ana.pages.send(address)
    assert f"H02 de {FIRST} se envió como 10/05/2022 y el plan está en aprobación." in page
    code = address.rpartition("/")[2]
    assert f"dé este código: {code}." in page
    assert code in person(city_app, Role.PLANEACION).pages.get("/registro/archivos-con-problemas")


def test_a_file_does_not_touch_what_is_in_approval(city_app: Flask) -> None:
    ana = person(city_app)
    fill(ana, FIRST)
    send(ana, reason="Sin estudio de suelos")
    assert "El archivo no cambia nada: 0 cambios" in send_file(ana, "plan.csv", complete_csv(FIRST))
    refused = send_file(ana, "plan.csv", complete_csv(FIRST, H02="11/05/2022;;"))
    assert f"H02 de {FIRST} se envió como 10/05/2022 y el plan está en aprobación." in refused
