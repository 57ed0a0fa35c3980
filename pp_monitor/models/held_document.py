"""Documents that came with a form which could not be recorded yet, kept a while for their sender alone."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.extensions import Model
from pp_monitor.models.columns import EntityId, Hash, Id, Instant, Name, to


class HeldDocument(Model):
    """A document as it was sent; ``kept_until`` is its last day here."""

    __tablename__ = "held_document"
    __table_args__ = (UniqueConstraint("user_id", "sha256"), CheckConstraint("size_bytes > 0", name="size_positive"))

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    user_id: Mapped[int] = to("user_account.id")
    filename: Mapped[Name]
    sha256: Mapped[Hash]
    size_bytes: Mapped[int]
    kept_until: Mapped[date]
    recorded_at: Mapped[Instant]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
