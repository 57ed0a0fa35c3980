"""Traffic light of a project: word, shape and one reason, never colour alone (rules 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import COMMITMENT, COMPLETION, CONTRACT, SETTLEMENT, START
from pp_monitor.domain.deviation import Measures, MilestoneResult, MilestoneState
from pp_monitor.domain.forecast import Forecast
from pp_monitor.domain.threshold import Thresholds

CRITICAL = frozenset({CONTRACT, COMMITMENT, START})


class Light(StrEnum):
    """Lights of rules 5; the first match wins, in this order."""

    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    REGISTERING = "registering"
    NO_PLAN = "no_plan"
    CLOSED = "closed"
    RED = "red"
    YELLOW = "yellow"
    NOT_DUE = "not_due"
    GREEN = "green"


_BAD = (Light.NO_PLAN, Light.RED, Light.YELLOW)
_STOPPED = (Light.SUSPENDED, Light.WITHDRAWN)


def light_rank(light: Light) -> int:
    """How good a light is, 0 the worst: no plan, red, yellow, and all the others alike."""
    return _BAD.index(light) if light in _BAD else len(_BAD)


def light_gain(before: Light, now: Light) -> int:
    """How a light changed: positive is better, negative worse, 0 neither.

    To stop a project, or to go on with it, is neither: what was late stays late.

    >>> (
    ...     light_gain(Light.RED, Light.GREEN),
    ...     light_gain(Light.GREEN, Light.NO_PLAN),
    ...     light_gain(Light.GREEN, Light.CLOSED),
    ...     light_gain(Light.RED, Light.SUSPENDED),
    ... )
    (2, -3, 0, 0)
    """
    if before in _STOPPED or now in _STOPPED:
        return 0
    return light_rank(now) - light_rank(before)


class ReasonCode(StrEnum):
    """Why a light is what it is; its Spanish sentence is in ``labels``."""

    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    REGISTERING = "registering"
    NO_PLAN = "no_plan"
    CLOSED = "closed"
    LOW_INDEX = "low_index"
    CRITICAL_OVERDUE = "critical_overdue"
    COMPULSORY_OVERDUE = "compulsory_overdue"
    PAST_YEAR = "past_year"
    PAST_YEAR_BACKED = "past_year_backed"
    NEAR_YEAR_END = "near_year_end"
    OVERDUE = "overdue"
    RESCHEDULED = "rescheduled"
    NOT_DUE = "not_due"
    ON_TIME = "on_time"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with its numbers: a milestone, working days (positive late), a date, a count or weights."""

    code: ReasonCode
    milestone_code: str = ""
    workdays: int = 0
    day: date | None = None
    count: int = 0
    met_weight: int = 0
    due_weight: int = 0


@dataclass(frozen=True, slots=True)
class LightResult:
    """A light with its reasons, the heaviest first."""

    light: Light
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Follow:
    """What the light of a project with a plan is computed from.

    ``yardstick`` is measured against the plan in force, or B0 from the third re-planning on;
    ``b0`` always against B0. ``completion`` is the forecast of H11, none once met.
    """

    yardstick: Measures
    b0: Measures
    completion: Forecast | None
    replannings: int
    is_backed: bool
    cutoff: date
    year: int
    calendar: WorkCalendar
    thresholds: Thresholds


def light_with_plan(follow: Follow) -> LightResult:
    """Light of a project with a registered plan, neither suspended nor withdrawn."""
    counted = [row for row in follow.yardstick.milestones if row.is_applicable and _is_followed(row, follow)]
    if all(row.is_met for row in counted if row.code != SETTLEMENT):
        return LightResult(Light.CLOSED, (Reason(ReasonCode.CLOSED),))
    if red := _red_reasons(counted, follow):
        return LightResult(Light.RED, tuple(red))
    if yellow := _yellow_reasons(counted, follow):
        return LightResult(Light.YELLOW, tuple(yellow))
    if not any(row.is_due or row.is_met for row in counted):
        first = min((row.planned for row in counted if row.planned), default=None)
        return LightResult(Light.NOT_DUE, (Reason(ReasonCode.NOT_DUE, day=first),))
    return LightResult(Light.GREEN, (Reason(ReasonCode.ON_TIME),))


def _is_followed(row: MilestoneResult, follow: Follow) -> bool:
    """H14 leaves the light after 31 December of the vigencia."""
    return row.code != SETTLEMENT or follow.cutoff <= date(follow.year, 12, 31)


def _overdue(rows: list[MilestoneResult]) -> list[MilestoneResult]:
    late = [row for row in rows if row.state is MilestoneState.OVERDUE]
    return sorted(late, key=lambda row: (-row.overdue_workdays, row.milestone.position))


def _red_reasons(counted: list[MilestoneResult], follow: Follow) -> list[Reason]:
    limits = follow.thresholds
    late = _overdue(counted)
    found = [
        Reason(ReasonCode.CRITICAL_OVERDUE, row.code, row.overdue_workdays, row.planned)
        for row in late
        if row.code in CRITICAL and row.overdue_workdays > limits.critical_overdue_workdays
    ]
    found += [
        Reason(ReasonCode.COMPULSORY_OVERDUE, row.code, row.overdue_workdays, row.planned)
        for row in late
        if row.milestone.compulsory
        and row.overdue_workdays > limits.compulsory_overdue_workdays
        and row.code not in {reason.milestone_code for reason in found}
    ]
    due = sum(row.milestone.weight for row in counted if row.is_due)
    met = sum(row.milestone.weight for row in counted if row.is_met)
    worst = late[0] if late else None
    if worst and 100 * met < limits.red_index_percent * due and worst.overdue_workdays > limits.red_delay_workdays:
        low = Reason(ReasonCode.LOW_INDEX, worst.code, worst.overdue_workdays, worst.planned, 0, met, due)
        found.append(low)
    if _is_past_year(follow) and not follow.is_backed:
        found.append(Reason(ReasonCode.PAST_YEAR, COMPLETION, day=_completion_day(follow)))
    return found


def _yellow_reasons(counted: list[MilestoneResult], follow: Follow) -> list[Reason]:
    found = [Reason(ReasonCode.OVERDUE, row.code, row.overdue_workdays, row.planned) for row in _overdue(counted)]
    if _is_past_year(follow):
        found.append(Reason(ReasonCode.PAST_YEAR_BACKED, COMPLETION, day=_completion_day(follow)))
    elif _is_near_year_end(follow):
        found.append(Reason(ReasonCode.NEAR_YEAR_END, COMPLETION, day=_completion_day(follow)))
    if not found and (original := _overdue([row for row in follow.b0.milestones if _is_followed(row, follow)])):
        worst = original[0]
        found.append(
            Reason(
                ReasonCode.RESCHEDULED,
                worst.code,
                _rescheduled_workdays(worst, follow),
                worst.planned,
                follow.replannings,
            )
        )
    return found


def _rescheduled_workdays(worst: MilestoneResult, follow: Follow) -> int:
    """Working days by which the plan in force puts the milestone off, from its original date."""
    current = follow.yardstick.result(worst.code)
    if worst.planned is None or current is None or current.planned is None:
        return 0
    effective = follow.calendar.effective
    return follow.calendar.workdays(effective(worst.planned), effective(current.planned))


def _completion_day(follow: Follow) -> date | None:
    return follow.completion.day if follow.completion else None


def _is_past_year(follow: Follow) -> bool:
    day = _completion_day(follow)
    return day is not None and day > date(follow.year, 12, 31)


def _is_near_year_end(follow: Follow) -> bool:
    """H11 foreseen later than planned and within the last working days of the year."""
    day = _completion_day(follow)
    planned = follow.yardstick.result(COMPLETION)
    if day is None or planned is None or planned.planned is None:
        return False
    left = follow.calendar.workdays(day, date(follow.year, 12, 31))
    return day > follow.calendar.effective(planned.planned) and left < follow.thresholds.year_end_workdays
