"""*Análisis*: the same figures as everywhere, told in a sentence, drawn and in a table."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.domain.catalogue import Phase
from pp_monitor.domain.lost_time import by_phase
from pp_monitor.extensions import db
from pp_monitor.formatters import percent, plural, tenth
from pp_monitor.models.report import CutoffRow, CutoffRowKind
from pp_monitor.reports.evaluation import project_payload
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.transaction import writing
from tests.pages import Pages, counted_queries
from tests.portfolio_db import NewProject, add_actual, add_projects, close_by_hand, open_vigencia
from tests.views.followed import HEALTH, PROJECTS, TODAY, WORKS, follow, reader, seen, stand_at

JUNE = date(2022, 6, 17)


def followed(app: Flask, role: Role = Role.LECTURA, organism: str = "") -> Pages:
    follow(app)
    return reader(app, role, organism)


@pytest.mark.parametrize("cutoff", [TODAY, date(2022, 5, 13), date(2022, 6, 30)])
def test_the_curve_says_the_progress_of_the_city_at_the_cutoff(app: Flask, cutoff: date) -> None:
    page = followed(app).get(f"/analisis?fecha={cutoff:%d/%m/%Y}")
    city = seen(app, cutoff).city
    actual, planned = percent(city.actual_progress.value), percent(city.planned_progress.value)
    assert f"{actual} real frente a {planned}." in page
    row = next(line for line in re.findall(r"<tr>.*?</tr>", page.html, re.DOTALL) if f"{cutoff:%d/%m/%Y}</th>" in line)
    assert re.findall(r">([\d,]+ %)</td>", row)[:2] == [planned, actual]
    assert 'class="pp-line-actual" points="' in page.html


def test_one_organism_has_its_own_curve_and_its_trend(app: Flask) -> None:
    page = followed(app).get(f"/analisis?organismo={HEALTH}")
    group = seen(app).organism(HEALTH)
    assert group
    assert "Salud Pública va" in page
    assert f"{percent(group.actual_progress.value)} real" in page
    assert "Infraestructura" not in page.html.split('id="fases"')[1].split('id="hitos"')[0]


def test_the_delays_are_those_of_the_rules(app: Flask) -> None:
    page = followed(app).get("/analisis")
    spread = by_phase(seen(app).projects)[HEALTH, Phase.PRECONTRACTUAL]
    told = f"mediana {tenth(spread.median_workdays)} · n = {spread.n}"
    assert f"{plural(spread.high_workdays, 'día', 'días')} {told}" in page
    assert "Donde más días se pierden es en" in page


def test_the_money_adds_up_to_that_of_the_city(app: Flask) -> None:
    page = followed(app).get("/analisis")
    city = seen(app).city
    total = page.html.split('id="dinero"')[1].split("</section>")[0].split("pp-total")[1]
    assert f"{round(city.allocation_cop / 1_000_000):,}".replace(",", ".") in total
    assert "Infraestructura tiene $1.070 millones" in page


def test_what_comes_is_counted_by_week_and_modality(app: Flask) -> None:
    page = followed(app).get("/analisis?fecha=05/05/2022")
    assert "Publicaciones: 7 pendientes; la semana más cargada es la del 02/05/2022, con 7." in page
    assert "Firmas de contrato que vienen, por modalidad" in page
    assert "Publicaciones que vienen" not in reader(app).get("/analisis?fecha=02/01/2022")


def test_paid_ahead_of_what_is_built_is_named(app: Flask) -> None:
    paid = NewProject("BP26000009", WORKS, "Puente", commitments_cop=100_000_000, allocation_cop=100_000_000)
    follow(app, (*PROJECTS, paid))
    page = reader(app).get("/analisis")
    assert "1 proyecto tiene pagos más de 20 puntos por delante de su ejecución física" in page
    assert "Puente BP26000009" in page
    assert "+25,0" in page


def close_with_rows(cutoff: date) -> None:
    """A closed cut-off that froze what it said of each project."""
    closed, portfolio = close_by_hand(cutoff), assess_portfolio(find_vigencia(2022), cutoff)
    with writing():
        db.session.add_all(
            CutoffRow(
                entity_id=closed.entity_id,
                cutoff_id=closed.id,
                kind=CutoffRowKind.PROJECT,
                code=project.code,
                light=project.light,
                payload=project_payload(project, portfolio),
            )
            for project in portfolio.projects
        )


def test_the_trend_shows_what_each_closed_cutoff_said(app: Flask) -> None:
    stand_at(app, TODAY)
    with time_machine.travel(datetime(2022, 6, 20, 15, tzinfo=UTC), tick=False), app.app_context():
        open_vigencia(PROJECTS)
        close_with_rows(JUNE)
    with time_machine.travel(datetime(2022, 7, 15, 15, tzinfo=UTC), tick=False), app.app_context():
        add_actual("BP26000002", "H03", date(2022, 6, 10))
    pages = reader(app)
    page = pages.get(f"/analisis?organismo={HEALTH}")
    found = re.findall(r"<tr.*?</tr>", page.html.split('id="tendencia"')[1], re.DOTALL)
    headings, published = (re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).split() for row in found[:2])
    assert headings[:3] == ["Hito", "17/06", "15/07"]
    assert published[:2] == ["Proceso", "publicado"]
    assert 'id="tendencia"' not in pages.get("/analisis").html
    assert "Elija un organismo" in pages.get("/analisis")


@pytest.mark.parametrize("projects", [(), (NewProject("BP26000001", HEALTH, planned=None),)])
def test_without_plans_it_says_so(app: Flask, projects: tuple[NewProject, ...]) -> None:
    follow(app, projects)
    page = reader(app).get("/analisis")
    assert "no hay curva que mostrar" in page
    assert 'id="fases"' not in page.html


def test_an_enlace_sees_the_own_organism_alone(app: Flask) -> None:
    page = followed(app, Role.ENLACE, HEALTH).get(f"/analisis?organismo={WORKS}")
    assert "El filtro «organismo» no tiene la opción «4151»." in page
    assert "Su organismo va" in page
    assert "Malla vial" not in page
    assert "Infraestructura" not in page


def test_a_filter_and_a_day_that_are_not_understood_are_told(app: Flask) -> None:
    page = followed(app).get("/analisis?organismo=zz&fecha=ayer")
    assert "no tiene la opción «zz»" in page
    assert "Fecha de corte:" in page


def test_its_queries_do_not_grow_with_the_projects(app: Flask) -> None:
    pages = followed(app)
    pages.get("/analisis")
    with counted_queries(app) as few:
        pages.get(f"/analisis?organismo={HEALTH}")
    with app.app_context():
        add_projects(find_vigencia(2022).id, [NewProject(f"BP2600001{n}", HEALTH) for n in range(9)])
    pages.get("/analisis")
    with counted_queries(app) as many:
        pages.get(f"/analisis?organismo={HEALTH}")
    assert len(few) == len(many) <= 22
