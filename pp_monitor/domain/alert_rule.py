"""The rules that open alerts: their numbers, levels, recipients and escalation, which a vigencia may set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pp_monitor.domain.account import Role
from pp_monitor.domain.catalogue import SETTLEMENT
from pp_monitor.domain.invitation import INVITATION_WORKDAYS
from pp_monitor.domain.light import CRITICAL


class AlertRule(StrEnum):
    """The rules, in the order in which causes of one level stand."""

    OVERDUE = "overdue"
    LEGAL_START = "legal_start"
    OUT_OF_ORDER = "out_of_order"
    PASSED = "passed"
    NO_UPDATE = "no_update"
    FINISH_AFTER_YEAR = "finish_after_year"
    PHYSICAL_GAP = "physical_gap"
    LONG_SUSPENSION = "long_suspension"
    THIRD_REPLANNING = "third_replanning"
    RESTRICTION_WINDOW = "restriction_window"
    ORGANISM_WITHOUT_PLAN = "organism_without_plan"
    ORGANISM_WITHOUT_ENLACE = "organism_without_enlace"
    MISSING_MODALITY = "missing_modality"
    ZERO_VALUE = "zero_value"
    MONEY_CHAIN = "money_chain"


class RuleFamily(StrEnum):
    """What a rule is about; data quality stands apart from delay."""

    PROGRESS = "progress"
    LEGAL = "legal"
    ORGANISM = "organism"
    DATA = "data"


FAMILY: Mapping[AlertRule, RuleFamily] = {
    **dict.fromkeys(AlertRule, RuleFamily.PROGRESS),
    AlertRule.LEGAL_START: RuleFamily.LEGAL,
    AlertRule.RESTRICTION_WINDOW: RuleFamily.LEGAL,
    AlertRule.ORGANISM_WITHOUT_PLAN: RuleFamily.ORGANISM,
    AlertRule.ORGANISM_WITHOUT_ENLACE: RuleFamily.ORGANISM,
    AlertRule.MISSING_MODALITY: RuleFamily.DATA,
    AlertRule.ZERO_VALUE: RuleFamily.DATA,
    AlertRule.MONEY_CHAIN: RuleFamily.DATA,
}
# Whose working days are a delay; those of the others are a forecast, or tell how far apart two dates are.
DELAY_RULES = frozenset(
    {
        AlertRule.OVERDUE,
        AlertRule.LONG_SUSPENSION,
        AlertRule.ORGANISM_WITHOUT_PLAN,
        AlertRule.ORGANISM_WITHOUT_ENLACE,
    }
)
ORGANISM_RULES = frozenset(rule for rule, family in FAMILY.items() if family is RuleFamily.ORGANISM)


class AlertLevel(StrEnum):
    """Severity, the mildest first; it changes in place while a case is open."""

    MILD = "mild"
    SERIOUS = "serious"
    CRITICAL = "critical"

    @property
    def weight(self) -> int:
        """0 for the mildest; greater is graver."""
        return _LEVELS.index(self)


_LEVELS = tuple(AlertLevel)
GRAVEST_FIRST = _LEVELS[::-1]


class Limit(StrEnum):
    """A number of a rule; days are calendar days unless named otherwise.

    ``*_OVER`` are the working days beyond which a level begins, ``KEY_*`` those of H07 to H09.
    """

    SERIOUS_OVER = "serious_over"
    CRITICAL_OVER = "critical_over"
    KEY_SERIOUS_OVER = "key_serious_over"
    KEY_CRITICAL_OVER = "key_critical_over"
    DAYS = "days"
    WORKDAYS = "workdays"
    POINTS = "points"
    TIMES = "times"


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """How a rule holds in a vigencia.

    ``level`` is that of every cause of the rule; none where the rule grades them itself. ``recipients`` are the
    roles told of its causes: those of an organism are the organism's own people.
    """

    rule: AlertRule
    is_on: bool = True
    limits: Mapping[Limit, int] = field(default_factory=dict)
    level: AlertLevel | None = None
    recipients: frozenset[Role] = frozenset({Role.ENLACE, Role.ORDENADOR, Role.PLANEACION})

    def graded(self, level: AlertLevel) -> AlertLevel:
        """``level`` unless the setting gives one of its own."""
        return self.level or level


# Who is told as a case grows old, in this order, each once.
ESCALATION: tuple[Role, ...] = (Role.ENLACE, Role.ORDENADOR, Role.PLANEACION, Role.LECTURA)
EscalationDays = tuple[int | None, ...]
DEFAULT_ESCALATION: Mapping[AlertLevel, EscalationDays] = {
    AlertLevel.CRITICAL: (0, 3, 6, 10),
    AlertLevel.SERIOUS: (0, 10, 20, None),
    AlertLevel.MILD: (0, 20, None, None),
}


@dataclass(frozen=True, slots=True)
class AlertRules:
    """The rules of a vigencia; ``escalation`` gives for each level the age of a case in working days at each step.

    None ends the steps of that level.
    """

    settings: Mapping[AlertRule, RuleSetting]
    escalation: Mapping[AlertLevel, EscalationDays]

    def setting(self, rule: AlertRule) -> RuleSetting:
        """The setting of one rule."""
        return self.settings[rule]

    def limit(self, rule: AlertRule, limit: Limit) -> int:
        """One number of a rule."""
        return self.settings[rule].limits[limit]


_LEGAL = frozenset({Role.ENLACE, Role.ORDENADOR, Role.PLANEACION, Role.CONTRATACION})
_DATA = frozenset({Role.ENLACE, Role.PLANEACION})
_OVERDUE_LIMITS = {
    Limit.SERIOUS_OVER: 10,
    Limit.CRITICAL_OVER: 30,
    Limit.KEY_SERIOUS_OVER: 0,
    Limit.KEY_CRITICAL_OVER: 15,
}
_DEFAULT_SETTINGS = (
    RuleSetting(AlertRule.OVERDUE, limits=_OVERDUE_LIMITS),
    RuleSetting(AlertRule.LEGAL_START, level=AlertLevel.CRITICAL, recipients=_LEGAL),
    RuleSetting(AlertRule.OUT_OF_ORDER, level=AlertLevel.MILD),
    RuleSetting(AlertRule.PASSED, level=AlertLevel.MILD),
    RuleSetting(AlertRule.NO_UPDATE, limits={Limit.DAYS: 30}, level=AlertLevel.MILD),
    RuleSetting(AlertRule.FINISH_AFTER_YEAR),
    RuleSetting(AlertRule.PHYSICAL_GAP, limits={Limit.POINTS: 20}, level=AlertLevel.SERIOUS),
    RuleSetting(AlertRule.LONG_SUSPENSION, limits={Limit.WORKDAYS: 30}, level=AlertLevel.SERIOUS),
    RuleSetting(AlertRule.THIRD_REPLANNING, limits={Limit.TIMES: 3}, level=AlertLevel.SERIOUS),
    RuleSetting(AlertRule.RESTRICTION_WINDOW, limits={Limit.DAYS: 30}, level=AlertLevel.SERIOUS, recipients=_LEGAL),
    RuleSetting(AlertRule.ORGANISM_WITHOUT_PLAN),
    RuleSetting(
        AlertRule.ORGANISM_WITHOUT_ENLACE,
        limits={Limit.SERIOUS_OVER: INVITATION_WORKDAYS, Limit.CRITICAL_OVER: 15},
        recipients=frozenset({Role.ORDENADOR, Role.PLANEACION}),
    ),
    RuleSetting(AlertRule.MISSING_MODALITY, level=AlertLevel.MILD, recipients=_DATA),
    RuleSetting(AlertRule.ZERO_VALUE, level=AlertLevel.MILD, recipients=_DATA),
    RuleSetting(AlertRule.MONEY_CHAIN, level=AlertLevel.MILD, recipients=_DATA),
)
DEFAULT_RULES = AlertRules({setting.rule: setting for setting in _DEFAULT_SETTINGS}, DEFAULT_ESCALATION)


def changed_rules(rules: AlertRules, settings: Iterable[RuleSetting]) -> AlertRules:
    """The same rules with some settings in place of theirs."""
    return AlertRules({**rules.settings, **{each.rule: each for each in settings}}, rules.escalation)


def level_over(workdays: int, serious_over: int, critical_over: int) -> AlertLevel:
    """The level of so many working days: the next one begins beyond each limit.

    >>> level_over(10, 10, 30), level_over(11, 10, 30), level_over(31, 10, 30)
    (<AlertLevel.MILD: 'mild'>, <AlertLevel.SERIOUS: 'serious'>, <AlertLevel.CRITICAL: 'critical'>)
    """
    if workdays > critical_over:
        return AlertLevel.CRITICAL
    return AlertLevel.SERIOUS if workdays > serious_over else AlertLevel.MILD


def overdue_level(milestone_code: str, workdays: int, setting: RuleSetting) -> AlertLevel:
    """The level of a milestone so many working days overdue, H07 to H09 by their own limits.

    H14 is always mild: the law gives it months, and no light waits for it.

    >>> overdue_level("H07", 3, DEFAULT_RULES.setting(AlertRule.OVERDUE))
    <AlertLevel.SERIOUS: 'serious'>
    """
    if milestone_code == SETTLEMENT:
        return AlertLevel.MILD
    is_key = milestone_code in CRITICAL
    serious = setting.limits[Limit.KEY_SERIOUS_OVER if is_key else Limit.SERIOUS_OVER]
    critical = setting.limits[Limit.KEY_CRITICAL_OVER if is_key else Limit.CRITICAL_OVER]
    return setting.graded(level_over(workdays, serious, critical))
