"""The processes and contracts of a project as people read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select, union_all

from pp_monitor.domain.contract import ProcessAct, ProcessState, state_after
from pp_monitor.domain.progress import ATTEMPT
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.contract import ContractGuarantee, ProcessEvent
from pp_monitor.models.progress import Evidence
from pp_monitor.models.project import (
    Attempt,
    AttemptVoid,
    Contract,
    Process,
    ProjectContract,
    ProjectProcess,
)
from pp_monitor.services.contract import Link, contract_links
from pp_monitor.services.evidence import Proof, proof_of


@dataclass(frozen=True, slots=True)
class ToldAttempt:
    """One attempt of a process; ``void_from`` is the day of the act that ended it without an award, none while open."""

    id: int
    number: int
    opened_on: date
    void_from: date | None = None
    act: str = ""
    cause: str = ""
    author: str = ""
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """One act on a process: suspended, restarted or abandoned."""

    kind: ProcessAct
    valid_from: date
    act: str
    reason: str
    restart_expected_on: date | None
    author: str
    proof: Proof | None


@dataclass(frozen=True, slots=True)
class ToldProcess:
    """A process that serves a project since ``since``, with its attempts and acts, the oldest first."""

    id: int
    reference: str
    secop_url: str
    since: date
    attempts: tuple[ToldAttempt, ...]
    events: tuple[ToldEvent, ...]

    @property
    def state(self) -> ProcessState:
        """How it stands after its newest act."""
        return state_after(self.events[-1].kind if self.events else None)

    @property
    def attempt(self) -> ToldAttempt:
        """The newest attempt."""
        return self.attempts[-1]


@dataclass(frozen=True, slots=True)
class Approval:
    """The newest record of the approval of guarantees; ``id`` is what the next one has to have seen, 0 for none."""

    id: int = 0
    approved_on: date | None = None
    act: str = ""
    author: str = ""
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class ToldContract:
    """A contract with every project that it serves or served, its process and the approval of its guarantees."""

    id: int
    number: str
    secop_url: str
    process: str
    links: tuple[Link, ...]
    approval: Approval

    @property
    def serving(self) -> tuple[Link, ...]:
        """The projects that it serves now."""
        return tuple(link for link in self.links if link.is_linked)

    def link_of(self, project_id: int) -> Link | None:
        """How it stands with one project; none where it never served it."""
        return next((link for link in self.links if link.project_id == project_id), None)


def project_processes(project_id: int) -> tuple[ToldProcess, ...]:
    """The processes of a project, in the order in which they came; three queries."""
    query = (
        select(Process, ProjectProcess.valid_from)
        .join(ProjectProcess, ProjectProcess.process_id == Process.id)
        .where(ProjectProcess.project_id == project_id)
        .order_by(ProjectProcess.id)
    )
    rows = db.session.execute(query).all()
    ids = [process.id for process, _ in rows]
    attempts, events = _attempts(ids), _events(ids)
    return tuple(
        ToldProcess(row.id, row.reference, row.secop_url, since, tuple(attempts[row.id]), tuple(events[row.id]))
        for row, since in rows
    )


def _attempts(process_ids: Sequence[int]) -> dict[int, list[ToldAttempt]]:
    query = (
        select(Attempt, AttemptVoid, User.label, Evidence)
        .outerjoin(AttemptVoid, AttemptVoid.attempt_id == Attempt.id)
        .outerjoin(Evidence, Evidence.id == AttemptVoid.evidence_id)
        .outerjoin(User, User.id == AttemptVoid.user_id)
        .where(Attempt.process_id.in_(process_ids))
        .order_by(Attempt.number)
    )
    found: dict[int, list[ToldAttempt]] = defaultdict(list)
    for row, void, author, evidence in db.session.execute(query):
        proof = proof_of(evidence)
        ended: tuple[Any, ...] = (void.valid_from, void.act, void.cause, author or "", proof) if void else ()
        found[row.process_id].append(ToldAttempt(row.id, row.number, row.opened_on, *ended))
    return found


def _events(process_ids: Sequence[int]) -> dict[int, list[ToldEvent]]:
    query = (
        select(ProcessEvent, User.label, Evidence)
        .outerjoin(User, User.id == ProcessEvent.user_id)
        .outerjoin(Evidence, Evidence.id == ProcessEvent.evidence_id)
        .where(ProcessEvent.process_id.in_(process_ids))
        .order_by(ProcessEvent.id)
    )
    found: dict[int, list[ToldEvent]] = defaultdict(list)
    for row, author, evidence in db.session.execute(query):
        acted = (ProcessAct(row.kind), row.valid_from, row.act, row.reason, row.restart_expected_on)
        found[row.process_id].append(ToldEvent(*acted, author or "", proof_of(evidence)))
    return found


def project_contracts(project_id: int) -> tuple[ToldContract, ...]:
    """The contracts that serve a project or served it, in the order in which they came."""
    query = (
        select(Contract.id)
        .join(ProjectContract, ProjectContract.contract_id == Contract.id)
        .where(ProjectContract.project_id == project_id)
        .order_by(ProjectContract.id)
    )
    return tuple(told_contract(contract_id) for contract_id in dict.fromkeys(db.session.scalars(query)))


@dataclass(frozen=True, slots=True)
class Uncounted:
    """From which day facts of a project stopped counting: by attempt, and by contract that left it."""

    by_attempt: Mapping[int | None, date]
    by_contract: Mapping[int, date]

    def since(self, milestone_code: str, contract_id: int | None, attempt_id: int | None) -> date | None:
        """The day from which a fact counts no longer; none while it does."""
        left = self.by_contract.get(contract_id) if contract_id else None
        return left or (self.by_attempt.get(attempt_id) if milestone_code in ATTEMPT else None)


def uncounted(processes: Sequence[ToldProcess], contracts: Sequence[ToldContract], project_id: int) -> Uncounted:
    """What no longer counts of a project; facts without attempt are of the first one of its first process."""
    by_attempt: dict[int | None, date] = {}
    for process in processes:
        for row in process.attempts:
            if row.void_from:
                by_attempt[row.id] = row.void_from
                if process is processes[0] and row.number == 1:
                    by_attempt[None] = row.void_from
    links = ((row.id, row.link_of(project_id)) for row in contracts)
    return Uncounted(by_attempt, {key: link.valid_from for key, link in links if link and not link.is_linked})


def told_contract(contract_id: int) -> ToldContract:
    """One contract as it stands; three queries."""
    query = (
        select(Contract, Process.reference)
        .outerjoin(Process, Process.id == Contract.process_id)
        .where(Contract.id == contract_id)
    )
    row, process = db.session.execute(query).one()
    return ToldContract(row.id, row.number, row.secop_url, process or "", contract_links(row.id), _approval(row.id))


def _approval(contract_id: int) -> Approval:
    query = (
        select(ContractGuarantee, User.label, Evidence)
        .outerjoin(User, User.id == ContractGuarantee.user_id)
        .outerjoin(Evidence, Evidence.id == ContractGuarantee.evidence_id)
        .where(ContractGuarantee.contract_id == contract_id)
        .order_by(ContractGuarantee.id.desc())
        .limit(1)
    )
    found = db.session.execute(query).first()
    if found is None:
        return Approval()
    row, author, evidence = found
    return Approval(row.id, row.approved_on, row.act, author or "", proof_of(evidence))


def contracts_of(project_id: int) -> Select[tuple[int]]:
    """The ids of the contracts that serve the project or served it, to be asked within a query."""
    return select(ProjectContract.contract_id).where(ProjectContract.project_id == project_id)


def processes_of(project_id: int) -> Select[tuple[int]]:
    """The ids of its processes, likewise."""
    return select(ProjectProcess.process_id).where(ProjectProcess.project_id == project_id)


def is_contracting_proof(project_id: int, evidence_id: int) -> bool:
    """Whether a document backs an act on a contract or a process of the project; one query."""
    contracts, processes = contracts_of(project_id), processes_of(project_id)
    attempts = select(Attempt.id).where(Attempt.process_id.in_(processes))
    given = union_all(
        select(ProjectContract.evidence_id).where(ProjectContract.project_id == project_id),
        select(ContractGuarantee.evidence_id).where(ContractGuarantee.contract_id.in_(contracts)),
        select(ProcessEvent.evidence_id).where(ProcessEvent.process_id.in_(processes)),
        select(AttemptVoid.evidence_id).where(AttemptVoid.attempt_id.in_(attempts)),
    ).subquery()
    return db.session.scalar(select(given.c.evidence_id).where(given.c.evidence_id == evidence_id).limit(1)) is not None
