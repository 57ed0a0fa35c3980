"""The changes of a project that acts ordered, as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from pp_monitor.domain.project_change import ChangeKind
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.progress import Evidence
from pp_monitor.models.project import Project, ProjectChange
from pp_monitor.services.evidence import Proof, proof_of


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One change: what it was and is, by which act, why, by whom; ``proof`` is the act, here or where it is kept."""

    id: int
    kind: ChangeKind
    valid_from: date
    act: str
    reason: str
    before: str
    after: str
    destination: str
    proof: Proof | None
    author: str
    recorded_at: datetime


def project_bpin(project_id: int) -> str:
    """The BPIN of a project as it is now; empty without one."""
    return db.session.get_one(Project, project_id).bpin


def project_changes(project_id: int) -> tuple[ToldChange, ...]:
    """The changes of a project, the newest first; one query."""
    query = (
        select(ProjectChange, User.label, Evidence)
        .outerjoin(User, User.id == ProjectChange.user_id)
        .outerjoin(Evidence, Evidence.id == ProjectChange.evidence_id)
        .where(ProjectChange.project_id == project_id)
        .order_by(ProjectChange.id.desc())
    )
    return tuple(
        ToldChange(
            row.id,
            ChangeKind(row.kind),
            row.valid_from,
            row.act,
            row.reason,
            row.before,
            row.after,
            row.destination,
            proof_of(evidence),
            label or "",
            row.recorded_at,
        )
        for row, label, evidence in db.session.execute(query)
    )
