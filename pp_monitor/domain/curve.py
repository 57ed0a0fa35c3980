"""The S-curve of a group of projects: planned, actual and earliest possible progress, day by day (rules 4, 6 and 7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.deviation import Measures
from pp_monitor.domain.group import Member
from pp_monitor.domain.project import Frame
from pp_monitor.domain.ratio import Ratio

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Progress by the end of a day, weighted by allocation: ``actual`` up to the cut-off, ``earliest`` from it on."""

    day: date
    planned: Ratio
    actual: Ratio | None
    earliest: Ratio | None


@dataclass(frozen=True, slots=True)
class Curve:
    """The points of a group in order of day; ``projects`` have a plan, the others are in no curve."""

    points: tuple[CurvePoint, ...]
    projects: int
    cutoff: date

    def at(self, day: date) -> CurvePoint | None:
        """The point of a day, none where the curve has none."""
        return next((point for point in self.points if point.day == day), None)


def progress_curve(members: Sequence[Member], frame: Frame, *, against_current: bool = False) -> Curve:
    """The curve of the projects of ``members`` with a plan, withdrawn ones left out, at the frame's view.

    Each project weighs its allocation at the view on every day, so that the points of the cut-off are the planned
    and the actual progress of the group (rules 7). Against B0, or the plan in force on demand. The earliest possible
    goes on from what is met with the forecasts of rules 6; what has none (passed without date, suspended) stays out.
    """
    cutoff, calendar = frame.view.cutoff, frame.calendar
    planned, met, ahead, base = _Steps(), _Steps(), _Steps(), Fraction(0)
    count = 0
    for member in members:
        measures = member.project.current if against_current else member.project.b0
        if measures is None or member.project.is_withdrawn:
            continue
        count += 1
        if not measures.all_weight:
            continue
        base += member.allocation_cop
        _add(member, measures, calendar, (planned, met, ahead))
    days = _days([planned, met, ahead], frame.year, cutoff)
    points = tuple(
        CurvePoint(
            day,
            Ratio(planned.upto(day), base),
            Ratio(met.upto(day), base) if day <= cutoff else None,
            Ratio(met.upto(day) + ahead.upto(day), base) if day >= cutoff else None,
        )
        for day in days
    )
    return Curve(points, count, cutoff)


class _Steps:
    """What is added on each day; asked for in order of day."""

    def __init__(self) -> None:
        self.by_day: dict[date, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        self._waiting: list[date] | None = None
        self._sum: dict[int, int] = defaultdict(int)

    def add(self, day: date, cop: int, weight: int) -> None:
        """Add ``cop`` over ``weight``: allocation times the weight of a milestone, over the weight of all of them."""
        self.by_day[day][weight] += cop

    def upto(self, day: date) -> Fraction:
        """All that was added by the end of a day, not before any day asked for."""
        if self._waiting is None:
            self._waiting = sorted(self.by_day, reverse=True)
        while self._waiting and self._waiting[-1] <= day:
            for weight, cop in self.by_day[self._waiting.pop()].items():
                self._sum[weight] += cop
        return sum((Fraction(cop, weight) for weight, cop in self._sum.items()), Fraction(0))


def _add(member: Member, measures: Measures, calendar: WorkCalendar, steps: tuple[_Steps, _Steps, _Steps]) -> None:
    planned, met, ahead = steps
    forecasts = member.project.forecasts
    for row in measures.milestones:
        if not row.is_applicable or row.planned is None:
            continue
        cop = row.milestone.weight * member.allocation_cop
        planned.add(calendar.effective(row.planned), cop, measures.all_weight)
        if row.is_met and row.actual:
            met.add(row.actual.day, cop, measures.all_weight)
        elif row.code in forecasts:
            ahead.add(forecasts[row.code].day, cop, measures.all_weight)


def _days(steps: Iterable[_Steps], year: int, cutoff: date) -> list[date]:
    """Each Friday, the end of each month and the cut-off, from the first step's month to the last step or the year."""
    known = [day for each in steps for day in each.by_day] or [cutoff]
    first = min(*known, cutoff).replace(day=1)
    last = max(*known, cutoff, date(year, 12, 31))
    friday = first + timedelta(days=(4 - first.weekday()) % 7)
    found = {first, cutoff, last}
    while friday < last:
        found.add(friday)
        friday += _WEEK
    month = first
    while month <= last:
        month = (month + timedelta(days=31)).replace(day=1)
        found.add(min(month - _DAY, last))
    return sorted(found)
