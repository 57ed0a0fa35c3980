"""The audit trail: who did what, each event chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, text

from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.audit import AuditEvent

_CHAIN_LOCK = 7_041_996
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account, or a process by its name; ``address`` is where the request came from."""

    entity_id: int
    label: str
    user_id: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """Which events to show; empty fields ask nothing.

    ``who`` and ``what`` are parts of a name, in any case; ``since`` is included, ``until`` is not.
    """

    who: str = ""
    action: str = ""
    what: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One event, as read."""

    sequence: int
    recorded_at: datetime
    actor: str
    email: str
    address: str
    action: str
    object_kind: str
    object_code: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TrailPage:
    """A page of the trail, the newest first; ``page`` and ``pages`` count from 1."""

    entries: tuple[TrailEntry, ...]
    page: int
    pages: int
    total: int
    actions: tuple[str, ...]

    @property
    def first(self) -> int:
        """Number of the first event shown, 0 when there are none."""
        return (self.page - 1) * PAGE_SIZE + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Number of the last event shown."""
        return min(self.page * PAGE_SIZE, self.total)


def record(
    actor: Actor,
    action: str,
    object_kind: str,
    object_code: str,
    recorded_at: datetime,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Add one event to the trail, within the caller's write transaction.

    ``details`` must be plain JSON. The hash is SHA-256 over the event's own fields and
    the hash of the event before.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    db.session.flush()
    newest = (
        select(AuditEvent.sequence, AuditEvent.sha256)
        .where(AuditEvent.entity_id == actor.entity_id)
        .order_by(AuditEvent.sequence.desc())
        .limit(1)
    )
    last = db.session.execute(newest).first()
    sequence, previous = (last.sequence + 1, last.sha256) if last else (1, "")
    event = AuditEvent(
        entity_id=actor.entity_id,
        sequence=sequence,
        action=action,
        object_kind=object_kind,
        object_code=object_code,
        details=dict(details or {}),
        user_id=actor.user_id,
        actor=actor.label,
        address=actor.address,
        recorded_at=recorded_at,
        previous_sha256=previous,
    )
    event.sha256 = event_hash(event)
    db.session.add(event)
    db.session.flush()


def event_hash(event: AuditEvent) -> str:
    """SHA-256 of an event's fields and the hash of the one before it."""
    fields = [
        event.entity_id,
        event.sequence,
        event.action,
        event.object_kind,
        event.object_code,
        event.details,
        event.user_id,
        event.actor,
        event.address,
        event.recorded_at.isoformat(),
        event.previous_sha256,
    ]
    return hashlib.sha256(json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def first_broken(entity_id: int) -> int | None:
    """Sequence of the first event whose hash does not fit, or none when the chain is whole."""
    previous = ""
    for event in db.session.scalars(_in_order(entity_id)):
        if event.previous_sha256 != previous or event.sha256 != event_hash(event):
            return event.sequence
        previous = event.sha256
    return None


def _in_order(entity_id: int) -> Select[tuple[AuditEvent]]:
    return select(AuditEvent).where(AuditEvent.entity_id == entity_id).order_by(AuditEvent.sequence)


def list_events(entity_id: int, wanted: TrailFilter, page: int = 1) -> TrailPage:
    """The events that fit, the newest first, fifty a page; a page too far is the last; three queries."""
    conditions = [AuditEvent.entity_id == entity_id, *_conditions(wanted)]
    counted = select(func.count()).select_from(AuditEvent).outerjoin(User, User.id == AuditEvent.user_id)
    total = db.session.scalar(counted.where(*conditions)) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    query = (
        select(AuditEvent, User.email)
        .outerjoin(User, User.id == AuditEvent.user_id)
        .where(*conditions)
        .order_by(AuditEvent.sequence.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    entries = tuple(_entry(event, email or "") for event, email in db.session.execute(query))
    actions = select(AuditEvent.action).where(AuditEvent.entity_id == entity_id).distinct()
    return TrailPage(entries, page, pages, total, tuple(sorted(db.session.scalars(actions))))


def _entry(event: AuditEvent, email: str) -> TrailEntry:
    return TrailEntry(
        sequence=event.sequence,
        recorded_at=event.recorded_at,
        actor=event.actor,
        email=email,
        address=event.address,
        action=event.action,
        object_kind=event.object_kind,
        object_code=event.object_code,
        details=event.details,
    )


def _conditions(wanted: TrailFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.who:
        names = (AuditEvent.actor, User.email)
        conditions.append(or_(*(name.icontains(wanted.who, autoescape=True) for name in names)))
    if wanted.what:
        conditions.append(AuditEvent.object_code.icontains(wanted.what, autoescape=True))
    if wanted.action:
        conditions.append(AuditEvent.action == wanted.action)
    if wanted.since:
        conditions.append(AuditEvent.recorded_at >= wanted.since)
    if wanted.until:
        conditions.append(AuditEvent.recorded_at < wanted.until)
    return conditions
