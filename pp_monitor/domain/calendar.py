"""Working days of the city (rules 1 and 2) and the reporting calendar."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2100, 12, 31)
_DAY = timedelta(days=1)
_MONDAY = 0
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Monday to Friday but for ``non_working`` days, from 2000 to 2100.

    One table gives each date its running count of working days, so that every
    difference is a subtraction. Dates outside the table are brought to its ends.

    >>> easter = WorkCalendar.of([date(2022, 4, 14), date(2022, 4, 15)])
    >>> easter.workdays(date(2022, 4, 13), date(2022, 4, 18))
    1
    """

    non_working: frozenset[date]
    _count: tuple[int, ...] = field(repr=False, compare=False)
    _working: tuple[date, ...] = field(repr=False, compare=False)

    @classmethod
    def of(cls, non_working: Iterable[date]) -> WorkCalendar:
        """Build the calendar whose only weekdays off are ``non_working``."""
        off = frozenset(non_working)
        count: list[int] = []
        working: list[date] = []
        day = FIRST_DAY
        while day <= LAST_DAY:
            if day.weekday() < _SATURDAY and day not in off:
                working.append(day)
            count.append(len(working))
            day += _DAY
        return cls(off, tuple(count), tuple(working))

    def _upto(self, day: date) -> int:
        offset = min(max(day.toordinal(), FIRST_DAY.toordinal()), LAST_DAY.toordinal()) - FIRST_DAY.toordinal()
        return self._count[offset]

    def is_working(self, day: date) -> bool:
        """Whether ``day`` is a *día hábil*."""
        return day.weekday() < _SATURDAY and day not in self.non_working

    def effective(self, day: date) -> date:
        """``day`` if it is a working day, else the next one.

        >>> WorkCalendar.of([]).effective(date(2022, 4, 16))
        datetime.date(2022, 4, 18)
        """
        while not self.is_working(day):
            day += _DAY
        return day

    def workdays(self, after: date, until: date) -> int:
        """Number of working days in ``(after, until]``; 0 if ``until <= after``."""
        return max(0, self._upto(until) - self._upto(after))

    def add(self, day: date, workdays: int) -> date:
        """The date ``workdays`` working days after (negative: before) ``effective(day)``.

        >>> WorkCalendar.of([]).add(date(2022, 4, 15), 1)
        datetime.date(2022, 4, 18)
        """
        start = bisect_left(self._working, self.effective(day))
        return self._working[min(max(start + workdays, 0), len(self._working) - 1)]

    def before(self, day: date) -> date:
        """The last working day strictly before ``day``."""
        return self._working[max(bisect_left(self._working, day) - 1, 0)]


@dataclass(frozen=True, slots=True)
class ReportDates:
    """When the report of a month goes out and up to which day it counts."""

    issue: date
    cutoff: date


def report_dates(year: int, month: int, calendar: WorkCalendar) -> ReportDates:
    """Issue on the third Monday, or the next working day; cut-off on the last working day before.

    >>> report_dates(2022, 4, WorkCalendar.of([date(2022, 4, 14), date(2022, 4, 15)]))
    ReportDates(issue=datetime.date(2022, 4, 18), cutoff=datetime.date(2022, 4, 13))
    """
    first = date(year, month, 1)
    third_monday = first + timedelta(days=(_MONDAY - first.weekday()) % 7 + 14)
    issue = calendar.effective(third_monday)
    return ReportDates(issue, calendar.before(issue))
