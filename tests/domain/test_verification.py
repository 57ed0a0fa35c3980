"""Who judges a reported date, and from which status: every pair, allowed and refused."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from pp_monitor.domain.account import ORGANISM_ROLES, Grant, Role
from pp_monitor.domain.progress import FactStatus
from pp_monitor.domain.verification import Reporter, Verdict, judged, may_judge

ALLOWED = {
    (FactStatus.REPORTED, Verdict.VERIFY): FactStatus.VERIFIED,
    (FactStatus.REPORTED, Verdict.RETURN): FactStatus.RETURNED,
    (FactStatus.VERIFIED, Verdict.RETURN): FactStatus.RETURNED,
}
JUDGES = {(Reporter.ORGANISM, Role.PLANEACION), (Reporter.PLANNING, Role.ENLACE)}


@pytest.mark.parametrize(("status", "verdict"), list(product(FactStatus, Verdict)))
def test_only_a_date_that_counts_is_judged_and_none_is_verified_twice(status: FactStatus, verdict: Verdict) -> None:
    assert judged(status, verdict) == ALLOWED.get((status, verdict))


@pytest.mark.parametrize(("reporter", "role"), list(product(Reporter, Role)))
def test_the_side_that_does_not_report_judges(reporter: Reporter, role: Role) -> None:
    own = Grant(role, date(2022, 1, 1), organism_id=4 if role in ORGANISM_ROLES else None)
    assert may_judge([own], reporter, 4) is ((reporter, role) in JUDGES)


def test_an_enlace_judges_nothing_of_another_organism() -> None:
    assert not may_judge([Grant(Role.ENLACE, date(2022, 1, 1), organism_id=4)], Reporter.PLANNING, 5)
    assert not may_judge([], Reporter.PLANNING, 5)
