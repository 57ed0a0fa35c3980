"""Projects of a vigencia taken from the city's file: added once, then updated with their history."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import insert, select

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.dated import Dated, View, value_as_at
from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.domain.project import TerritoryShare
from pp_monitor.extensions import db
from pp_monitor.intake.budget import ProjectFile, ProjectRecord
from pp_monitor.intake.territory import TerritoryName
from pp_monitor.models.entity import Entity, Organism, Territory, Vigencia
from pp_monitor.models.project import (
    Load,
    Project,
    ProjectAllocation,
    ProjectModality,
    ProjectName,
    ProjectOrganism,
    ProjectTerritory,
    ProjectTerritoryShare,
)
from pp_monitor.services import entity as entity_service
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.history import load_histories
from pp_monitor.services.mail import Render
from pp_monitor.services.replanning_mail import queue_transfer_mails
from pp_monitor.services.replanning_step import close_open
from pp_monitor.services.submission_step import leave
from pp_monitor.services.transaction import writing_vigencia

MOVED = "El proyecto pasó a otro organismo."
_Row = TypeVar("_Row", ProjectName, ProjectOrganism, ProjectTerritory, ProjectAllocation)


@dataclass(frozen=True, slots=True)
class Attributes:
    """What a file says of a project and may change from one file to the next; money in COP."""

    name: str
    organism_code: str
    territory_code: str
    amount_cop: int


@dataclass(frozen=True, slots=True)
class Change:
    """A project that a file adds (``before`` none) or alters."""

    code: str
    record: ProjectRecord
    before: Attributes | None
    after: Attributes
    project_id: int | None = None


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What an import understood and did; nothing is written when there are ``errors`` or in a dry run."""

    year: int
    rows_read: int
    projects: int
    organisms: int
    current_cop: int
    added: tuple[str, ...]
    altered: tuple[str, ...]
    absent: tuple[str, ...]
    problems: tuple[Problem, ...] = field(default=())

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems for which nothing was written."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What was read with a reservation."""
        return tuple(problem for problem in self.problems if problem.severity is not Severity.ERROR)


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file that an import came from, for the record."""

    filename: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Hash of its bytes."""
        return hashlib.sha256(self.content).hexdigest()


def territory_names() -> list[TerritoryName]:
    """The territories of the city as a reader of files needs them."""
    labels = entity_service.territory_labels(entity_service.the_entity().id)
    return [TerritoryName(label.code, label.name) for label in labels.values()]


def organism_codes() -> frozenset[str]:
    """The codes of the organisms that exist, for a reader of files."""
    return frozenset(db.session.scalars(select(Organism.code)))


def import_projects(
    file: ProjectFile,
    source: SourceFile,
    *,
    year: int,
    today: date,
    actor: Actor,
    dry_run: bool = False,
    is_demo: bool = False,
    render: Render | None = None,
) -> ImportSummary:
    """Add the file's projects to the vigencia and update those it alters, all or nothing.

    Opens the vigencia if it is absent. A second run with the same file changes nothing.
    ``render`` gives the mails of requests for new dates that end with a transfer; none without it.
    """
    problems = tuple(file.problems) + _unknown_organisms(file.projects)
    vigencia = _vigencia(year)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return _summary(file, year, [], (), problems)
    if dry_run:
        changes, absent = _compare(file.projects, vigencia)
        return _summary(file, year, changes, absent, problems)
    if vigencia is None:
        vigencia = entity_service.ensure_vigencia(entity_service.Opening(year, today, is_demo), actor)
    with writing_vigencia(vigencia.id) as now:
        changes, absent = _compare(file.projects, vigencia)
        if changes:
            _write(changes, vigencia, now, today)
            _leave_behind(changes, vigencia, today, actor, now, render)
            _record_load(source, file, vigencia, changes, actor, now)
    return _summary(file, year, changes, absent, problems)


def _vigencia(year: int) -> Vigencia | None:
    return db.session.scalar(select(Vigencia).where(Vigencia.year == year))


def _unknown_organisms(records: Iterable[ProjectRecord]) -> tuple[Problem, ...]:
    known = set(db.session.scalars(select(Organism.code)))
    unknown: dict[str, ProjectRecord] = {}
    for row in records:
        if row.organism_code not in known:
            unknown.setdefault(row.organism_code, row)
    return tuple(
        Problem(
            f"El organismo {code}{f' ({row.organism_name})' if row.organism_name else ''} no existe.",
            "Corrija el código del organismo o pida que lo creen.",
            cell=f"línea {row.lines[0]}" if row.lines else "",
            project_code=row.code,
        )
        for code, row in unknown.items()
    )


def _compare(records: Sequence[ProjectRecord], vigencia: Vigencia | None) -> tuple[list[Change], tuple[str, ...]]:
    """What the file adds and alters, and the projects of the vigencia that it does not name."""
    stored = _stored(vigencia) if vigencia else {}
    ids = {code: row[0] for code, row in stored.items()}
    attributes = {code: row[1] for code, row in stored.items()}
    changes, matched = [], set()
    for row in records:
        code = _match(row, attributes)
        after = Attributes(row.name, row.organism_code, row.territory_code, row.current_cop)
        before = attributes.get(code)
        matched.add(code)
        if before != after:
            changes.append(Change(code, row, before, after, ids.get(code)))
    return changes, tuple(sorted(set(stored) - matched))


def _stored(vigencia: Vigencia) -> dict[str, tuple[int, Attributes]]:
    view = View(date.max, vigencia.last_recorded_at)
    return {
        row.code: (row.id, _attributes(row.names, row.organisms, row.territories, row.allocations, view))
        for row in load_histories(vigencia.id, vigencia.last_recorded_at)
    }


def _attributes(
    names: Sequence[Dated[str]],
    organisms: Sequence[Dated[str]],
    territories: Sequence[Dated[tuple[TerritoryShare, ...]]],
    allocations: Sequence[Dated[int]],
    view: View,
) -> Attributes:
    shares = value_as_at(territories, view) or ()
    return Attributes(
        value_as_at(names, view) or "",
        value_as_at(organisms, view) or "",
        shares[0].territory_code if shares else entity_service.NO_TERRITORY,
        value_as_at(allocations, view) or 0,
    )


def _match(row: ProjectRecord, stored: Mapping[str, Attributes]) -> str:
    """The stored code of this project: one BP in several territories is told apart by its territory."""
    family = [code for code in stored if code == row.base_code or code.startswith(f"{row.base_code}-")]
    if len(family) > 1:
        for code in family:
            if stored[code].territory_code == row.territory_code:
                return code
    return row.code


def public_id(entity_code: str, year: int, code: str) -> str:
    """Ten letters and digits that name a project for good, drawn from its first code."""
    return hashlib.sha256(f"{entity_code}/{year}/{code}".encode()).hexdigest()[:10]


def _write(changes: Sequence[Change], vigencia: Vigencia, now: datetime, today: date) -> None:
    """Insert what is new and a dated row for each attribute that changed."""
    first_day = date(vigencia.year, 1, 1)
    since = today if today.year == vigencia.year else first_day
    is_first = all(change.before is None for change in changes) and not _has_projects(vigencia)
    writer = _Writer(vigencia, now, first_day if is_first else since, today)
    for change in changes:
        if change.before is None:
            writer.add(change)
        else:
            writer.alter(change, change.before)


def _leave_behind(
    changes: Sequence[Change], vigencia: Vigencia, today: date, actor: Actor, now: datetime, render: Render | None
) -> None:
    """What an organism sent or asked for ends when the project goes to another one; requests are told by mail."""
    moved = {
        change.project_id: change.before.organism_code
        for change in changes
        if change.project_id and change.before and change.before.organism_code != change.after.organism_code
    }
    leave(vigencia.entity_id, list(moved), MOVED, today, actor, now)
    for project_id, former_code in moved.items():
        if (request_id := close_open(project_id, MOVED, today, actor, now)) and render:
            queue_transfer_mails(vigencia, request_id, former_code, today, now, render)


def _has_projects(vigencia: Vigencia) -> bool:
    return db.session.scalar(select(Project.id).where(Project.vigencia_id == vigencia.id).limit(1)) is not None


class _Writer:
    """Writes the rows of one import within its transaction."""

    def __init__(self, vigencia: Vigencia, now: datetime, entered_on: date, changed_on: date) -> None:
        self._vigencia = vigencia
        self._now = now
        self._entered_on = entered_on
        self._changed_on = changed_on
        self._organisms = {row.code: row.id for row in db.session.execute(select(Organism.code, Organism.id))}
        self._territories = {row.code: row.id for row in db.session.execute(select(Territory.code, Territory.id))}
        self._entity_code = db.session.get_one(Entity, vigencia.entity_id).code

    def add(self, change: Change) -> None:
        """Write a new project with everything that its record says."""
        project = Project(
            entity_id=self._vigencia.entity_id,
            vigencia_id=self._vigencia.id,
            public_id=public_id(self._entity_code, self._vigencia.year, change.code),
            code=change.code,
            bpin=change.record.bpin,
            is_reserve=change.record.only_reserve,
            entered_on=self._entered_on,
            recorded_at=self._now,
        )
        db.session.add(project)
        db.session.flush()
        after = change.after
        self._name(project.id, after.name, self._entered_on)
        self._organism(project.id, after.organism_code, self._entered_on)
        self._territory(project.id, after.territory_code, self._entered_on)
        self._allocation(project.id, after.amount_cop, self._entered_on)

    def alter(self, change: Change, before: Attributes) -> None:
        """Add dated rows for what is not as ``before``."""
        assert change.project_id is not None
        after, project_id = change.after, change.project_id
        if after.name != before.name:
            self._name(project_id, after.name, self._changed_on)
        if after.organism_code != before.organism_code:
            self._organism(project_id, after.organism_code, self._changed_on)
        if after.territory_code != before.territory_code:
            self._territory(project_id, after.territory_code, self._changed_on)
        if after.amount_cop != before.amount_cop:
            self._allocation(project_id, after.amount_cop, self._changed_on)

    def _name(self, project_id: int, name: str, since: date) -> None:
        self._row(ProjectName, project_id, since, name=name)

    def _organism(self, project_id: int, code: str, since: date) -> None:
        self._row(ProjectOrganism, project_id, since, organism_id=self._organisms[code])

    def _allocation(self, project_id: int, amount_cop: int, since: date) -> None:
        self._row(ProjectAllocation, project_id, since, amount_cop=amount_cop)

    def _territory(self, project_id: int, code: str, since: date) -> None:
        row = self._row(ProjectTerritory, project_id, since)
        db.session.flush()
        share = ProjectTerritoryShare(
            entity_id=self._vigencia.entity_id,
            project_territory_id=row.id,
            territory_id=self._territories[code],
            amount_cop=0,
        )
        db.session.add(share)

    def _row(self, table: type[_Row], project_id: int, since: date, **values: object) -> _Row:
        row = table(
            entity_id=self._vigencia.entity_id,
            project_id=project_id,
            valid_from=since,
            recorded_at=self._now,
            **values,
        )
        db.session.add(row)
        return row


def _record_load(
    source: SourceFile,
    file: ProjectFile,
    vigencia: Vigencia,
    changes: Sequence[Change],
    actor: Actor,
    now: datetime,
) -> None:
    load = Load(
        entity_id=vigencia.entity_id,
        vigencia_id=vigencia.id,
        kind="projects",
        filename=source.filename,
        sha256=source.sha256,
        rows=file.rows_read,
        user_id=actor.user_id,
        recorded_at=now,
    )
    db.session.add(load)
    counts = Counter("added" if change.before is None else "altered" for change in changes)
    altered = {change.code: _difference(change) for change in changes if change.before}
    details = {"file": source.filename, "sha256": source.sha256, **counts, "changes": altered}
    record(actor, "import", "projects", str(vigencia.year), now, details)


def _difference(change: Change) -> dict[str, list[str | int]]:
    """Each attribute that changed, with what it was and what it is."""
    names = ("name", "organism_code", "territory_code", "amount_cop")
    return {
        name: [getattr(change.before, name), getattr(change.after, name)]
        for name in names
        if getattr(change.before, name) != getattr(change.after, name)
    }


def _summary(
    file: ProjectFile, year: int, changes: Sequence[Change], absent: tuple[str, ...], problems: tuple[Problem, ...]
) -> ImportSummary:
    return ImportSummary(
        year=year,
        rows_read=file.rows_read,
        projects=len(file.projects),
        organisms=len(file.organism_codes),
        current_cop=file.current_cop,
        added=tuple(change.code for change in changes if change.before is None),
        altered=tuple(change.code for change in changes if change.before is not None),
        absent=absent,
        problems=problems,
    )


def set_modalities(vigencia: Vigencia, modalities: Mapping[int, Modality], since: date, actor: Actor) -> None:
    """Record the modality of the main process of each project (by id) from ``since`` on."""
    with writing_vigencia(vigencia.id) as now:
        rows = [
            {
                "entity_id": vigencia.entity_id,
                "project_id": project_id,
                "valid_from": since,
                "act": "",
                "recorded_at": now,
                "modality": modality,
            }
            for project_id, modality in modalities.items()
        ]
        db.session.execute(insert(ProjectModality), rows)
        record(actor, "set_modality", "vigencia", str(vigencia.year), now, {"projects": len(rows)})
