from datetime import date
from typing import Any

import pytest

from pp_monitor.domain.alert import (
    AlertChange,
    AlertCondition,
    AlertDecision,
    AlertItem,
    AlertKey,
    AlertLevel,
    AlertRule,
    absence_level,
    enlace_conditions,
    organism_conditions,
    overdue_level,
    project_conditions,
    reconcile,
)
from pp_monitor.domain.group import Member, assess_group
from pp_monitor.domain.plan import BaselineKind
from pp_monitor.domain.project import ProjectAssessment, ProjectState
from pp_monitor.domain.threshold import Thresholds
from tests.factories import ORGANISM, PLANNED, assessed, baseline, dated, states

CUTOFF = date(2022, 5, 13)
KEY = AlertKey(AlertRule.OVERDUE, ORGANISM, 1)


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
    ],
)
def test_level_follows_the_days_and_the_milestone(code: str, days: int, level: AlertLevel) -> None:
    assert overdue_level(code, days) is level


def test_one_alert_is_headed_by_the_earliest_milestone_with_the_others_inside() -> None:
    (found,) = project_conditions([assessed(CUTOFF, actual={"H01": date(2022, 4, 18)})])
    assert found == AlertCondition(
        KEY,
        AlertLevel.SERIOUS,
        14,
        (AlertItem("H02", PLANNED["H02"], 14), AlertItem("H03", PLANNED["H03"], 5)),
    )


def test_the_gravest_milestone_gives_the_level_even_if_another_heads() -> None:
    planned = {**PLANNED, "H06": date(2022, 5, 17), "H07": date(2022, 5, 18)}
    met = {code: day for code, day in PLANNED.items() if code <= "H05"}
    planned |= {"H04": date(2022, 5, 2), "H05": date(2022, 5, 3)}
    (found,) = project_conditions([assessed(date(2022, 5, 31), planned=planned, actual=met)])
    assert [item.milestone_code for item in found.items] == ["H06", "H07"]
    assert (found.level, found.overdue_workdays) == (AlertLevel.SERIOUS, 9)


@pytest.mark.parametrize(
    "history",
    [
        {"actual": {"H03": date(2022, 5, 6)}},
        {"planned": None},
        {"states": states((ProjectState.SUSPENDED, date(2022, 5, 2)))},
        {"states": states((ProjectState.WITHDRAWN, date(2022, 5, 2)))},
    ],
)
def test_no_alert_without_overdue_milestone_or_for_stopped_projects(history: dict[str, Any]) -> None:
    assert project_conditions([assessed(CUTOFF, **history)]) == []


def test_alerts_look_at_the_plan_in_force_even_from_the_third_replanning() -> None:
    later = {code: date(2022, 9, 1) for code in PLANNED}
    plans = [baseline()] + [
        baseline(later, number=number, kind=BaselineKind.REPLANNING, decided_on=date(2022, 5, number))
        for number in (1, 2, 3)
    ]
    assert project_conditions([assessed(CUTOFF, baselines=plans)]) == []


def _organism_alert(*projects: ProjectAssessment, code: str = ORGANISM) -> list[AlertCondition]:
    group = assess_group(code, [Member.whole(project) for project in projects], Thresholds())
    return organism_conditions([group], projects)


def test_an_organism_without_any_plan_after_the_deadline_is_critical() -> None:
    (found,) = _organism_alert(assessed(CUTOFF, planned=None), assessed(CUTOFF, planned=None, project_id=2))
    assert found.key == AlertKey(AlertRule.ORGANISM_WITHOUT_PLAN, ORGANISM)
    assert (found.level, found.overdue_workdays, found.projects) == (AlertLevel.CRITICAL, 15, 2)


def test_an_organism_with_some_plans_missing_is_serious() -> None:
    (found,) = _organism_alert(assessed(CUTOFF), assessed(CUTOFF, planned=None, project_id=2))
    assert (found.level, found.projects) == (AlertLevel.SERIOUS, 1)


@pytest.mark.parametrize("cutoff", [date(2022, 4, 22), date(2022, 4, 1)])
def test_no_alert_before_the_deadline_has_passed(cutoff: date) -> None:
    assert _organism_alert(assessed(cutoff, planned=None)) == []


def test_no_alert_for_an_organism_whose_projects_all_have_a_plan() -> None:
    assert _organism_alert(assessed(CUTOFF)) == []


def _condition(level: AlertLevel = AlertLevel.SERIOUS, days: int = 11) -> AlertCondition:
    return AlertCondition(KEY, level, days)


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        (None, _condition(), AlertChange.OPENED),
        (_condition(), _condition(AlertLevel.CRITICAL, 31), AlertChange.RAISED),
        (_condition(), _condition(AlertLevel.MILD, 5), AlertChange.LOWERED),
        (_condition(), _condition(days=12), AlertChange.UPDATED),
        (_condition(), None, AlertChange.CLOSED),
        (_condition(), _condition(), None),
        (None, None, None),
    ],
)
def test_each_change_of_an_alert_is_decided_once(
    before: AlertCondition | None, now: AlertCondition | None, change: AlertChange | None
) -> None:
    decisions = reconcile({KEY: before} if before else {}, [now] if now else [])
    assert decisions == ((AlertDecision(change, KEY, now),) if change else ())


def test_a_project_that_changes_organism_closes_one_alert_before_it_opens_the_other() -> None:
    moved = assessed(CUTOFF, organisms=[dated(ORGANISM), dated("4151", date(2022, 5, 2))])
    (now,) = project_conditions([moved])
    assert [(made.change, made.key.organism_code) for made in reconcile({KEY: _condition()}, [now])] == [
        (AlertChange.CLOSED, ORGANISM),
        (AlertChange.OPENED, "4151"),
    ]


@pytest.mark.parametrize(
    ("workdays", "level"),
    [
        (1, AlertLevel.MILD),
        (5, AlertLevel.MILD),
        (6, AlertLevel.SERIOUS),
        (15, AlertLevel.SERIOUS),
        (16, AlertLevel.CRITICAL),
    ],
)
def test_the_absence_of_an_enlace_weighs_more_with_the_days(workdays: int, level: AlertLevel) -> None:
    assert absence_level(workdays) is level


def test_each_organism_without_enlace_is_told_once_with_its_projects() -> None:
    found = enlace_conditions([assessed(CUTOFF), assessed(CUTOFF)], {ORGANISM: 6, "4151": 9})
    assert [(row.key.rule, row.key.organism_code, row.level) for row in found] == [
        (AlertRule.ORGANISM_WITHOUT_ENLACE, ORGANISM, AlertLevel.SERIOUS)
    ]
