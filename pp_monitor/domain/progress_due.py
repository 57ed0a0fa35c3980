"""*Por reportar*: what an organism is expected to tell at a day, from what is overdue to what comes in thirty days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from pp_monitor.domain.agenda import AGENDA_DAYS
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.deviation import MilestoneResult, MilestoneState
from pp_monitor.domain.light import Light
from pp_monitor.domain.project import ProjectAssessment


class Due(StrEnum):
    """How pressing a milestone is: late, exigible but not late, passed by a later one with no date, to come."""

    OVERDUE = "overdue"
    NOW = "now"
    MISSING = "missing"
    SOON = "soon"


_BY_STATE = {
    MilestoneState.OVERDUE: Due.OVERDUE,
    MilestoneState.PASSED: Due.MISSING,
    MilestoneState.DUE_SOON: Due.SOON,
    MilestoneState.PENDING: Due.SOON,
}


@dataclass(frozen=True, slots=True)
class DueMilestone:
    """An unmet milestone to be reported; ``due_on`` is its effective day by the plan in force.

    ``days`` are working days: of delay when overdue, else until it falls due; 0 when it needs none.
    """

    project: ProjectAssessment
    milestone: MilestoneResult
    due_on: date
    due: Due
    days: int

    @property
    def code(self) -> str:
        """Code of the milestone."""
        return self.milestone.code

    @property
    def is_pressing(self) -> bool:
        """Whether it is asked for already, and not only coming."""
        return self.due is not Due.SOON


def due_milestones(
    projects: Iterable[ProjectAssessment], cutoff: date, calendar: WorkCalendar
) -> tuple[DueMilestone, ...]:
    """What is to be reported at ``cutoff``, in the order of the projects and of the catalogue, own milestones last.

    An unmet milestone is in it when its effective day is at most 30 calendar days after ``cutoff``. Suspended and
    withdrawn projects are left out.
    """
    return tuple(item for project in projects for item in _of_project(project, cutoff, calendar))


def _of_project(project: ProjectAssessment, cutoff: date, calendar: WorkCalendar) -> Iterator[DueMilestone]:
    if project.current is None or project.light in (Light.WITHDRAWN, Light.SUSPENDED):
        return
    last = cutoff + timedelta(days=AGENDA_DAYS)
    for row in (*project.current.milestones, *project.own):
        due = _BY_STATE.get(row.state)
        if due is None or row.planned is None or (day := calendar.effective(row.planned)) > last:
            continue
        if due is Due.SOON and day <= cutoff:
            due = Due.NOW
        days = {Due.OVERDUE: row.overdue_workdays, Due.SOON: calendar.workdays(cutoff, day)}
        yield DueMilestone(project, row, day, due, days.get(due, 0))
