"""The S-curve: at the cut-off it is the progress of the group, before and after it adds up day by day."""

from __future__ import annotations

import itertools
from datetime import date
from fractions import Fraction

import pytest

from pp_monitor.domain.curve import Curve, progress_curve
from pp_monitor.domain.group import Member, assess_group
from pp_monitor.domain.project import ProjectState, assess_project
from tests.factories import PLANNED, baseline, frame, project_history, states

CUTOFF = date(2022, 7, 15)
MET = {code: day for code, day in PLANNED.items() if code <= "H05"}


def members(*histories: dict[str, object], cutoff: date = CUTOFF) -> list[Member]:
    found = [project_history(project_id=number, **each) for number, each in enumerate(histories, 1)]  # type: ignore[arg-type]
    return [Member.whole(assess_project(history, frame(cutoff))) for history in found]


def curve(*histories: dict[str, object], cutoff: date = CUTOFF, against_current: bool = False) -> Curve:
    return progress_curve(members(*histories, cutoff=cutoff), frame(cutoff), against_current=against_current)


MANY = (
    {"actual": MET, "allocation_cop": 300},
    {"allocation_cop": 100, "not_applicable": ("H03", "H14")},
    {"planned": None, "allocation_cop": 500},
    {"states": states((ProjectState.WITHDRAWN, date(2022, 6, 1))), "allocation_cop": 50},
    {"actual": {"H01": date(2022, 4, 20), "H03": date(2022, 6, 1)}, "allocation_cop": 70},
)


@pytest.mark.parametrize("cutoff", [date(2022, 4, 8), date(2022, 4, 16), CUTOFF, date(2022, 12, 31)])
def test_its_point_of_the_cutoff_is_the_progress_of_the_group(cutoff: date) -> None:
    rows = members(*MANY, cutoff=cutoff)
    group = assess_group("x", rows, frame(cutoff).thresholds)
    point = progress_curve(rows, frame(cutoff)).at(cutoff)
    assert point
    assert (point.planned, point.actual) == (group.planned_progress, group.actual_progress)
    assert point.earliest
    assert point.earliest.numerator >= group.actual_progress.numerator


def test_the_past_is_real_and_what_comes_is_the_earliest_possible() -> None:
    points = curve(*MANY).points
    assert all((point.actual is None) == (point.day > CUTOFF) for point in points)
    assert all((point.earliest is None) == (point.day < CUTOFF) for point in points)
    for earlier, later in itertools.pairwise(points):
        assert earlier.planned.numerator <= later.planned.numerator
        if earlier.actual and later.actual:
            assert earlier.actual.numerator <= later.actual.numerator


def test_a_project_alone_reaches_everything_by_its_last_forecast() -> None:
    [first, *_, last] = curve({"actual": MET}).points
    assert first.day == date(2022, 4, 1)
    assert first.planned.value == 0
    assert last.day >= date(2022, 12, 31)
    assert last.planned.value == 1
    assert last.earliest
    assert last.earliest.value == 1


def test_what_was_passed_without_its_date_is_in_no_forecast() -> None:
    last = curve({"actual": {"H03": date(2022, 5, 6)}}).points[-1]
    assert last.earliest
    assert last.earliest.value == pytest.approx(0.9)


def test_each_day_of_the_table_is_there_once() -> None:
    days = [point.day for point in curve(*MANY).points]
    assert days == sorted(set(days))
    assert {date(2022, 4, 30), date(2022, 6, 30), CUTOFF, date(2022, 12, 31), date(2022, 5, 6)} <= set(days)


def test_a_replanning_moves_the_curve_of_the_plan_in_force_alone() -> None:
    later = {code: day.replace(month=12, day=28) if code >= "H10" else day for code, day in PLANNED.items()}
    history = {"baselines": [baseline(), baseline(later, number=1, decided_on=date(2022, 6, 1))]}
    at = date(2022, 9, 30)
    against_b0, in_force = (curve(history, against_current=flag).at(at) for flag in (False, True))
    assert against_b0
    assert in_force
    assert against_b0.planned.numerator > in_force.planned.numerator


def test_without_a_plan_there_is_no_value() -> None:
    found = curve({"planned": None})
    assert found.projects == 0
    assert {point.planned.value for point in found.points} == {None}
    assert found.at(date(1999, 1, 1)) is None


def test_a_plan_in_which_nothing_applies_weighs_nothing() -> None:
    found = curve({"not_applicable": tuple(PLANNED)}, {"actual": MET, "allocation_cop": 10})
    point = found.at(CUTOFF)
    assert found.projects == 2
    assert point
    assert point.planned.denominator == Fraction(10)
