"""One case with its thread, as a page of it shows it.

Its steps come from ``domain.case.may`` and ``services.case``; its sentences from ``labels_alert``: ``cause_sentence``
of each cause, ``fact_sentence`` of each ``Ended`` and ``event_sentence`` of each entry of the thread.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from pp_monitor.domain.account import Role
from pp_monitor.domain.alert import AlertChange
from pp_monitor.domain.alert_cause import Cause
from pp_monitor.domain.alert_rule import AlertLevel, AlertRule
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.case import CaseState
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.services.case_row import CaseRow, case_query, case_row, project_names
from pp_monitor.services.case_store import Ended, read_causes, read_ended
from pp_monitor.services.job import last_day_done

REFRESH_JOB = "refresh_alerts"


@dataclass(frozen=True, slots=True)
class ThreadEntry:
    """One event of a case; ``answers`` are those to an observation, the oldest first.

    ``author`` is empty where no person did it; ``owner`` is who had the case after it. ``recorded_at`` is UTC.
    """

    id: int
    change: AlertChange
    rule: AlertRule
    level: AlertLevel
    state: CaseState
    workdays: int
    milestone_code: str
    happened_on: date
    recorded_at: datetime
    author: str
    text: str
    added: tuple[Cause, ...]
    ceased: tuple[Ended, ...]
    role: Role | None
    day: date | None
    owner: str
    answers: tuple[ThreadEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case with everything that happened to it, the oldest first, and the day of the last review while open."""

    case: CaseRow
    thread: tuple[ThreadEntry, ...]
    reviewed_on: date | None


def find_case(
    vigencia: Vigencia,
    calendar: WorkCalendar,
    today: date,
    case_id: int,
    organism_codes: Collection[str] | None = None,
) -> CaseView:
    """One case, open or closed, in five queries; raise ``NotFoundError`` for another's or another vigencia's."""
    query = case_query().where(Alert.id == case_id, Alert.vigencia_id == vigencia.id)
    if organism_codes is not None:
        query = query.where(Organism.code.in_(organism_codes))
    row = db.session.execute(query).first()
    if row is None:
        raise NotFoundError("Ese caso no existe.")
    names = project_names([row.Alert.project_id] if row.Alert.project_id else [], today)
    case = case_row(row, names, calendar, today)
    return CaseView(case, _thread(case_id), _reviewed_on(vigencia, case) if case.state.is_open else None)


def _reviewed_on(vigencia: Vigencia, case: CaseRow) -> date:
    """The last day on which all the cases were looked at: that of the last run, or of the last change of any case."""
    changed = db.session.scalar(select(func.max(Alert.refreshed_on)).where(Alert.vigencia_id == vigencia.id))
    ran = last_day_done(vigencia.entity_id, REFRESH_JOB, vigencia.year)
    return max(day for day in (case.refreshed_on, changed, ran) if day)


def _thread(case_id: int) -> tuple[ThreadEntry, ...]:
    owner = aliased(User)
    rows = db.session.execute(
        select(AlertEvent, User.label.label("author"), owner.label.label("owner"))
        .outerjoin(User, User.id == AlertEvent.user_id)
        .outerjoin(owner, owner.id == AlertEvent.owner_id)
        .where(AlertEvent.alert_id == case_id)
        .order_by(AlertEvent.recorded_at, AlertEvent.id)
    ).all()
    answers: dict[int, list[ThreadEntry]] = {}
    for row in rows:
        if row.AlertEvent.reply_to_id:
            answers.setdefault(row.AlertEvent.reply_to_id, []).append(_entry(row, ()))
    return tuple(
        _entry(row, tuple(answers.get(row.AlertEvent.id, ()))) for row in rows if not row.AlertEvent.reply_to_id
    )


def _entry(row: Row[Any], answers: tuple[ThreadEntry, ...]) -> ThreadEntry:
    it: AlertEvent = row.AlertEvent
    return ThreadEntry(
        id=it.id,
        change=AlertChange(it.change),
        rule=AlertRule(it.rule),
        level=AlertLevel(it.level),
        state=CaseState(it.state),
        workdays=it.workdays,
        milestone_code=it.milestone_code or "",
        happened_on=it.happened_on,
        recorded_at=it.recorded_at,
        author=row.author or "",
        text=it.text,
        added=read_causes(it.added),
        ceased=tuple(read_ended(each) for each in it.ceased),
        role=Role(it.role) if it.role else None,
        day=it.day,
        owner=row.owner or "",
        answers=answers,
    )
