"""*Por verificar*: reported dates that wait for a verdict, one by one or a batch of those ticked."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.access import Role
from pp_monitor.domain.errors import ForbiddenError, ProblemsError
from pp_monitor.domain.listing import paginate
from pp_monitor.domain.verification import Reporter, Verdict
from pp_monitor.formatters import plural
from pp_monitor.forms.alert import Narrowing, read_narrowing
from pp_monitor.forms.fields import hidden_number
from pp_monitor.forms.project import read_page
from pp_monitor.forms.verification import ReporterForm, VerdictForm
from pp_monitor.services.verification import JudgeResult, judge, set_reporter, waiting_facts
from pp_monitor.views import verification_rows
from pp_monitor.views.project_list import PageLinks
from pp_monitor.views.reading import Reading, read
from pp_monitor.views.verdict import judging

blueprint = Blueprint("verification", __name__)
PAGE_SIZE = 25
# What the buttons send for all of the page, and for the ticked rows back; any other verifies the ticked rows.
VERIFY_PAGE, RETURN_TICKED = "verificar-pagina", "devolver"


def _reading() -> tuple[Reading, Reporter]:
    """The vigencia today and who reports in it, for who verifies anything in it."""
    reading = read().at_today()
    reporter = Reporter(reading.vigencia.reporter)
    if not access.judged_sources(reporter):
        raise ForbiddenError("En esta vigencia los organismos reportan y Planeación verifica.")
    return reading, reporter


@blueprint.get("/verificar")
@access.roles(*access.REGISTRARS)
def queue() -> ResponseReturnValue:
    """The dates that wait, the oldest report first, narrowed by the address."""
    reading, reporter = _reading()
    return _page(reading, reporter, VerdictForm(formdata=None))


def _page(reading: Reading, reporter: Reporter, form: VerdictForm, ticked: frozenset[int] = frozenset()) -> str:
    narrowing = read_narrowing(request.args, verification_rows.choices(reading))
    waiting, judged = waiting_facts(reading.vigencia), access.judged_sources(reporter)
    found = verification_rows.rows(reading, [fact for fact in waiting if fact.source in judged])
    chosen = [row for row in found if verification_rows.admits(narrowing, row)]
    problems = list(narrowing.problems)
    page = paginate(chosen, read_page(request.args, problems), PAGE_SIZE)
    return render_template(
        "verification/queue.html",
        reading=reading,
        form=form,
        ticked=ticked,
        narrowing=narrowing,
        problems=problems,
        filters=verification_rows.filters(reading, narrowing),
        page_data=page,
        links=PageLinks.of(page, "verification.queue", narrowing.args),
        total=len(found),
        reporter_form=ReporterForm(formdata=None, reporter=reporter),
        can_set=access.has_role(Role.PLANEACION),
        turning=verification_rows.turning(reporter, waiting),
        send_url=url_for("verification.send", **_list_args(narrowing)),
    )


@blueprint.post("/verificar")
@access.roles(*access.REGISTRARS)
def send() -> ResponseReturnValue:
    """Judge the dates chosen; those that changed in between are told and the rest goes on."""
    reading, reporter = _reading()
    form = VerdictForm()
    verdict, ids = _asked()
    if not form.validate_on_submit():
        return _page(reading, reporter, form, frozenset(ids)), 422
    if not ids:
        form.form_errors.append("No marcó ninguna fecha. Marque al menos una.")
        return _page(reading, reporter, form), 422
    try:
        note = form.reason.data or "" if verdict is Verdict.RETURN else ""
        _tell(verdict, judge(judging(reading, verdict, ids, note)))
    except ProblemsError as error:
        form.reason.errors = [f"{problem.what} {problem.fix}" for problem in error.problems]
        return _page(reading, reporter, form, frozenset(ids)), 422
    narrowing = read_narrowing(request.args, verification_rows.choices(reading))
    return redirect(url_for("verification.queue", **_list_args(narrowing)))


def _list_args(narrowing: Narrowing) -> dict[str, Any]:
    """The list as the address narrows it, for the way there and back."""
    return {**narrowing.args, "pagina": read_page(request.args, [])}


def _asked() -> tuple[Verdict, list[int]]:
    """The verdict and the records that the buttons ask for; one row's own button judges it alone."""
    if one := hidden_number(request.form.get("una")):
        return Verdict.VERIFY, [one]
    step = request.form.get("accion", "")
    texts = request.form.getlist("pagina" if step == VERIFY_PAGE else "fecha")
    ids = [number for text in texts if (number := hidden_number(text))]
    return (Verdict.RETURN if step == RETURN_TICKED else Verdict.VERIFY), ids


def _tell(verdict: Verdict, result: JudgeResult) -> None:
    words = ("verificada", "verificadas") if verdict is Verdict.VERIFY else ("devuelta", "devueltas")
    if result.judged:
        flash(f"{plural(result.judged, 'fecha', 'fechas')} {words[result.judged > 1]}.", "success")
    for problem in result.problems:
        flash(f"{problem.what} {problem.fix}", "warning")


@blueprint.post("/verificar/quien-reporta")
@access.roles(Role.PLANEACION)
def change_reporter() -> ResponseReturnValue:
    """Say who reports in the vigencia, and so who verifies, and tell what that makes of what waits."""
    reading, before = _reading()
    vigencia, told = reading.vigencia, verification_rows.turning(before, waiting_facts(reading.vigencia))
    form = ReporterForm()
    if not form.validate_on_submit():
        flash("Elija quién reporta.", "error")
    elif set_reporter(vigencia, Reporter(form.reporter.data), access.actor()):
        flash(" ".join(("Guardado. Lo ya verificado no cambia.", *told)), "success")
    return redirect(url_for("verification.queue"))
