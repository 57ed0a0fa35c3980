"""The roles of enlaces that end soon, told once to the head of the organism and to Planning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Row, select

from pp_monitor.domain.account import Role
from pp_monitor.domain.invitation import END_NOTICE_DAYS
from pp_monitor.extensions import db
from pp_monitor.labels_plan import of_organism
from pp_monitor.models.account import RoleAssignment, User
from pp_monitor.models.entity import Organism
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.entity import organism_labels, the_entity
from pp_monitor.services.mail import Render, queue_message
from pp_monitor.services.role import addresses
from pp_monitor.services.transaction import writing

KIND = "role_end"


@dataclass(frozen=True, slots=True)
class EndingRole:
    """An enlace's role that ends soon; ``staying`` are the labels of the enlaces that the organism keeps after it."""

    assignment_id: int
    email: str
    label: str
    organism_id: int
    organism_code: str
    valid_until: date
    staying: tuple[str, ...]


def notify_role_ends(actor: Actor, today: date, *, render: Render) -> int:
    """Queue one mail for each role of an enlace that ends within ten days, today included; give how many are new.

    A role is told once for each last day, however often this runs: the outbox takes no key twice.
    """
    ending = _ending(actor.entity_id, today)
    if not ending:
        return 0
    with writing() as now:
        return sum(_tell(actor, role, today, now, render) for role in ending)


def _ending(entity_id: int, today: date) -> list[EndingRole]:
    rows = db.session.execute(
        select(RoleAssignment, User.email, User.label, Organism.code)
        .join(User, User.id == RoleAssignment.user_id)
        .join(Organism, Organism.id == RoleAssignment.organism_id)
        .where(RoleAssignment.entity_id == entity_id, RoleAssignment.role == Role.ENLACE, User.is_enabled)
        .order_by(RoleAssignment.valid_until, RoleAssignment.id)
    ).all()
    last = today + timedelta(days=END_NOTICE_DAYS)
    return [
        EndingRole(row.id, email, label, row.organism_id, code, row.valid_until, _staying(row, rows))
        for row, email, label, code in rows
        if row.valid_until and today <= row.valid_until <= last and not _goes_on(row, rows)
    ]


def _goes_on(role: RoleAssignment, rows: Sequence[Row[tuple[RoleAssignment, str, str, str]]]) -> bool:
    """Whether the same person goes on in the organism the day after."""
    return any(row.user_id == role.user_id and _follows(row, role) for row, *_ in rows)


def _staying(role: RoleAssignment, rows: Sequence[Row[tuple[RoleAssignment, str, str, str]]]) -> tuple[str, ...]:
    return tuple(label for row, _, label, _ in rows if _follows(row, role))


def _follows(row: RoleAssignment, role: RoleAssignment) -> bool:
    assert role.valid_until
    after = role.valid_until + timedelta(days=1)
    holds = row.valid_from <= after and (row.valid_until is None or row.valid_until >= after)
    return row.organism_id == role.organism_id and holds


def _tell(actor: Actor, role: EndingRole, today: date, now: datetime, render: Render) -> bool:
    recipients = addresses(actor.entity_id, (Role.ORDENADOR, Role.PLANEACION), role.organism_id, today)
    if not recipients:
        return False
    mail = render(
        KIND,
        label=role.label,
        email=role.email,
        organism=of_organism(organism_labels(actor.entity_id, today, now)[role.organism_code].name),
        last_day=role.valid_until,
        staying=role.staying,
        is_demo=the_entity().demo_today is not None,
    )
    message = queue_message(
        entity_id=actor.entity_id,
        vigencia_id=None,
        kind=KIND,
        idempotency_key=f"{KIND}:{role.assignment_id}:{role.valid_until.isoformat()}",
        recipients=recipients,
        mail=mail,
        recorded_at=now,
    )
    if message is None:
        return False
    details = {"organism": role.organism_code, "to": role.valid_until.isoformat(), "recipients": len(recipients)}
    record(actor, "notify_role_end", "user", role.email, now, details)
    return True
