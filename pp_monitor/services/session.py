"""Entering and leaving: throttled tries, sessions that the server knows and can revoke."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update

from pp_monitor.domain.account import (
    ACCOUNT_THROTTLE,
    ADDRESS_THROTTLE,
    IDLE_SESSION,
    LONGEST_SESSION,
    Grant,
    Role,
    Throttle,
)
from pp_monitor.domain.errors import NotFoundError, PpMonitorError
from pp_monitor.domain.invitation import has_ended
from pp_monitor.extensions import db
from pp_monitor.models.account import LoginAttempt, RoleAssignment, User, UserSession
from pp_monitor.models.entity import Organism
from pp_monitor.services import password as passwords
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.entity import the_entity
from pp_monitor.services.privacy import has_accepted
from pp_monitor.services.transaction import writing

# Often enough for the idle limit, seldom enough that reading pages does not write.
_SEEN_EVERY = timedelta(minutes=5)


class LoginRefusedError(PpMonitorError):
    """No account fits; says nothing of which part was wrong."""

    def __init__(self) -> None:
        super().__init__("El correo o la contraseña no coinciden.")


class AccessEndedError(PpMonitorError):
    """Every role of the account is over; told only to who knows the password."""

    def __init__(self) -> None:
        super().__init__("Su función ya terminó. Si continúa, pida al equipo de Planeación que lo invite de nuevo.")


class TooManyTriesError(PpMonitorError):
    """The account or the address must wait; ``wait`` is how long."""

    def __init__(self, wait: timedelta) -> None:
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        told = "1 minuto" if minutes == 1 else f"{minutes} minutos"
        super().__init__(f"Hubo demasiados intentos. Vuelva a intentarlo en {told}.")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Account:
    """An account as a session sees it: every role it was ever given, whether it accepted the notice in force."""

    user_id: int
    entity_id: int
    email: str
    label: str
    session_id: int
    grants: tuple[Grant, ...]
    has_accepted: bool


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One session of a person, as shown to that person."""

    id: int
    address: str
    opened_at: datetime
    seen_at: datetime


def normal_email(text: str) -> str:
    """An address as it is stored: without spaces around, in lower case."""
    return text.strip().lower()


def digest(token: str) -> str:
    """What is kept of a secret token: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def network(address: str) -> str:
    """What counts as one address: an IPv4 address, or the /64 that an IPv6 line gets."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:40]
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed.packed, 64), strict=False))


def log_in(email: str, password: str, address: str, today: date) -> str:
    """Open a session and return its secret token.

    Raises ``TooManyTriesError`` when account or address must wait, ``AccessEndedError`` when nothing of the account
    holds ``today`` any more, ``LoginRefusedError`` for whatever else is wrong, after the same work whether the
    account exists or not.
    """
    email = normal_email(email)
    attempt_id = take_try(email, address)
    user_id, stored = _credentials(email)
    if not passwords.matches(stored, password) or user_id is None:
        raise LoginRefusedError
    fresh_hash = passwords.renewed(stored, password)
    with writing() as now:
        user = db.session.get_one(User, user_id)
        if not user.is_enabled or user.password_hash != stored:
            raise LoginRefusedError
        if has_ended(_grants(user.id), today):
            raise AccessEndedError
        user.password_hash = fresh_hash or stored
        count_success(attempt_id)
        record(Actor(user.entity_id, user.label, user.id, address), "log_in", "user", email, now)
        return open_session(user, address, now)


def take_try(account: str, address: str) -> int:
    """Count a try as failed, before it is judged, so that tries at the same time all count; return its id.

    Raises ``TooManyTriesError``, and then the try itself is not counted.
    """
    place = network(address)
    with writing() as now:
        entity_id = the_entity().id
        waits = [
            _wait(ACCOUNT_THROTTLE, LoginAttempt.account == account, now, forgives=True),
            _wait(ADDRESS_THROTTLE, LoginAttempt.address == place, now),
        ]
        if (wait := max(waits)) > timedelta():
            raise TooManyTriesError(wait)
        attempt = LoginAttempt(entity_id=entity_id, account=account, address=place, has_succeeded=False, tried_at=now)
        db.session.add(attempt)
        db.session.flush()
        return attempt.id


def count_success(attempt_id: int) -> None:
    """Turn a counted try into a success, within the caller's write transaction."""
    db.session.get_one(LoginAttempt, attempt_id).has_succeeded = True


def purge_tries() -> int:
    """Forget the tries to enter that are too old to make anybody wait; tell how many."""
    window = max(ACCOUNT_THROTTLE.window, ADDRESS_THROTTLE.window)
    with writing() as now:
        old = delete(LoginAttempt).where(LoginAttempt.tried_at <= now - window).returning(LoginAttempt.id)
        return len(db.session.scalars(old).all())


def _wait(throttle: Throttle, where: ColumnElement[bool], now: datetime, *, forgives: bool = False) -> timedelta:
    """How long to wait after the failures in the window; ``forgives`` those before a success."""
    since = now - throttle.window
    if forgives:
        entered = select(func.max(LoginAttempt.tried_at)).where(where, LoginAttempt.has_succeeded)
        since = max(since, db.session.scalar(entered) or since)
    failed = select(func.count(), func.max(LoginAttempt.tried_at)).where(
        where, ~LoginAttempt.has_succeeded, LoginAttempt.tried_at > since
    )
    failures, last_at = db.session.execute(failed).one()
    until = throttle.next_try_at(failures, last_at)
    return until - now if until else timedelta()


def _credentials(email: str) -> tuple[int | None, str]:
    """Id and hash of an enabled account, else none and an empty hash; leaves no transaction open."""
    query = select(User.id, User.password_hash).where(User.email == email, User.is_enabled)
    found = db.session.execute(query).first()
    db.session.rollback()
    return (found.id, found.password_hash) if found else (None, "")


def open_session(user: User, address: str, now: datetime) -> str:
    """Add a session within the caller's write transaction; return its secret token."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        UserSession(
            entity_id=user.entity_id,
            user_id=user.id,
            token_sha256=digest(token),
            address=address[:40],
            opened_at=now,
            seen_at=now,
            revoked_at=None,
        )
    )
    return token


def find_account(token: str, now: datetime) -> Account | None:
    """Whose session this is, if it holds; two queries, and a write when it was last seen minutes ago."""
    query = (
        select(UserSession.id, UserSession.seen_at, User.id, User.entity_id, User.email, User.label, has_accepted())
        .join(User, User.id == UserSession.user_id)
        .where(UserSession.token_sha256 == digest(token), User.is_enabled, *_holding(now))
    )
    found = db.session.execute(query).first()
    if found is None:
        return None
    session_id, seen_at, user_id, entity_id, email, label, accepted = found
    if now - seen_at >= _SEEN_EVERY:
        _mark_seen(session_id)
    return Account(user_id, entity_id, email, label, session_id, _grants(user_id), accepted)


def _holding(now: datetime) -> Sequence[ColumnElement[bool]]:
    """What makes a session hold at ``now``."""
    return (
        UserSession.revoked_at.is_(None),
        UserSession.seen_at > now - IDLE_SESSION,
        UserSession.opened_at > now - LONGEST_SESSION,
    )


def _mark_seen(session_id: int) -> None:
    with writing() as now:
        db.session.execute(update(UserSession).where(UserSession.id == session_id).values(seen_at=now))


def _grants(user_id: int) -> tuple[Grant, ...]:
    rows = db.session.execute(
        select(RoleAssignment, Organism.code)
        .outerjoin(Organism, Organism.id == RoleAssignment.organism_id)
        .where(RoleAssignment.user_id == user_id)
        .order_by(RoleAssignment.id)
    )
    return tuple(
        Grant(Role(row.role), row.valid_from, row.valid_until, row.organism_id, code or "", row.id)
        for row, code in rows
    )


def open_sessions(user_id: int, now: datetime) -> list[OpenSession]:
    """The sessions of a person that hold, the last used first; one query."""
    query = select(UserSession).where(UserSession.user_id == user_id, *_holding(now))
    rows = db.session.scalars(query.order_by(UserSession.seen_at.desc(), UserSession.id.desc()))
    return [OpenSession(row.id, row.address, row.opened_at, row.seen_at) for row in rows]


def revoke_session(actor: Actor, session_id: int) -> None:
    """End one session of the actor; raise ``NotFoundError`` if it is another person's or already over."""
    with writing() as now:
        row = db.session.get(UserSession, session_id)
        if row is None or row.user_id != actor.user_id or row.revoked_at:
            raise NotFoundError("Esa sesión ya no está abierta.")
        row.revoked_at = now
        record(actor, "log_out", "user", _email(row.user_id), now)


def revoke_sessions(user_id: int, now: datetime, *, keep_id: int | None = None) -> None:
    """End every session of a person but ``keep_id``, within the caller's write transaction."""
    ended = (
        UserSession.user_id == user_id,
        UserSession.revoked_at.is_(None),
        UserSession.id.is_distinct_from(keep_id),
    )
    db.session.execute(update(UserSession).where(*ended).values(revoked_at=now))


def revoke_other_sessions(actor: Actor, keep_id: int) -> None:
    """End every session of the actor but ``keep_id``."""
    assert actor.user_id is not None
    with writing() as now:
        revoke_sessions(actor.user_id, now, keep_id=keep_id)
        record(actor, "log_out_others", "user", _email(actor.user_id), now)


def _email(user_id: int) -> str:
    return db.session.get_one(User, user_id).email
