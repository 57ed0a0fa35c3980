"""What the pages of re-planning show: dates that may move, dates asked for, the steps of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from pp_monitor import access, labels
from pp_monitor.access import Role
from pp_monitor.domain.errors import ConflictError, Problem
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.domain.replanning import Move, ReplanningStep, movable_codes, moves
from pp_monitor.formatters import date_short, plural
from pp_monitor.forms.replanning import ApproveForm, DecisionForms, ReturnForm, WishForm, date_data, wish_form
from pp_monitor.labels_plan import REPLANNING_CAUSE, REPLANNING_STEP, postponed_text
from pp_monitor.services.deviation import Standing, project_standing
from pp_monitor.services.held_form import TypedForm
from pp_monitor.services.plan_read import plan_review
from pp_monitor.services.replanning_check import (
    require_movable,
    require_same_plan,
    wanted_doubts,
    wanted_problems,
)
from pp_monitor.services.replanning_read import AskedRequest, list_requests
from pp_monitor.views import held_form
from pp_monitor.views.attachment import ProofLink, proof_link
from pp_monitor.views.plan_access import is_enlace_of
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import short_name

APPROVE, RETURN = "aprobar", "devolver"
_TAGS = {
    ReplanningStep.REQUESTED: ("ring", "warn"),
    ReplanningStep.RETURNED: ("triangle", "warn"),
    ReplanningStep.APPROVED: ("check", "ok"),
    ReplanningStep.WITHDRAWN: ("cross", "none"),
}


@dataclass(frozen=True, slots=True)
class MovableRow:
    """A milestone that may move, with its original date and the one in force."""

    code: str
    name: str
    original: date | None
    in_force: date | None
    state: str
    state_word: str


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A date asked for beside the original and the one in force; working days from each of them, positive later.

    ``moved_workdays`` is from the one in force, ``wanted_workdays`` from the original.
    """

    name: str
    original: date
    in_force: date
    wanted: date
    moved_workdays: int
    wanted_workdays: int


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in the list."""

    url: str
    project: str
    code: str
    organism: str
    cause: str
    dates: str
    requested_on: date
    shape: str
    tone: str
    word: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of a request."""

    happened_on: date
    what: str
    note: str
    author: str


@dataclass(frozen=True, slots=True)
class RequestPage:
    """Everything that the page of a request shows; ``problems`` keep it from being approved as it is."""

    title: str
    shape: str
    tone: str
    word: str
    facts: list[tuple[str, str]]
    texts: list[tuple[str, str]]
    moves: list[MoveRow]
    steps: list[StepRow]
    problems: tuple[Problem, ...]
    doubts: tuple[Problem, ...]
    proof: ProofLink | None
    can_approve: bool
    can_return: bool
    can_withdraw: bool
    again_url: str


def _names(reading: Reading, project: ProjectAssessment) -> dict[str, str]:
    own = {row.code: row.milestone.name for row in project.own}
    return {**reading.portfolio.names.milestones, **own}


def movable_rows(reading: Reading, project: ProjectAssessment) -> list[MovableRow]:
    """The milestones that may move, in the order of the plan; raise ``ConflictError`` where none can."""
    require_movable(_standing(reading, project))
    b0 = {row.code: row.planned for row in project.b0.milestones} if project.b0 else {}
    movable, names = movable_codes(project), _names(reading, project)
    results = (*project.current.milestones, *project.own) if project.current else ()
    return [
        MovableRow(
            row.code,
            names.get(row.code, row.code),
            b0.get(row.code, row.planned),
            row.planned,
            row.state,
            labels.MILESTONE_STATE[row.state],
        )
        for row in results
        if row.code in movable
    ]


def _standing(reading: Reading, project: ProjectAssessment) -> Standing:
    known_at = reading.vigencia.last_recorded_at
    return project_standing(reading.vigencia, project.id, reading.cutoff.today, known_at)


def decision_forms(reading: Reading, typed: TypedForm | None, *, is_open: bool) -> DecisionForms:
    """The two ways to decide: blank, or one as it was ``typed`` with what was wrong; only told once none is open."""
    given = {act: typed if typed and typed.place.endswith(f"/{act}") else None for act in (APPROVE, RETURN)}
    filled = {act: held_form.filled(one) for act, one in given.items()}
    day, year = reading.cutoff.today, {"year": reading.vigencia.year}
    meta = {**year, **filled[APPROVE].pop("meta", {})}
    forms = DecisionForms(
        ApproveForm(prefix=f"{APPROVE}-", meta=meta, **({} if given[APPROVE] else {"day": day}), **filled[APPROVE]),
        ReturnForm(prefix=f"{RETURN}-", **filled[RETURN]),
    )
    for form, one in ((forms.approve, given[APPROVE]), (forms.give_back, given[RETURN])):
        if one:
            if is_open:
                form.validate()
            held_form.tell(form, one)
    return forms


def lost_race(found: AskedRequest) -> str:
    """Who ended a request that another person was deciding, when and how."""
    last = found.steps[-1]
    did = "retirada" if last.step is ReplanningStep.WITHDRAWN else "decidida"
    who = f" por {last.author}" if last.author else ""
    word = f": {REPLANNING_STEP[last.step].lower()}" if did == "decidida" else ""
    return f"Esta solicitud ya fue {did}{who} el {date_short(last.happened_on)}{word}."


def blank_form(reading: Reading, rows: Sequence[MovableRow], former: AskedRequest | None) -> WishForm:
    """The form to fill, with what a former request asked for if it is to be asked again."""
    names, year = {row.code: row.name for row in rows}, reading.vigencia.year
    if former is None:
        return wish_form(names, year, formdata=None)
    given = {
        "cause": former.cause,
        "justification": former.justification,
        "document": former.document,
        "url": former.proof.url if former.proof else "",
        "held": former.proof.sha256 if former.proof else "",
        "past_reason": former.past_reason,
    }
    return wish_form(names, year, formdata=None, data={**given, **date_data(former.wanted)})


def typed_form(reading: Reading, rows: Sequence[MovableRow], given: Mapping[str, Any]) -> WishForm:
    """The form as it was sent, or as ``given`` fills it."""
    return wish_form({row.code: row.name for row in rows}, reading.vigencia.year, **given)


def move_rows(reading: Reading, project: ProjectAssessment, shifts: Sequence[Move]) -> list[MoveRow]:
    """The dates asked for, in words."""
    names = _names(reading, project)
    return [
        MoveRow(
            names.get(row.code, row.code),
            row.original,
            row.in_force,
            row.wanted,
            row.wanted_workdays - row.in_force_workdays,
            row.wanted_workdays,
        )
        for row in shifts
    ]


def request_rows(reading: Reading) -> list[RequestRow]:
    """The requests of the projects in sight."""
    projects = {project.id: project for project in reading.portfolio.projects}
    return [
        RequestRow(
            url=url_for("replanning.show", request_id=row.id),
            project=projects[row.project_id].name,
            code=row.project_code,
            organism=short_name(reading.portfolio.names, projects[row.project_id].organism_code),
            cause=REPLANNING_CAUSE[row.cause],
            dates=plural(len(row.wanted), "fecha", "fechas"),
            requested_on=row.requested_on,
            shape=_TAGS[row.state][0],
            tone=_TAGS[row.state][1],
            word=REPLANNING_STEP[row.state],
        )
        for row in list_requests(reading.vigencia.id, projects.keys())
    ]


def build(reading: Reading, project: ProjectAssessment, found: AskedRequest) -> RequestPage:
    """The page of a request as this person sees it."""
    standing = _standing(reading, project)
    plans = standing.plans
    shifts = moves(plans, found.in_force, found.wanted, standing.frame.calendar) if plans else ()
    is_own = is_enlace_of(project.organism_code)
    is_decided_here = found.is_open and access.has_role(Role.PLANEACION)
    problems, doubts = _judgement(reading, standing, found)
    shape, tone = _TAGS[found.state]
    is_over = found.state in (ReplanningStep.RETURNED, ReplanningStep.WITHDRAWN)
    can_repeat = is_own and is_over and _can_move(standing)
    return RequestPage(
        title=f"Reprogramación n.º {found.number}",
        shape=shape,
        tone=tone,
        word=REPLANNING_STEP[found.state],
        facts=_facts(reading, project, found),
        texts=_texts(found),
        moves=move_rows(reading, project, shifts),
        steps=[_step(row.step, row.happened_on, row.act, row.reason, row.author) for row in found.steps],
        problems=problems,
        doubts=doubts,
        proof=proof_link(found.proof, url_for("replanning.document", request_id=found.id)),
        can_approve=is_decided_here and not problems,
        can_return=is_decided_here,
        can_withdraw=found.is_open and is_own,
        again_url=url_for("replanning.ask", public_id=project.public_id, de=found.id) if can_repeat else "",
    )


def _can_move(standing: Standing) -> bool:
    try:
        require_movable(standing)
    except ConflictError:
        return False
    return True


def _judgement(
    reading: Reading, standing: Standing, found: AskedRequest
) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """What stands against an open request today, and what is doubtful in it."""
    if not found.is_open:
        return (), ()
    try:
        require_same_plan(require_movable(standing), found.baseline_number)
    except ConflictError as error:
        fix = "" if "Devuélvala" in str(error) else "Devuelva la solicitud."
        return (Problem(str(error), fix),), ()
    problems = wanted_problems(standing, found.wanted, found.requested_on, found.past_reason)
    return problems, () if problems else wanted_doubts(standing, found.wanted, plan_review(reading.vigencia))


def _facts(reading: Reading, project: ProjectAssessment, found: AskedRequest) -> list[tuple[str, str]]:
    return [
        ("Proyecto", f"{project.name} ({project.code})"),
        ("Organismo", short_name(reading.portfolio.names, project.organism_code)),
        ("Hasta hoy", postponed_text(project.replannings, project.postponed_workdays) or "sin reprogramaciones"),
        ("Causa", REPLANNING_CAUSE[found.cause]),
        ("Documento", found.document),
    ]


def _texts(found: AskedRequest) -> list[tuple[str, str]]:
    """What the enlace wrote at length."""
    past = [("Por qué pide fechas que ya pasaron", found.past_reason)] if found.past_reason else []
    return [("Justificación", found.justification), *past]


def _step(step: ReplanningStep, day: date, act: str, reason: str, author: str) -> StepRow:
    words = {
        ReplanningStep.REQUESTED: "El organismo la pidió",
        ReplanningStep.RETURNED: "Planeación la devolvió",
        ReplanningStep.APPROVED: "Planeación la aprobó",
        ReplanningStep.WITHDRAWN: "Dejó de tener objeto" if reason else "El organismo la retiró",
    }
    what = f"{words[step]}. Acto: {act}." if act else f"{words[step]}."
    return StepRow(day, what, reason, author)
