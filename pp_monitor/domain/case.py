"""The life of a case: its states, the steps that people take, and who may take each."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum

from pp_monitor.domain.account import CITY_READERS, Grant, Role
from pp_monitor.domain.calendar import WorkCalendar


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    HANDLING = "handling"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    DISMISSED = "dismissed"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for something: neither resolved by the fact nor dismissed."""
        return self not in (CaseState.RESOLVED, CaseState.DISMISSED)


# How long a case may rest at a time, and how many characters a text of a case may have.
MOST_REST_WORKDAYS = 60
LONGEST_TEXT = 2_000
OPEN_STATES = tuple(state for state in CaseState if state.is_open)


class AgeBand(StrEnum):
    """How old a case is, in working days since it opened."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    OLDER = "older"

    @classmethod
    def of(cls, workdays: int) -> AgeBand:
        """Up to 5, up to 10, up to 20, more.

        >>> AgeBand.of(10), AgeBand.of(21)
        (<AgeBand.FORTNIGHT: 'fortnight'>, <AgeBand.OLDER: 'older'>)
        """
        return next((band for band, most in _BANDS.items() if workdays <= most), cls.OLDER)


_BANDS = {AgeBand.WEEK: 5, AgeBand.FORTNIGHT: 10, AgeBand.MONTH: 20}


class Awaited(StrEnum):
    """Who is to answer an observation: Planning what the organism says, the organism what anybody else does."""

    PLANNING = "planning"
    ORGANISM = "organism"


class CaseStep(StrEnum):
    """What a person does with a case."""

    HANDLE = "handle"
    SNOOZE = "snooze"
    WAKE = "wake"
    DISMISS = "dismiss"
    REOPEN = "reopen"
    COMMENT = "comment"
    ANSWER = "answer"


_PLANNING = frozenset({Role.PLANEACION})
_HANDLERS = frozenset({Role.ENLACE, Role.ORDENADOR, Role.PLANEACION})
SPEAKERS = _HANDLERS | {Role.CONTRATACION}
# Who may have a case can act on it: the people of its organism and Planning.
OWNERS = _HANDLERS
_TALK: Mapping[CaseStep, frozenset[Role]] = {CaseStep.COMMENT: SPEAKERS, CaseStep.ANSWER: _HANDLERS}

# A step that a state does not name is refused to everybody. Only the fact resolves a case. `HANDLE` also changes owner
# and commitment date of a case in handling, and wakes one that rests; `SNOOZE` also moves the day of its rest.
ALLOWED: Mapping[CaseState, Mapping[CaseStep, frozenset[Role]]] = {
    CaseState.OPEN: {
        CaseStep.HANDLE: _HANDLERS,
        CaseStep.SNOOZE: _PLANNING,
        CaseStep.DISMISS: _PLANNING,
        **_TALK,
    },
    CaseState.HANDLING: {
        CaseStep.HANDLE: _HANDLERS,
        CaseStep.SNOOZE: _PLANNING,
        CaseStep.DISMISS: _PLANNING,
        **_TALK,
    },
    CaseState.SNOOZED: {
        CaseStep.HANDLE: _HANDLERS,
        CaseStep.SNOOZE: _PLANNING,
        CaseStep.WAKE: _PLANNING,
        CaseStep.DISMISS: _PLANNING,
        **_TALK,
    },
    CaseState.RESOLVED: {},
    CaseState.DISMISSED: {CaseStep.REOPEN: _PLANNING},
}


def may(state: CaseState, step: CaseStep, grants: Iterable[Grant], organism_id: int) -> bool:
    """Whether somebody with these roles may take a step on a case of an organism; its people only on their own.

    >>> from datetime import date
    >>> may(CaseState.OPEN, CaseStep.HANDLE, [Grant(Role.ENLACE, date(2022, 1, 1), organism_id=4)], 5)
    False
    """
    allowed = ALLOWED[state].get(step, frozenset())
    return any(
        grant.role in allowed and (grant.role in CITY_READERS or grant.organism_id == organism_id) for grant in grants
    )


def may_give(grants: Iterable[Grant], organism_id: int | None) -> bool:
    """Whether somebody with these roles may give a case to a person of an organism, of the city where it is none.

    Planning to anybody, the people of an organism among themselves.

    >>> from datetime import date
    >>> may_give([Grant(Role.ENLACE, date(2022, 1, 1), organism_id=4)], None)
    False
    """
    return any(
        grant.role in _PLANNING or (grant.role in _HANDLERS and grant.organism_id == organism_id) for grant in grants
    )


def last_wake(today: date, calendar: WorkCalendar) -> date:
    """The last day until which a case may rest.

    >>> last_wake(date(2022, 4, 18), WorkCalendar.of([]))
    datetime.date(2022, 7, 11)
    """
    return calendar.add(today, MOST_REST_WORKDAYS)


def last_commitment(today: date, calendar: WorkCalendar, follow_until: date) -> date:
    """The last day that may be committed to: the end of the month in which the follow-up ends.

    In the last weeks of the follow-up, and after it, as long as a case may rest.
    """
    last = monthrange(follow_until.year, follow_until.month)[1]
    return max(follow_until.replace(day=last), last_wake(today, calendar))


def awake_state(*, has_owner: bool) -> CaseState:
    """Where a case goes on that wakes or is opened again: in handling if somebody owns it."""
    return CaseState.HANDLING if has_owner else CaseState.OPEN
