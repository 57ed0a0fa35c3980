"""Which milestone the projects of a phase wait for, and since when it is overdue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pp_monitor.domain.deviation import MilestoneResult
from pp_monitor.domain.project import ProjectAssessment


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """How many projects have this milestone of the catalogue as their next one; delays in working days.

    ``overdue`` of them are late with it by the plan in force, the latest by ``worst_delay_workdays``.
    """

    code: str
    name: str
    projects: int
    overdue: int
    worst_delay_workdays: int
    allocation_cop: int


def waiting_lines(projects: Iterable[ProjectAssessment]) -> tuple[WaitingLine, ...]:
    """The next milestones of the projects with a plan, in the order of the catalogue; withdrawn projects left out."""
    found: dict[str, list[tuple[MilestoneResult, int]]] = {}
    for project in projects:
        row = project.current.next_milestone if project.current and not project.is_withdrawn else None
        if row:
            found.setdefault(row.code, []).append((row, project.allocation_cop))
    ordered = sorted(found.values(), key=lambda rows: rows[0][0].milestone.position)
    return tuple(_line(rows) for rows in ordered)


def _line(rows: list[tuple[MilestoneResult, int]]) -> WaitingLine:
    late = [row.overdue_workdays for row, _ in rows if row.overdue_workdays]
    milestone = rows[0][0].milestone
    return WaitingLine(
        code=milestone.code,
        name=milestone.name,
        projects=len(rows),
        overdue=len(late),
        worst_delay_workdays=max(late, default=0),
        allocation_cop=sum(cop for _, cop in rows),
    )
