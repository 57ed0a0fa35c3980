"""Requests to move planned dates: asked by an enlace, approved or returned by Planning (rules 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, insert, select

from pp_monitor.domain.errors import ConflictError, NotFoundError, Problem, ProblemsError
from pp_monitor.domain.evidence import Document
from pp_monitor.domain.plan import BaselineKind
from pp_monitor.domain.replanning import Move, ReplanningCause, ReplanningStep, moved_lines, moves, planned_dates
from pp_monitor.extensions import db
from pp_monitor.labels_plan import REPLANNING_CAUSE, reason_problem
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.project import Project
from pp_monitor.models.replanning import ReplanningLine, ReplanningRequest, ReplanningSeat
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.deviation import Standing, project_standing
from pp_monitor.services.event import Act, Asked, add_baseline
from pp_monitor.services.evidence import keep_proof, proof_problems
from pp_monitor.services.mail import Render
from pp_monitor.services.plan_read import plan_review
from pp_monitor.services.replanning_check import (
    require_movable,
    require_same_plan,
    wanted_doubts,
    wanted_problems,
)
from pp_monitor.services.replanning_mail import queue_replanning_mail, queue_transfer_mails, queue_withdrawal_mails
from pp_monitor.services.replanning_step import add_step, close_open, open_seat
from pp_monitor.services.transaction import writing_vigencia


@dataclass(frozen=True, slots=True)
class Wish:
    """What an enlace asks for: new dates by milestone, why, and what backs it.

    ``past_reason`` is only for dates that are over; ``url`` may lead to the document, or ``attached`` be it.
    """

    dates: Mapping[str, date]
    cause: ReplanningCause
    justification: str
    document: str
    url: str = ""
    past_reason: str = ""
    attached: Document | None = None


def ask(vigencia: Vigencia, project_id: int, wish: Wish, actor: Actor, today: date, render: Render) -> int:
    """Record a request for one project and tell Planning; give its id.

    Raises ``ProblemsError`` for dates that cannot be asked for and ``ConflictError`` where another request of the
    project is open, or nothing of it can move.
    """
    with writing_vigencia(vigencia.id) as now:
        standing = project_standing(vigencia, project_id, today, now)
        require_movable(standing)
        if open_seat(project_id):
            raise ConflictError(f"El proyecto {standing.project.code} ya tiene una solicitud abierta.")
        if problems := (*_wish_problems(wish), *wanted_problems(standing, wish.dates, today, wish.past_reason)):
            raise ProblemsError(problems)
        request = _add_request(vigencia, standing, wish, actor, today, now)
        add_step(request, ReplanningStep.REQUESTED, today, actor, now)
        details = {"number": request.number, "cause": wish.cause, "milestones": sorted(wish.dates)}
        record(actor, "ask_replanning", "project", standing.project.code, now, details)
        queue_replanning_mail(vigencia, request.id, ReplanningStep.REQUESTED, today, now, render)
        return request.id


@dataclass(frozen=True, slots=True)
class WishReview:
    """What a request would do, before it is sent: what refuses it, what is doubtful, how each date moves."""

    problems: tuple[Problem, ...]
    doubts: tuple[Problem, ...]
    moves: tuple[Move, ...]


def review_wish(vigencia: Vigencia, project_id: int, wish: Wish, today: date) -> WishReview:
    """Judge a request without recording it. Raises ``ConflictError`` where nothing of the project can move."""
    standing = project_standing(vigencia, project_id, today, vigencia.last_recorded_at)
    plans = require_movable(standing)
    refused = wanted_problems(standing, wish.dates, today, wish.past_reason)
    if problems := (*proof_problems(wish.url, wish.attached), *refused):
        return WishReview(problems, (), ())
    in_force = planned_dates(plans.current.lines)
    shifts = moves(plans, in_force, wish.dates, standing.frame.calendar)
    return WishReview((), wanted_doubts(standing, wish.dates, plan_review(vigencia)), shifts)


def _wish_problems(wish: Wish) -> tuple[Problem, ...]:
    found = []
    if problem := reason_problem(wish.justification, "Falta la justificación."):
        found.append(problem)
    if not wish.document.strip():
        found.append(Problem("Falta el documento de soporte.", "Escriba su clase, número y fecha."))
    return (*found, *proof_problems(wish.url, wish.attached))


def _add_request(
    vigencia: Vigencia, standing: Standing, wish: Wish, actor: Actor, today: date, now: datetime
) -> ReplanningRequest:
    plans = standing.plans
    assert plans
    last = select(func.max(ReplanningRequest.number)).where(ReplanningRequest.project_id == standing.project.id)
    request = ReplanningRequest(
        entity_id=vigencia.entity_id,
        project_id=standing.project.id,
        number=(db.session.scalar(last) or 0) + 1,
        baseline_number=plans.current.number,
        cause=wish.cause,
        justification=wish.justification.strip(),
        past_reason=wish.past_reason.strip(),
        document=wish.document.strip(),
        evidence_id=keep_proof(vigencia.entity_id, wish.url, wish.attached, now),
        requested_on=today,
        user_id=actor.user_id,
        recorded_at=now,
    )
    db.session.add(request)
    db.session.flush()
    common = {"entity_id": vigencia.entity_id, "request_id": request.id}
    lines = [
        {**common, "milestone_code": code, "planned_on": plans.current.lines[code].planned, "wanted_on": day}
        for code, day in sorted(wish.dates.items())
    ]
    db.session.execute(insert(ReplanningLine), lines)
    db.session.add(ReplanningSeat(entity_id=vigencia.entity_id, project_id=standing.project.id, request_id=request.id))
    return request


def withdraw(vigencia: Vigencia, request_id: int, actor: Actor, today: date, render: Render) -> None:
    """End an open request that its organism no longer wants.

    Raises ``NotFoundError`` for a request of another vigencia and ``ConflictError`` for one that has already ended.
    """
    with writing_vigencia(vigencia.id) as now:
        request, project = _open_request(vigencia, request_id)
        add_step(request, ReplanningStep.WITHDRAWN, today, actor, now)
        record(actor, "withdraw_replanning", "project", project.code, now, {"number": request.number})
        queue_replanning_mail(vigencia, request.id, ReplanningStep.WITHDRAWN, today, now, render)


def end_with_transfer(
    vigencia: Vigencia,
    project_id: int,
    former_code: str,
    act: Act,
    actor: Actor,
    today: date,
    now: datetime,
    render: Render,
) -> None:
    """End the open request of a project that has left the organism that asked, within the caller's transaction.

    Who asked is told, and so are Planning and the organism that has the project now, which may ask again.
    """
    db.session.flush()
    if request_id := close_open(project_id, f"El proyecto pasó a otro organismo: {act.name}.", today, actor, now):
        queue_transfer_mails(vigencia, request_id, former_code, today, now, render)


def end_with_withdrawal(
    vigencia: Vigencia, project_id: int, act: Act, actor: Actor, today: date, now: datetime, render: Render
) -> None:
    """End the open request of a project that leaves the vigencia, within the caller's transaction.

    Who asked is told, and so is Planning.
    """
    if request_id := close_open(project_id, f"El proyecto fue retirado: {act.name}.", today, actor, now):
        queue_withdrawal_mails(vigencia, request_id, today, now, render)


def give_back(vigencia: Vigencia, request_id: int, reason: str, actor: Actor, today: date, render: Render) -> None:
    """End an open request with the reason for which nothing moves.

    Raises as ``withdraw``, and ``ProblemsError`` for a reason of less than ten letters.
    """
    if problem := reason_problem(reason, "Falta el motivo. Diga qué debe cambiar el organismo."):
        raise ProblemsError((problem,))
    with writing_vigencia(vigencia.id) as now:
        request, project = _open_request(vigencia, request_id)
        add_step(request, ReplanningStep.RETURNED, today, actor, now, reason.strip())
        details = {"number": request.number, "reason": reason.strip()}
        record(actor, "return_replanning", "project", project.code, now, details)
        queue_replanning_mail(vigencia, request.id, ReplanningStep.RETURNED, today, now, render)


def _open_request(vigencia: Vigencia, request_id: int) -> tuple[ReplanningRequest, Project]:
    request = db.session.get(ReplanningRequest, request_id)
    project = db.session.get(Project, request.project_id) if request else None
    if request is None or project is None or project.vigencia_id != vigencia.id:
        raise NotFoundError("Esa solicitud no existe.")
    seat = open_seat(project.id)
    if seat is None or seat.request_id != request.id:
        raise ConflictError("Esa solicitud ya terminó: otra persona la decidió o la retiró.")
    return request, project


def approve(vigencia: Vigencia, request_id: int, act: Act, actor: Actor, today: date, render: Render) -> int:
    """Write what was asked as the next baseline, decided on the day of the act; give its number.

    What has happened since it was asked is checked again. Raises as ``withdraw``, and ``ProblemsError`` where a date
    can no longer move or the act cannot hold on its day.
    """
    with writing_vigencia(vigencia.id) as now:
        request, project = _open_request(vigencia, request_id)
        standing = project_standing(vigencia, project.id, today, now)
        plans = require_movable(standing)
        require_same_plan(plans, request.baseline_number)
        wanted = _wanted(request.id)
        # Days that were to come when they were asked for may be over by now: that is the decision's delay.
        if problems := wanted_problems(standing, wanted, request.requested_on, request.past_reason):
            raise ProblemsError(problems)
        _require_day(act, standing, today)
        decided = Act(act.name, act.valid_from, request.justification)
        asked = Asked(request.user_id, request.recorded_at, request.evidence_id)
        cause = REPLANNING_CAUSE[ReplanningCause(request.cause)]
        lines = moved_lines(plans.current.lines, wanted)
        kind = BaselineKind.REPLANNING
        baseline = add_baseline(vigencia, project.id, lines, decided, actor, now, cause, kind, asked)
        assert baseline
        add_step(request, ReplanningStep.APPROVED, today, actor, now, act.reason, act.name, baseline.id)
        details = {"number": baseline.number, "cause": cause, "act": act.name, "valid_from": act.valid_from.isoformat()}
        record(actor, "replan", "project", project.code, now, details)
        queue_replanning_mail(vigencia, request.id, ReplanningStep.APPROVED, today, now, render)
        return baseline.number


def _require_day(act: Act, standing: Standing, today: date) -> None:
    """A decision holds from its day on: not before the baseline it follows, nor in days to come."""
    first = max(row.decided_on for row in standing.history.baselines)
    if not first <= act.valid_from <= today:
        what = f"El acto debe ser de un día entre el {first:%d/%m/%Y} y hoy, {today:%d/%m/%Y}."
        raise ProblemsError((Problem(what, "Corrija la fecha del acto."),))


def _wanted(request_id: int) -> dict[str, date]:
    query = select(ReplanningLine.milestone_code, ReplanningLine.wanted_on).where(
        ReplanningLine.request_id == request_id
    )
    return dict(db.session.execute(query).tuples().all())
