"""The steps that people take on a case: each checks the rule again, writes an event and commits once.

A page gives each step the version of the case that it showed (``CaseAt``): who comes second, or after a refresh that
changed something worth telling, is told by ``ConflictError`` and looks again. Comments and answers never clash.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select

from pp_monitor.domain.account import Grant, sees_organism
from pp_monitor.domain.alert import AlertChange
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.case import (
    ALLOWED,
    LONGEST_TEXT,
    MOST_REST_WORKDAYS,
    OWNERS,
    CaseState,
    CaseStep,
    awake_state,
    last_commitment,
    last_wake,
    may,
    may_give,
)
from pp_monitor.domain.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    PpMonitorError,
    Problem,
    ProblemsError,
)
from pp_monitor.extensions import db
from pp_monitor.formatters import integer
from pp_monitor.labels import long_date
from pp_monitor.labels_alert import CASE_STATE, CASE_STEP
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.project import Project
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.calendar import work_calendar
from pp_monitor.services.case_store import case_key, open_cases
from pp_monitor.services.role import Holder, holders
from pp_monitor.services.submission import explained, required
from pp_monitor.services.transaction import beside_vigencia

CHANGED = "Este caso cambió mientras usted lo veía. Revíselo y repita el paso."
UNKNOWN = "Ese caso no existe."


@dataclass(frozen=True, slots=True)
class CaseAt:
    """A case as a page showed it."""

    id: int
    version: int


@dataclass(frozen=True, slots=True)
class Stepper:
    """Who takes a step, with the roles in force on ``today``."""

    actor: Actor
    grants: Sequence[Grant]
    today: date


@dataclass(frozen=True, slots=True)
class Refused:
    """A case of several on which a step was not taken, and why, in Spanish."""

    case_id: int
    why: str


@dataclass(frozen=True, slots=True)
class StepsDone:
    """What became of a step on several cases."""

    done: int
    refused: tuple[Refused, ...]


def handle(at: CaseAt, by: Stepper, *, owner_id: int, commitment_on: date) -> None:
    """Take a case in handling, or change its owner and commitment date.

    A case that rests wakes. Raises ``ProblemsError`` for an owner who cannot have it or to whom this person may not
    give it, and for a date in the past or after the follow-up of the vigencia, ``NotFoundError`` for a case of
    others, ``ForbiddenError`` for a step of another role, ``ConflictError`` where it changed or is past that step.
    """
    _require_commitment([at], commitment_on, by)
    with _stepping(at, by, CaseStep.HANDLE) as (case, now):
        _handle(case, by, owner_id, commitment_on, now)


def handle_all(ats: Sequence[CaseAt], by: Stepper, *, owner_id: int, commitment_on: date) -> StepsDone:
    """The same on several cases of one vigencia; what cannot be done to one is told and the others go on."""
    _require_commitment(ats, commitment_on, by)
    return _each(ats, by, CaseStep.HANDLE, lambda case, now: _handle(case, by, owner_id, commitment_on, now))


def snooze(at: CaseAt, by: Stepper, *, until: date, reason: str) -> None:
    """Let a case rest until it wakes by itself in the daily run of that day, or move the day of its rest.

    Raises as ``handle`` does, for a day too far ahead as well.
    """
    why = _rest([at], until, reason, by)
    with _stepping(at, by, CaseStep.SNOOZE) as (case, now):
        _snooze(case, by, until, why, now)


def snooze_all(ats: Sequence[CaseAt], by: Stepper, *, until: date, reason: str) -> StepsDone:
    """The same on several cases of one vigencia; what cannot be done to one is told and the others go on."""
    why = _rest(ats, until, reason, by)
    return _each(ats, by, CaseStep.SNOOZE, lambda case, now: _snooze(case, by, until, why, now))


def wake(at: CaseAt, by: Stepper) -> None:
    """Wake a case before its day; raises as ``handle`` does."""
    with _stepping(at, by, CaseStep.WAKE) as (case, now):
        _go_on(case)
        _write(case, by, AlertChange.WOKEN, now)


def dismiss(at: CaseAt, by: Stepper, *, reason: str) -> None:
    """Close a case with a reason; its causes open no other while they hold at the same level or a lower one.

    Raises as ``handle`` does.
    """
    with _stepping(at, by, CaseStep.DISMISS) as (case, now):
        case.reason = _explained(reason, "Falta el motivo por el que se descarta.")
        case.state, case.snoozed_until = CaseState.DISMISSED, None
        case.closed_on, case.closed_at = by.today, now
        case.silenced, case.is_silencing = case.causes, True
        _write(case, by, AlertChange.DISMISSED, now, text=case.reason)


def reopen(at: CaseAt, by: Stepper, *, reason: str) -> None:
    """Open a dismissed case again; its causes are heard again.

    Raises as ``handle`` does, and ``ConflictError`` where another case of the same matter is open.
    """
    with _stepping(at, by, CaseStep.REOPEN) as (case, now):
        code = db.session.scalar(select(Organism.code).where(Organism.id == case.organism_id)) or ""
        if case_key(case.project_id, code) in open_cases(case.vigencia_id):
            raise ConflictError("Ya hay otro caso abierto por lo mismo. Siga en ese.")
        text = _explained(reason, "Falta el motivo por el que se abre de nuevo.")
        case.closed_on = case.closed_at = None
        case.silenced, case.is_silencing, case.reason = [], False, ""
        _go_on(case)
        _write(case, by, AlertChange.REOPENED, now, text=text)


def comment(case_id: int, by: Stepper, text: str) -> None:
    """Add an observation to the thread of an open case; raises as ``handle`` does, whatever the version."""
    with _stepping(CaseAt(case_id, 0), by, CaseStep.COMMENT) as (case, now):
        _write(case, by, AlertChange.COMMENTED, now, text=_said(text, "La observación está vacía."))


def answer(case_id: int, by: Stepper, event_id: int, text: str) -> None:
    """Answer an observation of the thread; raises as ``comment``, ``NotFoundError`` where it is of another case."""
    with _stepping(CaseAt(case_id, 0), by, CaseStep.ANSWER) as (case, now):
        said = db.session.get(AlertEvent, event_id)
        if said is None or said.alert_id != case.id or said.change != AlertChange.COMMENTED:
            raise NotFoundError("Esa observación no existe.")
        text = _said(text, "La respuesta está vacía.")
        _write(case, by, AlertChange.ANSWERED, now, text=text, reply_to_id=event_id)


def owner_choices(
    entity_id: int, organism_ids: Collection[int] | None, today: date, grants: Sequence[Grant]
) -> tuple[Holder, ...]:
    """Whom somebody with these roles may give a case of these organisms, or of any: its people, Planning; one query."""
    found = {
        holder.user_id: holder
        for holder in holders(entity_id, today)
        if holder.role in OWNERS
        and may_give(grants, holder.organism_id)
        and (organism_ids is None or holder.organism_id is None or holder.organism_id in organism_ids)
    }
    return tuple(sorted(found.values(), key=lambda holder: (holder.label, holder.email)))


def require_role(state: CaseState, step: CaseStep, by: Stepper, organism_id: int) -> None:
    """Raise ``ForbiddenError`` for a step that the state has, but not for the roles of this person."""
    if step in ALLOWED[state] and not may(state, step, by.grants, organism_id):
        raise ForbiddenError(f"Su función no permite {CASE_STEP[step].lower()} este caso.")


_TALKING = (CaseStep.COMMENT, CaseStep.ANSWER)


@contextmanager
def _stepping(at: CaseAt, by: Stepper, step: CaseStep) -> Iterator[tuple[Alert, datetime]]:
    vigencia_id = _vigencia_of([at.id], by)
    if vigencia_id is None:
        raise NotFoundError(UNKNOWN)
    with beside_vigencia(vigencia_id) as now:
        yield _checked(at, by, step), now


def _each(ats: Sequence[CaseAt], by: Stepper, step: CaseStep, take: Callable[[Alert, datetime], None]) -> StepsDone:
    refused: list[Refused] = []
    vigencia_id = _vigencia_of([at.id for at in ats], by)
    if vigencia_id is None:
        return StepsDone(0, tuple(Refused(at.id, UNKNOWN) for at in ats))
    with beside_vigencia(vigencia_id) as now:
        for at in ats:
            try:
                take(_checked(at, by, step), now)
            except (ConflictError, ForbiddenError, NotFoundError, ProblemsError) as error:
                refused.append(Refused(at.id, _why(error)))
    return StepsDone(len(ats) - len(refused), tuple(refused))


def _why(error: PpMonitorError) -> str:
    if isinstance(error, ProblemsError):
        return " ".join(f"{problem.what} {problem.fix}".strip() for problem in error.problems)
    return str(error)


def _vigencia_of(case_ids: Sequence[int], by: Stepper) -> int | None:
    """The vigencia of the cases, none where none exists; those of another one are then not found."""
    query = select(Alert.vigencia_id).where(Alert.id.in_(case_ids), Alert.entity_id == by.actor.entity_id)
    return db.session.scalar(query.order_by(Alert.vigencia_id.desc()).limit(1))


def _checked(at: CaseAt, by: Stepper, step: CaseStep) -> Alert:
    """The case as it is inside the lock, if this person may take the step on it now."""
    case = db.session.get(Alert, at.id)
    if case is None or not sees_organism(by.grants, case.organism_id):
        raise NotFoundError(UNKNOWN)
    state = CaseState(case.state)
    if step not in _TALKING and case.version != at.version:
        raise ConflictError(CHANGED)
    if step not in ALLOWED[state]:
        raise ConflictError(f"Un caso {CASE_STATE[state].lower()} no se puede {CASE_STEP[step].lower()}.")
    require_role(state, step, by, case.organism_id)
    return case


def _require_commitment(ats: Sequence[CaseAt], day: date, by: Stepper) -> None:
    if day < by.today:
        problem = Problem("La fecha de compromiso ya pasó.", "Escriba la de hoy o una posterior.", cell="day")
        raise ProblemsError((problem,))
    frame = _frame(ats, by)
    last = last_commitment(by.today, frame.calendar, frame.follow_until) if frame else day
    if day > last:
        what = "La fecha de compromiso pasa del seguimiento de la vigencia."
        raise ProblemsError((Problem(what, f"Escriba una hasta el {long_date(last)}.", cell="day"),))


@dataclass(frozen=True, slots=True)
class _Frame:
    """The working days of a vigencia and the last month of its follow-up."""

    calendar: WorkCalendar
    follow_until: date


def _frame(ats: Sequence[CaseAt], by: Stepper) -> _Frame | None:
    """That of the cases, none where none exists."""
    vigencia = db.session.get(Vigencia, _vigencia_of([at.id for at in ats], by) or 0)
    if vigencia is None:
        return None
    return _Frame(work_calendar(vigencia.entity_id, vigencia.last_recorded_at), vigencia.follow_until)


def _handle(case: Alert, by: Stepper, owner_id: int, commitment_on: date, now: datetime) -> None:
    choices = owner_choices(case.entity_id, [case.organism_id], by.today, by.grants)
    if owner_id not in {holder.user_id for holder in choices}:
        what = "Esa persona no puede ser responsable de este caso."
        fix = "Elija a alguien del organismo; solo Planeación lo da a alguien de Planeación."
        raise ProblemsError((Problem(what, fix, cell="owner"),))
    if (case.state, case.owner_id, case.commitment_on) == (CaseState.HANDLING, owner_id, commitment_on):
        what = "El caso ya tiene ese responsable y esa fecha."
        raise ProblemsError((Problem(what, "Cambie alguno si hace falta; no se guardó nada."),))
    case.owner_id, case.commitment_on, case.state = owner_id, commitment_on, CaseState.HANDLING
    case.snoozed_until, case.reason = None, ""
    _write(case, by, AlertChange.HANDLED, now, day=commitment_on)


def _rest(ats: Sequence[CaseAt], until: date, reason: str, by: Stepper) -> str:
    """The reason of a snooze, once both it and the day make sense."""
    if until <= by.today:
        problem = Problem("El caso debe despertar después de hoy.", "Escriba una fecha posterior.", cell="day")
        raise ProblemsError((problem,))
    frame = _frame(ats, by)
    last = last_wake(by.today, frame.calendar) if frame else until
    if until > last:
        what = f"Un caso se pospone máximo {MOST_REST_WORKDAYS} días hábiles."
        raise ProblemsError((Problem(what, f"Escriba una fecha hasta el {long_date(last)}.", cell="day"),))
    return _explained(reason, "Falta el motivo por el que se pospone.")


def _snooze(case: Alert, by: Stepper, until: date, reason: str, now: datetime) -> None:
    case.reason, case.snoozed_until, case.state = reason, until, CaseState.SNOOZED
    _write(case, by, AlertChange.SNOOZED, now, day=until, text=reason)


def _go_on(case: Alert) -> None:
    case.state, case.snoozed_until, case.reason = awake_state(has_owner=case.owner_id is not None), None, ""


def _explained(reason: str, missing: str) -> str:
    return _short_enough(explained(reason, missing))


def _said(text: str, missing: str) -> str:
    return _short_enough(required(text, missing))


def _short_enough(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        what = f"El texto tiene {integer(len(text))} caracteres y caben {integer(LONGEST_TEXT)}."
        raise ProblemsError((Problem(what, "Acórtelo."),))
    return text


def _write(case: Alert, by: Stepper, change: AlertChange, now: datetime, **told: Any) -> None:
    """Move the version on, and add the event and its line in the audit trail."""
    is_talk = change in (AlertChange.COMMENTED, AlertChange.ANSWERED)
    case.version += not is_talk
    event = {
        "entity_id": case.entity_id,
        "alert_id": case.id,
        "change": change,
        "rule": case.rule,
        "level": case.level,
        "workdays": case.workdays,
        "state": case.state,
        "owner_id": case.owner_id,
        "happened_on": by.today,
        "user_id": by.actor.user_id,
        "recorded_at": now,
        **told,
    }
    db.session.execute(insert(AlertEvent), [event])
    details = {"number": case.id, "case_step": change.value, "text": told.get("text", "")}
    record(by.actor, "step_case", "case", _matter(case), now, {name: value for name, value in details.items() if value})


def _matter(case: Alert) -> str:
    """Code of the project or the organism that a case is about."""
    if case.project_id:
        return db.session.get_one(Project, case.project_id).code
    return db.session.get_one(Organism, case.organism_id).code
