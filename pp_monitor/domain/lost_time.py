"""Where time is lost: working days of delay by phase and by milestone, of organisms and of the city."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import TypeVar

from pp_monitor.domain.catalogue import Phase
from pp_monitor.domain.deviation import MilestoneResult, MilestoneState
from pp_monitor.domain.project import ProjectAssessment

Key = TypeVar("Key")

_COUNTED = frozenset({MilestoneState.MET_ON_TIME, MilestoneState.MET_LATE, MilestoneState.OVERDUE})
_HIGH = 90


@dataclass(frozen=True, slots=True)
class Spread:
    """How many working days late ``n`` exigible milestones are; what is on time counts 0, what is overdue runs.

    ``high`` is the 90th percentile, by nearest rank: nine in ten are at most so late.
    """

    n: int
    late: int
    total_workdays: int
    median_workdays: float
    high_workdays: int

    @classmethod
    def of(cls, days: Sequence[int]) -> Spread | None:
        """The spread of some delays; none without any.

        >>> Spread.of([0, 0, 3, 10])
        Spread(n=4, late=2, total_workdays=13, median_workdays=1.5, high_workdays=10)
        >>> Spread.of([]) is None
        True
        """
        if not days:
            return None
        ordered = sorted(days)
        high = ordered[ceil(_HIGH * len(ordered) / 100) - 1]
        return cls(len(ordered), sum(day > 0 for day in ordered), sum(ordered), float(median(ordered)), high)


def delay_workdays(row: MilestoneResult) -> int | None:
    """Working days that an exigible milestone is late, 0 where it is on time; none where it is no measure of delay.

    Left out are what is not exigible yet, what was met before the plan was registered, what lacks its date (passed),
    and what a suspension holds.
    """
    if row.state not in _COUNTED or not row.is_due or row.is_met_before_registration:
        return None
    return row.overdue_workdays if row.deviation_workdays is None else max(0, row.deviation_workdays)


def by_phase(projects: Iterable[ProjectAssessment]) -> dict[tuple[str, Phase], Spread]:
    """The spread of each organism, by its code, and phase, against B0; absent where nothing is exigible."""
    return _spreads(projects, lambda project, row: (project.organism_code, row.milestone.phase))


def city_by_phase(projects: Iterable[ProjectAssessment]) -> dict[Phase, Spread]:
    """The spread of each phase over all projects, against B0."""
    return _spreads(projects, lambda _project, row: row.milestone.phase)


def by_milestone(projects: Iterable[ProjectAssessment]) -> dict[str, Spread]:
    """The spread of each milestone, by its code, against B0."""
    return _spreads(projects, lambda _project, row: row.code)


def _spreads(
    projects: Iterable[ProjectAssessment], key: Callable[[ProjectAssessment, MilestoneResult], Key]
) -> dict[Key, Spread]:
    found: dict[Key, list[int]] = {}
    for project, row, days in _delays(projects):
        found.setdefault(key(project, row), []).append(days)
    return {each: spread for each, days in found.items() if (spread := Spread.of(days))}


def _delays(projects: Iterable[ProjectAssessment]) -> Iterator[tuple[ProjectAssessment, MilestoneResult, int]]:
    for project in projects:
        if project.b0 is None or project.is_withdrawn:
            continue
        for row in project.b0.milestones:
            days = delay_workdays(row)
            if days is not None:
                yield project, row, days
