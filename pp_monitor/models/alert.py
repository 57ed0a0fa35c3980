"""Alerts that are open or were, and everything that happened to them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.domain.alert import AlertChange, AlertLevel, AlertRule
from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Id, Instant, MaybeInstant, one_of, to

_OPEN_PROJECT = text("closed_at IS NULL AND project_id IS NOT NULL")
_OPEN_ORGANISM = text("closed_at IS NULL AND project_id IS NULL")


class Alert(Model):
    """One case; at most one open for each rule and project, or rule and organism.

    ``items`` are the overdue milestones, the earliest first: code, planned (ISO), overdue working days.
    """

    __tablename__ = "alert"
    __table_args__ = (
        one_of("rule", AlertRule),
        one_of("level", AlertLevel),
        Index(
            "uq_alert_open_project",
            "vigencia_id",
            "rule",
            "project_id",
            unique=True,
            sqlite_where=_OPEN_PROJECT,
            postgresql_where=_OPEN_PROJECT,
        ),
        Index(
            "uq_alert_open_organism",
            "vigencia_id",
            "rule",
            "organism_id",
            unique=True,
            sqlite_where=_OPEN_ORGANISM,
            postgresql_where=_OPEN_ORGANISM,
        ),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id")
    rule: Mapped[Code]
    organism_id: Mapped[int] = to("organism.id")
    project_id: Mapped[int | None] = to("project.id", index=True)
    level: Mapped[Code]
    overdue_workdays: Mapped[int]
    projects: Mapped[int]
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    opened_on: Mapped[date]
    opened_at: Mapped[Instant]
    refreshed_on: Mapped[date]
    closed_on: Mapped[date | None]
    closed_at: Mapped[MaybeInstant]
    owner_id: Mapped[int | None] = to("user_account.id")


class AlertEvent(Model):
    """One thing that happened to an alert."""

    __tablename__ = "alert_event"
    __table_args__ = (one_of("change", AlertChange),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    alert_id: Mapped[int] = to("alert.id", index=True)
    change: Mapped[Code]
    level: Mapped[Code]
    overdue_workdays: Mapped[int]
    happened_on: Mapped[date]
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]
