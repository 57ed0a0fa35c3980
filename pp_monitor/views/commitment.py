"""Commitments of meetings: the list, a new one, and the page of each with its steps."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.access import Role
from pp_monitor.domain.commitment import Commitment, CommitmentStep
from pp_monitor.domain.errors import ConflictError, NotFoundError, ProblemsError
from pp_monitor.domain.listing import paginate
from pp_monitor.forms.commitment import StepForm, step_form
from pp_monitor.forms.project import read_page
from pp_monitor.services.commitment import Step, add_commitment, find_commitment, take_step
from pp_monitor.views import commitment_page, downloads
from pp_monitor.views.project_list import PageLinks
from pp_monitor.views.reading import Reading, read

blueprint = Blueprint("commitment", __name__)
PAGE_SIZE = 50
STEPS = {
    "comentario": CommitmentStep.COMMENTED,
    "cumplido": CommitmentStep.DONE,
    "aplazamiento": CommitmentStep.POSTPONED,
    "cancelacion": CommitmentStep.CANCELLED,
    "reapertura": CommitmentStep.REOPENED,
}


@blueprint.get("/compromisos")
@access.roles(*access.READERS)
def list_all() -> ResponseReturnValue:
    """The commitments that this person may see, the overdue ones first."""
    reading = read().at_today()
    query = commitment_page.read_query(request.args, reading)
    found = commitment_page.chosen(reading, query)
    page = paginate(found, read_page(request.args, query.problems), PAGE_SIZE)
    return render_template(
        "commitment/list.html",
        query=query,
        filters=commitment_page.filters(reading, query),
        summary=commitment_page.summary(reading, found),
        rows=commitment_page.lines(reading, page.rows),
        page_data=page,
        links=PageLinks.of(page, "commitment.list_all", query.args),
        can_add=commitment_page.can_add(),
        csv_url=url_for("commitment.csv", **query.args),
    )


@blueprint.get("/compromisos.csv")
@access.roles(*access.READERS)
def csv() -> ResponseReturnValue:
    """Every row of the same list as a file; nothing where the address is not understood."""
    reading = read().at_today()
    query = commitment_page.read_query(request.args, reading)
    if query.problems:
        raise ProblemsError(tuple(query.problems))
    name = f"pp-{reading.vigencia.year}-{reading.cutoff.day}-compromisos.csv"
    return downloads.csv(name, *commitment_page.table(reading, commitment_page.chosen(reading, query)))


@blueprint.get("/compromisos/nuevo")
@access.roles(Role.PLANEACION, Role.ENLACE, Role.ORDENADOR)
def ask_new() -> ResponseReturnValue:
    """The form of a new commitment."""
    reading = read().at_today()
    return render_template("commitment/new.html", form=commitment_page.blank_form(reading, request.args))


@blueprint.post("/compromisos/nuevo")
@access.roles(Role.PLANEACION, Role.ENLACE, Role.ORDENADOR)
def add() -> ResponseReturnValue:
    """Write a commitment down."""
    reading = read().at_today()
    form = commitment_page.sent_form(reading)
    is_valid = form.validate_on_submit()
    new = commitment_page.new_commitment(reading, form)
    if new is None or not is_valid:
        return render_template("commitment/new.html", form=form), 422
    by_planning = access.has_role(Role.PLANEACION)
    try:
        number = add_commitment(reading.vigencia, new, access.actor(), reading.cutoff.today, is_by_planning=by_planning)
    except ProblemsError as error:
        form.tell(error.problems)
        return render_template("commitment/new.html", form=form), 422
    flash(f"Compromiso n.º {number} guardado.", "success")
    return redirect(url_for("commitment.show", number=number))


def _seen(number: int) -> tuple[Reading, Commitment]:
    """A commitment for who may see it; otherwise it does not exist."""
    reading = read().at_today()
    found = find_commitment(reading.vigencia, number)
    if reading.organism_codes is not None and not any(found.concerns(code) for code in reading.organism_codes):
        raise NotFoundError("Ese compromiso no existe, o no está entre lo que usted puede consultar.")
    return reading, found


@blueprint.get("/compromisos/<int:number>")
@access.roles(*access.READERS)
def show(number: int) -> ResponseReturnValue:
    """One commitment: what was agreed, its story, and what this person may do with it."""
    return _page(*_seen(number))


def _page(reading: Reading, found: Commitment, **sent: StepForm) -> str:
    return render_template(
        "commitment/show.html", page_data=commitment_page.build(reading, found), forms=_forms(reading, found) | sent
    )


def _forms(reading: Reading, found: Commitment) -> dict[str, StepForm]:
    """A form for each step that this person may take, by its word in the address."""
    given = {"formdata": None, "version": str(found.version)}
    year = reading.vigencia.year
    allowed = commitment_page.allowed_steps(found)
    forms = {word: step_form(step, year, **given) for word, step in STEPS.items() if step in allowed}
    if "cumplido" in forms:
        forms["cumplido"].day.data = reading.cutoff.today
    return forms


@blueprint.post("/compromisos/<int:number>/<word>")
@access.roles(Role.PLANEACION, Role.ENLACE, Role.ORDENADOR)
def answer(number: int, word: str) -> ResponseReturnValue:
    """Take one step: a comment, a delivery, a postponement, a cancellation, a reopening."""
    if word not in STEPS:
        raise NotFoundError("Esa página no existe.")
    reading, found = _seen(number)
    form = step_form(STEPS[word], reading.vigencia.year)
    if not form.validate_on_submit():
        return _page(reading, found, **{word: form}), 422
    step = Step(STEPS[word], form.text.data or "", form.seen_version, form.chosen_day)
    side = commitment_page.side(found)
    try:
        take_step(reading.vigencia, number, step, side, access.actor(), reading.cutoff.today)
    except ProblemsError as error:
        form.tell(error.problems)
        return _page(reading, found, **{word: form}), 422
    except ConflictError as error:
        newest = find_commitment(reading.vigencia, number)
        form.form_errors.append(str(error))
        form.version.data = str(newest.version)
        return _page(reading, newest, **{word: form}), 409
    flash("Guardado.", "success")
    return redirect(url_for("commitment.show", number=number))
