"""Steps of procurement files in each office, and packages of small contracts: rows that only other rows take back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from pp_monitor.domain.errors import ConflictError, ForbiddenError, NotFoundError, Problem, ProblemsError
from pp_monitor.domain.procurement import ALLOWED_AFTER, FileStep, Office, Passage, in_order, last_step
from pp_monitor.extensions import db
from pp_monitor.labels_contract import FILE_STEP
from pp_monitor.models.account import User
from pp_monitor.models.contract import ContractPackage, ProcurementStep
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.project import Process, Project, ProjectProcess
from pp_monitor.services.audit import record
from pp_monitor.services.contract import By, organisms_of
from pp_monitor.services.contract_check import first_day, reason_problem, refuse, span_problem

_MOST_CONTRACTS = 9999


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step as typed, of a process or else of the project itself."""

    office: Office
    step: FileStep
    happened_on: date
    office_name: str = ""
    note: str = ""
    process_id: int | None = None


@dataclass(frozen=True, slots=True)
class ToldStep:
    """A step that stands, with its author."""

    passage: Passage
    process: str
    note: str
    author: str


@dataclass(frozen=True, slots=True)
class ProcurementFile:
    """One file with its steps: that of a process, or of a project whose process has no number yet (empty)."""

    reference: str
    project_ids: tuple[int, ...]
    steps: tuple[ToldStep, ...]

    @property
    def passages(self) -> list[Passage]:
        """The steps as the rules count them."""
        return [row.passage for row in self.steps]


@dataclass(frozen=True, slots=True)
class Package:
    """The newest count of a project's small contracts; ``id`` is what the next one has to have seen."""

    id: int
    planned: int
    signed: int
    counted_on: date
    note: str


def record_step(
    vigencia: Vigencia, project_id: int, new: NewStep, by: By, offices: frozenset[Office] = frozenset()
) -> None:
    """Add a step of a file; ``offices`` are those whose steps the author may write for every organism.

    Raises ``NotFoundError``, ``ForbiddenError``, and ``ProblemsError`` for a step that cannot follow the one before.
    """
    with by.writing(vigencia) as now:
        project = _project(vigencia, project_id, new.office, by, offices)
        files = load_files(vigencia.id, [project_id])
        _refuse(new, _passages(files, _reference(project_id, new.process_id)), first_day(vigencia), by.today)
        _write(project, new, by, now)
        details = {"kind": FILE_STEP[new.step].lower(), "valid_from": new.happened_on.isoformat()}
        record(by.actor, "add", "procurement_step", project.code, now, details)


def _project(vigencia: Vigencia, project_id: int, office: Office, by: By, offices: frozenset[Office]) -> Project:
    project = db.session.get(Project, project_id)
    if project is None or project.vigencia_id != vigencia.id:
        raise NotFoundError("Ese proyecto no existe en la vigencia.")
    if office not in offices and not by.may_write(organisms_of([project_id], by.today).get(project_id, "")):
        raise ForbiddenError("Usted no registra los pasos de esa oficina en este proyecto.")
    return project


def _reference(project_id: int, process_id: int | None) -> str:
    """The number of the process that the file is of; empty for the project's own."""
    if process_id is None:
        return ""
    query = (
        select(Process.reference)
        .join(ProjectProcess, ProjectProcess.process_id == Process.id)
        .where(Process.id == process_id, ProjectProcess.project_id == project_id)
    )
    found = db.session.scalar(query)
    if found is None:
        raise ProblemsError((Problem("Ese proceso no es de este proyecto.", "Elija uno de la lista.", cell="file"),))
    return found


def _passages(files: Iterable[ProcurementFile], reference: str) -> list[Passage]:
    return next((file.passages for file in files if file.reference == reference), [])


def _refuse(new: NewStep, passages: Sequence[Passage], first: date, today: date) -> None:
    found: list[Problem | None] = []
    if new.office is Office.ORGANISM:
        found.append(Problem("El organismo no radica ante sí mismo.", "Elija la oficina que recibe.", cell="office"))
    if (new.office is Office.OTHER) != bool(new.office_name.strip()):
        what = "Escriba cuál oficina es." if new.office is Office.OTHER else "Esa oficina ya está en la lista."
        found.append(Problem(what, "El nombre va solo con «Otra».", cell="office_name"))
    passage = Passage(new.office, new.step, new.happened_on, new.office_name)
    last = last_step(passages, passage.place)
    found.append(span_problem(last.happened_on if last else first, new.happened_on, today))
    if new.step not in ALLOWED_AFTER[last.step if last else None]:
        told = f"lo último en esa oficina es «{FILE_STEP[last.step].lower()}»" if last else "aún no está radicado ahí"
        found.append(Problem(f"Ese paso no sigue: {told}.", "Revise los pasos anteriores.", cell="step"))
    refuse(*found)


def _write(project: Project, new: NewStep, by: By, now: datetime) -> None:
    db.session.add(
        ProcurementStep(
            entity_id=project.entity_id,
            project_id=None if new.process_id else project.id,
            process_id=new.process_id,
            office=new.office,
            office_name=new.office_name.strip(),
            step=new.step,
            happened_on=new.happened_on,
            note=new.note.strip(),
            user_id=by.actor.user_id,
            recorded_at=now,
        )
    )


def annul_step(
    vigencia: Vigencia,
    project_id: int,
    step_id: int,
    reason: str,
    by: By,
    offices: frozenset[Office] = frozenset(),
) -> None:
    """Take the newest step of a file in an office back, with a reason. Raises as ``record_step``."""
    with by.writing(vigencia) as now:
        files = load_files(vigencia.id, [project_id])
        file = next((row for row in files if any(one.id == step_id for one in row.passages)), None)
        if file is None:
            raise ConflictError("Ese paso ya no está. Revise los que quedan.")
        passage = next(row for row in file.passages if row.id == step_id)
        project = _project(vigencia, project_id, passage.office, by, offices)
        if last_step(file.passages, passage.place) != passage:
            what = "Después de ese paso hay otro en la misma oficina."
            raise ProblemsError((Problem(what, "Anule primero el último.", cell="step"),))
        refuse(reason_problem(reason))
        row = db.session.get_one(ProcurementStep, step_id)
        values = {name: getattr(row, name) for name in ("entity_id", "project_id", "process_id", "office")}
        values |= {name: getattr(row, name) for name in ("office_name", "step", "happened_on")}
        taken = ProcurementStep(
            **values, note=reason.strip(), annuls_id=step_id, user_id=by.actor.user_id, recorded_at=now
        )
        db.session.add(taken)
        record(by.actor, "annul", "procurement_step", project.code, now, {"reason": reason.strip()})


def load_files(
    vigencia_id: int, project_ids: Sequence[int] | None = None, known_at: datetime | None = None
) -> tuple[ProcurementFile, ...]:
    """The files of the vigencia's projects, or of some of them, with the steps that stand; two queries at most.

    Of what was recorded (UTC) after ``known_at`` nothing is told, where one is given.
    """
    annulment = aliased(ProcurementStep)
    query = (
        select(ProcurementStep, Process.reference, User.label)
        .outerjoin(Process, Process.id == ProcurementStep.process_id)
        .outerjoin(Project, Project.id == ProcurementStep.project_id)
        .outerjoin(User, User.id == ProcurementStep.user_id)
        .where((Process.vigencia_id == vigencia_id) | (Project.vigencia_id == vigencia_id))
        .where(ProcurementStep.annuls_id.is_(None))
        .order_by(ProcurementStep.id)
    )
    is_annulled = exists().where(annulment.annuls_id == ProcurementStep.id)
    if known_at:
        query = query.where(ProcurementStep.recorded_at <= known_at)
        is_annulled = is_annulled.where(annulment.recorded_at <= known_at)
    query = query.where(~is_annulled)
    if project_ids is not None:
        processes = select(ProjectProcess.process_id).where(ProjectProcess.project_id.in_(project_ids))
        query = query.where(ProcurementStep.project_id.in_(project_ids) | ProcurementStep.process_id.in_(processes))
    found = db.session.execute(query).all()
    links = _links({row.process_id for row, *_ in found if row.process_id})
    steps: dict[tuple[str, tuple[int, ...]], list[ToldStep]] = defaultdict(list)
    for row, reference, author in found:
        projects = links[row.process_id] if row.process_id else (row.project_id,)
        passage = Passage(Office(row.office), FileStep(row.step), row.happened_on, row.office_name, row.id)
        steps[reference or "", tuple(projects)].append(ToldStep(passage, reference or "", row.note, author or ""))
    return tuple(ProcurementFile(*key, _ordered(rows)) for key, rows in steps.items())


def _ordered(rows: Sequence[ToldStep]) -> tuple[ToldStep, ...]:
    places = {passage.id: place for place, passage in enumerate(in_order(row.passage for row in rows))}
    return tuple(sorted(rows, key=lambda row: places[row.passage.id]))


def _links(process_ids: Collection[int]) -> dict[int, list[int]]:
    """All the projects of each process; no query for none."""
    if not process_ids:
        return {}
    query = (
        select(ProjectProcess.process_id, ProjectProcess.project_id)
        .where(ProjectProcess.process_id.in_(process_ids))
        .order_by(ProjectProcess.id)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for process_id, project_id in db.session.execute(query):
        found[process_id].append(project_id)
    return found


def project_package(
    project_id: int, counted_by: date | None = None, known_at: datetime | None = None
) -> Package | None:
    """The newest count of a project's small contracts, counted by a day and recorded by ``known_at``; one query."""
    query = select(ContractPackage).where(ContractPackage.project_id == project_id)
    if counted_by:
        query = query.where(ContractPackage.counted_on <= counted_by)
    if known_at:
        query = query.where(ContractPackage.recorded_at <= known_at)
    row = db.session.scalars(query.order_by(ContractPackage.id.desc()).limit(1)).first()
    return Package(row.id, row.planned, row.signed, row.counted_on, row.note) if row else None


def count_package(
    vigencia: Vigencia, project_id: int, planned: int, signed: int, counted_on: date, note: str, seen: int, by: By
) -> None:
    """Record how many small contracts are planned and signed by a day; ``seen`` is the id of the count before, or 0.

    Raises ``ForbiddenError``, ``ProblemsError`` and, where somebody else was quicker, ``ConflictError``.
    """
    with by.writing(vigencia) as now:
        project = _project(vigencia, project_id, Office.ORGANISM, by, frozenset())
        last = project_package(project_id)
        if seen != (last.id if last else 0):
            raise ConflictError("Otra persona contó los contratos mientras usted escribía. Revise y envíe de nuevo.")
        first = last.counted_on if last else first_day(vigencia)
        problems = [span_problem(first, counted_on, by.today)]
        if not 1 <= planned <= _MOST_CONTRACTS:
            what = f"Escriba entre 1 y {_MOST_CONTRACTS} contratos previstos."
            problems.append(Problem(what, "Corrija el número.", cell="planned"))
        if not 0 <= signed <= planned:
            problems.append(Problem("Los firmados no pasan de los previstos.", "Corrija el número.", cell="signed"))
        refuse(*problems)
        db.session.add(
            ContractPackage(
                entity_id=project.entity_id,
                project_id=project_id,
                planned=planned,
                signed=signed,
                counted_on=counted_on,
                note=note.strip(),
                user_id=by.actor.user_id,
                recorded_at=now,
            )
        )
        details = {"before": f"{last.signed} de {last.planned}" if last else "", "after": f"{signed} de {planned}"}
        record(by.actor, "add", "contract_package", project.code, now, details)
