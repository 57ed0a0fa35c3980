"""The workbook of the work list on its pages: out, back, reviewed at an address and recorded."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select

from pp_monitor.domain.account import Role
from pp_monitor.domain.verification import Reporter
from pp_monitor.extensions import db
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.progress import ActualFact, ForecastFact
from tests.pages import FORBIDDEN, NOT_FOUND, Page, Pages
from tests.views.followed import HEALTH, LATE, MOVED, WORKS, follow, reader

UPLOAD = f"/por-reportar/{HEALTH}/archivo"
TEMPLATE = f"/por-reportar/{HEALTH}/plantilla.xlsx"
HEADER = "proyecto;hito;fecha_real;fecha_proyectada;causa;nota"


@pytest.fixture
def followed(app: Flask) -> Flask:
    follow(app)
    return app


def enlace(app: Flask) -> Pages:
    return reader(app, Role.ENLACE, HEALTH)


def send(pages: Pages, content: bytes, name: str = "avance.xlsx") -> Page:
    return pages.send(UPLOAD, {"file": (io.BytesIO(content), name)})


def filled(pages: Pages, **cells: Any) -> bytes:
    """The workbook that the page hands out, with these cells typed."""
    response = pages.get(TEMPLATE).response
    assert f"avance-2022-{HEALTH}-2022-07-15.xlsx" in response.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(response.data))
    for place, value in cells.items():
        book["Avance"][place] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def count(app: Flask) -> int:
    with app.app_context():
        return sum(db.session.scalar(select(func.count(table.id))) or 0 for table in (ActualFact, ForecastFact))


def test_it_comes_back_untouched_without_a_change(followed: Flask) -> None:
    pages, before = enlace(followed), count(followed)
    page = send(pages, pages.get(TEMPLATE).response.data)
    assert "El archivo no cambia nada: 0 cambios" in page
    assert "lo registrado ya dice lo mismo" in page
    assert count(followed) == before


def test_one_without_anything_typed_is_said_to_be_so(followed: Flask) -> None:
    pages, before = enlace(followed), count(followed)
    page = send(pages, filled(pages, **{f"{column}{number}": None for column in "FGHI" for number in range(6, 40)}))
    assert "El archivo no cambia nada: 0 cambios avance.xlsx · vino sin llenar" in page
    assert "El archivo no trae ningún avance." in page
    assert "lo registrado ya dice lo mismo" not in page
    assert count(followed) == before


def test_what_it_would_change_is_shown_and_recorded_when_confirmed(followed: Flask) -> None:
    pages, before = enlace(followed), count(followed)
    page = send(pages, filled(pages, F6=date(2022, 5, 20), G7="3/8", H7="Ley de garantías"))
    assert "El archivo se puede registrar" in page
    assert f"{LATE.code} {LATE.name} 3 datos" in page
    assert "H03 Proceso publicado · Fecha real — 20/05/2022" in page
    assert "H04 Apertura y pliego definitivo · Causa — Ley de garantías" in page
    assert count(followed) == before
    address = page.response.request.path
    assert "El archivo se puede registrar" in pages.get(address)
    done = pages.send(address)
    assert "Avance registrado desde el archivo." in done
    assert count(followed) == before + 2
    assert "El archivo no cambia nada" in pages.get(address)


def test_every_problem_is_told_at_its_cell_with_a_code_for_help(followed: Flask) -> None:
    pages, before = enlace(followed), count(followed)
    page = send(pages, filled(pages, F6=date(2022, 7, 16), H7="pereza", M8="pronto"))
    assert "El archivo tiene 3 problemas" in page
    for told in ("Avance F6 La fecha real", "Avance H7 «pereza» no es una causa", "Avance M8 «pronto» no es una fecha"):
        assert told in page
    assert "Si necesita ayuda, dé este código" in page
    assert "Registrar el avance" not in page
    pages.send(page.response.request.path)
    assert count(followed) == before


def test_a_file_of_another_organism_is_refused(followed: Flask) -> None:
    page = send(enlace(followed), f"{HEADER}\n{MOVED.code};H07;20/5;;;".encode(), "a.csv")
    assert f"{MOVED.code} no está entre los proyectos que se esperan." in page


def test_where_planning_reports_an_enlace_sends_no_real_date(followed: Flask) -> None:
    with followed.app_context():
        db.session.scalars(select(Vigencia)).one().reporter = Reporter.PLANNING
        db.session.commit()
    pages = enlace(followed)
    page = send(pages, filled(pages, F6=date(2022, 5, 20)))
    assert "Avance F6 En esta vigencia Planeación registra las fechas reales." in page
    assert "El archivo se puede registrar" in send(pages, filled(pages, G6=date(2022, 8, 8)))


@pytest.mark.parametrize(("content", "told"), [(b"", "El archivo está vacío."), (b"%PDF-1.7", "Es un PDF.")])
def test_what_is_no_such_file_is_told_in_words(followed: Flask, content: bytes, told: str) -> None:
    assert told in send(enlace(followed), content)


def test_a_form_without_a_file_asks_for_one(followed: Flask) -> None:
    assert "Elija un archivo." in enlace(followed).send(UPLOAD, {})


def test_a_file_that_is_gone_is_asked_for_again(followed: Flask) -> None:
    pages = enlace(followed)
    for method in ("GET", "POST"):
        answer = pages.request(method, f"{UPLOAD}/R7K2-4F", 302)
        assert "Ese archivo ya no está guardado." in pages.get(answer.location)


def test_only_the_enlace_of_the_organism_sends_files(followed: Flask) -> None:
    assert FORBIDDEN in reader(followed, Role.PLANEACION).get(UPLOAD, 403)
    assert NOT_FOUND in enlace(followed).get(f"/por-reportar/{WORKS}/archivo", 404)
    assert NOT_FOUND in enlace(followed).get(f"/por-reportar/{WORKS}/plantilla.xlsx", 404)
    assert reader(followed, Role.PLANEACION).get(TEMPLATE).response.mimetype.endswith("sheet")
