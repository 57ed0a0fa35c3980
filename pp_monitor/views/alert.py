"""The inbox of cases with its files, and the agenda of the next thirty days, which is none."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from pp_monitor import access, clock
from pp_monitor.domain.agenda import upcoming
from pp_monitor.domain.case import CaseState
from pp_monitor.domain.errors import ProblemsError
from pp_monitor.domain.evidence import XLSX
from pp_monitor.formatters import integer, plural
from pp_monitor.forms.alert import read_narrowing
from pp_monitor.forms.project import read_page
from pp_monitor.reports.case_list import COLUMNS, CaseLine
from pp_monitor.reports.list_file import ListInfo, list_csv, list_workbook
from pp_monitor.reports.table_csv import MEDIA_TYPE
from pp_monitor.services.alert_read import CaseList, case_ages, level_counts
from pp_monitor.views import agenda_rows, alert_rows, case_bulk, commitment_page
from pp_monitor.views.downloads import attached
from pp_monitor.views.project_list import PageLinks
from pp_monitor.views.reading import Reading, read

blueprint = Blueprint("alert", __name__)
PAGE_SIZE = 50
# The cases of each state, in the heading.
_WHICH: Mapping[str, str] = {
    CaseState.OPEN: "abiertos",
    CaseState.HANDLING: "en gestión",
    CaseState.SNOOZED: "pospuestos",
    CaseState.RESOLVED: "resueltos",
    CaseState.DISMISSED: "descartados",
}


@blueprint.get("/alertas")
@access.roles(*access.READERS)
def list_alerts() -> ResponseReturnValue:
    """The cases that are open today, the gravest first, with what is counted of them and the steps on several."""
    reading = read().at_today()
    known = alert_rows.choices(reading)
    narrowing = alert_rows.read_asked(reading, known)
    problems = list(narrowing.problems)
    found = alert_rows.found(reading, narrowing, read_page(request.args, problems), PAGE_SIZE)
    total = sum(level_counts(reading.vigencia.id, reading.organism_codes).values())
    return render_template(
        "alert/list.html",
        reading=reading,
        narrowing=narrowing,
        problems=problems,
        filters=alert_rows.filters(known, narrowing),
        tallies=alert_rows.tallies(found.counters, narrowing),
        rows=[alert_rows.row(case, reading, found.awaited.get(case.id, ())) for case in found.page.rows],
        page_data=found.page,
        which=_WHICH.get(narrowing.chosen["estado"], "sin cerrar"),
        summary=_summary(found, total),
        words=alert_rows.narrowed_words(known, narrowing, found.page.total),
        links=PageLinks.of(found.page, "alert.list_alerts", narrowing.args),
        total=total,
        bulk=case_bulk.bulk(reading, narrowing, found),
    )


def _summary(found: CaseList, total: int) -> str:
    count = plural(found.page.total, "caso", "casos")
    return count if found.page.total == total else f"{count} · {integer(total)} sin cerrar en total"


@blueprint.get("/alertas/edades")
@access.roles(*access.READERS)
def ages() -> ResponseReturnValue:
    """How old the cases that the same filters find are, by rule and by organism."""
    reading = read().at_today()
    known = alert_rows.choices(reading)
    narrowing = alert_rows.read_asked(reading, known)
    calendar, today = reading.portfolio.frame.calendar, reading.cutoff.today
    query = alert_rows.asked(reading, narrowing)
    found = case_ages(reading.vigencia, calendar, today, query, reading.organism_codes)
    total = sum(line.count for line in found.by_organism)
    return render_template(
        "alert/ages.html",
        reading=reading,
        narrowing=narrowing,
        words=alert_rows.narrowed_words(known, narrowing, total),
        by_rule=alert_rows.ages_by_rule(found.by_rule, narrowing),
        by_organism=alert_rows.ages_by_organism(found.by_organism, narrowing, reading),
    )


@blueprint.get("/alertas.csv")
@access.roles(*access.READERS)
def csv() -> ResponseReturnValue:
    """Every row of the same list as CSV; nothing where the address is not understood."""
    reading, lines, _ = _lines()
    return attached(list_csv(COLUMNS, lines), MEDIA_TYPE, _filename(reading, "csv"))


@blueprint.get("/alertas.xlsx")
@access.roles(*access.READERS)
def workbook() -> ResponseReturnValue:
    """The same as a workbook."""
    reading, lines, words = _lines()
    portfolio, today = reading.portfolio, reading.cutoff.today
    info = ListInfo(
        "Alertas",
        portfolio.names.entity,
        reading.vigencia.year,
        today,
        clock.utc_now(),
        words,
        is_demo=portfolio.is_demo,
    )
    return attached(list_workbook(COLUMNS, lines, info), XLSX, _filename(reading, "xlsx"))


def _lines() -> tuple[Reading, list[CaseLine], str]:
    """What the address asks for, and its filters in words."""
    reading = read().at_today()
    known = alert_rows.choices(reading)
    narrowing = alert_rows.read_asked(reading, known)
    if narrowing.problems:
        raise ProblemsError(narrowing.problems)
    rows = alert_rows.found(reading, narrowing).page.rows
    return (
        reading,
        [alert_rows.line(row, reading) for row in rows],
        alert_rows.narrowed_words(known, narrowing, len(rows)),
    )


def _filename(reading: Reading, ending: str) -> str:
    return f"pp-{reading.vigencia.year}-{reading.cutoff.today}-alertas.{ending}"


@blueprint.get("/alertas/proximos-30-dias")
@access.roles(*access.READERS)
def agenda() -> ResponseReturnValue:
    """What falls due in the thirty days after the cut-off, by week."""
    reading = read()
    known = alert_rows.agenda_choices(reading)
    narrowing = read_narrowing(request.args, known)
    portfolio = reading.portfolio
    items = upcoming(portfolio.projects, portfolio.cutoff, portfolio.frame.calendar, with_own=True)
    chosen = [item for item in items if alert_rows.admits_item(narrowing, item)]
    return render_template(
        "alert/agenda.html",
        reading=reading,
        narrowing=narrowing,
        filters=alert_rows.filters(known, narrowing),
        weeks=agenda_rows.weeks(chosen, reading),
        total=len(chosen),
        commitments=commitment_page.near_lines(reading, narrowing.chosen["organismo"]),
    )
