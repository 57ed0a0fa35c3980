"""Which contracts, attempts and guarantees of a project stand at a view."""

from __future__ import annotations

from datetime import date

import pytest

from pp_monitor.domain.contract import GuaranteeApproval, guarantees_as_at
from pp_monitor.domain.dated import View
from tests.factories import instant


def approval(number: int, contract_id: int, approved_on: date | None, recorded_on: date) -> GuaranteeApproval:
    return GuaranteeApproval(contract_id, approved_on, instant(recorded_on), number)


APPROVALS = [
    approval(2, 1, date(2022, 7, 6), date(2022, 7, 20)),
    approval(1, 1, date(2022, 7, 4), date(2022, 7, 8)),
    approval(3, 2, date(2022, 8, 1), date(2022, 8, 3)),
    approval(4, 3, date(2022, 8, 1), date(2022, 8, 3)),
    approval(5, 1, None, date(2022, 9, 2)),
]


@pytest.mark.parametrize(
    ("cutoff", "known_on", "approved"),
    [
        (date(2022, 7, 5), date(2022, 9, 1), {}),
        (date(2022, 7, 6), date(2022, 9, 1), {1: date(2022, 7, 6)}),
        (date(2022, 7, 6), date(2022, 7, 8), {1: date(2022, 7, 4)}),
        (date(2022, 7, 6), date(2022, 7, 10), {1: date(2022, 7, 4)}),
        (date(2022, 9, 1), date(2022, 9, 1), {1: date(2022, 7, 6), 2: date(2022, 8, 1)}),
        (date(2022, 9, 1), date(2022, 9, 3), {2: date(2022, 8, 1)}),
    ],
    ids=["before its day", "on its day", "as it came in", "as first recorded", "another contract too", "taken back"],
)
def test_guarantees_are_those_of_the_contracts_of_the_project(
    cutoff: date, known_on: date, approved: dict[int, date]
) -> None:
    assert guarantees_as_at(APPROVALS, (1, 2), View(cutoff, instant(known_on))) == approved
