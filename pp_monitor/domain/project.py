"""A project as its recorded history, and its assessment at a cut-off (rules 4, 5 and 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import (
    COMMITMENT,
    COMPLETION,
    HALFWAY,
    OWN_CODES,
    Catalogue,
    CatalogueMilestone,
    Modality,
    Phase,
)
from pp_monitor.domain.cause import Explanation
from pp_monitor.domain.contract import (
    ContractLink,
    GuaranteeApproval,
    VoidAttempt,
    guarantees_as_at,
    procurement_as_at,
)
from pp_monitor.domain.dated import Dated, View, row_as_at, value_as_at
from pp_monitor.domain.deviation import Measures, MilestoneResult, Setting, assess_milestones, measure
from pp_monitor.domain.forecast import Forecast, forecast_milestones
from pp_monitor.domain.light import Follow, Light, LightResult, Reason, ReasonCode, light_with_plan
from pp_monitor.domain.money import MoneySnapshot, first_snapshot, snapshot_as_at
from pp_monitor.domain.plan import Baseline, Plans, PlanStatus, plans_as_at
from pp_monitor.domain.progress import (
    ContractCount,
    Fact,
    Happening,
    Procurement,
    contract_counts,
    contract_days,
    declared_dates,
    happenings,
)
from pp_monitor.domain.reporting import Reports, answers, reports_as_at
from pp_monitor.domain.submission import Approval, ApprovalStage, approval_as_at
from pp_monitor.domain.threshold import Thresholds


class ProjectState(StrEnum):
    """State that an act gives a project."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class StateEvent:
    """A state with its act; ``restart_expected`` only tells, the suspension ends with its own act."""

    state: ProjectState
    act: str = ""
    restart_expected: date | None = None


@dataclass(frozen=True, slots=True)
class TerritoryShare:
    """A territory served by a project; ``amount_cop`` is 0 where the split is not declared."""

    territory_code: str
    amount_cop: int


@dataclass(frozen=True, slots=True)
class ProjectHistory:
    """Everything recorded about one project, unfiltered; a view chooses from it.

    ``backing`` tells whether a document backs a completion after the year (*reserva*,
    *vigencia futura*). ``submissions`` tells who has a plan that was sent, and since when.
    """

    id: int
    public_id: str
    code: str
    entered_on: date
    recorded_at: datetime
    names: Sequence[Dated[str]] = ()
    organisms: Sequence[Dated[str]] = ()
    modalities: Sequence[Dated[Modality | None]] = ()
    territories: Sequence[Dated[tuple[TerritoryShare, ...]]] = ()
    states: Sequence[Dated[StateEvent]] = ()
    allocations: Sequence[Dated[int]] = ()
    backing: Sequence[Dated[bool]] = ()
    submissions: Sequence[Dated[ApprovalStage | None]] = ()
    snapshots: Sequence[MoneySnapshot] = ()
    baselines: Sequence[Baseline] = ()
    actuals: Sequence[Fact] = ()
    forecasts: Sequence[Fact] = ()
    contracts: Sequence[ContractLink] = ()
    void_attempts: Sequence[VoidAttempt] = ()
    explanations: Sequence[Explanation] = ()
    guarantees: Sequence[GuaranteeApproval] = ()
    own_names: Mapping[str, str] = field(default_factory=dict)

    def is_in(self, view: View) -> bool:
        """Whether the project belongs to the vigencia at ``view``."""
        return self.recorded_at <= view.known_at and self.entered_on <= view.cutoff


@dataclass(frozen=True, slots=True)
class Frame:
    """What all projects of a vigencia share: calendar, catalogue, thresholds and deadlines by organism.

    ``project_deadlines`` are those of projects that entered later, by project id.
    """

    year: int
    view: View
    calendar: WorkCalendar
    catalogue: Catalogue
    thresholds: Thresholds
    deadlines: Mapping[str, date | None]
    project_deadlines: Mapping[int, date | None] = field(default_factory=dict)

    def deadline(self, project: ProjectHistory, organism_code: str) -> date | None:
        """The last day to register a project of an organism; none where none binds it."""
        of_organism = self.deadlines.get(organism_code)
        return registration_deadline(project, of_organism, self.project_deadlines, self.calendar)


def registration_deadline(
    project: ProjectHistory,
    organism_deadline: date | None,
    own: Mapping[int, date | None],
    calendar: WorkCalendar,
) -> date | None:
    """The last day to register a project: the effective day of the deadline that binds it (rules 1 and 9).

    That is its own deadline, by project id in ``own``, else its organism's unless it entered later; none without one.
    """
    given = own.get(project.id, organism_deadline)
    if given is None:
        return None
    last = calendar.effective(given)
    is_later = project.id not in own and project.entered_on > last
    return None if is_later else last


@dataclass(frozen=True, slots=True)
class ProjectAssessment:
    """Every figure of one project at a view; ``b0`` and ``current`` are none without a registered plan.

    ``has_commitment`` tells whether H08 (*registro presupuestal*) is met, with or without a plan. ``contracts``
    counts by milestone code those that met it, where the project has several. ``postponed_workdays`` is the most
    working days by which the plan in force puts a date of B0 off. ``restart_expected`` is what the act of a
    suspension foresees. ``deadline`` is the last day to register the plan, a working day, none where none binds it.
    ``guarantees_approved`` is the day on which the guarantees of each contract of the project were approved, by
    contract id; a contract is absent while no approval is recorded by ``K`` or its day is after ``C``.
    ``contract_days`` are the days of H07 to H09 by milestone and contract, where the project has several.
    """

    id: int
    public_id: str
    code: str
    name: str
    organism_code: str
    modality: Modality | None
    territories: tuple[TerritoryShare, ...]
    plan_status: PlanStatus
    approval: Approval | None
    registered_on: date | None
    replannings: int
    allocation_cop: int
    snapshot: MoneySnapshot | None
    has_commitment: bool
    light: Light
    reasons: tuple[Reason, ...]
    b0: Measures | None
    current: Measures | None
    forecasts: Mapping[str, Forecast]
    own: tuple[MilestoneResult, ...]
    state: ProjectState
    state_since: date | None
    contracts: Mapping[str, ContractCount]
    postponed_workdays: int = 0
    restart_expected: date | None = None
    deadline: date | None = None
    guarantees_approved: Mapping[int, date] = field(default_factory=dict)
    contract_days: Mapping[tuple[str, int | None], date] = field(default_factory=dict)
    reports: Reports = field(default_factory=Reports)

    @property
    def is_withdrawn(self) -> bool:
        """Whether it left the counts."""
        return self.light is Light.WITHDRAWN

    @property
    def has_plan(self) -> bool:
        """Whether a plan is registered."""
        return self.plan_status is PlanStatus.REGISTERED

    @property
    def owes_plan(self) -> bool:
        """Whether its plan is to be registered: it has none, and is neither suspended nor withdrawn (rules 5)."""
        return self.light in (Light.REGISTERING, Light.NO_PLAN)

    @property
    def phase(self) -> Phase | None:
        """Phase in which the project stands; none when closed or without plan."""
        return self.current.phase if self.current else None

    @property
    def forecast_finish(self) -> date | None:
        """Forecast of the last applicable milestone; none when met, suspended, withdrawn or without plan."""
        last = [row for row in self.current.milestones if row.is_applicable][-1:] if self.current else []
        forecast = self.forecasts.get(last[0].code) if last else None
        return forecast.day if forecast else None

    @property
    def answers(self) -> tuple[Explanation, ...]:
        """What its organism says of the overdue milestones, that of the one which heads the light first."""
        results = self.current.milestones if self.current else ()
        return answers(results, self.reports, self.reasons[0].milestone_code)

    @property
    def physical_percent(self) -> int | None:
        """Physical execution by milestones: 0, 50 or 100 by H09, H10 and H11; none without plan."""
        if not self.current:
            return None
        met = {row.code for row in self.current.milestones if row.is_met}
        return 100 if COMPLETION in met else 50 if HALFWAY in met else 0

    @property
    def uncommitted_cop(self) -> int:
        """Allocation not yet committed: less RP with money data, else all of it while H08 is unmet."""
        if self.snapshot:
            return max(0, self.allocation_cop - self.snapshot.commitments_cop)
        return 0 if self.has_commitment else self.allocation_cop

    @property
    def value_at_risk_cop(self) -> int:
        """*Valor en riesgo*: what is uncommitted of a red project or one without plan past the deadline."""
        return self.uncommitted_cop if self.light in (Light.RED, Light.NO_PLAN) else 0


def assess_project(project: ProjectHistory, frame: Frame) -> ProjectAssessment:
    """Every figure of ``project`` at the frame's view."""
    view, plans = frame.view, plans_as_at(project.baselines, frame.view)
    state, organism = row_as_at(project.states, view), value_as_at(project.organisms, view) or ""
    approval = None if plans else approval_as_at(project.submissions, view)
    procurement = procurement_as_at(project.contracts, project.void_attempts, view)
    actual = happenings(project.actuals, view, procurement)
    followed = _follow(project, plans, actual, procurement, state, frame) if plans else None
    result, snapshot = _light(project, followed, state, frame, organism), snapshot_as_at(project.snapshots, view)
    return ProjectAssessment(
        id=project.id,
        public_id=project.public_id,
        code=project.code,
        name=value_as_at(project.names, view) or project.code,
        organism_code=organism,
        modality=value_as_at(project.modalities, view),
        territories=value_as_at(project.territories, view) or (),
        plan_status=_plan_status(plans, approval),
        approval=approval,
        registered_on=plans.b0.decided_on if plans else None,
        replannings=plans.replannings if plans else 0,
        allocation_cop=_allocation(project, snapshot, view),
        snapshot=snapshot,
        has_commitment=COMMITMENT in actual,
        light=result.light,
        reasons=result.reasons,
        b0=followed.b0 if followed else None,
        current=followed.current if followed else None,
        forecasts=followed.forecasts if followed else {},
        own=followed.own if followed else (),
        state=state.value.state if state else ProjectState.ACTIVE,
        state_since=state.valid_from if state else None,
        contracts=contract_counts(project.actuals, view, procurement),
        postponed_workdays=plans.postponed_workdays(frame.calendar) if plans else 0,
        restart_expected=state.value.restart_expected if state else None,
        deadline=frame.deadline(project, organism),
        guarantees_approved=guarantees_as_at(project.guarantees, procurement.contract_ids, view),
        contract_days=contract_days(project.actuals, view, procurement),
        reports=reports_as_at(project.actuals, project.forecasts, project.explanations, view.known_at),
    )


def _is(state: Dated[StateEvent] | None, wanted: ProjectState) -> bool:
    return state is not None and state.value.state is wanted


def _plan_status(plans: Plans | None, approval: Approval | None) -> PlanStatus:
    if plans:
        return PlanStatus.REGISTERED
    return PlanStatus.AWAITING_APPROVAL if approval else PlanStatus.UNREGISTERED


def _allocation(project: ProjectHistory, snapshot: MoneySnapshot | None, view: View) -> int:
    """Newest snapshot by ``C`` and ``K``, else the first of the vigencia, else the value of the list (rules 7)."""
    chosen = snapshot or first_snapshot(project.snapshots, view)
    return chosen.current_cop if chosen else value_as_at(project.allocations, view) or 0


@dataclass(frozen=True, slots=True)
class _Followed:
    """What stands once a plan is registered; ``b0`` and ``current`` are one object while there is only B0."""

    plans: Plans
    b0: Measures
    current: Measures
    own: tuple[MilestoneResult, ...]
    forecasts: Mapping[str, Forecast]


def _follow(
    project: ProjectHistory,
    plans: Plans,
    actual: Mapping[str, Happening],
    procurement: Procurement,
    state: Dated[StateEvent] | None,
    frame: Frame,
) -> _Followed:
    """Measure against B0 and the plan in force; no forecast for a suspended or withdrawn project."""
    view = frame.view
    is_suspended = _is(state, ProjectState.SUSPENDED)
    setting = Setting(view.cutoff, frame.calendar, frame.thresholds, plans.b0.decided_on, is_suspended)
    milestones = frame.catalogue.milestones
    b0 = current = measure(assess_milestones(milestones, plans.b0.lines, actual, setting))
    if plans.current is not plans.b0:
        current = measure(assess_milestones(milestones, plans.current.lines, actual, setting))
    forecasts: Mapping[str, Forecast] = {}
    if not is_suspended and not _is(state, ProjectState.WITHDRAWN):
        declared = declared_dates(project.forecasts, view, procurement)
        forecasts = forecast_milestones(current.milestones, declared, view.cutoff, frame.calendar)
    return _Followed(plans, b0, current, _own_results(project, plans, actual, setting), forecasts)


def _own_results(
    project: ProjectHistory, plans: Plans, actual: Mapping[str, Happening], setting: Setting
) -> tuple[MilestoneResult, ...]:
    """Results of the project's own milestones: dated and followed, outside the figures.

    Each is assessed alone, since *Superado* speaks of the catalogue's order, which they have no part in.
    """
    lines = plans.current.lines
    own = (
        CatalogueMilestone(code, project.own_names.get(code, code), Phase.EXECUTION, 0, False, 100 + i)
        for i, code in enumerate(OWN_CODES)
        if code in lines
    )
    return tuple(assess_milestones([milestone], lines, actual, setting)[0] for milestone in own)


def _light(
    project: ProjectHistory,
    followed: _Followed | None,
    state: Dated[StateEvent] | None,
    frame: Frame,
    organism: str,
) -> LightResult:
    if state and state.value.state is ProjectState.WITHDRAWN:
        return LightResult(Light.WITHDRAWN, (Reason(ReasonCode.WITHDRAWN, day=state.valid_from),))
    if state and state.value.state is ProjectState.SUSPENDED:
        return LightResult(Light.SUSPENDED, (Reason(ReasonCode.SUSPENDED, day=state.valid_from),))
    if not followed:
        deadline = frame.deadline(project, organism)
        if deadline is None or frame.view.cutoff <= deadline:
            return LightResult(Light.REGISTERING, (Reason(ReasonCode.REGISTERING, day=deadline),))
        late = frame.calendar.workdays(deadline, frame.view.cutoff)
        return LightResult(Light.NO_PLAN, (Reason(ReasonCode.NO_PLAN, workdays=late, day=deadline),))
    plans = followed.plans
    against_b0 = plans.replannings >= frame.thresholds.replannings_to_b0
    backing = row_as_at(project.backing, frame.view)
    return light_with_plan(
        Follow(
            yardstick=followed.b0 if against_b0 else followed.current,
            b0=followed.b0,
            completion=followed.forecasts.get(COMPLETION),
            replannings=plans.replannings,
            is_backed=backing is not None and backing.value,
            cutoff=frame.view.cutoff,
            year=frame.year,
            calendar=frame.calendar,
            thresholds=frame.thresholds,
        )
    )
