"""Every page of the demonstration, in a real browser: nothing breaks the policy, anybody can read it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from sqlalchemy import select

from pp_monitor import create_app
from pp_monitor.config import Settings
from pp_monitor.domain.light import Light
from pp_monitor.extensions import db
from pp_monitor.models.account import RoleAssignment, User
from pp_monitor.models.alert import Alert
from pp_monitor.models.contract import ProcessDependency
from pp_monitor.models.project import Attempt, Project, ProjectContract, ProjectProcess
from pp_monitor.reports import organism_list
from pp_monitor.reports.project_list import CHOICES
from pp_monitor.services import demo
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.progress_story import fact_story
from tests.browser.site import SHARED_REPORT, Visitor, visiting

PLANNING = "planeacion@example.org"
CONTROL = "control@example.org"
ENLACE = "enlace.infraestructura@example.org"
DATIC = "enlace.datic@example.org"
HEAD = "despacho.datic@example.org"
STRANGER = ""
# How each page of the address map is opened, and by whom. Names in braces are read from the demonstration.
VISITS = {
    "account.log_in": [("/ingresar", STRANGER)],
    "account.show": [("/cuenta", PLANNING)],
    "admin.audit": [("/auditoria", CONTROL), ("/auditoria?pagina=2", CONTROL)],
    "alert.agenda": [("/alertas/proximos-30-dias", PLANNING)],
    "alert.ages": [("/alertas/edades", PLANNING), ("/alertas/edades?nivel=serious", ENLACE)],
    "alert.list_alerts": [
        ("/alertas", PLANNING),
        ("/alertas", ENLACE),
        ("/alertas", CONTROL),
        ("/alertas?q=malla&nivel=critical&edad=older", PLANNING),
        ("/alertas?estado=resolved&pagina=2", PLANNING),
        ("/alertas?q=nada+asi", PLANNING),
    ],
    "alert_rule.ask_escalation": [("/alertas/escalamiento/critical", PLANNING)],
    "alert_rule.ask_rule": [("/alertas/reglas/overdue", PLANNING), ("/alertas/reglas/zero_value", PLANNING)],
    "alert_rule.show": [("/alertas/reglas", PLANNING), ("/alertas/reglas", ENLACE)],
    "analysis.show": [
        ("/analisis", PLANNING),
        ("/analisis?organismo=4151", PLANNING),
        ("/analisis?corte=2022-05-13", CONTROL),
        ("/analisis", DATIC),
    ],
    "approval.confirm": [("/registro/envios/1/decision", HEAD)],
    "approval.inbox": [("/registro/envios", PLANNING)],
    "approval.show": [("/registro/envios/1", DATIC), ("/registro/envios/1", PLANNING)],
    "case.show": [("/alertas/{case_4151}", PLANNING), ("/alertas/{case_4151}", ENLACE), ("/alertas/1", CONTROL)],
    "commitment.ask_new": [("/compromisos/nuevo", PLANNING), ("/compromisos/nuevo", ENLACE)],
    "commitment.list_all": [
        ("/compromisos", PLANNING),
        ("/compromisos", ENLACE),
        ("/compromisos?estado=overdue&responsable=nadie", PLANNING),
    ],
    "commitment.show": [("/compromisos/1", PLANNING), ("/compromisos/2", PLANNING), ("/compromisos/2", ENLACE)],
    "comparison.show": [
        ("/comparar", PLANNING),
        ("/comparar?desde=2022-04-13&hasta=2022-09-16", PLANNING),
        ("/comparar?desde=2022-08-12&cambio=days", PLANNING),
        ("/comparar?desde=2022-08-12", ENLACE),
    ],
    "contract.show": [
        ("/proyectos/{shared}/contratos", ENLACE),
        ("/proyectos/{shared}/contratos", CONTROL),
        ("/proyectos/{void}/contratos", PLANNING),
        ("/proyectos/{waiting}/contratos", PLANNING),
    ],
    "contract.show_contract": [
        ("/proyectos/{shared}/contratos/{contract}", ENLACE),
        ("/proyectos/{shared}/contratos/{contract}", CONTROL),
    ],
    "dashboard.home": [("/", PLANNING), ("/", ENLACE), ("/?corte=2022-07-15", PLANNING)],
    "dashboard.organism": [("/organismos/4151", PLANNING), ("/organismos/4134", PLANNING)],
    "dashboard.organisms": [
        ("/organismos", PLANNING),
        (f"/organismos?columnas={','.join(choice.word for choice in organism_list.CHOICES)}", PLANNING),
    ],
    "glossary.show": [("/glosario", PLANNING), ("/glosario", ENLACE)],
    "mail.list_mails": [
        ("/correos", PLANNING),
        ("/correos?vista=enviados", PLANNING),
        ("/correos?vista=enviados&estado=refused", CONTROL),
    ],
    "password.ask": [("/restablecer", STRANGER)],
    "people.ask_hand_over": [("/entregar/{role_4151}", ENLACE), ("/entregar/{role_4151}", PLANNING)],
    "people.ask_invite": [("/personas/invitar", PLANNING)],
    "people.list_people": [("/personas", PLANNING)],
    "people.show": [("/personas/{enlace_4151}", PLANNING)],
    "held_file.list_files": [("/registro/archivos-con-problemas", PLANNING)],
    "phase.show": [("/fases/execution", PLANNING), ("/fases/none?corte=2022-07-15", ENLACE)],
    "plan.confirm": [("/registro/4134/enviar", DATIC)],
    "plan.grid": [("/registro/4134", DATIC), ("/registro/4151", ENLACE), ("/registro/4151", PLANNING)],
    "plan.overview": [("/registro", PLANNING), ("/registro", ENLACE)],
    "plan.receipt": [("/registro/constancia/1", PLANNING)],
    "plan_review.show": [("/registro/4134/revisar", DATIC)],
    "plan_rule.show": [("/registro/reglas", PLANNING)],
    "registration_follow.show": [("/registro/4151/seguimiento", PLANNING), ("/registro/4151/seguimiento", ENLACE)],
    "plan.upload": [("/registro/4134/archivo", DATIC)],
    "procurement.offices": [
        ("/expedientes", PLANNING),
        ("/expedientes?oficina=contratacion&estado=dentro", PLANNING),
        ("/expedientes", ENLACE),
    ],
    "progress.ask_annul": [("/proyectos/{late_4151}/avance/anular/actual/{fact}", ENLACE)],
    "progress.ask_return": [("/proyectos/{late_4151}/avance/devolver/{fact}", PLANNING)],
    "progress.ask_shared": [("/proyectos/{shared}/avance/contrato?escrito={shared_report}", ENLACE)],
    "progress.report": [("/proyectos/{late_4151}/avance", ENLACE)],
    "progress_due.show": [
        ("/por-reportar", ENLACE),
        ("/por-reportar", PLANNING),
        ("/por-reportar?organismo=4151&fase=closure", PLANNING),
    ],
    "progress_file.upload": [("/por-reportar/4151/archivo", ENLACE)],
    "privacy.show": [("/privacidad", STRANGER), ("/privacidad", PLANNING)],
    "project.list_projects": [
        ("/proyectos", PLANNING),
        ("/proyectos", ENLACE),
        ("/proyectos?q=nada+asi", PLANNING),
        (f"/proyectos?organismo=4151&columnas={','.join(choice.word for choice in CHOICES)}", PLANNING),
    ],
    "project_edit.ask_new": [("/proyectos/nuevo", PLANNING)],
    "project_edit.show": [("/proyectos/{late_4151}/cambios", PLANNING), ("/proyectos/{late_4151}/cambios", ENLACE)],
    "project.show": [
        (f"/proyectos/{{{light}}}", PLANNING)
        for light in ("red", "no_plan", "closed", "suspended", "withdrawn", "green", "waiting", "void")
    ],
    "replanning.ask": [("/proyectos/{moving_4151}/reprogramar", ENLACE)],
    "replanning.list_all": [("/reprogramaciones", PLANNING), ("/reprogramaciones", ENLACE)],
    "replanning.show": [
        ("/reprogramaciones/1", PLANNING),
        ("/reprogramaciones/2", PLANNING),
        ("/reprogramaciones/2", ENLACE),
    ],
    "territory.list_all": [
        ("/territorios", PLANNING),
        ("/territorios", ENLACE),
        ("/territorios?corte=2022-07-15", PLANNING),
    ],
    "territory.show": [("/territorios/64", PLANNING), ("/territorios/01?corte=2022-07-15", ENLACE)],
    "verification.queue": [("/verificar", PLANNING), ("/verificar?soporte=sin&organismo=4151", PLANNING)],
    "report.list_reports": [("/informes", PLANNING), ("/informes", ENLACE)],
}
# Where somebody is led to the only page that it could be.
LEADS_ON = {("/registro", ENLACE): "/registro/4151"}
# Answered with a file or a word, opened by a link of one use, or about what was done before; each has its own tests.
NO_PAGE = {
    "alert.csv",
    "alert.workbook",
    "approval.ask_let_through",
    "approval.document",
    "commitment.csv",
    "contract.document",
    "comparison.csv",
    "dashboard.organisms_csv",
    "dashboard.organisms_workbook",
    "dossier.project_file",
    "dossier.territory_file",
    "health.alive",
    "held_file.download",
    "health.ready",
    "password.choose",
    "plan.receipt_pdf",
    "plan.review_file",
    "plan.template",
    "progress_file.review",
    "progress_file.template",
    "project.projects_csv",
    "project.projects_workbook",
    "progress.proof",
    "project_edit.document",
    "replanning.document",
    "report.download",
    "static",
    "territory.csv",
    "territory.workbook",
}


WIDTHS = (1366, 360)


@pytest.fixture(scope="module")
def people(browser: Browser, demo_address: str) -> Iterator[dict[str, Visitor]]:
    """Everybody logged in once."""
    with ExitStack() as windows:
        everybody = {}
        for email in (PLANNING, CONTROL, ENLACE, DATIC, HEAD, STRANGER):
            everybody[email] = windows.enter_context(visiting(browser, demo_address, WIDTHS[0]))
            if email:
                everybody[email].log_in(email)
        yield everybody


@pytest.fixture(scope="session")
def named(demo_folder: Path) -> dict[str, str]:
    """The public id of a project of each light, and one of Infraestructura with the id of a fact of its own."""
    app = create_app(Settings(instance_dir=demo_folder))
    with app.app_context():
        portfolio = assess_portfolio(find_vigencia(2022), demo.UNTIL)
        names = {project.light.value: project.public_id for project in portfolio.projects}
        late = next(p for p in portfolio.of_organism("4151") if p.light is Light.RED)
        moving = [p for p in portfolio.of_organism("4151") if p.light is Light.YELLOW][-1]
        fact = next(row.id for row in fact_story(late.id) if row.stream == "actual" and row.is_standing)
        query = select(RoleAssignment).join(User, User.id == RoleAssignment.user_id).where(User.email == ENLACE)
        role = db.session.scalars(query).one()
        ids = {"fact": str(fact), "role_4151": str(role.id), "enlace_4151": str(role.user_id)}
        cases = select(Alert.id).where(Alert.project_id == late.id, Alert.closed_at.is_(None))
        ids |= contracting_ids() | {"case_4151": str(db.session.scalars(cases).one())}
        return names | {"late_4151": late.public_id, "moving_4151": moving.public_id} | ids


def contracting_ids() -> dict[str, str]:
    """A project that shares its contract, that contract, and a project whose process was declared desierto."""
    shared = (
        select(Project.public_id, ProjectContract.contract_id)
        .join(ProjectContract, ProjectContract.project_id == Project.id)
        .order_by(ProjectContract.act.desc(), ProjectContract.id)
    )
    void = (
        select(Project.public_id)
        .join(ProjectProcess, ProjectProcess.project_id == Project.id)
        .join(Attempt, Attempt.process_id == ProjectProcess.process_id)
        .where(Attempt.number == 2)
    )
    waiting = (
        select(Project.public_id)
        .join(ProjectProcess, ProjectProcess.project_id == Project.id)
        .join(ProcessDependency, ProcessDependency.process_id == ProjectProcess.process_id)
    )
    row = db.session.execute(shared).first()
    assert row is not None
    return {
        "waiting": db.session.scalars(waiting).one(),
        "shared": row.public_id,
        "contract": str(row.contract_id),
        "void": db.session.scalars(void).one(),
        "shared_report": SHARED_REPORT,
    }


def test_every_page_of_the_address_map_is_visited(demo_folder: Path) -> None:
    app = create_app(Settings(instance_dir=demo_folder))
    pages = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages == {*VISITS, *NO_PAGE}


def visits(*, of_planning: bool) -> list[Any]:
    """Each visit, those of Planning apart: they are the most, and have a file of their own to run beside this one."""
    found = [(path, who) for each in VISITS.values() for path, who in each if (who == PLANNING) is of_planning]
    return [pytest.param(path, who, id=f"{path} {who}") for path, who in found]


@pytest.mark.parametrize(("path", "who"), visits(of_planning=False))
def test_a_page_is_sound_for_everybody(people: dict[str, Visitor], named: dict[str, str], path: str, who: str) -> None:
    require_page(people[who], named, path, who)


def require_page(visitor: Visitor, named: dict[str, str], path: str, who: str) -> None:
    """The page answers at its address, has one heading and no fault, and nothing complained."""
    visitor.complaints.clear()
    asked = path.format_map(named)
    response = visitor.go(asked)
    assert response.status == 200
    assert visitor.page.url.removeprefix(visitor.address) == LEADS_ON.get((path, who), asked)
    require_sound(visitor)
    assert visitor.complaints == []
    assert visitor.page.locator("h1").count() == 1


def require_sound(visitor: Visitor) -> None:
    """The page has no fault of access and fits, on a desk and then on a phone."""
    for width in WIDTHS:
        visitor.page.set_viewport_size({"width": width, "height": 800})
        violations = Axe().run(visitor.page).response["violations"]
        assert [(width, each["id"], each["nodes"][0]["html"]) for each in violations] == []
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", ["/proyectos/nada", "/auditoria"])
def test_a_refusal_is_a_page_too(people: dict[str, Visitor], path: str) -> None:
    visitor = people[ENLACE]
    response = visitor.go(path)
    assert response.status in (403, 404)
    require_sound(visitor)
