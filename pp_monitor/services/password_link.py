"""One-time links to set a password: asked for by mail, or given by who opens the account."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select

from pp_monitor.domain.account import MOST_RESET_LINKS, RESET_LINK_LASTS
from pp_monitor.domain.errors import PpMonitorError, ProblemsError
from pp_monitor.extensions import db
from pp_monitor.models.account import PasswordToken, User
from pp_monitor.services.account import get_user
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.mail import RenderedMail, queue_message
from pp_monitor.services.password import end_links, hash_password, matches, password_problems
from pp_monitor.services.session import digest, normal_email, revoke_sessions, take_try
from pp_monitor.services.transaction import writing


class LinkExpiredError(PpMonitorError):
    """A link to set a password that was used, is too old or never was."""

    def __init__(self) -> None:
        super().__init__("Este enlace ya se usó o venció. Pida uno nuevo.")


def new_token() -> str:
    """A secret for a one-time link: 256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def ask_reset(email: str, address: str, token: str, mail: RenderedMail) -> None:
    """Mail a one-time link with ``token`` if the account exists; the answer is the same if it does not.

    Raises ``TooManyTriesError``. While three links of an account still hold, no fourth is sent.
    """
    email = normal_email(email)
    take_try(f"reset:{email}", address)
    # Takes so long that the few rows below cannot be told from their absence.
    matches("", token)
    with writing() as now:
        query = select(User).where(User.email == email, User.is_enabled)
        user = db.session.scalar(query)
        if user is None or _links_held(user.id, now) >= MOST_RESET_LINKS:
            return
        _add_link(user, token, now, RESET_LINK_LASTS)
        _queue(user, token, mail, now)
        record(Actor(user.entity_id, user.label, user.id, address), "ask_reset", "user", email, now)


def invite(actor: Actor, email: str, token: str, lasts: timedelta, mail: RenderedMail | None = None) -> None:
    """Give an account a one-time link to set its password, by ``mail`` if given; raise ``NotFoundError``."""
    with writing() as now:
        user = get_user(actor.entity_id, normal_email(email))
        _add_link(user, token, now, lasts)
        if mail:
            _queue(user, token, mail, now)
        record(actor, "invite", "user", user.email, now)


def _queue(user: User, token: str, mail: RenderedMail, now: datetime) -> None:
    queue_message(
        entity_id=user.entity_id,
        vigencia_id=None,
        kind="password_reset",
        idempotency_key=f"password_reset:{digest(token)}",
        recipients=[user.email],
        mail=mail,
        recorded_at=now,
    )


def _add_link(user: User, token: str, now: datetime, lasts: timedelta) -> None:
    db.session.add(
        PasswordToken(
            entity_id=user.entity_id,
            user_id=user.id,
            token_sha256=digest(token),
            expires_at=now + lasts,
            used_at=None,
            recorded_at=now,
        )
    )


def _links_held(user_id: int, now: datetime) -> int:
    held = (PasswordToken.user_id == user_id, PasswordToken.used_at.is_(None), PasswordToken.expires_at > now)
    return db.session.scalar(select(func.count()).select_from(PasswordToken).where(*held)) or 0


def link_email(token: str, now: datetime) -> str:
    """The address whose password a link sets; raise ``LinkExpiredError``."""
    return _linked_user(token, now).email


def _linked_user(token: str, now: datetime) -> User:
    query = (
        select(User)
        .join(PasswordToken, PasswordToken.user_id == User.id)
        .where(
            PasswordToken.token_sha256 == digest(token),
            PasswordToken.used_at.is_(None),
            PasswordToken.expires_at > now,
            User.is_enabled,
        )
    )
    user = db.session.scalar(query)
    if user is None:
        raise LinkExpiredError
    return user


def set_password(token: str, new: str, address: str, now: datetime) -> None:
    """Set a password by a link, which serves once; every session of that person ends.

    Raises ``LinkExpiredError``, or ``ProblemsError`` when the password is refused.
    """
    email = link_email(token, now)
    if problems := password_problems(new, email):
        raise ProblemsError(tuple(problems))
    db.session.rollback()
    password_hash = hash_password(new)
    with writing() as recorded_at:
        user = _linked_user(token, recorded_at)
        user.password_hash = password_hash
        revoke_sessions(user.id, recorded_at)
        end_links(user.id, recorded_at)
        record(Actor(user.entity_id, user.label, user.id, address), "set_password", "user", email, recorded_at)
