"""The daily comparison of the open cases with the causes that hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update

from pp_monitor.domain.alert import (
    AlertChange,
    Case,
    CaseMove,
    News,
    Round,
    Silence,
    audible,
    reconcile,
    still_silent,
)
from pp_monitor.domain.alert_cause import CaseKey, Cause, Condition, Watch, conditions
from pp_monitor.domain.alert_fact import settled_by
from pp_monitor.domain.alert_rule import AlertLevel, AlertRules
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.extensions import db
from pp_monitor.labels_alert import rules_off_sentence
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.services.alert_rule import load_rules
from pp_monitor.services.alert_signal import load_signals
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.case_store import (
    Ended,
    StoredCase,
    case_key,
    cause_row,
    ended_row,
    open_cases,
    rules_text,
    silences,
)
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.transaction import writing_vigencia


@dataclass(frozen=True, slots=True)
class RefreshSummary:
    """How many cases a refresh opened, closed and changed in each way.

    ``updated`` ones changed only in their numbers; ``closed`` counts those of a rule that was switched off as well.
    """

    opened: int = 0
    raised: int = 0
    lowered: int = 0
    updated: int = 0
    moved: int = 0
    woken: int = 0
    escalated: int = 0
    closed: int = 0

    @property
    def has_changes(self) -> bool:
        """Whether anything was written."""
        return any(asdict(self).values())


@dataclass(frozen=True, slots=True)
class _Outlook:
    """What holds today and with what it was found."""

    portfolio: Portfolio
    watch: Watch
    holding: Sequence[Condition]

    @property
    def turn(self) -> Round:
        """The comparison of the day."""
        return Round(self.watch.cutoff, self.watch.calendar, self.watch.rules)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a refresh would write."""

    stored: Mapping[CaseKey, StoredCase]
    moves: Sequence[CaseMove]
    silenced: Mapping[int, tuple[Cause, ...]]

    @property
    def is_empty(self) -> bool:
        """Whether nothing has to be written."""
        return not self.moves and not self.silenced


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What every row written by one refresh shares."""

    entity_id: int
    vigencia_id: int
    today: date
    now: datetime
    user_id: int | None


def refresh_alerts(vigencia_id: int, today: date, actor: Actor) -> RefreshSummary:
    """Bring the open cases to what holds today; nothing is written when nothing changed.

    Cases open, change level in place, wake on their day, are escalated, and are resolved by the fact. The vigencia is
    assessed before the lock is taken, and again inside only if something was recorded in between; what people did to
    the cases is read again inside. The number of queries does not grow with the projects. Raises ``NotFoundError``
    for an unknown vigencia.
    """
    vigencia = _vigencia(vigencia_id)
    seen_at = vigencia.last_recorded_at
    outlook = _outlook(vigencia, today)
    if _plan(vigencia_id, outlook).is_empty:
        return RefreshSummary()
    with writing_vigencia(vigencia_id) as now:
        if _recorded_before(vigencia_id) != seen_at:
            outlook = _outlook(_vigencia(vigencia_id), today)
        plan = _plan(vigencia_id, outlook)
        _write(plan, outlook, _Stamp(vigencia.entity_id, vigencia_id, today, now, actor.user_id))
        summary = _summary(plan.moves)
        if summary.has_changes:
            record(actor, "refresh_alerts", "vigencia", str(vigencia.year), now, asdict(summary))
    return summary


def foresee(vigencia: Vigencia, days: Iterable[date]) -> Iterator[tuple[date, Portfolio, tuple[CaseMove, ...]]]:
    """What the refreshes of some days to come, in order, would do if nothing more were recorded; nothing is written."""
    is_open = {key: row.case for key, row in open_cases(vigencia.id).items()}
    quiet = silences(vigencia.id).values()
    for day in days:
        outlook = _outlook(vigencia, day)
        moves = reconcile(is_open, audible(outlook.holding, quiet), outlook.turn)
        yield day, outlook.portfolio, moves
        is_open |= {move.after.key: move.after for move in moves}
        is_open = {key: case for key, case in is_open.items() if case.state.is_open}


@dataclass(frozen=True, slots=True)
class RulePreview:
    """How many cases other rules would change today; ``escalated`` ones would reach somebody else at once."""

    opened: int
    closed: int
    raised: Mapping[AlertLevel, int]
    lowered: int
    escalated: int


def preview_rules(vigencia: Vigencia, today: date, rules: AlertRules) -> RulePreview:
    """What a comparison by these rules would do beyond one by those in force; nothing is written."""
    is_open = {key: row.case for key, row in open_cases(vigencia.id).items()}
    quiet = silences(vigencia.id).values()
    present = _outlook(vigencia, today)
    watch = replace(present.watch, rules=rules)
    other = replace(present, watch=watch, holding=conditions(present.portfolio, watch))
    (now, told_now), (then, told_then) = (_ahead(is_open, quiet, outlook) for outlook in (present, other))
    steps = {key: then[key].weight - now[key].weight for key in now.keys() & then.keys()}
    return RulePreview(
        opened=len(then.keys() - now.keys()),
        closed=len(now.keys() - then.keys()),
        raised=Counter(then[key] for key, step in steps.items() if step > 0),
        lowered=sum(step < 0 for step in steps.values()),
        escalated=sum(told_then[key] > told_now[key] for key in told_then),
    )


def _ahead(
    is_open: Mapping[CaseKey, Case], quiet: Iterable[Silence], outlook: _Outlook
) -> tuple[dict[CaseKey, AlertLevel], Counter[CaseKey]]:
    """The level of each case that would be open, and how many people each would be escalated to."""
    moves = reconcile(is_open, audible(outlook.holding, quiet), outlook.turn)
    cases = {**is_open, **{move.after.key: move.after for move in moves}}
    steps = [move.after.key for move in moves for news in move.news if news.change is AlertChange.ESCALATED]
    return {key: case.level for key, case in cases.items() if case.state.is_open}, Counter(steps)


def _vigencia(vigencia_id: int) -> Vigencia:
    vigencia = db.session.get(Vigencia, vigencia_id)
    if vigencia is None:
        raise NotFoundError("Esa vigencia no existe.")
    return vigencia


def _recorded_before(vigencia_id: int) -> datetime | None:
    """The newest fact that this transaction found: the lock has moved it only in memory so far."""
    with db.session.no_autoflush:
        return db.session.scalar(select(Vigencia.last_recorded_at).where(Vigencia.id == vigencia_id))


def _outlook(vigencia: Vigencia, today: date) -> _Outlook:
    portfolio = assess_portfolio(vigencia, today)
    rules, signals = load_rules(vigencia.id), load_signals(vigencia, portfolio)
    watch = Watch(portfolio.cutoff, portfolio.year, portfolio.frame.calendar, rules, signals)
    return _Outlook(portfolio, watch, conditions(portfolio, watch))


def _plan(vigencia_id: int, outlook: _Outlook) -> _Plan:
    stored, quiet = open_cases(vigencia_id), silences(vigencia_id)
    is_open = {key: row.case for key, row in stored.items()}
    moves = reconcile(is_open, audible(outlook.holding, quiet.values()), outlook.turn)
    return _Plan(stored, moves, _shorter(quiet, outlook.holding))


def _shorter(quiet: Mapping[int, Silence], holding: Sequence[Condition]) -> dict[int, tuple[Cause, ...]]:
    """What remains of each silence that lost something: a cause that ceased or grew is heard when it comes back."""
    by_key = {condition.key: condition for condition in holding}
    kept = {row_id: still_silent(silence, by_key.get(silence.key)) for row_id, silence in quiet.items()}
    return {row_id: causes for row_id, causes in kept.items() if causes != quiet[row_id].causes}


_COUNTED = {AlertChange.DISMISSED: AlertChange.CLOSED}


def _summary(moves: Sequence[CaseMove]) -> RefreshSummary:
    counted = Counter(_COUNTED.get(news.change, news.change).value for move in moves for news in move.news)
    counted[AlertChange.UPDATED.value] += sum(not move.news for move in moves)
    return RefreshSummary(**counted)


def _write(plan: _Plan, outlook: _Outlook, stamp: _Stamp) -> None:
    """Change and open, each kind of row in one statement."""
    codes = db.session.execute(select(Organism.code, Organism.id).where(Organism.entity_id == stamp.entity_id))
    organism_ids = dict(codes.tuples().all())
    changed = [(plan.stored[move.after.key], move) for move in plan.moves if move.before]
    opened = [move for move in plan.moves if not move.before]
    if changed:
        rows = [_changed_row(stored, move, organism_ids, stamp, outlook.watch.rules) for stored, move in changed]
        db.session.execute(update(Alert), rows)
    if plan.silenced:
        kept = [
            {"id": row_id, "silenced": [cause_row(cause) for cause in causes], "is_silencing": bool(causes)}
            for row_id, causes in plan.silenced.items()
        ]
        db.session.execute(update(Alert), kept)
    if opened:
        db.session.execute(insert(Alert), [_opened_row(move, organism_ids, stamp) for move in opened])
    ids = {key: row.id for key, row in plan.stored.items()} | (_open_ids(stamp.vigencia_id) if opened else {})
    projects = {project.id: project for project in outlook.portfolio.projects}
    events = [
        _event(ids[move.after.key], move, news, projects, outlook.watch, stamp)
        for move in plan.moves
        for news in move.news
    ]
    if events:
        db.session.execute(insert(AlertEvent), events)


def _open_ids(vigencia_id: int) -> dict[CaseKey, int]:
    """The ids of the open cases: SQLite gives those of new rows back only row by row."""
    query = select(Alert.id, Alert.project_id, Organism.code).join(Organism, Organism.id == Alert.organism_id)
    rows = db.session.execute(query.where(Alert.vigencia_id == vigencia_id, Alert.closed_at.is_(None)))
    return {case_key(row.project_id, row.code): row.id for row in rows}


def _told(move: CaseMove) -> dict[str, Any]:
    """What a row shows of the causes of its case."""
    case = move.after
    return {
        "rule": case.head.rule,
        "level": case.level,
        "workdays": case.head.workdays,
        "causes": [cause_row(cause) for cause in case.causes],
        "rules": rules_text(case.causes),
        "state": case.state,
        "level_on": case.level_on,
        "escalation_step": case.escalation_step,
        "standing_step": case.standing_step,
    }


def _changed_row(
    stored: StoredCase, move: CaseMove, organism_ids: Mapping[str, int], stamp: _Stamp, rules: AlertRules
) -> dict[str, Any]:
    is_closed = not move.after.state.is_open
    reasons = [_reason(news, rules) for news in move.news if news.change in _REASONED]
    return {
        "id": stored.id,
        "organism_id": organism_ids[move.after.organism_code],
        "snoozed_until": move.after.snoozed_until,
        "refreshed_on": stamp.today,
        "closed_on": stamp.today if is_closed else None,
        "closed_at": stamp.now if is_closed else None,
        "version": stored.version + bool(move.news),
        **({"reason": reasons[-1]} if reasons else {}),
        **_told(move),
    }


# A case that wakes no longer rests for a reason, and one whose rule was switched off is dismissed for that.
_REASONED = (AlertChange.WOKEN, AlertChange.DISMISSED)


def _reason(news: News, rules: AlertRules) -> str:
    """Why the comparison dismisses a case; empty for what else happens to it."""
    if news.change is not AlertChange.DISMISSED:
        return ""
    return rules_off_sentence([cause.rule for cause in news.ceased if not rules.setting(cause.rule).is_on])


def _opened_row(move: CaseMove, organism_ids: Mapping[str, int], stamp: _Stamp) -> dict[str, Any]:
    return {
        "entity_id": stamp.entity_id,
        "vigencia_id": stamp.vigencia_id,
        "organism_id": organism_ids[move.after.organism_code],
        "project_id": move.after.key.project_id,
        "opened_on": stamp.today,
        "opened_at": stamp.now,
        "refreshed_on": stamp.today,
        **_told(move),
    }


def _event(
    alert_id: int,
    move: CaseMove,
    news: News,
    projects: Mapping[int, ProjectAssessment],
    watch: Watch,
    stamp: _Stamp,
) -> dict[str, Any]:
    case = move.after
    project = projects.get(case.key.project_id or 0)
    ended = [Ended(cause, settled_by(cause, project, watch)) for cause in news.ceased]
    return {
        "entity_id": stamp.entity_id,
        "alert_id": alert_id,
        "change": news.change,
        "rule": case.head.rule,
        "level": case.level,
        "workdays": case.head.workdays,
        "milestone_code": case.head.code or None,
        "state": case.state,
        "text": _reason(news, watch.rules),
        "added": [cause_row(cause) for cause in news.added],
        "ceased": [ended_row(each) for each in ended],
        "role": news.role or "",
        "happened_on": stamp.today,
        "user_id": stamp.user_id,
        "recorded_at": stamp.now,
    }
