"""A date of a contract is reported once for all the projects that it serves, after listing them."""

from __future__ import annotations

import html
import re
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.contract import ProcessStep
from pp_monitor.extensions import db
from pp_monitor.models.progress import ActualFact, FactSource
from pp_monitor.models.project import Project
from pp_monitor.services.contract import By, NewContract, NewProcess, add_contract, add_process, link_projects, unlink
from pp_monitor.services.process import ProcessOrder, take_step
from pp_monitor.services.progress import FactEntry, record_facts
from tests.plan_data import VIAS, City, build_city, project_code
from tests.replanned import register
from tests.views.registering import count, fields, person

TODAY = date(2022, 8, 16)
REPORT = "/proyectos/pp-2022-bp26450001/avance"
NUMBER = "4145.010.26.1.0668-2022"
BACK = re.compile(r'href="([^"]+)"[^>]*>Volver sin registrar')
SIGNED = {"milestone": "H07", "contract": "1", "actual": "19/07/2022", "note": "Firmado por las partes"}


@pytest.fixture
def city(app: Flask) -> City:
    """Three projects of Salud and one of Vías that one contract serves."""
    with app.app_context():
        found = build_city(demo_today=TODAY)
        for number in (1, 2):
            register(found, number)
        by = By(found.actor, TODAY, None)
        since = date(2022, 7, 19)
        first = add_contract(found.vigencia, found.id(1), NewContract(NUMBER, "", since), by).id
        link_projects(found.vigencia, first, {project_code(2): 0}, since, "", by)
        return found


def facts(app: Flask) -> list[tuple[str, str, date | None, int | None]]:
    with app.app_context():
        query = (
            select(Project.code, ActualFact.milestone_code, ActualFact.day, ActualFact.contract_id)
            .join(Project, Project.id == ActualFact.project_id)
            .order_by(Project.code, ActualFact.id)
        )
        return [tuple(row) for row in db.session.execute(query)]  # type: ignore[misc]


def test_one_report_fulfils_every_linked_project_after_listing_them(app: Flask, city: City) -> None:
    ana = person(app, label="Ana Enlace").pages
    page = ana.send(REPORT, SIGNED)
    for words in ("¿En cuáles proyectos?", f"Contrato {NUMBER}", project_code(1), project_code(2), "19/07/2022"):
        assert words in page
    assert facts(app) == []
    sent = fields(page) | {"projects": [project_code(1), project_code(2)], "accion": "confirmar"}
    ana.post(REPORT, sent)
    day = date(2022, 7, 19)
    assert facts(app) == [(project_code(1), "H07", day, 1), (project_code(2), "H07", day, 1)]
    page = ana.get(REPORT)
    assert "Fecha registrada en 2 proyectos." in page
    assert f"contrato {NUMBER}" in page


def test_a_note_of_a_shared_report_names_its_project(app: Flask, city: City) -> None:
    ana = person(app).pages
    ana.post(REPORT.replace("0001", "0002"), {"milestone": "H08", "actual": "12/07/2022"})
    page = ana.send(REPORT, SIGNED | {"projects": [project_code(1), project_code(2)], "accion": "confirmar"})
    assert f"{project_code(2)}: «Registro presupuestal (RP)», 12/07/2022, queda antes de «Contrato firmado»" in page
    assert f"{project_code(1)}: " not in page


def test_what_was_typed_and_ticked_stays_at_an_address_of_its_own(app: Flask, city: City) -> None:
    ana = person(app).pages
    asked = ana.post(REPORT, SIGNED | {"file": (BytesIO(b"%PDF-1.7 acta"), "acta.pdf")}).location
    page = ana.get(asked)
    assert (page.html.count("checked"), fields(page)["actual"]) == (2, "19/07/2022")
    refused = ana.post(REPORT, fields(page) | {"accion": "confirmar"}).location
    for _ in ("at first", "after a reload"):
        assert "checked" not in ana.get(refused).html
    back = html.unescape(BACK.findall(page.html)[0])
    shown = ana.get(back)
    assert "acta.pdf" in shown
    assert fields(shown)["actual"] == "19/07/2022"
    ana.post(REPORT, fields(ana.get(refused)) | {"projects": [project_code(2)], "accion": "confirmar"})
    assert "soporte" in ana.get(REPORT.replace("0001", "0002"))


def test_an_address_without_its_form_leads_back_to_the_report(app: Flask, city: City) -> None:
    ana, other = person(app).pages, person(app).pages
    asked = ana.post(REPORT, SIGNED).location
    assert ana.get(f"{REPORT}/contrato", 302).location == REPORT
    assert other.get(asked, 302).location == REPORT
    assert "ya no está guardado" in other.get(REPORT)


def test_only_the_ticked_projects_get_the_date(app: Flask, city: City) -> None:
    ana = person(app).pages
    sent = SIGNED | {"accion": "confirmar"}
    assert "Elija al menos un proyecto." in ana.send(REPORT, sent)
    ana.post(REPORT, sent | {"projects": [project_code(2)]})
    assert [row[0] for row in facts(app)] == [project_code(2)]


def test_a_project_that_cannot_take_the_date_keeps_all_from_it(app: Flask, city: City) -> None:
    with app.app_context():
        by = By(city.actor, TODAY, None)
        link_projects(city.vigencia, 1, {project_code(3): 0}, date(2022, 7, 19), "", by)
    sent = SIGNED | {"projects": [project_code(1), project_code(3)], "accion": "confirmar"}
    page = person(app).pages.send(REPORT, sent)
    assert f"{project_code(3)}: El proyecto no tiene plan registrado." in page
    assert facts(app) == []


def test_projects_of_another_organism_are_told_and_left_to_planning(app: Flask, city: City) -> None:
    with app.app_context():
        by = By(city.actor, TODAY, None)
        link_projects(city.vigencia, 1, {project_code(1, VIAS): 0}, date(2022, 7, 19), "", by)
    ana, luz = person(app).pages, person(app, Role.PLANEACION).pages
    page = ana.send(REPORT, SIGNED)
    assert "El contrato sirve también a 1 proyecto de otro organismo: ahí lo registra Planeación." in page
    assert project_code(1, VIAS) not in page
    sent = SIGNED | {"projects": [project_code(1, VIAS)], "accion": "confirmar"}
    assert "No se registró en ninguno" in ana.send(REPORT, sent)
    assert facts(app) == []
    assert project_code(1, VIAS) in luz.send(REPORT, SIGNED | {"url": "https://community.secop.gov.co/1"})


def test_a_contract_of_one_project_asks_nothing_more(app: Flask, city: City) -> None:
    with app.app_context():
        unlink(city.vigencia, 1, city.id(2), TODAY, "Otrosí 3 del contrato", By(city.actor, TODAY, None))
    person(app).pages.post(REPORT, SIGNED)
    assert [row[3] for row in facts(app)] == [1]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"milestone": "H01"}, "no es de un contrato. Elija «Todo el proyecto»."),
        ({"contract": "9"}, "Contrato"),
        ({"actual": "17/08/2022"}, "está en el futuro"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_asked(
    app: Flask, city: City, changes: dict[str, str], told: str
) -> None:
    page = person(app).pages.post(REPORT, SIGNED | changes, 422)
    assert told in page
    assert "¿En cuáles proyectos?" not in page
    assert count(app, ActualFact) == 0


def test_the_history_tells_since_when_dates_count_no_longer(app: Flask, city: City) -> None:
    published, void = date(2022, 5, 24), date(2022, 6, 14)
    with app.app_context():
        by = By(city.actor, TODAY, None)
        new = NewProcess("4145.010.32.1.0012-2022", "", date(2022, 5, 2))
        process = add_process(city.vigencia, city.id(1), new, by).id
        entries = [
            FactEntry(city.id(1), "H03", actual=published),
            FactEntry(city.id(1), "H07", actual=date(2022, 7, 19), contract_id=1),
        ]
        record_facts(vigencia=city.vigencia, entries=entries, actor=city.actor, today=TODAY, source=FactSource.FORM)
        order = ProcessOrder("Resolución 41", void, "Ningún proponente cumplió.")
        take_step(city.vigencia, process, ProcessStep.VOID, order, by)
        unlink(city.vigencia, 1, city.id(1), date(2022, 8, 1), "Otrosí 3 del contrato", by)
    page = person(app).pages.get(REPORT)
    assert "no cuenta desde 14/06/2022" in page
    assert "no cuenta desde 01/08/2022" in page
    assert re.search(r"Vencido[^—]* 24/05/2022 — — Reportar H04", page.text)
    assert re.search(r"Vencido[^—]* 19/07/2022 — — Reportar H08", page.text)
