from datetime import date, datetime
from itertools import permutations

import pytest

from pp_monitor.domain.dated import Dated, View, row_as_at, rows_in_view, value_as_at
from tests.factories import WHENEVER, instant

JANUARY = Dated("4145", date(2022, 1, 3), instant(date(2022, 1, 3)), 1)
JUNE = Dated("4151", date(2022, 6, 1), instant(date(2022, 6, 10)), 2)
CORRECTED = Dated("4146", date(2022, 6, 1), instant(date(2022, 7, 1)), 3)
SAME_INSTANT = Dated("4148", date(2022, 6, 1), instant(date(2022, 7, 1)), 4)


@pytest.mark.parametrize(
    ("cutoff", "known_at", "expected"),
    [
        (date(2022, 5, 31), WHENEVER, "4145"),
        (date(2022, 6, 1), WHENEVER, "4148"),
        (date(2022, 6, 1), instant(date(2022, 6, 30)), "4151"),
        (date(2022, 6, 1), instant(date(2022, 6, 9)), "4145"),
    ],
)
def test_the_value_in_force_is_the_newest_by_day_then_instant_then_id(
    cutoff: date, known_at: datetime, expected: str
) -> None:
    for rows in permutations([JANUARY, JUNE, CORRECTED, SAME_INSTANT]):
        assert value_as_at(rows, View(cutoff, known_at)) == expected
        found = row_as_at(rows, View(cutoff, known_at))
        assert found is not None
        assert found.value == expected


def test_before_its_first_day_the_first_known_value_stands_but_no_row_does() -> None:
    view = View(date(2021, 12, 1), WHENEVER)
    assert value_as_at([JUNE, JANUARY], view) == "4145"
    assert row_as_at([JUNE, JANUARY], view) is None
    assert rows_in_view([JUNE, JANUARY], view) == []


def test_what_was_not_yet_recorded_is_unknown() -> None:
    assert value_as_at([JUNE], View(date(2022, 12, 1), instant(date(2022, 6, 9)))) is None
    assert value_as_at([], View(date(2022, 12, 1), WHENEVER)) is None
