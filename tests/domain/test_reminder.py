"""The days on which an organism is reminded."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.reminder import STEPS, days_from_deadline, next_reminder, reminder_step

CALENDAR = WorkCalendar.of([date(2022, 4, 14), date(2022, 4, 15)])
DEADLINE = date(2022, 4, 22)


@pytest.mark.parametrize(
    ("today", "step"),
    [
        ("2022-04-05", None),
        ("2022-04-06", -10),
        ("2022-04-07", -10),  # late by one working day
        ("2022-04-08", -10),
        ("2022-04-09", None),  # Saturday
        ("2022-04-11", None),
        ("2022-04-13", -5),
        ("2022-04-14", None),  # Jueves Santo
        ("2022-04-18", -5),
        ("2022-04-20", None),
        ("2022-04-21", -1),
        ("2022-04-22", None),
        ("2022-04-25", 1),
        ("2022-04-27", 1),
        ("2022-04-28", None),
        ("2022-04-29", 5),
        ("2022-05-01", None),  # Sunday
        ("2022-05-06", 10),
        ("2022-05-10", 10),
        ("2022-05-11", None),
    ],
)
def test_reminders_fall_on_working_days_around_the_deadline(today: str, step: int | None) -> None:
    assert reminder_step(DEADLINE, date.fromisoformat(today), CALENDAR) == step


def test_every_reminder_has_its_day_and_never_a_day_off() -> None:
    days = [DEADLINE + timedelta(days=offset) for offset in range(-30, 31)]
    found = {step: [day for day in days if reminder_step(DEADLINE, day, CALENDAR) == step] for step in STEPS}
    assert all(found.values())
    assert all(CALENDAR.is_working(day) for some in found.values() for day in some)


def test_a_deadline_on_a_day_off_counts_from_the_next_working_day() -> None:
    assert days_from_deadline(date(2022, 4, 15), date(2022, 4, 18), CALENDAR) == 0
    assert days_from_deadline(date(2022, 4, 15), date(2022, 4, 13), CALENDAR) == -1
    assert reminder_step(date(2022, 4, 15), date(2022, 4, 13), CALENDAR) == -1


def test_the_next_reminder_is_announced_until_the_last_one() -> None:
    assert next_reminder(DEADLINE, date(2022, 4, 18), CALENDAR) == date(2022, 4, 21)
    assert next_reminder(DEADLINE, date(2022, 5, 5), CALENDAR) == date(2022, 5, 6)
    assert next_reminder(DEADLINE, date(2022, 5, 6), CALENDAR) is None
