"""Open alerts, and the agenda of the next thirty days, which is none."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.domain.agenda import upcoming
from pp_monitor.forms.alert import read_narrowing
from pp_monitor.forms.project import read_page
from pp_monitor.services.alert_read import level_counts, list_cases
from pp_monitor.views import agenda_rows, alert_rows, commitment_page
from pp_monitor.views.project_list import PageLinks
from pp_monitor.views.reading import read

blueprint = Blueprint("alert", __name__)
PAGE_SIZE = 50


@blueprint.get("/alertas")
@access.roles(*access.READERS)
def list_alerts() -> ResponseReturnValue:
    """The cases that are open today, the gravest first."""
    reading = read().at_today()
    narrowing = read_narrowing(request.args, alert_rows.choices(reading))
    problems = list(narrowing.problems)
    page = list_cases(
        reading.vigencia,
        reading.portfolio.frame.calendar,
        reading.cutoff.today,
        alert_rows.asked(narrowing),
        organism_codes=reading.organism_codes,
        page=read_page(request.args, problems),
        size=PAGE_SIZE,
    ).page
    return render_template(
        "alert/list.html",
        reading=reading,
        narrowing=narrowing,
        problems=problems,
        filters=alert_rows.filters(reading, narrowing),
        rows=[alert_rows.row(case, reading) for case in page.rows],
        page_data=page,
        links=PageLinks.of(page, "alert.list_alerts", narrowing.args),
        total=sum(level_counts(reading.vigencia.id, reading.organism_codes).values()),
        agenda_url=url_for("alert.agenda"),
    )


@blueprint.get("/alertas/proximos-30-dias")
@access.roles(*access.READERS)
def agenda() -> ResponseReturnValue:
    """What falls due in the thirty days after the cut-off, by week."""
    reading = read()
    narrowing = read_narrowing(request.args, alert_rows.agenda_choices(reading))
    portfolio = reading.portfolio
    items = upcoming(portfolio.projects, portfolio.cutoff, portfolio.frame.calendar, with_own=True)
    chosen = [item for item in items if alert_rows.admits_item(narrowing, item)]
    return render_template(
        "alert/agenda.html",
        reading=reading,
        narrowing=narrowing,
        filters=alert_rows.agenda_filters(reading, narrowing),
        weeks=agenda_rows.weeks(chosen, reading),
        total=len(chosen),
        commitments=commitment_page.near_lines(reading, narrowing.chosen["organismo"]),
    )
