"""The steps of requests to move dates: each an event that is never changed; the seat goes with the last."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import delete, select

from pp_monitor.domain.replanning import ReplanningStep
from pp_monitor.extensions import db
from pp_monitor.models.replanning import ReplanningEvent, ReplanningRequest, ReplanningSeat
from pp_monitor.services.audit import Actor


def open_seat(project_id: int) -> ReplanningSeat | None:
    """The seat of the open request of a project, none where none is open."""
    return db.session.scalar(select(ReplanningSeat).where(ReplanningSeat.project_id == project_id))


def add_step(
    request: ReplanningRequest,
    step: ReplanningStep,
    today: date,
    actor: Actor,
    now: datetime,
    reason: str = "",
    act: str = "",
    baseline_id: int | None = None,
) -> None:
    """Write a step within the caller's transaction; every one but the first ends the request."""
    db.session.add(
        ReplanningEvent(
            entity_id=request.entity_id,
            request_id=request.id,
            step=step,
            happened_on=today,
            reason=reason,
            act=act,
            baseline_id=baseline_id,
            user_id=actor.user_id,
            recorded_at=now,
        )
    )
    if step is not ReplanningStep.REQUESTED:
        db.session.execute(delete(ReplanningSeat).where(ReplanningSeat.request_id == request.id))


def close_open(project_id: int, reason: str, day: date, actor: Actor, now: datetime) -> int | None:
    """End the open request of a project that a fact makes pointless, within the caller's transaction.

    Gives its id, none where none is open.
    """
    seat = open_seat(project_id)
    if seat is None:
        return None
    request = db.session.get_one(ReplanningRequest, seat.request_id)
    add_step(request, ReplanningStep.WITHDRAWN, day, actor, now, reason)
    return request.id
