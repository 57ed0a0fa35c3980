"""The plan of an organism in a file: the template goes out, comes back, is told cell by cell."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from pp_monitor.extensions import db
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.plan import PlanDraft
from tests.pages import Page
from tests.plan_data import VIAS, plan_lines, project_code
from tests.services.test_plan import complete_csv
from tests.views.registering import FIRST, GRID, SECOND, Person, count, fields, fill, person, send


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
    ana.pages.post(f"{GRID}/archivo/guardar", fields(page))
    ana.open()
    assert ana.shown[f"{FIRST}-H01"] == "26/04/22"
    with city_app.app_context():
        details = db.session.scalars(select(AuditEvent.details).order_by(AuditEvent.sequence.desc())).first()
        assert details is not None
        assert details["file"] == "mi plan.xlsx"


def send_file(ana: Person, name: str, content: bytes, status: int = 200) -> Page:
    return ana.pages.post(f"{GRID}/archivo", {"file": (io.BytesIO(content), name)}, status)


def test_a_file_with_problems_is_told_cell_by_cell_and_not_saved(city_app: Flask) -> None:
    ana = person(city_app)
    content = (
        complete_csv(FIRST, H12="02/05/2022;;", H01="31/02/2022;;")
        + f"{project_code(1, VIAS)};H01;26/04/2022;;\n".encode()
    )
    page = send_file(ana, "plan.csv", content, 422)
    assert "El archivo tiene 3 problemas" in page
    assert "línea 13, columna fecha_planeada «Recibo final a satisfacción» está antes de «Acta de inicio»." in page
    assert "línea 2, columna fecha_planeada «31/02/2022»" in page
    assert count(city_app, PlanDraft) == 0


def test_an_equal_problem_of_many_cells_is_told_once_with_its_cells(city_app: Flask) -> None:
    content = complete_csv(FIRST, **dict.fromkeys(("H01", "H02", "H03", "H07"), "pronto;;"))
    page = send_file(person(city_app), "plan.csv", content, 422)
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
    assert told in send_file(person(city_app), name, content, 422)


def test_a_file_too_large_to_be_held_is_refused(city_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pp_monitor.views.plan.LARGEST_UPLOAD", 100)
    assert "El archivo pesa más de 2 MB." in send_file(person(city_app), "plan.csv", b"x" * 101, 422)


def test_a_form_without_a_file_is_asked_for_one(city_app: Flask) -> None:
    ana = person(city_app)
    assert "Elija un archivo." in ana.pages.post(f"{GRID}/archivo", {}, 422)


def test_a_held_file_that_was_tampered_with_is_refused(city_app: Flask) -> None:
    ana = person(city_app)
    ana.pages.post(f"{GRID}/archivo/guardar", {"filename": "x.csv", "held": "no es base64 !"}, 404)
    told = ana.pages.post(f"{GRID}/archivo/guardar", {"filename": "x.csv", "held": "JVBERi0="}, 422)
    assert "Es un PDF." in told


def test_a_file_does_not_touch_what_is_in_approval(city_app: Flask) -> None:
    ana = person(city_app)
    fill(ana, FIRST)
    send(ana, reason="Sin estudio de suelos")
    assert "El archivo no cambia nada: 0 cambios" in send_file(ana, "plan.csv", complete_csv(FIRST))
    refused = send_file(ana, "plan.csv", complete_csv(FIRST, H02="11/05/2022;;"), 422)
    assert f"H02 de {FIRST} se envió como 10/05/2022 y el plan está en aprobación." in refused
