"""The trend of milestones over cut-offs: at each, the day on which one was, or was expected to be, met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median_low

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.project import ProjectAssessment

# What a cut-off says of the milestones of one project, by code: the day of each, and whether it is the real one.
Days = Mapping[str, tuple[date, bool]]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a cut-off said of a milestone: its day, real where ``is_met``; a group's is the median of its projects."""

    cutoff: date
    day: date
    is_met: bool
    projects: int = 1


@dataclass(frozen=True, slots=True)
class MilestoneTrend:
    """What the cut-offs said of one milestone, the oldest first."""

    code: str
    points: tuple[Expected, ...]

    def moved_workdays(self, calendar: WorkCalendar) -> int:
        """Working days between what the first and the last cut-off said; positive is later."""
        first, last = self.points[0].day, self.points[-1].day
        return calendar.workdays(first, last) - calendar.workdays(last, first)


def expected_days(project: ProjectAssessment) -> Days:
    """The real day of each milestone, or else its earliest possible one (rules 6); those with neither are absent."""
    rows = project.current.milestones if project.current else ()
    found = {code: (forecast.day, False) for code, forecast in project.forecasts.items()}
    return found | {row.code: (row.actual.day, True) for row in rows if row.is_applicable and row.actual}


def milestone_trends(views: Sequence[tuple[date, Iterable[Days]]], codes: Sequence[str]) -> tuple[MilestoneTrend, ...]:
    """The trend of each milestone of ``codes`` over ``views``: cut-offs in order, each with what it said of projects.

    Of several projects the day is the median, the earlier of the two in the middle, and it is met once all of them
    met it. Milestones that no cut-off says anything of are absent.
    """
    seen = [(cutoff, tuple(projects)) for cutoff, projects in views]
    found = []
    for code in codes:
        points = tuple(point for cutoff, projects in seen if (point := _point(cutoff, projects, code)))
        if points:
            found.append(MilestoneTrend(code, points))
    return tuple(found)


def _point(cutoff: date, projects: Sequence[Days], code: str) -> Expected | None:
    known = [days[code] for days in projects if code in days]
    if not known:
        return None
    return Expected(cutoff, median_low(day for day, _ in known), all(is_met for _, is_met in known), len(known))
