"""What an organism was told about the plan that it owes: reminders by mail and formal *requerimientos*."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.extensions import Model
from pp_monitor.models.columns import EntityId, Id, Instant, Name, to


class Reminder(Model):
    """That a person was reminded of what an organism owes; ``occasion`` lets the same one in only once."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("vigencia_id", "organism_id", "user_id", "occasion"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id")
    organism_id: Mapped[int] = to("organism.id")
    user_id: Mapped[int] = to("user_account.id")
    occasion: Mapped[Name]
    recorded_at: Mapped[Instant]


class FormalNotice(Model):
    """A *requerimiento* to an organism: its day, its *número de radicado* and what it asks."""

    __tablename__ = "formal_notice"
    __table_args__ = (
        UniqueConstraint("vigencia_id", "organism_id", "filing_number"),
        Index("ix_formal_notice_organism", "vigencia_id", "organism_id"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id")
    organism_id: Mapped[int] = to("organism.id")
    sent_on: Mapped[date]
    filing_number: Mapped[Name]
    text: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]
