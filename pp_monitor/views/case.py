"""The page of a case, the steps that people take on it, and the same step on several cases."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.domain.case import SPEAKERS, CaseStep
from pp_monitor.domain.errors import ConflictError, NotFoundError, ProblemsError
from pp_monitor.forms.case import CaseStepForm
from pp_monitor.services import case as service
from pp_monitor.services.case import CaseAt, Stepper, StepsDone
from pp_monitor.services.case_read import CaseView, find_case
from pp_monitor.views import case_bulk, case_page, held_form
from pp_monitor.views.reading import Reading, read

blueprint = Blueprint("case", __name__)
DONE = {
    CaseStep.HANDLE: "El caso está en gestión.",
    CaseStep.SNOOZE: "El caso se pospuso.",
    CaseStep.WAKE: "El caso despertó.",
    CaseStep.DISMISS: "El caso se descartó.",
    CaseStep.REOPEN: "El caso está abierto de nuevo.",
    CaseStep.COMMENT: "Observación guardada.",
    CaseStep.ANSWER: "Respuesta guardada.",
}


def _seen(case_id: int) -> tuple[Reading, CaseView]:
    """A case for who may see it; otherwise it does not exist."""
    reading = read().at_today()
    return reading, _found(reading, case_id)


def _found(reading: Reading, case_id: int) -> CaseView:
    calendar, today = reading.portfolio.frame.calendar, reading.cutoff.today
    return find_case(reading.vigencia, calendar, today, case_id, reading.organism_codes)


def _stepper(reading: Reading) -> Stepper:
    return Stepper(access.actor(), access.require_person().grants, reading.cutoff.today)


@blueprint.get("/alertas/<int:case_id>")
@access.roles(*access.READERS)
def show(case_id: int) -> ResponseReturnValue:
    """One case: its causes with their numbers, who has it, its thread, and what this person may do with it."""
    return render_template("alert/case.html", page_data=case_page.build(*_seen(case_id)))


@blueprint.post("/alertas/<int:case_id>/<word>")
@access.roles(*sorted(SPEAKERS))
def take(case_id: int, word: str) -> ResponseReturnValue:
    """Take one step on a case; what cannot be done is told on its page, with what was typed."""
    if word not in case_page.STEPS:
        raise NotFoundError("Esa página no existe.")
    reading, found = _seen(case_id)
    step = case_page.STEPS[word]
    return _step(reading, found, step, case_page.step_form(reading, found.case, step, word))


@blueprint.post("/alertas/<int:case_id>/respuesta/<int:event_id>")
@access.roles(*sorted(SPEAKERS))
def answer_one(case_id: int, event_id: int) -> ResponseReturnValue:
    """Answer one observation of a case."""
    reading, found = _seen(case_id)
    form = case_page.step_form(reading, found.case, CaseStep.ANSWER, case_page.answer_name(event_id))
    return _step(reading, found, CaseStep.ANSWER, form, event_id)


def _step(
    reading: Reading, found: CaseView, step: CaseStep, form: CaseStepForm, event_id: int = 0
) -> ResponseReturnValue:
    number, by = found.case.id, _stepper(reading)
    service.require_role(found.case.state, step, by, found.case.organism_id)
    if not form.validate_on_submit():
        return _ask_again(number, case_bulk.field_problems(form))
    try:
        _take(CaseAt(number, form.seen_version), by, step, form, event_id)
    except ProblemsError as error:
        return _ask_again(number, case_bulk.field_problems(form, error.problems))
    except ConflictError as error:
        news = case_page.news_since(reading, _found(reading, number), form.seen_event)
        return _ask_again(number, {"": [str(error), *news]})
    flash(DONE[step], "success")
    return redirect(url_for("case.show", case_id=number))


def _take(at: CaseAt, by: Stepper, step: CaseStep, form: CaseStepForm, event_id: int) -> None:
    """The service of each step, with what its form holds."""
    if step is CaseStep.HANDLE:
        service.handle(at, by, owner_id=int(form.owner.data), commitment_on=form.chosen_day)
    elif step is CaseStep.SNOOZE:
        service.snooze(at, by, until=form.chosen_day, reason=form.said)
    elif step is CaseStep.WAKE:
        service.wake(at, by)
    elif step is CaseStep.DISMISS:
        service.dismiss(at, by, reason=form.said)
    elif step is CaseStep.REOPEN:
        service.reopen(at, by, reason=form.said)
    elif step is CaseStep.COMMENT:
        service.comment(at.id, by, form.said)
    else:
        service.answer(at.id, by, event_id, form.said)


def _ask_again(case_id: int, told: dict[str, list[str]]) -> ResponseReturnValue:
    """Back to the page of the case with what was typed and what is wrong with it."""
    return redirect(url_for("case.show", case_id=case_id, escrito=held_form.keep(told)))


@blueprint.post("/alertas/marcadas")
@access.roles(*case_bulk.HANDLERS)
def step_many() -> ResponseReturnValue:
    """What Enter does below the list: the step that was filled, where it is one."""
    return case_bulk.by_what_was_typed(read().at_today())


@blueprint.post("/alertas/asignar")
@access.roles(*case_bulk.HANDLERS)
def assign_many() -> ResponseReturnValue:
    """Give the chosen cases an owner and a commitment date; those that refuse are told and the rest goes on."""
    reading = read().at_today()
    form = case_bulk.make_assign_form(reading)

    def take(ats: Sequence[CaseAt]) -> StepsDone:
        owner_id, day = int(form.owner.data), form.chosen_day
        return service.handle_all(ats, _stepper(reading), owner_id=owner_id, commitment_on=day)

    return case_bulk.step(reading, form, take, ("asignado", "asignados"))


@blueprint.post("/alertas/posponer")
@access.roles(*case_bulk.SNOOZERS)
def snooze_many() -> ResponseReturnValue:
    """Let the chosen cases rest until a day with a reason; those that refuse are told and the rest goes on."""
    reading = read().at_today()
    form = case_bulk.make_snooze_form(reading)

    def take(ats: Sequence[CaseAt]) -> StepsDone:
        return service.snooze_all(ats, _stepper(reading), until=form.chosen_day, reason=form.said)

    return case_bulk.step(reading, form, take, ("pospuesto", "pospuestos"))
