"""The audit trail: who did what, each event chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, text

from pp_monitor.extensions import db
from pp_monitor.models.audit import AuditEvent

_CHAIN_LOCK = 7_041_996


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an account, or a process by its name; ``address`` is where the request came from."""

    entity_id: int
    label: str
    user_id: int | None = None
    address: str = ""


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
