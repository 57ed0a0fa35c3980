"""Deviation and state of milestones, and the measures of a project over them (rules 2 to 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import CatalogueMilestone, Phase
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.progress import Happening
from pp_monitor.domain.ratio import Ratio
from pp_monitor.domain.threshold import Thresholds


def deviation_workdays(planned: date, actual: date, calendar: WorkCalendar) -> int:
    """Working days from plan to fact; positive is late, 0 up to the effective planned day.

    >>> deviation_workdays(date(2022, 4, 16), date(2022, 4, 16), WorkCalendar.of([]))
    0
    >>> deviation_workdays(date(2022, 4, 18), date(2022, 4, 11), WorkCalendar.of([]))
    -5
    """
    if actual < planned:
        return -calendar.workdays(actual, planned)
    return calendar.workdays(calendar.effective(planned), actual)


def overdue_workdays(planned: date, cutoff: date, calendar: WorkCalendar) -> int:
    """Working days that an unmet milestone is past its effective planned day at ``cutoff``; 0 if not."""
    return calendar.workdays(calendar.effective(planned), cutoff)


class MilestoneState(StrEnum):
    """State of a milestone at the cut-off; the first that applies, in this order."""

    NOT_APPLICABLE = "not_applicable"
    MET_ON_TIME = "met_on_time"
    MET_LATE = "met_late"
    PASSED = "passed"
    SUSPENDED = "suspended"
    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    PENDING = "pending"


MET_STATES = frozenset({MilestoneState.MET_ON_TIME, MilestoneState.MET_LATE})


@dataclass(frozen=True, slots=True)
class MilestoneResult:
    """One milestone against one plan. Days are working days unless named otherwise; positive is late.

    ``overdue_workdays`` keeps running while a project is suspended. ``is_due`` is *exigible*.
    ``is_reported_late`` flags a fact reported too many working days after it happened (rules 9). ``reason`` says why
    it does not apply, where that was asked at registration.
    """

    milestone: CatalogueMilestone
    state: MilestoneState
    planned: date | None
    actual: Happening | None
    deviation_workdays: int | None
    deviation_days: int | None
    overdue_workdays: int
    is_due: bool
    is_met_before_registration: bool = False
    is_reported_late: bool = False
    reason: str = ""

    @property
    def code(self) -> str:
        """Catalogue code, as ``H07``."""
        return self.milestone.code

    @property
    def is_applicable(self) -> bool:
        """Whether it enters counts and weights."""
        return self.state is not MilestoneState.NOT_APPLICABLE

    @property
    def is_met(self) -> bool:
        """Whether it was met by the cut-off."""
        return self.state in MET_STATES


@dataclass(frozen=True, slots=True)
class Setting:
    """What all milestones of a project share at a view."""

    cutoff: date
    calendar: WorkCalendar
    thresholds: Thresholds
    registered_on: date
    is_suspended: bool = False


def assess_milestones(
    milestones: Sequence[CatalogueMilestone],
    lines: Mapping[str, PlanLine],
    actual: Mapping[str, Happening],
    setting: Setting,
) -> tuple[MilestoneResult, ...]:
    """The result of each milestone, in catalogue order; ``actual`` holds only dates by the cut-off."""
    last_met = max(
        (i for i, milestone in enumerate(milestones) if milestone.code in actual and _applies(lines, milestone)),
        default=-1,
    )
    return tuple(
        _assess(
            milestone,
            lines.get(milestone.code, PlanLine(not_applicable=True)),
            actual.get(milestone.code),
            setting,
            has_later_met=i < last_met,
        )
        for i, milestone in enumerate(milestones)
    )


def _applies(lines: Mapping[str, PlanLine], milestone: CatalogueMilestone) -> bool:
    line = lines.get(milestone.code)
    return line is not None and not line.not_applicable


def _assess(
    milestone: CatalogueMilestone, line: PlanLine, actual: Happening | None, setting: Setting, *, has_later_met: bool
) -> MilestoneResult:
    planned = line.planned
    if line.not_applicable or planned is None:
        state = MilestoneState.NOT_APPLICABLE
        return MilestoneResult(milestone, state, None, actual, None, None, 0, is_due=False, reason=line.reason)
    calendar = setting.calendar
    deviation = deviation_workdays(planned, actual.day, calendar) if actual else None
    running = 0 if actual else overdue_workdays(planned, setting.cutoff, calendar)
    state = _state(planned, deviation, running, setting, has_later_met=has_later_met)
    return MilestoneResult(
        milestone,
        state,
        planned,
        actual,
        deviation,
        (actual.day - planned).days if actual else None,
        running if state in (MilestoneState.OVERDUE, MilestoneState.SUSPENDED) else 0,
        is_due=calendar.effective(planned) <= setting.cutoff,
        is_met_before_registration=actual is not None and actual.day < setting.registered_on,
        is_reported_late=actual is not None and _is_reported_late(actual, setting),
    )


def _is_reported_late(actual: Happening, setting: Setting) -> bool:
    waited = setting.calendar.workdays(actual.day, actual.fact.reported_on)
    return waited > setting.thresholds.late_report_workdays


def _state(
    planned: date, deviation: int | None, running: int, setting: Setting, *, has_later_met: bool
) -> MilestoneState:
    if deviation is not None:
        return MilestoneState.MET_LATE if deviation > 0 else MilestoneState.MET_ON_TIME
    if has_later_met:
        return MilestoneState.PASSED
    if setting.is_suspended:
        return MilestoneState.SUSPENDED
    if running > 0:
        return MilestoneState.OVERDUE
    ahead = setting.calendar.workdays(setting.cutoff, setting.calendar.effective(planned))
    return MilestoneState.DUE_SOON if ahead <= setting.thresholds.due_soon_workdays else MilestoneState.PENDING


@dataclass(frozen=True, slots=True)
class Measures:
    """Figures of one project against one plan; weights are integers of the catalogue.

    ``on_time`` of ``due_for_on_time`` milestones are counted without those met before
    registration; ``delay_workdays`` lists each positive delay, met or running.
    """

    milestones: tuple[MilestoneResult, ...]
    all_weight: int
    due_weight: int
    met_weight: int
    due_count: int
    due_for_on_time: int
    met_on_time: int
    worst_delay_workdays: int
    delay_workdays: tuple[int, ...]
    supported_weight: int
    supported_on_time: int

    @property
    def planned_progress(self) -> Ratio:
        """*Avance de hitos programado*: weight of the exigible milestones over that of all."""
        return Ratio(self.due_weight, self.all_weight)

    @property
    def actual_progress(self) -> Ratio:
        """*Avance de hitos real*: weight of the met milestones over that of all."""
        return Ratio(self.met_weight, self.all_weight)

    @property
    def supported_progress(self) -> Ratio:
        """Actual progress of the milestones met *con soporte*."""
        return Ratio(self.supported_weight, self.all_weight)

    @property
    def deviation_points(self) -> float | None:
        """*Desviación (p. p.)*: percentage points of actual less planned progress; negative is behind."""
        return Ratio(100 * (self.met_weight - self.due_weight), self.all_weight).value

    @property
    def schedule_index(self) -> Ratio:
        """*ICC*: met over exigible weight; no value when nothing is exigible."""
        return Ratio(self.met_weight, self.due_weight)

    @property
    def on_time_rate(self) -> Ratio:
        """*Oportunidad*: exigible milestones met on time, without those met before registration."""
        return Ratio(self.met_on_time, self.due_for_on_time)

    @property
    def supported_on_time_rate(self) -> Ratio:
        """On-time rate of the milestones met *con soporte*."""
        return Ratio(self.supported_on_time, self.due_for_on_time)

    @property
    def mean_delay_workdays(self) -> float | None:
        """*Retraso promedio* over ``delay_workdays``, whose length is its n; none without delays."""
        return Ratio(sum(self.delay_workdays), len(self.delay_workdays)).value

    def result(self, code: str) -> MilestoneResult | None:
        """The result of the milestone with this code, or none."""
        return next((row for row in self.milestones if row.code == code), None)

    @property
    def overdue(self) -> tuple[MilestoneResult, ...]:
        """The overdue milestones, earliest planned first."""
        late = [row for row in self.milestones if row.state is MilestoneState.OVERDUE]
        return tuple(sorted(late, key=lambda row: (row.planned or date.max, row.milestone.position)))

    @property
    def next_milestone(self) -> MilestoneResult | None:
        """The first applicable milestone neither met nor passed; none when all are done."""
        done = MET_STATES | {MilestoneState.PASSED}
        return next((row for row in self.milestones if row.is_applicable and row.state not in done), None)

    @property
    def phase(self) -> Phase | None:
        """Phase of the next milestone; none when all are done."""
        row = self.next_milestone
        return row.milestone.phase if row else None


def measure(results: tuple[MilestoneResult, ...]) -> Measures:
    """Add up the milestones of one project against one plan (rules 4)."""
    applicable = [row for row in results if row.is_applicable]
    met = [row for row in applicable if row.is_met]
    counted = [row for row in applicable if row.is_due and not row.is_met_before_registration]
    on_time = [row for row in counted if row.state is MilestoneState.MET_ON_TIME]
    overdue = [row.overdue_workdays for row in applicable if row.state is MilestoneState.OVERDUE]
    late = [row.deviation_workdays for row in met if row.deviation_workdays and row.deviation_workdays > 0]
    return Measures(
        milestones=results,
        all_weight=sum(row.milestone.weight for row in applicable),
        due_weight=sum(row.milestone.weight for row in applicable if row.is_due),
        met_weight=sum(row.milestone.weight for row in met),
        due_count=sum(row.is_due for row in applicable),
        due_for_on_time=len(counted),
        met_on_time=len(on_time),
        worst_delay_workdays=max(overdue, default=0),
        delay_workdays=tuple(late + overdue),
        supported_weight=sum(row.milestone.weight for row in met if _is_supported(row)),
        supported_on_time=sum(_is_supported(row) for row in on_time),
    )


def _is_supported(row: MilestoneResult) -> bool:
    return row.actual is not None and row.actual.fact.has_evidence
