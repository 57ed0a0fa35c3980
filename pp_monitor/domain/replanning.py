"""Re-planning: which dates may be asked for, what is wrong with them, how far they move (rules 9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import Catalogue
from pp_monitor.domain.deviation import MilestoneState
from pp_monitor.domain.plan import PlanLine, PlanProblem, Plans, order_faults
from pp_monitor.domain.project import ProjectAssessment


class ReplanningCause(StrEnum):
    """Why dates are to move, of a closed list."""

    VOID_PROCESS = "void_process"
    SUSPENSION = "suspension"
    FORCE_MAJEURE = "force_majeure"
    BUDGET = "budget"
    ELECTORAL_LAW = "electoral_law"
    CONTRACTOR = "contractor"
    COMMUNITY = "community"
    OTHER = "other"


class ReplanningStep(StrEnum):
    """Steps of a request, each an event; every one but the first ends it."""

    REQUESTED = "requested"
    RETURNED = "returned"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class MoveFault(StrEnum):
    """What refuses a date that is asked for."""

    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    MET = "met"
    PASSED = "passed"
    SAME = "same"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class MoveProblem:
    """One fault of one date asked for."""

    fault: MoveFault
    milestone_code: str


@dataclass(frozen=True, slots=True)
class Move:
    """A milestone with its original date, the one in force and the one asked for; working days, positive is later."""

    code: str
    original: date
    in_force: date
    wanted: date
    in_force_workdays: int
    wanted_workdays: int


def moved_workdays(before: date, after: date, calendar: WorkCalendar) -> int:
    """Working days from one planned date to another, both by their effective days; positive is later.

    >>> moved_workdays(date(2022, 4, 16), date(2022, 4, 25), WorkCalendar.of([]))
    5
    >>> moved_workdays(date(2022, 4, 25), date(2022, 4, 18), WorkCalendar.of([]))
    -5
    """
    first, last = calendar.effective(before), calendar.effective(after)
    return calendar.workdays(first, last) - calendar.workdays(last, first)


def movable_codes(project: ProjectAssessment) -> frozenset[str]:
    """The milestones whose dates may move: they apply, are unmet and no later one is met."""
    fixed = (MilestoneState.NOT_APPLICABLE, MilestoneState.PASSED)
    results = (*project.current.milestones, *project.own) if project.current else ()
    return frozenset(row.code for row in results if not row.is_met and row.state not in fixed)


def move_faults(
    project: ProjectAssessment, wanted: Mapping[str, date], today: date, *, allows_past: bool = False
) -> tuple[MoveProblem, ...]:
    """What refuses each date by itself; one before ``today`` is only for who says why."""
    results = {row.code: row for row in ((*project.current.milestones, *project.own) if project.current else ())}
    found = []
    for code, day in sorted(wanted.items()):
        row = results.get(code)
        faults = (
            (MoveFault.UNKNOWN, row is None),
            (MoveFault.NOT_APPLICABLE, row is not None and not row.is_applicable),
            (MoveFault.MET, row is not None and row.is_met),
            (MoveFault.PASSED, row is not None and row.state is MilestoneState.PASSED),
            (MoveFault.SAME, row is not None and row.planned == day),
            (MoveFault.PAST, day < today and not allows_past),
        )
        fault = next((fault for fault, is_so in faults if is_so), None)
        if fault:
            found.append(MoveProblem(fault, code))
    return tuple(found)


def moved_order_faults(
    project: ProjectAssessment, lines: Mapping[str, PlanLine], wanted: Mapping[str, date], catalogue: Catalogue
) -> tuple[PlanProblem, ...]:
    """Impossible orders that the dates asked for would make; what is met stands at its actual date."""
    days = {code: line.planned for code, line in lines.items()}
    results = project.current.milestones if project.current else ()
    days |= {row.code: row.actual.day for row in results if row.actual and row.is_met}
    faults = order_faults(days | dict(wanted), catalogue)
    return tuple(fault for fault in faults if fault.milestone_code in wanted or fault.other_code in wanted)


def moves(
    plans: Plans, in_force: Mapping[str, date], wanted: Mapping[str, date], calendar: WorkCalendar
) -> tuple[Move, ...]:
    """Each date asked for beside that of B0 and the one in force when it was asked, in the order of the codes."""
    found = []
    for code, day in sorted(wanted.items()):
        before = in_force[code]
        original = plans.b0.lines.get(code, PlanLine()).planned or before
        shifts = (moved_workdays(original, before, calendar), moved_workdays(original, day, calendar))
        found.append(Move(code, original, before, day, *shifts))
    return tuple(found)


def planned_dates(lines: Mapping[str, PlanLine]) -> dict[str, date]:
    """The dates of a plan, without what does not apply.

    >>> planned_dates({"H01": PlanLine(date(2022, 4, 18)), "H14": PlanLine(not_applicable=True)})
    {'H01': datetime.date(2022, 4, 18)}
    """
    return {code: line.planned for code, line in lines.items() if line.planned}


def moved_lines(lines: Mapping[str, PlanLine], wanted: Mapping[str, date]) -> dict[str, PlanLine]:
    """The plan in force with the dates asked for in their places."""
    return {code: PlanLine(wanted[code]) if code in wanted else line for code, line in lines.items()}
