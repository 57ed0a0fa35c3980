"""The newest explanation of each milestone is the one that K sees."""

from __future__ import annotations

from datetime import UTC, date, datetime

from pp_monitor.domain.cause import DelayCause, Explanation, explanations_as_at


def told(id_: int, day: int, code: str = "H07", cause: DelayCause = DelayCause.BUDGET) -> Explanation:
    return Explanation(id_, code, cause, datetime(2022, 5, day, tzinfo=UTC), date(2022, 5, day))


def test_the_newest_explanation_of_each_milestone_counts() -> None:
    rows = [told(3, 9, cause=DelayCause.COMMUNITY), told(1, 2), told(2, 4, "H08")]
    found = explanations_as_at(rows, datetime(2022, 5, 10, tzinfo=UTC))
    assert {code: row.id for code, row in found.items()} == {"H07": 3, "H08": 2}


def test_what_was_told_after_k_is_not_seen() -> None:
    rows = [told(1, 2), told(2, 9)]
    assert explanations_as_at(rows, datetime(2022, 5, 5, tzinfo=UTC))["H07"].id == 1
    assert explanations_as_at(rows, datetime(2022, 5, 1, tzinfo=UTC)) == {}


def test_of_two_at_one_instant_the_later_record_counts() -> None:
    assert explanations_as_at([told(8, 2), told(7, 2)], datetime(2022, 5, 2, tzinfo=UTC))["H07"].id == 8
