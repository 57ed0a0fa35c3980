"""The history of a project's dates: every record ever made, with what it replaced."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select

from pp_monitor.domain.progress import FactStatus
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.progress import ActualFact, FactSource, ForecastFact
from pp_monitor.models.project import OwnMilestone, Project
from pp_monitor.services.entity import load_catalogue
from pp_monitor.services.plan_check import milestone_names

_WHAT = {"actual": "Fecha real", "forecast": "Fecha proyectada"}
BY_SOURCE = {
    FactSource.FORM: "Formulario",
    FactSource.FILE: "Archivo cargado por Planeación",
    FactSource.REGISTRATION: "Registro del plan",
    FactSource.PLANNING: "Planeación",
}


@dataclass(frozen=True, slots=True)
class StoryRow:
    """One record of a date: what it is of, the day it gives and the one that stood before, who and when (UTC).

    ``day`` is none in an annulment; ``reported_on`` is the declared day of the report. ``is_standing`` marks the
    newest record of its milestone where it counts.
    """

    id: int
    stream: str
    milestone_code: str
    milestone: str
    day: date | None
    before: date | None
    status: FactStatus
    who: str
    recorded_at: datetime
    reported_on: date
    cause: str
    note: str
    contract_id: int | None = None
    attempt_id: int | None = None
    is_standing: bool = False

    @property
    def what(self) -> str:
        """The stream in words."""
        return _WHAT[self.stream]


def fact_story(project_id: int) -> tuple[StoryRow, ...]:
    """Every record of the project's actual and forecast dates, newest first; five queries."""
    project = db.session.get_one(Project, project_id)
    catalogue = load_catalogue(db.session.get_one(Vigencia, project.vigencia_id).catalogue_version_id)
    own = select(OwnMilestone.code, OwnMilestone.name).where(OwnMilestone.project_id == project_id)
    names = milestone_names(catalogue) | {row.code: row.name for row in db.session.execute(own)}
    rows = [row for stream in _WHAT for row in _stream_story(stream, project_id, names)]
    return tuple(sorted(rows, key=lambda row: (row.recorded_at, row.milestone_code), reverse=True))


def _stream_story(stream: str, project_id: int, names: dict[str, str]) -> list[StoryRow]:
    table = ActualFact if stream == "actual" else ForecastFact
    query = (
        select(
            table.id,
            table.milestone_code,
            table.contract_id,
            table.attempt_id,
            table.day,
            table.status,
            table.source,
            table.cause,
            table.note,
            table.recorded_at,
            table.reported_on,
            User.label,
        )
        .outerjoin(User, User.id == table.user_id)
        .where(table.project_id == project_id)
        .order_by(table.recorded_at, table.id)
    )
    before: dict[tuple[Any, ...], date | None] = {}
    found: list[StoryRow] = []
    for row in db.session.execute(query):
        key = (row.milestone_code, row.contract_id, row.attempt_id)
        found.append(_story_row(stream, row, names, before.get(key)))
        before[key] = row.day
    return _mark_standing(found)


def _mark_standing(rows: list[StoryRow]) -> list[StoryRow]:
    """Rows of a stream, oldest first; a proposed record leaves what stood."""
    decided = [row for row in rows if row.status is not FactStatus.PROPOSED]
    last = {(row.milestone_code, row.contract_id, row.attempt_id): row.id for row in decided}
    return [replace(row, is_standing=row.id in last.values() and row.status.counts) for row in rows]


def _story_row(stream: str, row: Row[Any], names: dict[str, str], before: date | None) -> StoryRow:
    return StoryRow(
        id=row.id,
        stream=stream,
        milestone_code=row.milestone_code,
        milestone=names.get(row.milestone_code, row.milestone_code),
        day=row.day,
        before=before,
        status=FactStatus(row.status),
        who=row.label or BY_SOURCE[FactSource(row.source)],
        recorded_at=row.recorded_at,
        reported_on=row.reported_on,
        cause=row.cause,
        note=row.note,
        contract_id=row.contract_id,
        attempt_id=row.attempt_id,
    )
