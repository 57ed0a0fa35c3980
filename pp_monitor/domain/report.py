"""Which monthly reports are due, and the codes of what a report is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pp_monitor.domain.calendar import ReportDates, WorkCalendar, report_dates


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The follow-up calendar of a vigencia: months from ``first_month`` to ``last_month`` (any day of each).

    ``opened_on`` is the recorded opening: no report before it is ever caught up.
    """

    opened_on: date
    first_month: date
    last_month: date


def follow_up_dates(follow_up: FollowUp, calendar: WorkCalendar) -> Iterator[ReportDates]:
    """Issue and cut-off of each month of the follow-up calendar, in order."""
    year, month = follow_up.first_month.year, follow_up.first_month.month
    while (year, month) <= (follow_up.last_month.year, follow_up.last_month.month):
        yield report_dates(year, month, calendar)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def reports_due(follow_up: FollowUp, today: date, calendar: WorkCalendar) -> tuple[ReportDates, ...]:
    """The reports that should have gone out by ``today`` since the vigencia opened."""
    return tuple(dates for dates in follow_up_dates(follow_up, calendar) if follow_up.opened_on <= dates.issue <= today)
