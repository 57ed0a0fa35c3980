from datetime import date, datetime
from typing import Any

import pytest

from pp_monitor.domain.dated import View
from pp_monitor.domain.money import MoneyTotals, first_snapshot, snapshot_as_at, split_cop, total_money
from tests.factories import WHENEVER, instant, snapshot

MARCH = snapshot(date(2022, 3, 31), 100)
APRIL = snapshot(date(2022, 4, 30), 200, recorded_at=instant(date(2022, 5, 10)))
APRIL_AGAIN = snapshot(date(2022, 4, 30), 250, recorded_at=instant(date(2022, 6, 10)))
MARCH_AGAIN = snapshot(date(2022, 3, 31), 150, recorded_at=instant(date(2022, 7, 1)))
ALL = [APRIL_AGAIN, MARCH, MARCH_AGAIN, APRIL]


@pytest.mark.parametrize(
    ("cutoff", "known_at", "expected"),
    [
        (date(2022, 3, 30), WHENEVER, None),
        (date(2022, 4, 29), WHENEVER, 150),
        (date(2022, 4, 29), instant(date(2022, 6, 30)), 100),
        (date(2022, 4, 30), WHENEVER, 250),
        (date(2022, 4, 30), instant(date(2022, 6, 9)), 200),
        (date(2022, 4, 30), instant(date(2022, 5, 9)), 100),
    ],
)
def test_the_newest_snapshot_by_c_and_k_counts(cutoff: date, known_at: datetime, expected: int | None) -> None:
    found = snapshot_as_at(ALL, View(cutoff, known_at))
    assert (found.current_cop if found else None) == expected


@pytest.mark.parametrize(
    ("known_at", "expected"),
    [(WHENEVER, 150), (instant(date(2022, 6, 30)), 100), (instant(date(2022, 1, 1)), None)],
)
def test_the_first_snapshot_is_that_of_the_earliest_cutoff(known_at: datetime, expected: int | None) -> None:
    found = first_snapshot(ALL, View(date(2022, 1, 1), known_at))
    assert (found.current_cop if found else None) == expected


CHAIN = {"cdp_cop": 90, "commitments_cop": 80, "obligations_cop": 60, "payments_cop": 50}


@pytest.mark.parametrize(
    ("changes", "breaks"),
    [
        ({}, ()),
        ({"payments_cop": 60}, ()),
        ({"payments_cop": 61}, (("payments_cop", "obligations_cop"),)),
        ({"obligations_cop": 81}, (("obligations_cop", "commitments_cop"),)),
        ({"commitments_cop": 91}, (("commitments_cop", "cdp_cop"),)),
        ({"cdp_cop": 101}, (("cdp_cop", "current_cop"),)),
        (
            {"cdp_cop": 101, "obligations_cop": 0},
            (("payments_cop", "obligations_cop"), ("cdp_cop", "current_cop")),
        ),
    ],
)
def test_each_break_of_the_budget_chain_is_listed(changes: dict[str, int], breaks: tuple[tuple[str, str], ...]) -> None:
    amounts: dict[str, Any] = CHAIN | changes
    assert snapshot(date(2022, 4, 30), 100, **amounts).chain_breaks == breaks


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], (34, 33, 33)),
        (101, [1, 1, 1], (34, 34, 33)),
        (100, [0, 0], (50, 50)),
        (100, [0, 3], (0, 100)),
        (100, [60, 30, 10], (60, 30, 10)),
        (10, [2, 1], (7, 3)),
        (0, [5, 5], (0, 0)),
        (1, [1], (1,)),
        (49_564_317_004, [1, 2, 4], (7_080_616_715, 14_161_233_430, 28_322_466_859)),
    ],
)
def test_money_is_split_in_proportion_to_the_peso(total: int, weights: list[int], parts: tuple[int, ...]) -> None:
    assert split_cop(total, weights) == parts
    assert sum(parts) == total


def test_totals_add_up_what_is_known_and_are_none_without_money_data() -> None:
    known = snapshot(date(2022, 3, 31), 100, 40, payments_cop=15)
    assert total_money([known, None, known]) == MoneyTotals(commitments_cop=80, payments_cop=30)
    assert total_money([None]) is None
