"""What of the open cases asks something of a person, and since when it does: the daily digest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pp_monitor.domain.account import ORGANISM_ROLES, Role
from pp_monitor.domain.alert import AlertChange
from pp_monitor.domain.alert_rule import ESCALATION, AlertLevel, AlertRule, AlertRules
from pp_monitor.domain.case import CaseState


class Ask(StrEnum):
    """Why a case is told to a person."""

    ESCALATED = "escalated"
    ASSIGNED = "assigned"
    OPENED = "opened"
    REOPENED = "reopened"
    MOVED = "moved"
    RAISED = "raised"
    WOKEN = "woken"
    OBSERVED = "observed"
    ANSWERED = "answered"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Reader:
    """A person with the roles of the day; the organism's code is empty in a role of the city."""

    user_id: int
    grants: frozenset[tuple[Role, str]]

    def roles_on(self, organism_code: str) -> frozenset[Role]:
        """The roles that this person has about a case of an organism."""
        return frozenset(role for role, code in self.grants if code in ("", organism_code))


@dataclass(frozen=True, slots=True)
class CaseNews:
    """One event of a case: who wrote it (none for the daily run) and which person or role it names.

    ``reply_author_id`` wrote the observation that an answer answers; ``is_answered`` tells of an observation and
    ``level`` is that of the case after it.
    ``id`` grows in the order in which the events were recorded.
    """

    id: int
    change: AlertChange
    author_id: int | None = None
    role: Role | None = None
    owner_id: int | None = None
    reply_author_id: int | None = None
    is_answered: bool = False
    text: str = ""
    level: AlertLevel | None = None


@dataclass(frozen=True, slots=True)
class WatchedCase:
    """A case as it stands, with every event of it, the oldest first.

    ``escalated_to`` is the last role told that its level still names: those before it in ``ESCALATION`` were told too.
    """

    organism_code: str
    state: CaseState
    rules: tuple[AlertRule, ...]
    owner_id: int | None
    commitment_on: date | None
    news: Sequence[CaseNews]
    level: AlertLevel = AlertLevel.MILD
    escalated_to: Role | None = None

    def reached(self, role: Role) -> bool:
        """Whether the escalation has brought it to a role whose list it is still on."""
        return self.escalated_to is not None and ESCALATION.index(role) <= ESCALATION.index(self.escalated_to)


@dataclass(frozen=True, slots=True)
class Told:
    """Up to where a person was told: the last event seen and the day of that digest; none before the first one."""

    event_id: int = 0
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One reason with the event that gives it; none where a date does."""

    ask: Ask
    news: CaseNews | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """With what a day's digests are made: ``roles`` are those that each person has, by user id.

    ``staffed`` are the codes of the organisms with an active enlace.
    """

    today: date
    rules: AlertRules
    roles: Mapping[int, frozenset[tuple[Role, str]]]
    staffed: Collection[str]


_BY_CHANGE = {
    AlertChange.OPENED: Ask.OPENED,
    AlertChange.REOPENED: Ask.REOPENED,
    AlertChange.MOVED: Ask.MOVED,
    AlertChange.RAISED: Ask.RAISED,
    AlertChange.WOKEN: Ask.WOKEN,
}
# What a case that is new to somebody went through before is not told apart.
_WITHIN_NEW = frozenset({Ask.MOVED, Ask.RAISED, Ask.WOKEN})
# Told by the escalation, whatever the rules name: whoever is first has a turn before them.
_LATER = frozenset(ESCALATION[1:])


def asked_of(case: WatchedCase, reader: Reader, told: Told, desk: Desk) -> tuple[Asked, ...]:
    """Why a person must look at a case today, each reason once, the newest first, from its events since ``told``.

    A case that rests or is closed asks nothing, nor does what the same person wrote. Its opening, its rise and its
    awakening are told to its owner and to ``first_told``; an escalation to its role while the case is on its list; an
    observation to whoever is to answer it; an answer to who asked; a commitment date that is over to the owner and the
    organism. A rise is not told to who was told of that level before.

    >>> from pp_monitor.domain.alert_rule import DEFAULT_RULES
    >>> desk = Desk(date(2022, 5, 16), DEFAULT_RULES, {}, {"4145"})
    >>> opened = CaseNews(7, AlertChange.OPENED)
    >>> case = WatchedCase("4145", CaseState.OPEN, (AlertRule.OVERDUE,), None, None, (opened,))
    >>> [str(each.ask) for each in asked_of(case, Reader(1, frozenset({(Role.ENLACE, "4145")})), Told(), desk)]
    ['opened']
    >>> asked_of(case, Reader(1, frozenset({(Role.ENLACE, "4151")})), Told(), desk)
    ()
    """
    if case.state not in (CaseState.OPEN, CaseState.HANDLING):
        return ()
    found: dict[Ask, Asked] = {}
    if _is_overdue(case, reader, told, desk.today):
        found[Ask.OVERDUE] = Asked(Ask.OVERDUE)
    held, is_owner = reader.roles_on(case.organism_code), case.owner_id == reader.user_id
    for news in reversed(case.news):
        if news.id <= told.event_id:
            break
        is_theirs = held or is_owner or news.reply_author_id == reader.user_id
        if is_theirs and news.author_id != reader.user_id and (ask := _ask(case, news, reader, held, desk)):
            found.setdefault(ask, Asked(ask, news))
    if Ask.RAISED in found and _knows_level(case, told):
        del found[Ask.RAISED]
    return tuple(asked for asked in found.values() if not _is_implied(asked, found))


def _ask(case: WatchedCase, news: CaseNews, reader: Reader, held: frozenset[Role], desk: Desk) -> Ask | None:
    is_owner = case.owner_id == reader.user_id
    if ask := _BY_CHANGE.get(news.change):
        return ask if is_owner or held & first_told(case, desk) else None
    match news.change:
        case AlertChange.ESCALATED:
            return Ask.ESCALATED if news.role in held and case.reached(news.role) else None
        case AlertChange.HANDLED:
            return Ask.ASSIGNED if is_owner and news.owner_id == reader.user_id else None
        case AlertChange.COMMENTED:
            is_asked = not news.is_answered and (is_owner or _answers(case, news, held, desk))
            return Ask.OBSERVED if is_asked else None
        case AlertChange.ANSWERED:
            return Ask.ANSWERED if _asked_it(news, reader, held, desk) else None
    return None


def told_at_once(named: frozenset[Role]) -> frozenset[Role]:
    """Of the roles that rules name, those that hear of a case without waiting for the escalation.

    >>> sorted(told_at_once(frozenset({Role.ENLACE, Role.ORDENADOR, Role.CONTRATACION})))
    [<Role.CONTRATACION: 'contratacion'>, <Role.ENLACE: 'enlace'>]
    """
    return named - (_LATER if Role.ENLACE in named else {Role.LECTURA})


def first_told(case: WatchedCase, desk: Desk) -> frozenset[Role]:
    """The roles told of what happens to a case: those that its rules name and that need not wait for the escalation.

    Where an enlace is named, head and Planning wait until the escalation has brought the case to them; in an organism
    without an active enlace the head stands in. The cabinet is told by the escalation alone.
    """
    named = frozenset[Role]().union(*(desk.rules.setting(rule).recipients for rule in case.rules))
    reached = {role for role in named & _LATER - {Role.LECTURA} if case.reached(role)}
    has_stand_in = Role.ENLACE in named and case.organism_code not in desk.staffed
    return told_at_once(named) | reached | ({Role.ORDENADOR} if has_stand_in else frozenset())


def _knows_level(case: WatchedCase, told: Told) -> bool:
    """Whether the case is no graver than when this person was last told, or than it opened."""
    before = [news for news in case.news if news.id <= told.event_id] or case.news[:1]
    level = before[-1].level if before else None
    return level is not None and case.level.weight <= level.weight


def _answers(case: WatchedCase, news: CaseNews, held: frozenset[Role], desk: Desk) -> bool:
    """Whether one of these roles is to answer: Planning what the organism says, the organism what anybody else does."""
    is_own = any(
        role in ORGANISM_ROLES and code == case.organism_code for role, code in desk.roles.get(news.author_id or 0, ())
    )
    return Role.PLANEACION in held if is_own else bool(held & ORGANISM_ROLES)


def _asked_it(news: CaseNews, reader: Reader, held: frozenset[Role], desk: Desk) -> bool:
    """Whether an answer is to this person, or to Planning and this person is of it."""
    asker = news.reply_author_id or 0
    is_of_planning = (Role.PLANEACION, "") in desk.roles.get(asker, ())
    return asker == reader.user_id or (is_of_planning and Role.PLANEACION in held)


def _is_overdue(case: WatchedCase, reader: Reader, told: Told, today: date) -> bool:
    """Whether the commitment date of a case has passed since this person was last told."""
    if case.commitment_on is None or not (told.day or date.min) <= case.commitment_on < today:
        return False
    return case.owner_id == reader.user_id or bool(reader.roles_on(case.organism_code) & ORGANISM_ROLES)


def _is_implied(asked: Asked, found: Mapping[Ask, Asked]) -> bool:
    """Whether a reason says nothing beside what makes the case new: an escalation, or the opening to who is first."""
    escalated = found.get(Ask.ESCALATED)
    if escalated and escalated.news and escalated.news.role is not ESCALATION[0]:
        return asked.ask is Ask.OPENED or asked.ask in _WITHIN_NEW
    return Ask.OPENED in found and (asked.ask is Ask.ESCALATED or asked.ask in _WITHIN_NEW)
