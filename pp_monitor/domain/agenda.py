"""*Próximos 30 días*: what falls due after a cut-off. An agenda, never an alert."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import Phase
from pp_monitor.domain.deviation import MilestoneResult, MilestoneState
from pp_monitor.domain.project import ProjectAssessment

AGENDA_DAYS = 30
_AHEAD = (MilestoneState.PENDING, MilestoneState.DUE_SOON)


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """One milestone to come; ``due_on`` is its effective day by the plan in force."""

    project: ProjectAssessment
    milestone: MilestoneResult
    due_on: date

    @property
    def monday(self) -> date:
        """The Monday of its week."""
        return self.due_on - timedelta(days=self.due_on.weekday())

    @property
    def is_moved(self) -> bool:
        """Whether its planned day is not a working day, so that it falls due later."""
        return self.due_on != self.milestone.planned


@dataclass(frozen=True, slots=True)
class AgendaWeek:
    """The milestones of one week, by day."""

    monday: date
    items: tuple[AgendaItem, ...]


def upcoming(
    projects: Iterable[ProjectAssessment], cutoff: date, calendar: WorkCalendar, *, with_own: bool = False
) -> tuple[AgendaItem, ...]:
    """The unmet milestones whose effective day is within 30 calendar days after ``cutoff``, by day.

    Suspended and withdrawn projects, and milestones passed by a later one, are left out; so are
    the projects' own milestones, which stay outside every figure, unless asked for.
    """
    last = cutoff + timedelta(days=AGENDA_DAYS)
    found = [
        AgendaItem(project, row, calendar.effective(row.planned))
        for project in projects
        if project.current and not project.is_withdrawn
        for row in (*project.current.milestones, *(project.own if with_own else ()))
        if row.planned and row.state in _AHEAD and cutoff < calendar.effective(row.planned) <= last
    ]
    return tuple(sorted(found, key=_order))


def _order(item: AgendaItem) -> tuple[date, str, str, int]:
    return item.due_on, item.project.organism_code, item.project.code, item.milestone.milestone.position


def by_week(items: Iterable[AgendaItem]) -> tuple[AgendaWeek, ...]:
    """The items grouped by the Monday of their week, in order."""
    weeks: dict[date, list[AgendaItem]] = {}
    for item in items:
        weeks.setdefault(item.monday, []).append(item)
    return tuple(AgendaWeek(monday, tuple(weeks[monday])) for monday in sorted(weeks))


def count_by_phase(items: Iterable[AgendaItem]) -> dict[Phase, int]:
    """How many items fall due in each phase; every phase is there."""
    counts = dict.fromkeys(Phase, 0)
    for item in items:
        counts[item.milestone.milestone.phase] += 1
    return counts
