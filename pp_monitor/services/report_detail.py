"""What a report tells beside the figures: contracting of each project, who stands behind a date, who enters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select, true

from pp_monitor import clock
from pp_monitor.domain.account import ORGANISM_ROLES, Role
from pp_monitor.domain.alert_rule import AlertRule
from pp_monitor.domain.dated import View
from pp_monitor.domain.progress import FactStatus
from pp_monitor.extensions import db
from pp_monitor.models.account import RoleAssignment, User
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.entity import Organism
from pp_monitor.models.progress import ActualFact, Evidence, FactSource
from pp_monitor.models.project import Contract, Process, Project, ProjectContract, ProjectProcess
from pp_monitor.reports.scope import Contracting, People, Proof
from pp_monitor.services.case_store import read_cause, read_ended
from pp_monitor.services.contract_correction import Names, names_before
from pp_monitor.services.notice import notices
from pp_monitor.services.progress_story import BY_SOURCE
from pp_monitor.services.role import holds_on


def contracting(vigencia_id: int, view: View) -> dict[int, Contracting]:
    """BPIN, processes and contracts of each project, by its id, linked by ``C`` and recorded by ``K``; 4 queries."""
    before = names_before(view.known_at)
    processes = _linked(ProjectProcess, Process, Process.reference, before.processes, vigencia_id, view)
    contracts = _linked(ProjectContract, Contract, Contract.number, before.contracts, vigencia_id, view)
    rows = db.session.execute(
        select(Project.id, Project.bpin).where(Project.vigencia_id == vigencia_id, Project.recorded_at <= view.known_at)
    )
    return {
        row.id: Contracting(
            row.bpin,
            tuple(name for name, _ in processes[row.id]),
            tuple(name for name, _ in contracts[row.id]),
            tuple(dict.fromkeys(url for _, url in processes[row.id] + contracts[row.id] if url)),
        )
        for row in rows
    }


def _linked(
    link: type[ProjectProcess] | type[ProjectContract],
    table: type[Process] | type[Contract],
    name: Any,
    before: Names,
    vigencia_id: int,
    view: View,
) -> dict[int, list[tuple[str, str]]]:
    """Name and SECOP address of what is linked to each project, in the order in which it was linked.

    ``before`` gives those that were corrected since, as they were at the view.
    """
    its, is_linked = (
        (link.process_id, true()) if issubclass(link, ProjectProcess) else (link.contract_id, link.is_linked)
    )
    query = (
        select(link.project_id, its, is_linked.label("is_linked"), name, table.secop_url, link.id)
        .join(table, table.id == its)
        .where(table.vigencia_id == vigencia_id)
        .where(link.recorded_at <= view.known_at, link.valid_from <= view.cutoff)
        .order_by(link.valid_from, link.id)
    )
    newest = {(row[0], row[1]): row for row in db.session.execute(query)}
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for project_id, linked_id, serves, text, url, _ in sorted(newest.values(), key=lambda row: row.id):
        if serves:
            found[project_id].append(before.get(linked_id, (text, url)))
    return found


def proofs(vigencia_id: int, known_at: datetime) -> dict[int, Proof]:
    """Who reported and who verified each actual date, and its document, by id of the fact; two queries.

    A verified date was reported by who recorded what it judges, or else by the last who did so for the same contract.
    """
    query = (
        select(ActualFact, User.label, Evidence.filename, Evidence.url, Contract.number)
        .join(Project, Project.id == ActualFact.project_id)
        .outerjoin(User, User.id == ActualFact.user_id)
        .outerjoin(Evidence, Evidence.id == ActualFact.evidence_id)
        .outerjoin(Contract, Contract.id == ActualFact.contract_id)
        .where(Project.vigencia_id == vigencia_id, ActualFact.recorded_at <= known_at)
        .order_by(ActualFact.recorded_at, ActualFact.id)
    )
    before = names_before(known_at).contracts
    reporters: dict[Any, str] = {}
    found: dict[int, Proof] = {}
    for row in db.session.execute(query):
        fact = row.ActualFact
        key = (fact.project_id, fact.milestone_code, fact.contract_id, fact.attempt_id)
        if fact.status in (FactStatus.REPORTED, FactStatus.ANNULLED):
            reporters[key] = reporters[fact.id] = row.label or BY_SOURCE[FactSource(fact.source)]
        number, _ = before.get(fact.contract_id, (row.number or "", ""))
        found[fact.id] = _proof(row, reporters.get(fact.of_fact_id) or reporters.get(key, ""), number)
    return found


def _proof(row: Row[Any], reporter: str, contract: str) -> Proof:
    fact = row.ActualFact
    is_verified = fact.status == FactStatus.VERIFIED
    return Proof(
        reported_by=reporter,
        verified_by=(row.label or BY_SOURCE[FactSource(fact.source)]) if is_verified else "",
        verified_on=_local(fact.recorded_at).date() if is_verified else None,
        evidence=row.filename or row.url or "",
        evidence_url=row.url or "",
        contract=contract,
    )


def people(entity_id: int, vigencia_id: int, view: View) -> dict[str, People]:
    """Whether each organism has its *enlace* on ``C``, when its people last entered and what it was told; five queries.

    Logins are read in the audit trail, which nothing shortens, so that a closed month says the same again.
    """
    assigned = _assignments(entity_id, view)
    logins = _last_logins([row.user_id for row in assigned], view.known_at)
    told = notices(vigencia_id, view.known_at)
    alone = _alone_since(vigencia_id, view)
    organisms = db.session.execute(select(Organism.id, Organism.code).where(Organism.entity_id == entity_id))
    found = {}
    for organism_id, code in organisms:
        own = [row for row in assigned if row.code == code]
        entered = [logins[row.user_id] for row in own if row.user_id in logins]
        last = _local(max(entered)).replace(tzinfo=None, microsecond=0) if entered else None
        filed = [row.sent_on for row in told.get(organism_id, ()) if row.sent_on <= view.cutoff]
        has_enlace = any(row.role == Role.ENLACE for row in own)
        found[code] = People(has_enlace, last, len(filed), max(filed, default=None), alone.get(organism_id))
    return found


def _alone_since(vigencia_id: int, view: View) -> dict[int, date]:
    """By organism, the day since which its case tells that it has no active *enlace*.

    What happened to the case is read, not who may enter today: accounts keep no history of that.
    """
    query = (
        select(Alert.organism_id, AlertEvent.happened_on, AlertEvent.added, AlertEvent.ceased)
        .join(Alert, Alert.id == AlertEvent.alert_id)
        .where(Alert.vigencia_id == vigencia_id, Alert.project_id.is_(None))
        .where(AlertEvent.recorded_at <= view.known_at, AlertEvent.happened_on <= view.cutoff)
        .order_by(AlertEvent.recorded_at, AlertEvent.id)
    )
    found: dict[int, date] = {}
    for organism_id, day, added, ceased in db.session.execute(query):
        if any(read_cause(row).rule is AlertRule.ORGANISM_WITHOUT_ENLACE for row in added):
            found[organism_id] = day
        if any(read_ended(row).cause.rule is AlertRule.ORGANISM_WITHOUT_ENLACE for row in ceased):
            found.pop(organism_id, None)
    return found


def _assignments(entity_id: int, view: View) -> Sequence[Row[Any]]:
    query = (
        select(RoleAssignment.user_id, RoleAssignment.role, Organism.code)
        .join(Organism, Organism.id == RoleAssignment.organism_id)
        .where(RoleAssignment.entity_id == entity_id, RoleAssignment.role.in_(ORGANISM_ROLES))
        .where(RoleAssignment.recorded_at <= view.known_at, holds_on(view.cutoff))
    )
    return db.session.execute(query).all()


def _last_logins(user_ids: Sequence[int], known_at: datetime) -> dict[int, datetime]:
    rows = db.session.execute(
        select(AuditEvent.user_id, func.max(AuditEvent.recorded_at))
        .where(AuditEvent.action == "log_in", AuditEvent.user_id.in_(user_ids), AuditEvent.recorded_at <= known_at)
        .group_by(AuditEvent.user_id)
    )
    return {user_id: instant for user_id, instant in rows if user_id is not None}


def _local(instant: datetime) -> datetime:
    return instant.astimezone(clock.zone())
