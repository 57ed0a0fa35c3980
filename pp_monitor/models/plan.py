"""Plans: drafts that people edit, registrations and the baselines they freeze."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.domain.plan import BaselineKind
from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Hash, Id, Instant, MaybeInstant, Name, one_of, to


class PlanDraft(Model):
    """The draft of one project's plan; it belongs to the organism. ``version`` counts how often it was saved.

    ``left_out_reason`` says why the project stays without dates for now; none when it does not.
    """

    __tablename__ = "plan_draft"
    __table_args__ = (UniqueConstraint("project_id"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    project_id: Mapped[int] = to("project.id")
    version: Mapped[int] = mapped_column()
    user_id: Mapped[int | None] = to("user_account.id")
    saved_at: Mapped[Instant]
    left_out_reason: Mapped[str | None] = mapped_column(Text)


class PlanDraftLine(Model):
    """What was typed for one milestone, kept as typed so that nothing is lost; ``own_name`` names a P01 to P03.

    ``reason`` says why a milestone that the modality needs does not apply.
    """

    __tablename__ = "plan_draft_line"
    __table_args__ = (UniqueConstraint("draft_id", "milestone_code"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    draft_id: Mapped[int] = to("plan_draft.id")
    milestone_code: Mapped[Code]
    typed: Mapped[str] = mapped_column(String(60))
    is_not_applicable: Mapped[bool]
    typed_actual: Mapped[str] = mapped_column(String(60), default="")
    own_name: Mapped[Name] = mapped_column(default="")
    reason: Mapped[str | None] = mapped_column(Text)


class RegistrationKind(StrEnum):
    """The principal batch of an organism, or a supplementary one for what entered later."""

    PRINCIPAL = "principal"
    SUPPLEMENTARY = "supplementary"


class Registration(Model):
    """A batch in which an organism registers plans once; ``declared_on`` is the day of its act.

    ``number`` counts by vigencia and is the receipt's; ``plan_sha256`` is the hash of what was registered.
    """

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("vigencia_id", "number"),
        one_of("kind", RegistrationKind),
        Index(
            "uq_registration_principal",
            "vigencia_id",
            "organism_id",
            unique=True,
            sqlite_where=text("kind = 'principal'"),
            postgresql_where=text("kind = 'principal'"),
        ),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id")
    organism_id: Mapped[int] = to("organism.id")
    number: Mapped[int]
    kind: Mapped[Code]
    act: Mapped[Name]
    declared_on: Mapped[date]
    plan_sha256: Mapped[Hash]
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class RegistrationStep(StrEnum):
    """Steps of a registration, each an event; ``LEFT``: the project was withdrawn, transferred or else registered."""

    SENT = "sent"
    APPROVED = "approved"
    RETURNED = "returned"
    COMMENTED = "commented"
    RECALLED = "recalled"
    LEFT = "left"
    REGISTERED = "registered"


class RegistrationEvent(Model):
    """One step of a project's registration, with who, when and why.

    An approval with evidence was handed in by ``user_id``, signed by ``signed_by``. A registration without a person
    followed from silence.
    """

    __tablename__ = "registration_event"
    __table_args__ = (one_of("step", RegistrationStep),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    project_id: Mapped[int] = to("project.id", index=True)
    registration_id: Mapped[int | None] = to("registration.id")
    submission_id: Mapped[int | None] = to("plan_submission.id", index=True)
    evidence_id: Mapped[int | None] = to("evidence.id")
    step: Mapped[Code]
    happened_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text, default="")
    signed_by: Mapped[str | None] = mapped_column(String(200))
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class BaselineRow(Model):
    """A frozen plan of a project: number 0 is B0, the yardstick; never altered."""

    __tablename__ = "baseline"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint("number >= 0", name="number_not_negative"),
        CheckConstraint("(number = 0) = (kind = 'registration')", name="first_is_registration"),
        one_of("kind", BaselineKind),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    project_id: Mapped[int] = to("project.id")
    registration_id: Mapped[int | None] = to("registration.id")
    number: Mapped[int]
    kind: Mapped[Code]
    decided_on: Mapped[date]
    act: Mapped[Name]
    cause: Mapped[Name] = mapped_column(default="")
    justification: Mapped[str] = mapped_column(Text, default="")
    evidence_id: Mapped[int | None] = to("evidence.id")
    requested_by_id: Mapped[int | None] = to("user_account.id")
    requested_at: Mapped[MaybeInstant]
    decided_by_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class BaselineLine(Model):
    """The planned date of one milestone in a baseline, or that it does not apply, for a ``reason`` if one was asked."""

    __tablename__ = "baseline_line"
    __table_args__ = (
        UniqueConstraint("baseline_id", "milestone_code"),
        CheckConstraint("(planned_on IS NULL) = is_not_applicable", name="date_or_not_applicable"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    baseline_id: Mapped[int] = to("baseline.id")
    milestone_code: Mapped[Code]
    planned_on: Mapped[date | None]
    is_not_applicable: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text)
