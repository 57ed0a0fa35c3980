"""Two cut-offs compared on a page: what changed, in money and days, and why."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.domain.comparison_row import ChangeOf
from pp_monitor.services.comparison import Cut, compare_cutoffs
from pp_monitor.services.entity import find_vigencia
from tests.pages import FORBIDDEN, Pages, counted_queries
from tests.portfolio_db import add_actual, close_by_hand, open_vigencia
from tests.views.followed import HEALTH, PROJECTS, SPORT, TODAY, WORKS, follow, reader, stand_at

JUNE = date(2022, 6, 17)


def followed(app: Flask, role: Role = Role.LECTURA, organism: str = "") -> Pages:
    follow(app)
    return reader(app, role, organism)


def test_the_page_says_what_entered_delay_what_left_it_and_why(app: Flask) -> None:
    page = followed(app).get("/comparar?desde=2022-05-05&hasta=2022-06-10")
    assert "Qué cambió del 05/05/2022 al 10/06/2022" in page
    assert "«Proceso publicado» era para el 06/05/2022 y lleva 24 días hábiles de retraso." in page
    assert "Ganó o perdió días" in page
    withdrawn = "Se retiró el 01/06/2022; su último semáforo fue Atrasado."
    assert withdrawn in page


def test_money_moves_from_light_to_light_and_closes(app: Flask) -> None:
    pages = followed(app)
    page = pages.get("/comparar?desde=2022-05-05&hasta=2022-07-15")
    with app.app_context():
        found = compare_cutoffs(find_vigencia(2022), Cut(date(2022, 5, 5)), Cut(TODAY)).comparison
    after = f"{found.after.allocation_cop:,}".replace(",", ".")
    before = f"{found.before.allocation_cop:,}".replace(",", ".")
    for words in (f"Valor al 05/05/2022 ${before}", f"Valor al 15/07/2022 ${after}", "Salió del conteo"):
        assert words in page
    assert found.bridge.after_cop == found.after.allocation_cop


@pytest.mark.parametrize("kind", list(ChangeOf))
def test_one_kind_of_change_is_shown_alone(app: Flask, kind: ChangeOf) -> None:
    page = followed(app).get(f"/comparar?desde=2022-05-05&cambio={kind}")
    assert 'id="dinero"' not in page.html
    assert f'id="{kind}"' in page.html
    assert page.html.count('class="pp-panel"') == 2


def test_a_closed_cut_off_is_compared_as_it_was_known(app: Flask) -> None:
    stand_at(app, TODAY)
    with time_machine.travel(datetime(2022, 6, 20, 15, tzinfo=UTC), tick=False), app.app_context():
        open_vigencia(PROJECTS)
        close_by_hand(JUNE)
    with time_machine.travel(datetime(2022, 7, 15, 15, tzinfo=UTC), tick=False), app.app_context():
        add_actual("BP26000002", "H03", date(2022, 6, 10))
    page = reader(app).get("/comparar")
    assert "Qué cambió del 17/06/2022 al 15/07/2022" in page
    assert "Primer corte: cifras del informe n.º 1. Segundo corte: con todo lo registrado hasta hoy." in page
    assert "«Proceso publicado» se cumplió el 10/06/2022; tenía 29 días hábiles de retraso." in page
    other = reader(app).get("/comparar?desde=2022-06-16")
    assert "«Proceso publicado» se cumplió el 10/06/2022" not in other


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("desde=2022-07-15", "«Desde» debe ser anterior al 15/07/2022."),
        ("desde=2022-05-05&hasta=2022-05-05", "«Desde» debe ser anterior al 05/05/2022."),
        ("desde=ayer", "Fecha de corte:"),
        ("hasta=2023-01-01", "está en el futuro"),
        ("hasta=2022-01-03", "Qué cambió del 02/01/2022 al 03/01/2022"),
        ("organismo=zz", "no tiene la opción"),
        ("cambio=nada", "no tiene la opción"),
        ("pagina=x", "no existe"),
    ],
)
def test_what_is_not_understood_is_told_and_something_is_compared(app: Flask, query: str, told: str) -> None:
    pages = followed(app)
    assert told in pages.get(f"/comparar?{query}")
    if "hasta=2022-01-03" not in query:
        pages.get(f"/comparar.csv?{query}", 422)


def test_other_days_win_over_the_lists(app: Flask) -> None:
    page = followed(app).get("/comparar?desde=2022-06-01&desde_dia=05/05/2022&hasta=&hasta_dia=10/06/2022")
    assert "Qué cambió del 05/05/2022 al 10/06/2022" in page


def test_the_file_has_every_row_of_the_page(app: Flask) -> None:
    pages = followed(app)
    lines = pages.get("/comparar.csv?desde=2022-05-05").response.get_data(as_text=True).splitlines()
    assert lines[0].lstrip("\ufeff").split(";")[:5] == ["Desde", "Hasta", "Cambio", "Código", "Proyecto"]
    with app.app_context():
        found = compare_cutoffs(find_vigencia(2022), Cut(date(2022, 5, 5)), Cut(TODAY)).comparison
    assert len(lines) == len(found.changes) + 1
    only = pages.get("/comparar.csv?desde=2022-05-05&cambio=light").response.get_data(as_text=True).splitlines()
    assert len(only) == len(found.of(ChangeOf.LIGHT)) + 1
    assert all("Cambió de semáforo" in line for line in only[1:])
    assert any(";'=Andenes" in line for line in lines)


def test_an_organism_is_compared_alone(app: Flask) -> None:
    page = followed(app).get(f"/comparar?desde=2022-05-05&organismo={WORKS}")
    assert "Malla vial" in page
    assert "Jornadas de vacunación" not in page


@pytest.mark.parametrize("role", [Role.ENLACE, Role.ORDENADOR])
def test_a_person_of_an_organism_compares_its_own_projects(app: Flask, role: Role) -> None:
    pages = followed(app, role, HEALTH)
    page = pages.get("/comparar?desde=2022-05-05")
    assert "Jornadas de vacunación" in page
    assert "Malla vial" not in page
    assert "no tiene la opción" in pages.get(f"/comparar?organismo={SPORT}")
    assert "Malla vial" not in pages.get("/comparar.csv?desde=2022-05-05").response.get_data(as_text=True)


def test_the_administrator_has_no_figures_to_compare(app: Flask) -> None:
    page = followed(app, Role.ADMIN).get("/comparar", 403)
    assert FORBIDDEN in page
    assert "Malla vial" not in page


def test_inicio_and_the_page_of_an_organism_lead_to_the_comparison(app: Flask) -> None:
    pages = followed(app)
    assert 'href="/comparar?hasta=2022-06-10"' in pages.get("/?corte=2022-06-10").html
    assert f'href="/comparar?organismo={WORKS}"' in pages.get(f"/organismos/{WORKS}").html


def test_the_page_of_reports_leads_to_the_comparison_with_the_one_before(app: Flask) -> None:
    pages = followed(app)
    with app.app_context():
        close_by_hand(JUNE)
    assert 'href="/comparar?hasta=2022-06-17"' in pages.get("/informes").html


def test_once_computed_both_cut_offs_come_from_memory(app: Flask) -> None:
    pages = followed(app)
    pages.get("/comparar?desde=2022-05-05")
    with counted_queries(app) as statements:
        pages.get("/comparar?desde=2022-05-05")
    assert len(statements) <= 8
