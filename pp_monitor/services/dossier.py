"""Everything recorded of one project that is handed over as a file: baselines, dates, acts, documents, mails."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import case, or_, select

from pp_monitor.domain.plan import BaselineKind
from pp_monitor.extensions import db
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.mail import OutboxMessage
from pp_monitor.models.notice import FormalNotice
from pp_monitor.models.plan import BaselineRow, Registration
from pp_monitor.models.progress import Evidence
from pp_monitor.models.project import Project
from pp_monitor.services.evidence import Proof, proof_of
from pp_monitor.services.mail import ListedMessage, listed_messages
from pp_monitor.services.mail_read import SECRET_KINDS
from pp_monitor.services.progress_story import StoryRow, fact_story
from pp_monitor.services.project_change_read import ToldChange, project_changes
from pp_monitor.services.replanning_read import AskedRequest, project_requests
from pp_monitor.services.story_contract import contracting_entries
from pp_monitor.services.story_entry import StoryEntry, authored


@dataclass(frozen=True, slots=True)
class FrozenPlan:
    """A baseline of the project: its act and its document; ``receipt`` and ``sha256`` are those of its registration."""

    number: int
    kind: BaselineKind
    decided_on: date
    act: str
    cause: str
    justification: str
    receipt: int | None
    sha256: str
    author: str
    proof: Proof | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Dossier:
    """What had happened to a project by a cut-off and was recorded by an instant, the oldest first.

    ``dates`` are the records of its actual dates, ``contracting`` the acts on its contracts and processes, ``mails``
    those that name it, ``notices`` the *requerimientos* to its organism.
    """

    plans: tuple[FrozenPlan, ...]
    dates: tuple[StoryRow, ...]
    changes: tuple[ToldChange, ...]
    requests: tuple[AskedRequest, ...]
    contracting: tuple[StoryEntry, ...]
    mails: tuple[ListedMessage, ...]
    notices: tuple[FormalNotice, ...]


def project_dossier(
    vigencia: Vigencia, project_id: int, organism_code: str, cutoff: date, known_at: datetime
) -> Dossier:
    """What had happened to the project by ``cutoff`` and was recorded by ``known_at`` (UTC), in some twenty queries.

    Mails are those that were written by that instant.
    """
    project = db.session.get_one(Project, project_id)
    dates = (row for row in reversed(fact_story(project_id)) if row.stream == "actual")
    changes = reversed(project_changes(project_id))
    contracting = sorted(contracting_entries(project_id), key=lambda row: row.recorded_at)
    return Dossier(
        plans=_plans(project_id, cutoff, known_at),
        dates=tuple(row for row in dates if (row.day or cutoff) <= cutoff and row.recorded_at <= known_at),
        changes=tuple(row for row in changes if row.valid_from <= cutoff and row.recorded_at <= known_at),
        requests=_requests(project_id, cutoff, known_at),
        contracting=tuple(row for row in contracting if row.happened_on <= cutoff and row.recorded_at <= known_at),
        mails=_mails(vigencia, project, known_at),
        notices=_notices(vigencia, organism_code, cutoff, known_at),
    )


def _plans(project_id: int, cutoff: date, known_at: datetime) -> tuple[FrozenPlan, ...]:
    table = BaselineRow
    query = (
        select(table, Registration.number.label("receipt"), Registration.plan_sha256.label("sha256"), Evidence)
        .outerjoin(Registration, Registration.id == table.registration_id)
        .outerjoin(Evidence, Evidence.id == table.evidence_id)
        .where(table.project_id == project_id, table.recorded_at <= known_at)
        .where(or_(table.number == 0, table.decided_on <= cutoff))
        .order_by(table.number)
    )
    return tuple(
        FrozenPlan(
            number=row.BaselineRow.number,
            kind=BaselineKind(row.BaselineRow.kind),
            decided_on=row.BaselineRow.decided_on,
            act=row.BaselineRow.act,
            cause=row.BaselineRow.cause,
            justification=row.BaselineRow.justification,
            receipt=row.receipt,
            sha256=row.sha256 or "",
            author=row.author or "",
            proof=proof_of(row.Evidence),
            recorded_at=row.BaselineRow.recorded_at,
        )
        for row in authored(query, case((table.number == 0, Registration.user_id), else_=table.decided_by_id))
    )


def _requests(project_id: int, cutoff: date, known_at: datetime) -> tuple[AskedRequest, ...]:
    """The requests with the steps that were known, oldest first."""
    asked = reversed(project_requests(project_id))
    known = (
        replace(
            row,
            steps=tuple(s for s in row.steps if s.happened_on <= cutoff and s.recorded_at <= known_at),
        )
        for row in asked
    )
    return tuple(row for row in known if row.steps)


def _mails(vigencia: Vigencia, project: Project, known_at: datetime) -> tuple[ListedMessage, ...]:
    """The mails that name the project by its code or lead to it, none that holds a personal link; two queries."""
    table, words = OutboxMessage, (project.code, project.public_id)
    query = (
        select(table)
        .where(table.vigencia_id == vigencia.id, table.recorded_at <= known_at, table.kind.not_in(SECRET_KINDS))
        .where(or_(*(column.contains(word) for column in (table.subject, table.body_text) for word in words)))
        .order_by(table.id)
    )
    whole_word = re.compile("|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words))
    rows = [row for row in db.session.scalars(query) if whole_word.search(f"{row.subject}\n{row.body_text}")]
    return listed_messages(rows)


def _notices(vigencia: Vigencia, organism_code: str, cutoff: date, known_at: datetime) -> tuple[FormalNotice, ...]:
    table = FormalNotice
    query = (
        select(table)
        .join(Organism, Organism.id == table.organism_id)
        .where(table.vigencia_id == vigencia.id, Organism.code == organism_code)
        .where(table.sent_on <= cutoff, table.recorded_at <= known_at)
        .order_by(table.sent_on, table.id)
    )
    return tuple(db.session.scalars(query))
