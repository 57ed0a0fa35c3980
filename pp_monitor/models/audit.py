"""The audit trail: append-only, each event carries the hash of the one before."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Hash, Id, Instant, Name, to


class AuditEvent(Model):
    """Who did what to what, when and from where; ``details`` hold what was and what is."""

    __tablename__ = "audit_event"
    __table_args__ = (UniqueConstraint("entity_id", "sequence"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    sequence: Mapped[int]
    action: Mapped[Code]
    object_kind: Mapped[Code]
    object_code: Mapped[Name]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    user_id: Mapped[int | None] = to("user_account.id")
    actor: Mapped[Name]
    address: Mapped[Code]
    recorded_at: Mapped[Instant]
    previous_sha256: Mapped[Hash]
    sha256: Mapped[Hash]
