"""What the file of one project tells, in words: plans, dates, acts, documents with their hash, mails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pp_monitor import access
from pp_monitor.access import Role
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.formatters import date_short, file_size, plural
from pp_monitor.labels import BASELINE_KIND, DELIVERY_STATE, FACT_STATUS, MAIL_KIND, PROJECT_CHANGE
from pp_monitor.labels_plan import REPLANNING_CAUSE, REPLANNING_STEP
from pp_monitor.models.notice import FormalNotice
from pp_monitor.services.dossier import Dossier, FrozenPlan
from pp_monitor.services.evidence import Proof
from pp_monitor.services.mail import ListedMessage
from pp_monitor.services.progress_story import StoryRow
from pp_monitor.services.project_change_read import ToldChange
from pp_monitor.services.replanning_read import AskedRequest
from pp_monitor.services.story_entry import StoryEntry
from pp_monitor.views import project_page
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import story_sentence

# Addresses of persons are for who follows the mails.
_SEES_ADDRESSES = (Role.PLANEACION, Role.CONTROL)


@dataclass(frozen=True, slots=True)
class ToldProof:
    """A document as the file tells it: what it is, and its hash or where it lies."""

    what: str
    sha256: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """One record: its day, what it says, who and when (UTC), and what backs it."""

    day: date
    what: str
    notes: tuple[str, ...]
    author: str
    recorded_at: datetime
    proof: ToldProof | None = None


@dataclass(frozen=True, slots=True)
class MailLine:
    """A mail that was sent: when (UTC), what it is, to whom and whether it arrived."""

    recorded_at: datetime
    kind: str
    subject: str
    to: str


@dataclass(frozen=True, slots=True)
class DossierPage:
    """Everything that the file shows beside the figures of the project's own page."""

    page: project_page.ProjectPage
    plans: list[Line]
    dates: list[Line]
    changes: list[Line]
    requests: list[Line]
    contracting: list[Line]
    mails: list[MailLine]
    notices: tuple[FormalNotice, ...]


def build(reading: Reading, project: ProjectAssessment, dossier: Dossier) -> DossierPage:
    """The file of one project at the cut-off of the reading; what it leaves to the page are its open cases."""
    names = reading.portfolio.names
    milestones = {**names.milestones, **{row.code: row.milestone.name for row in project.own}}
    return DossierPage(
        page=project_page.build(reading, project, (), ()),
        plans=[_plan(row) for row in dossier.plans],
        dates=[_date(row) for row in dossier.dates],
        changes=[_change(row) for row in dossier.changes],
        requests=[_request(row, milestones) for row in dossier.requests],
        contracting=[_act(row, story_sentence(row, names, milestones)) for row in dossier.contracting],
        mails=[_mail(row) for row in dossier.mails],
        notices=dossier.notices,
    )


def _proof(proof: Proof | None) -> ToldProof | None:
    """What backs something; its name, which may be that of a person, only for who may open it."""
    if proof is None:
        return None
    if not proof.is_kept:
        return ToldProof("Enlace", "", proof.url)
    name = proof.filename if access.has_role(*access.EVIDENCE_READERS) else "Documento"
    return ToldProof(f"{name}, {file_size(proof.size_bytes)}", proof.sha256, "")


def _plan(row: FrozenPlan) -> Line:
    what = f"B{row.number} · {BASELINE_KIND[row.kind]}"
    receipt = f"Constancia n.º {row.receipt}, huella SHA-256 {row.sha256}" if row.receipt else ""
    notes = (f"Acto: {row.act}" if row.act else "", row.cause, row.justification, receipt)
    return _line(row.decided_on, what, notes, row.author, row.recorded_at, row.proof)


def _date(row: StoryRow) -> Line:
    day = f" el {date_short(row.day)}" if row.day else ""
    what = f"{row.milestone}: {FACT_STATUS[row.status].lower()}{day}"
    before = f"Antes: {date_short(row.before)}" if row.before and row.before != row.day else ""
    return _line(row.reported_on, what, (before, row.cause, row.note), row.who, row.recorded_at, row.proof)


def _change(row: ToldChange) -> Line:
    moved = " → ".join(part for part in (row.before, row.after) if part)
    to = f"Destino: {row.destination}" if row.destination else ""
    notes = (moved, to, f"Acto: {row.act}" if row.act else "", row.reason)
    return _line(row.valid_from, PROJECT_CHANGE[row.kind], notes, row.author, row.recorded_at, row.proof)


def _request(row: AskedRequest, milestones: Mapping[str, str]) -> Line:
    what = f"Solicitud n.º {row.number}: {REPLANNING_STEP[row.state].lower()}"
    asked = "; ".join(
        f"{milestones.get(code, code)}: {date_short(row.in_force[code])} → {date_short(day)}"
        for code, day in row.wanted.items()
    )
    steps = (
        " · ".join(
            part
            for part in (
                f"{REPLANNING_STEP[step.step]} el {date_short(step.happened_on)}",
                step.author,
                f"acto: {step.act}" if step.act else "",
                step.reason,
            )
            if part
        )
        for step in row.steps
    )
    document = f"Documento: {row.document}" if row.document else ""
    notes = (f"Causa: {REPLANNING_CAUSE[row.cause]}", row.justification, row.past_reason, document, asked, *steps)
    return _line(row.requested_on, what, notes, row.requested_by, row.steps[0].recorded_at, row.proof)


def _act(row: StoryEntry, sentence: str) -> Line:
    return _line(row.happened_on, sentence, (row.note,), row.author, row.recorded_at, row.origin.proof)


def _line(
    day: date, what: str, notes: tuple[str, ...], author: str, recorded_at: datetime, proof: Proof | None
) -> Line:
    return Line(day, what, tuple(note for note in notes if note), author, recorded_at, _proof(proof))


def _mail(row: ListedMessage) -> MailLine:
    if access.has_role(*_SEES_ADDRESSES):
        to = ", ".join(f"{each.address} ({DELIVERY_STATE[each.state].lower()})" for each in row.recipients)
    else:
        to = plural(len(row.recipients), "destinatario", "destinatarios")
    return MailLine(row.recorded_at, MAIL_KIND.get(row.kind, row.kind), row.subject, to)
