"""What was typed in a form that could not be recorded yet, kept a while for its writer alone."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Id, Instant, Name, to


class HeldForm(Model):
    """A form as it was typed at the address ``place``; ``kept_until`` is its last day here."""

    __tablename__ = "held_form"
    __table_args__ = (UniqueConstraint("user_id", "code"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    user_id: Mapped[int] = to("user_account.id")
    code: Mapped[Code]
    place: Mapped[Name]
    typed: Mapped[str] = mapped_column(Text)
    kept_until: Mapped[date]
    recorded_at: Mapped[Instant]
