"""The page of a part of the portfolio, a territory or a phase, in the words of the page of an organism."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from pp_monitor.domain.account import Role
from pp_monitor.domain.agenda import upcoming
from pp_monitor.domain.portfolio import projects_worst_first
from pp_monitor.formatters import Column
from pp_monitor.services.alert_read import CaseQuery
from pp_monitor.services.role import Holder, holders
from pp_monitor.views import agenda_rows, alert_rows, figures, organism_page, project_row
from pp_monitor.views.commitment_page import Line, lines_about
from pp_monitor.views.reading import Reading

FEW, MOST = 12, 25


@dataclass(frozen=True, slots=True)
class ResponsibleRow:
    """An organism with projects here, and who answers for it today; names joined, empty where nobody does."""

    row: figures.GroupRow
    head: str
    enlace: str


@dataclass(frozen=True, slots=True)
class PartPage:
    """What such a page shows, whatever it is about; no case of today at a closed cut-off.

    ``unlisted`` counts the projects that are left out, ``more`` the milestones to come.
    """

    subtitle: str
    why: str
    cards: list[figures.Card]
    projects: list[project_row.ProjectRow]
    columns: list[Column]
    unlisted: int
    list_url: str
    responsible: list[ResponsibleRow]
    agenda: list[agenda_rows.AgendaRow]
    more: int
    cases: list[alert_rows.AlertRow]
    commitments: list[Line]


def build(own: Reading, before: figures.Before | None) -> PartPage:
    """The page of the projects that a reading was narrowed to."""
    portfolio = own.portfolio
    projects = projects_worst_first(portfolio.projects)
    coming = upcoming(projects, portfolio.cutoff, portfolio.frame.calendar)
    ids = {project.id for project in projects}
    asked = CaseQuery(is_about=lambda key: key.project_id in ids)
    cases = [] if own.cutoff.report else alert_rows.gravest(own, own.organism_codes, asked)[1]
    return PartPage(
        subtitle=figures.subtitle(own),
        why=organism_page.why(portfolio.city, projects) if portfolio.city.projects else "",
        cards=figures.city_cards(own, before),
        projects=project_row.project_rows(own, projects[:MOST], **own.list_args),
        columns=project_row.columns(),
        unlisted=max(0, len(projects) - MOST),
        list_url=url_for("project.list_projects", **own.list_args),
        responsible=_responsible(own),
        agenda=agenda_rows.rows(coming[:FEW], own),
        more=max(0, len(coming) - FEW),
        cases=cases,
        commitments=lines_about(own, project_ids=ids),
    )


def _responsible(own: Reading) -> list[ResponsibleRow]:
    people = holders(own.vigencia.entity_id, own.cutoff.today)
    return [
        ResponsibleRow(row, _names(people, row.code, Role.ORDENADOR), _names(people, row.code, Role.ENLACE))
        for row in figures.organism_rows(own)
    ]


def _names(people: Iterable[Holder], organism_code: str, role: Role) -> str:
    found = [person.label for person in people if person.role is role and person.organism_code == organism_code]
    return ", ".join(found)
