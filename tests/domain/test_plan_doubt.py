"""Equal doubts together, with the reason given for them."""

from __future__ import annotations

import pytest

from pp_monitor.domain.plan_doubt import DoubtGroup, Justification
from pp_monitor.domain.plan_warning import PlanDoubt


@pytest.mark.parametrize(
    ("needs_reason", "given", "is_open"),
    [(True, None, True), (True, Justification("Así se pactó"), False), (False, None, False)],
)
def test_a_group_is_open_until_somebody_answers_for_it(
    needs_reason: bool, given: Justification | None, is_open: bool
) -> None:
    assert DoubtGroup("same_day", PlanDoubt.SAME_DAY, (), needs_reason, given).is_open is is_open


def test_only_a_completion_after_the_year_asks_what_it_is_paid_with() -> None:
    asking = {doubt for doubt in PlanDoubt if DoubtGroup(doubt, doubt, (), needs_reason=True).asks_backing}
    assert asking == {PlanDoubt.COMPLETION_AFTER_YEAR}
