"""How a vigencia applies the rules of alerts and escalates their cases; the newest record of each counts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.domain.alert_rule import AlertLevel, AlertRule
from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Id, Instant, one_of, to


class AlertRuleSetting(Model):
    """A rule from an instant on: ``limits`` by their codes, ``level`` empty where the rule grades, roles told."""

    __tablename__ = "alert_rule_setting"
    __table_args__ = (
        one_of("rule", AlertRule),
        CheckConstraint(f"level IN ('', {', '.join(repr(code.value) for code in AlertLevel)})", name="level_code"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id", index=True)
    rule: Mapped[Code]
    is_on: Mapped[bool]
    limits: Mapped[dict[str, int]] = mapped_column(JSON)
    level: Mapped[Code]
    recipients: Mapped[list[str]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class AlertEscalationSetting(Model):
    """The age in working days at which the cases of a level reach each role in turn; null ends the steps."""

    __tablename__ = "alert_escalation_setting"
    __table_args__ = (one_of("level", AlertLevel),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id", index=True)
    level: Mapped[Code]
    days: Mapped[list[Any]] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]
