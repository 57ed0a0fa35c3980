"""What plans are reviewed against, and the reasons given for what stays doubtful; the newest record counts."""

from __future__ import annotations

from datetime import date

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.domain.plan_rule import Backing
from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Id, Instant, Name, to


class ShortestTermRow(Model):
    """The usual shortest term of a modality between two milestones, in working days.

    Legal only with ``confirmed_by`` and ``confirmed_on``: who in Contratación answers for norm and value.
    """

    __tablename__ = "shortest_term"
    __table_args__ = (
        CheckConstraint("workdays > 0", name="workdays_positive"),
        CheckConstraint("(confirmed_by = '') = (confirmed_on IS NULL)", name="confirmed_by_and_on"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    modality: Mapped[Code]
    from_code: Mapped[Code]
    to_code: Mapped[Code]
    workdays: Mapped[int]
    norm: Mapped[Name]
    confirmed_by: Mapped[Name] = mapped_column(default="")
    confirmed_on: Mapped[date | None]
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class RestrictionWindowRow(Model):
    """Days on which contracts of the listed modalities may not be signed, by a norm."""

    __tablename__ = "restriction_window"
    __table_args__ = (CheckConstraint("first_on <= last_on", name="days_order"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    norm: Mapped[Name]
    first_on: Mapped[date]
    last_on: Mapped[date]
    modalities: Mapped[list[str]] = mapped_column(JSON)
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class AmountBandRow(Model):
    """The amounts of a vigencia, in whole COP, up to which *mínima* and *menor cuantía* go."""

    __tablename__ = "amount_band"
    __table_args__ = (CheckConstraint("0 < least_cop AND least_cop <= minor_cop", name="bands_order"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    year: Mapped[int]
    least_cop: Mapped[int] = mapped_column(BigInteger)
    minor_cop: Mapped[int] = mapped_column(BigInteger)
    norm: Mapped[Name]
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class PlanJustification(Model):
    """Why an organism sends a plan with a group of doubts; ``backing`` and ``document`` where it must be paid later."""

    __tablename__ = "plan_justification"
    __table_args__ = (
        CheckConstraint(
            f"backing IN ('', {', '.join(repr(code.value) for code in Backing)})",
            name="backing_code",
        ),
        Index("ix_plan_justification_organism", "vigencia_id", "organism_id"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id")
    organism_id: Mapped[int] = to("organism.id")
    group_key: Mapped[Name]
    reason: Mapped[str] = mapped_column(Text)
    backing: Mapped[Code] = mapped_column(default="")
    document: Mapped[Name] = mapped_column(default="")
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]
