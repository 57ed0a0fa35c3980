"""Plans on their way to B0: what an organism sent, frozen as it was sent."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Hash, Id, Instant, Name, one_of, to
from pp_monitor.models.plan import RegistrationKind


class PlanSubmission(Model):
    """What an enlace sent to its head; its steps are the ``registration_event`` rows that name it.

    ``number`` counts by vigencia, ``left_out`` gives a reason by project code, ``doubts`` are the groups of doubts as
    they were sent, each with its reason.
    """

    __tablename__ = "plan_submission"
    __table_args__ = (UniqueConstraint("vigencia_id", "number"), one_of("kind", RegistrationKind))

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id")
    organism_id: Mapped[int] = to("organism.id")
    number: Mapped[int]
    kind: Mapped[Code]
    act: Mapped[Name]
    left_out: Mapped[dict[str, Any]] = mapped_column(JSON)
    doubts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    plan_sha256: Mapped[Hash]
    sent_on: Mapped[date]
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class PlanSubmissionProject(Model):
    """The plan of one project as it was sent: canonical lines and the modality that it was judged by."""

    __tablename__ = "plan_submission_project"
    __table_args__ = (UniqueConstraint("submission_id", "project_id"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    submission_id: Mapped[int] = to("plan_submission.id")
    project_id: Mapped[int] = to("project.id", index=True)
    modality: Mapped[Code]
    plan_text: Mapped[str] = mapped_column(Text)
    plan_sha256: Mapped[Hash]


class PlanSubmissionSeat(Model):
    """A project that is in approval now, once at most: the row goes when it is returned or registered."""

    __tablename__ = "plan_submission_seat"
    __table_args__ = (UniqueConstraint("project_id"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    project_id: Mapped[int] = to("project.id")
    submission_id: Mapped[int] = to("plan_submission.id")


class EvidenceContent(Model):
    """The bytes of a document that was handed in."""

    __tablename__ = "evidence_content"
    __table_args__ = (UniqueConstraint("evidence_id"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    evidence_id: Mapped[int] = to("evidence.id")
    content: Mapped[bytes] = mapped_column(LargeBinary)
