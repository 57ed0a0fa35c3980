"""What organisms say of late milestones: causes, actions and commitments, an append-only stream."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.domain.cause import DelayCause, DependsOn
from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Id, Instant, Name, one_of, to


class MilestoneExplanation(Model):
    """One whole explanation of a late milestone; the newest by ``recorded_at`` counts."""

    __tablename__ = "milestone_explanation"
    __table_args__ = (
        one_of("cause", DelayCause),
        one_of("depends_on", DependsOn),
        Index("ix_milestone_explanation_project_id_milestone_code", "project_id", "milestone_code"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    project_id: Mapped[int] = to("project.id")
    milestone_code: Mapped[Code]
    cause: Mapped[Code]
    cause_text: Mapped[Name] = mapped_column(default="")
    depends_on: Mapped[Code | None]
    action: Mapped[str] = mapped_column(Text, default="")
    responsible: Mapped[Name] = mapped_column(default="")
    commitment_on: Mapped[date | None]
    reply: Mapped[str] = mapped_column(Text, default="")
    reported_on: Mapped[date]
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]
