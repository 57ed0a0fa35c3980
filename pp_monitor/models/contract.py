"""What happens to contracts and processes: each row is added once and never altered."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.domain.contract import ProcessAct
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
    user_id: Mapped[int | None] = to("user_account.id")
    recorded_at: Mapped[Instant]
