"""Which dates may move, what refuses a new one, and how far a plan has moved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.domain.dated import Dated, View
from pp_monitor.domain.plan import Baseline, BaselineKind, PlanLine, plans_as_at
from pp_monitor.domain.progress import Fact, FactStatus
from pp_monitor.domain.project import Frame, ProjectAssessment, ProjectHistory, assess_project
from pp_monitor.domain.replanning import (
    movable_codes,
    move_faults,
    moved_lines,
    moved_order_faults,
    moved_workdays,
    moves,
)
from pp_monitor.domain.threshold import Thresholds

NOW = datetime(2022, 6, 1, 15, 0, tzinfo=UTC)
TODAY = date(2022, 6, 1)
CALENDAR = WorkCalendar.of([date(2022, 6, 20), date(2022, 6, 27)])
LINES = {code: PlanLine(date(2022, 5, 2 + 2 * i)) for i, code in enumerate(DEFAULT_CATALOGUE.codes)} | {
    "H04": PlanLine(not_applicable=True)
}


def project(actual: Mapping[str, date], *later: Baseline) -> ProjectAssessment:
    history = ProjectHistory(
        1,
        "pp-1",
        "BP26000001",
        date(2022, 1, 3),
        NOW,
        organisms=[Dated("4145", date(2022, 1, 3), NOW)],
        baselines=[Baseline(0, BaselineKind.REGISTRATION, date(2022, 4, 8), NOW, LINES), *later],
        actuals=[
            Fact(number, code, day, FactStatus.REPORTED, NOW, TODAY)
            for number, (code, day) in enumerate(actual.items())
        ],
    )
    return assess_project(
        history, Frame(2022, View(TODAY, NOW), CALENDAR, DEFAULT_CATALOGUE, Thresholds(), {"4145": None})
    )


def later(number: int, kind: BaselineKind, **days: date) -> Baseline:
    lines = LINES | {code: PlanLine(day) for code, day in days.items()}
    return Baseline(number, kind, date(2022, 5, 20), NOW, lines)


def test_only_what_applies_is_unmet_and_not_passed_may_move() -> None:
    movable = movable_codes(project({"H01": date(2022, 5, 2), "H03": date(2022, 5, 20)}))
    assert {"H01", "H02", "H03", "H04"} & movable == set()
    assert {"H05", "H14"} <= movable


@pytest.mark.parametrize(
    ("code", "day", "allows_past", "fault"),
    [
        ("H07", date(2022, 7, 1), False, []),
        ("H07", TODAY, False, []),
        ("H07", date(2022, 5, 31), False, ["past H07"]),
        ("H07", date(2022, 5, 31), True, []),
        ("H07", LINES["H07"].planned, True, ["same H07"]),
        ("H01", date(2022, 7, 1), False, ["met H01"]),
        ("H02", date(2022, 7, 1), False, ["passed H02"]),
        ("H04", date(2022, 7, 1), False, ["not_applicable H04"]),
        ("P01", date(2022, 7, 1), False, ["unknown P01"]),
    ],
)
def test_what_refuses_a_new_date(code: str, day: date, allows_past: bool, fault: list[str]) -> None:
    found = move_faults(
        project({"H01": date(2022, 5, 2), "H03": date(2022, 5, 20)}), {code: day}, TODAY, allows_past=allows_past
    )
    assert [f"{one.fault} {one.milestone_code}" for one in found] == fault


@pytest.mark.parametrize(
    ("actual", "wanted", "faults"),
    [
        ({}, {"H08": date(2022, 5, 3)}, ["H08 H07"]),
        ({}, {"H07": date(2022, 7, 1)}, ["H08 H07"]),
        ({}, {"H07": date(2022, 5, 17), "H08": date(2022, 5, 17), "H09": date(2022, 5, 19)}, []),
        ({}, {"H12": date(2022, 5, 3)}, ["H12 H09"]),
        ({"H07": date(2022, 5, 31)}, {"H11": date(2022, 7, 1)}, []),
        ({"H07": date(2022, 5, 31)}, {"H08": date(2022, 5, 30)}, ["H08 H07", "H09 H08"]),
        ({"H07": date(2022, 5, 4)}, {"H08": date(2022, 5, 5)}, []),
    ],
)
def test_impossible_orders_count_only_where_a_date_moves(
    actual: Mapping[str, date], wanted: Mapping[str, date], faults: list[str]
) -> None:
    found = moved_order_faults(project(actual), LINES, wanted, DEFAULT_CATALOGUE)
    assert [f"{fault.milestone_code} {fault.other_code}" for fault in found] == faults


@pytest.mark.parametrize(
    ("before", "after", "days"),
    [
        (date(2022, 6, 17), date(2022, 6, 21), 1),
        (date(2022, 6, 20), date(2022, 6, 21), 0),
        (date(2022, 6, 21), date(2022, 6, 17), -1),
        (date(2022, 6, 24), date(2022, 6, 25), 1),
    ],
)
def test_dates_move_by_working_days_between_their_effective_days(before: date, after: date, days: int) -> None:
    assert moved_workdays(before, after, CALENDAR) == days


def test_each_date_asked_for_stands_beside_the_original_and_the_one_in_force() -> None:
    second = later(1, BaselineKind.REPLANNING, H07=date(2022, 6, 13))
    plans = plans_as_at(
        [Baseline(0, BaselineKind.REGISTRATION, date(2022, 4, 8), NOW, LINES), second], View(TODAY, NOW)
    )
    assert plans
    [move] = moves(plans, {"H07": date(2022, 6, 13)}, {"H07": date(2022, 6, 21)}, CALENDAR)
    assert (move.original, move.in_force, move.wanted) == (date(2022, 5, 14), date(2022, 6, 13), date(2022, 6, 21))
    assert (move.in_force_workdays, move.wanted_workdays) == (20, 25)
    assert moved_lines(LINES, {"H07": date(2022, 6, 21)})["H07"].planned == date(2022, 6, 21)


@pytest.mark.parametrize(
    ("baselines", "count", "days"),
    [
        ((), 0, 0),
        ((later(1, BaselineKind.REPLANNING, H07=date(2022, 5, 23)),), 1, 5),
        ((later(1, BaselineKind.RESTART, H07=date(2022, 5, 23)),), 0, 5),
        ((later(1, BaselineKind.REPLANNING, H07=date(2022, 5, 2)),), 1, 0),
    ],
)
def test_a_project_says_how_far_its_plan_was_put_off(baselines: tuple[Baseline, ...], count: int, days: int) -> None:
    found = project({}, *baselines)
    assert (found.replannings, found.postponed_workdays) == (count, days)
