"""What the story of a project tells of its contracts and processes, each kind in one query."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import aliased

from pp_monitor import clock
from pp_monitor.domain.contract import ProcessAct
from pp_monitor.models.contract import ContractGuarantee, ContractingCorrection, ProcessDependency, ProcessEvent
from pp_monitor.models.progress import Evidence
from pp_monitor.models.project import Attempt, AttemptVoid, Contract, Process, ProjectContract, ProjectProcess
from pp_monitor.services.contract_read import contracts_of, processes_of
from pp_monitor.services.evidence import proof_of
from pp_monitor.services.story_entry import Origin, StoryEntry, StoryKind, authored


def contracting_entries(project_id: int) -> list[StoryEntry]:
    """Contracts added, linked and left, guarantees, acts on processes, corrections and notes; seven queries."""
    return [
        *_links(project_id),
        *_guarantees(project_id),
        *_processes(project_id),
        *_acts(project_id),
        *_corrections(project_id),
        *_waiting(project_id),
    ]


def _origin(evidence: Evidence | None) -> Origin:
    return Origin(proof_of(evidence), is_contracting=True)


def _links(project_id: int) -> list[StoryEntry]:
    table = ProjectContract
    query = (
        select(table, Contract.number, Contract.recorded_at.label("known_since"), Evidence)
        .join(Contract, Contract.id == table.contract_id)
        .outerjoin(Evidence, Evidence.id == table.evidence_id)
        .where(table.project_id == project_id)
    )
    found = []
    for row in authored(query, table.user_id):
        link = row.ProjectContract
        kind = StoryKind.CONTRACT_ADDED if link.recorded_at == row.known_since else StoryKind.CONTRACT_LINKED
        found.append(
            StoryEntry(
                kind if link.is_linked else StoryKind.CONTRACT_LEFT,
                link.valid_from,
                link.recorded_at,
                number=link.amount_cop,
                subject=row.number,
                act=link.act,
                author=row.author or "",
                origin=_origin(row.Evidence),
            )
        )
    return found


def _guarantees(project_id: int) -> list[StoryEntry]:
    table = ContractGuarantee
    query = (
        select(table, Contract.number, Evidence)
        .join(Contract, Contract.id == table.contract_id)
        .outerjoin(Evidence, Evidence.id == table.evidence_id)
        .where(table.contract_id.in_(contracts_of(project_id)))
    )
    return [
        StoryEntry(
            StoryKind.GUARANTEES,
            row.ContractGuarantee.approved_on or row.ContractGuarantee.recorded_at.astimezone(clock.zone()).date(),
            row.ContractGuarantee.recorded_at,
            day=row.ContractGuarantee.approved_on,
            subject=row.number,
            act=row.ContractGuarantee.act,
            author=row.author or "",
            origin=_origin(row.Evidence),
        )
        for row in authored(query, table.user_id)
    ]


def _processes(project_id: int) -> list[StoryEntry]:
    table = ProjectProcess
    query = (
        select(table.valid_from, table.recorded_at, Process.reference)
        .join(Process, Process.id == table.process_id)
        .where(table.project_id == project_id)
    )
    return [
        StoryEntry(
            StoryKind.PROCESS_ADDED, row.valid_from, row.recorded_at, subject=row.reference, author=row.author or ""
        )
        for row in authored(query, table.user_id)
    ]


def _acts(project_id: int) -> list[StoryEntry]:
    """Acts on processes and attempts declared *desierto*; the attempt that an abandoned process leaves is told once."""
    acts = _events(project_id)
    told = {(row.subject, row.recorded_at) for row in acts}
    return acts + [row for row in _voids(project_id) if (row.subject, row.recorded_at) not in told]


def _events(project_id: int) -> list[StoryEntry]:
    query = (
        select(ProcessEvent, Process.reference, Evidence)
        .join(Process, Process.id == ProcessEvent.process_id)
        .outerjoin(Evidence, Evidence.id == ProcessEvent.evidence_id)
        .where(ProcessEvent.process_id.in_(processes_of(project_id)))
    )
    return [
        StoryEntry(
            StoryKind.PROCESS_ACT,
            row.ProcessEvent.valid_from,
            row.ProcessEvent.recorded_at,
            code=ProcessAct(row.ProcessEvent.kind),
            day=row.ProcessEvent.restart_expected_on,
            subject=row.reference,
            note=row.ProcessEvent.reason,
            act=row.ProcessEvent.act,
            author=row.author or "",
            origin=_origin(row.Evidence),
        )
        for row in authored(query, ProcessEvent.user_id)
    ]


def _voids(project_id: int) -> list[StoryEntry]:
    query = (
        select(AttemptVoid, Attempt.number, Process.reference, Evidence)
        .join(Attempt, Attempt.id == AttemptVoid.attempt_id)
        .join(Process, Process.id == Attempt.process_id)
        .outerjoin(Evidence, Evidence.id == AttemptVoid.evidence_id)
        .where(Attempt.process_id.in_(processes_of(project_id)))
    )
    return [
        StoryEntry(
            StoryKind.ATTEMPT_VOID,
            row.AttemptVoid.valid_from,
            row.AttemptVoid.recorded_at,
            number=row.number,
            subject=row.reference,
            note=row.AttemptVoid.cause,
            act=row.AttemptVoid.act,
            author=row.author or "",
            origin=_origin(row.Evidence),
        )
        for row in authored(query, AttemptVoid.user_id)
    ]


def _corrections(project_id: int) -> list[StoryEntry]:
    table = ContractingCorrection
    is_ours = table.contract_id.in_(contracts_of(project_id)) | table.process_id.in_(processes_of(project_id))
    query = select(table).where(is_ours)
    found = []
    for row in authored(query, table.user_id):
        told = row.ContractingCorrection
        is_renamed = told.number != told.number_before
        found.append(
            StoryEntry(
                StoryKind.CORRECTION,
                told.corrected_on,
                told.recorded_at,
                code="contract" if told.contract_id else "process",
                subject=told.number,
                other=told.number_before if is_renamed else "",
                note=told.reason,
                author=row.author or "",
            )
        )
    return found


def _waiting(project_id: int) -> list[StoryEntry]:
    table, process, needs = ProcessDependency, aliased(Process), aliased(Process)
    query = (
        select(table, process.reference, needs.reference.label("needed"))
        .join(process, process.id == table.process_id)
        .join(needs, needs.id == table.needs_id)
        .where(table.process_id.in_(processes_of(project_id)))
    )
    return [
        StoryEntry(
            StoryKind.WAITING if row.ProcessDependency.is_standing else StoryKind.WAITING_ENDED,
            row.ProcessDependency.valid_from,
            row.ProcessDependency.recorded_at,
            subject=row.reference,
            other=row.needed,
            note=row.ProcessDependency.note,
            author=row.author or "",
        )
        for row in authored(query, table.user_id)
    ]
