"""Commands about alerts."""

from __future__ import annotations

import json

import click
from flask.cli import with_appcontext

from pp_monitor import labels
from pp_monitor.cli_types import reading_day, year_option
from pp_monitor.domain.portfolio import Names
from pp_monitor.labels_alert import ALERT_RULE, CASE_STATE
from pp_monitor.services.alert_read import CaseQuery, list_cases
from pp_monitor.services.case_row import CaseRow
from pp_monitor.services.case_store import cause_row
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.entity import find_vigencia


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
    portfolio = assess_portfolio(vigencia, today)
    found = list_cases(vigencia, portfolio.frame.calendar, today, CaseQuery()).page.rows
    if as_json:
        click.echo(json.dumps([_payload(case) for case in found], ensure_ascii=False, indent=1))
        return
    for case in found:
        click.echo(_line(case, portfolio.names))


def _payload(case: CaseRow) -> dict[str, object]:
    return {
        "rule": case.rule.value,
        "organism": case.organism_code,
        "project": case.project.code if case.project else None,
        "level": case.level.value,
        "workdays": case.workdays,
        "state": case.state.value,
        "owner": case.owner or None,
        "commitment_on": case.commitment_on.isoformat() if case.commitment_on else None,
        "snoozed_until": case.snoozed_until.isoformat() if case.snoozed_until else None,
        "escalated_to": case.escalated_to.value if case.escalated_to else None,
        "opened_on": case.opened_on.isoformat(),
        "age_days": case.age_days,
        "causes": [cause_row(cause) for cause in case.causes],
    }


def _line(case: CaseRow, names: Names) -> str:
    """One row, its cells apart by two spaces or more."""
    label = names.organisms.get(case.organism_code)
    organism = label.short_name if label else case.organism_code
    what = f"{case.project.code} {organism}" if case.project else f"{case.organism_code} {organism}"
    return "  ".join(
        (
            ALERT_RULE[case.rule].ljust(28),
            what.ljust(34),
            labels.ALERT_LEVEL[case.level].ljust(7),
            ("—" if case.workdays is None else labels.days_text(case.workdays)).rjust(17),
            CASE_STATE[case.state].lower().ljust(10),
            (case.owner or "sin responsable").ljust(15),
            f"{case.age_days} d",
        )
    )


COMMANDS = (alerts_group,)
