"""What the page of a project's progress shows, and what its form says to the services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import url_for

from pp_monitor import access, labels
from pp_monitor.domain.cause import DelayCause, DependsOn, Explanation
from pp_monitor.domain.deviation import MilestoneResult, MilestoneState
from pp_monitor.domain.evidence import Document
from pp_monitor.domain.progress import FactStatus
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.domain.reporting import silent_since
from pp_monitor.domain.verification import Reporter
from pp_monitor.formatters import date_short
from pp_monitor.forms.progress import ReportForm
from pp_monitor.labels_progress import explanation_text, silent_text
from pp_monitor.services.contract_read import Uncounted, project_contracts, project_processes, uncounted
from pp_monitor.services.explanation import ExplanationEntry
from pp_monitor.services.progress import FactEntry
from pp_monitor.services.progress_story import StoryRow, fact_story
from pp_monitor.views.attachment import ProofLink, proof_link
from pp_monitor.views.reading import Reading

_LATE = (MilestoneState.OVERDUE, MilestoneState.MET_LATE, MilestoneState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """One applicable milestone with the dates that stand, what to look at, and the way to report."""

    code: str
    name: str
    planned: date | None
    actual: date | None
    forecast: date | None
    state: str
    state_word: str
    flags: list[str]
    explanation: str
    report_url: str
    return_url: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One record of a date, with what backs it."""

    row: StoryRow
    status: str
    contract: str
    proof: ProofLink | None
    annul_url: str
    return_url: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """Everything that the page shows beside its form; ``document`` names what backs the chosen milestone."""

    lines: list[MilestoneLine]
    history: list[HistoryLine]
    document: str
    is_late: bool


def build(reading: Reading, project: ProjectAssessment, form: ReportForm) -> ReportPage:
    """The page of one project as it stands today."""
    story = fact_story(project.id)
    contracts = project_contracts(project.id)
    ended = uncounted(project_processes(project.id), contracts, project.id)
    numbers = {row.id: row.number for row in contracts}
    judged = access.judged_sources(Reporter(reading.vigencia.reporter))
    ways = {row.id: _return_url(project, row) for row in story if row.may_be_returned and row.source in judged}
    found = results(project)
    chosen = next((row for row in found if row.code == form.milestone.data), None)
    return ReportPage(
        lines=_lines(reading, project, story, ended, ways),
        history=[_history(project, row, ended, numbers, ways) for row in story],
        document=_document(chosen),
        is_late=chosen is not None and chosen.state in _LATE,
    )


def results(project: ProjectAssessment) -> list[MilestoneResult]:
    """The milestones that apply, the project's own too."""
    rows = (*project.current.milestones, *project.own) if project.current else ()
    return [row for row in rows if row.is_applicable]


def _document(row: MilestoneResult | None) -> str:
    """What backs the date of a milestone, as an order."""
    if row is None or not row.milestone.document:
        return ""
    return f"Para {row.code} adjunte: {row.milestone.document}."


def _lines(
    reading: Reading,
    project: ProjectAssessment,
    story: tuple[StoryRow, ...],
    ended: Uncounted,
    ways: Mapping[int, str],
) -> list[MilestoneLine]:
    """The milestones with their dates: the record that counts, else the newest one that has not stopped counting."""
    counting = [
        row for row in story if row.is_standing and not ended.since(row.milestone_code, row.contract_id, row.attempt_id)
    ]
    standing = {(row.stream, row.milestone_code): row for row in reversed(counting)}
    chosen = {row.actual.fact.id for row in results(project) if row.actual}
    standing |= {("actual", row.milestone_code): row for row in counting if row.stream == "actual" and row.id in chosen}
    told, calendar = project.reports.explanations, reading.portfolio.frame.calendar
    return [
        _line(
            project, row, standing, told.get(row.code), silent_text(silent_since(row, project.reports, calendar)), ways
        )
        for row in results(project)
    ]


def _line(
    project: ProjectAssessment,
    row: MilestoneResult,
    standing: dict[tuple[str, str], StoryRow],
    told: Explanation | None,
    silent: str,
    ways: Mapping[int, str],
) -> MilestoneLine:
    state = labels.MILESTONE_STATE[row.state]
    actual, forecast = standing.get(("actual", row.code)), standing.get(("forecast", row.code))
    return MilestoneLine(
        code=row.code,
        name=row.milestone.name,
        planned=row.planned,
        actual=actual.day if actual else None,
        forecast=forecast.day if forecast else None,
        state=row.state,
        state_word=f"{state} · {silent}" if silent else state,
        flags=_flags(row, actual),
        explanation=explanation_text(told) if told else "",
        report_url=url_for("progress.report", public_id=project.public_id, hito=row.code, _anchor="reportar"),
        return_url=ways.get(actual.id, "") if actual else "",
    )


def _flags(row: MilestoneResult, actual: StoryRow | None) -> list[str]:
    """What to look at in the date that stands."""
    if actual is None:
        return []
    marks = {
        "sin soporte": actual.proof is None,
        "reportado tarde": row.is_reported_late,
        "registrado por Planeación": actual.is_by_planning,
        "verificado": actual.status is FactStatus.VERIFIED,
    }
    return [word for word, is_so in marks.items() if is_so]


def _return_url(project: ProjectAssessment, row: StoryRow) -> str:
    """Where an actual date is returned: by the record that was reported, which its verification names."""
    return url_for("progress.ask_return", public_id=project.public_id, fact_id=row.of_fact_id or row.id)


def _history(
    project: ProjectAssessment, row: StoryRow, ended: Uncounted, numbers: Mapping[int, str], ways: Mapping[int, str]
) -> HistoryLine:
    proof_url = url_for("progress.proof", public_id=project.public_id, fact_id=row.id)
    annul_url = url_for("progress.ask_annul", public_id=project.public_id, stream=row.stream, fact_id=row.id)
    is_ours = row.is_by_planning and row.status is FactStatus.REPORTED
    status = "Registrado por Planeación" if is_ours else labels.FACT_STATUS[row.status]
    since = ended.since(row.milestone_code, row.contract_id, row.attempt_id)
    return HistoryLine(
        row,
        f"{status} · no cuenta desde {date_short(since)}" if since else status,
        numbers.get(row.contract_id or 0, ""),
        proof_link(row.proof, proof_url) if row.stream == "actual" else None,
        annul_url if row.is_standing else "",
        ways.get(row.id, ""),
    )


def entry(project: ProjectAssessment, form: ReportForm, document: Document | None) -> FactEntry:
    """The dates of the form, with what backs them."""
    return FactEntry(
        project.id,
        form.milestone.data,
        form.actual.data,
        form.forecast.data,
        note=(form.note.data or "").strip(),
        contract_id=int(form.contract.data) if form.contract.data else None,
        url="" if document else form.url.data or "",
        document=document,
    )


def explanations(project: ProjectAssessment, form: ReportForm) -> list[ExplanationEntry]:
    """What the form says of a delay; what it leaves empty stays as it stood."""
    if not form.explains or form.cause.errors:
        return []
    cause, depends_on = form.cause.data, form.depends_on.data
    told = ExplanationEntry(
        project.id,
        form.milestone.data,
        DelayCause(cause) if cause in list(DelayCause) else None,
        form.cause_text.data or "",
        DependsOn(depends_on) if depends_on in list(DependsOn) else None,
        form.action.data or "",
        form.responsible.data or "",
        form.commitment_on.data,
        form.reply.data or "",
        is_partial=True,
    )
    return [told]
