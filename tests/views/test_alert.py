"""Open alerts, and the agenda of the next thirty days."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from pp_monitor.domain.account import Grant, Role
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.alert import Alert
from pp_monitor.models.entity import Organism
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.case import CaseAt, Stepper, handle
from pp_monitor.services.entity import find_vigencia
from tests.factories_db import make_organism, make_user
from tests.pages import Page, Pages, counted_queries
from tests.portfolio_db import NewProject, an_actor, met_through, staff_every_organism
from tests.views.followed import HEALTH, NO_PLAN, PROJECTS, TODAY, WORKS, follow, reader, stand_at

EARLIER = date(2022, 7, 1)


def follow_with_alerts(app: Flask, projects: tuple[NewProject, ...] = PROJECTS) -> Pages:
    follow(app, projects)
    with app.app_context():
        staff_every_organism()
        vigencia_id = find_vigencia(2022).id
        for day in (EARLIER, TODAY):
            refresh_alerts(vigencia_id, day, an_actor())
    return reader(app)


def test_alerts_stand_gravest_first_with_age_and_what_is_inside(app: Flask) -> None:
    page = follow_with_alerts(app).get("/alertas")
    assert "Alertas: casos sin cerrar al 15 de julio de 2022" in page
    assert "2 casos" in page
    assert page.text.index("Secretaría del Deporte y la Recreación") < page.text.index("Jornadas de vacunación")
    assert "Debe el plan de 1 proyecto; el plazo venció hace 56 días hábiles." in page
    assert "Salud Pública · Hitos vencidos Crítico +46" in page
    assert "«Proceso publicado» era para el 06/05/2022 y lleva 46 días hábiles de retraso." in page
    assert "y 7 causas más" in page
    assert "Su terminación se prevé para el" in page
    assert "«Contrato firmado» era para el 24/06/2022 y lleva 13 días hábiles de retraso." in page
    assert "01/07/2022 hace 9 días hábiles" in page
    assert "Sin responsable" in page
    assert 'href="/proyectos/p-bp26000002"' in page.html
    assert 'href="/organismos/4162"' in page.html


def test_filters_of_the_address_narrow_the_list(app: Flask) -> None:
    pages = follow_with_alerts(app)
    for query, found in {"organismo=4145": 1, "nivel=critical": 2, "regla=organism_without_plan": 1}.items():
        page = pages.get(f"/alertas?{query}")
        assert f"{found} caso" in page
        assert "Quitar filtros" in page
    assert "Ningún caso cumple estos filtros" in pages.get("/alertas?nivel=mild")


def test_address_that_is_not_understood_is_told(app: Flask) -> None:
    pages = follow_with_alerts(app)
    for query in ("nivel=alto", "regla=9", "organismo=zz", "pagina=x"):
        page = pages.get(f"/alertas?{query}")
        assert "no tiene la opción" in page or "no existe" in page
        assert "2 casos" in page


def test_alerts_are_those_of_today_whatever_the_cutoff(app: Flask) -> None:
    assert "2 casos" in follow_with_alerts(app).get("/alertas?corte=2022-04-20")


def test_no_alert_is_said(app: Flask) -> None:
    follow(app, (NewProject("BP26000001", actual=met_through("H09")),))
    assert "No hay casos abiertos" in reader(app).get("/alertas")


def test_long_list_is_cut_into_pages(app: Flask) -> None:
    pages = follow_with_alerts(app, tuple(NewProject(f"BP26{number:06d}") for number in range(60)))
    assert "1 a 50 de 60 casos · página 1 de 2" in pages.get("/alertas")
    page = pages.get("/alertas?nivel=critical&pagina=2")
    assert "51 a 60 de 60 casos" in page
    assert 'href="/alertas?nivel=critical&amp;pagina=1" rel="prev"' in page.html


def test_person_of_an_organism_sees_its_own_alerts_and_agenda(app: Flask) -> None:
    follow_with_alerts(app)
    pages = reader(app, Role.ENLACE, HEALTH)
    page = pages.get("/alertas")
    assert "1 caso" in page
    assert "Deporte" not in page
    assert '<span class="pp-count">1</span>' in page.html
    assert "Andenes" not in pages.get("/alertas/proximos-30-dias")


def test_agenda_groups_what_is_due_by_week_and_is_no_alert(app: Flask) -> None:
    follow(app)
    page = reader(app).get("/alertas/proximos-30-dias")
    assert "Próximos 30 días desde el 15 de julio de 2022" in page
    assert "no son alertas" in page
    weeks = [
        ("Semana del 25 de julio de 2022 · 3 hitos", "=Andenes y ñandúes BP26000006 25/07/2022 Contrato firmado"),
        ("Semana del 1 de agosto de 2022 · 1 hito", "=Andenes y ñandúes BP26000006 01/08/2022 Entrega a la comunidad"),
    ]
    for title, row in weeks:
        assert row in page.text.partition(title)[2].partition("Semana del")[0]


def test_agenda_says_when_the_planned_day_is_no_working_day(app: Flask) -> None:
    follow(app, (NewProject("BP26000001", planned={"H01": date(2022, 7, 20)}),), date(2022, 7, 18))
    assert "21/07/2022 planeado 20/07/2022, día no hábil" in reader(app).get("/alertas/proximos-30-dias")


def test_agenda_can_be_narrowed_and_seen_from_another_day(app: Flask) -> None:
    follow(app)
    pages = reader(app)
    page = pages.get("/alertas/proximos-30-dias?fase=execution&corte=2022-07-14")
    assert "2 hitos" in page
    assert "Contrato firmado" not in page
    assert "no tiene la opción «zz»" in pages.get("/alertas/proximos-30-dias?fase=zz")
    assert "Ningún hito se cumple" in pages.get("/alertas/proximos-30-dias?organismo=4162")


# Reader (2), vigencia, its closed cut-offs, the cases (3), who has one and how many are open; 26 more for the figures,
# until they are kept in memory; the frame (1).
@pytest.mark.parametrize("projects", [3, 40])
def test_number_of_queries_does_not_grow_with_the_projects(app: Flask, projects: int) -> None:
    pages = follow_with_alerts(app, tuple(NewProject(f"BP26{number:06d}") for number in range(projects)))
    for url, expected in {"/alertas": 11, "/alertas/proximos-30-dias": 7}.items():
        app.extensions.pop("pp_assessments", None)
        with counted_queries(app) as cold:
            pages.get(url)
        with counted_queries(app) as warm:
            pages.get(url)
        assert (len(cold), len(warm)) == (expected + 26, expected)


def test_stranger_is_asked_to_enter(app: Flask) -> None:
    stand_at(app)
    for url in ("/alertas", "/alertas/proximos-30-dias"):
        assert Pages(app).get(url, 302).location.startswith("/ingresar?next=")


def test_an_organism_without_enlace_says_for_how_many_projects_nobody_reports(app: Flask) -> None:
    follow(app, (NewProject("BP26000001", actual=met_through("H09")),))
    with app.app_context():
        refresh_alerts(find_vigencia(2022).id, TODAY, an_actor())
    page = reader(app).get("/alertas?regla=organism_without_enlace")
    assert "Organismo sin enlace activo" in page
    assert "nadie reporta por 1 proyecto" in page
    assert 'href="/organismos/4145"' in page.html


def numbered(page: Page) -> list[str]:
    """The cases that a page of the list shows."""
    return list(dict.fromkeys(re.findall(r'<th[^>]*><a href="/alertas/(\d+)"', page.html)))


def take(app: Flask, organism: str, owner: str, commitment_on: date) -> int:
    """Give the case of an organism to a new person of it and tell their id."""
    with app.app_context():
        user = make_user(Role.ENLACE, make_organism(organism), label=owner)
        grants = (Grant(Role.PLANEACION, date(2022, 1, 1)),)
        query = select(Alert.id, Alert.version).join(Organism, Organism.id == Alert.organism_id)
        row = db.session.execute(query.where(Organism.code == organism)).one()
        by, number = Stepper(an_actor(), grants, TODAY), user.id
        handle(CaseAt(row.id, row.version), by, owner_id=number, commitment_on=commitment_on)
        return number


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=vacunacion", {HEALTH}),
        ("q=bp26000002", {HEALTH}),
        ("q=secretaria+deporte", {"4162"}),
        ("q=salud", {HEALTH}),
        ("q=muelle", set()),
        ("estado=handling", {HEALTH}),
        ("estado=open", {"4162"}),
        ("estado=resolved", set()),
        ("responsable=nadie", {"4162"}),
        ("edad=fortnight", {HEALTH, "4162"}),
        ("edad=older", set()),
        ("escalado=planeacion", {HEALTH, "4162"}),
        ("escalado=lectura", set()),
        ("compromiso=vencido", {HEALTH}),
        ("nivel=critical&regla=overdue&estado=handling&q=jornadas", {HEALTH}),
    ],
)
def test_each_filter_finds_its_cases(app: Flask, query: str, found: set[str]) -> None:
    pages = follow_with_alerts(app)
    take(app, HEALTH, "Ana de Salud", date(2022, 7, 15))
    stand_at(app, date(2022, 7, 18))
    page = pages.get(f"/alertas?{query}")
    with app.app_context():
        rows = db.session.execute(select(Alert.id, Organism.code).join(Organism, Organism.id == Alert.organism_id))
        codes = {str(number): code for number, code in rows.tuples()}
    assert {codes[number] for number in numbered(page)} == found
    assert "Ningún caso cumple estos filtros" in page or found


def test_a_person_finds_the_cases_that_somebody_has(app: Flask) -> None:
    pages = follow_with_alerts(app)
    number = take(app, HEALTH, "Ana de Salud", date(2022, 7, 29))
    page = pages.get("/alertas")
    assert f'<option value="{number}">Ana de Salud</option>' in page.html
    assert "Mis casos" not in page
    assert "Ana de Salud, compromiso 29/07/2022" in page
    assert len(numbered(pages.get(f"/alertas?responsable={number}"))) == 1
    with app.app_context():
        ana = Pages(app).log_in(db.session.get_one(User, number))
    assert len(numbered(ana.get("/alertas?responsable=yo"))) == 1


def test_counters_tell_what_the_filters_find_and_lead_to_it(app: Flask) -> None:
    pages = follow_with_alerts(app)
    take(app, HEALTH, "Ana de Salud", date(2022, 7, 15))
    stand_at(app, date(2022, 7, 18))
    page = pages.get("/alertas")
    for words in ("2 Crítico", "0 Grave", "1 Abierto", "1 En gestión", "1 Sin responsable", "2 Escalados"):
        assert words in page
    assert "1 Compromiso vencido" in page
    assert 'href="/alertas?compromiso=vencido"' in page.html
    page = pages.get("/alertas?estado=handling")
    assert "1 caso · 2 sin cerrar en total" in page
    assert 'href="/alertas?estado=handling&amp;nivel=critical"' in page.html
    assert '<a id="cuenta-handling" href="/alertas" aria-current="true">' in page.html


def test_ages_are_told_by_rule_and_by_organism(app: Flask) -> None:
    pages = follow_with_alerts(app)
    assert 'href="/alertas/edades?nivel=critical"' in pages.get("/alertas?nivel=critical").html
    page = pages.get("/alertas/edades")
    assert "Edades de los casos al 15 de julio de 2022 2 casos" in page
    assert "Un caso con causas de varias reglas cuenta en cada una" in page
    assert "Hitos vencidos 1 0 1 0 0 9,0 9" in page
    assert "Salud Pública 1 0 1 0 0 9,0 9" in page
    assert 'href="/alertas?regla=organism_without_plan"' in page.html
    page = pages.get("/alertas/edades?nivel=critical&organismo=4145")
    assert "1 caso · Organismo: Salud Pública · Nivel: Crítico" in page
    assert "Ningún caso cumple estos filtros" in pages.get("/alertas/edades?nivel=mild")
    assert "no tiene la opción «alto»" in pages.get("/alertas/edades?nivel=alto")


def test_an_organism_reads_the_ages_of_its_own(app: Flask) -> None:
    follow_with_alerts(app)
    page = reader(app, Role.ENLACE, HEALTH).get("/alertas/edades")
    assert "Salud Pública" in page
    assert "Deporte" not in page


def test_files_have_every_row_of_what_is_filtered_and_nothing_else(app: Flask) -> None:
    projects = tuple(NewProject(f"BP26{number:06d}", name=f"=Obra {number}") for number in range(100, 160))
    pages = follow_with_alerts(app, (*projects, NO_PLAN))
    response = pages.get("/alertas.csv?regla=overdue&pagina=2").response
    assert response.headers["Content-Disposition"] == 'attachment; filename="pp-2022-2022-07-15-alertas.csv"'
    rows = list(csv.DictReader(io.StringIO(response.get_data(as_text=True).lstrip("\ufeff")), delimiter=";"))
    assert len(rows) == 60
    assert rows[0]["Proyecto u organismo"].startswith("'=Obra ")
    assert rows[0]["Causa principal"].startswith("«")
    assert rows[0]["Abierto el"] == "2022-07-01"
    response = pages.get("/alertas.xlsx?regla=organism_without_plan").response
    sheet = load_workbook(io.BytesIO(response.data)).active
    assert sheet is not None
    heads, first, *rest = sheet.iter_rows(values_only=True)
    line = dict(zip(heads, first, strict=True))
    assert rest == []
    assert (line["Proyecto u organismo"], line["Nivel"]) == ("Secretaría del Deporte y la Recreación", "Crítico")
    assert line["Abierto el"] == datetime(2022, 7, 1)  # noqa: DTZ001  # a cell has no zone
    assert line["Causa principal"] == "Debe el plan de 1 proyecto; el plazo venció hace 56 días hábiles."


def test_a_file_of_an_organism_has_its_own_cases_alone(app: Flask) -> None:
    follow_with_alerts(app)
    pages = reader(app, Role.ENLACE, HEALTH)
    text = pages.get("/alertas.csv").response.get_data(as_text=True)
    assert "BP26000002" in text
    assert "Deporte" not in text
    reader(app, Role.ADMIN).get("/alertas.csv", 403)


def test_a_file_of_filters_that_are_not_understood_is_refused(app: Flask) -> None:
    pages = follow_with_alerts(app)
    for ending in ("csv", "xlsx"):
        page = pages.get(f"/alertas.{ending}?nivel=alto", 422)
        assert page.response.mimetype == "text/html"
        assert "El filtro «nivel» no tiene la opción «alto»." in page


def test_the_case_stands_where_its_project_and_organism_do(app: Flask) -> None:
    pages = follow_with_alerts(app)
    take(app, HEALTH, "Ana de Salud", date(2022, 7, 29))
    (number,) = numbered(pages.get(f"/alertas?organismo={HEALTH}"))
    told = "y 7 causas más En gestión"
    for url in ("/", f"/organismos/{HEALTH}", "/proyectos/p-bp26000002"):
        page = pages.get(url)
        assert f'<a href="/alertas/{number}">Jornadas de vacunación</a>' in page.html
        assert "Ana de Salud, compromiso 29/07/2022" in page
        assert told in page
    assert "Jornadas" not in pages.get(f"/organismos/{WORKS}").text.partition("Casos más graves")[2]
    story = pages.get("/proyectos/p-bp26000002").html.partition('id="historia"')[2]
    assert "El caso está en gestión: Ana de Salud, compromiso 29/07/2022." in story
    assert f'<a href="/alertas/{number}">Ver el caso</a>' in story
