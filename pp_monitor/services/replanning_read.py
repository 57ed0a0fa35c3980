"""Requests to move planned dates as people read them: what was asked, why, and each step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from pp_monitor.domain.errors import NotFoundError
from pp_monitor.domain.evidence import Document
from pp_monitor.domain.replanning import ReplanningCause, ReplanningStep
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.progress import Evidence
from pp_monitor.models.project import Project
from pp_monitor.models.replanning import ReplanningEvent, ReplanningLine, ReplanningRequest
from pp_monitor.models.submission import EvidenceContent
from pp_monitor.services.evidence import Proof, proof_of


@dataclass(frozen=True, slots=True)
class AskedStep:
    """One step of a request; ``act`` only of an approval."""

    step: ReplanningStep
    happened_on: date
    reason: str
    act: str
    author: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class AskedRequest:
    """A request with its steps, oldest first; ``wanted`` and ``in_force`` are dates by milestone code.

    ``in_force`` is what held when it was asked; ``proof`` is the link to its document, or the document kept here.
    """

    id: int
    project_id: int
    public_id: str
    project_code: str
    number: int
    baseline_number: int
    cause: ReplanningCause
    justification: str
    past_reason: str
    document: str
    proof: Proof | None
    requested_on: date
    requested_by: str
    in_force: dict[str, date]
    wanted: dict[str, date]
    steps: tuple[AskedStep, ...]

    @property
    def state(self) -> ReplanningStep:
        """Its newest step."""
        return self.steps[-1].step

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.state is ReplanningStep.REQUESTED


def list_requests(vigencia_id: int, project_ids: Collection[int] | None = None) -> tuple[AskedRequest, ...]:
    """The requests of a vigencia, or of some of its projects: those that wait first, then the newest; three queries."""
    found = _load(_requests().where(Project.vigencia_id == vigencia_id))
    kept = [row for row in found if project_ids is None or row.project_id in project_ids]
    return tuple(sorted(kept, key=lambda row: (not row.is_open, -row.id)))


def project_requests(project_id: int) -> tuple[AskedRequest, ...]:
    """The requests of one project, the newest first; three queries."""
    return tuple(reversed(_load(_requests().where(ReplanningRequest.project_id == project_id))))


def find_request(vigencia_id: int, request_id: int) -> AskedRequest:
    """One request; raise ``NotFoundError``."""
    found = _load(_requests().where(Project.vigencia_id == vigencia_id, ReplanningRequest.id == request_id))
    if not found:
        raise NotFoundError("Esa solicitud no existe.")
    return found[0]


def asked_document(project_id: int, sha256: str) -> Document | None:
    """The document with this hash that a request of the project came with, to be asked with again; none without one."""
    query = (
        select(Evidence.filename, EvidenceContent.content)
        .join(EvidenceContent, EvidenceContent.evidence_id == Evidence.id)
        .join(ReplanningRequest, ReplanningRequest.evidence_id == Evidence.id)
        .where(ReplanningRequest.project_id == project_id, Evidence.sha256 == sha256)
        .limit(1)
    )
    found = db.session.execute(query).first()
    return Document(found.filename, found.content) if found else None


def _requests() -> Select[Any]:
    return (
        select(ReplanningRequest, Project.public_id, Project.code, User.label, Evidence)
        .join(Project, Project.id == ReplanningRequest.project_id)
        .outerjoin(User, User.id == ReplanningRequest.user_id)
        .outerjoin(Evidence, Evidence.id == ReplanningRequest.evidence_id)
        .order_by(ReplanningRequest.id)
    )


def _load(query: Select[Any]) -> list[AskedRequest]:
    if not (rows := db.session.execute(query).all()):
        return []
    ids = [row[0].id for row in rows]
    lines: dict[int, list[ReplanningLine]] = defaultdict(list)
    for line in db.session.scalars(
        select(ReplanningLine).where(ReplanningLine.request_id.in_(ids)).order_by(ReplanningLine.milestone_code)
    ):
        lines[line.request_id].append(line)
    steps = _steps(ids)
    return [
        AskedRequest(
            id=request.id,
            project_id=request.project_id,
            public_id=public_id,
            project_code=code,
            number=request.number,
            baseline_number=request.baseline_number,
            cause=ReplanningCause(request.cause),
            justification=request.justification,
            past_reason=request.past_reason,
            document=request.document,
            proof=proof_of(evidence),
            requested_on=request.requested_on,
            requested_by=label or "",
            in_force={line.milestone_code: line.planned_on for line in lines[request.id]},
            wanted={line.milestone_code: line.wanted_on for line in lines[request.id]},
            steps=tuple(steps[request.id]),
        )
        for request, public_id, code, label, evidence in rows
    ]


def _steps(request_ids: list[int]) -> dict[int, list[AskedStep]]:
    found: dict[int, list[AskedStep]] = defaultdict(list)
    query = (
        select(ReplanningEvent, User.label)
        .outerjoin(User, User.id == ReplanningEvent.user_id)
        .where(ReplanningEvent.request_id.in_(request_ids))
        .order_by(ReplanningEvent.id)
    )
    for row, label in db.session.execute(query):
        step = ReplanningStep(row.step)
        found[row.request_id].append(
            AskedStep(step, row.happened_on, row.reason, row.act, label or "", row.recorded_at)
        )
    return found
