"""The ledger of scheduled jobs and the sign of life of their process."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Id, Instant, MaybeInstant, one_of


class JobState(StrEnum):
    """How one run of a job ended, or that it runs."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class JobRun(Model):
    """One run of a job for a period; the unique key lets no period in twice."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("entity_id", "job", "period"), one_of("state", JobState))

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    job: Mapped[Code]
    period: Mapped[Code]
    state: Mapped[Code]
    tries: Mapped[int]
    started_at: Mapped[Instant]
    finished_at: Mapped[MaybeInstant]
    outcome: Mapped[str] = mapped_column(Text, default="")


class Heartbeat(Model):
    """When a process was last alive."""

    __tablename__ = "heartbeat"
    __table_args__ = (UniqueConstraint("entity_id", "process"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    process: Mapped[Code]
    beat_at: Mapped[Instant]
