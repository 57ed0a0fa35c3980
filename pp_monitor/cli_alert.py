"""Commands about alerts."""

from __future__ import annotations

import json

import click
from flask.cli import with_appcontext

from pp_monitor import labels
from pp_monitor.cli_types import reading_day, year_option
from pp_monitor.domain.portfolio import Names
from pp_monitor.services.alert import OpenAlert, list_alerts
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.entity import find_vigencia

STATE = "open"


@click.group("alerts", help="Alertas abiertas.")
def alerts_group() -> None:
    """Hold the commands about alerts."""


@alerts_group.command(
    "list", help="Alertas abiertas, una por línea: regla, objeto, nivel, días, estado, responsable, edad."
)
@year_option
@click.option("--json", "as_json", is_flag=True, help="En JSON.")
@with_appcontext
def list_command(year: int, as_json: bool) -> None:
    """Print the open alerts, the gravest first."""
    vigencia = find_vigencia(year)
    today = reading_day()
    found = list_alerts(vigencia, today)
    if as_json:
        click.echo(json.dumps([_payload(alert) for alert in found], ensure_ascii=False, indent=1))
        return
    names = assess_portfolio(vigencia, today).names
    for alert in found:
        click.echo(_line(alert, names))


def _payload(alert: OpenAlert) -> dict[str, object]:
    return {
        "rule": alert.rule.value,
        "organism": alert.organism_code,
        "project": alert.project.code if alert.project else None,
        "level": alert.level.value,
        "overdue_workdays": alert.overdue_workdays,
        "state": STATE,
        "owner": alert.owner or None,
        "opened_on": alert.opened_on.isoformat(),
        "age_days": alert.age_days,
        "projects": alert.projects,
        "items": [
            {
                "milestone": item.milestone_code,
                "planned": item.planned.isoformat(),
                "overdue_workdays": item.overdue_workdays,
            }
            for item in alert.items
        ],
    }


def _line(alert: OpenAlert, names: Names) -> str:
    """One row, its cells apart by two spaces or more."""
    label = names.organisms.get(alert.organism_code)
    organism = label.short_name if label else alert.organism_code
    what = f"{alert.project.code} {organism}" if alert.project else f"{alert.organism_code} {organism}"
    return "  ".join(
        (
            labels.ALERT_RULE[alert.rule].ljust(27),
            what.ljust(34),
            labels.ALERT_LEVEL[alert.level].ljust(7),
            labels.days_text(alert.overdue_workdays).rjust(17),
            "abierta",
            (alert.owner or "sin responsable").ljust(15),
            f"{alert.age_days} d",
        )
    )


COMMANDS = (alerts_group,)
