"""A vigencia with projects, written straight into the database, for the tests of what reads them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import time_machine
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.plan import BaselineKind
from pp_monitor.domain.progress import FactStatus
from pp_monitor.domain.project import ProjectState
from pp_monitor.extensions import db
from pp_monitor.models.entity import Organism, Territory, Vigencia
from pp_monitor.models.plan import BaselineLine, BaselineRow
from pp_monitor.models.progress import ActualFact, FactSource, ForecastFact
from pp_monitor.models.project import (
    Contract,
    MoneySnapshotRow,
    OwnMilestone,
    Project,
    ProjectAllocation,
    ProjectContract,
    ProjectModality,
    ProjectName,
    ProjectOrganism,
    ProjectStateRow,
    ProjectTerritory,
    ProjectTerritoryShare,
)
from pp_monitor.models.report import ClosedCutoff, IssuedFile
from pp_monitor.services.audit import Actor
from pp_monitor.services.entity import (
    Opening,
    ensure_vigencia,
    find_vigencia,
    newest_vigencia,
    set_deadline,
    the_entity,
)
from pp_monitor.services.transaction import writing_vigencia
from tests.factories import DEADLINE, ENTERED_ON, PLANNED, REGISTERED_ON
from tests.factories_db import make_user
from tests.reference import load_reference
from tests.snapshot import filled


def met_through(code: str, days_late: int = 0) -> dict[str, date]:
    """Actual dates of every milestone up to ``code``, each so many calendar days after its plan."""
    return {name: day + timedelta(days=days_late) for name, day in PLANNED.items() if name <= code}


@dataclass(frozen=True, slots=True)
class NewProject:
    """What a project has; ``planned`` none leaves it without plan, ``replanned`` adds a second baseline."""

    code: str
    organism: str = "4145"
    name: str = ""
    planned: Mapping[str, date] | None = field(default_factory=lambda: PLANNED)
    replanned: Mapping[str, date] | None = None
    actual: Mapping[str, date] = field(default_factory=dict)
    forecast: Mapping[str, date] = field(default_factory=dict)
    not_applicable: Collection[str] = ()
    allocation_cop: int = 100_000_000
    commitments_cop: int | None = None
    territories: Sequence[str] = ("01",)
    modality: Modality = Modality.LP
    states: Sequence[tuple[ProjectState, date]] = ()
    own: Mapping[str, tuple[str, date]] = field(default_factory=dict)


def open_vigencia(
    projects: Sequence[NewProject] = (),
    *,
    year: int = 2022,
    deadline: date | None = DEADLINE,
    is_demo: bool = False,
    staffed: bool = False,
) -> Vigencia:
    """The vigencia with reference data, a deadline and these projects, all recorded now."""
    key = f"vigencia {tuple(projects)} {year} {deadline} {is_demo} {staffed}"
    filled(key, lambda: _fill(projects, year, deadline, is_demo=is_demo, staffed=staffed))
    return find_vigencia(year)


def open_vigencia_early(projects: Sequence[NewProject]) -> Vigencia:
    """A vigencia whose facts were recorded when 2022 began, so that whole months of it can be closed."""
    with time_machine.travel(datetime(2022, 1, 1, 15, tzinfo=UTC), tick=False):
        return open_vigencia(projects)


def _fill(projects: Sequence[NewProject], year: int, deadline: date | None, *, is_demo: bool, staffed: bool) -> None:
    load_reference()
    if staffed:
        staff_every_organism()
    opening = Opening(year, date(year, 1, 3), is_demo=is_demo)
    vigencia = ensure_vigencia(opening, an_actor())
    if deadline:
        set_deadline(year, deadline, an_actor())
    add_projects(vigencia.id, projects)


def staff_every_organism() -> None:
    """Put an active enlace in each organism, for tests that count alerts of something else."""
    load_reference()
    for organism in db.session.query(Organism).all():
        make_user(Role.ENLACE, organism, label="Enlace")


def an_actor() -> Actor:
    """A process that acts in tests."""
    return Actor(the_entity().id, "pruebas")


def add_projects(vigencia_id: int, projects: Sequence[NewProject]) -> list[int]:
    """Write the projects with plan, facts and money; their ids in order."""
    with writing_vigencia(vigencia_id) as now:
        writer = _Writer(vigencia_id, now)
        return [writer.add(project) for project in projects]


def add_actual(project_code: str, milestone_code: str, day: date) -> None:
    """Report one actual date."""
    project = db.session.query(Project).filter_by(code=project_code).one()
    with writing_vigencia(project.vigencia_id) as now:
        _Writer(project.vigencia_id, now).facts(ActualFact, project.id, {milestone_code: day})


def add_contracts(project_code: str, contracts: int, met: Mapping[str, int]) -> None:
    """Give a project contracts; of each milestone in ``met``, so many of them reach it on its planned day."""
    project = db.session.query(Project).filter_by(code=project_code).one()
    with writing_vigencia(project.vigencia_id) as now:
        writer = _Writer(project.vigencia_id, now)
        for number in range(1, contracts + 1):
            contract = Contract(
                entity_id=project.entity_id,
                vigencia_id=project.vigencia_id,
                number=f"{project_code}-{number}",
                secop_url="",
                recorded_at=now,
            )
            db.session.add(contract)
            db.session.flush()
            link = ProjectContract(
                entity_id=project.entity_id,
                project_id=project.id,
                contract_id=contract.id,
                valid_from=ENTERED_ON,
                recorded_at=now,
            )
            db.session.add(link)
            reached = {code: PLANNED[code] for code, count in met.items() if number <= count}
            writer.facts(ActualFact, project.id, reached, contract_id=contract.id)


def close_by_hand(
    cutoff: date,
    *,
    number: int = 1,
    version: int = 1,
    issued_on: date | None = None,
    files: Mapping[str, bytes] | None = None,
) -> ClosedCutoff:
    """A closed cut-off with what is known now; ``files`` go by organism code, empty for the city's."""
    vigencia = newest_vigencia()
    assert vigencia
    known_at = vigencia.last_recorded_at
    with writing_vigencia(vigencia.id) as now:
        row = ClosedCutoff(
            entity_id=vigencia.entity_id,
            vigencia_id=vigencia.id,
            cutoff_on=cutoff,
            version=version,
            number=number,
            known_at=known_at,
            issued_on=issued_on or cutoff + timedelta(days=3),
            budget_cutoff_on=None,
            reason="Se corrigió un valor" if version > 1 else "",
            catalogue_version_id=vigencia.catalogue_version_id,
            thresholds={},
            non_working_days=[],
            data_sha256="d" * 64,
            user_id=None,
            closed_at=now,
        )
        db.session.add(row)
        db.session.flush()
        for code, content in (files or {}).items():
            name = f"pp-{vigencia.year}-{cutoff}-{code or 'consolidado'}-v{version}.xlsx"
            issue_file(row, name, content, organism_code=code)
    return row


def issue_file(cutoff: ClosedCutoff, filename: str, content: bytes, organism_code: str = "") -> IssuedFile:
    """A workbook issued with a closed cut-off, within the caller's transaction; of the city without an organism."""
    row = IssuedFile(
        entity_id=cutoff.entity_id,
        cutoff_id=cutoff.id,
        organism_id=db.session.scalar(select(Organism.id).where(Organism.code == organism_code)),
        filename=filename,
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
        content=content,
    )
    db.session.add(row)
    db.session.flush()
    return row


class _Writer:
    """Adds the rows of one project after the other, all recorded at the same instant."""

    def __init__(self, vigencia_id: int, now: datetime) -> None:
        self._vigencia_id = vigencia_id
        self._now = now
        self._entity_id = the_entity().id
        self._organisms = {row.code: row.id for row in db.session.query(Organism)}
        self._territories = {row.code: row.id for row in db.session.query(Territory)}

    def add(self, new: NewProject) -> int:
        project = Project(
            entity_id=self._entity_id,
            vigencia_id=self._vigencia_id,
            public_id=f"p-{new.code.lower()}",
            code=new.code,
            bpin="",
            is_reserve=False,
            entered_on=ENTERED_ON,
            recorded_at=self._now,
        )
        db.session.add(project)
        db.session.flush()
        self._attributes(project.id, new)
        if new.planned is not None:
            self._baseline(project.id, 0, new.planned, new)
        if new.replanned is not None:
            self._baseline(project.id, 1, new.replanned, new)
        self.facts(ActualFact, project.id, new.actual)
        self.facts(ForecastFact, project.id, new.forecast)
        db.session.flush()
        return project.id

    def _shared(self, project_id: int) -> dict[str, object]:
        return {"entity_id": self._entity_id, "project_id": project_id, "recorded_at": self._now}

    def _attributes(self, project_id: int, new: NewProject) -> None:
        dated = {**self._shared(project_id), "valid_from": ENTERED_ON}
        db.session.add(ProjectName(name=new.name or f"Proyecto {new.code}", **dated))
        db.session.add(ProjectOrganism(organism_id=self._organisms[new.organism], **dated))
        db.session.add(ProjectModality(modality=new.modality, **dated))
        db.session.add(ProjectAllocation(amount_cop=new.allocation_cop, **dated))
        territories = ProjectTerritory(**dated)
        db.session.add(territories)
        db.session.flush()
        for code in new.territories:
            db.session.add(
                ProjectTerritoryShare(
                    entity_id=self._entity_id,
                    project_territory_id=territories.id,
                    territory_id=self._territories[code],
                    amount_cop=0,
                )
            )
        for state, day in new.states:
            row = {**dated, "valid_from": day, "act": "Acta 1"}
            db.session.add(ProjectStateRow(state=state, restart_expected_on=None, **row))
        if new.commitments_cop is not None:
            self._money(project_id, new)

    def _money(self, project_id: int, new: NewProject) -> None:
        committed = new.commitments_cop or 0
        db.session.add(
            MoneySnapshotRow(
                load_id=None,
                cutoff_on=date(2022, 4, 30),
                initial_cop=new.allocation_cop,
                additions_cop=0,
                reductions_cop=0,
                transfers_cop=0,
                current_cop=new.allocation_cop,
                cdp_cop=committed,
                commitments_cop=committed,
                obligations_cop=committed // 2,
                payments_cop=committed // 4,
                **self._shared(project_id),
            )
        )

    def _baseline(self, project_id: int, number: int, planned: Mapping[str, date], new: NewProject) -> None:
        baseline = BaselineRow(
            number=number,
            kind=BaselineKind.REPLANNING if number else BaselineKind.REGISTRATION,
            decided_on=REGISTERED_ON + timedelta(days=30 * number),
            act="Oficio 1",
            cause="Otra" if number else "",
            **self._shared(project_id),
        )
        db.session.add(baseline)
        db.session.flush()
        own = {code: day for code, (_, day) in new.own.items()}
        lines: dict[str, date | None] = {**planned, **own, **dict.fromkeys(new.not_applicable)}
        for code, day in lines.items():
            db.session.add(
                BaselineLine(
                    entity_id=self._entity_id,
                    baseline_id=baseline.id,
                    milestone_code=code,
                    planned_on=day,
                    is_not_applicable=day is None,
                )
            )
        if number == 0:
            for code, (name, _) in new.own.items():
                db.session.add(OwnMilestone(code=code, name=name, **self._shared(project_id)))

    def facts(
        self,
        table: type[ActualFact] | type[ForecastFact],
        project_id: int,
        days: Mapping[str, date],
        contract_id: int | None = None,
    ) -> None:
        for code, day in days.items():
            db.session.add(
                table(
                    milestone_code=code,
                    day=day,
                    status=FactStatus.REPORTED,
                    source=FactSource.FORM,
                    reported_on=day,
                    contract_id=contract_id,
                    **self._shared(project_id),
                )
            )
