"""The command that lists open alerts."""

from __future__ import annotations

import json
from datetime import date

from flask import Flask

from pp_monitor.cli import pp
from pp_monitor.extensions import db
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.entity import find_vigencia
from tests.portfolio_db import an_actor, staff_every_organism
from tests.views.followed import TODAY, follow


def listed(app: Flask, *arguments: str) -> str:
    follow(app)
    with app.app_context():
        staff_every_organism()
        find_vigencia(2022).is_demo = True
        db.session.commit()
        vigencia_id = find_vigencia(2022).id
        for day in (date(2022, 7, 1), TODAY):
            refresh_alerts(vigencia_id, day, an_actor())
    result = app.test_cli_runner().invoke(pp, ["alerts", "list", "--year", "2022", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_every_alert_is_a_line_with_its_days_state_owner_and_age(app: Flask) -> None:
    lines = [" ".join(line.split()) for line in listed(app).splitlines()]
    assert lines == [
        "Organismo sin plan 4162 Deporte y Recreación Crítico 56 días hábiles abierto sin responsable 14 d",
        "Hitos vencidos BP26000002 Salud Pública Crítico 46 días hábiles abierto sin responsable 14 d",
    ]


def test_alerts_are_given_as_json(app: Flask) -> None:
    organism, project = json.loads(listed(app, "--json"))
    assert (organism["rule"], organism["organism"], organism["project"]) == ("organism_without_plan", "4162", None)
    assert (project["project"], project["level"], project["workdays"]) == ("BP26000002", "critical", 46)
    assert (project["state"], project["owner"], project["age_days"]) == ("open", None, 14)
    assert project["causes"][0] == {
        "rule": "overdue",
        "level": "critical",
        "code": "H03",
        "day": "2022-05-06",
        "workdays": 46,
    }


def test_vigencia_that_is_not_open_is_told(app: Flask) -> None:
    follow(app)
    result = app.test_cli_runner().invoke(pp, ["alerts", "list", "--year", "2031"])
    assert result.exit_code == 1
    assert "La vigencia 2031 no está abierta." in result.output
