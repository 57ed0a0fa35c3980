"""Notes that a process of a project waits for another, such as works that cannot start without their interventoría."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import aliased

from pp_monitor.domain.errors import ConflictError, Problem
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.contract import ProcessDependency
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.project import Process, ProjectProcess
from pp_monitor.services.audit import record
from pp_monitor.services.contract import By, writable_project
from pp_monitor.services.contract_check import day_problem, reason_problem, refuse
from pp_monitor.services.contract_read import processes_of


@dataclass(frozen=True, slots=True)
class DependencyNote:
    """The process ``process_id`` waits for ``needs_id`` from a day on, or no longer with ``is_standing`` false."""

    process_id: int
    needs_id: int
    valid_from: date
    note: str
    is_standing: bool = True


@dataclass(frozen=True, slots=True)
class ToldDependency:
    """The newest note of a pair of processes, with their numbers."""

    process_id: int
    needs_id: int
    process: str
    needs: str
    valid_from: date
    is_standing: bool
    note: str
    author: str


def note_dependency(vigencia: Vigencia, project_id: int, new: DependencyNote, by: By) -> None:
    """Note that a process of the project waits for another of it, or waits no longer.

    Raises ``NotFoundError`` and ``ForbiddenError`` for a project that is not the author's to write, ``ConflictError``
    where it stands so already, ``ProblemsError`` for what can be mended.
    """
    with by.writing(vigencia) as now:
        project = writable_project(vigencia, project_id, by)
        known = {(row.process_id, row.needs_id): row for row in project_dependencies(project_id)}
        last = known.get((new.process_id, new.needs_id))
        if new.is_standing == bool(last and last.is_standing):
            raise ConflictError("Eso ya estaba anotado así. Revise las notas que hay.")
        before = last.valid_from if last else None
        back = known.get((new.needs_id, new.process_id))
        refuse(
            *_pair_problems(project_id, new, is_back=bool(back and back.is_standing)),
            day_problem(vigencia, new.valid_from, by.today),
            _order_problem(new.valid_from, before),
            _note_problem(new.note),
        )
        db.session.add(
            ProcessDependency(
                entity_id=vigencia.entity_id,
                process_id=new.process_id,
                needs_id=new.needs_id,
                valid_from=new.valid_from,
                is_standing=new.is_standing,
                note=new.note.strip(),
                user_id=by.actor.user_id,
                recorded_at=now,
            )
        )
        details = {"valid_from": new.valid_from.isoformat(), "text": new.note.strip()}
        record(by.actor, "add" if new.is_standing else "annul", "process_dependency", project.code, now, details)


def _pair_problems(project_id: int, new: DependencyNote, *, is_back: bool) -> list[Problem]:
    ours, found = set(db.session.scalars(processes_of(project_id))), []
    if new.process_id == new.needs_id:
        found.append(Problem("Un proceso no depende de sí mismo.", "Elija otro proceso.", cell="needs"))
    if not {new.process_id, new.needs_id} <= ours:
        found.append(Problem("Ese proceso no es de este proyecto.", "Elija uno de la lista.", cell="needs"))
    if new.is_standing and is_back:
        what = "El otro proceso ya depende de este."
        found.append(Problem(what, "Quite primero esa nota, o cambie el orden.", cell="needs"))
    return found


def _order_problem(day: date, before: date | None) -> Problem | None:
    if before is None or day >= before:
        return None
    return Problem("La nota anterior es de un día posterior.", "Escriba un día desde entonces.", cell="day")


def _note_problem(note: str) -> Problem | None:
    problem = reason_problem(note)
    return Problem("Falta decir por qué.", problem.fix, cell="note") if problem else None


def project_dependencies(
    project_id: int, cutoff: date | None = None, known_at: datetime | None = None
) -> tuple[ToldDependency, ...]:
    """The newest note of each pair of processes of a project; one query.

    By ``cutoff`` and as recorded (UTC) by ``known_at``, where they are given.
    """
    mine, process, needs = aliased(ProjectProcess), aliased(Process), aliased(Process)
    query = (
        select(ProcessDependency, process.reference, needs.reference, User.label)
        .join(process, process.id == ProcessDependency.process_id)
        .join(needs, needs.id == ProcessDependency.needs_id)
        .join(mine, mine.process_id == ProcessDependency.process_id)
        .outerjoin(User, User.id == ProcessDependency.user_id)
        .where(mine.project_id == project_id)
        .order_by(ProcessDependency.valid_from, ProcessDependency.id)
    )
    if cutoff:
        query = query.where(ProcessDependency.valid_from <= cutoff)
    if known_at:
        query = query.where(ProcessDependency.recorded_at <= known_at)
    found: dict[tuple[int, int], ToldDependency] = {}
    for row, name, other, author in db.session.execute(query):
        told = (row.process_id, row.needs_id, name, other, row.valid_from, row.is_standing, row.note, author or "")
        found[row.process_id, row.needs_id] = ToldDependency(*told)
    return tuple(found.values())
