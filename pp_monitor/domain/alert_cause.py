"""Which causes hold at a cut-off: each rule looks at the figures and gives its numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise

from pp_monitor.domain.alert_rule import (
    DELAY_RULES,
    AlertLevel,
    AlertRule,
    AlertRules,
    Limit,
    level_over,
    overdue_level,
)
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import COMMITMENT, COMPLETION, CONTRACT, START, Phase
from pp_monitor.domain.deviation import MilestoneState
from pp_monitor.domain.group import GroupAssessment
from pp_monitor.domain.light import Light, ReasonCode
from pp_monitor.domain.plan import out_of_order
from pp_monitor.domain.plan_rule import RestrictionWindow
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.progress import days_of_contract
from pp_monitor.domain.project import ProjectAssessment, ProjectState
from pp_monitor.domain.submission import ApprovalStage

GUARANTEES = "guarantees"
CauseKey = tuple[AlertRule, str, str]


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that a rule found, with the numbers that its sentence tells; what does not apply stays empty.

    ``code`` is a milestone (or the amount of the money chain that exceeds), ``other_code`` what it clashes with;
    ``day`` and ``other_day`` are their dates. ``workdays`` are working days (positive late), ``days`` calendar days,
    ``percent`` and ``other_percent`` whole percentages rounded down, amounts whole COP. ``norm`` is of a restriction.
    Of the projects without plan, ``count`` are not even sent, ``with_head`` wait for the head of their organism, the
    first since ``other_day``, and ``in_comments`` for Planning and Contratación.
    """

    rule: AlertRule
    level: AlertLevel
    code: str = ""
    other_code: str = ""
    day: date | None = None
    other_day: date | None = None
    workdays: int = 0
    days: int = 0
    count: int = 0
    percent: int = 0
    other_percent: int = 0
    amount_cop: int = 0
    other_cop: int = 0
    norm: str = ""
    with_head: int = 0
    in_comments: int = 0

    @property
    def counts(self) -> tuple[int, int, int]:
        """What of its numbers is worth telling when it changes: days that grow are not."""
        return self.count, self.with_head, self.in_comments

    @property
    def delay_workdays(self) -> int | None:
        """Working days late; none for a cause whose days are no delay.

        >>> Cause(AlertRule.FINISH_AFTER_YEAR, AlertLevel.MILD, workdays=67).delay_workdays is None
        True
        """
        return self.workdays if self.rule in DELAY_RULES else None

    @property
    def key(self) -> CauseKey:
        """What makes it the same cause from one day to the next, whatever its numbers."""
        return self.rule, self.code, self.other_code


@dataclass(frozen=True, slots=True)
class Signals:
    """What rules look at beside the figures; a project or organism that is absent has none.

    ``last_reports`` is the day of the newest report of each project, by its id; ``absences`` the working days without
    active enlace by organism code.
    """

    last_reports: Mapping[int, date] = field(default_factory=dict)
    windows: Sequence[RestrictionWindow] = ()
    absences: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Watch:
    """With what the projects of a vigencia are looked at."""

    cutoff: date
    year: int
    calendar: WorkCalendar
    rules: AlertRules
    signals: Signals

    def level(self, rule: AlertRule, otherwise: AlertLevel = AlertLevel.MILD) -> AlertLevel:
        """The level of a rule's causes: the setting's, else ``otherwise``."""
        return self.rules.setting(rule).graded(otherwise)

    def is_on(self, rule: AlertRule) -> bool:
        """Whether the vigencia applies a rule."""
        return self.rules.setting(rule).is_on


@dataclass(frozen=True, slots=True)
class CaseKey:
    """What a case is about: a project, else an organism; at most one open case for each."""

    project_id: int | None = None
    organism_code: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """The causes that hold for a project or an organism, the gravest first; never empty."""

    key: CaseKey
    organism_code: str
    causes: tuple[Cause, ...]


def conditions(portfolio: Portfolio, watch: Watch) -> list[Condition]:
    """What holds at the portfolio's cut-off: a condition for each project, then for each organism, with a cause."""
    found = [
        Condition(CaseKey(project.id), project.organism_code, project_causes(project, watch))
        for project in portfolio.projects
    ]
    owing = organism_causes(portfolio.organisms, portfolio.projects, watch)
    found += [Condition(CaseKey(organism_code=code), code, causes) for code, causes in owing.items()]
    return [condition for condition in found if condition.causes]


def project_causes(project: ProjectAssessment, watch: Watch) -> tuple[Cause, ...]:
    """The causes of a project, the gravest first; none once it is withdrawn."""
    if project.is_withdrawn:
        return ()
    return gravest_first(
        cause for rule, causes in _PROJECT_RULES.items() if watch.is_on(rule) for cause in causes(project, watch)
    )


_RANK = {rule: rank for rank, rule in enumerate(AlertRule)}


def gravest_first(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    """By level, then rule, then days: the first heads the case."""
    return tuple(
        sorted(
            causes,
            key=lambda row: (-row.level.weight, _RANK[row.rule], -row.workdays, -row.days, row.code, row.other_code),
        )
    )


def _overdue(project: ProjectAssessment, watch: Watch) -> Iterator[Cause]:
    if project.state is not ProjectState.ACTIVE or not project.current:
        return
    setting = watch.rules.setting(AlertRule.OVERDUE)
    for row in project.current.overdue:
        level = overdue_level(row.code, row.overdue_workdays, setting)
        yield Cause(AlertRule.OVERDUE, level, row.code, day=row.planned, workdays=row.overdue_workdays)


def _actual(project: ProjectAssessment) -> dict[str, date]:
    rows = project.current.milestones if project.current else ()
    return {row.code: row.actual.day for row in rows if row.is_applicable and row.actual}


def _legal_start(project: ProjectAssessment, watch: Watch) -> Iterator[Cause]:
    """Start before the *registro presupuestal* or the approval of guarantees (Ley 80 de 1993, art. 41).

    Each contract is held against its own; of several, the one that started longest before is told.
    """
    worst: dict[str, Cause] = {}
    level = watch.level(AlertRule.LEGAL_START, AlertLevel.CRITICAL)
    for start, needed in _starts(project):
        for code, day in needed.items():
            if day and start < day:
                late = watch.calendar.workdays(start, day)
                cause = Cause(AlertRule.LEGAL_START, level, START, code, start, day, workdays=late)
                worst[code] = max(worst.get(code, cause), cause, key=lambda row: (row.workdays, row.other_day))
    yield from worst.values()


def _starts(project: ProjectAssessment) -> Iterator[tuple[date, Mapping[str, date | None]]]:
    """Each start with the days of what had to come before it: one a contract where there are several."""
    row = project.current.result(START) if project.current else None
    if row is None or not row.is_applicable or not row.actual:
        return
    actual, approved = _actual(project), project.guarantees_approved
    days = project.contract_days
    for contract_id in [named for code, named in days if code == START] or [row.actual.fact.contract_id]:
        own = days_of_contract(days, contract_id) if days else actual
        committed_on = own.get(COMMITMENT) if COMMITMENT in actual else None
        backed_on = approved.get(contract_id) if contract_id else min(approved.values(), default=None)
        yield own[START], {COMMITMENT: committed_on, GUARANTEES: backed_on}


def _out_of_order(project: ProjectAssessment, watch: Watch) -> Iterator[Cause]:
    """Neighbours among the real dates that stand in the opposite order; a start before its RP is a matter of law."""
    actual = _actual(project)
    codes = list(actual)
    for earlier, later in pairwise(codes):
        if (earlier, later) != (COMMITMENT, START) and out_of_order(actual, (earlier, later)):
            level = watch.level(AlertRule.OUT_OF_ORDER)
            yield Cause(AlertRule.OUT_OF_ORDER, level, later, earlier, actual[later], actual[earlier])


def _passed(project: ProjectAssessment, watch: Watch) -> Iterator[Cause]:
    for row in project.current.milestones if project.current else ():
        if row.state is MilestoneState.PASSED:
            yield Cause(AlertRule.PASSED, watch.level(AlertRule.PASSED), row.code, day=row.planned)


def _no_update(project: ProjectAssessment, watch: Watch) -> Iterator[Cause]:
    """In execution, with nothing reported for so many calendar days, from the registration on at the earliest."""
    if project.state is not ProjectState.ACTIVE or project.phase is not Phase.EXECUTION:
        return
    known = (watch.signals.last_reports.get(project.id), project.registered_on)
    since = max(day for day in known if day)
    days = (watch.cutoff - since).days
    if days >= watch.rules.limit(AlertRule.NO_UPDATE, Limit.DAYS):
        yield Cause(AlertRule.NO_UPDATE, watch.level(AlertRule.NO_UPDATE), day=since, days=days)


def _finish_after_year(project: ProjectAssessment, watch: Watch) -> Iterator[Cause]:
    """The end foreseen after 31 December: critical, or mild where a document backs it."""
    forecast = project.forecasts.get(COMPLETION)
    last = date(watch.year, 12, 31)
    if not forecast or forecast.day <= last:
        return
    is_backed = all(reason.code is not ReasonCode.PAST_YEAR for reason in project.reasons)
    level = watch.level(AlertRule.FINISH_AFTER_YEAR, AlertLevel.MILD if is_backed else AlertLevel.CRITICAL)
    late = watch.calendar.workdays(last, forecast.day)
    yield Cause(AlertRule.FINISH_AFTER_YEAR, level, COMPLETION, day=forecast.day, workdays=late)


def _physical_gap(project: ProjectAssessment, watch: Watch) -> Iterator[Cause]:
    """Payments further than so many points ahead of the physical execution (rules 8)."""
    money, physical = project.snapshot, project.physical_percent
    if not money or physical is None or money.current_cop <= 0:
        return
    points = watch.rules.limit(AlertRule.PHYSICAL_GAP, Limit.POINTS)
    if 100 * money.payments_cop <= (physical + points) * money.current_cop:
        return
    yield Cause(
        AlertRule.PHYSICAL_GAP,
        watch.level(AlertRule.PHYSICAL_GAP),
        day=money.cutoff,
        percent=100 * money.payments_cop // money.current_cop,
        other_percent=physical,
        amount_cop=money.payments_cop,
        other_cop=money.current_cop,
    )


def _long_suspension(project: ProjectAssessment, watch: Watch) -> Iterator[Cause]:
    if project.state is not ProjectState.SUSPENDED or not project.state_since:
        return
    late = watch.calendar.workdays(project.state_since, watch.cutoff)
    if late > watch.rules.limit(AlertRule.LONG_SUSPENSION, Limit.WORKDAYS):
        level = watch.level(AlertRule.LONG_SUSPENSION)
        since, restart = project.state_since, project.restart_expected
        yield Cause(AlertRule.LONG_SUSPENSION, level, day=since, other_day=restart, workdays=late)


def _third_replanning(project: ProjectAssessment, watch: Watch) -> Iterator[Cause]:
    is_many = project.replannings >= watch.rules.limit(AlertRule.THIRD_REPLANNING, Limit.TIMES)
    if is_many and project.light is not Light.CLOSED:
        level = watch.level(AlertRule.THIRD_REPLANNING)
        late = project.postponed_workdays
        yield Cause(AlertRule.THIRD_REPLANNING, level, count=project.replannings, workdays=late)


def _restriction_window(project: ProjectAssessment, watch: Watch) -> Iterator[Cause]:
    """The signature is planned, within so many calendar days, for a day on which its modality may not be signed."""
    row = project.current.result(CONTRACT) if project.current else None
    if not row or not row.planned or row.is_met or not row.is_applicable:
        return
    ahead = row.planned - watch.cutoff
    if not timedelta() <= ahead <= timedelta(days=watch.rules.limit(AlertRule.RESTRICTION_WINDOW, Limit.DAYS)):
        return
    window = next((each for each in watch.signals.windows if each.holds(project.modality, row.planned)), None)
    if window:
        level, last = watch.level(AlertRule.RESTRICTION_WINDOW), window.last
        yield Cause(
            AlertRule.RESTRICTION_WINDOW, level, CONTRACT, day=row.planned, other_day=last, norm=window.norm,
            days=ahead.days,
        )  # fmt: skip


def _missing_modality(project: ProjectAssessment, watch: Watch) -> Iterator[Cause]:
    """Of projects with a plan: before it, the modality comes with the plan."""
    if project.has_plan and project.modality is None:
        yield Cause(AlertRule.MISSING_MODALITY, watch.level(AlertRule.MISSING_MODALITY))


def _zero_value(project: ProjectAssessment, watch: Watch) -> Iterator[Cause]:
    if project.allocation_cop == 0:
        yield Cause(AlertRule.ZERO_VALUE, watch.level(AlertRule.ZERO_VALUE))


def _money_chain(project: ProjectAssessment, watch: Watch) -> Iterator[Cause]:
    for low, high in project.snapshot.chain_breaks if project.snapshot else ():
        amounts = getattr(project.snapshot, low), getattr(project.snapshot, high)
        day = project.snapshot.cutoff if project.snapshot else None
        level = watch.level(AlertRule.MONEY_CHAIN)
        yield Cause(AlertRule.MONEY_CHAIN, level, low, high, day, amount_cop=amounts[0], other_cop=amounts[1])


_PROJECT_RULES: Mapping[AlertRule, Callable[[ProjectAssessment, Watch], Iterator[Cause]]] = {
    AlertRule.OVERDUE: _overdue,
    AlertRule.LEGAL_START: _legal_start,
    AlertRule.OUT_OF_ORDER: _out_of_order,
    AlertRule.PASSED: _passed,
    AlertRule.NO_UPDATE: _no_update,
    AlertRule.FINISH_AFTER_YEAR: _finish_after_year,
    AlertRule.PHYSICAL_GAP: _physical_gap,
    AlertRule.LONG_SUSPENSION: _long_suspension,
    AlertRule.THIRD_REPLANNING: _third_replanning,
    AlertRule.RESTRICTION_WINDOW: _restriction_window,
    AlertRule.MISSING_MODALITY: _missing_modality,
    AlertRule.ZERO_VALUE: _zero_value,
    AlertRule.MONEY_CHAIN: _money_chain,
}


def organism_causes(
    organisms: Sequence[GroupAssessment], projects: Sequence[ProjectAssessment], watch: Watch
) -> dict[str, tuple[Cause, ...]]:
    """The causes of each organism that has one, by its code, the gravest first."""
    found: dict[str, list[Cause]] = {}
    for code, cause in (*_without_plan(organisms, projects, watch), *_without_enlace(projects, watch)):
        if watch.is_on(cause.rule):
            found.setdefault(code, []).append(cause)
    return {code: gravest_first(causes) for code, causes in found.items()}


def _without_plan(
    organisms: Sequence[GroupAssessment], projects: Sequence[ProjectAssessment], watch: Watch
) -> Iterator[tuple[str, Cause]]:
    """Projects without plan past the deadline, those that were sent told apart from those that the enlace owes.

    Critical where the organism has no plan at all and owes some, else serious.
    """
    late: dict[str, list[ProjectAssessment]] = {}
    for project in projects:
        if project.light is Light.NO_PLAN:
            late.setdefault(project.organism_code, []).append(project)
    for group in organisms:
        if group.code in late:
            yield group.code, _owing(late[group.code], watch, has_none=group.light is Light.NO_PLAN)


def _owing(late: Sequence[ProjectAssessment], watch: Watch, *, has_none: bool) -> Cause:
    rule = AlertRule.ORGANISM_WITHOUT_PLAN
    sent = [project.approval for project in late if project.approval]
    with_head = [approval.sent_on for approval in sent if approval.stage is ApprovalStage.HEAD]
    unsent = len(late) - len(sent)
    level = AlertLevel.CRITICAL if has_none and unsent else AlertLevel.SERIOUS
    return Cause(
        rule,
        watch.level(rule, level),
        other_day=min(with_head, default=None),
        workdays=max(project.reasons[0].workdays for project in late if not (unsent and project.approval)),
        count=unsent,
        with_head=len(with_head),
        in_comments=len(sent) - len(with_head),
    )


def _without_enlace(projects: Sequence[ProjectAssessment], watch: Watch) -> Iterator[tuple[str, Cause]]:
    """Organisms with projects, those withdrawn aside, that have no active enlace."""
    rule = AlertRule.ORGANISM_WITHOUT_ENLACE
    limits = watch.rules.setting(rule).limits
    counted = Counter(project.organism_code for project in projects if not project.is_withdrawn)
    for code, count in counted.items():
        if (days := watch.signals.absences.get(code)) is not None:
            level = level_over(days, limits[Limit.SERIOUS_OVER], limits[Limit.CRITICAL_OVER])
            yield code, Cause(rule, watch.level(rule, level), workdays=days, count=count)
