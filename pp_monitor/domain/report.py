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


# How many working days before a cut-off the organisms are told what it will show.
WARNING_WORKDAYS = 3


def cutoff_ahead(follow_up: FollowUp, today: date, calendar: WorkCalendar) -> date | None:
    """The cut-off of which the organisms are warned on ``today``; none on days off and when none is near.

    It is at most three working days ahead: a day that a stopped machine missed is caught up before the cut-off.

    >>> year = FollowUp(date(2022, 1, 3), date(2022, 4, 1), date(2022, 12, 1))
    >>> easter = WorkCalendar.of([date(2022, 4, 14), date(2022, 4, 15)])
    >>> cutoff_ahead(year, date(2022, 4, 8), easter), cutoff_ahead(year, date(2022, 4, 7), easter)
    (datetime.date(2022, 4, 13), None)
    """
    if not calendar.is_working(today):
        return None
    cutoffs = (dates.cutoff for dates in follow_up_dates(follow_up, calendar) if dates.issue >= follow_up.opened_on)
    return next((day for day in cutoffs if today < day and calendar.workdays(today, day) <= WARNING_WORKDAYS), None)


def reports_due(follow_up: FollowUp, today: date, calendar: WorkCalendar) -> tuple[ReportDates, ...]:
    """The reports that should have gone out by ``today`` since the vigencia opened."""
    return tuple(dates for dates in follow_up_dates(follow_up, calendar) if follow_up.opened_on <= dates.issue <= today)
