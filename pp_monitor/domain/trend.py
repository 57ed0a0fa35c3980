"""The trend of milestones over closed cut-offs: at each, the day on which one was, or was expected to be, met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median_low

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.project import ProjectAssessment


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


def expected_day(project: ProjectAssessment, code: str) -> tuple[date, bool] | None:
    """The real day of a milestone, or else its earliest possible one (rules 6); none where there is neither."""
    row = project.current.result(code) if project.current else None
    if row and row.is_applicable and row.actual:
        return row.actual.day, True
    forecast = project.forecasts.get(code)
    return (forecast.day, False) if forecast else None


def milestone_trends(
    views: Sequence[tuple[date, Iterable[ProjectAssessment]]], codes: Sequence[str]
) -> tuple[MilestoneTrend, ...]:
    """The trend of each milestone of ``codes`` over ``views``: cut-offs in order, each with the same projects then.

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


def _point(cutoff: date, projects: Sequence[ProjectAssessment], code: str) -> Expected | None:
    known = [found for project in projects if (found := expected_day(project, code))]
    if not known:
        return None
    day = median_low(day for day, _ in known)
    return Expected(cutoff, day, all(is_met for _, is_met in known), len(known))
