"""What someone has to decide first, built from the facts of a cut-off alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pp_monitor.domain.light import Light, ReasonCode
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.project import ProjectAssessment

MOST_DECISIONS = 5


class DecisionKind(StrEnum):
    """What is to be decided."""

    REGISTER = "register"
    UNBLOCK = "unblock"
    PAST_YEAR = "past_year"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of an organism about ``projects``.

    ``amount_cop`` is their value at risk (COP), ``workdays`` the longest delay among them. ``day``
    is the deadline that passed where a plan is missing; ``milestone_code`` is where red projects
    are stopped.
    """

    kind: DecisionKind
    organism_code: str
    projects: tuple[ProjectAssessment, ...]
    amount_cop: int
    workdays: int = 0
    day: date | None = None
    milestone_code: str = ""


def decisions(portfolio: Portfolio, most: int = MOST_DECISIONS) -> tuple[Decision, ...]:
    """At most ``most``: missing plans by value, then red projects by organism and obstacle, by value at risk."""
    found = [*_missing_plans(portfolio.projects), *_obstacles(portfolio.projects)]
    found.sort(key=lambda row: (row.kind is not DecisionKind.REGISTER, -row.amount_cop, row.organism_code))
    return tuple(found[:most])


def _missing_plans(projects: Iterable[ProjectAssessment]) -> list[Decision]:
    groups: dict[str, list[ProjectAssessment]] = {}
    for project in projects:
        if project.light is Light.NO_PLAN:
            groups.setdefault(project.organism_code, []).append(project)
    return [
        Decision(
            DecisionKind.REGISTER,
            code,
            tuple(rows),
            sum(project.uncommitted_cop for project in rows),
            workdays=max(project.reasons[0].workdays for project in rows),
            day=rows[0].reasons[0].day,
        )
        for code, rows in groups.items()
    ]


def _obstacles(projects: Iterable[ProjectAssessment]) -> list[Decision]:
    """Red projects by organism and first overdue milestone; those late only in their forecast stand apart."""
    groups: dict[tuple[str, str], list[ProjectAssessment]] = {}
    for project in projects:
        if project.light is Light.RED:
            groups.setdefault((project.organism_code, _obstacle(project)), []).append(project)
    return [_obstacle_decision(organism, milestone, rows) for (organism, milestone), rows in groups.items()]


def _obstacle(project: ProjectAssessment) -> str:
    """Code of the earliest overdue milestone, empty where the project is red only for its forecast."""
    if all(reason.code is ReasonCode.PAST_YEAR for reason in project.reasons):
        return ""
    overdue = project.current.overdue if project.current else ()
    return overdue[0].code if overdue else project.reasons[0].milestone_code


def _obstacle_decision(organism: str, milestone: str, rows: list[ProjectAssessment]) -> Decision:
    return Decision(
        DecisionKind.UNBLOCK if milestone else DecisionKind.PAST_YEAR,
        organism,
        tuple(rows),
        sum(project.uncommitted_cop for project in rows),
        workdays=max(project.current.worst_delay_workdays if project.current else 0 for project in rows),
        milestone_code=milestone,
    )
