"""When an organism is reminded of the plan that it owes, and of a milestone that falls due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pp_monitor.domain.calendar import WorkCalendar

# Working days from the deadline: negative before it, positive past it.
STEPS = (-10, -5, -1, 1, 5, 10)
MILESTONE_STEPS = (-5, 1)
# A reminder that a stopped machine missed still goes out this many working days later.
_GRACE_WORKDAYS = 2


def days_from_deadline(deadline: date, today: date, calendar: WorkCalendar) -> int:
    """Working days from a deadline to ``today``: negative before it, 0 on it, positive past it.

    >>> days_from_deadline(date(2022, 4, 22), date(2022, 4, 21), WorkCalendar.of([]))
    -1
    """
    due = calendar.effective(deadline)
    return calendar.workdays(due, today) or -calendar.workdays(today, due)


def reminder_step(deadline: date, today: date, calendar: WorkCalendar, steps: Sequence[int] = STEPS) -> int | None:
    """The reminder that is due on ``today``, as one of ``steps`` (in their order); none on days off and between them.

    >>> reminder_step(date(2022, 4, 22), date(2022, 4, 15), WorkCalendar.of([]))
    -5
    """
    if not calendar.is_working(today):
        return None
    days = days_from_deadline(deadline, today, calendar)
    return next((step for step in reversed(steps) if step <= days <= _last(step)), None)


def _last(step: int) -> int:
    """The last day on which a reminder may still go out: never on the deadline or past it for one that announces it."""
    last = step + _GRACE_WORKDAYS
    return min(last, -1) if step < 0 else last


def next_reminder(deadline: date, today: date, calendar: WorkCalendar) -> date | None:
    """The day of the next reminder after ``today``; none when the last one has passed.

    >>> next_reminder(date(2022, 4, 22), date(2022, 4, 15), WorkCalendar.of([]))
    datetime.date(2022, 4, 21)
    """
    days = (calendar.add(deadline, step) for step in STEPS)
    return next((day for day in days if day > today), None)
