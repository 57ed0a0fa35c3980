"""Territories: the schematic map, the ranking and its file hold the figures of the portfolio, split by rule."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest
from flask import Flask
from openpyxl import load_workbook

from pp_monitor import formatters, labels
from pp_monitor.domain.account import Role
from pp_monitor.domain.territory import territory_figures, whole_figures
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.entity import find_vigencia
from tests.factories_db import make_organism, make_user
from tests.pages import NOT_FOUND, Page, counted_queries
from tests.portfolio_db import NewProject, an_actor, close_by_hand, met_through, staff_every_organism
from tests.views.followed import HEALTH, SPORT, TODAY, WORKS, follow, reader, seen

PLACES = (
    NewProject("BP26000001", HEALTH, "Puesto de salud", actual=met_through("H09"), territories=("01", "57")),
    NewProject("BP26000002", HEALTH, "Vacunación", actual=met_through("H02"), territories=("14",)),
    NewProject("BP26000003", WORKS, "Vía", actual=met_through("H09"), commitments_cop=60_000_001, territories=("01",)),
    NewProject("BP26000004", SPORT, "Cancha", planned=None, allocation_cop=600_000_000, territories=("51", "57")),
    NewProject("BP26000005", SPORT, "Juegos", actual=met_through("H09"), territories=("00",)),
)


def tiles(page: Page) -> dict[str, str]:
    """What each tile says, by the name in its title."""
    found = re.findall(r'<(?:a|span) class="pp-tile [^>]*title="([^:"]+): ([^"]+)"', page.html)
    return dict(found)


def test_every_territory_has_a_tile_with_its_light_in_words_and_shape(app: Flask) -> None:
    follow(app, PLACES)
    page = reader(app).get("/territorios")
    told = tiles(page)
    assert len(told) == 38
    assert (told["Comuna 14"], told["Navarro"]) == ("Atrasado, 1 proyecto, 1 atrasado", "Sin plan, 1 proyecto")
    assert (told["Comuna 22"], told["Toda la ciudad"]) == ("Sin proyectos", "A tiempo, 1 proyecto")
    for each in territory_figures(seen(app)):
        label = seen(app).names.territories[each.code].name
        assert told[label].startswith(f"{labels.LIGHT[each.group.light]}, {each.group.projects} proyecto")
    assert page.html.index(">Comunas<") < page.html.index(">Corregimientos<")
    assert "Esquema: la posición es aproximada." in page
    assert "Atrasado (30 % o más de su valor o de sus proyectos): 1" in page
    tile = page.html[page.html.index('title="Comuna 14') :]
    assert '<rect x=".8"' in tile[: tile.index("</a>")]


def test_the_sentence_says_what_the_map_shows(app: Flask) -> None:
    follow(app, PLACES)
    page = reader(app).get("/territorios")
    lights = sorted(each.group.light.value for each in territory_figures(seen(app)))
    assert lights == ["green", "green", "green", "no_plan", "red"]
    assert "De 5 territorios con proyectos: 1 con atraso, 1 sin plan, 3 a tiempo." in page
    assert "El de mayor valor en riesgo es Navarro: $300 millones." in page


def test_the_ranking_holds_the_figures_of_the_portfolio_worst_first(app: Flask) -> None:
    follow(app, PLACES)
    page = reader(app).get("/territorios")
    found = territory_figures(seen(app))
    assert "Orden: sin plan vencido, valor en riesgo, desviación." in page
    ranking = page.html[page.html.index('id="territorios"') : page.html.index('id="fases"')]
    names = [seen(app).names.territories[each.code].name for each in found]
    places = [ranking.index(f">{name}</a>") for name in names]
    assert sorted(places) == places
    for each, place in zip(found, places, strict=True):
        line, group = ranking[place : ranking.index("</tr>", place)], each.group
        cells = (group.actual_progress.value, group.planned_progress.value)
        assert all(f">{formatters.percent(cell)}</td>" in line for cell in cells)
        assert f">{formatters.points(group.deviation_points)}</td>" in line
        assert f">{formatters.millions(group.value_at_risk_cop)}</td>" in line
    whole = whole_figures(seen(app))
    assert whole.group.projects == 5
    total = f"Todos 1 3 0 0 1 0 {formatters.millions(whole.group.allocation_cop)} 60"
    assert total in page


def test_the_file_is_the_table(app: Flask) -> None:
    follow(app, PLACES)
    response = reader(app).get("/territorios.csv").response
    assert 'filename="pp-2022-2022-07-15-territorios.csv"' in response.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig")), delimiter=";"))
    found = territory_figures(seen(app))
    assert [row["Código"] for row in rows] == [each.code for each in found]
    one = next(row for row in rows if row["Código"] == "01")
    assert (one["Territorio"], one["Proyectos"], one["Ejecución"]) == ("Comuna 1", "2", "2")
    assert (one["Valor vigente ($)"], one["Compromisos ($)"]) == ("150000000", "60000001")


def test_the_workbook_is_the_same_table_with_the_total(app: Flask) -> None:
    follow(app, PLACES)
    pages = reader(app)
    assert 'href="/territorios.xlsx"' in pages.get("/territorios").html
    response = pages.get("/territorios.xlsx").response
    assert 'filename="pp-2022-2022-07-15-territorios.xlsx"' in response.headers["Content-Disposition"]
    [sheet] = load_workbook(io.BytesIO(response.data)).worksheets
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    codes = [each.code for each in territory_figures(seen(app))]
    assert [row[1] for row in values if row[1] in codes] == codes
    one = next(row for row in values if row[2] == "Comuna 1")
    assert one[-3:] == [150_000_000, 60_000_001, 0]
    whole = whole_figures(seen(app)).group
    assert any(whole.allocation_cop in row and whole.projects in row for row in values)


def test_the_light_before_stands_beside_and_the_cutoff_travels(app: Flask) -> None:
    follow(app, PLACES)
    with app.app_context():
        close_by_hand(date(2022, 5, 13))
    page = reader(app).get("/territorios")
    before = {each.code: each.group.light for each in territory_figures(seen(app, date(2022, 5, 13)))}
    now = {each.code: each.group.light for each in territory_figures(seen(app))}
    changed = [code for code in now if before[code] is not now[code]]
    assert changed
    assert page.html.count('class="pp-trend"') == len(changed)
    earlier = reader(app).get("/territorios?corte=2022-05-13")
    assert "Territorios con corte al 13 de mayo de 2022" in earlier
    assert 'href="/territorios.csv?corte=2022-05-13"' in earlier.html
    assert 'href="/territorios/14?corte=2022-05-13"' in earlier.html


@pytest.mark.parametrize(
    ("path", "status"),
    [("/territorios?fecha=ayer", 200), ("/territorios.csv?fecha=ayer", 422), ("/territorios.xlsx?fecha=ayer", 422)],
)
def test_a_cutoff_that_is_not_understood_is_told(app: Flask, path: str, status: int) -> None:
    follow(app, PLACES)
    assert "Fecha de corte" in reader(app).get(path, status)


def test_who_reads_one_organism_sees_the_map_of_its_projects(app: Flask) -> None:
    follow(app, PLACES)
    page = reader(app, Role.ENLACE, HEALTH).get("/territorios")
    told = tiles(page)
    assert (told["Comuna 1"], told["Navarro"]) == ("A tiempo, 1 proyecto", "Sin proyectos")
    assert "solo los que usted puede consultar" in page
    assert "Cancha" not in page


def test_without_projects_the_map_is_empty_and_says_so(app: Flask) -> None:
    follow(app, ())
    page = reader(app).get("/territorios")
    assert set(tiles(page).values()) == {"Sin proyectos"}
    assert "Ningún territorio tiene proyectos a este corte." in page


def test_the_map_asks_the_database_as_often_for_many_projects_as_for_one(app: Flask) -> None:
    follow(app, PLACES)
    person = reader(app)
    person.get("/territorios")
    with counted_queries(app) as statements:
        person.get("/territorios")
    assert len(statements) <= 12


def test_a_territory_shows_its_figures_with_its_part_of_the_money(app: Flask) -> None:
    follow(app, PLACES)
    page = reader(app).get("/territorios/57")
    [found] = [each for each in territory_figures(seen(app)) if each.code == "57"]
    assert page.title == "Pichindé"
    assert "Corregimiento · corte al 15 de julio de 2022 · 2 proyectos · $350.000.000" in page
    assert f"{found.group.with_plan} / {found.group.projects}" in page
    assert f"${formatters.millions(found.group.value_at_risk_cop)} millones 0 atrasado + 300 sin plan" in page
    assert "De un proyecto de varios territorios cuenta la parte de este." in page
    assert page.text.index("Cancha") < page.text.index("Puesto de salud")
    assert f"Puesto 2 de {len(territory_figures(seen(app)))}, del más atrasado al menos" in page
    assert "De 2 proyectos: 0 atrasados, 0 en alerta, 1 a tiempo o cerrados; 1 sin plan." in page


def test_the_money_of_a_territory_is_that_of_its_snapshots(app: Flask) -> None:
    follow(app, PLACES)
    page = reader(app).get("/territorios/01")
    assert "Compromisos (RP) ? 40,0 % $60 millones · corte 30/04" in page
    assert "De un proyecto de varios territorios" in page
    assert "De un proyecto de varios territorios" not in reader(app).get("/territorios/14")


def test_every_figure_of_a_territory_leads_to_its_own_rows(app: Flask) -> None:
    follow(app, PLACES)
    pages = reader(app)
    page = pages.get("/territorios/14?corte=2022-07-14")
    red = "/proyectos?territorio=14&amp;corte=2022-07-14&amp;semaforo=red"
    assert f'href="{red}"' in page.html
    assert "1 proyecto · $100.000.000" in pages.get(red.replace("&amp;", "&"))
    assert 'href="/territorios?corte=2022-07-14"' in page.html
    assert 'href="/proyectos/p-bp26000002?territorio=14&amp;corte=2022-07-14"' in page.html
    assert "organismo=4145&amp;" in page.html


def test_who_answers_for_a_territory_is_named(app: Flask) -> None:
    follow(app, PLACES)
    with app.app_context():
        make_user(Role.ORDENADOR, make_organism(SPORT), label="Ana Despacho")
        make_user(Role.ENLACE, make_organism(SPORT), label="Luis Enlace")
    page = reader(app).get("/territorios/51")
    assert "Deporte y Recreación Sin plan 1 0 — 300 Ana Despacho Luis Enlace" in page


def test_open_cases_of_its_projects_stand_on_the_page(app: Flask) -> None:
    follow(app, PLACES)
    with app.app_context():
        staff_every_organism()
        refresh_alerts(find_vigencia(2022).id, TODAY, an_actor())
        close_by_hand(date(2022, 7, 1))
    assert "Vacunación" in section(reader(app).get("/territorios/14"), "alertas")
    assert 'id="alertas"' not in reader(app).get("/territorios/14?corte=2022-07-01").html
    assert 'id="alertas"' not in reader(app).get("/territorios/01").html


def section(page: Page, anchor: str) -> str:
    """The panel with this id."""
    start = page.html.index(f'id="{anchor}"')
    return page.html[start : page.html.index("</section>", start)]


@pytest.mark.parametrize(("code", "status", "words"), [("22", 200, "No hay proyectos aquí"), ("77", 404, NOT_FOUND)])
def test_a_territory_without_projects_is_told_from_one_that_is_not(
    app: Flask, code: str, status: int, words: str
) -> None:
    follow(app, PLACES)
    assert words in reader(app).get(f"/territorios/{code}", status)


def test_who_reads_one_organism_sees_its_part_of_a_territory_alone(app: Flask) -> None:
    follow(app, PLACES)
    page = reader(app, Role.ENLACE, HEALTH).get("/territorios/57")
    assert "Puesto de salud" in page
    assert "Cancha" not in page
    assert "Puesto 2 de" not in page
    empty = reader(app, Role.ENLACE, HEALTH).get("/territorios/51")
    assert "Ningún proyecto que usted pueda consultar está aquí" in empty


def test_a_territory_asks_the_database_as_often_for_many_projects_as_for_one(app: Flask) -> None:
    follow(app, PLACES)
    person = reader(app)
    counts = []
    for code in ("14", "57"):
        person.get(f"/territorios/{code}")
        with counted_queries(app) as statements:
            person.get(f"/territorios/{code}")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 16


def test_a_project_leads_to_its_territories_at_the_same_cutoff(app: Flask) -> None:
    follow(app, (*PLACES, NewProject("BP26000006", HEALTH, "Sin lugar", territories=())))
    pages = reader(app)
    page = pages.get("/proyectos/p-bp26000001?corte=2022-07-14")
    assert 'href="/territorios/01?corte=2022-07-14">Comuna 1</a>, <a' in page.html
    assert 'href="/territorios/57?corte=2022-07-14">Pichindé</a>' in page.html
    nowhere = pages.get("/proyectos/p-bp26000006")
    assert 'href="/territorios/99">Sin territorio identificado</a>' in nowhere.html
    assert "1 proyecto" in pages.get("/territorios/99")


@pytest.mark.parametrize("path", ["/organismos", "/proyectos"])
def test_the_lists_lead_to_the_map(app: Flask, path: str) -> None:
    follow(app, PLACES)
    assert 'href="/territorios?corte=2022-07-14"' in reader(app).get(f"{path}?corte=2022-07-14").html


def test_inicio_shows_the_map_to_who_sees_the_whole_city(app: Flask) -> None:
    follow(app, PLACES)
    home, whole = reader(app).get("/"), reader(app).get("/territorios")
    assert tiles(home) == tiles(whole)
    assert "De 5 territorios con proyectos: 1 con atraso, 1 sin plan, 3 a tiempo." in home
    assert 'href="/territorios/14"' in section(home, "territorio")
    assert tiles(reader(app, Role.ENLACE, HEALTH).get("/")) == {}
