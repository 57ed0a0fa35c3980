"""One-time links to set a password: asked for by mail, or given with an invitation."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select, update

from pp_monitor import clock
from pp_monitor.domain.account import MOST_RESET_LINKS, RESET_LINK_LASTS
from pp_monitor.domain.errors import PpMonitorError, ProblemsError
from pp_monitor.domain.invitation import LinkPurpose, last_day_of_invitation
from pp_monitor.extensions import db
from pp_monitor.models.account import PasswordToken, User
from pp_monitor.services.account import get_user
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.calendar import work_calendar
from pp_monitor.services.mail import RenderedMail, queue_message
from pp_monitor.services.password import end_links, hash_password, matches, password_problems
from pp_monitor.services.session import digest, normal_email, open_session, revoke_sessions, take_try
from pp_monitor.services.transaction import writing


class LinkExpiredError(PpMonitorError):
    """A link to set a password that was used, is too old or never was; ``is_invitation`` as far as it is known."""

    def __init__(self, *, is_invitation: bool = False) -> None:
        super().__init__("Este enlace ya se usó o venció. Pida uno nuevo.")
        self.is_invitation = is_invitation


@dataclass(frozen=True, slots=True)
class Link:
    """Whose password a link sets, and whether it is that of an invitation."""

    email: str
    label: str
    is_invitation: bool


def new_token() -> str:
    """A secret for a one-time link: 256 random bits, fit for an address."""
    return secrets.token_urlsafe(32)


def ask_reset(email: str, address: str, token: str, mail: RenderedMail) -> None:
    """Mail a one-time link with ``token`` if the account exists and has been entered; the answer is always the same.

    Raises ``TooManyTriesError``. While three links of an account still hold, no fourth is sent. Whoever never set
    a password has an invitation, which does not outlive its days by this way.
    """
    email = normal_email(email)
    take_try(f"reset:{email}", address)
    # Takes so long that the few rows below cannot be told from their absence.
    matches("", token)
    with writing() as now:
        query = select(User).where(User.email == email, User.is_enabled, User.password_hash != "")
        user = db.session.scalar(query)
        if user is None or _links_held(user.id, now) >= MOST_RESET_LINKS:
            return
        _add_link(user, token, now, now + RESET_LINK_LASTS, LinkPurpose.RESET)
        queue_message(
            entity_id=user.entity_id,
            vigencia_id=None,
            kind="password_reset",
            idempotency_key=f"password_reset:{digest(token)}",
            recipients=[user.email],
            mail=mail,
            recorded_at=now,
        )
        record(Actor(user.entity_id, user.label, user.id, address), "ask_reset", "user", email, now)


def invite(actor: Actor, email: str, token: str) -> date:
    """Give an account a one-time link to set its first password; return its last day. Raises ``NotFoundError``."""
    with writing() as now:
        user = get_user(actor.entity_id, normal_email(email))
        last_day = add_invitation(user, token, now)
        record(actor, "invite", "user", user.email, now)
        return last_day


def add_invitation(user: User, token: str, now: datetime) -> date:
    """Give the link of an invitation within the caller's write transaction, the earlier ones dead; its last day.

    The days are counted by the true clock, as those of sessions are, also in a demonstration.
    """
    earlier = (PasswordToken.user_id == user.id, PasswordToken.purpose == LinkPurpose.INVITATION)
    db.session.execute(update(PasswordToken).where(*earlier, PasswordToken.used_at.is_(None)).values(used_at=now))
    given_on = now.astimezone(clock.zone()).date()
    last_day = last_day_of_invitation(given_on, work_calendar(user.entity_id, now))
    expires_at = datetime.combine(last_day + timedelta(days=1), time(), clock.zone())
    _add_link(user, token, now, expires_at, LinkPurpose.INVITATION)
    return last_day


def _add_link(user: User, token: str, now: datetime, expires_at: datetime, purpose: LinkPurpose) -> None:
    db.session.add(
        PasswordToken(
            entity_id=user.entity_id,
            user_id=user.id,
            token_sha256=digest(token),
            purpose=purpose,
            expires_at=expires_at,
            used_at=None,
            recorded_at=now,
        )
    )


def _links_held(user_id: int, now: datetime) -> int:
    held = (
        PasswordToken.user_id == user_id,
        PasswordToken.purpose == LinkPurpose.RESET,
        PasswordToken.used_at.is_(None),
        PasswordToken.expires_at > now,
    )
    return db.session.scalar(select(func.count()).select_from(PasswordToken).where(*held)) or 0


def find_link(token: str, now: datetime) -> Link:
    """Whose password a link sets; raise ``LinkExpiredError``."""
    user, is_invitation = _linked_user(token, now)
    return Link(user.email, user.label, is_invitation)


def _linked_user(token: str, now: datetime) -> tuple[User, bool]:
    query = (
        select(User, PasswordToken)
        .join(PasswordToken, PasswordToken.user_id == User.id)
        .where(PasswordToken.token_sha256 == digest(token))
    )
    found = db.session.execute(query).first()
    if found is None:
        raise LinkExpiredError
    user, link = found
    is_invitation = link.purpose == LinkPurpose.INVITATION
    if link.used_at or link.expires_at <= now or not user.is_enabled:
        raise LinkExpiredError(is_invitation=is_invitation)
    return user, is_invitation


def set_password(token: str, new: str, address: str, now: datetime) -> str:
    """Set a password by a link, which serves once; every session of that person ends.

    An invitation lets the person in: the secret of a new session is given back, else an empty text.
    Raises ``LinkExpiredError``, or ``ProblemsError`` when the password is refused.
    """
    email = find_link(token, now).email
    if problems := password_problems(new, email):
        raise ProblemsError(tuple(problems))
    db.session.rollback()
    password_hash = hash_password(new)
    with writing() as recorded_at:
        user, is_invitation = _linked_user(token, recorded_at)
        user.password_hash = password_hash
        revoke_sessions(user.id, recorded_at)
        end_links(user.id, recorded_at)
        record(Actor(user.entity_id, user.label, user.id, address), "set_password", "user", email, recorded_at)
        return open_session(user, address, recorded_at) if is_invitation else ""
