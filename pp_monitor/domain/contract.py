"""The contracts and attempts of a project as they stand at a view (rules 10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from pp_monitor.domain.dated import View
from pp_monitor.domain.progress import Procurement


@dataclass(frozen=True, slots=True)
class ContractLink:
    """A contract of a project, linked from ``valid_from`` on."""

    contract_id: int
    valid_from: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class GuaranteeApproval:
    """The day on which the guarantees of a contract were approved; none takes back what was recorded before."""

    contract_id: int
    approved_on: date | None
    recorded_at: datetime
    id: int = 0


@dataclass(frozen=True, slots=True)
class VoidAttempt:
    """An attempt declared *desierto* by an act of ``valid_from``; ``attempt_id`` none is the unnamed first one."""

    attempt_id: int | None
    valid_from: date
    recorded_at: datetime


def procurement_as_at(links: Iterable[ContractLink], voids: Iterable[VoidAttempt], view: View) -> Procurement:
    """The contracts that serve the project at ``view``, and the attempts that are void by then."""

    def seen(row: ContractLink | VoidAttempt) -> bool:
        return row.recorded_at <= view.known_at and row.valid_from <= view.cutoff

    return Procurement(
        tuple(sorted({row.contract_id for row in links if seen(row)})),
        {row.attempt_id: row.valid_from for row in voids if seen(row)},
    )


def guarantees_as_at(
    approvals: Iterable[GuaranteeApproval], contract_ids: Iterable[int], view: View
) -> dict[int, date]:
    """The newest approval by ``K`` for each of the contracts, where its day has come; others are absent."""
    known = sorted((row for row in approvals if row.recorded_at <= view.known_at), key=lambda row: row.id)
    newest = {row.contract_id: row.approved_on for row in known}
    ours = ((contract_id, newest.get(contract_id)) for contract_id in contract_ids)
    return {contract_id: day for contract_id, day in ours if day and day <= view.cutoff}
