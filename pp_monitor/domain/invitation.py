"""Getting people in and out: who may give which role, how many enlaces, how long an invitation holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

from pp_monitor.domain.account import ORGANISM_ROLES, Grant, Role
from pp_monitor.domain.calendar import WorkCalendar

MOST_ENLACES = 2
INVITATION_WORKDAYS = 5
END_NOTICE_DAYS = 10


class LinkPurpose(StrEnum):
    """What a one-time link is for."""

    RESET = "reset"
    INVITATION = "invitation"


class AccountState(StrEnum):
    """Where an account stands for whoever looks after people."""

    INVITED = "invited"
    EXPIRED = "expired"
    ENTERED = "entered"
    ENDED = "ended"
    DISABLED = "disabled"


def managed_roles(roles: Iterable[Role]) -> frozenset[Role]:
    """The roles that a person with ``roles`` gives and ends: all of them, those of the organisms, or none.

    >>> sorted(managed_roles([Role.PLANEACION]))
    [<Role.ENLACE: 'enlace'>, <Role.ORDENADOR: 'ordenador'>]
    """
    held = frozenset(roles)
    if Role.ADMIN in held:
        return frozenset(Role)
    return ORGANISM_ROLES if Role.PLANEACION in held else frozenset()


def last_day_of_invitation(given_on: date, calendar: WorkCalendar) -> date:
    """The fifth working day after an invitation, on which its link still serves.

    >>> last_day_of_invitation(date(2022, 4, 8), WorkCalendar.of([date(2022, 4, 14), date(2022, 4, 15)]))
    datetime.date(2022, 4, 19)
    """
    return calendar.add(given_on, INVITATION_WORKDAYS)


def is_full(others: Iterable[Sequence[Grant]], valid_from: date, valid_until: date | None) -> bool:
    """Whether another enlace in that period would make three on some day; each of ``others`` is one person's grants.

    >>> ana, luz = ([Grant(Role.ENLACE, date(2022, 1, 3), last)] for last in (None, date(2022, 5, 31)))
    >>> is_full([ana, luz], date(2022, 5, 31), None), is_full([ana, luz], date(2022, 6, 1), None)
    (True, False)
    """
    people = list(others)
    starts = [valid_from, *(grant.valid_from for grants in people for grant in grants if grant.valid_from > valid_from)]
    days = [day for day in starts if valid_until is None or day <= valid_until]
    return any(sum(any(grant.holds_on(day) for grant in grants) for grants in people) >= MOST_ENLACES for day in days)


def has_ended(grants: Sequence[Grant], today: date) -> bool:
    """Whether every role that a person was given is over; somebody who never had one has not ended.

    >>> has_ended([Grant(Role.ENLACE, date(2022, 1, 1), date(2022, 6, 30))], date(2022, 7, 1))
    True
    """
    return bool(grants) and all(grant.valid_until is not None and grant.valid_until < today for grant in grants)


def clashing(new: Grant, held: Iterable[Grant]) -> Grant | None:
    """The first of ``held`` that its person may not have on any day of ``new``; none when they go together.

    Who acts for an organism does not act for the city, and of one organism a person is enlace or head, not both: who
    writes a plan does not approve it, and who comments or lets it through does neither.

    >>> head = Grant(Role.ORDENADOR, date(2022, 5, 2), organism_id=4)
    >>> clashing(head, [Grant(Role.ENLACE, date(2022, 1, 3), date(2022, 5, 1), organism_id=4)]) is None
    True
    """
    return next((grant for grant in held if _meet(new, grant) and not _go_together(new, grant)), None)


def _meet(one: Grant, other: Grant) -> bool:
    return any(first.holds_on(second.valid_from) for first, second in ((one, other), (other, one)))


def _go_together(one: Grant, other: Grant) -> bool:
    if (one.role in ORGANISM_ROLES) != (other.role in ORGANISM_ROLES):
        return False
    return one.role not in ORGANISM_ROLES or one.organism_id != other.organism_id or one.role is other.role


def is_ahead(grant: Grant, today: date) -> bool:
    """Whether a role holds today or will."""
    return grant.valid_until is None or grant.valid_until >= today


def account_state(
    *, is_enabled: bool, has_password: bool, has_link: bool, grants: Sequence[Grant], today: date
) -> AccountState:
    """Where an account stands; ``has_link`` says whether its invitation still serves."""
    if not is_enabled:
        return AccountState.DISABLED
    if has_ended(grants, today):
        return AccountState.ENDED
    if has_password:
        return AccountState.ENTERED
    return AccountState.INVITED if has_link else AccountState.EXPIRED
