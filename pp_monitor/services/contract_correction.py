"""Mistyped numbers and addresses of contracts and processes: corrected with a reason, what they were is kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from pp_monitor.domain.errors import ConflictError, NotFoundError, Problem
from pp_monitor.domain.link import link_problem
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.contract import ContractingCorrection
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.project import Contract, Process
from pp_monitor.services.audit import record
from pp_monitor.services.contract import By, contract_links, find_contract, find_process, get_contract, require_all
from pp_monitor.services.contract_check import number_problem, reason_problem, refuse
from pp_monitor.services.process import process_links

# The number and the SECOP II address of each process or contract, by its id.
Names = Mapping[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Correction:
    """The right number and address, and why; ``seen`` is the id of the correction before, 0 for none."""

    number: str
    url: str
    reason: str
    seen: int


@dataclass(frozen=True, slots=True)
class ToldCorrection:
    """A correction as it is told: the number and the address that were mistyped, and those that replaced them."""

    id: int
    corrected_on: date
    number_before: str
    url_before: str
    number: str
    url: str
    reason: str
    author: str


def correct_contract(vigencia: Vigencia, contract_id: int, new: Correction, by: By) -> None:
    """Correct the number or the address of a contract.

    Raises ``NotFoundError`` for what is of another vigencia, ``ForbiddenError`` where it serves projects that are not
    the author's to write, ``ConflictError`` where somebody else was quicker, ``ProblemsError`` for what can be mended.
    """
    with by.writing(vigencia) as now:
        row = get_contract(vigencia, contract_id)
        require_all(contract_links(contract_id), by)
        other = find_contract(vigencia, new.number)
        _check(new, row.number, row.secop_url, taken=other is not None and other.id != row.id)
        kept = _keep(new, row, (row.number, row.secop_url), by, now)
        row.number, row.secop_url = kept.number, kept.url


def correct_process(vigencia: Vigencia, process_id: int, new: Correction, by: By) -> None:
    """Correct the number or the address of a process. Raises as ``correct_contract``."""
    with by.writing(vigencia) as now:
        row = db.session.get(Process, process_id)
        if row is None or row.vigencia_id != vigencia.id:
            raise NotFoundError("Ese proceso no existe en la vigencia.")
        require_all(process_links(process_id, by.today), by)
        other = find_process(vigencia, new.number)
        _check(new, row.reference, row.secop_url, taken=other is not None and other.id != row.id)
        kept = _keep(new, row, (row.reference, row.secop_url), by, now)
        row.reference, row.secop_url = kept.number, kept.url


def _check(new: Correction, number: str, url: str, *, taken: bool) -> None:
    found = [number_problem(new.number, "number"), reason_problem(new.reason)]
    if problem := link_problem(new.url):
        found.append(Problem(problem.what, problem.fix, cell="url"))
    if taken:
        fix = "Si el proyecto usa ese otro, vincúlelo y desvincule este."
        found.append(Problem("Ese número ya es de otro de la vigencia.", fix, cell="number"))
    if (new.number.strip(), new.url.strip()) == (number, url):
        found.append(Problem("No cambia nada.", "Corrija el número o el enlace.", cell="number"))
    refuse(*found)


def _keep(
    new: Correction, row: Contract | Process, before: tuple[str, str], by: By, now: datetime
) -> ContractingCorrection:
    """Record what it was and what it is, here and in the audit trail."""
    is_contract = isinstance(row, Contract)
    column = ContractingCorrection.contract_id if is_contract else ContractingCorrection.process_id
    last = db.session.scalar(
        select(ContractingCorrection.id).where(column == row.id).order_by(ContractingCorrection.id.desc()).limit(1)
    )
    if new.seen != (last or 0):
        raise ConflictError("Otra persona lo corrigió mientras usted escribía. Revise y envíe de nuevo.")
    kept = ContractingCorrection(
        entity_id=row.entity_id,
        contract_id=row.id if is_contract else None,
        process_id=None if is_contract else row.id,
        number_before=before[0],
        url_before=before[1],
        number=new.number.strip(),
        url=new.url.strip(),
        corrected_on=by.today,
        reason=new.reason.strip(),
        user_id=by.actor.user_id,
        recorded_at=now,
    )
    db.session.add(kept)
    told = {"before": " ".join(before).strip(), "after": f"{kept.number} {kept.url}".strip(), "reason": kept.reason}
    record(by.actor, "correct", "contract" if is_contract else "process", kept.number, now, told)
    return kept


def contract_corrections(contract_ids: Collection[int]) -> dict[int, list[ToldCorrection]]:
    """What was corrected of each contract, the oldest first; one query."""
    return _told(ContractingCorrection.contract_id, contract_ids)


def process_corrections(process_ids: Collection[int]) -> dict[int, list[ToldCorrection]]:
    """What was corrected of each process, the oldest first; one query."""
    return _told(ContractingCorrection.process_id, process_ids)


def _told(column: Mapped[int | None], ids: Collection[int]) -> dict[int, list[ToldCorrection]]:
    query = (
        select(column, ContractingCorrection, User.label)
        .outerjoin(User, User.id == ContractingCorrection.user_id)
        .where(column.in_(list(ids)))
        .order_by(ContractingCorrection.id)
    )
    found: dict[int, list[ToldCorrection]] = defaultdict(list)
    for key, row, author in db.session.execute(query):
        told = (row.number_before, row.url_before, row.number, row.url, row.reason, author or "")
        found[key].append(ToldCorrection(row.id, row.corrected_on, *told))
    return found


@dataclass(frozen=True, slots=True)
class NamesBefore:
    """What was corrected after an instant, as it was at that instant."""

    contracts: Names
    processes: Names


def names_before(known_at: datetime) -> NamesBefore:
    """The numbers and addresses that were corrected after ``known_at`` (UTC), as they were then; one query."""
    query = (
        select(ContractingCorrection)
        .where(ContractingCorrection.recorded_at > known_at)
        .order_by(ContractingCorrection.id)
    )
    contracts: dict[int, tuple[str, str]] = {}
    processes: dict[int, tuple[str, str]] = {}
    for row in db.session.scalars(query):
        found, key = (contracts, row.contract_id) if row.contract_id else (processes, row.process_id)
        assert key is not None
        found.setdefault(key, (row.number_before, row.url_before))
    return NamesBefore(contracts, processes)
