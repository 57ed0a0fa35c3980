"""The thresholds that hold unless a vigencia sets its own."""

from __future__ import annotations

from dataclasses import asdict, fields

import pytest

from pp_monitor.domain.threshold import Thresholds


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("due_soon_workdays", 10),
        ("red_index_percent", 70),
        ("red_delay_workdays", 10),
        ("critical_overdue_workdays", 15),
        ("compulsory_overdue_workdays", 30),
        ("year_end_workdays", 15),
        ("replannings_to_b0", 3),
        ("organism_red_percent", 30),
        ("organism_green_percent", 90),
        ("late_report_workdays", 20),
    ],
)
def test_each_default_is_the_one_that_the_rules_name(name: str, value: int) -> None:
    assert getattr(Thresholds(), name) == value


def test_thresholds_survive_being_stored_as_plain_numbers() -> None:
    own = Thresholds(due_soon_workdays=5)
    assert Thresholds(**asdict(own)) == own
    assert {field.type for field in fields(Thresholds)} == {"int"}
