"""The main job from end to end, by the commands that an officer types, to a real mailbox."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.cli import ScriptInfo
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pp_monitor import labels
from pp_monitor.cli import pp
from pp_monitor.domain.deviation import MilestoneState
from pp_monitor.domain.light import Light
from tests.conftest import AppFactory
from tests.engines import SmtpServer
from tests.portfolio_db import PLANNED

PROJECTS = (
    "codigo;organismo;nombre;territorio;valor\n"
    "BP26000001;4145;Jornadas de salud mental;Comuna 13;100.000.000\n"
    "BP26000002;4145;Bienestar animal;Comuna 18;200.000.000\n"
    "BP26000003;4151;Malla vial;Comuna 16;700.000.000\n"
)
PROGRESS = (
    "proyecto;hito;fecha_real;fecha_proyectada;causa;nota\n"
    "BP26000001;H01;18/04/2022;;;\n"
    "BP26000001;H02;02/05/2022;;Demora en CDP o RP;Faltaba un certificado\n"
    "BP26000002;H01;2022-04-11;;;\n"
    "BP26000001;H03;;25/05/2022;;\n"
)
CUTOFF = "2022-05-13"


class Office:
    """A terminal of the planning office: each command must succeed and gives what it printed."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self._app = app
        self._folder = folder

    def file(self, name: str, text: str) -> str:
        path = self._folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def types(self, *words: str) -> str:
        runner = self._app.test_cli_runner()
        result = runner.invoke(pp, list(words), obj=ScriptInfo(create_app=lambda: self._app))
        assert result.exit_code == 0, f"{words}: {result.output}\n{result.exception!r}"
        return result.stdout


@pytest.fixture
def office(make_app: AppFactory, migrated_url: str, smtp_server: SmtpServer, tmp_path: Path) -> Office:
    app = make_app(migrated_url, smtp_url=smtp_server.url, mail_from="planeacion@example.org", today=date(2022, 5, 16))
    return Office(app, tmp_path)


def plan_text() -> str:
    codes = ("BP26000001", "BP26000002")
    lines = [f"{code};{milestone};{day:%d/%m/%Y};" for code in codes for milestone, day in PLANNED.items()]
    return "\n".join(["proyecto;hito;fecha_planeada;no_aplica", *lines]) + "\n"


def live_through_april(office: Office) -> None:
    office.types("init")
    office.types("import", "projects", office.file("proyectos.csv", PROJECTS), "--year", "2022")
    office.types("vigencia", "set", "--year", "2022", "--deadline", "2022-04-22")
    for email, role, more in (
        ("gabinete@example.org", "lectura", []),
        ("enlace.salud@example.org", "enlace", ["--organism", "4145"]),
    ):
        office.types("users", "add", "--email", email, "--label", "Prueba", "--role", role, *more)
    act = ["--register", "--registered-on", "2022-04-08", "--act", "Acta 1"]
    plan = office.file("plan.csv", plan_text())
    office.types("plan", "load", plan, "--organism", "4145", "--year", "2022", *act)
    office.types("progress", "load", office.file("avance.csv", PROGRESS), "--year", "2022")


def rows_of(sheet: Worksheet) -> list[dict[str, object]]:
    rows = list(sheet.iter_rows(values_only=True))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:] if row[0] is not None]


def test_from_the_projects_file_to_the_workbook_in_a_mailbox(office: Office, smtp_server: SmtpServer) -> None:
    live_through_april(office)
    figures = json.loads(office.types("evaluate", "--year", "2022", "--cutoff", CUTOFF, "--json"))
    assert (figures["city"]["projects"], figures["city"]["with_plan"]) == (3, 2)
    lights = {project["code"]: project["light"] for project in figures["projects"]}
    assert lights["BP26000003"] == Light.NO_PLAN
    assert lights["BP26000001"] == Light.YELLOW

    office.types("jobs", "run", "refresh_alerts")
    alerts = json.loads(office.types("alerts", "list", "--year", "2022", "--json"))
    rules = {cause["rule"] for alert in alerts for cause in alert["causes"]}
    of_organisms = {"organism_without_plan", "organism_without_enlace"}
    assert rules == of_organisms | {"overdue", "missing_modality"}

    assert "Informe n.º 1" in office.types("close", "--year", "2022", "--cutoff", CUTOFF)
    assert "ya estaba cerrado" in office.types("close", "--year", "2022", "--cutoff", CUTOFF)
    office.types("mail", "send")
    office.types("mail", "send")
    received = {address: mail for mail in smtp_server.received for address in mail.recipients}
    assert sorted(received) == ["enlace.salud@example.org", "gabinete@example.org"]
    assert len(smtp_server.received) == 2

    attachment = next(received["gabinete@example.org"].message.iter_attachments())
    assert attachment.get_filename() == f"pp-2022-{CUTOFF}-consolidado.xlsx"
    check_workbook(attachment.get_payload(decode=True), figures)


def check_workbook(content: bytes, figures: dict) -> None:
    """Every project and milestone of the mailed workbook says what ``evaluate`` says."""
    book = load_workbook(io.BytesIO(content))
    projects = {row["BP"]: row for row in rows_of(book["09_Proyectos"])}
    assert set(projects) == {project["code"] for project in figures["projects"]}
    for project in figures["projects"]:
        row = projects[project["code"]]
        assert row["Semáforo"] == labels.LIGHT[Light(project["light"])]
        if project["planned_progress"] is not None:
            assert row["Avance real"] == pytest.approx(project["actual_progress"])
            assert row["Mayor retraso (días háb.)"] == project["worst_delay_workdays"]
    milestones = {(row["BP"], row["Código hito"]): row for row in rows_of(book["10_Hitos"])}
    told = {(p["code"], m["code"]): m for p in figures["projects"] for m in p["milestones"]}
    assert set(told) <= set(milestones)
    for key, milestone in told.items():
        row = milestones[key]
        assert row["Estado"] == labels.MILESTONE_STATE[MilestoneState(milestone["state"])]
        planned = row["Fecha línea base"]
        assert (planned.date().isoformat() if planned else None) == milestone["planned"]
        assert row["Días vencidos"] == milestone["overdue_workdays"]
