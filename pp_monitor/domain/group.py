"""Figures of an organism, a territory or the city over their projects (rules 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import fmean

from pp_monitor.domain.deviation import Measures
from pp_monitor.domain.light import Light
from pp_monitor.domain.part import territory_parts
from pp_monitor.domain.plan import PlanStatus
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.domain.ratio import Ratio
from pp_monitor.domain.threshold import Thresholds

VALUED = (Light.RED, Light.YELLOW, Light.GREEN, Light.CLOSED)


@dataclass(frozen=True, slots=True)
class Member:
    """A project within a group, with the part of its money (COP) that belongs to the group."""

    project: ProjectAssessment
    allocation_cop: int
    uncommitted_cop: int

    @classmethod
    def whole(cls, project: ProjectAssessment) -> Member:
        """The project with all its money."""
        return cls(project, project.allocation_cop, project.uncommitted_cop)


@dataclass(frozen=True, slots=True)
class GroupAssessment:
    """Every figure of a group; money in COP, delays in working days, counts of projects unless named.

    ``projects`` and every count leave withdrawn projects out. ``planned`` and ``actual``
    progress are weighted by allocation over projects with a registered plan.
    """

    code: str
    light: Light
    projects: int
    with_plan: int
    awaiting_approval: int
    withdrawn: int
    allocation_cop: int
    planned_progress: Ratio
    actual_progress: Ratio
    mean_planned: float | None
    mean_actual: float | None
    due: int
    due_for_on_time: int
    met_on_time: int
    supported_on_time: int
    supported_progress: Ratio
    worst_delay_workdays: int
    mean_delay_workdays: float | None
    mean_delay_count: int
    lights: dict[Light, int]
    value_by_light_cop: dict[Light, int]
    risk_red_cop: int
    risk_no_plan_cop: int
    committed_late_cop: int

    @property
    def coverage(self) -> Ratio:
        """*Cobertura*: projects with plan over projects not withdrawn."""
        return Ratio(self.with_plan, self.projects)

    @property
    def schedule_index(self) -> Ratio:
        """ICC of the group: actual over planned progress."""
        return Ratio(self.actual_progress.numerator, self.planned_progress.numerator)

    @property
    def on_time_rate(self) -> Ratio:
        """*Oportunidad*, pooled by milestone."""
        return Ratio(self.met_on_time, self.due_for_on_time)

    @property
    def value_at_risk_cop(self) -> int:
        """*Valor en riesgo*: its addends are the red and the no-plan one."""
        return self.risk_red_cop + self.risk_no_plan_cop

    @property
    def deviation_points(self) -> float | None:
        """Percentage points of actual less planned progress; negative is behind."""
        actual, planned = self.actual_progress, self.planned_progress
        gap = Ratio(Fraction(actual.numerator) - planned.numerator, actual.denominator).value
        return None if gap is None else 100 * gap

    def count(self, light: Light) -> int:
        """Number of projects of this light."""
        return self.lights.get(light, 0)

    def value_of(self, light: Light) -> int:
        """Allocation (COP) of the projects of this light."""
        return self.value_by_light_cop.get(light, 0)


def assess_group(
    code: str, members: Sequence[Member], thresholds: Thresholds, *, against_current: bool = False
) -> GroupAssessment:
    """Every figure of the group of ``members``; withdrawn projects count only as withdrawn.

    Progress, on-time rate and delays are measured against B0, or against the plan in force on demand.
    """
    counted = [member for member in members if not member.project.is_withdrawn]
    weighed = [pair for member in counted if (pair := _weighed(member, against_current=against_current))]
    measured = [measures for measures, _ in weighed]
    delays = [days for measures in measured for days in measures.delay_workdays]
    lights = Counter(member.project.light for member in counted)
    values = _value_by_light(counted)
    return GroupAssessment(
        code=code,
        light=_group_light(counted, lights, values, thresholds),
        projects=len(counted),
        with_plan=len(weighed),
        awaiting_approval=sum(m.project.plan_status is PlanStatus.AWAITING_APPROVAL for m in counted),
        withdrawn=len(members) - len(counted),
        allocation_cop=sum(member.allocation_cop for member in counted),
        planned_progress=_progress(weighed, lambda measures: measures.planned_progress),
        actual_progress=_progress(weighed, lambda measures: measures.actual_progress),
        mean_planned=_mean(measures.planned_progress.value for measures in measured),
        mean_actual=_mean(measures.actual_progress.value for measures in measured),
        due=sum(measures.due_count for measures in measured),
        due_for_on_time=sum(measures.due_for_on_time for measures in measured),
        met_on_time=sum(measures.met_on_time for measures in measured),
        supported_on_time=sum(measures.supported_on_time for measures in measured),
        supported_progress=_progress(weighed, lambda measures: measures.supported_progress),
        worst_delay_workdays=max((measures.worst_delay_workdays for measures in measured), default=0),
        mean_delay_workdays=_mean(delays),
        mean_delay_count=len(delays),
        lights=dict(lights),
        value_by_light_cop=dict(values),
        risk_red_cop=_uncommitted(counted, Light.RED),
        risk_no_plan_cop=_uncommitted(counted, Light.NO_PLAN),
        committed_late_cop=_committed_late(counted),
    )


def _weighed(member: Member, *, against_current: bool) -> tuple[Measures, int] | None:
    """The measures of a member with a plan, and the allocation (COP) that they weigh."""
    measures = member.project.current if against_current else member.project.b0
    return (measures, member.allocation_cop) if measures else None


def _progress(weighed: Iterable[tuple[Measures, int]], figure: Callable[[Measures], Ratio]) -> Ratio:
    """Sum of the figure times allocation, over the sum of allocation."""
    total = Fraction(0)
    allocation_cop = 0
    for measures, cop in weighed:
        ratio = figure(measures)
        if ratio.denominator:
            total += Fraction(ratio.numerator * cop, ratio.denominator)
            allocation_cop += cop
    return Ratio(total, allocation_cop)


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _value_by_light(members: Iterable[Member]) -> Counter[Light]:
    values: Counter[Light] = Counter()
    for member in members:
        values[member.project.light] += member.allocation_cop
    return values


def _committed_late(members: Iterable[Member]) -> int:
    """*Comprometido y atrasado*: what red projects have committed of their allocation."""
    red = (member for member in members if member.project.light is Light.RED)
    return sum(max(0, member.allocation_cop - member.uncommitted_cop) for member in red)


def _uncommitted(members: Iterable[Member], light: Light) -> int:
    return sum(member.uncommitted_cop for member in members if member.project.light is light)


def _group_light(
    counted: Sequence[Member], lights: Counter[Light], values: Counter[Light], thresholds: Thresholds
) -> Light:
    """Light of a group over the value of its red, yellow, green and closed projects."""
    if not any(member.project.has_plan for member in counted):
        return Light.NO_PLAN if lights[Light.NO_PLAN] else Light.REGISTERING
    value = sum(values[light] for light in VALUED)
    if value == 0:
        return Light.NOT_DUE
    number = sum(lights[light] for light in VALUED)
    limit = thresholds.organism_red_percent
    if 100 * values[Light.RED] >= limit * value or 100 * lights[Light.RED] >= limit * number:
        return Light.RED
    good = values[Light.GREEN] + values[Light.CLOSED]
    return Light.GREEN if 100 * good >= thresholds.organism_green_percent * value else Light.YELLOW


def worst_first(groups: Iterable[GroupAssessment]) -> list[GroupAssessment]:
    """Order of every ranking: no plan past the deadline, then value at risk, then deviation."""

    def key(group: GroupAssessment) -> tuple[bool, int, float, str]:
        points = group.deviation_points
        return group.light is not Light.NO_PLAN, -group.value_at_risk_cop, 0.0 if points is None else points, group.code

    return sorted(groups, key=key)


def territory_members(projects: Iterable[ProjectAssessment]) -> dict[str, list[Member]]:
    """The projects of each territory, each with its split money (rules 7); ``99`` where none is known."""
    found: dict[str, list[Member]] = {}
    for project in projects:
        for code, part in territory_parts(project).items():
            found.setdefault(code, []).append(Member.whole(part))
    return found
