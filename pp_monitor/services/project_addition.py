"""A project that enters the vigencia by an act, after the city's list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.errors import Problem, ProblemsError
from pp_monitor.domain.project_change import ChangeKind
from pp_monitor.extensions import db
from pp_monitor.formatters import cop
from pp_monitor.intake.text import Refusal, normalise_project_code
from pp_monitor.models.entity import Entity, Vigencia
from pp_monitor.models.project import (
    Project,
    ProjectAllocation,
    ProjectChange,
    ProjectModality,
    ProjectName,
    ProjectOrganism,
    ProjectTerritory,
)
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.entity import find_organism
from pp_monitor.services.evidence import keep_proof
from pp_monitor.services.project import public_id
from pp_monitor.services.project_change import (
    Order,
    add_deadline,
    add_shares,
    deadline_problem,
    is_bpin,
    order_problems,
    share_problem,
)
from pp_monitor.services.transaction import writing_vigencia


@dataclass(frozen=True, slots=True)
class NewProject:
    """What a project enters with; ``shares`` are amounts (COP) by territory, 0 where they are not declared."""

    code: str
    name: str
    organism_code: str
    amount_cop: int
    shares: Mapping[str, int]
    modality: Modality | None = None
    bpin: str = ""
    deadline_on: date | None = None


def add_project(vigencia: Vigencia, new: NewProject, order: Order, actor: Actor, today: date) -> str:
    """Add a project that counts from the day of its act; give its public id.

    Raises ``ProblemsError`` for everything that a person can mend, ``cell`` naming the box.
    """
    code = normalise_project_code(new.code)
    with writing_vigencia(vigencia.id) as now:
        problems = _problems(vigencia, new, code, order, today)
        if problems or isinstance(code, Refusal):
            raise ProblemsError(problems)
        project = Project(
            entity_id=vigencia.entity_id,
            vigencia_id=vigencia.id,
            public_id=public_id(db.session.get_one(Entity, vigencia.entity_id).code, vigencia.year, code),
            code=code,
            bpin=new.bpin.strip(),
            is_reserve=False,
            entered_on=order.act.valid_from,
            recorded_at=now,
        )
        db.session.add(project)
        db.session.flush()
        _add_attributes(project, new, order, now)
        add_deadline(vigencia, project.id, new.deadline_on, order.act, now)
        _tell(project, new, order, actor, now)
        return project.public_id


def _dated(project: Project, order: Order, now: datetime) -> dict[str, Any]:
    return {
        "entity_id": project.entity_id,
        "project_id": project.id,
        "valid_from": order.act.valid_from,
        "act": order.act.name,
        "recorded_at": now,
    }


def _add_attributes(project: Project, new: NewProject, order: Order, now: datetime) -> None:
    dated = _dated(project, order, now)
    territory = ProjectTerritory(**dated)
    db.session.add_all(
        [
            ProjectName(**dated, name=new.name.strip()),
            ProjectOrganism(**dated, organism_id=find_organism(new.organism_code).id),
            ProjectAllocation(**dated, amount_cop=new.amount_cop),
            territory,
        ]
    )
    if new.modality:
        db.session.add(ProjectModality(**dated, modality=new.modality))
    db.session.flush()
    add_shares(territory, new.shares)


def _tell(project: Project, new: NewProject, order: Order, actor: Actor, now: datetime) -> None:
    told = f"{new.name.strip()}, {cop(new.amount_cop)}"
    db.session.add(
        ProjectChange(
            **_dated(project, order, now),
            kind=ChangeKind.ADDED,
            reason=order.act.reason.strip(),
            after=told,
            evidence_id=keep_proof(project.entity_id, order.url, order.attached, now),
            user_id=actor.user_id,
        )
    )
    details = {"kind": ChangeKind.ADDED, "after": told, "act": order.act.name, "reason": order.act.reason}
    record(actor, "change_project", "project", project.code, now, details)


def _problems(
    vigencia: Vigencia, new: NewProject, code: str | Refusal, order: Order, today: date
) -> tuple[Problem, ...]:
    found = list(order_problems(order, date(vigencia.year, 1, 1), today))
    if isinstance(code, Refusal):
        found.append(Problem(code.what, code.fix, cell="code"))
    elif db.session.scalar(select(Project.id).where(Project.vigencia_id == vigencia.id, Project.code == code)):
        fix = f"Si es el mismo BP en otro territorio, escriba {code[:10]}-02 o el número que siga."
        found.append(Problem(f"El código {code} ya está en la vigencia.", fix, cell="code"))
    if not new.name.strip():
        found.append(Problem("Falta el nombre.", "Escriba el nombre del proyecto.", cell="name"))
    if new.amount_cop <= 0:
        found.append(Problem("El valor debe ser mayor que cero.", "Escriba pesos enteros.", cell="amount"))
    if new.bpin.strip() and not is_bpin(new.bpin.strip()):
        found.append(Problem("Ese no es un BPIN.", "Escriba solo sus cifras, de 6 a 20.", cell="bpin"))
    others = (share_problem(new.shares, new.amount_cop), deadline_problem(vigencia, new.deadline_on, today))
    return (*found, *(problem for problem in others if problem))
