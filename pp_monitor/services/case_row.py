"""A case as a line, for lists and pages of one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, select

from pp_monitor.domain.account import Role
from pp_monitor.domain.alert import AlertChange
from pp_monitor.domain.alert_cause import Cause
from pp_monitor.domain.alert_rule import ESCALATION, AlertLevel, AlertRule
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.case import CaseState
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.entity import Organism
from pp_monitor.models.project import Project, ProjectName
from pp_monitor.services.case_store import Ended, read_causes, read_ended


@dataclass(frozen=True, slots=True)
class CaseProject:
    """A project as a case names it."""

    id: int
    public_id: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as a line: ``project`` is none in a case of an organism.

    ``age_workdays`` and ``age_days`` (calendar) count from the day it opened; since ``level_on`` it has its level.
    ``escalated_to`` is the last role told that its level still names, none before the first. ``owner`` is empty while
    nobody has it. ``ended`` are the facts that resolved it, in lists.
    """

    id: int
    version: int
    rule: AlertRule
    level: AlertLevel
    state: CaseState
    organism_id: int
    organism_code: str
    project: CaseProject | None
    causes: tuple[Cause, ...]
    opened_on: date
    level_on: date
    age_workdays: int
    age_days: int
    escalated_to: Role | None
    owner_id: int | None
    owner: str
    commitment_on: date | None
    snoozed_until: date | None
    reason: str
    refreshed_on: date
    closed_on: date | None
    ended: tuple[Ended, ...] = ()

    @property
    def workdays(self) -> int | None:
        """The delay of its gravest cause; none where its days are no delay."""
        return self.causes[0].delay_workdays


def case_query() -> Select[Any]:
    """Rows for ``case_row``, of every case."""
    return (
        select(
            Alert, Organism.code.label("organism_code"), User.label.label("owner"),
            Project.public_id, Project.code.label("project_code"),
        )
        .join(Organism, Organism.id == Alert.organism_id)
        .outerjoin(User, User.id == Alert.owner_id)
        .outerjoin(Project, Project.id == Alert.project_id)
    )  # fmt: skip


def case_rows(ids: Sequence[int], calendar: WorkCalendar, today: date) -> dict[int, CaseRow]:
    """The cases with these ids, by id; two queries, three where one is resolved."""
    rows = db.session.execute(case_query().where(Alert.id.in_(ids))).all()
    names = project_names([row.Alert.project_id for row in rows if row.Alert.project_id], today)
    ended = _endings([row.Alert.id for row in rows if row.Alert.state == CaseState.RESOLVED])
    return {
        row.Alert.id: replace(case_row(row, names, calendar, today), ended=ended.get(row.Alert.id, ())) for row in rows
    }


def _endings(ids: Sequence[int]) -> dict[int, tuple[Ended, ...]]:
    """The facts that closed these cases, by case; no query for none."""
    if not ids:
        return {}
    query = select(AlertEvent.alert_id, AlertEvent.ceased)
    rows = db.session.execute(
        query.where(AlertEvent.alert_id.in_(ids), AlertEvent.change == AlertChange.CLOSED).order_by(AlertEvent.id)
    )
    return {row.alert_id: tuple(read_ended(each) for each in row.ceased) for row in rows}


def project_names(project_ids: Collection[int], today: date) -> dict[int, str]:
    """How each project is called on a day, by id; one query."""
    rows = db.session.execute(
        select(ProjectName.project_id, ProjectName.name)
        .where(ProjectName.project_id.in_(project_ids), ProjectName.valid_from <= today)
        .order_by(ProjectName.valid_from, ProjectName.recorded_at, ProjectName.id)
    )
    return dict(rows.tuples().all())


def case_row(row: Row[Any], names: Mapping[int, str], calendar: WorkCalendar, today: date) -> CaseRow:
    """A row of ``case_query`` as a reader sees it on ``today``; a closed case stays as old as it became."""
    it: Alert = row.Alert
    until = it.closed_on or today
    project = None
    if it.project_id:
        name = names.get(it.project_id, row.project_code)
        project = CaseProject(it.project_id, row.public_id, row.project_code, name)
    return CaseRow(
        id=it.id,
        version=it.version,
        rule=AlertRule(it.rule),
        level=AlertLevel(it.level),
        state=CaseState(it.state),
        organism_id=it.organism_id,
        organism_code=row.organism_code,
        project=project,
        causes=read_causes(it.causes),
        opened_on=it.opened_on,
        level_on=it.level_on,
        age_workdays=calendar.workdays(it.opened_on, until),
        age_days=(until - it.opened_on).days,
        escalated_to=ESCALATION[it.standing_step - 1] if it.standing_step else None,
        owner_id=it.owner_id,
        owner=row.owner or "",
        commitment_on=it.commitment_on,
        snoozed_until=it.snoozed_until,
        reason=it.reason,
        refreshed_on=it.refreshed_on,
        closed_on=it.closed_on,
    )
