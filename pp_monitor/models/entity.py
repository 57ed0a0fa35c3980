"""The city, its organisms and territories, and the vigencias it follows."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.domain.plan_schedule import TermKind
from pp_monitor.domain.verification import Reporter
from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Id, Instant, Name, one_of, to


class Entity(Model):
    """A city. ``demo_today`` is the date at which a demonstration stands, none with real data."""

    __tablename__ = "entity"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[Id]
    code: Mapped[Code]
    name: Mapped[Name]
    demo_today: Mapped[date | None]


class Organism(Model):
    """An organism of the city; its names are dated rows, its code never changes."""

    __tablename__ = "organism"
    __table_args__ = (UniqueConstraint("entity_id", "code"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    code: Mapped[Code]


class OrganismName(Model):
    """The official and the short name of an organism from a day on."""

    __tablename__ = "organism_name"

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    organism_id: Mapped[int] = to("organism.id", index=True)
    name: Mapped[Name]
    short_name: Mapped[Name]
    valid_from: Mapped[date]
    recorded_at: Mapped[Instant]


class TerritoryKind(StrEnum):
    """What a territory is."""

    COMUNA = "comuna"
    CORREGIMIENTO = "corregimiento"
    CITY = "city"
    UNKNOWN = "unknown"


class Territory(Model):
    """A comuna, a corregimiento, the whole city or none identified."""

    __tablename__ = "territory"
    __table_args__ = (UniqueConstraint("entity_id", "code"), one_of("kind", TerritoryKind))

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    code: Mapped[Code]
    name: Mapped[Name]
    kind: Mapped[Code]


class CatalogueVersion(Model):
    """A version of the milestone catalogue; a vigencia freezes the one it opened with."""

    __tablename__ = "catalogue_version"
    __table_args__ = (UniqueConstraint("entity_id", "number"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    number: Mapped[int]
    recorded_at: Mapped[Instant]


class CatalogueMilestoneRow(Model):
    """One milestone of a catalogue version; ``not_for`` lists modality codes.

    ``evidence_name`` is the document that backs its date, ``evidence_type`` its type in open data.
    """

    __tablename__ = "catalogue_milestone"
    __table_args__ = (
        UniqueConstraint("version_id", "code"),
        UniqueConstraint("version_id", "position"),
        CheckConstraint("weight BETWEEN 0 AND 100", name="weight_range"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    version_id: Mapped[int] = to("catalogue_version.id")
    code: Mapped[Code]
    name: Mapped[Name]
    phase: Mapped[Code]
    weight: Mapped[int]
    is_compulsory: Mapped[bool]
    position: Mapped[int]
    not_for: Mapped[list[str]] = mapped_column(JSON)
    evidence_name: Mapped[Name] = mapped_column(default="")
    evidence_type: Mapped[Code] = mapped_column(default="")


class ModalityTermRow(Model):
    """How many working days after the previous milestone that applies one of a modality comes, by catalogue version."""

    __tablename__ = "modality_term"
    __table_args__ = (
        UniqueConstraint("version_id", "modality", "milestone_code", "kind"),
        CheckConstraint("workdays >= 0", name="workdays_not_negative"),
        one_of("kind", TermKind),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    version_id: Mapped[int] = to("catalogue_version.id")
    modality: Mapped[Code]
    milestone_code: Mapped[Code]
    kind: Mapped[Code]
    workdays: Mapped[int]


class Vigencia(Model):
    """A fiscal year that is followed.

    ``opened_on`` is its recorded opening, before which no report is caught up;
    reports go out from the month of ``follow_from`` to that of ``follow_until``.
    ``last_recorded_at`` is the instant of its newest fact: writers and closings take
    this row's lock, so that instants never go backwards. ``reporter`` reports what happened, the other side verifies.
    """

    __tablename__ = "vigencia"
    __table_args__ = (
        UniqueConstraint("entity_id", "year"),
        CheckConstraint("year BETWEEN 2015 AND 2059", name="year_range"),
        CheckConstraint("follow_from <= follow_until", name="follow_order"),
        one_of("reporter", Reporter),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    year: Mapped[int]
    opened_on: Mapped[date]
    recorded_at: Mapped[Instant]
    catalogue_version_id: Mapped[int] = to("catalogue_version.id")
    follow_from: Mapped[date]
    follow_until: Mapped[date]
    is_demo: Mapped[bool]
    last_recorded_at: Mapped[Instant]
    reporter: Mapped[Code] = mapped_column(default=Reporter.ORGANISM)


class Deadline(Model):
    """Deadline of registration of a vigencia, of one organism by extension, or of one project that entered later.

    The newest record of each counts.
    """

    __tablename__ = "deadline"

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id", index=True)
    organism_id: Mapped[int | None] = to("organism.id")
    project_id: Mapped[int | None] = to("project.id")
    deadline_on: Mapped[date | None]
    reason: Mapped[str]
    recorded_at: Mapped[Instant]


class ThresholdSet(Model):
    """Thresholds that hold from a day on; ``values`` are the fields of ``domain.threshold.Thresholds``."""

    __tablename__ = "threshold_set"

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id", index=True)
    values: Mapped[dict[str, int]] = mapped_column(JSON)
    valid_from: Mapped[date]
    recorded_at: Mapped[Instant]


class LocalDay(Model):
    """A local non-working day by act, or its revocation; the newest record of each day counts."""

    __tablename__ = "local_day"

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    day: Mapped[date]
    is_non_working: Mapped[bool]
    name: Mapped[Name]
    act: Mapped[Name]
    recorded_at: Mapped[Instant]
