"""What a judgement makes of a date, from which status: every pair, allowed and refused."""

from __future__ import annotations

from itertools import product

import pytest

from pp_monitor.domain.progress import FactStatus
from pp_monitor.domain.verification import Verdict, judged

ALLOWED = {
    (FactStatus.REPORTED, Verdict.VERIFY): FactStatus.VERIFIED,
    (FactStatus.REPORTED, Verdict.RETURN): FactStatus.RETURNED,
    (FactStatus.VERIFIED, Verdict.RETURN): FactStatus.RETURNED,
}


@pytest.mark.parametrize(("status", "verdict"), list(product(FactStatus, Verdict)))
def test_only_a_date_that_counts_is_judged_and_none_is_verified_twice(status: FactStatus, verdict: Verdict) -> None:
    assert judged(status, verdict) == ALLOWED.get((status, verdict))
