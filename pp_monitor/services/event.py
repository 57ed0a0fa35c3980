"""Events of a project that need an act: suspension, restart, withdrawal, re-planning (rules 9 and 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.contract import procurement_as_at
from pp_monitor.domain.dated import Dated, View, row_as_at
from pp_monitor.domain.errors import ConflictError, NotFoundError, Problem, ProblemsError
from pp_monitor.domain.plan import BaselineKind, PlanLine, Plans, plans_as_at, shift_unmet
from pp_monitor.domain.progress import happenings
from pp_monitor.domain.project import ProjectHistory, ProjectState, StateEvent
from pp_monitor.extensions import db
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.plan import BaselineLine, BaselineRow
from pp_monitor.models.project import Project, ProjectStateRow
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.calendar import work_calendar
from pp_monitor.services.history import load_histories
from pp_monitor.services.replanning_step import close_open
from pp_monitor.services.submission_step import leave
from pp_monitor.services.transaction import writing_vigencia

_ALLOWED = {
    ProjectState.ACTIVE: frozenset({ProjectState.SUSPENDED, ProjectState.WITHDRAWN}),
    ProjectState.SUSPENDED: frozenset({ProjectState.ACTIVE, ProjectState.WITHDRAWN}),
    ProjectState.WITHDRAWN: frozenset({ProjectState.ACTIVE}),
}


@dataclass(frozen=True, slots=True)
class Act:
    """The document that orders an event: what it is called, the day it holds from, and why.

    Raises ``ProblemsError`` without a name: what needs an act is not done without one.
    """

    name: str
    valid_from: date
    reason: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ProblemsError((Problem("Falta el acto.", "Escriba cuál es, por ejemplo «Acta 3»."),))


def change_state(
    vigencia: Vigencia,
    project_id: int,
    state: ProjectState,
    act: Act,
    actor: Actor,
    restart_expected_on: date | None = None,
) -> None:
    """Suspend, restart, withdraw or bring back a project from the day of its act.

    Raises ``NotFoundError`` for a project of another vigencia and ``ConflictError`` for a
    change that its present state does not allow.
    """
    with writing_vigencia(vigencia.id) as now:
        project = _project(vigencia, project_id)
        history = load_histories(vigencia.id, now, [project_id])[0]
        present = add_state(vigencia, history, state, act, actor, now, restart_expected_on)
        details = {"from": present, "to": state, "act": act.name, "valid_from": act.valid_from.isoformat()}
        record(actor, "change_state", "project", project.code, now, details)


def present_state(history: ProjectHistory, known_at: datetime) -> Dated[StateEvent] | None:
    """The newest state that an act gave a project, whatever its day; none before the first act."""
    return row_as_at(history.states, View(date.max, known_at))


def add_state(
    vigencia: Vigencia,
    history: ProjectHistory,
    state: ProjectState,
    act: Act,
    actor: Actor,
    now: datetime,
    restart_expected_on: date | None = None,
) -> ProjectState:
    """Write the next state within the caller's transaction; give the one before. A restart writes its baseline too.

    Raises ``ConflictError`` for a change that the present state does not allow.
    """
    row = present_state(history, now)
    present = row.value.state if row else ProjectState.ACTIVE
    if state not in _ALLOWED[present]:
        raise ConflictError(f"El proyecto {history.code} no puede pasar a ese estado desde el que tiene.")
    db.session.add(
        ProjectStateRow(
            entity_id=vigencia.entity_id,
            project_id=history.id,
            state=state,
            valid_from=act.valid_from,
            act=act.name,
            reason=act.reason,
            restart_expected_on=restart_expected_on,
            recorded_at=now,
        )
    )
    if state is ProjectState.WITHDRAWN:
        leave(vigencia.entity_id, [history.id], f"El proyecto se retiró: {act.name}.", act.valid_from, actor, now)
        close_open(history.id, f"El proyecto fue retirado: {act.name}.", act.valid_from, actor, now)
    if row and present is ProjectState.SUSPENDED and state is ProjectState.ACTIVE:
        calendar = work_calendar(vigencia.entity_id, now)
        shift = restart_shift(history, row.valid_from, act.valid_from, now, calendar)
        if shift:
            kind = BaselineKind.RESTART
            add_baseline(vigencia, history.id, shift.lines, act, actor, now, "Suspensión", kind)
    return present


@dataclass(frozen=True, slots=True)
class RestartShift:
    """What a restart does to the plan in force: ``workdays`` of suspension and the lines put off by them."""

    plans: Plans
    lines: Mapping[str, PlanLine]
    workdays: int


def suspended_workdays(suspended_on: date, restarted_on: date, calendar: WorkCalendar) -> int:
    """The working days of a suspension: from its own day on, up to the day before the restart."""
    return calendar.workdays(calendar.before(suspended_on), calendar.before(restarted_on))


def restart_shift(
    history: ProjectHistory, suspended_on: date, restarted_on: date, known_at: datetime, calendar: WorkCalendar
) -> RestartShift | None:
    """Put off what was unmet on the day of the restart by the suspended working days; none without a plan."""
    view = View(restarted_on, known_at)
    plans = plans_as_at(history.baselines, view)
    if plans is None:
        return None
    workdays = suspended_workdays(suspended_on, restarted_on, calendar)
    procurement = procurement_as_at(history.contracts, history.void_attempts, view)
    met = happenings(history.actuals, view, procurement)
    return RestartShift(plans, shift_unmet(plans.current.lines, set(met), workdays, calendar), workdays)


def _project(vigencia: Vigencia, project_id: int) -> Project:
    project = db.session.get(Project, project_id)
    if project is None or project.vigencia_id != vigencia.id:
        raise NotFoundError("Ese proyecto no existe en la vigencia.")
    return project


def replan(
    vigencia: Vigencia,
    project_id: int,
    lines: Mapping[str, PlanLine],
    act: Act,
    actor: Actor,
    *,
    cause: str,
    kind: BaselineKind = BaselineKind.REPLANNING,
) -> int:
    """Add the next baseline of a project, decided on the day of its act; B0 stays as it is. Give its number.

    Raises ``ConflictError`` for a project without B0.
    """
    with writing_vigencia(vigencia.id) as now:
        project = _project(vigencia, project_id)
        baseline = add_baseline(vigencia, project_id, lines, act, actor, now, cause, kind)
        if baseline is None:
            raise ConflictError(f"El proyecto {project.code} no tiene plan registrado: no hay qué reprogramar.")
        record(actor, "replan", "project", project.code, now, {"number": baseline.number, "cause": cause})
        return baseline.number


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked for a baseline and when, with the document that backs it, where another person decides on it."""

    user_id: int | None
    at_utc: datetime
    evidence_id: int | None = None


def add_baseline(
    vigencia: Vigencia,
    project_id: int,
    lines: Mapping[str, PlanLine],
    act: Act,
    actor: Actor,
    now: datetime,
    cause: str,
    kind: BaselineKind,
    asked: Asked | None = None,
) -> BaselineRow | None:
    """Write the next baseline within the caller's transaction; none when there is no B0."""
    last = db.session.scalar(select(func.max(BaselineRow.number)).where(BaselineRow.project_id == project_id))
    if last is None:
        return None
    asked = asked or Asked(actor.user_id, now)
    baseline = BaselineRow(
        entity_id=vigencia.entity_id,
        project_id=project_id,
        number=last + 1,
        kind=kind,
        decided_on=act.valid_from,
        act=act.name,
        cause=cause,
        justification=act.reason,
        evidence_id=asked.evidence_id,
        requested_by_id=asked.user_id,
        requested_at=asked.at_utc,
        decided_by_id=actor.user_id,
        recorded_at=now,
    )
    db.session.add(baseline)
    db.session.flush()
    add_lines(vigencia.entity_id, {baseline.id: lines})
    return baseline


def add_lines(entity_id: int, plans: Mapping[int, Mapping[str, PlanLine]]) -> None:
    """Write the lines of baselines, given by baseline id, within the caller's transaction."""
    rows = [
        {
            "entity_id": entity_id,
            "baseline_id": baseline_id,
            "milestone_code": code,
            "planned_on": line.planned,
            "is_not_applicable": line.not_applicable,
            "reason": line.reason or None,
        }
        for baseline_id, lines in plans.items()
        for code, line in lines.items()
        if line.is_complete
    ]
    db.session.execute(insert(BaselineLine), rows)
