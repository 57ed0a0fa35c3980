"""Plan files that were sent: kept for their review and, if refused, for support to see what their sender saw."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Hash, Id, Instant, Name, to


class HeldFile(Model):
    """A file as it was sent; ``code`` is what its sender reads out, ``kept_until`` its last day here.

    ``problems`` counts what was wrong with it; a file without any only waits to be saved.
    """

    __tablename__ = "held_file"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("size_bytes > 0", name="size_positive"),
        Index("ix_held_file_organism", "organism_id", "sha256"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id")
    organism_id: Mapped[int] = to("organism.id")
    code: Mapped[Code]
    filename: Mapped[Name]
    sha256: Mapped[Hash]
    size_bytes: Mapped[int]
    problems: Mapped[int]
    kept_until: Mapped[date]
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
