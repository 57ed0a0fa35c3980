"""Inicio and organisms: what needs a decision, the figures of the portfolio, only what a reader may see."""

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
from pp_monitor.domain.light import Light
from pp_monitor.reports.organism_list import CHOICES
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.entity import find_vigencia
from tests.factories_db import make_entity
from tests.pages import NOT_FOUND, Pages, counted_queries
from tests.portfolio_db import (
    DEADLINE,
    NewProject,
    add_actual,
    an_actor,
    close_by_hand,
    met_through,
    open_vigencia,
    staff_every_organism,
)
from tests.views.followed import HEALTH, NO_PLAN, PROJECTS, SPORT, TODAY, WORKS, follow, reader, seen, stand_at


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_inicio_shows_the_figures_of_the_portfolio_and_its_cutoff(app: Flask) -> None:
    follow(app)
    page = reader(app).get("/")
    city = seen(app).city
    assert page.title == "Inicio"
    assert "Seguimiento con corte al 15 de julio de 2022" in page
    assert f"{city.projects} proyectos · {formatters.cop(city.allocation_cop)}" in page
    assert f"{city.with_plan} / {city.projects}" in page
    assert f"{formatters.percent(city.actual_progress.value)} programado" in page
    assert f"programado {formatters.percent(city.planned_progress.value)}" in page
    assert f"Proyectos atrasados ? {city.count(Light.RED)}" in page
    assert f"${formatters.millions(city.value_at_risk_cop)} millones" in page
    share = formatters.percent(600_000_000 / city.allocation_cop)
    assert f"Compromisos (RP) ? {share} $600 millones · corte 30/04" in page


def test_what_needs_a_decision_comes_first_and_leads_to_its_rows(app: Flask) -> None:
    follow(app)
    page = reader(app).get("/")
    assert page.text.index("Lo que se necesita decidir") < page.text.index("Cobertura de registro")
    assert "Registrar el plan de 1 proyecto de Deporte y Recreación" in page
    assert f"plazo vencido el {formatters.date_short(DEADLINE)}, hace 56 días hábiles" in page
    assert "Destrabar 1 proyecto atrasado de Salud Pública" in page
    assert "$300 millones · hasta 46 días hábiles de retraso, en «Proceso publicado»" in page
    assert "Responde: ordenador(a) del gasto de Salud Pública" in page
    assert 'href="/proyectos/p-bp26000002"' in page.html
    assert 'href="/proyectos/p-bp26000008"' in page.html


@pytest.mark.parametrize(
    ("issued_on", "told"),
    [
        (date(2022, 7, 11), "a más tardar el 18/07/2022"),
        (date(2022, 7, 4), "que debía hacerlo a más tardar el 12/07/2022"),
    ],
)
def test_a_decision_that_a_report_asked_says_by_when(app: Flask, issued_on: date, told: str) -> None:
    follow(app)
    with app.app_context():
        close_by_hand(date(2022, 7, 1), issued_on=issued_on)
    for url in ("/", f"/organismos/{HEALTH}"):
        assert f"Responde: ordenador(a) del gasto de Salud Pública, {told}" in reader(app).get(url)
    if issued_on == date(2022, 7, 11):
        assert told in reader(app).get("/?corte=2022-07-01")


def test_a_decision_that_no_report_has_asked_has_no_deadline(app: Flask) -> None:
    follow(app)
    with app.app_context():
        close_by_hand(date(2022, 4, 13))
    page = reader(app).get("/")
    assert "Responde: ordenador(a) del gasto de Deporte y Recreación Destrabar 1 proyecto atrasado" in page


def test_decision_about_several_projects_leads_to_their_list(app: Flask) -> None:
    follow(
        app,
        (
            NewProject("BP26000001", WORKS, actual=met_through("H06")),
            NewProject("BP26000002", WORKS, actual=met_through("H06")),
            NewProject("BP26000003", SPORT, planned=None),
            NewProject("BP26000004", SPORT, planned=None),
        ),
        date(2022, 7, 29),
    )
    page = reader(app).get("/?corte=2022-07-28")
    assert "Destrabar 2 proyectos atrasados de Infraestructura" in page
    for light, organism in (("red", WORKS), ("no_plan", SPORT)):
        url = f"/proyectos?organismo={organism}&amp;semaforo={light}&amp;corte=2022-07-28"
        assert f'href="{url}"' in page.html
        assert "2 proyectos ·" in reader(app).get(url.replace("&amp;", "&"))


def test_nothing_to_decide_is_said(app: Flask) -> None:
    follow(app, (NewProject("BP26000001", actual=met_through("H09")),))
    assert "Nada espera una decisión" in reader(app).get("/")


def test_organisms_stand_worst_first_and_the_order_is_printed(app: Flask) -> None:
    follow(app)
    page = reader(app).get("/")
    ranking = page.text[page.text.index("Orden: sin plan vencido, valor en riesgo, desviación.") :]
    names = ["Deporte y Recreación", "Salud Pública", "Infraestructura"]
    assert [group.code for group in seen(app).organisms] == [SPORT, HEALTH, WORKS]
    assert sorted(names, key=ranking.index) == names
    assert "plazo: 22/04/2022" in page


def test_next_thirty_days_are_counted_by_phase_and_alerts_by_level(app: Flask) -> None:
    follow(app)
    with app.app_context():
        staff_every_organism()
        refresh_alerts(find_vigencia(2022).id, TODAY, an_actor())
    page = reader(app).get("/")
    assert "Precontractual 2 25/07/2022 Ejecución 1 25/07/2022 Cierre 0 —" in page
    assert "Crítico 2 Grave 0 Leve 0" in page
    assert 'href="/alertas/proximos-30-dias?fase=execution"' in page.html
    assert 'href="/alertas?nivel=critical"' in page.html


def test_every_figure_says_how_it_is_computed(app: Flask) -> None:
    follow(app)
    html = reader(app).get("/").html
    for card in ("cobertura-de-registro", "avance-de-hitos", "proyectos-atrasados", "valor-en-riesgo", "pagos"):
        assert f'popovertarget="como-{card}"' in html
        assert f'id="como-{card}" popover' in html


def test_another_cutoff_travels_in_the_links(app: Flask) -> None:
    follow(app)
    page = reader(app).get("/?fecha=13/05/2022")
    assert "Seguimiento con corte al 13 de mayo de 2022" in page
    assert f"Proyectos atrasados ? {seen(app, date(2022, 5, 13)).city.count(Light.RED)}" in page
    assert 'href="/organismos/4145?corte=2022-05-13"' in page.html
    assert '<option value="2022-05-13" selected>13/05/2022</option>' in page.html


def test_closed_cutoff_shows_what_was_known_then_and_the_changes_since(app: Flask) -> None:
    follow(app)
    june = date(2022, 6, 17)
    with app.app_context():
        close_by_hand(june, number=3)
        late = seen(app, june).city.count(Light.RED)
        add_actual("BP26000002", "H03", date(2022, 6, 10))
    pages = reader(app)
    page = pages.get("/")
    assert "desde el 17/06" in page
    assert "«Antes» compara con el corte del 17/06/2022." in page
    closed = pages.get("/?corte=2022-06-17")
    assert "cifras del informe n.º 3" in closed
    assert f"Proyectos atrasados ? {late}" in closed
    assert '<option value="2022-06-17" selected>17/06/2022 · informe n.º 3</option>' in closed.html


def test_light_that_changed_since_the_last_cutoff_is_told(app: Flask) -> None:
    follow(app)
    with app.app_context():
        close_by_hand(date(2022, 5, 13), number=1)
    works = seen(app).organism(WORKS)
    assert works
    assert f"Infraestructura {labels.LIGHT[works.light]} atrasado" in reader(app).get("/")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("31/02/2022", "Fecha de corte: «31/02/2022» no existe"),
        ("hoy", "«hoy» no es una fecha"),
        ("16/07/2022", "La fecha de corte 16/07/2022 está en el futuro."),
        ("31/12/2021", "La fecha de corte 31/12/2021 es anterior a la vigencia 2022."),
        ("9" * 400, "Fecha de corte:"),
        ("%00", "Fecha de corte:"),
    ],
)
def test_cutoff_that_cannot_be_read_is_told_and_today_is_shown(app: Flask, typed: str, told: str) -> None:
    follow(app)
    pages = reader(app)
    for url in ("/", "/organismos", "/organismos/4145", "/proyectos", "/proyectos/p-bp26000001"):
        page = pages.get(f"{url}?corte={typed}")
        assert told in page
        assert "Se muestra el corte de hoy, 15/07/2022." in page


def test_file_is_refused_for_a_cutoff_that_cannot_be_read(app: Flask) -> None:
    follow(app)
    pages = reader(app)
    for url in ("/organismos.csv?corte=31/02/2022", "/proyectos.csv?corte=mañana", "/proyectos.csv?semaforo=azul"):
        assert "opción «azul»" in pages.get(url, 422) or "Fecha de corte" in pages.get(url, 422)


def test_person_of_an_organism_sees_its_own_numbers_first_and_no_other(app: Flask) -> None:
    follow(app)
    page = reader(app, Role.ORDENADOR, HEALTH).get("/")
    assert "Salud Pública con corte al 15 de julio de 2022" in page
    assert "3 proyectos · $800.000.000" in page
    assert "Jornadas de vacunación" in page
    assert "2 / 3" not in page
    assert "3 / 3" in page
    for other in ("Infraestructura", "Deporte", "Malla vial", "Cancha"):
        assert other not in page


def test_person_of_one_organism_goes_straight_to_its_page(app: Flask) -> None:
    follow(app)
    pages = reader(app, Role.ENLACE, HEALTH)
    assert pages.get("/organismos?corte=2022-05-13", 302).location == "/organismos/4145?corte=2022-05-13"
    assert "Puesto 1 de" not in pages.get("/organismos/4145")
    pages.get("/organismos/4151", 404)
    assert [row["Código"] for row in table(pages.get("/organismos.csv").response.data)] == [HEALTH]


def test_person_of_an_organism_without_projects_sees_an_empty_inicio(app: Flask) -> None:
    follow(app, (NO_PLAN,))
    pages = reader(app, Role.ENLACE, HEALTH)
    assert "0 proyectos" in pages.get("/")
    assert "No hay proyectos a este corte" in pages.get("/organismos")


def test_page_of_an_organism_says_why_and_lists_its_projects_worst_first(app: Flask) -> None:
    follow(app)
    page = reader(app).get(f"/organismos/{HEALTH}")
    assert page.title == "Salud Pública"
    assert "Puesto 2 de 3, del más atrasado al menos" in page
    assert "De 3 proyectos: 1 atrasado, 0 en alerta, 1 a tiempo o cerrados." in page
    names = ["Jornadas de vacunación", "Dotación", "Puesto de salud", "Brigadas"]
    listed = page.text[page.text.index("Orden: sin plan vencido, valor en riesgo, desviación") :]
    assert sorted(names, key=listed.index) == names
    assert "Malla vial" not in page
    assert 'aria-current="page">Organismos' in page.html


@pytest.mark.parametrize(
    ("today", "told"),
    [
        (TODAY, "Ninguno de sus proyectos (1 proyecto) tiene plan registrado y el plazo venció el 22/04/2022."),
        (date(2022, 4, 20), "Sus planes (1 proyecto) se registran hasta el 22/04/2022."),
    ],
)
def test_organism_without_plan_says_so(app: Flask, today: date, told: str) -> None:
    follow(app, (NO_PLAN,), today)
    assert told in reader(app).get(f"/organismos/{SPORT}")


def test_unknown_organism_is_not_found(app: Flask) -> None:
    follow(app)
    assert NOT_FOUND in reader(app).get("/organismos/9999", 404)


EVERY = ",".join(choice.word for choice in CHOICES)


def test_list_of_organisms_says_its_totals(app: Flask) -> None:
    follow(app)
    page = reader(app).get("/organismos?columnas=registro,oportunidad,atrasados,valor,riesgo")
    whole = seen(app).city
    rate = f"{formatters.percent(whole.on_time_rate.value)} {whole.met_on_time} {whole.due_for_on_time}"
    money = f"{formatters.millions(whole.allocation_cop)} {formatters.millions(whole.value_at_risk_cop)}"
    assert f"Todos {whole.with_plan} 1 0 {formatters.percent(whole.coverage.value)} {rate} 1 {money}" in page
    assert f'href="/proyectos?organismo={HEALTH}&amp;semaforo=red">1</a>' in page.html


def test_files_of_organisms_hold_what_is_seen(app: Flask) -> None:
    follow(app)
    with app.app_context():
        close_by_hand(date(2022, 5, 13))
    pages = reader(app)
    usual = table(pages.get("/organismos.csv").response.data)
    assert [row["Código"] for row in usual] == [SPORT, HEALTH, WORKS]
    assert {row["Corte"] for row in usual} == {"2022-07-15"}
    assert (usual[0]["Valor en riesgo ($)"], usual[0]["Avance real (%)"]) == ("600000000", "")
    query = f"?orden=valor&sentido=desc&columnas={EVERY}"
    page = pages.get(f"/organismos{query}")
    for ending in ("csv", "xlsx"):
        assert f'href="/organismos.{ending}{query.replace("&", "&amp;")}"' in page.html
    rows = table(pages.get(f"/organismos.csv{query}").response.data)
    (sheet,) = load_workbook(io.BytesIO(pages.get(f"/organismos.xlsx{query}").response.data)).worksheets
    headings, *cells, last = ([cell.value for cell in row] for row in sheet.iter_rows())
    assert [row["Código"] for row in rows] == [row[1] for row in cells] == [WORKS, HEALTH, SPORT]
    assert list(rows[0]) == headings
    assert "Cambio desde el corte anterior" in headings
    works, whole = seen(app).organism(WORKS), seen(app).city
    assert works
    first, summed = (dict(zip(headings, row, strict=True)) for row in (cells[0], last))
    assert first["Avance real (%)"] == pytest.approx(works.actual_progress.value)
    assert (first["Corte"].date(), first["Valor vigente ($)"]) == (TODAY, works.allocation_cop)
    assert (summed["Organismo"], summed["Proyectos"], summed["Cumplidos a tiempo"]) == (
        "Todos", whole.projects, whole.met_on_time,
    )  # fmt: skip


ORGANISMS_ORDERED = {
    "": [SPORT, HEALTH, WORKS],
    "orden=nombre": [SPORT, WORKS, HEALTH],
    "orden=nombre&sentido=desc": [HEALTH, WORKS, SPORT],
    "orden=retraso&sentido=desc": [HEALTH, WORKS, SPORT],
    "orden=valor": [SPORT, HEALTH, WORKS],
}


def test_headings_order_the_organisms(app: Flask) -> None:
    follow(app)
    pages = reader(app)
    for query, codes in ORGANISMS_ORDERED.items():
        page = pages.get(f"/organismos?{query}")
        assert re.findall(r'<th scope="row"[^>]*><a href="/organismos/(\d+)', page.html) == codes, query
        assert ("Del más atrasado al menos" in page) == bool(query)
    assert 'href="/organismos?orden=valor&amp;sentido=desc"' in pages.get("/organismos").html


def test_address_of_organisms_that_is_not_understood_is_told(app: Flask) -> None:
    follow(app)
    pages = reader(app)
    assert "El orden no tiene la opción «azul»." in pages.get("/organismos?orden=azul")
    assert "La lista de columnas no tiene la opción «azul»." in pages.get("/organismos?columnas=azul")
    for ending in ("csv", "xlsx"):
        assert "no tiene la opción «azul»" in pages.get(f"/organismos.{ending}?columnas=azul", 422)


def test_before_the_first_vigencia_the_pages_say_how_to_begin(app: Flask) -> None:
    with app.app_context():
        make_entity()
    stand_at(app)
    pages = reader(app)
    for url in ("/", "/proyectos", "/alertas", "/informes"):
        assert "Aún no hay una vigencia abierta" in pages.get(url)


def test_stranger_is_asked_to_enter_and_an_administrator_has_no_figures(app: Flask) -> None:
    follow(app)
    stranger, administrator = Pages(app), reader(app, Role.ADMIN)
    for url in ("/", "/organismos", f"/organismos/{HEALTH}", "/organismos.csv", "/organismos.xlsx"):
        assert stranger.get(url, 302).location.startswith("/ingresar?next=")
        administrator.get(url, 403)


# Reader, vigencia, closed cut-offs, open alerts (3), on Inicio restrictions (3), and the frame; 26 more for the figures
# of each cut-off, of this one and the one before, until they are kept in memory.
QUERIES = {"/": 64, "/organismos": 58, f"/organismos/{HEALTH}": 62}


@pytest.mark.parametrize("projects", [3, 40])
def test_number_of_queries_does_not_grow_with_the_projects(app: Flask, projects: int) -> None:
    follow(app, tuple(NewProject(f"BP26{number:06d}", HEALTH) for number in range(projects)))
    with app.app_context():
        close_by_hand(date(2022, 6, 17), number=3)
        refresh_alerts(find_vigencia(2022).id, TODAY, an_actor())
    pages = reader(app)
    for url, expected in QUERIES.items():
        app.extensions.pop("pp_assessments", None)
        with counted_queries(app) as cold:
            pages.get(url)
        with counted_queries(app) as warm:
            pages.get(url)
        assert (len(cold), len(warm)) == (expected, expected - 52)


def test_demo_data_are_marked_on_every_page(app: Flask) -> None:
    stand_at(app)
    with app.app_context():
        open_vigencia(PROJECTS, is_demo=True)
    pages = reader(app)
    for url in ("/", "/organismos", "/proyectos", "/proyectos/p-bp26000001", "/alertas", "/informes"):
        assert "DATOS DE DEMOSTRACIÓN" in pages.get(url)


def test_the_figures_of_an_organism_lead_to_its_own_projects(app: Flask) -> None:
    follow(app)
    page = reader(app).get(f"/organismos/{HEALTH}")
    assert f'href="/proyectos?organismo={HEALTH}&amp;semaforo=red"' in page.html
    listed = reader(app).get(f"/proyectos?organismo={HEALTH}&semaforo=red")
    assert "1 proyecto · $300.000.000" in listed
    assert "Proyectos atrasados ? 1" in page
