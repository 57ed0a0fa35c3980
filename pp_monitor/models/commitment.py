"""Commitments of meetings and each step of theirs, neither ever altered."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.domain.commitment import CommitmentStep
from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Id, Instant, Name, one_of, to


class CommitmentRow(Model):
    """What was agreed at a meeting, of a project, of an organism or, with neither, of the whole city.

    ``number`` counts by vigencia; ``is_by_planning`` tells who alone may put it off or cancel it.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        UniqueConstraint("vigencia_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
        CheckConstraint("project_id IS NULL OR organism_id IS NULL", name="one_subject"),
        CheckConstraint("due_on >= meeting_on", name="due_after_meeting"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id")
    number: Mapped[int]
    meeting_on: Mapped[date]
    meeting: Mapped[Name]
    what: Mapped[str] = mapped_column(Text)
    responsible: Mapped[Name]
    responsible_organism_id: Mapped[int | None] = to("organism.id")
    organism_id: Mapped[int | None] = to("organism.id")
    project_id: Mapped[int | None] = to("project.id")
    due_on: Mapped[date]
    is_by_planning: Mapped[bool]
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class CommitmentEventRow(Model):
    """One step of a commitment, numbered so that two people at once never write the same."""

    __tablename__ = "commitment_event"
    __table_args__ = (
        UniqueConstraint("commitment_id", "number"),
        one_of("step", CommitmentStep),
        CheckConstraint("(step = 'postponed') = (due_on IS NOT NULL)", name="due_of_postponement"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    commitment_id: Mapped[int] = to("commitment.id")
    number: Mapped[int]
    step: Mapped[Code]
    happened_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    due_on: Mapped[date | None]
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]
