"""Acts on contracting processes: declared *desierto*, suspended, restarted, abandoned (rules 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from pp_monitor.domain.contract import (
    ALLOWED_STEPS,
    ProcessAct,
    ProcessState,
    ProcessStep,
    state_after,
)
from pp_monitor.domain.errors import ConflictError, NotFoundError, Problem
from pp_monitor.domain.wording import explains, identifies
from pp_monitor.extensions import db
from pp_monitor.formatters import date_short
from pp_monitor.labels_contract import PROCESS_STATE, PROCESS_STEP
from pp_monitor.models.contract import ProcessEvent
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.project import Attempt, AttemptVoid, Contract, Process, Project, ProjectProcess
from pp_monitor.services.audit import record
from pp_monitor.services.contract import (
    By,
    Link,
    find_contract,
    link_problems,
    open_attempt,
    organisms_of,
    require_all,
    write_link,
)
from pp_monitor.services.contract_check import refuse
from pp_monitor.services.evidence import NO_BACKING, Backing

_ACT = {
    ProcessStep.SUSPEND: ProcessAct.SUSPENDED,
    ProcessStep.RESTART: ProcessAct.RESTARTED,
    ProcessStep.ABANDON: ProcessAct.ABANDONED,
}


@dataclass(frozen=True, slots=True)
class ProcessOrder:
    """The act that orders a step of a process, the day it holds from, and why.

    ``restart_expected_on`` goes with a suspension; ``contract`` is the number of the contract that takes the works of
    an abandoned process over, with the amount (COP) that it puts into ``project_id``; ``backing`` backs the act.
    ``seen`` is the number of the attempt that its author saw, 0 where none is asked.
    """

    act: str
    valid_from: date
    reason: str
    restart_expected_on: date | None = None
    contract: str = ""
    amount_cop: int = 0
    project_id: int = 0
    backing: Backing = NO_BACKING
    seen: int = 0


@dataclass(frozen=True, slots=True)
class _Standing:
    """A process under the lock: its state, its newest attempt, and the first day from which an act may hold."""

    process: Process
    state: ProcessState
    attempt: Attempt
    first: date
    links: tuple[Link, ...]


def take_step(vigencia: Vigencia, process_id: int, step: ProcessStep, order: ProcessOrder, by: By) -> None:
    """Do one step of a process by act.

    *Desierto* voids the newest attempt and opens the next on the same day; abandoning voids it and opens none.
    Raises ``NotFoundError`` for a process of another vigencia, ``ForbiddenError`` where it serves projects that are not
    the author's to write, ``ConflictError`` for a step that its state does not allow or of another attempt than the one
    that was seen, ``ProblemsError`` for what can be mended.
    """
    with by.writing(vigencia) as now:
        standing = _standing(vigencia, process_id, by)
        if step not in ALLOWED_STEPS[standing.state]:
            state = PROCESS_STATE[standing.state].lower()
            raise ConflictError(f"El proceso {standing.process.reference} está {state}: ese paso ya no cabe.")
        if order.seen not in (0, standing.attempt.number):
            where = f"El proceso {standing.process.reference} va en el intento {standing.attempt.number}"
            raise ConflictError(f"{where}: cambió desde que usted abrió la página. No se guardó nada.")
        contract = find_contract(vigencia, order.contract) if _takes_over(step, order) else None
        _refuse(standing, step, order, contract, by)
        evidence_id = order.backing.keep(vigencia.entity_id, now)
        if step in (ProcessStep.VOID, ProcessStep.ABANDON):
            _void(standing, order, evidence_id, by, now)
        if step is ProcessStep.VOID:
            open_attempt(standing.process, standing.attempt.number + 1, order.valid_from, now)
        else:
            _write_event(standing.process, _ACT[step], order, evidence_id, by, now)
        if contract:
            project = db.session.get_one(Project, order.project_id)
            write_link(contract, project, order.amount_cop, order.valid_from, order.act, by.actor, now)
        details = {
            "kind": PROCESS_STEP[step].lower(),
            "act": order.act,
            "reason": order.reason,
            "valid_from": order.valid_from.isoformat(),
        }
        record(by.actor, "change_process", "process", standing.process.reference, now, details)


def _standing(vigencia: Vigencia, process_id: int, by: By) -> _Standing:
    process = db.session.get(Process, process_id)
    if process is None or process.vigencia_id != vigencia.id:
        raise NotFoundError("Ese proceso no existe en la vigencia.")
    links = process_links(process_id, by.today)
    require_all(links, by)
    attempt = db.session.scalars(
        select(Attempt).where(Attempt.process_id == process_id).order_by(Attempt.number.desc()).limit(1)
    ).one()
    event = db.session.scalars(
        select(ProcessEvent).where(ProcessEvent.process_id == process_id).order_by(ProcessEvent.id.desc()).limit(1)
    ).first()
    state = state_after(ProcessAct(event.kind) if event else None)
    first = max(attempt.opened_on, event.valid_from if event else attempt.opened_on)
    return _Standing(process, state, attempt, first, links)


def process_links(process_id: int, today: date) -> tuple[Link, ...]:
    """The projects that a process serves; two queries."""
    query = (
        select(Project.id, Project.code, ProjectProcess.valid_from)
        .join(ProjectProcess, ProjectProcess.project_id == Project.id)
        .where(ProjectProcess.process_id == process_id)
        .order_by(ProjectProcess.id)
    )
    rows = db.session.execute(query).all()
    organisms: Mapping[int, str] = organisms_of([row.id for row in rows], today)
    return tuple(Link(row.id, row.code, organisms.get(row.id, ""), 0, row.valid_from, is_linked=True) for row in rows)


def _takes_over(step: ProcessStep, order: ProcessOrder) -> bool:
    """Whether the order names a contract to which the works were added."""
    return step is ProcessStep.ABANDON and bool(order.contract.strip())


def _refuse(standing: _Standing, step: ProcessStep, order: ProcessOrder, contract: Contract | None, by: By) -> None:
    found = []
    if not identifies(order.act):
        found.append(Problem("Falta el acto.", "Escriba cuál es, por ejemplo «Resolución 41 de 2022».", cell="act"))
    if not explains(order.reason):
        found.append(Problem("Falta la causa.", "Escríbala en diez letras o más.", cell="reason"))
    if not standing.first <= order.valid_from <= by.today:
        what = f"El acto debe regir desde un día entre el {date_short(standing.first)} y hoy, {date_short(by.today)}."
        found.append(Problem(what, "Corrija la fecha.", cell="day"))
    expected = order.restart_expected_on
    if step is ProcessStep.SUSPEND and (expected is None or expected <= order.valid_from):
        what = "El reinicio previsto debe ser posterior a la suspensión."
        found.append(Problem(what, "Corrija la fecha.", cell="expected"))
    signed = _signed(standing.process.id) if step in (ProcessStep.VOID, ProcessStep.ABANDON) else ""
    if signed:
        what = f"De este proceso salió el contrato {signed}: ya no puede quedar desierto ni abandonarse."
        found.append(Problem(what, "Revise el proceso.", cell="act"))
    if _takes_over(step, order):
        found += _contract_problems(standing, order, contract)
    refuse(*found)


def _contract_problems(standing: _Standing, order: ProcessOrder, contract: Contract | None) -> tuple[Problem, ...]:
    """What stands against the contract, already known, to which the works were added."""
    if contract is None or order.project_id not in {link.project_id for link in standing.links}:
        fix = "Agréguelo primero en el proyecto que ya lo tiene, o deje vacía la casilla."
        return (Problem("Ese contrato no está en la vigencia.", fix, cell="contract"),)
    project = db.session.get_one(Project, order.project_id)
    return link_problems(contract, [project], order.valid_from, "contract")


def _signed(process_id: int) -> str:
    """The number of a contract that came out of the process; empty without one."""
    query = select(Contract.number).where(Contract.process_id == process_id).order_by(Contract.id).limit(1)
    return db.session.scalar(query) or ""


def _void(standing: _Standing, order: ProcessOrder, evidence_id: int | None, by: By, now: datetime) -> None:
    db.session.add(
        AttemptVoid(
            entity_id=standing.process.entity_id,
            attempt_id=standing.attempt.id,
            valid_from=order.valid_from,
            act=order.act.strip(),
            cause=order.reason.strip(),
            evidence_id=evidence_id,
            user_id=by.actor.user_id,
            recorded_at=now,
        )
    )


def _write_event(
    process: Process, kind: ProcessAct, order: ProcessOrder, evidence_id: int | None, by: By, now: datetime
) -> None:
    db.session.add(
        ProcessEvent(
            entity_id=process.entity_id,
            process_id=process.id,
            kind=kind,
            valid_from=order.valid_from,
            act=order.act.strip(),
            reason=order.reason.strip(),
            restart_expected_on=order.restart_expected_on if kind is ProcessAct.SUSPENDED else None,
            evidence_id=evidence_id,
            user_id=by.actor.user_id,
            recorded_at=now,
        )
    )
