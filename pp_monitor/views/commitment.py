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
from pp_monitor.services.commitment import Step, add_commitment, find_commitment, step_problems, take_step
from pp_monitor.services.held_form import TypedForm
from pp_monitor.views import commitment_page, downloads, held_form
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
TITLES = {
    "cumplido": "Marcar cumplido",
    "comentario": "Comentar",
    "aplazamiento": "Aplazar",
    "cancelacion": "Cancelar el compromiso",
    "reapertura": "Reabrir",
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
    """The form of a new commitment, blank or as it was typed with what is wrong."""
    reading, typed = read().at_today(), held_form.kept(request.path)
    if typed is None:
        form = commitment_page.blank_form(reading, request.args)
    else:
        form = commitment_page.form_of(reading, **held_form.filled(typed))
        commitment_page.judged(reading, form)
        held_form.tell(form, typed)
    return render_template("commitment/new.html", form=form)


@blueprint.post("/compromisos/nuevo")
@access.roles(Role.PLANEACION, Role.ENLACE, Role.ORDENADOR)
def add() -> ResponseReturnValue:
    """Write a commitment down."""
    reading = read().at_today()
    form = commitment_page.form_of(reading)
    new = commitment_page.judged(reading, form)
    if form.errors:
        return redirect(url_for("commitment.ask_new", escrito=held_form.keep()))
    by_planning = access.has_role(Role.PLANEACION)
    number = add_commitment(reading.vigencia, new, access.actor(), reading.cutoff.today, is_by_planning=by_planning)
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
    reading, found = _seen(number)
    typed = held_form.kept_under(request.path)
    word = typed.place.rpartition("/")[2] if typed else ""
    allowed = commitment_page.allowed_steps(found)
    forms = {
        each: _shown(reading, found, step, typed if each == word else None)
        for each, step in STEPS.items()
        if step in allowed
    }
    return render_template(
        "commitment/show.html",
        page_data=commitment_page.build(reading, found),
        forms=forms,
        titles=TITLES,
        lost=held_form.lost(typed, f"No se pudo: {TITLES[word].lower()}") if typed and word not in forms else None,
    )


def _shown(reading: Reading, found: Commitment, step: CommitmentStep, typed: TypedForm | None) -> StepForm:
    """The form of a step over the commitment as it is now, with what was typed in it before and what is wrong."""
    form = step_form(step, reading.vigencia.year, **held_form.filled(typed))
    if typed:
        _judged(reading, found, step, form)
        held_form.tell(form, typed)
    elif step is CommitmentStep.DONE:
        form.day.data = reading.cutoff.today
    form.version.data = str(found.version)
    return form


def _judged(reading: Reading, found: Commitment, step: CommitmentStep, form: StepForm) -> Step:
    """The step that was typed; all that is wrong with it is told at its box."""
    form.validate()
    typed = Step(step, form.text.data or "", form.seen_version, form.chosen_day)
    form.tell(step_problems(found, typed, reading.cutoff.today))
    return typed


@blueprint.post("/compromisos/<int:number>/<word>")
@access.roles(Role.PLANEACION, Role.ENLACE, Role.ORDENADOR)
def answer(number: int, word: str) -> ResponseReturnValue:
    """Take one step: a comment, a delivery, a postponement, a cancellation, a reopening."""
    if word not in STEPS:
        raise NotFoundError("Esa página no existe.")
    reading, found = _seen(number)
    form = step_form(STEPS[word], reading.vigencia.year)
    step = _judged(reading, found, STEPS[word], form)
    if form.errors and step.version == found.version:
        return redirect(url_for("commitment.show", number=number, escrito=held_form.keep()))
    side = commitment_page.side(found)
    try:
        take_step(reading.vigencia, number, step, side, access.actor(), reading.cutoff.today)
    except ConflictError as error:
        return redirect(url_for("commitment.show", number=number, escrito=held_form.keep({"": [str(error)]})))
    flash("Guardado.", "success")
    return redirect(url_for("commitment.show", number=number))
