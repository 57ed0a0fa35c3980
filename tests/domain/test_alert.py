"""What a comparison changes: openings, levels, wakings, escalations, closings and what stays silent."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pp_monitor.domain.account import Role
from pp_monitor.domain.alert import AlertChange, Case, News, Round, Silence, audible, reconcile, still_silent
from pp_monitor.domain.alert_cause import CaseKey, Cause, Condition
from pp_monitor.domain.alert_rule import DEFAULT_RULES, AlertLevel, AlertRule
from pp_monitor.domain.case import CaseState
from tests.factories import ORGANISM, colombia

MAY_13 = date(2022, 5, 13)  # a Friday
KEY = CaseKey(1)
MILD, SERIOUS, CRITICAL = AlertLevel


def cause(code: str = "H03", level: AlertLevel = MILD, **numbers: Any) -> Cause:
    return Cause(AlertRule.OVERDUE, level, code, **numbers)


def case(*causes: Cause, **others: Any) -> Case:
    # Told to the enlace on the day it opened.
    told = {"escalation_step": 1, "standing_step": others.get("escalation_step", 1)}
    return Case(KEY, ORGANISM, causes or (cause(),), MAY_13, MAY_13, **(told | others))


def holds(*causes: Cause, organism: str = ORGANISM) -> Condition:
    return Condition(KEY, organism, causes)


def turn(today: date = MAY_13) -> Round:
    return Round(today, colombia(), DEFAULT_RULES)


def changes(before: Case | None, now: Condition | None, today: date = MAY_13) -> list[AlertChange]:
    moves = reconcile({KEY: before} if before else {}, [now] if now else [], turn(today))
    return [news.change for move in moves for news in move.news]


def test_a_new_cause_opens_a_case_that_tells_the_enlace() -> None:
    (move,) = reconcile({}, [holds(cause())], turn())
    assert (move.before, move.after) == (None, case())
    assert move.news == (News(AlertChange.OPENED, added=(cause(),)), News(AlertChange.ESCALATED, role=Role.ENLACE))


@pytest.mark.parametrize(
    ("now", "told"),
    [
        (holds(cause()), []),
        (holds(cause(workdays=9)), []),
        (holds(cause(level=SERIOUS)), [AlertChange.RAISED]),
        (holds(cause(), cause("H04")), [AlertChange.UPDATED]),
        (holds(cause("H04")), [AlertChange.UPDATED]),
        (holds(cause(count=2)), [AlertChange.UPDATED]),
        (holds(cause(), organism="4151"), [AlertChange.MOVED]),
        (holds(cause(level=CRITICAL), organism="4151"), [AlertChange.MOVED, AlertChange.RAISED]),
        (None, [AlertChange.CLOSED]),
    ],
)
def test_each_change_is_told_once_and_days_that_grow_are_not(now: Condition | None, told: list[AlertChange]) -> None:
    assert changes(case(), now) == told


def test_a_case_that_grows_milder_is_told_with_what_ceased() -> None:
    (move,) = reconcile({KEY: case(cause(level=SERIOUS), cause("H04"))}, [holds(cause("H04"))], turn())
    assert move.news == (News(AlertChange.LOWERED, ceased=(cause(level=SERIOUS),)),)
    assert move.after.level is MILD


def test_a_cause_that_ceases_beside_another_of_its_level_is_told() -> None:
    (move,) = reconcile({KEY: case(cause(), cause("H04"))}, [holds(cause("H04"))], turn())
    assert move.news == (News(AlertChange.UPDATED, ceased=(cause(),)),)


def test_days_that_grow_move_the_case_without_news() -> None:
    (move,) = reconcile({KEY: case()}, [holds(cause(workdays=9))], turn())
    assert (move.news, move.after.head.workdays) == ((), 9)


@pytest.mark.parametrize("state", [CaseState.OPEN, CaseState.HANDLING, CaseState.SNOOZED])
def test_the_fact_resolves_a_case_whoever_has_it(state: CaseState) -> None:
    until = date(2022, 6, 1) if state is CaseState.SNOOZED else None
    (move,) = reconcile({KEY: case(state=state, snoozed_until=until)}, [], turn())
    assert (move.after.state, move.after.snoozed_until) == (CaseState.RESOLVED, None)
    assert move.news == (News(AlertChange.CLOSED, ceased=(cause(),)),)
    assert move.after.causes == (cause(),)


@pytest.mark.parametrize(
    ("today", "has_owner", "state"),
    [
        (date(2022, 5, 16), False, CaseState.SNOOZED),
        (date(2022, 5, 17), False, CaseState.OPEN),
        (date(2022, 5, 17), True, CaseState.HANDLING),
        (date(2022, 5, 19), True, CaseState.HANDLING),
    ],
)
def test_a_snoozed_case_wakes_on_its_day(today: date, has_owner: bool, state: CaseState) -> None:
    asleep = case(state=CaseState.SNOOZED, snoozed_until=date(2022, 5, 17), has_owner=has_owner)
    moves = reconcile({KEY: asleep}, [holds(cause())], turn(today))
    assert [move.after.state for move in moves] == ([] if state is CaseState.SNOOZED else [state])
    assert [news.change for move in moves for news in move.news] == [AlertChange.WOKEN] * len(moves)


@pytest.mark.parametrize(
    ("level", "workdays", "roles"),
    [
        (CRITICAL, 2, []),
        (CRITICAL, 3, [Role.ORDENADOR]),
        (CRITICAL, 6, [Role.ORDENADOR, Role.PLANEACION]),
        (CRITICAL, 9, [Role.ORDENADOR, Role.PLANEACION]),
        (CRITICAL, 10, [Role.ORDENADOR, Role.PLANEACION, Role.LECTURA]),
        (SERIOUS, 9, []),
        (SERIOUS, 10, [Role.ORDENADOR]),
        (SERIOUS, 20, [Role.ORDENADOR, Role.PLANEACION]),
        (SERIOUS, 90, [Role.ORDENADOR, Role.PLANEACION]),
        (MILD, 19, []),
        (MILD, 20, [Role.ORDENADOR]),
        (MILD, 90, [Role.ORDENADOR]),
    ],
)
def test_a_case_is_escalated_by_age_and_level(level: AlertLevel, workdays: int, roles: list[Role]) -> None:
    today = colombia().add(MAY_13, workdays)
    moves = reconcile({KEY: case(cause(level=level))}, [holds(cause(level=level))], turn(today))
    assert [news.role for move in moves for news in move.news] == roles
    told = moves[0].after if moves else case(cause(level=level))
    assert reconcile({KEY: told}, [holds(cause(level=level))], turn(today)) == ()


@pytest.mark.parametrize(
    ("level", "waited", "roles"),
    [
        (SERIOUS, 0, []),
        (SERIOUS, 10, [Role.ORDENADOR]),
        (CRITICAL, 2, []),
        (CRITICAL, 3, [Role.ORDENADOR]),
        (CRITICAL, 10, [Role.ORDENADOR, Role.PLANEACION, Role.LECTURA]),
    ],
)
def test_the_steps_of_a_level_count_from_the_day_on_which_it_is_reached(
    level: AlertLevel, waited: int, roles: list[Role]
) -> None:
    rise = colombia().add(MAY_13, 15)
    (risen,) = reconcile({KEY: case()}, [holds(cause(level=level))], turn(rise))
    assert [news.change for news in risen.news] == [AlertChange.RAISED]
    moves = reconcile({KEY: risen.after}, [holds(cause(level=level))], turn(colombia().add(rise, waited)))
    assert [news.role for move in moves for news in move.news] == roles


def test_a_fall_leaves_the_list_of_who_the_level_no_longer_names_and_a_new_rise_tells_nobody_twice() -> None:
    told = case(cause(level=CRITICAL), escalation_step=4)
    (fallen,) = reconcile({KEY: told}, [holds(cause(level=MILD))], turn(date(2022, 5, 20)))
    assert (fallen.after.standing_step, fallen.after.escalation_step, fallen.after.level_on) == (2, 4, MAY_13)
    (risen,) = reconcile({KEY: fallen.after}, [holds(cause(level=CRITICAL))], turn(date(2022, 7, 15)))
    assert [news.change for news in risen.news] == [AlertChange.RAISED]
    assert (risen.after.standing_step, risen.after.level_on) == (4, date(2022, 7, 15))


def test_a_snoozed_case_is_not_escalated_until_it_wakes() -> None:
    until = date(2022, 7, 15)
    asleep = case(cause(level=CRITICAL), state=CaseState.SNOOZED, snoozed_until=until)
    assert reconcile({KEY: asleep}, [holds(cause(level=CRITICAL))], turn(date(2022, 7, 14))) == ()
    assert changes(asleep, holds(cause(level=CRITICAL)), until) == [AlertChange.WOKEN, *[AlertChange.ESCALATED] * 3]


def test_closings_come_before_what_changes() -> None:
    other = CaseKey(2)
    moves = reconcile({KEY: case(), other: replace(case(), key=other)}, [Condition(other, "4151", (cause(),))], turn())
    assert [move.after.key for move in moves] == [KEY, other]


DISMISSED = Silence(KEY, (cause(level=SERIOUS),))


@pytest.mark.parametrize(
    ("now", "heard"),
    [
        (holds(cause(level=SERIOUS)), None),
        (holds(cause(level=MILD)), None),
        (holds(cause(level=CRITICAL)), ["H03"]),
        (holds(cause("H04")), ["H04"]),
        (holds(cause(level=SERIOUS), cause("H04")), ["H04"]),
    ],
)
def test_a_dismissed_cause_is_heard_again_only_when_it_grows(now: Condition, heard: list[str] | None) -> None:
    found = audible([now], [DISMISSED])
    assert [[each.code for each in condition.causes] for condition in found] == ([heard] if heard else [])


def test_a_silence_forgets_what_ceased_or_grew() -> None:
    two = Silence(KEY, (cause(level=SERIOUS), cause("H04")))
    assert still_silent(two, holds(cause(level=SERIOUS), cause("H04"))) == two.causes
    assert still_silent(two, holds(cause("H04"))) == (cause("H04"),)
    assert still_silent(two, holds(cause(level=CRITICAL), cause("H04"))) == (cause("H04"),)
    assert still_silent(two, None) == ()


def test_silences_of_others_change_nothing() -> None:
    assert audible([holds(cause())], [replace(DISMISSED, key=CaseKey(2))]) == [holds(cause())]
