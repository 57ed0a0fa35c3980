"""What the page of a project shows: the sentence, the cards, the three dates of each milestone, the story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import url_for

from pp_monitor import labels, timeline
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import COMPLETION, CONTRACT, Phase
from pp_monitor.domain.deviation import MilestoneResult, MilestoneState
from pp_monitor.domain.light import ReasonCode
from pp_monitor.domain.listing import Neighbours, phase_code
from pp_monitor.domain.part import territory_codes
from pp_monitor.domain.project import ProjectAssessment, ProjectState
from pp_monitor.domain.reporting import silent_since
from pp_monitor.formatters import (
    Column,
    date_short,
)
from pp_monitor.forms.project import ProjectQuery
from pp_monitor.labels_plan import REPLANNING_STEP
from pp_monitor.labels_progress import explanation_text, silent_text
from pp_monitor.reports.pdf import can_make_pdf
from pp_monitor.services.case_row import CaseRow
from pp_monitor.services.replanning_read import project_requests
from pp_monitor.services.story_entry import StoryEntry
from pp_monitor.views.alert_rows import AlertRow
from pp_monitor.views.alert_rows import row as alert_row
from pp_monitor.views.commitment_page import writes_commitments_of
from pp_monitor.views.figures import Card
from pp_monitor.views.glossary import How
from pp_monitor.views.plan_access import is_enlace_of
from pp_monitor.views.process_dependency_page import Waiting, waiting_of
from pp_monitor.views.procurement_page import days_text
from pp_monitor.views.project_cards import cards, light_how, met_text
from pp_monitor.views.project_facts import project_facts
from pp_monitor.views.project_story import StoryRow, request_url, story_rows
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import official_name, short_name, territories, territory_name


@dataclass(frozen=True, slots=True)
class Link:
    """Another page about this project, or about where it is."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Way:
    """The way from the list to this project and on to its neighbours."""

    list_url: str
    organism: str
    organism_url: str
    place: str
    previous_url: str
    next_url: str
    territories: list[Link]
    phase: Link


def way(reading: Reading, project: ProjectAssessment, query: ProjectQuery, place: Neighbours | None) -> Way:
    """The breadcrumb; neighbours are those of the list that the address names."""
    at_cutoff, phase = reading.cutoff.args, phase_code(project)
    args = {**query.args, **at_cutoff}

    def url(other: ProjectAssessment | None) -> str:
        return url_for("project.show", public_id=other.public_id, **args) if other else ""

    return Way(
        list_url=url_for("project.list_projects", **args),
        organism=short_name(reading.portfolio.names, project.organism_code),
        organism_url=url_for("dashboard.organism", code=project.organism_code, **at_cutoff),
        place=f"{place.position} de {place.total}" if place else "",
        previous_url=url(place.previous) if place else "",
        next_url=url(place.next) if place else "",
        territories=[
            Link(territory_name(reading.portfolio.names, code), url_for("territory.show", code=code, **at_cutoff))
            for code in territory_codes(project)
        ],
        phase=Link(labels.STANDING[phase], url_for("phase.show", code=phase, **at_cutoff)),
    )


def links(reading: Reading, project: ProjectAssessment) -> list[Link]:
    """What this person may do with the project besides reporting its progress."""
    found = []
    if project.has_plan and project.state is ProjectState.ACTIVE and is_enlace_of(project.organism_code):
        found.append(Link("Pedir reprogramación", url_for("replanning.ask", public_id=project.public_id)))
    found.append(Link("Contratos", url_for("contract.show", public_id=project.public_id)))
    if writes_commitments_of(project.organism_code):
        found.append(Link("Agregar compromiso", url_for("commitment.ask_new", proyecto=project.code)))
    found.append(Link("Cambios", url_for("project_edit.show", public_id=project.public_id)))
    if can_make_pdf():
        url = url_for("dossier.project_file", public_id=project.public_id, **reading.cutoff.args)
        found.append(Link("Ficha (PDF)", url))
    return found


def request_links(project: ProjectAssessment) -> list[Link]:
    """The requests for new dates of the project, the newest first, with where each stands."""
    return [
        Link(f"n.º {row.number}, {REPLANNING_STEP[row.state].lower()}", request_url(row.id))
        for row in project_requests(project.id)
    ]


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """One milestone with its three dates; days are working days, positive late, against B0 and the plan in force."""

    name: str
    baseline: date | None
    in_force: date | None
    actual: date | None
    computed: date | None
    declared: date | None
    days: int | None
    days_in_force: int | None
    state: str
    state_word: str
    marks: str
    track: timeline.Track


@dataclass(frozen=True, slots=True)
class PhaseRows:
    """The milestones of a phase, with how many are met."""

    title: str
    note: str
    rows: list[MilestoneRow]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the organism says of one overdue milestone."""

    milestone: str
    text: str
    told_on: date


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """Everything that the page shows."""

    name: str
    subtitle: str
    light: str
    light_word: str
    lead: str
    more: list[str]
    answers: list[Answer]
    waits: list[str]
    in_offices: str
    cards: list[Card]
    how: How
    columns: list[Column]
    phases: list[PhaseRows]
    has_own_plan: bool
    has_declared: bool
    axis: timeline.Axis | None
    facts: list[tuple[str, str]]
    story: list[StoryRow]
    cases: list[AlertRow]


def build(
    reading: Reading, project: ProjectAssessment, story: Sequence[StoryEntry], cases: Sequence[CaseRow]
) -> ProjectPage:
    """The page of one project at the cut-off of the reading."""
    names = reading.portfolio.names
    sentences = [labels.reason_sentence(reason, names.milestones) for reason in project.reasons]
    axis = _axis(reading, project)
    waits = waiting_of(reading, project)
    phases = _phases(project, axis, reading.portfolio.frame.calendar, waits) if axis else []
    rows = [row for phase in phases for row in phase.rows]
    own_plan = any(row.in_force != row.baseline for row in rows)
    declared = any(row.declared for row in rows)
    milestones = {**names.milestones, **{row.code: row.milestone.name for row in project.own}}
    return ProjectPage(
        name=project.name,
        subtitle=_subtitle(reading, project),
        light=project.light,
        light_word=labels.LIGHT[project.light],
        lead=sentences[0],
        more=[*sentences[1:], *_context(reading, project)],
        answers=_answers(reading, project),
        waits=waits.told if waits else [],
        in_offices=days_text(reading, project),
        cards=cards(project, cases),
        how=light_how(project),
        cases=[alert_row(case, reading) for case in cases],
        columns=_columns(axis, has_own_plan=own_plan, has_declared=declared) if axis else [],
        phases=phases,
        has_own_plan=own_plan,
        has_declared=declared,
        axis=axis,
        facts=project_facts(reading, project),
        story=story_rows(project, story, names, milestones),
    )


def _subtitle(reading: Reading, project: ProjectAssessment) -> str:
    names = reading.portfolio.names
    parts = [project.code, official_name(names, project.organism_code), territories(names, project)]
    if project.modality:
        parts.append(labels.MODALITY[project.modality])
    return " · ".join([*parts, f"corte al {date_short(reading.cutoff.day)}"])


def _context(reading: Reading, project: ProjectAssessment) -> list[str]:
    """Since when nothing was reported, and when the work would end if what is overdue were met today."""
    found = []
    if project.state is ProjectState.SUSPENDED and project.state_since:
        days = reading.portfolio.frame.calendar.workdays(project.state_since, reading.cutoff.day)
        found.append(f"Lleva {labels.days_text(days)} en suspensión.")
        if project.restart_expected:
            found.append(f"Reinicio previsto: {date_short(project.restart_expected)}.")
    if project.has_plan and project.reports.last_on:
        found.append(f"Último reporte: {date_short(project.reports.last_on)}.")
    elif project.has_plan:
        found.append("Sin reportes todavía.")
    forecast = project.forecasts.get(COMPLETION)
    if forecast and not any(reason.code in _TELL_THE_END for reason in project.reasons):
        found.append(f"Si lo vencido se cumpliera hoy, la ejecución terminaría el {date_short(forecast.day)}.")
    return found


def _answers(reading: Reading, project: ProjectAssessment) -> list[Answer]:
    names = reading.portfolio.names.milestones
    return [
        Answer(names.get(row.milestone_code, row.milestone_code), explanation_text(row), row.reported_on)
        for row in project.answers
    ]


_TELL_THE_END = (ReasonCode.PAST_YEAR, ReasonCode.PAST_YEAR_BACKED, ReasonCode.NEAR_YEAR_END)


def _axis(reading: Reading, project: ProjectAssessment) -> timeline.Axis | None:
    """One axis for all the rows; none without a plan."""
    if project.b0 is None or project.current is None:
        return None
    rows = [*project.b0.milestones, *project.current.milestones, *project.own]
    days = [day for row in rows for day in (row.planned, row.actual.day if row.actual else None)]
    days += [day for forecast in project.forecasts.values() for day in (forecast.computed, forecast.declared)]
    year_end = date(reading.portfolio.year, 12, 31)
    return timeline.axis(days, cutoff=reading.cutoff.day, year_end=year_end)


def _phases(
    project: ProjectAssessment, axis: timeline.Axis, calendar: WorkCalendar, waits: Waiting | None
) -> list[PhaseRows]:
    if project.b0 is None or project.current is None:
        return []
    pairs = list(zip(project.b0.milestones, project.current.milestones, strict=True))
    found = []
    for phase in Phase:
        mine = [(b0, now) for b0, now in pairs if now.milestone.phase is phase]
        applicable = [now for _, now in mine if now.is_applicable]
        rows = [
            _row(b0, now, project, axis, calendar, waits.mark if waits and waits.code == now.code else "")
            for b0, now in mine
        ]
        found.append(PhaseRows(labels.PHASE[phase], met_text(applicable), rows))
    if project.own:
        note = f"{met_text(project.own)}, fuera de las cifras"
        found.append(PhaseRows("Hitos propios", note, [_row(row, row, project, axis, calendar) for row in project.own]))
    return found


def _row(
    b0: MilestoneResult,
    now: MilestoneResult,
    project: ProjectAssessment,
    axis: timeline.Axis,
    calendar: WorkCalendar,
    waits: str = "",
) -> MilestoneRow:
    forecast = project.forecasts.get(now.code) if now.is_applicable else None
    actual = now.actual.day if now.actual else None
    silent = silent_text(silent_since(now, project.reports, calendar))
    computed, declared = (forecast.computed, forecast.declared) if forecast else (None, None)
    return MilestoneRow(
        name=now.milestone.name,
        baseline=b0.planned,
        in_force=now.planned,
        actual=actual,
        computed=computed,
        declared=declared,
        days=_days(b0),
        days_in_force=_days(now),
        state=now.state,
        state_word=" · ".join(part for part in (labels.MILESTONE_STATE[now.state], silent) if part),
        marks=", ".join(part for part in (_marks(b0, now, project), waits) if part),
        track=timeline.track(
            axis, baseline=b0.planned, in_force=now.planned, actual=actual, earliest=computed, declared=declared
        ),
    )


def _days(row: MilestoneResult) -> int | None:
    """Deviation of a met milestone, or the days that an unmet one is overdue."""
    if row.deviation_workdays is not None:
        return row.deviation_workdays
    return row.overdue_workdays or None if row.state is not MilestoneState.PASSED else None


def _marks(b0: MilestoneResult, row: MilestoneResult, project: ProjectAssessment) -> str:
    """What a reader has to know about a milestone: its other state, contracts that met it, why it does not apply."""
    found = []
    if row.is_applicable and b0.state is not row.state:
        found.append(f"{labels.MILESTONE_STATE[b0.state].lower()} frente a la línea base")
    count = project.contracts.get(row.code)
    if count and row.is_applicable and (count.met or row.code == CONTRACT):
        words = "contratos firmados" if row.code == CONTRACT else "contratos"
        found.append(f"{count.met} de {count.total} {words}")
    if row.is_met_before_registration:
        found.append("antes del registro")
    if row.actual and not row.actual.fact.has_evidence:
        found.append("sin soporte")
    if row.actual and row.actual.fact.is_by_planning:
        found.append("registrado por Planeación")
    if row.is_reported_late:
        found.append("reporte tardío")
    if row.reason:
        found.append(f"no aplica porque: «{row.reason}»")
    return ", ".join(found)


def _columns(axis: timeline.Axis, *, has_own_plan: bool, has_declared: bool) -> list[Column]:
    found = [Column("Hito", kind="nowrap"), Column("Línea base", numeric=True, how="baseline")]
    if has_own_plan:
        found.append(Column("Vigente", numeric=True, how="current"))
    found += [Column("Real", numeric=True), Column("Más temprana posible", numeric=True, how="forecast")]
    if has_declared:
        found.append(Column("Declarada", numeric=True))
    found.append(Column("Días hábiles", numeric=True, how="deviation_workdays"))
    if has_own_plan:
        found.append(Column("Días, plan vigente", numeric=True, how="overdue_workdays"))
    return [*found, Column("Estado", how="milestone_state"), Column("Línea de tiempo", kind="track")]
