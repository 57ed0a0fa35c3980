"""People as those who look after them see them: role, dates, last login, how far their invitation is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, select

from pp_monitor.domain.account import Grant, Role
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.domain.invitation import AccountState, LinkPurpose, account_state, is_ahead
from pp_monitor.extensions import db
from pp_monitor.models.account import PasswordToken, RoleAssignment, User, UserSession
from pp_monitor.models.alert import Alert
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.services.submission_step import returned_ids


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that a person was given; ``is_ahead`` when it holds today or will."""

    assignment_id: int
    grant: Grant
    is_ahead: bool


@dataclass(frozen=True, slots=True)
class Person:
    """An account with the roles it was given that its reader looks after, the newest first; instants are UTC.

    ``is_managed`` when it has no other role ahead, so that its reader may invite it again or disable it.
    """

    user_id: int
    email: str
    label: str
    state: AccountState
    last_login_at: datetime | None
    link_expires_at: datetime | None
    roles: tuple[HeldRole, ...]
    is_managed: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """What an organism has under way when its enlace changes; counts of projects and of alerts."""

    drafted: int
    unregistered: int
    returned: int
    alerts: int


def list_people(entity_id: int, allowed: Collection[Role], today: date, now: datetime) -> list[Person]:
    """The accounts that have or had one of the roles ``allowed``, or none at all, by name; four queries."""
    roles, links, logins = _roles(entity_id, today), _links(entity_id, now), last_logins(entity_id)
    users = db.session.scalars(select(User).where(User.entity_id == entity_id).order_by(User.label, User.email))
    return [
        _person(user, roles[user.id], links.get(user.id), logins.get(user.id), allowed, today)
        for user in users
        if not roles[user.id] or any(role.grant.role in allowed for role in roles[user.id])
    ]


def find_person(entity_id: int, user_id: int, allowed: Collection[Role], today: date, now: datetime) -> Person:
    """One of them; raise ``NotFoundError`` for any other account."""
    for person in list_people(entity_id, allowed, today, now):
        if person.user_id == user_id:
            return person
    raise NotFoundError("Esa cuenta no existe.")


def _person(
    user: User,
    roles: Sequence[HeldRole],
    link: datetime | None,
    login: datetime | None,
    allowed: Collection[Role],
    today: date,
) -> Person:
    state = account_state(
        is_enabled=user.is_enabled,
        has_password=bool(user.password_hash),
        has_link=link is not None,
        grants=[role.grant for role in roles],
        today=today,
    )
    theirs = tuple(role for role in roles if role.grant.role in allowed)
    is_managed = all(role.grant.role in allowed for role in roles if role.is_ahead)
    return Person(user.id, user.email, user.label, state, login, link, theirs, is_managed)


def _roles(entity_id: int, today: date) -> defaultdict[int, list[HeldRole]]:
    rows = db.session.execute(
        select(RoleAssignment, Organism.code)
        .outerjoin(Organism, Organism.id == RoleAssignment.organism_id)
        .where(RoleAssignment.entity_id == entity_id)
        .order_by(RoleAssignment.valid_from.desc(), RoleAssignment.id.desc())
    )
    found: defaultdict[int, list[HeldRole]] = defaultdict(list)
    for row, code in rows:
        grant = Grant(Role(row.role), row.valid_from, row.valid_until, row.organism_id, code or "")
        found[row.user_id].append(HeldRole(row.id, grant, is_ahead(grant, today)))
    return found


def _links(entity_id: int, now: datetime) -> dict[int, datetime]:
    """Until when the invitation of each account serves, where it does."""
    query = select(PasswordToken.user_id, PasswordToken.expires_at).where(
        PasswordToken.entity_id == entity_id,
        PasswordToken.purpose == LinkPurpose.INVITATION,
        PasswordToken.used_at.is_(None),
        PasswordToken.expires_at > now,
    )
    return dict(db.session.execute(query).tuples().all())


def last_logins(entity_id: int) -> dict[int, datetime]:
    """When each account that ever entered did so last, by its id, in UTC; one query."""
    newest = select(UserSession.user_id, func.max(UserSession.opened_at)).where(UserSession.entity_id == entity_id)
    return dict(db.session.execute(newest.group_by(UserSession.user_id)).tuples().all())


def count_returned(project_ids: Collection[int]) -> int:
    """How many of these projects were last returned for correction; one query."""
    return len(returned_ids(project_ids))


def count_alerts(vigencia_id: int, organism_id: int) -> int:
    """How many alerts of an organism are open; one query."""
    query = select(func.count()).where(
        Alert.vigencia_id == vigencia_id, Alert.organism_id == organism_id, Alert.closed_at.is_(None)
    )
    return db.session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class Handover:
    """An enlace's role that may be handed over."""

    assignment_id: int
    user_id: int
    label: str
    organism_id: int
    organism_code: str
    valid_until: date | None


def find_handover(entity_id: int, assignment_id: int, today: date) -> Handover:
    """The role of an enlace that still holds; raise ``NotFoundError`` for any other."""
    query = (
        select(RoleAssignment, User.label, Organism.code)
        .join(User, User.id == RoleAssignment.user_id)
        .join(Organism, Organism.id == RoleAssignment.organism_id)
        .where(RoleAssignment.id == assignment_id, RoleAssignment.entity_id == entity_id, User.is_enabled)
        .where(RoleAssignment.role == Role.ENLACE)
    )
    found = db.session.execute(query).first()
    if found is None:
        raise NotFoundError("Esa función no existe.")
    row, label, code = found
    if not is_ahead(Grant(Role.ENLACE, row.valid_from, row.valid_until), today):
        raise NotFoundError("Esa función ya terminó.")
    return Handover(row.id, row.user_id, label, row.organism_id, code, row.valid_until)


def enlace_absences(vigencia: Vigencia, today: date, calendar: WorkCalendar) -> dict[str, int]:
    """By code, the working days that each organism without active enlace has been without one; one query.

    Active is who is in the role today, with an enabled account that has been entered. The days count from the last
    day of the last role that is over, at the earliest from the opening of the vigencia.
    """
    rows = db.session.execute(
        select(
            Organism.code, RoleAssignment.valid_from, RoleAssignment.valid_until, User.is_enabled, User.password_hash
        )
        .outerjoin(RoleAssignment, and_(RoleAssignment.organism_id == Organism.id, RoleAssignment.role == Role.ENLACE))
        .outerjoin(User, User.id == RoleAssignment.user_id)
        .where(Organism.entity_id == vigencia.entity_id)
    )
    since: dict[str, date] = {}
    active = set()
    for code, valid_from, valid_until, is_enabled, password_hash in rows:
        since.setdefault(code, vigencia.opened_on)
        if valid_from is None or not password_hash:
            continue
        if is_enabled and Grant(Role.ENLACE, valid_from, valid_until).holds_on(today):
            active.add(code)
        elif valid_until and valid_until <= today:
            since[code] = max(since[code], valid_until)
    return {code: calendar.workdays(day, today) for code, day in since.items() if code not in active}
