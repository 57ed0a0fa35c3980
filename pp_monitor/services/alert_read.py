"""The list of cases with its counters, and their ages.

A page of the inbox needs ``list_cases`` (one page of rows, counters of everything the filter finds) with a
``CaseQuery`` read from its address; what a person may not see is left out by ``organism_codes``, as
``Reading.organism_codes`` gives it. A file of everything found asks no ``size``. One case is ``services.case_read``,
the steps are ``services.case`` and the sentences ``labels_alert``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Subquery, case, exists, func, select

from pp_monitor.domain.account import ORGANISM_ROLES, Role
from pp_monitor.domain.alert import AlertChange
from pp_monitor.domain.alert_cause import CaseKey
from pp_monitor.domain.alert_rule import (
    DELAY_RULES,
    ESCALATION,
    FAMILY,
    GRAVEST_FIRST,
    AlertLevel,
    AlertRule,
    RuleFamily,
)
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.case import OPEN_STATES, AgeBand, Awaited, CaseState
from pp_monitor.domain.listing import Page, paginate
from pp_monitor.extensions import db
from pp_monitor.models.account import RoleAssignment, User
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.services.case import CaseAt
from pp_monitor.services.case_row import CaseRow, case_rows

NOBODY = 0
MOST = 100_000
# The events that tell which causes began and ended while a case was open.
_CAUSES_CHANGE = (AlertChange.OPENED, AlertChange.RAISED, AlertChange.LOWERED, AlertChange.UPDATED)

# Who is to answer by what the query says: whether Planning is, and the organism; nothing where nobody is.
_AWAITED: Mapping[tuple[int | None, int | None], tuple[Awaited, ...]] = {
    (None, None): (),
    (1, 0): (Awaited.PLANNING,),
    (0, 1): (Awaited.ORGANISM,),
    (1, 1): tuple(Awaited),
}


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """What a reader asks of the list; what is empty asks nothing, and without a state only open cases are found.

    ``rule`` finds a case by any of its causes, ``family`` by that of any. ``owner_id`` is a person, or ``NOBODY``.
    ``escalated_to`` finds the cases that have reached that role and whose level still names it, ``is_about`` those of
    the projects and organisms that it says yes to, ``is_commitment_late`` those whose commitment date has passed,
    ``awaited`` those with an observation that this one is to answer.
    """

    organism_code: str = ""
    level: AlertLevel | None = None
    rule: AlertRule | None = None
    family: RuleFamily | None = None
    state: CaseState | None = None
    owner_id: int | None = None
    escalated_to: Role | None = None
    age: AgeBand | None = None
    project_id: int | None = None
    is_about: Callable[[CaseKey], bool] | None = None
    is_commitment_late: bool = False
    awaited: Awaited | None = None


@dataclass(frozen=True, slots=True)
class CaseCounters:
    """How many of the cases found stand where; ``overdue_commitments`` have a commitment date in the past.

    ``by_owner`` counts by the person who has them, ``NOBODY`` included.
    """

    total: int
    by_level: Mapping[AlertLevel, int]
    by_state: Mapping[CaseState, int]
    by_rule: Mapping[AlertRule, int]
    by_owner: Mapping[int, int]
    escalated: int
    overdue_commitments: int
    by_awaited: Mapping[Awaited, int]


@dataclass(frozen=True, slots=True)
class AgeLine:
    """Ages of the cases of one rule or organism (``code``): how many in each band, mean and most working days."""

    code: str
    count: int
    bands: Mapping[AgeBand, int]
    mean_workdays: float
    most_workdays: int


@dataclass(frozen=True, slots=True)
class CaseList:
    """A page of the cases found, the gravest and oldest first, with all of them and what is counted over them.

    ``organism_codes`` are those of the organisms that have one; ``awaited`` tells by the id of a case of the page
    who is to answer its observations.
    """

    page: Page[CaseRow]
    ats: tuple[CaseAt, ...]
    counters: CaseCounters
    organism_codes: frozenset[str]
    awaited: Mapping[int, tuple[Awaited, ...]]


@dataclass(frozen=True, slots=True)
class CaseAges:
    """How old the cases found are: by organism since they opened, by rule since its cause began in each of them."""

    by_rule: tuple[AgeLine, ...]
    by_organism: tuple[AgeLine, ...]


@dataclass(frozen=True, slots=True)
class _Brief:
    """What of a case is looked at without reading its causes."""

    id: int
    version: int
    level: AlertLevel
    rules: tuple[AlertRule, ...]
    state: CaseState
    organism_code: str
    project_id: int | None
    owner_id: int | None
    commitment_on: date | None
    standing_step: int
    age: int
    opened_on: date
    closed_on: date | None
    awaited: tuple[Awaited, ...]

    @property
    def key(self) -> CaseKey:
        """What it is about, as the domain names it."""
        return CaseKey(self.project_id) if self.project_id else CaseKey(organism_code=self.organism_code)

    def is_late(self, today: date) -> bool:
        """Whether the day that somebody committed to has passed."""
        return self.state.is_open and self.commitment_on is not None and self.commitment_on < today


def list_cases(
    vigencia: Vigencia,
    calendar: WorkCalendar,
    today: date,
    query: CaseQuery,
    *,
    organism_codes: Collection[str] | None = None,
    page: int = 1,
    size: int = MOST,
) -> CaseList:
    """The cases of a vigencia that a reader asks for, of all organisms or only of ``organism_codes``; three queries.

    ``page`` counts from 1; ``size`` is the rows of a page.
    """
    found = [row for row in _briefs(vigencia, calendar, today, query, organism_codes) if _admits(query, row, today)]
    ids = paginate(found, page, size)
    rows = case_rows([row.id for row in ids.rows], calendar, today)
    return CaseList(
        page=Page(tuple(rows[row.id] for row in ids.rows), ids.page, ids.pages, ids.total, ids.first, ids.last),
        ats=tuple(CaseAt(row.id, row.version) for row in found),
        counters=_counters(found, today),
        organism_codes=frozenset(row.organism_code for row in found),
        awaited={row.id: row.awaited for row in ids.rows if row.awaited},
    )


def case_ages(
    vigencia: Vigencia,
    calendar: WorkCalendar,
    today: date,
    query: CaseQuery,
    organism_codes: Collection[str] | None = None,
) -> CaseAges:
    """The ages of the same cases in working days; two queries. A case with several rules counts in each of them."""
    found = [row for row in _briefs(vigencia, calendar, today, query, organism_codes) if _admits(query, row, today)]
    began = _beginnings([row.id for row in found])
    by_rule = (
        (rule.value, calendar.workdays(began.get((row.id, rule.value), row.opened_on), row.closed_on or today))
        for row in found
        for rule in row.rules
    )
    return CaseAges(_ages(by_rule), _ages((row.organism_code, row.age) for row in found))


def _beginnings(ids: Sequence[int]) -> dict[tuple[int, str], date]:
    """Since when each rule has had a cause in each of these cases; one query.

    A cause that ceased and came back began when it came back, another one of the same rule goes on.
    """
    rows = db.session.execute(
        select(AlertEvent.alert_id, AlertEvent.happened_on, AlertEvent.added, AlertEvent.ceased)
        .where(AlertEvent.alert_id.in_(ids), AlertEvent.change.in_(_CAUSES_CHANGE))
        .order_by(AlertEvent.id)
    )
    began: dict[tuple[int, str, str, str], date] = {}
    for row in rows:
        for each in row.ceased:
            began.pop((row.alert_id, *_cause_key(each.get("cause", each))), None)
        began |= {(row.alert_id, *_cause_key(each)): row.happened_on for each in row.added}
    first: dict[tuple[int, str], date] = {}
    for (case_id, rule, _, _), day in began.items():
        first[case_id, rule] = min(day, first.get((case_id, rule), day))
    return first


def _cause_key(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["rule"], row.get("code", ""), row.get("other_code", "")


def _briefs(
    vigencia: Vigencia,
    calendar: WorkCalendar,
    today: date,
    query: CaseQuery,
    organism_codes: Collection[str] | None,
) -> list[_Brief]:
    asked = _unanswered(vigencia.id)
    rows = db.session.execute(
        select(
            asked.c.by_planning, asked.c.by_organism,
            Alert.id, Alert.version, Alert.level, Alert.rules, Alert.state, Organism.code, Alert.project_id,
            Alert.owner_id, Alert.commitment_on, Alert.standing_step, Alert.opened_on, Alert.closed_on,
        )
        .join(Organism, Organism.id == Alert.organism_id)
        .outerjoin(asked, asked.c.alert_id == Alert.id)
        .where(Alert.vigencia_id == vigencia.id, *_conditions(query, organism_codes))
        .order_by(_gravity(), _delay().desc(), Alert.opened_on, Alert.id)
    )  # fmt: skip
    return [
        _Brief(
            row.id,
            row.version,
            AlertLevel(row.level),
            tuple(AlertRule(code) for code in row.rules.strip(",").split(",")),
            CaseState(row.state),
            row.code,
            row.project_id,
            row.owner_id,
            row.commitment_on,
            row.standing_step,
            calendar.workdays(row.opened_on, row.closed_on or today),
            row.opened_on,
            row.closed_on,
            _AWAITED[row.by_planning, row.by_organism],
        )
        for row in rows
    ]


def _unanswered(vigencia_id: int) -> Subquery:
    """The open cases with observations that wait for an answer, and whether Planning or the organism is to give it."""
    answered = select(AlertEvent.reply_to_id).where(AlertEvent.reply_to_id.is_not(None))
    is_own = exists().where(
        RoleAssignment.user_id == AlertEvent.user_id,
        RoleAssignment.role.in_(ORGANISM_ROLES),
        RoleAssignment.organism_id == Alert.organism_id,
    )
    return (
        select(
            AlertEvent.alert_id,
            func.max(case((is_own, 1), else_=0)).label("by_planning"),
            func.max(case((is_own, 0), else_=1)).label("by_organism"),
        )
        .join(Alert, Alert.id == AlertEvent.alert_id)
        .where(
            Alert.vigencia_id == vigencia_id,
            Alert.closed_at.is_(None),
            AlertEvent.change == AlertChange.COMMENTED,
            AlertEvent.id.not_in(answered),
        )
        .group_by(AlertEvent.alert_id)
        .subquery()
    )


def _gravity() -> ColumnElement[int]:
    return case({level.value: rank for rank, level in enumerate(GRAVEST_FIRST)}, value=Alert.level)


def _delay() -> ColumnElement[int]:
    """What is no delay stands after every delay of its level."""
    return case((Alert.rule.in_(DELAY_RULES), Alert.workdays), else_=0)


def _conditions(query: CaseQuery, organism_codes: Collection[str] | None) -> list[ColumnElement[bool]]:
    """What the database can tell; the age needs the calendar and the family several rules."""
    states = OPEN_STATES if query.state is None else (query.state,)
    found: list[ColumnElement[bool]] = [Alert.state.in_(states)]
    if organism_codes is not None:
        found.append(Organism.code.in_(organism_codes))
    if query.organism_code:
        found.append(Organism.code == query.organism_code)
    if query.level:
        found.append(Alert.level == query.level)
    if query.rule:
        found.append(Alert.rules.contains(f",{query.rule.value},", autoescape=True))
    if query.owner_id is not None:
        found.append(Alert.owner_id == query.owner_id if query.owner_id else Alert.owner_id.is_(None))
    if query.escalated_to:
        found.append(Alert.standing_step > ESCALATION.index(query.escalated_to))
    if query.project_id is not None:
        found.append(Alert.project_id == query.project_id)
    return found


def _admits(query: CaseQuery, row: _Brief, today: date) -> bool:
    return (
        (query.age is None or AgeBand.of(row.age) is query.age)
        and (query.family is None or any(FAMILY[rule] is query.family for rule in row.rules))
        and (not query.is_commitment_late or row.is_late(today))
        and (query.awaited is None or query.awaited in row.awaited)
        and (query.is_about is None or query.is_about(row.key))
    )


def case_owners(vigencia_id: int, organism_codes: Collection[str] | None = None) -> dict[int, str]:
    """Who has open cases of all organisms or of some, by id, in the order of their names; one query."""
    query = (
        select(User.id, User.label)
        .join(Alert, Alert.owner_id == User.id)
        .join(Organism, Organism.id == Alert.organism_id)
        .where(Alert.vigencia_id == vigencia_id, Alert.closed_at.is_(None))
    )
    if organism_codes is not None:
        query = query.where(Organism.code.in_(organism_codes))
    return dict(db.session.execute(query.distinct().order_by(User.label, User.id)).tuples().all())


def level_counts(vigencia_id: int, organism_codes: Collection[str] | None = None) -> dict[AlertLevel, int]:
    """How many cases are open at each level, of all organisms or of some; one query."""
    query = select(Alert.level, func.count()).where(Alert.vigencia_id == vigencia_id, Alert.closed_at.is_(None))
    if organism_codes is not None:
        query = query.join(Organism, Organism.id == Alert.organism_id).where(Organism.code.in_(organism_codes))
    counted = dict(db.session.execute(query.group_by(Alert.level)).tuples().all())
    return {level: counted.get(level, 0) for level in GRAVEST_FIRST}


def _counters(found: Sequence[_Brief], today: date) -> CaseCounters:
    levels, states = Counter(row.level for row in found), Counter(row.state for row in found)
    rules = Counter(rule for row in found for rule in row.rules)
    return CaseCounters(
        total=len(found),
        by_level={level: levels[level] for level in GRAVEST_FIRST},
        by_state={state: states[state] for state in CaseState},
        by_rule={rule: rules[rule] for rule in AlertRule if rules[rule]},
        by_owner=Counter(row.owner_id or NOBODY for row in found),
        escalated=sum(row.standing_step > 1 for row in found),
        overdue_commitments=sum(row.is_late(today) for row in found),
        by_awaited=Counter(who for row in found for who in row.awaited),
    )


def _ages(pairs: Iterable[tuple[str, int]]) -> tuple[AgeLine, ...]:
    """Those with the oldest cases first."""
    ages: dict[str, list[int]] = {}
    for code, age in pairs:
        ages.setdefault(code, []).append(age)
    lines = (
        AgeLine(code, len(own), dict(Counter(AgeBand.of(age) for age in own)), sum(own) / len(own), max(own))
        for code, own in ages.items()
    )
    return tuple(sorted(lines, key=lambda line: (-line.most_workdays, -line.count, line.code)))
