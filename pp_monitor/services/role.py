"""Who holds which role on a day: what mails, boards and reports ask of the accounts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.account import RoleAssignment, User
from pp_monitor.models.entity import Organism


@dataclass(frozen=True, slots=True)
class Holder:
    """A person in a role; ``organism_id`` is none and ``organism_code`` empty where it is of the whole city.

    ``has_entered`` is false while an invitation waits.
    """

    user_id: int
    email: str
    label: str
    role: Role
    organism_id: int | None
    organism_code: str
    has_entered: bool


def holds_on(day: date) -> ColumnElement[bool]:
    """The condition that an assignment is in force on ``day``, both its ends included."""
    still = or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until >= day)
    return and_(RoleAssignment.valid_from <= day, still)


def holders(entity_id: int, day: date) -> tuple[Holder, ...]:
    """Everybody with a role on ``day`` whose account is enabled, by address; one query."""
    rows = db.session.execute(
        select(
            User.id, User.email, User.label, RoleAssignment.role, RoleAssignment.organism_id, Organism.code,
            (User.password_hash != "").label("has_entered"),
        )
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .outerjoin(Organism, Organism.id == RoleAssignment.organism_id)
        .where(User.entity_id == entity_id, User.is_enabled, holds_on(day))
        .order_by(User.email, Organism.code)
    )  # fmt: skip
    return tuple(
        Holder(row.id, row.email, row.label, Role(row.role), row.organism_id, row.code or "", row.has_entered)
        for row in rows
    )


def addresses(entity_id: int, roles: Collection[Role], organism_id: int, day: date) -> list[str]:
    """Where to write to those who hold one of ``roles`` on ``day``, in this organism or for the whole city."""
    found = [
        holder.email
        for holder in holders(entity_id, day)
        if holder.role in roles and holder.organism_id in (None, organism_id)
    ]
    return list(dict.fromkeys(found))
