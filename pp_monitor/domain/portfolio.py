"""All projects of a vigencia assessed at one view: the one source of numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pp_monitor.domain.group import GroupAssessment, Member, assess_group, worst_first
from pp_monitor.domain.light import Light
from pp_monitor.domain.money import MoneySnapshot
from pp_monitor.domain.project import Frame, ProjectAssessment, ProjectHistory, assess_project


@dataclass(frozen=True, slots=True)
class OrganismLabel:
    """Official and short name of an organism."""

    code: str
    name: str
    short_name: str


@dataclass(frozen=True, slots=True)
class TerritoryLabel:
    """Code and name of a territory, as ``01`` and ``Comuna 1``."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a portfolio is shown with; milestones by code, in catalogue order."""

    entity: str
    organisms: Mapping[str, OrganismLabel]
    territories: Mapping[str, TerritoryLabel]
    milestones: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Portfolio:
    """Every figure at a view. ``organisms`` are worst first; ``projects`` by organism and code.

    Withdrawn projects are listed in ``projects`` and left out of every count.
    """

    frame: Frame
    names: Names
    is_demo: bool
    projects: tuple[ProjectAssessment, ...]
    organisms: tuple[GroupAssessment, ...]
    city: GroupAssessment
    budget_cutoff: date | None

    @property
    def year(self) -> int:
        """The vigencia."""
        return self.frame.year

    @property
    def cutoff(self) -> date:
        """The cut-off date ``C``."""
        return self.frame.view.cutoff

    def organism(self, code: str) -> GroupAssessment | None:
        """The assessment of the organism with this code, or none."""
        return next((group for group in self.organisms if group.code == code), None)

    def of_organism(self, code: str) -> tuple[ProjectAssessment, ...]:
        """The projects that belong to the organism at this view."""
        return tuple(project for project in self.projects if project.organism_code == code)


def assess(
    frame: Frame,
    histories: Iterable[ProjectHistory],
    names: Names,
    *,
    is_demo: bool,
    kept: Iterable[ProjectAssessment] = (),
) -> Portfolio:
    """Assess every project that belongs to the vigencia at the frame's view, and its groups.

    ``kept`` are projects assessed before with the same frame, of which nothing has been recorded since.
    """
    assessed = (assess_project(history, frame) for history in histories if history.is_in(frame.view))
    projects = sorted([*kept, *assessed], key=lambda project: (project.organism_code, project.code))
    members: dict[str, list[Member]] = {}
    for project in projects:
        members.setdefault(project.organism_code, []).append(Member.whole(project))
    groups = [assess_group(code, rows, frame.thresholds) for code, rows in members.items()]
    everyone = [member for rows in members.values() for member in rows]
    return Portfolio(
        frame=frame,
        names=names,
        is_demo=is_demo,
        projects=tuple(projects),
        organisms=tuple(worst_first(groups)),
        city=assess_group("city", everyone, frame.thresholds),
        budget_cutoff=newest_budget_cutoff(project.snapshot for project in projects),
    )


def narrow(portfolio: Portfolio, organism_codes: Collection[str]) -> Portfolio:
    """The same view of some organisms alone; ``city`` is then the group of their projects."""
    projects = tuple(project for project in portfolio.projects if project.organism_code in organism_codes)
    members = [Member.whole(project) for project in projects]
    return replace(
        portfolio,
        projects=projects,
        organisms=tuple(group for group in portfolio.organisms if group.code in organism_codes),
        city=assess_group("city", members, portfolio.frame.thresholds),
        budget_cutoff=newest_budget_cutoff(project.snapshot for project in projects),
    )


def group_of(portfolio: Portfolio, projects: Sequence[ProjectAssessment]) -> GroupAssessment:
    """The figures of some projects of ``portfolio`` together, as those of an organism (rules 7)."""
    if len(projects) == len(portfolio.projects):
        return portfolio.city
    return assess_group("list", [Member.whole(project) for project in projects], portfolio.frame.thresholds)


def first_deadline(projects: Iterable[ProjectAssessment]) -> date | None:
    """The earliest last day among the projects whose plan is to be registered; none when none has one."""
    awaited = (project.deadline for project in projects if project.owes_plan)
    return min((day for day in awaited if day), default=None)


def newest_budget_cutoff(snapshots: Iterable[MoneySnapshot | None]) -> date | None:
    """The newest budget cut-off among the snapshots in use, or none without money data."""
    return max((snapshot.cutoff for snapshot in snapshots if snapshot), default=None)


def projects_worst_first(projects: Sequence[ProjectAssessment]) -> list[ProjectAssessment]:
    """No plan past the deadline, then value at risk, then deviation (rules 7); withdrawn projects last."""

    def key(project: ProjectAssessment) -> tuple[bool, bool, int, float, str]:
        points = project.b0.deviation_points if project.b0 else None
        is_owed = project.light is Light.NO_PLAN
        return project.is_withdrawn, not is_owed, -project.value_at_risk_cop, points or 0.0, project.code

    return sorted(projects, key=key)
