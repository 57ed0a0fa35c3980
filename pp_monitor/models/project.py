"""Projects and what changes about them with time: each change is a dated, recorded row."""

from __future__ import annotations

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.project import ProjectState
from pp_monitor.domain.project_change import ChangeKind
from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Hash, Id, Instant, Name, one_of, to


class Project(Model):
    """A project of a vigencia; ``public_id`` is its stable name in addresses and open data.

    ``is_reserve`` marks a project whose budget lines are all of the *Reserva*.
    """

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("entity_id", "vigencia_id", "code"),
        UniqueConstraint("entity_id", "public_id"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id")
    public_id: Mapped[Code]
    code: Mapped[Code]
    bpin: Mapped[Code]
    is_reserve: Mapped[bool]
    entered_on: Mapped[date]
    recorded_at: Mapped[Instant]


class DatedProjectRow:
    """What every dated attribute of a project has; ``act`` names the document that orders it."""

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    project_id: Mapped[int] = to("project.id", index=True)
    valid_from: Mapped[date]
    act: Mapped[Name] = mapped_column(default="")
    recorded_at: Mapped[Instant]


class ProjectName(DatedProjectRow, Model):
    """The name of a project from a day on."""

    __tablename__ = "project_name"

    name: Mapped[Name]


class ProjectOrganism(DatedProjectRow, Model):
    """The organism that answers for a project from a day on."""

    __tablename__ = "project_organism"

    organism_id: Mapped[int] = to("organism.id")


class ProjectModality(DatedProjectRow, Model):
    """The modality of the main process from a day on; none while unknown."""

    __tablename__ = "project_modality"
    __table_args__ = (one_of("modality", Modality),)

    modality: Mapped[str | None] = mapped_column()


class ProjectTerritory(DatedProjectRow, Model):
    """The set of territories of a project from a day on; its shares are its own rows."""

    __tablename__ = "project_territory"


class ProjectTerritoryShare(Model):
    """One territory of a set, with the declared amount (COP), 0 where it is not declared."""

    __tablename__ = "project_territory_share"
    __table_args__ = (UniqueConstraint("project_territory_id", "territory_id"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    project_territory_id: Mapped[int] = to("project_territory.id")
    territory_id: Mapped[int] = to("territory.id")
    amount_cop: Mapped[int] = mapped_column(BigInteger)


class ProjectStateRow(DatedProjectRow, Model):
    """Active, suspended or withdrawn from a day on, by act."""

    __tablename__ = "project_state"
    __table_args__ = (one_of("state", ProjectState),)

    state: Mapped[Code]
    restart_expected_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(default="")


class ProjectAllocation(DatedProjectRow, Model):
    """The value of a project (COP) from a day on, from the list or by act."""

    __tablename__ = "project_allocation"
    __table_args__ = (CheckConstraint("amount_cop >= 0", name="amount_not_negative"),)

    amount_cop: Mapped[int] = mapped_column(BigInteger)


class ProjectBacking(DatedProjectRow, Model):
    """Whether a document (*reserva*, *vigencia futura*) backs a completion after the year."""

    __tablename__ = "project_backing"

    is_backed: Mapped[bool]


class ProjectChange(Model):
    """One change that an act ordered, with its author and reason; the dated rows of its instant hold the values.

    ``before`` and ``after`` say the change in words; ``destination`` is where the money of a withdrawn project goes.
    """

    __tablename__ = "project_change"
    __table_args__ = (one_of("kind", ChangeKind),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    project_id: Mapped[int] = to("project.id", index=True)
    kind: Mapped[Code]
    valid_from: Mapped[date]
    act: Mapped[Name]
    reason: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    destination: Mapped[str] = mapped_column(Text, default="")
    evidence_id: Mapped[int | None] = to("evidence.id")
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class OwnMilestone(Model):
    """A milestone of the project's own (P01 to P03): dated and followed, outside the figures."""

    __tablename__ = "own_milestone"
    __table_args__ = (
        UniqueConstraint("project_id", "code"),
        CheckConstraint("code IN ('P01', 'P02', 'P03')", name="code_range"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    project_id: Mapped[int] = to("project.id")
    code: Mapped[Code]
    name: Mapped[Name]
    recorded_at: Mapped[Instant]


class Load(Model):
    """One file taken in: what kind, from whom, when, and its hash (SHA-256)."""

    __tablename__ = "load"

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id", index=True)
    kind: Mapped[Code]
    filename: Mapped[Name]
    sha256: Mapped[Hash]
    rows: Mapped[int]
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class MoneySnapshotRow(Model):
    """The budget chain of a project at a budget cut-off (COP), as loaded from a file."""

    __tablename__ = "money_snapshot"

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    project_id: Mapped[int] = to("project.id", index=True)
    load_id: Mapped[int | None] = to("load.id")
    cutoff_on: Mapped[date]
    initial_cop: Mapped[int] = mapped_column(BigInteger)
    additions_cop: Mapped[int] = mapped_column(BigInteger)
    reductions_cop: Mapped[int] = mapped_column(BigInteger)
    transfers_cop: Mapped[int] = mapped_column(BigInteger)
    current_cop: Mapped[int] = mapped_column(BigInteger)
    cdp_cop: Mapped[int] = mapped_column(BigInteger)
    commitments_cop: Mapped[int] = mapped_column(BigInteger)
    obligations_cop: Mapped[int] = mapped_column(BigInteger)
    payments_cop: Mapped[int] = mapped_column(BigInteger)
    recorded_at: Mapped[Instant]


class Process(Model):
    """A contracting process; a project without one has an implicit process."""

    __tablename__ = "process"

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id", index=True)
    reference: Mapped[Name]
    secop_url: Mapped[Name]
    recorded_at: Mapped[Instant]


class ProjectProcess(DatedProjectRow, Model):
    """A process that serves a project, from a day on."""

    __tablename__ = "project_process"
    __table_args__ = (UniqueConstraint("project_id", "process_id"),)

    process_id: Mapped[int] = to("process.id")
    user_id: Mapped[int | None] = to("user_account.id")


class Attempt(Model):
    """One attempt of a process to select a contractor."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("process_id", "number"),
        CheckConstraint("number >= 1", name="number_positive"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    process_id: Mapped[int] = to("process.id")
    number: Mapped[int]
    opened_on: Mapped[date]
    recorded_at: Mapped[Instant]


class AttemptVoid(Model):
    """The act that declared an attempt *desierto*, or abandoned it; facts without attempt belong to the first one."""

    __tablename__ = "attempt_void"
    __table_args__ = (UniqueConstraint("attempt_id"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    attempt_id: Mapped[int] = to("attempt.id")
    valid_from: Mapped[date]
    act: Mapped[Name]
    cause: Mapped[str]
    evidence_id: Mapped[int | None] = to("evidence.id")
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class Contract(Model):
    """A contract; its number is free text, as the city writes it."""

    __tablename__ = "contract"

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id", index=True)
    process_id: Mapped[int | None] = to("process.id")
    number: Mapped[Name]
    secop_url: Mapped[Name]
    recorded_at: Mapped[Instant]


class ProjectContract(DatedProjectRow, Model):
    """A contract that serves a project from a day on, with the amount (COP) it puts there; the newest row counts.

    With ``is_linked`` false it serves the project no longer.
    """

    __tablename__ = "project_contract"
    __table_args__ = (CheckConstraint("amount_cop >= 0", name="amount_not_negative"),)

    contract_id: Mapped[int] = to("contract.id", index=True)
    amount_cop: Mapped[int] = mapped_column(BigInteger, default=0)
    is_linked: Mapped[bool] = mapped_column(default=True)
    evidence_id: Mapped[int | None] = to("evidence.id")
    user_id: Mapped[int | None] = to("user_account.id")
