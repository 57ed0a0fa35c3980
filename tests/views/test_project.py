"""The list of projects and the page of each, in every state."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from pp_monitor import formatters
from pp_monitor.domain.account import Role
from pp_monitor.domain.listing import ProjectFilter
from pp_monitor.domain.narrowing import narrow_to
from pp_monitor.extensions import db
from pp_monitor.models.progress import ActualFact
from pp_monitor.models.project import Contract, Project
from pp_monitor.reports.evaluation import city_payload, evaluation
from pp_monitor.reports.project_list import CHOICES
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.entity import find_vigencia
from pp_monitor.views.project_row import PAGES
from tests.pages import Page, Pages, counted_queries
from tests.portfolio_db import NewProject, add_actual, add_contracts, an_actor, close_by_hand
from tests.views.followed import HEALTH, PROJECTS, TODAY, WORKS, follow, reader, seen

MANY = tuple(NewProject(f"BP26{number:06d}", name=f"Obra {number:03d}") for number in range(60))


def names(page: Page) -> list[str]:
    """The projects of a list, in order."""
    return re.findall(r'<th scope="row"[^>]*><a href="[^"]+">([^<]+)</a>', page.html)


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def url_of(code: str) -> str:
    return f"/proyectos/p-{code.lower()}"


def test_list_holds_every_project_worst_first_with_its_figures(app: Flask) -> None:
    follow(app)
    page = reader(app).get("/proyectos")
    assert names(page)[:2] == ["Cancha", "Jornadas de vacunación"]
    assert names(page)[-1] == "Brigadas"
    late = next(row for row in seen(app).projects if row.code == "BP26000002")
    assert late.b0
    figures = (
        f"Atrasado vencido, sin reporte desde 16/05 Precontractual {formatters.percent(late.b0.actual_progress.value)} "
        f"{formatters.percent(late.b0.planned_progress.value)} {formatters.points(late.b0.deviation_points)} "
        f"{late.b0.worst_delay_workdays} {formatters.date_compact(late.forecast_finish)} 300"
    )
    assert figures in page
    assert "8 proyectos" in page


FILTERED: dict[str, list[str]] = {
    "organismo=4151": ["Malla vial", "=Andenes y ñandúes", "Mirador"],
    "semaforo=no_plan": ["Cancha"],
    "semaforo=at_risk": ["Cancha", "Jornadas de vacunación"],
    "fase=closed": ["Mirador"],
    "fase=none": ["Cancha"],
    "territorio=51": ["Jornadas de vacunación"],
    "q=NANDUES": ["=Andenes y ñandúes"],
    "q=bp26000001": ["Puesto de salud"],
    "q=salud&organismo=4151": [],
    "q=comuna+1": [
        "Puesto de salud",
        "Jornadas de vacunación",
        "Dotación",
        "Brigadas",
        "Malla vial",
        "Mirador",
        "Cancha",
        "=Andenes y ñandúes",
    ],
    "q=comuna+2": [],
    "q=bp26000006-2": ["=Andenes y ñandúes"],
    "modalidad=LP&semaforo=closed": ["Mirador"],
    "modalidad=MC": [],
    "modalidad=none": [],
}


def test_filters_of_the_address_narrow_list_and_file_alike(app: Flask) -> None:
    follow(app)
    with app.app_context():
        add_contracts("BP26000006", 2, {})
    pages = reader(app)
    for query, found in FILTERED.items():
        assert sorted(names(pages.get(f"/proyectos?{query}"))) == sorted(found), query
        rows = table(pages.get(f"/proyectos.csv?{query}").response.data)
        assert sorted(row["Proyecto"].removeprefix("'") for row in rows) == sorted(found), query


def test_filters_stay_in_the_controls_and_in_the_link_of_the_file(app: Flask) -> None:
    follow(app)
    page = reader(app).get("/proyectos?q=malla&organismo=4151&orden=valor&sentido=desc&corte=2022-06-30")
    assert 'value="malla"' in page.html
    assert '<option value="4151" selected>Infraestructura</option>' in page.html
    link = "/proyectos.csv?q=malla&amp;organismo=4151&amp;orden=valor&amp;sentido=desc&amp;corte=2022-06-30"
    assert f'href="{link}"' in page.html
    assert "Orden: valor, de mayor a menor." in page


def test_list_says_when_nothing_fits(app: Flask) -> None:
    follow(app)
    assert "Ningún proyecto cumple estos filtros" in reader(app).get("/proyectos?q=nada+así")


ORDERED = {
    "orden=nombre": "=Andenes y ñandúes",
    "orden=nombre&sentido=desc": "Puesto de salud",
    "orden=valor&sentido=desc": "Malla vial",
    "orden=retraso&sentido=desc": "Jornadas de vacunación",
    "orden=codigo": "Puesto de salud",
    "orden=desviacion": "Dotación",
    "orden=fin&sentido=desc": "Jornadas de vacunación",
    "orden=semaforo": "Cancha",
    "orden=fase": "Jornadas de vacunación",
    "orden=avance&sentido=desc": "Mirador",
    "orden=proximo&columnas=proximo": "Dotación",
    "orden=riesgo&sentido=desc&columnas=riesgo": "Cancha",
}


def test_headings_order_the_list(app: Flask) -> None:
    follow(app)
    pages = reader(app)
    for query, first in ORDERED.items():
        page = pages.get(f"/proyectos?{query}")
        assert names(page)[0] == first, query
        assert ("aria-sort" in page.html) == ("codigo" not in query)


def test_heading_asked_twice_turns_round(app: Flask) -> None:
    follow(app)
    pages = reader(app)
    assert 'href="/proyectos?orden=valor&amp;sentido=desc"' in pages.get("/proyectos").html
    assert 'href="/proyectos?orden=valor"' in pages.get("/proyectos?orden=valor&sentido=desc").html


def test_list_is_cut_into_pages_and_the_file_holds_them_all(app: Flask) -> None:
    follow(app, MANY)
    pages = reader(app)
    page = pages.get("/proyectos?orden=nombre&pagina=2")
    assert names(page) == [f"Obra {number:03d}" for number in range(25, 50)]
    assert "26 a 50 de 60 proyectos · página 2 de 3" in page
    assert 'href="/proyectos?orden=nombre&amp;pagina=3" rel="next"' in page.html
    assert 'href="/proyectos?orden=nombre&amp;pagina=1" rel="prev"' in page.html
    assert names(pages.get("/proyectos?orden=nombre&pagina=99")) == [f"Obra {number:03d}" for number in range(50, 60)]
    assert len(table(pages.get("/proyectos.csv?orden=nombre&pagina=2").response.data)) == 60
    assert 'Por página: <strong>25</strong> · <a href="/proyectos?orden=nombre&amp;filas=50">50</a>' in page.html
    longer = pages.get("/proyectos?orden=nombre&filas=50&pagina=2")
    assert names(longer) == [f"Obra {number:03d}" for number in range(50, 60)]
    assert 'href="/proyectos?orden=nombre&amp;filas=50&amp;pagina=1" rel="prev"' in longer.html


MISUNDERSTOOD = {
    "pagina=dos": "La página «dos» no existe.",
    "pagina=-1": "La página «-1» no existe.",
    "pagina=99999999999999": "no existe. Se muestra la primera.",
    "filas=1000": "El filtro «filas» no tiene la opción «1000».",
    "semaforo=azul": "El filtro «semaforo» no tiene la opción «azul».",
    "organismo=9999": "El filtro «organismo» no tiene la opción «9999».",
    "territorio=%3Cscript%3E": "El filtro «territorio» no tiene la opción «<script>».",
    "columnas=valor,nada": "La lista de columnas no tiene la opción «nada».",
    "orden=; drop": "El orden no tiene la opción «; drop».",
}


def test_address_that_is_not_understood_is_told(app: Flask) -> None:
    follow(app)
    pages = reader(app)
    for query, told in MISUNDERSTOOD.items():
        page = pages.get(f"/proyectos?{query}")
        assert told in page
        assert len(names(page)) == 8


EVERY = ",".join(choice.word for choice in CHOICES)


def test_file_has_real_dates_and_no_formulas(app: Flask) -> None:
    follow(app)
    response = reader(app).get(f"/proyectos.csv?organismo=4151&columnas={EVERY}").response
    rows = {row["Código"]: row for row in table(response.data)}
    moved, kept = rows["BP26000006"], rows["BP26000005"]
    assert (moved["Reprogramaciones"], moved["Mayor aplazamiento (días hábiles)"]) == ("1", "18")
    assert (kept["Reprogramaciones"], kept["Terminación según línea base"]) == ("0", "2022-11-18")
    assert response.headers["Content-Disposition"] == 'attachment; filename="pp-2022-2022-07-15-proyectos.csv"'
    assert moved["Proyecto"] == "'=Andenes y ñandúes"
    assert moved["Fecha más temprana posible"] == "2022-12-09"
    assert (moved["Valor vigente ($)"], kept["Valor vigente ($)"]) == ("70000001", "900000000")
    assert re.fullmatch(r"-?\d+,\d\d", moved["Avance real (%)"])


def sheet(content: bytes) -> list[list[Any]]:
    """The cells of a workbook of one sheet."""
    (only,) = load_workbook(io.BytesIO(content)).worksheets
    return [[cell.value for cell in row] for row in only.iter_rows()]


def test_workbook_holds_the_same_rows_and_columns_with_true_types_and_the_totals(app: Flask) -> None:
    follow(app)
    pages, query = reader(app), f"?orden=valor&sentido=desc&columnas={EVERY}"
    headings, *rows, total = sheet(pages.get(f"/proyectos.xlsx{query}").response.data)
    read = table(pages.get(f"/proyectos.csv{query}").response.data)
    assert list(read[0]) == headings
    assert [row["Código"] for row in read] == [row[1] for row in rows]
    first = dict(zip(headings, rows[0], strict=True))
    measured = next(row for row in seen(app).projects if row.code == "BP26000005")
    assert measured.b0
    assert (first["Proyecto"], first["Valor vigente ($)"], first["Compromisos RP ($)"]) == (
        "Malla vial", 900_000_000, 600_000_000,
    )  # fmt: skip
    assert (first["Corte"].date(), first["Terminación según línea base"].date()) == (TODAY, date(2022, 11, 18))
    assert first["Avance real (%)"] == pytest.approx(measured.b0.actual_progress.value)
    figures = city_payload(seen(app))
    summed = dict(zip(headings, total, strict=True))
    assert summed["Proyecto"].startswith("7 proyectos y 1 retirado, que no suma")
    for heading, name in (
        ("Valor vigente ($)", "allocation_cop"),
        ("Valor en riesgo ($)", "value_at_risk_cop"),
        ("Avance real (%)", "actual_progress"),
        ("Mayor retraso (días hábiles)", "worst_delay_workdays"),
        ("Cumplidos a tiempo", "met_on_time"),
    ):
        assert summed[heading] == pytest.approx(figures[name]), heading


@pytest.mark.parametrize("path", ["/proyectos.csv", "/proyectos.xlsx"])
def test_file_of_an_address_that_is_not_understood_is_refused(app: Flask, path: str) -> None:
    follow(app)
    assert "no tiene la opción «azul»" in reader(app).get(f"{path}?columnas=azul", 422)


def headings_of(page: Page) -> list[str]:
    return [
        re.sub(r"<[^>]+>", "", found) for found in re.findall(r'<th scope="col"[^>]*>(.*?)</th>', page.html, re.DOTALL)
    ]


def test_address_chooses_the_columns_of_page_and_files(app: Flask) -> None:
    follow(app)
    pages = reader(app)
    for query in ("columnas=riesgo,modalidad", "columnas=modalidad&columnas=riesgo"):
        page = pages.get(f"/proyectos?organismo=4162&{query}")
        assert headings_of(page) == ["Proyecto", "Modalidad", "En riesgo, $ millones"]
        assert "Cancha BP26000008 · Comuna 1 Licitación pública 600" in page
        link = "/proyectos.xlsx?organismo=4162&amp;columnas=modalidad,riesgo"
        assert f'href="{link}"' in page.html
        files = (
            sheet(pages.get(link.replace("&amp;", "&")).response.data),
            table(pages.get(link.replace("&amp;", "&").replace("xlsx", "csv")).response.data),
        )
        assert files[0][0][-2:] == list(files[1][0])[-2:] == ["Modalidad", "Valor en riesgo ($)"]
    assert 'id="columna-riesgo" name="columnas" value="riesgo" checked' in page.html
    assert 'href="/proyectos?organismo=4162">Las de siempre' in page.html
    assert f'href="/proyectos?organismo=4162&amp;columnas={EVERY}">Todas' in page.html


def test_every_column_has_its_heading_and_says_nothing_with_a_dash(app: Flask) -> None:
    follow(app)
    page = reader(app).get(f"/proyectos?columnas={EVERY}")
    assert len(headings_of(page)) == 1 + sum(len(PAGES[choice.word]) for choice in CHOICES)
    assert ">None<" not in page.html
    cancha = page.html[page.html.index("Cancha</a>") :]
    assert cancha[: cancha.index("</tr>")].count("—") >= 15


READ = {
    "Real": ("actual_progress", formatters.percent),
    "Programado": ("planned_progress", formatters.percent),
    "Desviación, p. p.": ("deviation_points", formatters.points),
    "ICC": ("schedule_index", formatters.index),
    "Oportunidad": ("on_time_rate", formatters.percent),
    "Mayor retraso, días hábiles": ("worst_delay_workdays", formatters.integer),
    "Valor, $ millones": ("allocation_cop", formatters.millions),
    "En riesgo, $ millones": ("value_at_risk_cop", formatters.millions),
    "Compromisos (RP), $ millones": ("commitments_cop", formatters.millions),
    "Pagos, $ millones": ("payments_cop", formatters.millions),
}


def test_every_figure_of_the_page_is_that_of_evaluate(app: Flask) -> None:
    follow(app)
    page = reader(app).get(f"/proyectos?columnas={EVERY}")
    rows = re.findall(r'<tr><th scope="row".*?</tr>', page.html, re.DOTALL)
    answered = {row["code"]: row for row in evaluation(seen(app))["projects"]}
    assert len(rows) == len(answered)
    for row in rows:
        told = dict(re.findall(r'data-label="([^"]+)">(?!<)([^<]*)</td>', row))
        code = re.search(r"BP26\d{6}", row.partition("</a>")[2])
        assert code
        expected = {heading: write(answered[code[0]][name]) for heading, (name, write) in READ.items()}
        assert {heading: told[heading] for heading in READ} == expected, code[0]


def test_totals_are_the_figures_of_what_is_listed(app: Flask) -> None:
    follow(app)
    page = reader(app).get("/proyectos?organismo=4151&columnas=avance,desviacion,retraso,valor,riesgo")
    works = seen(app).organism(WORKS)
    assert works
    assert (
        f"Total de la lista {formatters.percent(works.actual_progress.value)} "
        f"{formatters.percent(works.planned_progress.value)} {formatters.points(works.deviation_points)} "
        f"{works.worst_delay_workdays} {formatters.millions(works.allocation_cop)} "
        f"{formatters.millions(works.value_at_risk_cop)}"
    ) in page
    assert f"3 proyectos · {formatters.cop(works.allocation_cop)} · $0 en riesgo" in page


def test_list_of_a_territory_says_what_falls_to_it_of_shared_projects(app: Flask) -> None:
    follow(app)
    pages = reader(app)
    page = pages.get("/proyectos?territorio=51")
    whole = narrow_to(seen(app), ProjectFilter(territory="51")).city
    assert (whole.allocation_cop, whole.value_at_risk_cop) == (150_000_000, 150_000_000)
    assert "1 proyecto · $300.000.000 · $300.000.000 en riesgo" in page
    assert "a Navarro le corresponden $150.000.000, con $150.000.000 en riesgo." in page
    assert "le corresponden" not in pages.get("/proyectos?territorio=01&q=malla")
    assert "le corresponden" not in pages.get("/proyectos")


def test_lights_are_counted_within_the_other_filters_and_lead_to_their_rows(app: Flask) -> None:
    follow(app)
    pages = reader(app)
    page = pages.get("/proyectos?organismo=4145")
    assert "1 Atrasado" in page
    assert 'href="/proyectos?organismo=4145&amp;semaforo=red"' in page.html
    chosen = pages.get("/proyectos?organismo=4145&semaforo=red")
    assert names(chosen) == ["Jornadas de vacunación"]
    assert 'id="cuenta-red" href="/proyectos?organismo=4145" aria-current="true"' in chosen.html
    assert 'id="cuenta-suspended" href="/proyectos?organismo=4145&amp;semaforo=suspended"' in chosen.html


def test_contracts_lead_to_the_secop(app: Flask) -> None:
    follow(app)
    with app.app_context():
        add_contracts("BP26000006", 2, {})
        for row in db.session.scalars(select(Contract)):
            row.secop_url = f"https://community.secop.gov.co/Public/Tendering/{row.number}"
        db.session.commit()
    page = reader(app).get("/proyectos?q=bp26000006&columnas=contratos")
    assert "— BP26000006-1 BP26000006-2 SECOP II 1 de =Andenes y ñandúes SECOP II 2 de" in page
    assert 'href="https://community.secop.gov.co/Public/Tendering/BP26000006-1" rel="noopener noreferrer"' in page.html


def test_person_of_an_organism_gets_only_its_projects(app: Flask) -> None:
    follow(app)
    pages = reader(app, Role.ENLACE, HEALTH)
    assert set(names(pages.get("/proyectos"))) == {
        "Puesto de salud",
        "Jornadas de vacunación",
        "Dotación",
        "Brigadas",
    }
    assert {row["Código organismo"] for row in table(pages.get("/proyectos.csv").response.data)} == {HEALTH}
    assert "no tiene la opción «4151»" in pages.get("/proyectos?organismo=4151")
    pages.get(url_of("BP26000005"), 404)
    pages.get("/proyectos/no-existe", 404)
    pages.get(url_of("BP26000001"))


def test_late_project_says_why_first_and_shows_three_dates_in_one_row(app: Flask) -> None:
    follow(app)
    page = reader(app).get(url_of("BP26000002"))
    late = next(row for row in seen(app).projects if row.code == "BP26000002")
    assert late.current
    assert page.title == "Jornadas de vacunación"
    delay = late.current.worst_delay_workdays
    assert f"Atrasado «Proceso publicado» era para el 06/05/2022 y lleva {delay} días hábiles de retraso." in page
    assert page.text.index("lleva") < page.text.index("Avance de hitos")
    h03 = late.forecasts["H03"]
    assert h03.declared == date(2022, 8, 5)
    row = (
        f"Proceso publicado 06/05/22 — {formatters.date_compact(h03.computed)} 05/08/22 "
        f"{formatters.workdays(delay)} Vencido"
    )
    assert row in page
    assert "CDP expedido sin soporte 25/04/22 29/04/22 +4 Cumplido con retraso" in page
    assert "Precontractual 2 de 8 hitos" in page
    assert 'aria-label="Línea base 06/05/2022; más temprana posible 15/07/2022; declarada 05/08/2022"' in page.html
    assert "Último reporte: 05/08/2022." in page


def test_project_of_several_contracts_says_how_many_met_each_milestone(app: Flask) -> None:
    follow(app)
    with app.app_context():
        add_contracts("BP26000006", 3, {"H07": 2, "H09": 1})
    page = reader(app).get(url_of("BP26000006"))
    assert "Contrato firmado 2 de 3 contratos firmados" in page
    assert "Acta de inicio 1 de 3 contratos" in page
    assert "0 de 3" not in page
    assert "contratos" not in reader(app).get(url_of("BP26000001"))


def test_cards_of_a_project_are_its_figures(app: Flask) -> None:
    follow(app)
    pages = reader(app)
    page = pages.get(url_of("BP26000005"))
    assert "Valor ? $900 millones $900.000.000" in page
    assert "Compromisos (RP) ? $600 millones CDP $600 millones · corte 30/04/2022" in page
    assert "Fase ? Ejecución 1 de 3 hitos" in page
    assert "sin corte presupuestal cargado" in pages.get(url_of("BP26000001"))
    assert "Oportunidad 100,0 % (9 de 9 hitos exigibles)" in page


def test_a_list_counts_the_projects_that_its_sum_holds(app: Flask) -> None:
    follow(app)
    page = reader(app).get("/proyectos")
    whole = seen(app).city
    at_risk = formatters.cop(whole.value_at_risk_cop)
    money = f"{formatters.cop(whole.allocation_cop)} · {at_risk} en riesgo"
    assert f"{whole.projects} proyectos y 1 retirado, que no suma · {money}" in page


def test_replanned_project_shows_both_plans_and_its_own_milestones(app: Flask) -> None:
    follow(app)
    page = reader(app).get(url_of("BP26000006"))
    assert "Vigente" in page
    assert "Días, plan vigente" in page
    assert "Contrato firmado vencido frente a la línea base 24/06/22 25/07/22 — 25/07/22 +13 — Próximo" in page
    assert "Reprogramado 1 vez" in page
    assert "reprogramado 1 vez, +18 días hábiles" in page
    assert "Liquidación — — — — — No aplica" in page
    assert "Hitos propios 0 de 1 hito, fuera de las cifras Entrega a la comunidad 01/08/22" in page
    assert "Reprogramación n.º 1. Acto: Oficio 1. Otra" in page


@pytest.mark.parametrize(
    ("code", "light", "told"),
    [
        ("BP26000001", "A tiempo", "No tiene hitos vencidos."),
        ("BP26000003", "Suspendido", "Está suspendido desde el 01/06/2022."),
        ("BP26000004", "Retirado", "Se retiró el 01/06/2022."),
        ("BP26000007", "Cerrado", "Todos sus hitos están cumplidos."),
        ("BP26000008", "Sin plan", "No tiene plan registrado y el plazo venció el 22/04/2022, hace 56 días hábiles."),
    ],
)
def test_every_state_says_what_it_is(app: Flask, code: str, light: str, told: str) -> None:
    follow(app)
    page = reader(app).get(url_of(code))
    assert f"{light} {told}" in page
    assert ("Este proyecto no tiene plan registrado" in page) == (code == "BP26000008")
    assert ("Línea de tiempo por meses" in page.html) == (code != "BP26000008")


def test_project_before_its_deadline_is_registering(app: Flask) -> None:
    follow(app)
    assert "En registro Su plan se registra hasta el 22/04/2022." in reader(app).get(
        f"{url_of('BP26000008')}?corte=2022-04-20"
    )


def test_neighbours_are_those_of_the_list_it_came_from(app: Flask) -> None:
    follow(app)
    pages = reader(app)
    listed = pages.get("/proyectos?organismo=4151&orden=valor&corte=2022-06-30")
    link = f"{url_of('BP26000007')}?organismo=4151&amp;orden=valor&amp;corte=2022-06-30"
    assert f'href="{link}"' in listed.html
    page = pages.get(link.replace("&amp;", "&"))
    assert "2 de 3" in page
    assert f'href="{link.replace("007", "006")}" rel="prev"' in page.html
    assert f'href="{link.replace("007", "005")}" rel="next"' in page.html
    assert 'href="/proyectos?organismo=4151&amp;orden=valor&amp;corte=2022-06-30">Proyectos' in page.html
    assert '<input type="hidden" name="organismo" value="4151">' in page.html


def test_open_alert_and_its_age_stand_on_the_page(app: Flask) -> None:
    follow(app)
    with app.app_context():
        refresh_alerts(find_vigencia(2022).id, date(2022, 7, 11), an_actor())
    page = reader(app).get(url_of("BP26000002"))
    assert "Casos abiertos 1 crítico · hace 4 días hábiles" in page
    assert "Se abrió un caso crítico: «Proceso publicado», 42 días hábiles de retraso." in page


def test_story_tells_corrections_annulments_and_acts(app: Flask) -> None:
    follow(app)
    with app.app_context():
        add_actual("BP26000002", "H03", date(2022, 7, 1))
        project = db.session.scalars(select(Project).where(Project.code == "BP26000002")).one()
        last = db.session.scalars(select(ActualFact).where(ActualFact.project_id == project.id)).all()[-1]
        for status, day in (("verified", last.day), ("annulled", None), ("returned", None)):
            db.session.add(_copy_of(last, status=status, day=day, note="Faltaba el acta"))
        db.session.commit()
    page = reader(app).get(url_of("BP26000002"))
    story = page.text[page.text.index("todo lo registrado hasta hoy") :]
    for told in (
        "«Proceso publicado» se cumplió el 01/07/2022 (reportado).",
        "Se verificó que «Proceso publicado» se cumplió el 01/07/2022.",
        "Se anuló la fecha real de «Proceso publicado». Faltaba el acta",
        "Se devolvió el reporte de «Proceso publicado».",
        "Se declaró que «Proceso publicado» será el 05/08/2022.",
        "Se registró el plan: línea base. Acto: Oficio 1.",
        "Entró a la vigencia.",
    ):
        assert told in story
    suspended = reader(app).get(url_of("BP26000003"))
    assert "Se suspendió. Acto: Acta 1." in suspended


def _copy_of(fact: ActualFact, **changes: object) -> ActualFact:
    kept = {column.name: getattr(fact, column.name) for column in ActualFact.__table__.columns if column.name != "id"}
    return ActualFact(**(kept | changes))


def test_closed_cutoff_shows_the_project_as_it_was_known(app: Flask) -> None:
    follow(app)
    with app.app_context():
        close_by_hand(date(2022, 6, 17), number=3)
        add_actual("BP26000002", "H03", date(2022, 6, 1))
    pages = reader(app)
    before = pages.get(f"{url_of('BP26000002')}?corte=2022-06-17")
    assert "Proceso publicado 06/05/22 — 17/06/22" in before
    assert "Proceso publicado sin soporte 06/05/22 01/06/22" in pages.get(f"{url_of('BP26000002')}?corte=2022-06-16")


def test_stranger_is_asked_to_enter(app: Flask) -> None:
    follow(app)
    for url in ("/proyectos", "/proyectos.csv", "/proyectos.xlsx", url_of("BP26000001")):
        assert Pages(app).get(url, 302).location.startswith("/ingresar?next=")


# Reader, vigencia, closed cut-offs and the frame; 24 more for alerts, organism, requests, commitments, files, what
# waits and story, of which each kind has its query; 26 for the figures until they are kept in memory.
QUERIES = {
    "/proyectos": 32,
    "/proyectos.csv": 30,
    "/proyectos.xlsx": 30,
    "/proyectos?q=obra": 36,
    "/proyectos/p-bp26000001": 57,
}


@pytest.mark.parametrize("projects", [3, 40])
def test_number_of_queries_does_not_grow_with_the_projects(app: Flask, projects: int) -> None:
    follow(app, tuple(NewProject(f"BP26{number:06d}") for number in range(projects)))
    pages = reader(app)
    for url, expected in QUERIES.items():
        app.extensions.pop("pp_assessments", None)
        with counted_queries(app) as cold:
            pages.get(url)
        with counted_queries(app) as warm:
            pages.get(url)
        assert (len(cold), len(warm)) == (expected, expected - 26)


def test_every_project_of_the_city_has_its_page(app: Flask) -> None:
    follow(app, PROJECTS, TODAY)
    pages = reader(app, Role.PLANEACION)
    for project in seen(app).projects:
        assert project.code in pages.get(f"/proyectos/{project.public_id}")
    assert "Malla vial" in pages.get(f"/organismos/{WORKS}")


def test_progress_is_reported_from_the_page_by_those_who_may(app: Flask) -> None:
    follow(app)
    link = f'href="{url_of("BP26000001")}/avance"'
    for role, organism, is_there in (
        (Role.ENLACE, HEALTH, True),
        (Role.PLANEACION, "", True),
        (Role.ORDENADOR, HEALTH, False),
        (Role.CONTROL, "", False),
    ):
        pages = reader(app, role, organism)
        assert (link in pages.get(url_of("BP26000001")).html) is is_there
    assert "Reportar avance" not in reader(app, Role.PLANEACION).get(url_of("BP26000008"))
