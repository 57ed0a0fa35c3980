"""What changed between two cut-offs: delay, days, lights with their money, plans and projects, each with its why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import CatalogueMilestone
from pp_monitor.domain.comparison_money import Bridge, MoneyMatrix, money_bridge, money_matrix
from pp_monitor.domain.comparison_row import Change, ChangeOf, MilestoneDays, Why
from pp_monitor.domain.deviation import MilestoneResult, MilestoneState
from pp_monitor.domain.group import GroupAssessment
from pp_monitor.domain.light import Light, light_gain
from pp_monitor.domain.listing import phase_code
from pp_monitor.domain.portfolio import Portfolio, narrow
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.domain.replanning import moved_workdays


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that changed between two cut-offs, of all organisms or of some; ``changes`` in the page's order."""

    before: GroupAssessment
    after: GroupAssessment
    changes: tuple[Change, ...]
    matrix: MoneyMatrix
    bridge: Bridge
    days: tuple[MilestoneDays, ...]

    def of(self, kind: ChangeOf) -> tuple[Change, ...]:
        """The changes of one kind."""
        return tuple(change for change in self.changes if change.kind is kind)

    def projects_of(self, kind: ChangeOf) -> int:
        """How many projects have changes of one kind."""
        return len({change.project.id for change in self.of(kind)})

    @property
    def gained_workdays(self) -> int:
        """Working days gained, over every milestone; never negative."""
        return sum(row.gained_workdays for row in self.days)

    @property
    def lost_workdays(self) -> int:
        """Working days lost, over every milestone; never negative."""
        return sum(row.lost_workdays for row in self.days)

    @property
    def net_workdays(self) -> int:
        """Days lost less days gained: positive is later."""
        return self.lost_workdays - self.gained_workdays

    @property
    def replannings(self) -> int:
        """How many re-plannings were decided in between; restarts are none."""
        return sum(change.count for change in self.of(ChangeOf.REPLANNED))

    @property
    def coverage_points(self) -> float | None:
        """Percentage points that coverage gained (positive) or lost; none where either has no value."""
        before, after = self.before.coverage.value, self.after.coverage.value
        return None if before is None or after is None else 100 * (after - before)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A project at both cut-offs; none where it is not there for who asks, ``elsewhere`` then tells it still exists."""

    was: ProjectAssessment | None
    now: ProjectAssessment | None
    elsewhere: bool

    @property
    def counted_before(self) -> ProjectAssessment | None:
        """As it was, unless it was withdrawn."""
        return self.was if self.was and not self.was.is_withdrawn else None

    @property
    def counted_after(self) -> ProjectAssessment | None:
        """As it is, unless it is withdrawn."""
        return self.now if self.now and not self.now.is_withdrawn else None


def compare(before: Portfolio, after: Portfolio, organism_codes: Collection[str] | None = None) -> Comparison:
    """Everything that changed from ``before`` to ``after``, of the city or of some organisms.

    Delay, lights and days are those of the plan in force; working days are those of the later cut-off. A project that
    changed organism left the one and entered the other.
    """
    old, new = (row if organism_codes is None else narrow(row, organism_codes) for row in (before, after))
    pairs = _pairs(before, after, old, new)
    calendar = after.frame.calendar
    changes = [change for pair in pairs for change in _changes(pair, calendar)]
    matrix = money_matrix((pair.counted_before, pair.counted_after) for pair in pairs)
    return Comparison(
        before=old.city,
        after=new.city,
        changes=tuple(sorted(changes, key=_order)),
        matrix=matrix,
        bridge=money_bridge(matrix),
        days=_days_by_milestone(changes),
    )


def _pairs(before: Portfolio, after: Portfolio, old: Portfolio, new: Portfolio) -> list[_Pair]:
    everywhere = {row.id for row in before.projects} & {row.id for row in after.projects}
    was = {row.id: row for row in old.projects}
    now = {row.id: row for row in new.projects}
    return [_Pair(was.get(id_), now.get(id_), id_ in everywhere) for id_ in (was | now)]


_RANK = {kind: rank for rank, kind in enumerate(ChangeOf)}


def _order(change: Change) -> tuple[int, int, int, int, str, int]:
    """By kind; worse before better; then the most days, the most money and the code."""
    return (
        _RANK[change.kind],
        0 if change.why is Why.WORSE else 1,
        -abs(change.workdays),
        -change.amount_after_cop,
        change.project.code,
        change.milestone.position if change.milestone else 0,
    )


def _changes(pair: _Pair, calendar: WorkCalendar) -> Iterator[Change]:
    was, now = pair.counted_before, pair.counted_after
    yield from _membership(pair)
    yield from _delays(pair)
    if was and now:
        yield from _of_project(was, now, calendar)
        yield from _of_milestones(was, now, calendar)


def _membership(pair: _Pair) -> Iterator[Change]:
    """Who entered the counts and who left them, with the light and the value it had."""
    was, now = pair.counted_before, pair.counted_after
    if now and not was:
        why = Why.RETURNED if pair.was else Why.TRANSFERRED_IN if pair.elsewhere else Why.ENTERED
        yield Change(ChangeOf.MEMBERSHIP, why, now, code_after=now.light, amount_after_cop=now.allocation_cop)
    if was and not now:
        why = Why.WITHDRAWN if pair.now else Why.TRANSFERRED_OUT if pair.elsewhere else Why.GONE
        yield Change(
            ChangeOf.MEMBERSHIP,
            why,
            pair.now or was,
            day_after=pair.now.state_since if pair.now else None,
            code_before=was.light,
            amount_before_cop=was.allocation_cop,
        )


def _overdue(project: ProjectAssessment | None) -> dict[str, MilestoneResult]:
    """The overdue milestones of the plan in force, by code."""
    return {row.code: row for row in project.current.overdue} if project and project.current else {}


def _result(project: ProjectAssessment | None, code: str) -> MilestoneResult | None:
    return project.current.result(code) if project and project.current else None


def _delays(pair: _Pair) -> Iterator[Change]:
    """Milestones that are overdue at one cut-off and not at the other."""
    was, now = _overdue(pair.counted_before), _overdue(pair.counted_after)
    for code, row in now.items():
        if code not in was and pair.now:
            former = _result(pair.counted_before, code)
            yield Change(
                ChangeOf.ENTERED_DELAY,
                _why_late(pair, former, row),
                pair.now,
                row.milestone,
                row.overdue_workdays,
                former.planned if former else None,
                row.planned,
                amount_after_cop=pair.now.allocation_cop,
            )
    for code, row in was.items():
        if code not in now and pair.was:
            latter = _result(pair.counted_after, code)
            project = pair.now or pair.was
            yield Change(
                ChangeOf.LEFT_DELAY,
                _why_free(pair, row, latter),
                project,
                row.milestone,
                row.overdue_workdays,
                row.planned,
                _day_of(latter),
                amount_after_cop=project.allocation_cop,
            )


def _why_late(pair: _Pair, former: MilestoneResult | None, row: MilestoneResult) -> Why:
    if pair.counted_before is None:
        return Why.JOINED
    if former is None:
        return Why.PLAN_REGISTERED
    if former.state is MilestoneState.SUSPENDED:
        return Why.RESTARTED
    if former.is_met or former.state is MilestoneState.PASSED:
        return Why.REOPENED
    return Why.FELL_DUE if former.planned == row.planned else Why.REPLANNED


def _why_free(pair: _Pair, row: MilestoneResult, latter: MilestoneResult | None) -> Why:
    if latter is None:
        return _why_lost(pair)
    by_state = {MilestoneState.PASSED: Why.PASSED, MilestoneState.SUSPENDED: Why.SUSPENDED}
    if latter.is_met:
        return Why.MET
    if latter.state in by_state:
        return by_state[latter.state]
    return Why.CALENDAR if latter.planned == row.planned else Why.REPLANNED


def _why_lost(pair: _Pair) -> Why:
    """Why a milestone that was overdue is not there to be looked at."""
    if pair.now:
        return Why.WITHDRAWN if pair.now.is_withdrawn else Why.GONE
    return Why.TRANSFERRED_OUT if pair.elsewhere else Why.GONE


def _day_of(row: MilestoneResult | None) -> date | None:
    """The day on which a milestone was met, else the one it is planned for."""
    if row is None:
        return None
    return row.actual.day if row.is_met and row.actual else row.planned


def _of_project(was: ProjectAssessment, now: ProjectAssessment, calendar: WorkCalendar) -> Iterator[Change]:
    def told(
        kind: ChangeOf, why: Why, before: str = "", after: str = "", *, workdays: int = 0, count: int = 0
    ) -> Change:
        return Change(
            kind,
            why,
            now,
            workdays=workdays,
            code_before=before,
            code_after=after,
            amount_before_cop=was.allocation_cop,
            amount_after_cop=now.allocation_cop,
            count=count,
        )

    if was.light is not now.light:
        yield told(ChangeOf.LIGHT, _direction(was.light, now.light), was.light, now.light)
    if phase_code(was) != phase_code(now):
        yield told(ChangeOf.PHASE, Why.OTHER, phase_code(was), phase_code(now))
    if was.allocation_cop != now.allocation_cop:
        yield told(ChangeOf.VALUE, Why.OTHER)
    times = now.replannings - was.replannings
    moved = _plan_moves(was, now, calendar)
    if times > 0 or moved:
        why = Why.REPLANNED if times > 0 else Why.RESTARTED
        yield told(ChangeOf.REPLANNED, why, workdays=max(moved, key=abs, default=0), count=times)


def _direction(was: Light, now: Light) -> Why:
    gap = light_gain(was, now)
    return Why.BETTER if gap > 0 else Why.WORSE if gap < 0 else Why.OTHER


def _plan_moves(was: ProjectAssessment, now: ProjectAssessment, calendar: WorkCalendar) -> list[int]:
    """Working days by which each date of the plan in force moved; positive is later."""
    rows = ((_result(was, row.code), row) for row in (now.current.milestones if now.current else ()))
    moves = (
        moved_workdays(old.planned, row.planned, calendar)
        for old, row in rows
        if old and old.planned and row.planned and old.planned != row.planned
    )
    return [days for days in moves if days]


def _of_milestones(was: ProjectAssessment, now: ProjectAssessment, calendar: WorkCalendar) -> Iterator[Change]:
    """Actual dates that are no longer what they were, and expected dates that moved."""
    value = now.allocation_cop
    for row in now.current.milestones if now.current else ():
        former = _result(was, row.code)
        if former is None:
            continue
        first, last = _expected(was, former), _expected(now, row)
        days = moved_workdays(first, last, calendar) if first and last else 0
        if former.is_met and former.actual and _day_of(row) != former.actual.day:
            why = Why.CORRECTED if row.is_met else Why.REOPENED
            after = row.actual.day if row.actual and row.is_met else None
            yield Change(
                ChangeOf.CORRECTED, why, now, row.milestone, days, former.actual.day, after, amount_after_cop=value
            )
        if days:
            why = _why_moved(was, now, former, row)
            yield Change(ChangeOf.DAYS, why, now, row.milestone, days, first, last, amount_after_cop=value)


def _expected(project: ProjectAssessment, row: MilestoneResult) -> date | None:
    """The day on which a milestone was met, else its forecast; none where there is no forecast."""
    if row.is_met and row.actual:
        return row.actual.day
    forecast = project.forecasts.get(row.code)
    return forecast.day if forecast else None


def _why_moved(was: ProjectAssessment, now: ProjectAssessment, former: MilestoneResult, row: MilestoneResult) -> Why:
    if row.is_met:
        return Why.CORRECTED if former.is_met else Why.MET
    if former.is_met:
        return Why.REOPENED
    if former.planned != row.planned:
        return Why.REPLANNED if now.replannings > was.replannings else Why.RESTARTED
    if was.forecasts[row.code].declared != now.forecasts[row.code].declared:
        return Why.DECLARED
    return Why.OVERDUE if row.state is MilestoneState.OVERDUE else Why.CARRIED


def _days_by_milestone(changes: Iterable[Change]) -> tuple[MilestoneDays, ...]:
    by_milestone: dict[CatalogueMilestone, list[int]] = defaultdict(list)
    for change in changes:
        if change.kind is ChangeOf.DAYS and change.milestone:
            by_milestone[change.milestone].append(change.workdays)
    found = []
    for milestone, moved in sorted(by_milestone.items(), key=lambda item: item[0].position):
        gained, lost = [-days for days in moved if days < 0], [days for days in moved if days > 0]
        found.append(MilestoneDays(milestone, sum(gained), len(gained), sum(lost), len(lost)))
    return tuple(found)
