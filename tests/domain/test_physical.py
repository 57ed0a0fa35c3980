"""What is built against what is paid."""

from __future__ import annotations

from datetime import date

import pytest

from pp_monitor.domain.physical import PhysicalPoint, physical_points
from pp_monitor.domain.project import ProjectState
from tests.factories import PLANNED, assessed, snapshot, states

CUTOFF = date(2022, 10, 14)
HALF = {code: day for code, day in PLANNED.items() if code <= "H10"}


def points(payments_cop: int, current_cop: int = 100, **history: object) -> tuple[PhysicalPoint, ...]:
    money = snapshot(date(2022, 9, 30), current_cop, 100, payments_cop=payments_cop)
    return physical_points([assessed(CUTOFF, snapshots=[money], **history)])


@pytest.mark.parametrize(
    ("payments_cop", "actual", "gap", "is_to_review"),
    [
        (20, {}, 20.0, False),
        (21, {}, 21.0, True),
        (70, HALF, 20.0, False),
        (71, HALF, 21.0, True),
        (0, HALF, -50.0, False),
    ],
)
def test_more_than_twenty_points_ahead_is_to_be_reviewed(
    payments_cop: int, actual: dict[str, date], gap: float, is_to_review: bool
) -> None:
    [found] = points(payments_cop, actual=actual)
    assert found.gap_points == pytest.approx(gap)
    assert found.is_to_review is is_to_review


def test_what_has_no_plan_no_money_or_left_is_not_compared() -> None:
    assert points(20, planned=None) == ()
    assert points(20, current_cop=0) == ()
    assert points(20, states=states((ProjectState.WITHDRAWN, date(2022, 6, 1)))) == ()
    assert physical_points([assessed(CUTOFF)]) == ()


def test_the_one_paid_furthest_ahead_comes_first() -> None:
    rows = [
        assessed(CUTOFF, project_id=number, snapshots=[snapshot(date(2022, 9, 30), 100, 100, payments_cop=paid)])
        for number, paid in ((1, 5), (2, 60), (3, 60))
    ]
    assert [point.project.id for point in physical_points(rows)] == [2, 3, 1]
