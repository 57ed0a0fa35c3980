"""Alerts as cases: which conditions hold, and what changes in what is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pp_monitor.domain.deviation import MilestoneResult
from pp_monitor.domain.group import GroupAssessment
from pp_monitor.domain.invitation import INVITATION_WORKDAYS
from pp_monitor.domain.light import CRITICAL, Light
from pp_monitor.domain.project import ProjectAssessment, ProjectState


class AlertRule(StrEnum):
    """The rules that open an alert."""

    OVERDUE = "overdue"
    ORGANISM_WITHOUT_PLAN = "organism_without_plan"
    ORGANISM_WITHOUT_ENLACE = "organism_without_enlace"


class AlertLevel(StrEnum):
    """Severity; it changes in place while the alert is open."""

    MILD = "mild"
    SERIOUS = "serious"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class AlertKey:
    """One open alert at most for each rule and project or organism."""

    rule: AlertRule
    organism_code: str
    project_id: int | None = None


@dataclass(frozen=True, slots=True)
class AlertItem:
    """One overdue milestone inside an alert."""

    milestone_code: str
    planned: date
    overdue_workdays: int


@dataclass(frozen=True, slots=True)
class AlertCondition:
    """What holds at a cut-off: headed by the earliest overdue milestone, the others inside."""

    key: AlertKey
    level: AlertLevel
    overdue_workdays: int
    items: tuple[AlertItem, ...] = ()
    projects: int = 1


class AlertChange(StrEnum):
    """What happens to an alert; each is an event of its own."""

    OPENED = "opened"
    RAISED = "raised"
    LOWERED = "lowered"
    UPDATED = "updated"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class AlertDecision:
    """One change to write; ``condition`` is none when the alert closes by the fact."""

    change: AlertChange
    key: AlertKey
    condition: AlertCondition | None


def overdue_level(milestone_code: str, overdue_workdays: int) -> AlertLevel:
    """Mild 1-10, serious 11-30, critical beyond; H07 to H09 serious 1-15, critical beyond.

    >>> overdue_level("H07", 3), overdue_level("H01", 3)
    (<AlertLevel.SERIOUS: 'serious'>, <AlertLevel.MILD: 'mild'>)
    """
    if milestone_code in CRITICAL:
        return AlertLevel.CRITICAL if overdue_workdays > 15 else AlertLevel.SERIOUS
    if overdue_workdays > 30:
        return AlertLevel.CRITICAL
    return AlertLevel.SERIOUS if overdue_workdays > 10 else AlertLevel.MILD


_ORDER = (AlertLevel.MILD, AlertLevel.SERIOUS, AlertLevel.CRITICAL)


def project_conditions(projects: Sequence[ProjectAssessment]) -> list[AlertCondition]:
    """One condition for each active project with overdue milestones of its plan in force."""
    return [
        _overdue_condition(project, project.current.overdue)
        for project in projects
        if project.state is ProjectState.ACTIVE and project.current and project.current.overdue
    ]


def _overdue_condition(project: ProjectAssessment, overdue: Sequence[MilestoneResult]) -> AlertCondition:
    items = tuple(AlertItem(row.code, row.planned, row.overdue_workdays) for row in overdue if row.planned)
    level = max((overdue_level(row.milestone_code, row.overdue_workdays) for row in items), key=_ORDER.index)
    key = AlertKey(AlertRule.OVERDUE, project.organism_code, project.id)
    return AlertCondition(key, level, items[0].overdue_workdays, items)


def organism_conditions(
    organisms: Sequence[GroupAssessment], projects: Sequence[ProjectAssessment]
) -> list[AlertCondition]:
    """One condition for each organism with projects that owe their plan past the deadline."""
    late: dict[str, int] = {}
    for project in projects:
        if project.light is Light.NO_PLAN:
            late[project.organism_code] = max(late.get(project.organism_code, 0), project.reasons[0].workdays)
    return [
        AlertCondition(
            AlertKey(AlertRule.ORGANISM_WITHOUT_PLAN, group.code),
            AlertLevel.CRITICAL if group.light is Light.NO_PLAN else AlertLevel.SERIOUS,
            late[group.code],
            projects=group.count(Light.NO_PLAN),
        )
        for group in organisms
        if group.code in late
    ]


def absence_level(workdays: int) -> AlertLevel:
    """Of an organism without active enlace: mild as long as an invitation holds, serious to 15 working days.

    >>> absence_level(5), absence_level(6)
    (<AlertLevel.MILD: 'mild'>, <AlertLevel.SERIOUS: 'serious'>)
    """
    if workdays > 15:
        return AlertLevel.CRITICAL
    return AlertLevel.SERIOUS if workdays > INVITATION_WORKDAYS else AlertLevel.MILD


def enlace_conditions(projects: Sequence[ProjectAssessment], absences: Mapping[str, int]) -> list[AlertCondition]:
    """One condition for each organism with projects, those withdrawn aside, that has no active enlace.

    ``absences`` are the working days without one, by organism, of those that have none.
    """
    counted = Counter(project.organism_code for project in projects if not project.is_withdrawn)
    return [
        AlertCondition(
            AlertKey(AlertRule.ORGANISM_WITHOUT_ENLACE, code),
            absence_level(absences[code]),
            absences[code],
            projects=count,
        )
        for code, count in counted.items()
        if code in absences
    ]


def reconcile(
    is_open: Mapping[AlertKey, AlertCondition], holding: Sequence[AlertCondition]
) -> tuple[AlertDecision, ...]:
    """The changes that bring the open alerts to the conditions that hold; nothing for what is the same.

    Closings come first: a project that changes organism closes one alert before it opens the other.
    """
    wanted = {condition.key: condition for condition in holding}
    decisions = [
        AlertDecision(_change(is_open.get(key), condition), key, condition)
        for key, condition in wanted.items()
        if is_open.get(key) != condition
    ]
    closing = [AlertDecision(AlertChange.CLOSED, key, None) for key in is_open if key not in wanted]
    return tuple(closing + decisions)


def _change(before: AlertCondition | None, now: AlertCondition) -> AlertChange:
    if before is None:
        return AlertChange.OPENED
    step = _ORDER.index(now.level) - _ORDER.index(before.level)
    if step == 0:
        return AlertChange.UPDATED
    return AlertChange.RAISED if step > 0 else AlertChange.LOWERED
