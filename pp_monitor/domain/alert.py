"""Alerts as cases: what changes in what is open when it is compared with the causes that hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from pp_monitor.domain.account import Role
from pp_monitor.domain.alert_cause import CaseKey, Cause, Condition
from pp_monitor.domain.alert_rule import ESCALATION, AlertLevel, AlertRules
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.case import CaseState, awake_state


class AlertChange(StrEnum):
    """What happens to a case; each is an event of its own. The last ones are steps of people."""

    OPENED = "opened"
    RAISED = "raised"
    LOWERED = "lowered"
    UPDATED = "updated"
    MOVED = "moved"
    WOKEN = "woken"
    ESCALATED = "escalated"
    CLOSED = "closed"
    HANDLED = "handled"
    SNOOZED = "snoozed"
    DISMISSED = "dismissed"
    REOPENED = "reopened"
    COMMENTED = "commented"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Case:
    """An open case as it stands; ``causes`` are never empty, the first one heads it.

    ``level_on`` is the day on which it rose to its level, or opened; a fall leaves it. ``escalation_step`` counts the
    roles told so far, in the order of ``ESCALATION``; ``standing_step`` those of them that the steps of the present
    level still name.
    """

    key: CaseKey
    organism_code: str
    causes: tuple[Cause, ...]
    opened_on: date
    level_on: date
    state: CaseState = CaseState.OPEN
    snoozed_until: date | None = None
    has_owner: bool = False
    escalation_step: int = 0
    standing_step: int = 0

    @property
    def head(self) -> Cause:
        """The gravest cause."""
        return self.causes[0]

    @property
    def level(self) -> AlertLevel:
        """That of the gravest cause."""
        return self.head.level


@dataclass(frozen=True, slots=True)
class News:
    """One event of a case; ``added`` and ``ceased`` are the causes that began or ended, ``role`` who is told now."""

    change: AlertChange
    added: tuple[Cause, ...] = ()
    ceased: tuple[Cause, ...] = ()
    role: Role | None = None


@dataclass(frozen=True, slots=True)
class CaseMove:
    """A case that changes; ``before`` is none when it opens. Without ``news`` only its numbers grew."""

    before: Case | None
    after: Case
    news: tuple[News, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """The causes with which a case was dismissed and that have held ever since, each at its level of then."""

    key: CaseKey
    causes: tuple[Cause, ...]


def still_silent(silence: Silence, holding: Condition | None) -> tuple[Cause, ...]:
    """The causes of a dismissed case that go on at the same level or a lower one; the others may be heard again."""
    now = {cause.key: cause.level.weight for cause in holding.causes} if holding else {}
    return tuple(cause for cause in silence.causes if 0 <= now.get(cause.key, -1) <= cause.level.weight)


def audible(holding: Iterable[Condition], silences: Iterable[Silence]) -> list[Condition]:
    """The conditions without the causes that were dismissed and have held since; those left empty are absent."""
    by_key = {condition.key: condition for condition in holding}
    silent: dict[CaseKey, set[tuple[str, str, str]]] = {}
    for silence in silences:
        kept = still_silent(silence, by_key.get(silence.key))
        silent.setdefault(silence.key, set()).update(cause.key for cause in kept)
    found = []
    for condition in by_key.values():
        muted = silent.get(condition.key, set())
        causes = tuple(cause for cause in condition.causes if cause.key not in muted)
        if causes:
            found.append(replace(condition, causes=causes))
    return found


@dataclass(frozen=True, slots=True)
class Round:
    """One comparison: its day, the calendar in which ages count, and how cases are escalated."""

    today: date
    calendar: WorkCalendar
    rules: AlertRules


def reconcile(is_open: Mapping[CaseKey, Case], holding: Sequence[Condition], turn: Round) -> tuple[CaseMove, ...]:
    """What brings the open cases to the causes that hold; nothing for what is the same.

    A case without causes is resolved, whoever snoozed it, and dismissed where a rule of its causes was switched off:
    nothing happened in the city. The others wake on their day and are escalated.
    """
    wanted = {condition.key: condition for condition in holding}
    closing = [_closed(case, turn) for key, case in is_open.items() if key not in wanted]
    moves = [_follow(is_open.get(key), condition, turn) for key, condition in wanted.items()]
    return (*closing, *(move for move in moves if move.after != move.before))


def _closed(case: Case, turn: Round) -> CaseMove:
    is_off = any(not turn.rules.setting(cause.rule).is_on for cause in case.causes)
    state, change = (CaseState.DISMISSED, AlertChange.DISMISSED) if is_off else (CaseState.RESOLVED, AlertChange.CLOSED)
    after = replace(case, state=state, snoozed_until=None)
    return CaseMove(case, after, (News(change, ceased=case.causes),))


def _follow(before: Case | None, condition: Condition, turn: Round) -> CaseMove:
    news: list[News] = []
    if before is None:
        now = Case(condition.key, condition.organism_code, condition.causes, turn.today, turn.today)
        news.append(News(AlertChange.OPENED, added=condition.causes))
    else:
        now = replace(before, organism_code=condition.organism_code, causes=condition.causes)
        if now.level.weight > before.level.weight:
            now = replace(now, level_on=turn.today)
        news += _differences(before, now)
    if now.state is CaseState.SNOOZED and now.snoozed_until and now.snoozed_until <= turn.today:
        now = replace(now, state=awake_state(has_owner=now.has_owner), snoozed_until=None)
        news.append(News(AlertChange.WOKEN))
    steps = escalation_steps(now, turn)
    news += [News(AlertChange.ESCALATED, role=role) for role in steps]
    told = now.escalation_step + len(steps)
    standing = min(told, sum(days is not None for days in turn.rules.escalation[now.level]))
    return CaseMove(before, replace(now, escalation_step=told, standing_step=standing), tuple(news))


def _differences(before: Case, now: Case) -> list[News]:
    """A change of organism, and one of level or of causes; days that only grow are none."""
    found = [News(AlertChange.MOVED)] if before.organism_code != now.organism_code else []
    known, current = {c.key: c for c in before.causes}, {c.key: c for c in now.causes}
    added = tuple(cause for key, cause in current.items() if key not in known)
    ceased = tuple(cause for key, cause in known.items() if key not in current)
    step = now.level.weight - before.level.weight
    has_more = any(known[key].counts != cause.counts for key, cause in current.items() if key in known)
    if step or added or ceased or has_more:
        change = AlertChange.RAISED if step > 0 else AlertChange.LOWERED if step < 0 else AlertChange.UPDATED
        found.append(News(change, added, ceased))
    return found


def escalation_steps(case: Case, turn: Round) -> tuple[Role, ...]:
    """Who is to be told now of a case for its level, each once; nobody while it is snoozed.

    The days of each step are working days since the case reached its level, so that each role has its turn.
    """
    if case.state is CaseState.SNOOZED:
        return ()
    age = turn.calendar.workdays(case.level_on, turn.today)
    found = []
    ahead = list(zip(ESCALATION, turn.rules.escalation[case.level], strict=True))[case.escalation_step :]
    for role, days in ahead:
        if days is None or age < days:
            break
        found.append(role)
    return tuple(found)
