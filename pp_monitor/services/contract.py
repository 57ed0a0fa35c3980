"""Processes and contracts of projects: which serve which, with what amount, from and until which day (rules 10)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from pp_monitor.domain.contract import same_reference
from pp_monitor.domain.errors import ConflictError, ForbiddenError, NotFoundError, Problem
from pp_monitor.extensions import db
from pp_monitor.formatters import date_short
from pp_monitor.models.contract import ContractGuarantee
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.progress import Evidence
from pp_monitor.models.project import (
    Attempt,
    Contract,
    Process,
    Project,
    ProjectContract,
    ProjectOrganism,
    ProjectProcess,
)
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.contract_check import act_problem, day_problem, number_problem, refuse, span_problem
from pp_monitor.services.evidence import NO_BACKING, Backing, Proof, proof_of
from pp_monitor.services.transaction import writing_vigencia


@dataclass(frozen=True, slots=True)
class By:
    """Who writes and on which day; ``organisms`` are the codes of those whose projects they may write, none for all.

    What is written as a trial is judged like the rest, and undone.
    """

    actor: Actor
    today: date
    organisms: frozenset[str] | None
    is_trial: bool = False

    def writing(self, vigencia: Vigencia) -> AbstractContextManager[datetime]:
        """The transaction of what they write in a vigencia; gives the instant (UTC) to record."""
        return writing_vigencia(vigencia.id, is_trial=self.is_trial)

    def may_write(self, organism_code: str) -> bool:
        """Whether the projects of an organism are theirs to write."""
        return self.organisms is None or organism_code in self.organisms


@dataclass(frozen=True, slots=True)
class NewProcess:
    """A process as typed, which serves a project from ``since`` on."""

    reference: str
    secop_url: str
    since: date


@dataclass(frozen=True, slots=True)
class NewContract:
    """A contract as typed, which serves a project from ``since`` on with ``amount_cop`` (0 where it is not known)."""

    number: str
    secop_url: str
    since: date
    amount_cop: int = 0
    process_id: int | None = None
    act: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """The process or contract that was added; ``is_known`` tells that it served another project already."""

    id: int
    is_known: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a contract as it stands in the newest row; ``proof`` backs the act that orders it."""

    project_id: int
    project_code: str
    organism_code: str
    amount_cop: int
    valid_from: date
    is_linked: bool
    act: str = ""
    proof: Proof | None = None


def add_process(vigencia: Vigencia, project_id: int, new: NewProcess, by: By) -> Added:
    """Add a process with its first attempt, or link one that is known by its number.

    Like every change here, raises ``NotFoundError`` for what is of another vigencia, ``ForbiddenError`` for a project
    that its author may not write, ``ProblemsError`` for what a person can mend and ``ConflictError`` where somebody
    else was quicker.
    """
    with by.writing(vigencia) as now:
        project = writable_project(vigencia, project_id, by)
        known = find_process(vigencia, new.reference)
        refuse(
            day_problem(vigencia, new.since, by.today),
            number_problem(new.reference, "reference"),
            _twice_problem(project_id, known),
        )
        found = known or Process(
            entity_id=vigencia.entity_id,
            vigencia_id=vigencia.id,
            reference=new.reference.strip(),
            secop_url=new.secop_url,
            recorded_at=now,
        )
        if known is None:
            db.session.add(found)
            db.session.flush()
            open_attempt(found, 1, new.since, now)
        row = _link(project, new.since, "", by.actor, now)
        db.session.add(ProjectProcess(**row, process_id=found.id))
        details = {"name": found.reference, "project": project.code}
        record(by.actor, "add", "process", found.reference, now, details)
        return Added(found.id, known is not None)


def _twice_problem(project_id: int, process: Process | None) -> Problem | None:
    if process is None or not _serves(project_id, process.id):
        return None
    return Problem("Ese proceso ya está en este proyecto.", "Revise el número.", cell="reference")


def open_attempt(process: Process, number: int, opened_on: date, now: datetime) -> None:
    """Open the next attempt of a process within the caller's transaction."""
    db.session.add(
        Attempt(entity_id=process.entity_id, process_id=process.id, number=number, opened_on=opened_on, recorded_at=now)
    )


def _serves(project_id: int, process_id: int) -> bool:
    query = select(ProjectProcess.id).where(
        ProjectProcess.project_id == project_id, ProjectProcess.process_id == process_id
    )
    return db.session.scalar(query) is not None


def add_contract(vigencia: Vigencia, project_id: int, new: NewContract, by: By) -> Added:
    """Add a contract, or link one that is known by its number. Raises as ``add_process``."""
    with by.writing(vigencia) as now:
        project = writable_project(vigencia, project_id, by)
        known = find_contract(vigencia, new.number)
        refuse(
            day_problem(vigencia, new.since, by.today),
            number_problem(new.number, "number"),
            _process_problem(project_id, new.process_id),
            *(link_problems(known, [project], new.since) if known else ()),
        )
        found = known or Contract(
            entity_id=vigencia.entity_id,
            vigencia_id=vigencia.id,
            process_id=new.process_id,
            number=new.number.strip(),
            secop_url=new.secop_url,
            recorded_at=now,
        )
        if known is None:
            db.session.add(found)
            db.session.flush()
        write_link(found, project, new.amount_cop, new.since, new.act, by.actor, now)
        _tell(by, "add", found, now, {"project": project.code, "amount_cop": new.amount_cop})
        return Added(found.id, known is not None)


def _process_problem(project_id: int, process_id: int | None) -> Problem | None:
    if process_id is None or _serves(project_id, process_id):
        return None
    return Problem("Ese proceso no es de este proyecto.", "Elija uno de la lista.", cell="origin")


def link_projects(
    vigencia: Vigencia, contract_id: int, amounts: Mapping[str, int], since: date, act: str, by: By
) -> int:
    """Make a contract serve more projects, each by its code with its amount (COP); give how many. Raises as above."""
    with by.writing(vigencia) as now:
        contract = get_contract(vigencia, contract_id)
        projects, strange = _projects_by_code(vigencia, amounts, by)
        found = link_problems(contract, projects.values(), since)
        refuse(day_problem(vigencia, since, by.today), *strange, *found)
        for code, amount_cop in amounts.items():
            write_link(contract, projects[code], amount_cop, since, act, by.actor, now)
        _tell(by, "link", contract, now, {"projects": ", ".join(amounts), "act": act})
        return len(amounts)


def _projects_by_code(
    vigencia: Vigencia, codes: Iterable[str], by: By
) -> tuple[dict[str, Project], tuple[Problem, ...]]:
    """The projects, and a problem for each that is not there or not theirs to write, without telling which."""
    query = select(Project).where(Project.vigencia_id == vigencia.id, Project.code.in_(list(codes)))
    found = {row.code: row for row in db.session.scalars(query)}
    organisms = organisms_of([row.id for row in found.values()], by.today)
    own = {code: row for code, row in found.items() if by.may_write(organisms.get(row.id, ""))}
    problems = tuple(
        Problem(
            f"{code} no está entre los proyectos en los que usted escribe.",
            "Revise el código o pídalo a Planeación.",
            project_code=code,
        )
        for code in codes
        if code not in own
    )
    return own, problems


def link_problems(
    contract: Contract, projects: Iterable[Project], since: date, cell: str = "number"
) -> tuple[Problem, ...]:
    """What stands against a contract that begins to serve projects; ``cell`` names the box of the contract."""
    last, found = {row.project_id: row for row in contract_links(contract.id)}, []
    for project in projects:
        link, code = last.get(project.id), project.code
        if link and link.is_linked:
            what = f"El contrato {contract.number} ya sirve al proyecto {code}."
            found.append(Problem(what, "Revise el número o el código.", cell=cell, project_code=code))
        elif link and since < link.valid_from:
            what = f"Ese contrato dejó el proyecto {code} el {date_short(link.valid_from)}."
            found.append(Problem(what, "Escriba un día desde entonces.", cell="day"))
    return tuple(found)


def write_link(
    contract: Contract, project: Project, amount_cop: int, since: date, act: str, actor: Actor, now: datetime
) -> None:
    """Link within the caller's transaction; `link_problems` has told what stands against it."""
    row = _link(project, since, act, actor, now)
    db.session.add(ProjectContract(**row, contract_id=contract.id, amount_cop=amount_cop, is_linked=True))


def _link(project: Project, since: date, act: str, actor: Actor, now: datetime) -> dict[str, object]:
    return {
        "entity_id": project.entity_id,
        "project_id": project.id,
        "valid_from": since,
        "act": act.strip(),
        "user_id": actor.user_id,
        "recorded_at": now,
    }


def unlink(
    vigencia: Vigencia,
    contract_id: int,
    project_id: int,
    since: date,
    act: str,
    by: By,
    backing: Backing = NO_BACKING,
) -> None:
    """Make a contract serve a project no longer from a day on, by act: its facts stop counting there.

    Raises as ``add_process``.
    """
    with by.writing(vigencia) as now:
        contract = get_contract(vigencia, contract_id)
        project = writable_project(vigencia, project_id, by)
        last = {row.project_id: row for row in contract_links(contract_id)}.get(project_id)
        if last is None or not last.is_linked:
            raise ConflictError(f"El contrato {contract.number} ya no sirve al proyecto {project.code}.")
        refuse(span_problem(last.valid_from, since, by.today), act_problem(act))
        row = _link(project, since, act, by.actor, now) | {"evidence_id": backing.keep(project.entity_id, now)}
        db.session.add(ProjectContract(**row, contract_id=contract_id, amount_cop=last.amount_cop, is_linked=False))
        _tell(by, "unlink", contract, now, {"project": project.code, "act": act})


def approve_guarantees(
    vigencia: Vigencia,
    contract_id: int,
    approved_on: date | None,
    act: str,
    seen: int,
    by: By,
    backing: Backing = NO_BACKING,
) -> None:
    """Record when the guarantees of a contract were approved, by act; none takes the approval back.

    ``seen`` is the id of the record that its author had before them, 0 for none. Raises as ``add_process``.
    """
    with by.writing(vigencia) as now:
        contract = get_contract(vigencia, contract_id)
        require_all(contract_links(contract_id), by)
        newest = db.session.scalars(
            select(ContractGuarantee).where(ContractGuarantee.contract_id == contract_id).order_by(ContractGuarantee.id)
        ).all()[-1:]
        if seen != (newest[0].id if newest else 0):
            raise ConflictError("Otra persona registró las garantías mientras usted escribía. Revise y envíe de nuevo.")
        standing = newest[0].approved_on if newest else None
        refuse(_approval_problem(vigencia, approved_on, standing, by.today), act_problem(act))
        db.session.add(
            ContractGuarantee(
                entity_id=vigencia.entity_id,
                contract_id=contract_id,
                approved_on=approved_on,
                act=act.strip(),
                evidence_id=backing.keep(vigencia.entity_id, now),
                user_id=by.actor.user_id,
                recorded_at=now,
            )
        )
        day = approved_on.isoformat() if approved_on else None
        _tell(by, "approve_guarantees", contract, now, {"act": act, "after": day})


def _approval_problem(vigencia: Vigencia, day: date | None, standing: date | None, today: date) -> Problem | None:
    if day == standing:
        return Problem("No cambia nada.", "Escriba una fecha distinta de la que tiene.", cell="approved")
    return day_problem(vigencia, day, today, "approved") if day else None


def organisms_of(project_ids: Collection[int], today: date) -> dict[int, str]:
    """The code of the organism that has each project today; one query."""
    query = (
        select(ProjectOrganism.project_id, Organism.code)
        .join(Organism, Organism.id == ProjectOrganism.organism_id)
        .where(ProjectOrganism.project_id.in_(list(project_ids)), ProjectOrganism.valid_from <= today)
        .order_by(ProjectOrganism.valid_from, ProjectOrganism.id)
    )
    return {row.project_id: row.code for row in db.session.execute(query)}


def writable_project(vigencia: Vigencia, project_id: int, by: By) -> Project:
    """The project, for who may write it."""
    project = db.session.get(Project, project_id)
    if project is None or project.vigencia_id != vigencia.id:
        raise NotFoundError("Ese proyecto no existe en la vigencia.")
    if not by.may_write(organisms_of([project_id], by.today).get(project_id, "")):
        raise ForbiddenError("Usted puede consultar este proyecto, pero no registrar en él.")
    return project


def get_contract(vigencia: Vigencia, contract_id: int) -> Contract:
    """The contract; raise ``NotFoundError`` where the vigencia has none like it."""
    contract = db.session.get(Contract, contract_id)
    if contract is None or contract.vigencia_id != vigencia.id:
        raise NotFoundError("Ese contrato no existe en la vigencia.")
    return contract


def contract_links(contract_id: int) -> tuple[Link, ...]:
    """How the contract stands with each project that it ever served, in the order in which they came; one query."""
    query = (
        select(ProjectContract, Project.code, Organism.code, Evidence)
        .outerjoin(Evidence, Evidence.id == ProjectContract.evidence_id)
        .join(Project, Project.id == ProjectContract.project_id)
        .join(ProjectOrganism, ProjectOrganism.project_id == Project.id)
        .join(Organism, Organism.id == ProjectOrganism.organism_id)
        .where(ProjectContract.contract_id == contract_id)
        .order_by(ProjectContract.valid_from, ProjectContract.id, ProjectOrganism.valid_from, ProjectOrganism.id)
    )
    return tuple(
        {
            row.project_id: Link(
                row.project_id,
                code,
                organism,
                row.amount_cop,
                row.valid_from,
                row.is_linked,
                row.act,
                proof_of(evidence),
            )
            for row, code, organism, evidence in db.session.execute(query)
        }.values()
    )


def require_all(links: Iterable[Link], by: By) -> None:
    """Raise ``ForbiddenError`` where a project that is served belongs to an organism that is not theirs to write."""
    if any(row.is_linked and not by.may_write(row.organism_code) for row in links):
        raise ForbiddenError("También sirve a proyectos de otro organismo. Pida a Planeación que lo registre.")


def find_contract(vigencia: Vigencia, number: str) -> Contract | None:
    """The contract of the vigencia with that number, however it is spelled."""
    same = func.lower(func.replace(Contract.number, " ", "")) == same_reference(number)
    return db.session.scalar(select(Contract).where(Contract.vigencia_id == vigencia.id, same))


def find_process(vigencia: Vigencia, reference: str) -> Process | None:
    """The process of the vigencia with that number, however it is spelled."""
    same = func.lower(func.replace(Process.reference, " ", "")) == same_reference(reference)
    return db.session.scalar(select(Process).where(Process.vigencia_id == vigencia.id, same))


def _tell(by: By, action: str, contract: Contract, now: datetime, details: Mapping[str, object]) -> None:
    record(by.actor, action, "contract", contract.number, now, details)
