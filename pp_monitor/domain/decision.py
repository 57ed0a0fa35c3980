"""What a head has to decide, built from the facts of a cut-off alone; screen, workbook and mail tell the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.light import Light, ReasonCode
from pp_monitor.domain.plan import PlanStatus
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.domain.submission import ApprovalStage

MOST_DECISIONS = 5
ANSWER_WORKDAYS = 5


class DecisionKind(StrEnum):
    """What is to be decided."""

    REGISTER = "register"
    UNBLOCK = "unblock"
    PAST_YEAR = "past_year"
    APPROVE = "approve"


# How many of each kind have a place before any kind gets more.
_SHARES = {DecisionKind.REGISTER: 2, DecisionKind.UNBLOCK: 2, DecisionKind.PAST_YEAR: 1, DecisionKind.APPROVE: 1}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of an organism about ``projects``, whose allocation is ``amount_cop``.

    ``day`` is the deadline that passed where a plan is missing. ``workdays``, ``milestone_code`` and
    ``worst_code`` (a project) tell of the longest delay among projects that are late.
    """

    kind: DecisionKind
    organism_code: str
    projects: tuple[ProjectAssessment, ...]
    day: date | None = None
    workdays: int = 0
    milestone_code: str = ""
    worst_code: str = ""

    @property
    def amount_cop(self) -> int:
        """The value that the decision touches."""
        return sum(project.allocation_cop for project in self.projects)


def answer_day(issued_on: date, calendar: WorkCalendar) -> date:
    """By when a head answers what a report asks, and a correction is in time: five working days after its issue.

    >>> answer_day(date(2022, 4, 18), WorkCalendar.of([]))
    datetime.date(2022, 4, 25)
    """
    return calendar.add(issued_on, ANSWER_WORKDAYS)


def decisions(portfolio: Portfolio, most: int = MOST_DECISIONS) -> tuple[Decision, ...]:
    """At most ``most``, kind by kind: missing plans, red projects, the year's end, approvals; the greatest value first.

    Each kind has its share of places; places left over go to what remains, in the same order.
    """
    kinds = {
        kind: sorted(find(portfolio, kind), key=lambda row: (-row.amount_cop, row.organism_code))
        for kind, find in _FINDERS.items()
    }
    chosen = [row for kind, rows in kinds.items() for row in rows[: _SHARES[kind]]][:most]
    left = [row for rows in kinds.values() for row in rows if row not in chosen]
    chosen += left[: most - len(chosen)]
    return tuple(row for rows in kinds.values() for row in rows if row in chosen)


def _groups(
    portfolio: Portfolio, holds: Callable[[ProjectAssessment], bool]
) -> Iterator[tuple[str, Sequence[ProjectAssessment]]]:
    """The projects of each organism for which something holds; organisms without any are left out."""
    for group in portfolio.organisms:
        found = [row for row in portfolio.of_organism(group.code) if not row.is_withdrawn and holds(row)]
        if found:
            yield group.code, found


def _missing_plans(portfolio: Portfolio, kind: DecisionKind) -> Iterator[Decision]:
    for code, rows in _groups(portfolio, _owes_plan):
        reason = max((reason for row in rows for reason in row.reasons), key=lambda reason: reason.workdays)
        yield Decision(kind, code, tuple(rows), day=reason.day, workdays=reason.workdays)


def _owes_plan(project: ProjectAssessment) -> bool:
    """Past its deadline and not even sent: a plan that waits for approval is another decision."""
    return project.light is Light.NO_PLAN and project.plan_status is PlanStatus.UNREGISTERED


def _red_projects(portfolio: Portfolio, kind: DecisionKind) -> Iterator[Decision]:
    for code, rows in _groups(portfolio, lambda project: project.light is Light.RED):
        late = [(row, line) for row in rows if row.current for line in row.current.overdue]
        if late:
            worst, line = max(late, key=lambda pair: (pair[1].overdue_workdays, pair[0].allocation_cop, pair[0].code))
            days, milestone = line.overdue_workdays, line.code
            yield Decision(kind, code, tuple(rows), None, days, milestone, worst.code)


def _past_year(portfolio: Portfolio, kind: DecisionKind) -> Iterator[Decision]:
    for code, rows in _groups(portfolio, _ends_past_year):
        yield Decision(kind, code, tuple(rows))


def _ends_past_year(project: ProjectAssessment) -> bool:
    return any(reason.code is ReasonCode.PAST_YEAR for reason in project.reasons)


def _to_approve(portfolio: Portfolio, kind: DecisionKind) -> Iterator[Decision]:
    for code, rows in _groups(portfolio, _is_with_head):
        yield Decision(kind, code, tuple(rows))


def _is_with_head(project: ProjectAssessment) -> bool:
    return project.approval is not None and project.approval.stage is ApprovalStage.HEAD


_FINDERS: dict[DecisionKind, Callable[[Portfolio, DecisionKind], Iterator[Decision]]] = {
    DecisionKind.REGISTER: _missing_plans,
    DecisionKind.UNBLOCK: _red_projects,
    DecisionKind.PAST_YEAR: _past_year,
    DecisionKind.APPROVE: _to_approve,
}
