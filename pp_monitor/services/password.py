"""Passwords: their rules in Spanish, their argon2id hashes (always computed outside a transaction), their links."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import update

from pp_monitor import labels
from pp_monitor.domain.account import password_faults
from pp_monitor.domain.errors import Problem
from pp_monitor.extensions import db
from pp_monitor.models.account import PasswordToken

# OWASP's smallest advice for argon2id: with many workers memory is what runs out.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """The argon2id hash of a password, with its own salt and parameters inside."""
    return _HASHER.hash(password)


def matches(password_hash: str, password: str) -> bool:
    """Whether a password fits; without a hash a stranger's is tried, so that both answers take as long."""
    try:
        _HASHER.verify(password_hash or _hash_of_nobody(), password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return bool(password_hash)


def renewed(password_hash: str, password: str) -> str:
    """A new hash when the stored one was made with other parameters, else an empty text."""
    return hash_password(password) if _HASHER.check_needs_rehash(password_hash) else ""


@cache
def _hash_of_nobody() -> str:
    return hash_password("nadie")


def password_problems(password: str, email: str) -> list[Problem]:
    """Everything wrong with a password; none when it is accepted."""
    return [Problem(*labels.PASSWORD_FAULT[fault]) for fault in password_faults(password, email)]


def end_links(user_id: int, now: datetime) -> None:
    """Make every link of a person to set a password useless, within the caller's write transaction."""
    unused = (PasswordToken.user_id == user_id, PasswordToken.used_at.is_(None))
    db.session.execute(update(PasswordToken).where(*unused).values(used_at=now))
