"""A vigencia with projects of two organisms and plans for them, written as the services write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE, Modality
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.project import ProjectState
from pp_monitor.extensions import db
from pp_monitor.models.entity import Entity, Organism, Vigencia
from pp_monitor.models.project import (
    Project,
    ProjectAllocation,
    ProjectModality,
    ProjectName,
    ProjectOrganism,
    ProjectStateRow,
)
from pp_monitor.services import entity as entity_service
from pp_monitor.services.audit import Actor
from pp_monitor.services.plan import ProjectPlan
from pp_monitor.services.registration import register_plan
from pp_monitor.services.transaction import writing_vigencia
from tests.reference import load_reference
from tests.snapshot import filled

YEAR = 2022
TODAY = date(2022, 4, 18)
FIRST_DAY = date(2022, 1, 3)
SALUD, VIAS = "4145", "4151"


@dataclass(frozen=True, slots=True)
class City:
    """What the tests name: the vigencia, an actor of Planning, and project ids by code."""

    vigencia_id: int
    actor: Actor
    ids: Mapping[str, int]

    @property
    def vigencia(self) -> Vigencia:
        return db.session.get_one(Vigencia, self.vigencia_id)

    def organism(self, code: str = SALUD) -> Organism:
        return entity_service.find_organism(code)

    def id(self, number: int, organism: str = SALUD) -> int:
        return self.ids[project_code(number, organism)]


def project_code(number: int, organism: str = SALUD) -> str:
    return f"BP26{organism[-2:]}{number:04d}"


def build_city(
    counts: Mapping[str, int] | None = None,
    *,
    deadline: date | None = date(2022, 4, 22),
    demo_today: date | None = None,
) -> City:
    """A vigencia 2022 with that many projects for each organism; three and two unless told otherwise.

    With ``demo_today`` it is a demonstration that stands at that day.
    """
    counts = counts or {SALUD: 3, VIAS: 2}
    filled(f"city {counts} {deadline} {demo_today}", lambda: _fill(counts, deadline, demo_today))
    actor = Actor(entity_service.the_entity().id, "Planeación")
    ids = dict(db.session.execute(select(Project.code, Project.id)).tuples().all())
    return City(entity_service.find_vigencia(YEAR).id, actor, ids)


def _fill(counts: Mapping[str, int], deadline: date | None, demo_today: date | None) -> None:
    load_reference()
    entity_id = entity_service.the_entity().id
    actor = Actor(entity_id, "Planeación")
    opening = entity_service.Opening(YEAR, FIRST_DAY, is_demo=demo_today is not None)
    vigencia = entity_service.ensure_vigencia(opening, actor)
    if demo_today:
        db.session.get_one(Entity, entity_id).demo_today = demo_today
        db.session.commit()
    if deadline:
        entity_service.set_deadline(YEAR, deadline, actor)
    for organism, count in counts.items():
        add_projects(vigencia.id, organism, range(1, count + 1))


def add_projects(vigencia_id: int, organism: str, numbers: range, entered_on: date = FIRST_DAY) -> None:
    organism_id = entity_service.find_organism(organism).id
    with writing_vigencia(vigencia_id) as now:
        entity_id = db.session.get_one(Vigencia, vigencia_id).entity_id
        for number in numbers:
            code = project_code(number, organism)
            project = Project(
                entity_id=entity_id,
                vigencia_id=vigencia_id,
                public_id=f"pp-{YEAR}-{code.lower()}",
                code=code,
                bpin="",
                is_reserve=False,
                entered_on=entered_on,
                recorded_at=now,
            )
            db.session.add(project)
            db.session.flush()
            dated = {"entity_id": entity_id, "project_id": project.id, "valid_from": entered_on, "recorded_at": now}
            name = f"Mejoramiento de la comuna {number} de Santiago de Cali"
            db.session.add(ProjectName(**dated, name=name))
            db.session.add(ProjectOrganism(**dated, organism_id=organism_id))
            db.session.add(ProjectAllocation(**dated, amount_cop=100_000_000 * number))


def add_late_comer(city: City, deadline: date | None, entered_on: date = date(2022, 9, 1)) -> None:
    """A fourth project of Salud that entered later, with a deadline of its own if one is given."""
    add_projects(city.vigencia_id, SALUD, range(4, 5), entered_on)
    if deadline:
        id_ = db.session.scalars(select(Project.id).where(Project.code == project_code(4))).one()
        entity_service.set_deadline(YEAR, deadline, city.actor, project_id=id_, reason="Decreto 12")


def register_all(city: City, organism: str = SALUD) -> None:
    """Register the plan of every project of an organism."""
    ids = [id_ for code, id_ in city.ids.items() if code.startswith(f"BP26{organism[-2:]}")]
    register_plans(city, {id_: plan() for id_ in ids}, "Oficio 1", organism=organism)


def register_plans(city: City, plans: Mapping[int, ProjectPlan], act: str = "", *, organism: str = SALUD) -> None:
    """Register these plans at once, as an act of Planning."""
    register_plan(
        vigencia=city.vigencia,
        organism=city.organism(organism),
        plans=plans,
        declared_on=TODAY,
        act=act,
        actor=city.actor,
        user_id=None,
    )


def plan_lines(start: date = date(2022, 4, 26), *, step_days: int = 14) -> dict[str, PlanLine]:
    """A complete plan in order, a milestone every fortnight, always on a Tuesday that is a working day."""
    return {
        milestone.code: PlanLine(start + timedelta(days=step_days * index))
        for index, milestone in enumerate(DEFAULT_CATALOGUE.milestones)
    }


def plan(**changes: PlanLine) -> ProjectPlan:
    """A complete plan with some of its lines replaced."""
    return ProjectPlan(plan_lines() | changes)


def set_modality(city: City, project_id: int, modality: Modality) -> None:
    with writing_vigencia(city.vigencia_id) as now:
        db.session.add(
            ProjectModality(
                entity_id=city.actor.entity_id,
                project_id=project_id,
                valid_from=FIRST_DAY,
                modality=modality,
                recorded_at=now,
            )
        )


def set_state(city: City, project_id: int, state: ProjectState, valid_from: date = date(2022, 4, 1)) -> None:
    with writing_vigencia(city.vigencia_id) as now:
        db.session.add(
            ProjectStateRow(
                entity_id=city.actor.entity_id,
                project_id=project_id,
                valid_from=valid_from,
                act="Acta 1",
                state=state,
                recorded_at=now,
            )
        )


def move(city: City, project_id: int, organism: str, valid_from: date) -> None:
    """Transfer a project to another organism from a day on."""
    organism_id = entity_service.find_organism(organism).id
    with writing_vigencia(city.vigencia_id) as now:
        db.session.add(
            ProjectOrganism(
                entity_id=city.actor.entity_id,
                project_id=project_id,
                valid_from=valid_from,
                act="Acta 2",
                organism_id=organism_id,
                recorded_at=now,
            )
        )
