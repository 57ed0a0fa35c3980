from dataclasses import replace

import pytest

from pp_monitor.domain.account import Role
from pp_monitor.domain.alert_rule import (
    DEFAULT_RULES,
    ESCALATION,
    FAMILY,
    GRAVEST_FIRST,
    ORGANISM_RULES,
    AlertLevel,
    AlertRule,
    RuleFamily,
    changed_rules,
    overdue_level,
)

OVERDUE = DEFAULT_RULES.setting(AlertRule.OVERDUE)


@pytest.mark.parametrize(
    ("code", "days", "level"),
    [
        ("H01", 1, AlertLevel.MILD),
        ("H01", 10, AlertLevel.MILD),
        ("H01", 11, AlertLevel.SERIOUS),
        ("H01", 30, AlertLevel.SERIOUS),
        ("H01", 31, AlertLevel.CRITICAL),
        ("H07", 1, AlertLevel.SERIOUS),
        ("H08", 15, AlertLevel.SERIOUS),
        ("H09", 16, AlertLevel.CRITICAL),
        ("H10", 16, AlertLevel.SERIOUS),
        ("H14", 99, AlertLevel.MILD),
    ],
)
def test_level_follows_the_days_and_the_milestone(code: str, days: int, level: AlertLevel) -> None:
    assert overdue_level(code, days, OVERDUE) is level


def test_a_level_of_the_setting_comes_before_the_days() -> None:
    assert overdue_level("H07", 99, replace(OVERDUE, level=AlertLevel.MILD)) is AlertLevel.MILD
    assert overdue_level("H14", 1, replace(OVERDUE, level=AlertLevel.CRITICAL)) is AlertLevel.MILD


def test_every_rule_has_a_family_and_a_setting_that_tells_somebody() -> None:
    assert set(FAMILY) == set(DEFAULT_RULES.settings) == set(AlertRule)
    assert all(setting.is_on and setting.recipients for setting in DEFAULT_RULES.settings.values())
    data = [rule for rule, family in FAMILY.items() if family is RuleFamily.DATA]
    assert data == [AlertRule.MISSING_MODALITY, AlertRule.ZERO_VALUE, AlertRule.MONEY_CHAIN]
    assert {AlertRule.ORGANISM_WITHOUT_PLAN, AlertRule.ORGANISM_WITHOUT_ENLACE} == ORGANISM_RULES


def test_levels_have_an_order() -> None:
    assert GRAVEST_FIRST == (AlertLevel.CRITICAL, AlertLevel.SERIOUS, AlertLevel.MILD)
    assert [level.weight for level in GRAVEST_FIRST] == [2, 1, 0]


def test_escalation_goes_from_the_enlace_to_the_cabinet() -> None:
    assert ESCALATION == (Role.ENLACE, Role.ORDENADOR, Role.PLANEACION, Role.LECTURA)
    assert {level.value: days for level, days in DEFAULT_RULES.escalation.items()} == {
        "critical": (0, 3, 6, 10),
        "serious": (0, 10, 20, None),
        "mild": (0, 20, None, None),
    }


def test_a_setting_replaces_only_its_own_rule() -> None:
    off = replace(OVERDUE, is_on=False)
    rules = changed_rules(DEFAULT_RULES, [off])
    assert rules.setting(AlertRule.OVERDUE) is off
    assert rules.setting(AlertRule.PASSED) is DEFAULT_RULES.setting(AlertRule.PASSED)
    assert rules.escalation is DEFAULT_RULES.escalation
