"""A date reported, corrected and withdrawn on its page, with everything that was ever recorded."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.progress import ActualFact, ForecastFact
from tests.pages import FORBIDDEN, NOT_FOUND, Page, Pages, counted_queries
from tests.portfolio_db import PLANNED, NewProject
from tests.views.followed import HEALTH, LATE, NO_PLAN, ON_TIME, WITHDRAWN, WORKS, follow, reader, seen
from tests.views.registering import count

TODAY = date(2022, 7, 15)


@pytest.fixture
def followed(app: Flask) -> Flask:
    follow(app)
    return app


def address(app: Flask, project: NewProject) -> str:
    found = next(row for row in seen(app).projects if row.code == project.code)
    return f"/proyectos/{found.public_id}/avance"


def enlace(app: Flask, organism: str = HEALTH) -> Pages:
    return reader(app, Role.ENLACE, organism)


def report(pages: Pages, url: str, status: int = 302, **fields: str) -> Page:
    return pages.post(url, {"milestone": "H03", "actual": "", "forecast": "", "cause": "", "note": ""} | fields, status)


def newest(app: Flask) -> ActualFact:
    fact = db.session.scalars(select(ActualFact).order_by(ActualFact.id.desc())).first()
    assert fact is not None
    return fact


def test_a_date_is_reported_and_shown_with_its_author(followed: Flask) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    page = pages.get(url)
    assert "Reportar avance" in page
    assert f"H03 Proceso publicado (planeada {PLANNED['H03']:%d/%m/%Y})" in page

    assert report(pages, url, actual="20/5/2022", note="Aviso en SECOP").location == url
    page = pages.get(url)
    assert "Fecha registrada." in page
    assert "20/05/2022" in page
    assert "Aviso en SECOP" in page
    with followed.app_context():
        fact = newest(followed)
        assert (fact.milestone_code, fact.day, fact.status, fact.source) == (
            "H03",
            date(2022, 5, 20),
            "reported",
            "form",
        )
        assert fact.user_id is not None


def test_planning_reports_too_and_it_is_told_apart(followed: Flask) -> None:
    report(reader(followed, Role.PLANEACION), address(followed, LATE), actual="20/5/2022")
    with followed.app_context():
        assert newest(followed).source == "planning"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"actual": "16/07/2022"}, "La fecha real de «Proceso publicado», 16/07/2022, está en el futuro."),
        ({"actual": "31/02/2022"}, "«31/02/2022»"),
        ({"actual": "04/18/2022"}, "«04/18/2022» parece mes/día/año."),
        ({}, "Escriba la fecha real o la proyectada."),
        ({"milestone": "H99", "actual": "20/5/2022"}, "Hito"),
        ({"milestone": "H01", "actual": "20/5/2022"}, "Falta el motivo de la corrección"),
    ],
)
def test_what_cannot_be_recorded_is_told_and_what_was_typed_stays(
    followed: Flask, fields: dict[str, str], told: str
) -> None:
    before = count(followed, ActualFact)
    page = report(enlace(followed), address(followed, LATE), 422, **fields)
    assert told in page
    assert f'value="{fields.get("actual", "")}"' in page.html
    assert count(followed, ActualFact) == before


def test_a_date_that_cannot_be_read_hides_nothing_else_that_is_wrong(followed: Flask) -> None:
    before = count(followed, ActualFact)
    page = report(enlace(followed), address(followed, LATE), 422, actual="16/07/2022", forecast="31/02/2022")
    assert "La fecha real de «Proceso publicado», 16/07/2022, está en el futuro." in page
    assert "«31/02/2022» no existe" in page
    assert count(followed, ActualFact) == before


def test_a_good_date_beside_a_bad_one_is_not_recorded(followed: Flask) -> None:
    before = count(followed, ActualFact)
    report(enlace(followed), address(followed, LATE), 422, actual="20/5/2022", forecast="ayer")
    assert count(followed, ActualFact) == before


def test_a_correction_with_its_reason_shows_what_was_before(followed: Flask) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    report(pages, url, milestone="H01", actual="20/4/2022", note="El acta dice 20")
    page = pages.get(url)
    assert "20/04/2022 22/04/2022" in page
    assert "El acta dice 20" in page


def test_the_same_date_again_says_so_and_records_nothing(followed: Flask) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    before = count(followed, ForecastFact)
    report(pages, url, forecast="05/08/2022")
    assert "Esa fecha ya estaba registrada; no cambió nada." in pages.get(url)
    assert count(followed, ForecastFact) == before


def test_a_late_forecast_without_cause_is_recorded_with_a_word_about_it(followed: Flask) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    report(pages, url, milestone="H04", forecast="20/08/2022")
    assert "Falta la causa del retraso de «Apertura y pliego definitivo»." in pages.get(url)


def test_a_date_is_withdrawn_with_its_reason_and_stays_in_the_history(followed: Flask) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    report(pages, url, actual="20/5/2022")
    with followed.app_context():
        fact_id = newest(followed).id
    annul = f"{url}/anular/actual/{fact_id}"
    assert annul in pages.get(url).html
    assert "Fecha real: 20/05/2022" in pages.get(annul)

    assert "Este campo es obligatorio." in pages.post(annul, {"note": ""}, 422)
    assert pages.post(annul, {"note": "Era de otro proyecto"}).location == url
    page = pages.get(url)
    assert "Anulado" in page
    assert "Era de otro proyecto" in page
    pages.get(annul, 404)
    pages.post(annul, {"note": "Otra vez"}, 404)


def test_the_record_of_another_project_cannot_be_withdrawn_here(followed: Flask) -> None:
    pages = enlace(followed)
    report(pages, address(followed, LATE), actual="20/5/2022")
    with followed.app_context():
        fact_id = newest(followed).id
    assert NOT_FOUND in pages.post(f"{address(followed, ON_TIME)}/anular/actual/{fact_id}", {"note": "x"}, 404)
    assert NOT_FOUND in pages.get(f"{address(followed, LATE)}/anular/otra/{fact_id}", 404)
    assert "Anulado" not in pages.get(address(followed, LATE))


def test_another_organisms_project_does_not_exist(followed: Flask) -> None:
    other, url = enlace(followed, WORKS), address(followed, LATE)
    before = count(followed, ActualFact)
    assert NOT_FOUND in other.get(url, 404)
    assert NOT_FOUND in report(other, url, 404, actual="20/5/2022")
    assert count(followed, ActualFact) == before


@pytest.mark.parametrize("role", [Role.ORDENADOR, Role.CONTROL, Role.LECTURA, Role.CONTRATACION])
def test_who_only_reads_cannot_report(followed: Flask, role: Role) -> None:
    organism = HEALTH if role is Role.ORDENADOR else ""
    pages, url, before = reader(followed, role, organism), address(followed, LATE), count(followed, ActualFact)
    assert FORBIDDEN in report(pages, url, 403, actual="20/5/2022")
    assert count(followed, ActualFact) == before


def test_without_a_plan_there_is_nothing_to_report(followed: Flask) -> None:
    page = reader(followed, Role.PLANEACION).get(address(followed, NO_PLAN))
    assert "Este proyecto no tiene plan registrado" in page
    assert "Registrar" not in page.html.partition("<main")[2].partition("Primero")[0].replace("Registro", "")


def test_a_withdrawn_project_takes_no_dates(followed: Flask) -> None:
    page = report(enlace(followed), address(followed, WITHDRAWN), 422, actual="20/5/2022")
    assert "El proyecto está retirado." in page


def test_the_page_of_the_project_leads_here(followed: Flask) -> None:
    url = address(followed, LATE)
    assert f'href="{url}"' in enlace(followed).get(url.removesuffix("/avance")).html


def test_queries_do_not_grow_with_the_records(followed: Flask) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    pages.get(url)
    with counted_queries(followed) as few:
        pages.get(url)
    for day in range(1, 9):
        report(pages, url, forecast=f"{day}/09/2022", cause="Lluvia")
    pages.get(url)
    with counted_queries(followed) as many:
        pages.get(url)
    assert len(few) == len(many) <= 25
