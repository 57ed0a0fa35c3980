"""The contracts, processes and attempts of a project as they stand at a view (rules 10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pp_monitor.domain.dated import View
from pp_monitor.domain.progress import Procurement


class ProcessAct(StrEnum):
    """What an act does to a process besides declaring an attempt *desierto*."""

    SUSPENDED = "suspended"
    RESTARTED = "restarted"
    ABANDONED = "abandoned"


class ProcessState(StrEnum):
    """How a process stands."""

    OPEN = "open"
    SUSPENDED = "suspended"
    ABANDONED = "abandoned"


class ProcessStep(StrEnum):
    """What a person may ask for a process; ``VOID`` declares its attempt *desierto* and opens the next one."""

    VOID = "void"
    SUSPEND = "suspend"
    RESTART = "restart"
    ABANDON = "abandon"


ALLOWED_STEPS: Mapping[ProcessState, frozenset[ProcessStep]] = {
    ProcessState.OPEN: frozenset({ProcessStep.VOID, ProcessStep.SUSPEND, ProcessStep.ABANDON}),
    ProcessState.SUSPENDED: frozenset({ProcessStep.RESTART, ProcessStep.ABANDON}),
    ProcessState.ABANDONED: frozenset(),
}
_AFTER = {
    ProcessAct.SUSPENDED: ProcessState.SUSPENDED,
    ProcessAct.RESTARTED: ProcessState.OPEN,
    ProcessAct.ABANDONED: ProcessState.ABANDONED,
}
# Organism, office, series, sub-series, number and year, as the city numbers processes and contracts.
_REFERENCE = re.compile(r"\d{4}(\.\d+){2,}[-.]\d{4}")


@dataclass(frozen=True, slots=True)
class ContractLink:
    """A contract of a project, linked from ``valid_from`` on, or with ``is_linked`` false no longer linked."""

    contract_id: int
    valid_from: date
    recorded_at: datetime
    is_linked: bool = True


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
    """The contracts that serve the project at ``view``, those that served it, and the attempts void by then."""

    def seen(row: ContractLink | VoidAttempt) -> bool:
        return row.recorded_at <= view.known_at and row.valid_from <= view.cutoff

    in_order = sorted(filter(seen, links), key=lambda row: (row.valid_from, row.recorded_at))
    newest = {row.contract_id: row.is_linked for row in in_order}
    return Procurement(
        tuple(sorted(contract_id for contract_id, is_linked in newest.items() if is_linked)),
        {row.attempt_id: row.valid_from for row in voids if seen(row)},
        frozenset(contract_id for contract_id, is_linked in newest.items() if not is_linked),
    )


def guarantees_as_at(
    approvals: Iterable[GuaranteeApproval], contract_ids: Iterable[int], view: View
) -> dict[int, date]:
    """The newest approval by ``K`` for each of the contracts, where its day has come; others are absent."""
    known = sorted((row for row in approvals if row.recorded_at <= view.known_at), key=lambda row: row.id)
    newest = {row.contract_id: row.approved_on for row in known}
    ours = ((contract_id, newest.get(contract_id)) for contract_id in contract_ids)
    return {contract_id: day for contract_id, day in ours if day and day <= view.cutoff}


def state_after(act: ProcessAct | None) -> ProcessState:
    """How a process stands after its newest act; open before the first.

    >>> state_after(ProcessAct.RESTARTED)
    <ProcessState.OPEN: 'open'>
    """
    return _AFTER[act] if act else ProcessState.OPEN


def same_reference(text: str) -> str:
    """What two spellings of a number of process or contract have in common.

    >>> same_reference(" 4151.010.26.1. 0668 - 2022 ") == same_reference("4151.010.26.1.0668-2022")
    True
    """
    return "".join(text.split()).casefold()


def looks_like_reference(text: str) -> bool:
    """Whether a number has the form that the city gives to its processes and contracts; another is taken all the same.

    >>> looks_like_reference("4151.010.32.1.1522-2022"), looks_like_reference("4151.010.27.0668.2021")
    (True, True)
    >>> looks_like_reference("contrato de obra")
    False
    """
    return _REFERENCE.fullmatch(same_reference(text)) is not None
