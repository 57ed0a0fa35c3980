"""Alerts: the daily comparison with what is open, and the list of what is open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update

from pp_monitor.domain.alert import (
    AlertChange,
    AlertCondition,
    AlertDecision,
    AlertItem,
    AlertKey,
    AlertLevel,
    AlertRule,
    enlace_conditions,
    organism_conditions,
    project_conditions,
    reconcile,
)
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.person import enlace_absences
from pp_monitor.services.transaction import writing_vigencia


@dataclass(frozen=True, slots=True)
class RefreshSummary:
    """How many alerts a refresh opened, raised, lowered, updated in place and closed."""

    opened: int = 0
    raised: int = 0
    lowered: int = 0
    updated: int = 0
    closed: int = 0

    @property
    def has_changes(self) -> bool:
        """Whether anything was written."""
        return any(asdict(self).values())


@dataclass(frozen=True, slots=True)
class _Open:
    """An open alert as it is stored: its row and the condition that it tells."""

    id: int
    condition: AlertCondition


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What every row written by one refresh shares."""

    entity_id: int
    vigencia_id: int
    today: date
    now: datetime
    user_id: int | None


def refresh_alerts(vigencia_id: int, today: date, actor: Actor) -> RefreshSummary:
    """Bring the open alerts to what holds today; nothing is written when nothing changed.

    The vigencia is assessed before the lock is taken, and again inside only if something
    was recorded in between. Raises ``NotFoundError`` for an unknown vigencia.
    """
    vigencia = _vigencia(vigencia_id)
    seen_at = vigencia.last_recorded_at
    holding = _holding(assess_portfolio(vigencia, today), vigencia)
    if not reconcile(_conditions(_open(vigencia_id)), holding):
        return RefreshSummary()
    with writing_vigencia(vigencia_id) as now:
        if _recorded_before(vigencia_id) != seen_at:
            again = _vigencia(vigencia_id)
            holding = _holding(assess_portfolio(again, today), again)
        is_open = _open(vigencia_id)
        decisions = reconcile(_conditions(is_open), holding)
        _write(decisions, is_open, _Stamp(vigencia.entity_id, vigencia_id, today, now, actor.user_id))
        summary = _summary(decisions)
        if summary.has_changes:
            record(actor, "refresh_alerts", "vigencia", str(vigencia.year), now, asdict(summary))
    return summary


def _vigencia(vigencia_id: int) -> Vigencia:
    vigencia = db.session.get(Vigencia, vigencia_id)
    if vigencia is None:
        raise NotFoundError("Esa vigencia no existe.")
    return vigencia


def _recorded_before(vigencia_id: int) -> datetime | None:
    """The newest fact that this transaction found: the lock has moved it only in memory so far."""
    with db.session.no_autoflush:
        return db.session.scalar(select(Vigencia.last_recorded_at).where(Vigencia.id == vigencia_id))


def _holding(portfolio: Portfolio, vigencia: Vigencia) -> list[AlertCondition]:
    absences = enlace_absences(vigencia, portfolio.cutoff, portfolio.frame.calendar)
    of_organisms = organism_conditions(portfolio.organisms, portfolio.projects)
    return project_conditions(portfolio.projects) + of_organisms + enlace_conditions(portfolio.projects, absences)


def _open(vigencia_id: int) -> dict[AlertKey, _Open]:
    """The open alerts of a vigencia by key; one query."""
    rows = db.session.execute(
        select(
            Alert.id, Alert.rule, Alert.level, Alert.project_id, Alert.overdue_workdays, Alert.projects, Alert.items,
            Organism.code,
        )
        .join(Organism, Organism.id == Alert.organism_id)
        .where(Alert.vigencia_id == vigencia_id, Alert.closed_at.is_(None))
    )  # fmt: skip
    found: dict[AlertKey, _Open] = {}
    for row in rows:
        key = AlertKey(AlertRule(row.rule), row.code, row.project_id)
        condition = AlertCondition(
            key, AlertLevel(row.level), row.overdue_workdays, _items(row.items), projects=row.projects
        )
        found[key] = _Open(row.id, condition)
    return found


def _conditions(is_open: Mapping[AlertKey, _Open]) -> dict[AlertKey, AlertCondition]:
    return {key: row.condition for key, row in is_open.items()}


def _items(stored: Sequence[Mapping[str, Any]]) -> tuple[AlertItem, ...]:
    return tuple(
        AlertItem(item["code"], date.fromisoformat(item["planned"]), item["overdue_workdays"]) for item in stored
    )


def _stored_items(items: Sequence[AlertItem]) -> list[dict[str, Any]]:
    return [
        {"code": item.milestone_code, "planned": item.planned.isoformat(), "overdue_workdays": item.overdue_workdays}
        for item in items
    ]


def _summary(decisions: Sequence[AlertDecision]) -> RefreshSummary:
    return RefreshSummary(**Counter(decision.change.value for decision in decisions))


def _write(decisions: Sequence[AlertDecision], is_open: Mapping[AlertKey, _Open], stamp: _Stamp) -> None:
    """Close, change and open in that order, so that a case moved to another organism never stands twice."""
    events: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    closings: list[dict[str, Any]] = []
    for decision in decisions:
        before = is_open.get(decision.key)
        if before is None:
            continue
        if decision.condition is None:
            closings.append({"id": before.id, "closed_on": stamp.today, "closed_at": stamp.now})
        else:
            changes.append({"id": before.id, "refreshed_on": stamp.today, **_values(decision.condition)})
        if _is_news(decision, before):
            events.append(_event(before.id, decision.change, decision.condition or before.condition, stamp))
    for rows in (closings, changes):
        if rows:
            db.session.execute(update(Alert), rows)
    events += _open_new([d.condition for d in decisions if d.condition and d.change is AlertChange.OPENED], stamp)
    if events:
        db.session.execute(insert(AlertEvent), events)


def _is_news(decision: AlertDecision, before: _Open) -> bool:
    """Whether a change is told in the history: days that only grow are not."""
    if decision.change is not AlertChange.UPDATED or decision.condition is None:
        return True
    return _extent(decision.condition) != _extent(before.condition)


def _extent(condition: AlertCondition) -> tuple[int, frozenset[str]]:
    return condition.projects, frozenset(item.milestone_code for item in condition.items)


def _open_new(conditions: Sequence[AlertCondition], stamp: _Stamp) -> list[dict[str, Any]]:
    """Add the alerts and return their first events."""
    if not conditions:
        return []
    organism_ids = {code: row_id for row_id, code in db.session.execute(select(Organism.id, Organism.code)).tuples()}
    rows = [
        {
            "entity_id": stamp.entity_id,
            "vigencia_id": stamp.vigencia_id,
            "rule": condition.key.rule,
            "organism_id": organism_ids[condition.key.organism_code],
            "project_id": condition.key.project_id,
            "opened_on": stamp.today,
            "opened_at": stamp.now,
            "refreshed_on": stamp.today,
            **_values(condition),
        }
        for condition in conditions
    ]
    # SQLite gives ids back only row by row; one insert and one more reading cost the same for any number.
    db.session.execute(insert(Alert), rows)
    now_open = _open(stamp.vigencia_id)
    return [_event(now_open[row.key].id, AlertChange.OPENED, row, stamp) for row in conditions]


def _values(condition: AlertCondition) -> dict[str, Any]:
    return {
        "level": condition.level,
        "overdue_workdays": condition.overdue_workdays,
        "projects": condition.projects,
        "items": _stored_items(condition.items),
    }


def _event(alert_id: int, change: AlertChange, condition: AlertCondition, stamp: _Stamp) -> dict[str, Any]:
    return {
        "entity_id": stamp.entity_id,
        "alert_id": alert_id,
        "change": change,
        "level": condition.level,
        "overdue_workdays": condition.overdue_workdays,
        "happened_on": stamp.today,
        "user_id": stamp.user_id,
        "recorded_at": stamp.now,
    }


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An open case as a reader sees it: ``project`` is none in a case of an organism.

    ``overdue_workdays`` are those of the earliest item; ``age_days`` are calendar days since it
    was opened; ``owner`` is empty while nobody has taken it.
    """

    id: int
    rule: AlertRule
    level: AlertLevel
    organism_code: str
    project: ProjectAssessment | None
    overdue_workdays: int
    projects: int
    items: tuple[AlertItem, ...]
    opened_on: date
    refreshed_on: date
    age_days: int
    owner: str


_SEVERITY = (AlertLevel.CRITICAL, AlertLevel.SERIOUS, AlertLevel.MILD)


def list_alerts(vigencia: Vigencia, today: date, organism_codes: Collection[str] | None = None) -> list[OpenAlert]:
    """The open alerts, of all organisms or of some, the gravest and oldest first."""
    projects = {project.id: project for project in assess_portfolio(vigencia, today).projects}
    query = (
        select(Alert, Organism.code, User.label)
        .join(Organism, Organism.id == Alert.organism_id)
        .outerjoin(User, User.id == Alert.owner_id)
        .where(Alert.vigencia_id == vigencia.id, Alert.closed_at.is_(None))
    )
    if organism_codes is not None:
        query = query.where(Organism.code.in_(organism_codes))
    found = [
        _reader_view(alert, code, owner or "", projects.get(alert.project_id or 0), today)
        for alert, code, owner in db.session.execute(query).tuples()
    ]
    return sorted(found, key=lambda row: (_SEVERITY.index(row.level), -row.overdue_workdays, row.opened_on, row.id))


def _reader_view(
    alert: Alert, organism_code: str, owner: str, project: ProjectAssessment | None, today: date
) -> OpenAlert:
    return OpenAlert(
        id=alert.id,
        rule=AlertRule(alert.rule),
        level=AlertLevel(alert.level),
        organism_code=organism_code,
        project=project,
        overdue_workdays=alert.overdue_workdays,
        projects=alert.projects,
        items=_items(alert.items),
        opened_on=alert.opened_on,
        refreshed_on=alert.refreshed_on,
        age_days=(today - alert.opened_on).days,
        owner=owner,
    )
