"""Figures of some projects of a portfolio alone: those of a territory, or that stand in a phase."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pp_monitor.domain.group import GroupAssessment, Member, assess_group, worst_first
from pp_monitor.domain.listing import ProjectFilter
from pp_monitor.domain.part import territory_parts
from pp_monitor.domain.portfolio import Portfolio, newest_budget_cutoff
from pp_monitor.domain.project import ProjectAssessment


def narrow_to(portfolio: Portfolio, chosen: ProjectFilter) -> Portfolio:
    """The same view of the projects that ``chosen`` admits; ``city`` is then their group, ``organisms`` their part.

    Of a territory, a project counts with the part of its money that falls to it.
    """
    projects = tuple(_part(project, chosen.territory) for project in portfolio.projects if chosen.admits(project))
    members: dict[str, list[Member]] = {}
    for project in projects:
        members.setdefault(project.organism_code, []).append(Member.whole(project))
    limits = portfolio.frame.thresholds
    return replace(
        portfolio,
        projects=projects,
        organisms=tuple(worst_first(assess_group(code, rows, limits) for code, rows in members.items())),
        city=assess_group("city", [member for rows in members.values() for member in rows], limits),
        budget_cutoff=newest_budget_cutoff(project.snapshot for project in projects),
    )


def group_in(portfolio: Portfolio, projects: Iterable[ProjectAssessment], territory: str) -> GroupAssessment:
    """The figures of some projects of a territory together, each with the part of its money that falls to it."""
    parts = [Member.whole(_part(project, territory)) for project in projects]
    return assess_group(territory, parts, portfolio.frame.thresholds)


def _part(project: ProjectAssessment, territory: str) -> ProjectAssessment:
    return territory_parts(project)[territory] if territory else project
