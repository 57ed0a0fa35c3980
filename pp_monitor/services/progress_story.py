"""The history of a project's dates: every record ever made, with what it replaced."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Row, select

from pp_monitor.domain.progress import Fact, FactStatus, standing_facts
from pp_monitor.domain.verification import Verdict, judged
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.progress import ActualFact, Evidence, FactSource, ForecastFact
from pp_monitor.models.project import OwnMilestone, Project
from pp_monitor.services.entity import load_catalogue
from pp_monitor.services.evidence import Proof, proof_of
from pp_monitor.services.plan_check import milestone_names
from pp_monitor.services.progress_entry import STREAM_WORD

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
BY_SOURCE = {
    FactSource.FORM: "Formulario",
    FactSource.FILE: "Archivo cargado por Planeación",
    FactSource.REGISTRATION: "Registro del plan",
    FactSource.PLANNING: "Planeación",
}


@dataclass(frozen=True, slots=True)
class StoryRow:
    """One record of a date: what it is of, the day it gives and the one that stood before, who and when (UTC).

    ``day`` is none in an annulment and a return; ``reported_on`` is the declared day of the report. ``is_standing``
    marks the record of its milestone that counts, ``source`` the way by which it came in; ``proof`` backs it.
    """

    id: int
    stream: str
    milestone_code: str
    milestone: str
    day: date | None
    before: date | None
    status: FactStatus
    who: str
    source: FactSource
    recorded_at: datetime
    reported_on: date
    cause: str
    note: str
    contract_id: int | None = None
    attempt_id: int | None = None
    is_standing: bool = False
    of_fact_id: int | None = None
    proof: Proof | None = None

    @property
    def what(self) -> str:
        """The stream in words."""
        return STREAM_WORD[self.stream]

    @property
    def is_by_planning(self) -> bool:
        """Whether Planning recorded it."""
        return self.source is FactSource.PLANNING

    @property
    def may_be_returned(self) -> bool:
        """Whether a verdict may take it back: an actual date that stands, verified or not."""
        return self.stream == "actual" and self.is_standing and judged(self.status, Verdict.RETURN) is not None


def fact_story(project_id: int) -> tuple[StoryRow, ...]:
    """Every record of the project's actual and forecast dates, newest first; five queries."""
    project = db.session.get_one(Project, project_id)
    catalogue = load_catalogue(db.session.get_one(Vigencia, project.vigencia_id).catalogue_version_id)
    own = select(OwnMilestone.code, OwnMilestone.name).where(OwnMilestone.project_id == project_id)
    names = milestone_names(catalogue) | {row.code: row.name for row in db.session.execute(own)}
    rows = [row for stream in STREAM_WORD for row in _stream_story(stream, project_id, names)]
    return tuple(sorted(rows, key=lambda row: (row.recorded_at, row.milestone_code), reverse=True))


def fact_proof(project_id: int, fact_id: int) -> Proof | None:
    """What backs one actual date of a project; none where nothing does or it is of another project; one query."""
    query = select(Evidence).join(ActualFact, ActualFact.evidence_id == Evidence.id)
    return proof_of(db.session.scalar(query.where(ActualFact.id == fact_id, ActualFact.project_id == project_id)))


def _stream_story(stream: str, project_id: int, names: dict[str, str]) -> list[StoryRow]:
    table = ActualFact if stream == "actual" else ForecastFact
    query = (
        select(table, User.label, Evidence)
        .outerjoin(User, User.id == table.user_id)
        .outerjoin(Evidence, Evidence.id == table.evidence_id)
        .where(table.project_id == project_id)
        .order_by(table.recorded_at, table.id)
    )
    rows = db.session.execute(query).all()
    facts = [_fact(row) for row in rows]
    found = []
    for position, (row, fact) in enumerate(zip(rows, facts, strict=True)):
        before = None if fact.of_fact_id else _before(facts[:position], fact)
        found.append(_story_row(stream, row, names, before))
    standing = {fact.id for fact in standing_facts(facts, max((fact.recorded_at for fact in facts), default=_NEVER))}
    return [replace(row, is_standing=row.id in standing) for row in found]


def _fact(row: Row[Any]) -> Fact:
    """The record as the rules read it."""
    fact = row[0]
    return Fact(
        fact.id,
        fact.milestone_code,
        fact.day,
        FactStatus(fact.status),
        fact.recorded_at,
        fact.reported_on,
        fact.contract_id,
        fact.attempt_id,
        fact.evidence_id is not None,
        getattr(fact, "of_fact_id", None),
    )


def _before(earlier: list[Fact], fact: Fact) -> date | None:
    """The date that stood when a record came in."""
    same = (fact.milestone_code, fact.contract_id, fact.attempt_id)
    mine = [row for row in earlier if (row.milestone_code, row.contract_id, row.attempt_id) == same]
    return next((row.day for row in standing_facts(mine, fact.recorded_at)), None)


def _story_row(stream: str, found: Row[Any], names: dict[str, str], before: date | None) -> StoryRow:
    row = found[0]
    return StoryRow(
        id=row.id,
        stream=stream,
        milestone_code=row.milestone_code,
        milestone=names.get(row.milestone_code, row.milestone_code),
        day=row.day,
        before=before,
        status=FactStatus(row.status),
        who=found.label or BY_SOURCE[FactSource(row.source)],
        source=FactSource(row.source),
        recorded_at=row.recorded_at,
        reported_on=row.reported_on,
        cause=row.cause,
        note=row.note,
        contract_id=row.contract_id,
        attempt_id=row.attempt_id,
        of_fact_id=getattr(row, "of_fact_id", None),
        proof=proof_of(found.Evidence),
    )
