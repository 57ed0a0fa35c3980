"""The wave that comes to who contracts: processes to be published and contracts to be signed, by week and modality."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import CONTRACT, PUBLICATION, Modality
from pp_monitor.domain.deviation import MilestoneState
from pp_monitor.domain.light import Light
from pp_monitor.domain.project import ProjectAssessment

WEEKS = 12
STEPS = (PUBLICATION, CONTRACT)
_WAITING = frozenset({MilestoneState.OVERDUE, MilestoneState.DUE_SOON, MilestoneState.PENDING})
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Coming:
    """A publication (H03) or a signature (H07) that is waited for, by the plan in force.

    ``week`` is the Monday of its week; none where its day is over. ``day`` is its effective planned day.
    """

    project: ProjectAssessment
    code: str
    day: date
    week: date | None

    @property
    def modality(self) -> Modality | None:
        """That of the project."""
        return self.project.modality


@dataclass(frozen=True, slots=True)
class WaveCell:
    """What comes in a week, or is overdue (``week`` none), of one step and one modality; value in COP."""

    code: str
    modality: Modality | None
    week: date | None
    count: int
    allocation_cop: int


def monday(day: date) -> date:
    """The Monday of the week of a day.

    >>> monday(date(2022, 7, 15))
    datetime.date(2022, 7, 11)
    """
    return day - timedelta(days=day.weekday())


def weeks_from(cutoff: date) -> tuple[date, ...]:
    """The Mondays of the twelve weeks that begin with that of ``cutoff``."""
    return tuple(monday(cutoff) + number * _WEEK for number in range(WEEKS))


def coming(projects: Iterable[ProjectAssessment], cutoff: date, calendar: WorkCalendar) -> tuple[Coming, ...]:
    """What is to be published or signed by the end of twelve weeks, by day; what is overdue comes first.

    Suspended and withdrawn projects are left out.
    """
    last = weeks_from(cutoff)[-1] + _WEEK
    found = [item for project in projects for item in _of_project(project, cutoff, calendar) if item.day < last]
    return tuple(sorted(found, key=lambda item: (item.day, item.code, item.project.code)))


def _of_project(project: ProjectAssessment, cutoff: date, calendar: WorkCalendar) -> Iterator[Coming]:
    if project.current is None or project.light in (Light.WITHDRAWN, Light.SUSPENDED):
        return
    for code in STEPS:
        row = project.current.result(code)
        if row and row.planned and row.state in _WAITING:
            day = calendar.effective(row.planned)
            is_late = row.state is MilestoneState.OVERDUE
            yield Coming(project, code, day, None if is_late else max(monday(day), monday(cutoff)))


def wave(items: Iterable[Coming]) -> tuple[WaveCell, ...]:
    """The same counted: by step, modality in its order (those without at the end) and week, overdue first."""
    found: dict[tuple[str, Modality | None, date | None], list[Coming]] = {}
    for item in items:
        found.setdefault((item.code, item.modality, item.week), []).append(item)
    order = {modality: rank for rank, modality in enumerate(Modality)}
    cells = [
        WaveCell(code, modality, week, len(rows), sum(row.project.allocation_cop for row in rows))
        for (code, modality, week), rows in found.items()
    ]
    return tuple(
        sorted(
            cells,
            key=lambda cell: (
                cell.code,
                order[cell.modality] if cell.modality else len(order),
                cell.week or date.min,
            ),
        )
    )
