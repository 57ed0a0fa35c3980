"""The city itself: its organisms, territories, catalogue and vigencias."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE, Catalogue, CatalogueMilestone, Modality, Phase
from pp_monitor.domain.errors import NotFoundError, Problem, ProblemsError
from pp_monitor.domain.part import NO_TERRITORY as NO_TERRITORY
from pp_monitor.domain.plan_schedule import DEFAULT_TERMS, ModalityTerm, TermKind
from pp_monitor.domain.portfolio import OrganismLabel, TerritoryLabel
from pp_monitor.domain.threshold import Thresholds
from pp_monitor.extensions import db
from pp_monitor.models.entity import (
    CatalogueMilestoneRow,
    CatalogueVersion,
    Deadline,
    Entity,
    ModalityTermRow,
    Organism,
    OrganismName,
    Territory,
    TerritoryKind,
    ThresholdSet,
    Vigencia,
)
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.plan_rule import add_default_rules
from pp_monitor.services.transaction import writing, writing_vigencia

CITY_CODE = "76001"
CITY_NAME = "Alcaldía de Santiago de Cali"
WHOLE_CITY = "00"
FOUNDED = date(2000, 1, 1)

ORGANISMS = (
    OrganismLabel("4133", "Departamento Administrativo de Gestión del Medio Ambiente (DAGMA)", "DAGMA"),
    OrganismLabel(
        "4134",
        "Departamento Administrativo de Tecnologías de la Información y las Comunicaciones (DATIC)",
        "DATIC",
    ),
    OrganismLabel("4143", "Secretaría de Educación", "Educación"),
    OrganismLabel("4145", "Secretaría de Salud Pública", "Salud Pública"),
    OrganismLabel("4146", "Secretaría de Bienestar Social", "Bienestar Social"),
    OrganismLabel("4148", "Secretaría de Cultura", "Cultura"),
    OrganismLabel("4151", "Secretaría de Infraestructura", "Infraestructura"),
    OrganismLabel("4152", "Secretaría de Movilidad", "Movilidad"),
    OrganismLabel("4161", "Secretaría de Seguridad y Justicia", "Seguridad y Justicia"),
    OrganismLabel("4162", "Secretaría del Deporte y la Recreación", "Deporte y Recreación"),
    OrganismLabel("4164", "Secretaría de Paz y Cultura Ciudadana", "Paz y Cultura Ciudadana"),
    OrganismLabel("4171", "Secretaría de Desarrollo Económico", "Desarrollo Económico"),
    OrganismLabel("4172", "Secretaría de Turismo", "Turismo"),
    OrganismLabel("4173", "Secretaría de Desarrollo Territorial y Participación Ciudadana", "Desarrollo Territorial"),
    OrganismLabel("4182", "Unidad Administrativa Especial de Servicios Públicos (UAESP)", "UAESP"),
)
CORREGIMIENTOS = (
    "Navarro",
    "El Hormiguero",
    "Pance",
    "La Buitrera",
    "Villacarmelo",
    "Los Andes",
    "Pichindé",
    "La Leonera",
    "Felidia",
    "El Saladito",
    "La Elvira",
    "La Castilla",
    "La Paz",
    "Montebello",
    "Golondrinas",
)


def the_entity() -> Entity:
    """The city of this installation; raise ``NotFoundError`` before ``init``."""
    entity = db.session.scalar(select(Entity).order_by(Entity.id).limit(1))
    if entity is None:
        raise NotFoundError("La base de datos está vacía. Ejecute primero «pp-monitor init».")
    return entity


def find_vigencia(year: int) -> Vigencia:
    """The vigencia of ``year``; raise ``NotFoundError`` if it was never opened."""
    entity = the_entity()
    query = select(Vigencia).where(Vigencia.entity_id == entity.id, Vigencia.year == year)
    vigencia = db.session.scalar(query)
    if vigencia is None:
        raise NotFoundError(f"La vigencia {year} no está abierta. Cargue primero sus proyectos.")
    return vigencia


def newest_vigencia() -> Vigencia | None:
    """The latest vigencia opened, or none."""
    return db.session.scalar(select(Vigencia).order_by(Vigencia.year.desc()).limit(1))


def load_reference_data(recorded_at_label: str = "init") -> None:
    """Create the city with its organisms, territories and catalogue where they are missing.

    Safe to repeat: what is there is left as it is.
    """
    with writing() as now:
        entity = db.session.scalar(select(Entity).limit(1))
        if entity is None:
            entity = Entity(code=CITY_CODE, name=CITY_NAME, demo_today=None)
            db.session.add(entity)
            db.session.flush()
            record(Actor(entity.id, recorded_at_label), "init", "entity", entity.code, now)
        _add_organisms(entity.id, now)
        _add_territories(entity.id)
        if db.session.scalar(select(func.count(CatalogueVersion.id))) == 0:
            _add_catalogue(entity.id, 1, DEFAULT_CATALOGUE, now)
        _add_terms(entity.id)
        add_default_rules(entity.id, now)


def _add_organisms(entity_id: int, now: datetime) -> None:
    known = set(db.session.scalars(select(Organism.code).where(Organism.entity_id == entity_id)))
    for label in ORGANISMS:
        if label.code not in known:
            add_organism(entity_id, label, now)


def add_organism(entity_id: int, label: OrganismLabel, now: datetime) -> Organism:
    """Add an organism with its first name, within the caller's transaction."""
    organism = Organism(entity_id=entity_id, code=label.code)
    db.session.add(organism)
    db.session.flush()
    db.session.add(
        OrganismName(
            entity_id=entity_id,
            organism_id=organism.id,
            name=label.name,
            short_name=label.short_name,
            valid_from=FOUNDED,
            recorded_at=now,
        )
    )
    return organism


def _add_territories(entity_id: int) -> None:
    known = set(db.session.scalars(select(Territory.code).where(Territory.entity_id == entity_id)))
    rows = [(f"{number:02d}", f"Comuna {number}", TerritoryKind.COMUNA) for number in range(1, 23)]
    rows += [(str(51 + i), name, TerritoryKind.CORREGIMIENTO) for i, name in enumerate(CORREGIMIENTOS)]
    rows += [(WHOLE_CITY, "Toda la ciudad", TerritoryKind.CITY)]
    rows += [(NO_TERRITORY, "Sin territorio identificado", TerritoryKind.UNKNOWN)]
    for code, name, kind in rows:
        if code not in known:
            db.session.add(Territory(entity_id=entity_id, code=code, name=name, kind=kind))


def _add_catalogue(entity_id: int, number: int, catalogue: Catalogue, now: datetime) -> None:
    version = CatalogueVersion(entity_id=entity_id, number=number, recorded_at=now)
    db.session.add(version)
    db.session.flush()
    for milestone in catalogue.milestones:
        db.session.add(
            CatalogueMilestoneRow(
                entity_id=entity_id,
                version_id=version.id,
                code=milestone.code,
                name=milestone.name,
                phase=milestone.phase,
                weight=milestone.weight,
                is_compulsory=milestone.compulsory,
                position=milestone.position,
                not_for=sorted(milestone.not_for),
                evidence_name=milestone.document,
                evidence_type=milestone.document_type,
            )
        )


def _add_terms(entity_id: int) -> None:
    """Give the usual terms to each catalogue version that has none."""
    with_terms = set(db.session.scalars(select(ModalityTermRow.version_id).distinct()))
    for version_id in db.session.scalars(select(CatalogueVersion.id)).all():
        if version_id not in with_terms:
            db.session.add_all(
                ModalityTermRow(
                    entity_id=entity_id,
                    version_id=version_id,
                    modality=term.modality,
                    milestone_code=term.milestone_code,
                    kind=TermKind.USUAL,
                    workdays=term.workdays,
                )
                for term in DEFAULT_TERMS
            )


def load_terms(version_id: int) -> tuple[ModalityTerm, ...]:
    """The usual terms of a catalogue version, in working days; one query."""
    rows = db.session.scalars(
        select(ModalityTermRow)
        .where(ModalityTermRow.version_id == version_id, ModalityTermRow.kind == TermKind.USUAL)
        .order_by(ModalityTermRow.id)
    )
    return tuple(ModalityTerm(Modality(row.modality), row.milestone_code, row.workdays) for row in rows)


def load_catalogue(version_id: int) -> Catalogue:
    """The milestones of a catalogue version, in order; one query."""
    rows = db.session.scalars(
        select(CatalogueMilestoneRow)
        .where(CatalogueMilestoneRow.version_id == version_id)
        .order_by(CatalogueMilestoneRow.position)
    )
    return Catalogue(
        tuple(
            CatalogueMilestone(
                row.code,
                row.name,
                Phase(row.phase),
                row.weight,
                row.is_compulsory,
                row.position,
                frozenset(Modality(code) for code in row.not_for),
                row.evidence_name,
                row.evidence_type,
            )
            for row in rows
        )
    )


def organism_labels(entity_id: int, cutoff: date, known_at: datetime) -> dict[str, OrganismLabel]:
    """The names of every organism at a view, by code; one query."""
    rows = db.session.execute(
        select(Organism.code, OrganismName.name, OrganismName.short_name, OrganismName.valid_from)
        .join(OrganismName, OrganismName.organism_id == Organism.id)
        .where(Organism.entity_id == entity_id, OrganismName.recorded_at <= known_at)
        .order_by(OrganismName.valid_from, OrganismName.recorded_at, OrganismName.id)
    )
    labels: dict[str, OrganismLabel] = {}
    for code, name, short_name, valid_from in rows:
        if valid_from <= cutoff or code not in labels:
            labels[code] = OrganismLabel(code, name, short_name)
    return labels


def territory_labels(entity_id: int) -> dict[str, TerritoryLabel]:
    """Every territory by code, in order of code; one query."""
    rows = db.session.execute(
        select(Territory.code, Territory.name).where(Territory.entity_id == entity_id).order_by(Territory.code)
    )
    return {code: TerritoryLabel(code, name) for code, name in rows}


@dataclass(frozen=True, slots=True)
class Opening:
    """How a vigencia opens: its declared day, whether it is a demonstration, and its months of reports."""

    year: int
    opened_on: date
    is_demo: bool = False

    @property
    def follow_from(self) -> date:
        """First month with a report: April, when registration ends."""
        return date(self.year, 4, 1)

    @property
    def follow_until(self) -> date:
        """Last month with a report: December."""
        return date(self.year, 12, 31)


def ensure_vigencia(opening: Opening, actor: Actor) -> Vigencia:
    """The vigencia of that year, opened with the newest catalogue, now frozen, if it is absent."""
    entity = the_entity()
    query = select(Vigencia).where(Vigencia.entity_id == entity.id, Vigencia.year == opening.year)
    if found := db.session.scalar(query):
        return found
    with writing() as now:
        if found := db.session.scalar(query):
            return found
        newest = db.session.scalars(select(CatalogueVersion.id).order_by(CatalogueVersion.number.desc())).first()
        vigencia = Vigencia(
            entity_id=actor.entity_id,
            year=opening.year,
            opened_on=opening.opened_on,
            recorded_at=now,
            catalogue_version_id=newest,
            follow_from=opening.follow_from,
            follow_until=opening.follow_until,
            is_demo=opening.is_demo,
            last_recorded_at=now,
        )
        db.session.add(vigencia)
        db.session.flush()
        db.session.add(
            ThresholdSet(
                entity_id=actor.entity_id,
                vigencia_id=vigencia.id,
                values=asdict(Thresholds()),
                valid_from=date(opening.year, 1, 1),
                recorded_at=now,
            )
        )
        record(actor, "open", "vigencia", str(opening.year), now)
    return vigencia


def set_deadline(
    year: int,
    deadline_on: date | None,
    actor: Actor,
    *,
    organism_code: str | None = None,
    project_id: int | None = None,
    reason: str = "",
) -> None:
    """Record the deadline of registration: of the whole vigencia, of one organism or of one project.

    Raises ``ProblemsError`` for a day outside the vigencia, which would bind no project.
    """
    vigencia = find_vigencia(year)
    if deadline_on and (problem := year_problem(year, deadline_on)):
        raise ProblemsError((problem,))
    organism = find_organism(organism_code) if organism_code else None
    with writing_vigencia(vigencia.id) as now:
        write_deadline(vigencia, deadline_on, actor, now, organism=organism, project_id=project_id, reason=reason)


def year_problem(year: int, deadline_on: date) -> Problem | None:
    """A day outside the vigencia."""
    if deadline_on.year == year:
        return None
    what = f"El plazo {deadline_on:%d/%m}/{deadline_on.year} no cae en la vigencia {year}."
    return Problem(what, f"Escriba un día entre el 01/01/{year} y el 31/12/{year}.")


def write_deadline(
    vigencia: Vigencia,
    deadline_on: date | None,
    actor: Actor,
    now: datetime,
    *,
    organism: Organism | None = None,
    project_id: int | None = None,
    reason: str = "",
) -> None:
    """Record a deadline within the caller's write transaction."""
    db.session.add(
        Deadline(
            entity_id=actor.entity_id,
            vigencia_id=vigencia.id,
            organism_id=organism.id if organism else None,
            project_id=project_id,
            deadline_on=deadline_on,
            reason=reason,
            recorded_at=now,
        )
    )
    told = deadline_on.isoformat() if deadline_on else None
    code = organism.code if organism else None
    details = {"deadline": told, "organism": code, "project_id": project_id, "reason": reason}
    record(actor, "set_deadline", "vigencia", str(vigencia.year), now, details)


def find_organism(code: str) -> Organism:
    """The organism with this code; raise ``NotFoundError``."""
    organism = db.session.scalar(select(Organism).where(Organism.code == code))
    if organism is None:
        raise NotFoundError(f"El organismo {code} no existe.")
    return organism


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Deadlines of registration by organism code, and those that single projects have of their own, by id."""

    by_organism: Mapping[str, date | None]
    by_project: Mapping[int, date | None]


def deadlines(vigencia_id: int, known_at: datetime, codes: Mapping[int, str]) -> Deadlines:
    """Every deadline as recorded by ``known_at``, for the organisms of ``codes`` (id to code); one query."""
    rows = db.session.execute(
        select(Deadline.organism_id, Deadline.project_id, Deadline.deadline_on)
        .where(Deadline.vigencia_id == vigencia_id, Deadline.recorded_at <= known_at)
        .order_by(Deadline.recorded_at, Deadline.id)
    ).all()
    newest = {row.organism_id: row.deadline_on for row in rows if row.project_id is None}
    return Deadlines(
        {code: newest.get(organism_id, newest.get(None)) for organism_id, code in codes.items()},
        {row.project_id: row.deadline_on for row in rows if row.project_id is not None},
    )
