"""Cases that are open or were, everything that happened to them, and the rules that open them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.domain.alert import AlertChange
from pp_monitor.domain.alert_rule import AlertLevel, AlertRule
from pp_monitor.domain.case import CaseState
from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Id, Instant, MaybeInstant, one_of, to

_OPEN_PROJECT = text("closed_at IS NULL AND project_id IS NOT NULL")
_OPEN_ORGANISM = text("closed_at IS NULL AND project_id IS NULL")


class Alert(Model):
    """One case; at most one open for each project, and one for each organism (its own causes, no project).

    ``causes`` are the fields of ``domain.alert_cause.Cause``, the gravest first: it gives ``rule``, ``level`` and
    ``workdays``. ``rules`` lists their codes between commas, for filters. ``reason`` is that of the snooze or the
    dismissal; ``silenced`` the causes that a dismissed case still keeps from opening another. ``level_on`` is since
    when it has its level; ``escalation_step`` counts the roles told, ``standing_step`` those of them that its level
    still names. ``version`` counts what a person may have missed; numbers that only grow do not move it.
    """

    __tablename__ = "alert"
    __table_args__ = (
        one_of("rule", AlertRule),
        one_of("level", AlertLevel),
        one_of("state", CaseState),
        CheckConstraint("(closed_at IS NULL) = (state NOT IN ('resolved', 'dismissed'))", name="closed_by_state"),
        CheckConstraint("(snoozed_until IS NULL) = (state <> 'snoozed')", name="snoozed_by_state"),
        Index(
            "uq_alert_open_project",
            "vigencia_id",
            "project_id",
            unique=True,
            sqlite_where=_OPEN_PROJECT,
            postgresql_where=_OPEN_PROJECT,
        ),
        Index(
            "uq_alert_open_organism",
            "vigencia_id",
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
    workdays: Mapped[int]
    causes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    rules: Mapped[str] = mapped_column(Text)
    state: Mapped[Code] = mapped_column(default=CaseState.OPEN)
    owner_id: Mapped[int | None] = to("user_account.id")
    commitment_on: Mapped[date | None]
    snoozed_until: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    silenced: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    is_silencing: Mapped[bool] = mapped_column(default=False)
    level_on: Mapped[date]
    escalation_step: Mapped[int] = mapped_column(default=0)
    standing_step: Mapped[int] = mapped_column(default=0)
    opened_on: Mapped[date]
    opened_at: Mapped[Instant]
    refreshed_on: Mapped[date]
    closed_on: Mapped[date | None]
    closed_at: Mapped[MaybeInstant]
    version: Mapped[int] = mapped_column(default=1)


class AlertEvent(Model):
    """One thing that happened to a case: ``rule``, ``level``, ``workdays`` and ``state`` are those after it.

    ``milestone_code`` is that of the gravest cause, none where it has none and in events of before it was kept.

    ``added`` and ``ceased`` are causes that began and ended, the latter with the fact that ended each; ``role`` is
    who an escalation tells. ``day`` is a commitment date or the end of a snooze, ``owner_id`` who has the case,
    ``text`` what a person wrote and ``reply_to_id`` the observation that it answers.
    """

    __tablename__ = "alert_event"
    __table_args__ = (one_of("change", AlertChange),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    alert_id: Mapped[int] = to("alert.id", index=True)
    change: Mapped[Code]
    rule: Mapped[Code]
    level: Mapped[Code]
    workdays: Mapped[int]
    milestone_code: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[Code]
    added: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    ceased: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    role: Mapped[Code] = mapped_column(default="")
    day: Mapped[date | None]
    owner_id: Mapped[int | None] = to("user_account.id")
    text: Mapped[str] = mapped_column(Text, default="")
    reply_to_id: Mapped[int | None] = to("alert_event.id")
    happened_on: Mapped[date]
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]
