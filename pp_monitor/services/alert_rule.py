"""The rules of alerts as a vigencia applies them: read as at an instant, changed by Planning with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.alert_rule import (
    DEFAULT_RULES,
    ESCALATION,
    AlertLevel,
    AlertRule,
    AlertRules,
    EscalationDays,
    Limit,
    RuleSetting,
    changed_rules,
)
from pp_monitor.domain.errors import Problem, ProblemsError
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.alert_rule import AlertEscalationSetting, AlertRuleSetting
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.submission import explained
from pp_monitor.services.transaction import writing_vigencia

MOST = 366
_WHY = "Falta el motivo del cambio."
_SAME = Problem("No cambió nada: así rige ya.", "Cambie algo, o vuelva a las reglas.")
Row = TypeVar("Row", AlertRuleSetting, AlertEscalationSetting)


@dataclass(frozen=True, slots=True)
class LastChange:
    """Who changed a rule or a level's escalation last, when (UTC) and why; ``author`` is empty for a process."""

    author: str
    recorded_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules in force, with the last change of each that was ever changed."""

    rules: AlertRules
    rule_changes: Mapping[AlertRule, LastChange]
    escalation_changes: Mapping[AlertLevel, LastChange]


def load_rules(vigencia_id: int, known_at: datetime | None = None) -> AlertRules:
    """The rules of a vigencia as recorded by ``known_at`` (by default, everything); two queries."""
    return load_rule_book(vigencia_id, known_at).rules


def load_rule_book(vigencia_id: int, known_at: datetime | None = None) -> RuleBook:
    """The same with who changed each last; two queries."""
    rules = {row.rule: (row, author) for row, author in _rows(AlertRuleSetting, vigencia_id, known_at)}
    levels = {row.level: (row, author) for row, author in _rows(AlertEscalationSetting, vigencia_id, known_at)}
    changed = changed_rules(DEFAULT_RULES, (_setting(row) for row, _ in rules.values()))
    escalation = {**changed.escalation, **{AlertLevel(code): tuple(row.days) for code, (row, _) in levels.items()}}
    return RuleBook(
        AlertRules(changed.settings, escalation),
        {AlertRule(code): _change(row, author) for code, (row, author) in rules.items()},
        {AlertLevel(code): _change(row, author) for code, (row, author) in levels.items()},
    )


def _rows(table: type[Row], vigencia_id: int, known_at: datetime | None) -> Sequence[tuple[Row, str | None]]:
    """What was recorded with its author, the oldest first."""
    query = select(table, User.label).outerjoin(User, User.id == table.user_id).where(table.vigencia_id == vigencia_id)
    if known_at is not None:
        query = query.where(table.recorded_at <= known_at)
    return [(row, label) for row, label in db.session.execute(query.order_by(table.recorded_at, table.id))]


def _change(row: AlertRuleSetting | AlertEscalationSetting, author: str | None) -> LastChange:
    return LastChange(author or "", row.recorded_at, row.reason)


def _setting(row: AlertRuleSetting) -> RuleSetting:
    """A stored setting; a number that the rule has got since keeps its own."""
    rule = AlertRule(row.rule)
    default = DEFAULT_RULES.setting(rule)
    return RuleSetting(
        rule,
        row.is_on,
        {limit: row.limits.get(limit.value, value) for limit, value in default.limits.items()},
        AlertLevel(row.level) if row.level else None,
        frozenset(map(Role, row.recipients)),
    )


def rule_history(vigencia_id: int, rule: AlertRule) -> tuple[tuple[LastChange, RuleSetting], ...]:
    """Every change of a rule with how it left it, the newest first; one query."""
    rows = [pair for pair in _rows(AlertRuleSetting, vigencia_id, None) if pair[0].rule == rule]
    return tuple((_change(row, author), _setting(row)) for row, author in reversed(rows))


def escalation_history(vigencia_id: int, level: AlertLevel) -> tuple[tuple[LastChange, EscalationDays], ...]:
    """Every change of the escalation of a level with its days, the newest first; one query."""
    rows = [pair for pair in _rows(AlertEscalationSetting, vigencia_id, None) if pair[0].level == level]
    return tuple((_change(row, author), tuple(row.days)) for row, author in reversed(rows))


def check_rule(vigencia_id: int, setting: RuleSetting, reason: str) -> str:
    """The reason without spaces around it, once a setting can be recorded; raise ``ProblemsError`` as ``set_rule``."""
    _refuse(_setting_problems(setting))
    why = explained(reason, _WHY)
    if load_rules(vigencia_id).setting(setting.rule) == setting:
        raise ProblemsError((_SAME,))
    return why


def check_escalation(vigencia_id: int, level: AlertLevel, days: EscalationDays, reason: str) -> str:
    """The same of the escalation of a level."""
    _refuse(_escalation_problems(days))
    why = explained(reason, _WHY)
    if load_rules(vigencia_id).escalation[level] == days:
        raise ProblemsError((_SAME,))
    return why


def set_rule(vigencia_id: int, setting: RuleSetting, *, reason: str, actor: Actor) -> None:
    """Record how a vigencia applies a rule from now on; open cases follow with the next comparison.

    Raises ``ProblemsError`` for numbers or recipients that make no sense, a reason of less than ten letters, or a
    setting that is the one in force.
    """
    why = check_rule(vigencia_id, setting, reason)
    with writing_vigencia(vigencia_id) as now:
        limits = {limit.value: value for limit, value in setting.limits.items()}
        roles = sorted(role.value for role in setting.recipients)
        db.session.add(
            AlertRuleSetting(
                entity_id=actor.entity_id,
                vigencia_id=vigencia_id,
                rule=setting.rule,
                is_on=setting.is_on,
                limits=limits,
                level=setting.level or "",
                recipients=roles,
                reason=why,
                user_id=actor.user_id,
                recorded_at=now,
            )
        )
        details = {"is_on": setting.is_on, "limits": limits, "level": setting.level or "", "recipients": roles}
        record(actor, "set_alert_rule", "alert_rule", setting.rule, now, {**details, "reason": why})


def set_escalation(vigencia_id: int, level: AlertLevel, days: EscalationDays, *, reason: str, actor: Actor) -> None:
    """Record the age, in working days, at which the cases of a level reach each role; raises as ``set_rule``."""
    why = check_escalation(vigencia_id, level, days, reason)
    with writing_vigencia(vigencia_id) as now:
        db.session.add(
            AlertEscalationSetting(
                entity_id=actor.entity_id,
                vigencia_id=vigencia_id,
                level=level,
                days=list(days),
                reason=why,
                user_id=actor.user_id,
                recorded_at=now,
            )
        )
        details = {"level": level.value, "days": list(days), "reason": why}
        record(actor, "set_escalation", "alert_rule", level, now, details)


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise ProblemsError(tuple(problems))


def _setting_problems(setting: RuleSetting) -> list[Problem]:
    limits = setting.limits
    found = []
    if limits.keys() != DEFAULT_RULES.setting(setting.rule).limits.keys():
        found.append(Problem("Faltan números de la regla.", "Escríbalos todos."))
    if any(not 0 <= value <= MOST for value in limits.values()):
        found.append(Problem(f"Cada número va de 0 a {MOST}.", "Corrija el que se salga."))
    pairs = ((Limit.SERIOUS_OVER, Limit.CRITICAL_OVER), (Limit.KEY_SERIOUS_OVER, Limit.KEY_CRITICAL_OVER))
    if any(limits.get(low, 0) >= limits.get(high, MOST + 1) for low, high in pairs):
        what = "Lo crítico empieza después de lo grave: con el mismo número nada sería grave."
        found.append(Problem(what, "Revise los días de cada nivel."))
    if not setting.recipients:
        found.append(Problem("La regla no avisa a nadie.", "Marque al menos una función."))
    return found


def _escalation_problems(days: EscalationDays) -> list[Problem]:
    given = [day for day in days if day is not None]
    found = []
    if len(days) != len(ESCALATION) or list(days[: len(given)]) != given or not given:
        found.append(Problem("Los pasos van en orden y sin huecos.", "Deje vacíos solo los últimos."))
    if any(not 0 <= day <= MOST for day in given) or given != sorted(given):
        what = f"Los días van de 0 a {MOST} y no disminuyen de un paso al siguiente."
        found.append(Problem(what, "Corrija el que se salga."))
    return found
