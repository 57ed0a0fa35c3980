"""Requests to move planned dates: what was asked and each step of its decision, neither ever altered."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.domain.replanning import ReplanningCause, ReplanningStep
from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Id, Instant, Name, one_of, to


class ReplanningRequest(Model):
    """What an enlace asks for one project; ``number`` counts by project, ``baseline_number`` is what it moves from.

    ``document`` names what backs it, ``past_reason`` says why it asks for days that are over.
    """

    __tablename__ = "replanning_request"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
        one_of("cause", ReplanningCause),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    project_id: Mapped[int] = to("project.id")
    number: Mapped[int]
    baseline_number: Mapped[int]
    cause: Mapped[Code]
    justification: Mapped[str] = mapped_column(Text)
    past_reason: Mapped[str] = mapped_column(Text)
    document: Mapped[Name]
    evidence_id: Mapped[int | None] = to("evidence.id")
    requested_on: Mapped[date]
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class ReplanningLine(Model):
    """A milestone of a request with the date in force when it was asked and the one asked for."""

    __tablename__ = "replanning_line"
    __table_args__ = (UniqueConstraint("request_id", "milestone_code"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    request_id: Mapped[int] = to("replanning_request.id")
    milestone_code: Mapped[Code]
    planned_on: Mapped[date]
    wanted_on: Mapped[date]


class ReplanningEvent(Model):
    """One step of a request, each at most once, with who, when and why; ``baseline_id`` is what an approval wrote.

    A withdrawal with a reason is one that a fact of the project brought about.
    """

    __tablename__ = "replanning_event"
    __table_args__ = (
        UniqueConstraint("request_id", "step"),
        one_of("step", ReplanningStep),
        CheckConstraint("(step = 'approved') = (baseline_id IS NOT NULL)", name="baseline_of_approval"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    request_id: Mapped[int] = to("replanning_request.id")
    step: Mapped[Code]
    happened_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text, default="")
    act: Mapped[Name] = mapped_column(default="")
    baseline_id: Mapped[int | None] = to("baseline.id")
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class ReplanningSeat(Model):
    """The open request of a project, one at most: the row goes when the request ends."""

    __tablename__ = "replanning_seat"
    __table_args__ = (UniqueConstraint("project_id"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    project_id: Mapped[int] = to("project.id")
    request_id: Mapped[int] = to("replanning_request.id")
