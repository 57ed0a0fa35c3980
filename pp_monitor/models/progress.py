"""What happened and what is foretold: two append-only streams of facts, with their evidence."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.domain.progress import FactStatus
from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Hash, Id, Instant, Name, one_of, to


class FactSource(StrEnum):
    """By which way a fact came in."""

    FORM = "form"
    FILE = "file"
    REGISTRATION = "registration"
    PLANNING = "planning"


class Evidence(Model):
    """A document or link that backs a fact or a decision; the bytes of a document are its ``EvidenceContent``."""

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("entity_id", "sha256", "url"),
        CheckConstraint("sha256 <> '' OR url <> ''", name="file_or_link"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    filename: Mapped[Name]
    media_type: Mapped[Name]
    size_bytes: Mapped[int]
    sha256: Mapped[Hash]
    url: Mapped[Name]
    recorded_at: Mapped[Instant]


class FactRow:
    """What both streams have; ``day`` is none only in an annulment or a return."""

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    project_id: Mapped[int] = to("project.id")
    milestone_code: Mapped[Code]
    day: Mapped[date | None]
    status: Mapped[Code]
    source: Mapped[Code]
    reported_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    cause: Mapped[Name] = mapped_column(default="")
    load_id: Mapped[int | None] = to("load.id")
    evidence_id: Mapped[int | None] = to("evidence.id")
    contract_id: Mapped[int | None] = to("contract.id")
    attempt_id: Mapped[int | None] = to("attempt.id")
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


def _fact_rules(table: str) -> tuple[CheckConstraint | Index, ...]:
    return (
        one_of("status", FactStatus),
        one_of("source", FactSource),
        CheckConstraint("day IS NOT NULL OR status IN ('annulled', 'returned')", name="day_when_counting"),
        Index(f"ix_{table}_project_id_milestone_code", "project_id", "milestone_code"),
    )


class ActualFact(FactRow, Model):
    """One record of the date on which a milestone was met; ``of_fact_id`` is the one that it verifies or returns."""

    __tablename__ = "actual_fact"
    __table_args__ = _fact_rules("actual_fact")

    of_fact_id: Mapped[int | None] = to("actual_fact.id", index=True)


class ForecastFact(FactRow, Model):
    """One record of the date that an organism foretells for a milestone."""

    __tablename__ = "forecast_fact"
    __table_args__ = _fact_rules("forecast_fact")
