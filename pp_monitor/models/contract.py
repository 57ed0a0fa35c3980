"""What happens to contracts and processes: each row is added once and never altered."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.domain.contract import ProcessAct
from pp_monitor.domain.procurement import FileStep, Office
from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Id, Instant, Name, one_of, to


class ContractGuarantee(Model):
    """The day on which the guarantees of a contract were approved, by the act that says so; the newest row counts.

    ``approved_on`` is none where an approval was recorded by mistake and is taken back.
    """

    __tablename__ = "contract_guarantee"

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    contract_id: Mapped[int] = to("contract.id", index=True)
    approved_on: Mapped[date | None]
    act: Mapped[Name] = mapped_column(default="")
    evidence_id: Mapped[int | None] = to("evidence.id")
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class ProcessEvent(Model):
    """A process suspended, restarted or abandoned from a day on by an act; the newest row says how it stands."""

    __tablename__ = "process_event"
    __table_args__ = (one_of("kind", ProcessAct),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    process_id: Mapped[int] = to("process.id", index=True)
    kind: Mapped[Code]
    valid_from: Mapped[date]
    act: Mapped[Name]
    reason: Mapped[str] = mapped_column(Text)
    restart_expected_on: Mapped[date | None]
    evidence_id: Mapped[int | None] = to("evidence.id")
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class ContractingCorrection(Model):
    """The number and the address of a process or of a contract, as they were and as they were corrected on a day.

    The process or the contract itself has the corrected ones.
    """

    __tablename__ = "contracting_correction"
    __table_args__ = (CheckConstraint("(process_id IS NULL) <> (contract_id IS NULL)", name="one_object"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    process_id: Mapped[int | None] = to("process.id", index=True)
    contract_id: Mapped[int | None] = to("contract.id", index=True)
    number_before: Mapped[Name]
    url_before: Mapped[Name]
    number: Mapped[Name]
    url: Mapped[Name]
    corrected_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class ProcessDependency(Model):
    """A process waits for another from a day on, or with ``is_standing`` false no longer; the newest row counts."""

    __tablename__ = "process_dependency"
    __table_args__ = (CheckConstraint("process_id <> needs_id", name="of_another"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    process_id: Mapped[int] = to("process.id", index=True)
    needs_id: Mapped[int] = to("process.id")
    valid_from: Mapped[date]
    is_standing: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class ProcurementStep(Model):
    """A step of the file of a process, or of a project where the process has no number yet, in an office.

    A row with ``annuls_id`` takes another back, with the reason in ``note``; it repeats what that one told.
    """

    __tablename__ = "procurement_step"
    __table_args__ = (
        one_of("office", Office),
        one_of("step", FileStep),
        CheckConstraint("(project_id IS NULL) <> (process_id IS NULL)", name="one_file"),
        UniqueConstraint("annuls_id"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    project_id: Mapped[int | None] = to("project.id", index=True)
    process_id: Mapped[int | None] = to("process.id", index=True)
    office: Mapped[Code]
    office_name: Mapped[Name] = mapped_column(default="")
    step: Mapped[Code]
    happened_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    annuls_id: Mapped[int | None] = to("procurement_step.id")
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]


class ContractPackage(Model):
    """How many small contracts of a project are planned and signed by a day; the newest row counts."""

    __tablename__ = "contract_package"
    __table_args__ = (CheckConstraint("planned >= 1 AND signed >= 0 AND signed <= planned", name="signed_of_planned"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    project_id: Mapped[int] = to("project.id", index=True)
    planned: Mapped[int]
    signed: Mapped[int]
    counted_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]
