"""Dates that are allowed and deserve a second look."""

from __future__ import annotations

from datetime import date

import pytest

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.plan_warning import PlanDoubt, PlanWarning, warn_plan

CALENDAR = WorkCalendar.of([date(2022, 7, 20)])


def warned(**days: str) -> tuple[PlanWarning, ...]:
    lines = {code: PlanLine(date.fromisoformat(day)) for code, day in days.items()}
    return warn_plan(lines | {"H04": PlanLine(not_applicable=True)}, DEFAULT_CATALOGUE, CALENDAR, 2022)


@pytest.mark.parametrize(
    ("days", "doubts"),
    [
        ({"H07": "2022-07-19"}, []),
        ({"H07": "2022-07-20"}, [PlanDoubt.NOT_WORKING_DAY]),
        ({"H07": "2022-07-16"}, [PlanDoubt.NOT_WORKING_DAY]),
        ({"H01": "2021-12-20"}, []),
        ({"H01": "2020-12-21"}, [PlanDoubt.OTHER_YEAR]),
        ({"H14": "2025-12-31"}, []),
        ({"H14": "2026-01-05"}, [PlanDoubt.OTHER_YEAR]),
        ({"H11": "2022-12-30"}, []),
        ({"H11": "2023-01-03"}, [PlanDoubt.AFTER_YEAR]),
        ({"H12": "2023-01-03"}, []),
        ({"H05": "2022-07-05", "H06": "2022-07-04"}, [PlanDoubt.OUT_OF_ORDER]),
        ({"H05": "2022-07-05", "H06": "2022-07-05"}, []),
    ],
)
def test_a_doubtful_date_is_told_once(days: dict[str, str], doubts: list[PlanDoubt]) -> None:
    assert [found.doubt for found in warned(**days)] == doubts


def test_a_day_off_comes_with_the_next_working_day() -> None:
    assert warned(H07="2022-07-20")[0].suggested == date(2022, 7, 21)


def test_disorder_names_the_nearest_earlier_milestone() -> None:
    found = warned(H01="2022-07-06", H05="2022-07-05", H06="2022-07-04")
    assert [(row.milestone_code, row.other_code) for row in found] == [("H05", "H01"), ("H06", "H05")]
