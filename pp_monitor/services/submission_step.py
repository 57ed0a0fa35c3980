"""The steps of plans that were sent: each an event that is never changed; the newest says where a project stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, insert, select

from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.plan import RegistrationEvent, RegistrationStep
from pp_monitor.models.submission import PlanSubmission, PlanSubmissionSeat
from pp_monitor.services.audit import Actor

OPEN_STEPS = frozenset({RegistrationStep.SENT, RegistrationStep.APPROVED})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of one project in a submission; ``who`` is empty for a process, ``recorded_at`` is UTC.

    ``signed_by`` names who signed an approval that somebody else handed in.
    """

    submission_id: int
    project_id: int
    step: RegistrationStep
    day: date
    reason: str
    who: str
    user_id: int | None
    recorded_at: datetime
    evidence_id: int | None = None
    registration_id: int | None = None
    signed_by: str = ""


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step to be written for projects of a submission (none: registered without one), by whom and why."""

    step: RegistrationStep
    day: date
    actor: Actor
    reason: str = ""
    evidence_id: int | None = None
    registration_id: int | None = None
    signed_by: str = ""


def add_steps(
    entity_id: int, submission_id: int | None, project_ids: Collection[int], new: NewStep, now: datetime
) -> None:
    """Write a step of each project within the caller's transaction; its seat goes when the way ends."""
    rows = [
        {
            "entity_id": entity_id,
            "project_id": project_id,
            "registration_id": new.registration_id,
            "submission_id": submission_id,
            "evidence_id": new.evidence_id,
            "step": new.step,
            "happened_on": new.day,
            "reason": new.reason,
            "signed_by": new.signed_by or None,
            "user_id": new.actor.user_id,
            "recorded_at": now,
        }
        for project_id in sorted(project_ids)
    ]
    db.session.execute(insert(RegistrationEvent), rows)
    if new.step not in (*OPEN_STEPS, RegistrationStep.COMMENTED):
        seats = delete(PlanSubmissionSeat).where(PlanSubmissionSeat.project_id.in_(project_ids))
        db.session.execute(seats.execution_options(synchronize_session=False))


def steps_of(submission_ids: Collection[int]) -> list[Step]:
    """Every step of these submissions, oldest first."""
    query = (
        select(RegistrationEvent, User.label)
        .outerjoin(User, User.id == RegistrationEvent.user_id)
        .where(RegistrationEvent.submission_id.in_(submission_ids))
        .order_by(RegistrationEvent.id)
    )
    return [_step(row, label or "") for row, label in db.session.execute(query)]


def newest_steps(project_ids: Collection[int]) -> dict[int, Step]:
    """The newest step of each project that was ever sent, comments apart."""
    query = (
        select(RegistrationEvent, User.label)
        .outerjoin(User, User.id == RegistrationEvent.user_id)
        .where(RegistrationEvent.project_id.in_(project_ids), RegistrationEvent.submission_id.is_not(None))
        .order_by(RegistrationEvent.id)
    )
    return standings([_step(row, label or "") for row, label in db.session.execute(query)])


def returned_ids(project_ids: Collection[int]) -> frozenset[int]:
    """The projects that were sent and came back, and were not sent again; one query."""
    newest = (
        select(func.max(RegistrationEvent.id))
        .where(RegistrationEvent.project_id.in_(project_ids), RegistrationEvent.step != RegistrationStep.COMMENTED)
        .group_by(RegistrationEvent.project_id)
    )
    query = select(RegistrationEvent.project_id).where(
        RegistrationEvent.id.in_(newest), RegistrationEvent.step == RegistrationStep.RETURNED
    )
    return frozenset(db.session.scalars(query))


def standings(steps: Sequence[Step]) -> dict[int, Step]:
    """The newest step of each project, comments apart; of steps in their order."""
    return {step.project_id: step for step in steps if step.step is not RegistrationStep.COMMENTED}


def seats(project_ids: Collection[int]) -> Mapping[int, int]:
    """The submission in which each of these projects is now, by project id."""
    query = select(PlanSubmissionSeat.project_id, PlanSubmissionSeat.submission_id)
    found = db.session.execute(query.where(PlanSubmissionSeat.project_id.in_(project_ids)))
    return dict(found.tuples().all())


def submission_numbers(project_ids: Collection[int]) -> tuple[int, ...]:
    """The numbers of the submissions in which these projects are now, in order; one query."""
    query = (
        select(PlanSubmission.number)
        .join(PlanSubmissionSeat, PlanSubmissionSeat.submission_id == PlanSubmission.id)
        .where(PlanSubmissionSeat.project_id.in_(project_ids))
        .distinct()
    )
    return tuple(db.session.scalars(query.order_by(PlanSubmission.number)))


def leave(entity_id: int, project_ids: Collection[int], reason: str, day: date, actor: Actor, now: datetime) -> int:
    """Take projects that are in approval out of it with a note, within the caller's transaction; give how many."""
    by_submission: dict[int, list[int]] = {}
    for project_id, submission_id in seats(project_ids).items():
        by_submission.setdefault(submission_id, []).append(project_id)
    for submission_id, members in sorted(by_submission.items()):
        add_steps(entity_id, submission_id, members, NewStep(RegistrationStep.LEFT, day, actor, reason), now)
    return sum(len(members) for members in by_submission.values())


def _step(row: RegistrationEvent, who: str) -> Step:
    assert row.submission_id is not None
    return Step(
        submission_id=row.submission_id,
        project_id=row.project_id,
        step=RegistrationStep(row.step),
        day=row.happened_on,
        reason=row.reason,
        who=who,
        user_id=row.user_id,
        recorded_at=row.recorded_at,
        evidence_id=row.evidence_id,
        registration_id=row.registration_id,
        signed_by=row.signed_by or "",
    )
