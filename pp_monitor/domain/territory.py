"""Figures of each territory: its group, the phases of its projects and its part of the money (rules 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pp_monitor.domain.group import GroupAssessment, Member, assess_group, territory_members, worst_first
from pp_monitor.domain.listing import phase_code
from pp_monitor.domain.money import MoneyTotals, total_money
from pp_monitor.domain.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class TerritoryFigures:
    """A territory with at least one project that was not withdrawn.

    ``phases`` counts its projects by phase, ``closed`` and ``none`` (without plan); ``money`` (COP) is its part of
    commitments and payments, none without money data.
    """

    group: GroupAssessment
    phases: Mapping[str, int]
    money: MoneyTotals | None

    @property
    def code(self) -> str:
        """Code of the territory."""
        return self.group.code


def territory_figures(portfolio: Portfolio) -> tuple[TerritoryFigures, ...]:
    """Every territory with a project, worst first; a project of several counts in each, with its part of the money."""
    members = territory_members(portfolio.projects)
    groups = (assess_group(code, rows, portfolio.frame.thresholds) for code, rows in members.items())
    return tuple(_figures(group, members[group.code]) for group in worst_first(groups) if group.projects)


def whole_figures(portfolio: Portfolio) -> TerritoryFigures:
    """The same of all projects, each counted once."""
    return _figures(portfolio.city, [Member.whole(project) for project in portfolio.projects])


def _figures(group: GroupAssessment, members: list[Member]) -> TerritoryFigures:
    projects = [member.project for member in members if not member.project.is_withdrawn]
    return TerritoryFigures(
        group=group,
        phases=Counter(phase_code(project) for project in projects),
        money=total_money(project.snapshot for project in projects),
    )
