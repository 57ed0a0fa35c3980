"""What the page of an organism, and Inicio, say about organisms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from pp_monitor import labels
from pp_monitor.domain.agenda import upcoming
from pp_monitor.domain.decision import Decision, DecisionKind, answer_day, decisions
from pp_monitor.domain.group import GroupAssessment
from pp_monitor.domain.light import Light
from pp_monitor.domain.portfolio import first_deadline, projects_worst_first
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.formatters import Column, date_long, date_short, percent, plural, points
from pp_monitor.views import agenda_rows, alert_rows, figures, project_row
from pp_monitor.views.commitment_page import Line, lines_about
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import decision_lines, decision_title, official_name, short_name


@dataclass(frozen=True, slots=True)
class Ask:
    """One decision as a card."""

    title: str
    lines: list[str]
    url: str


def asks(reading: Reading, before: figures.Before | None) -> list[Ask]:
    """What has to be decided first, over what this person sees, by when where a report has asked it."""
    names, due = reading.portfolio.names, _answer_days(reading, before)
    return [
        Ask(
            decision_title(row, names),
            decision_lines(row, names, due.get((row.kind, row.organism_code)), reading.cutoff.today),
            _decision_url(row, reading),
        )
        for row in decisions(reading.portfolio)
    ]


def _answer_days(reading: Reading, before: figures.Before | None) -> dict[tuple[DecisionKind, str], date]:
    """By when each decision is to be made, as the closed report of the page asked it, or else the one before."""
    report, portfolio = reading.cutoff.report, reading.portfolio
    if report is None and before is None:
        return {}
    if report is not None:
        issued_on = report.issued_on
    else:
        assert before is not None
        issued_on, portfolio = before.issued_on, before.portfolio
    day = answer_day(issued_on, portfolio.frame.calendar)
    return {(row.kind, row.organism_code): day for row in decisions(portfolio)}


def _decision_url(decision: Decision, reading: Reading) -> str:
    """The rows of a decision: the one project, or the list of those of the organism with that light."""
    args = reading.cutoff.args
    if decision.kind is DecisionKind.APPROVE:
        return url_for("approval.inbox")
    if len(decision.projects) == 1:
        return url_for("project.show", public_id=decision.projects[0].public_id, **args)
    rows = {"organismo": decision.organism_code} | _ROWS[decision.kind]
    return url_for("project.list_projects", **rows | reading.list_args)


_ROWS: dict[DecisionKind, dict[str, Any]] = {
    DecisionKind.REGISTER: {"semaforo": Light.NO_PLAN},
    DecisionKind.UNBLOCK: {"semaforo": Light.RED},
    DecisionKind.PAST_YEAR: {"semaforo": Light.RED, "orden": "fin", "sentido": "desc"},
}


def home_title(reading: Reading) -> str:
    """Whose follow-up Inicio shows, at which cut-off."""
    day = date_long(reading.cutoff.day)
    codes = sorted(reading.organism_codes or ())
    if reading.is_city or len(codes) != 1:
        return f"Seguimiento con corte al {day}"
    return f"{short_name(reading.portfolio.names, codes[0])} con corte al {day}"


@dataclass(frozen=True, slots=True)
class OrganismPage:
    """Everything that the page of an organism shows."""

    code: str
    name: str
    short_name: str
    subtitle: str
    place: str
    group: GroupAssessment
    light: str
    light_word: str
    why: str
    asks: list[Ask]
    cards: list[figures.Card]
    projects: list[project_row.ProjectRow]
    columns: list[Column]
    agenda: list[agenda_rows.PhaseLine]
    alerts: list[figures.LevelCount]
    cases: list[alert_rows.AlertRow]
    list_url: str
    commitments: list[Line]
    commitments_url: str


def build(reading: Reading, group: GroupAssessment) -> OrganismPage:
    """The page of one organism, out of its own projects alone."""
    names = reading.portfolio.names
    own = reading.of_organism(group.code)
    projects = projects_worst_first(own.portfolio.projects)
    calendar = own.portfolio.frame.calendar
    before = figures.Before.of(own)
    levels, cases = alert_rows.gravest(reading, {group.code})
    return OrganismPage(
        code=group.code,
        name=official_name(names, group.code),
        short_name=short_name(names, group.code),
        subtitle=figures.subtitle(own),
        place=_place(reading, group),
        group=group,
        light=group.light,
        light_word=labels.LIGHT[group.light],
        why=why(group, reading.portfolio.of_organism(group.code)),
        asks=asks(own, before),
        cards=figures.city_cards(own, before),
        projects=project_row.project_rows(reading, projects, project_row.OF_ORGANISM, organismo=group.code),
        columns=project_row.columns(project_row.OF_ORGANISM),
        agenda=agenda_rows.phases(upcoming(projects, own.portfolio.cutoff, calendar), own),
        alerts=figures.alert_counts(levels, organismo=group.code),
        cases=cases,
        list_url=url_for("project.list_projects", organismo=group.code, **reading.cutoff.args),
        commitments=lines_about(own, organism=group.code),
        commitments_url=url_for("commitment.list_all", organismo=group.code),
    )


def _place(reading: Reading, group: GroupAssessment) -> str:
    """Its place in the ranking, told only to who sees the ranking."""
    if not reading.is_city:
        return ""
    codes = [row.code for row in reading.portfolio.organisms]
    return f"Puesto {codes.index(group.code) + 1} de {len(codes)}, del más atrasado al menos"


def why(group: GroupAssessment, own: Sequence[ProjectAssessment]) -> str:
    """The light of a group in one sentence; ``own`` are its projects."""
    projects = plural(group.projects, "proyecto", "proyectos")
    deadline = first_deadline(own)
    if group.light is Light.NO_PLAN:
        late = group.count(Light.NO_PLAN)
        whose = "" if late == group.projects else f" de {late}"
        return (
            f"Ninguno de sus proyectos ({projects}) tiene plan registrado y el plazo{whose} venció el "
            f"{date_short(deadline)}."
        )
    if group.light is Light.REGISTERING:
        until = f" hasta el {date_short(deadline)}" if deadline else ""
        return f"Sus planes ({projects}) se registran{until}."
    late, warned = group.count(Light.RED), group.count(Light.YELLOW)
    good = group.count(Light.GREEN) + group.count(Light.CLOSED)
    missing = f"; {unplanned} sin plan" if (unplanned := group.count(Light.NO_PLAN)) else ""
    red = plural(late, "atrasado", "atrasados")
    return f"De {projects}: {red}, {warned} en alerta, {good} a tiempo o cerrados{missing}. {_progress(group)}"


def _progress(group: GroupAssessment) -> str:
    if group.deviation_points is None:
        return ""
    actual, planned = percent(group.actual_progress.value), percent(group.planned_progress.value)
    return f"El avance real es {actual} y el programado {planned}: {points(group.deviation_points)} puntos."
