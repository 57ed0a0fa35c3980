"""Rows that tests begin with; every function writes and commits, and gives back what it wrote."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from typing import TypeVar

from sqlalchemy import select

from pp_monitor.domain.account import PRIVACY_VERSION, Role
from pp_monitor.extensions import Model, db
from pp_monitor.models.account import PrivacyAcceptance, RoleAssignment, User
from pp_monitor.models.entity import Entity, Organism, OrganismName
from pp_monitor.services.audit import Actor
from pp_monitor.services.password import hash_password

LONG_AGO = datetime(2022, 1, 3, 15, 0, tzinfo=UTC)
PASSWORD = "tres gatos en el Bulevar"
_numbers = count(1)
Row = TypeVar("Row", bound=Model)


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


def saved(row: Row) -> Row:
    """Commit, and give the row with its values, free of any session: it can be read wherever the test goes."""
    db.session.commit()
    db.session.refresh(row)
    db.session.expunge(row)
    return row


def make_entity(name: str = "Alcaldía de Prueba", *, demo_today: date | None = None) -> Entity:
    """The one city of a test; the same again if it is there."""
    entity = db.session.scalar(select(Entity))
    if entity is None:
        entity = Entity(code="76001", name=name, demo_today=demo_today)
        db.session.add(entity)
    return saved(entity)


def make_organism(code: str = "4145", short_name: str = "Salud Pública") -> Organism:
    """An organism with a name since long ago; the same again if it is there."""
    entity = make_entity()
    organism = db.session.scalar(select(Organism).where(Organism.code == code))
    if organism is None:
        organism = Organism(entity_id=entity.id, code=code)
        db.session.add(organism)
        db.session.flush()
        name = OrganismName(
            entity_id=entity.id,
            organism_id=organism.id,
            name=f"Secretaría de {short_name}",
            short_name=short_name,
            valid_from=LONG_AGO.date(),
            recorded_at=LONG_AGO,
        )
        db.session.add(name)
    return saved(organism)


def make_user(
    role: Role | None = Role.PLANEACION,
    organism: Organism | None = None,
    *,
    email: str = "",
    label: str = "Ana Prueba",
    valid_from: date = date(2022, 1, 1),
    valid_until: date | None = None,
    is_enabled: bool = True,
    password_hash: str | None = None,
    has_accepted: bool = True,
) -> User:
    """An account whose password is ``PASSWORD``, with one role, or with none, that accepted the privacy notice."""
    entity = make_entity()
    user = User(
        entity_id=entity.id,
        email=email or f"persona{next(_numbers)}@example.org",
        label=label,
        password_hash=_password_hash() if password_hash is None else password_hash,
        is_enabled=is_enabled,
        recorded_at=LONG_AGO,
    )
    db.session.add(user)
    db.session.flush()
    if has_accepted:
        accepted = {"entity_id": entity.id, "user_id": user.id, "version": PRIVACY_VERSION}
        db.session.add(PrivacyAcceptance(**accepted, accepted_at=LONG_AGO))
    if role:
        assignment = RoleAssignment(
            entity_id=entity.id,
            user_id=user.id,
            role=role,
            organism_id=organism.id if organism else None,
            valid_from=valid_from,
            valid_until=valid_until,
            assigned_by_id=None,
            recorded_at=LONG_AGO,
        )
        db.session.add(assignment)
    return saved(user)


def make_actor(user: User | None = None) -> Actor:
    """Who acts in a service's test: a person, or a process."""
    if user:
        return Actor(user.entity_id, user.label, user.id, "127.0.0.1")
    return Actor(make_entity().id, "prueba")
