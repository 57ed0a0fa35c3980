"""Accounts: who they are, what they may do from when, and how they set their password."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select

from pp_monitor import labels
from pp_monitor.domain.account import ORGANISM_ROLES, Grant, Role
from pp_monitor.domain.errors import ConflictError, NotFoundError, Problem, ProblemsError
from pp_monitor.extensions import db
from pp_monitor.models.account import RoleAssignment, User
from pp_monitor.models.entity import Organism
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.entity import find_organism
from pp_monitor.services.password import end_links, hash_password, matches, password_problems
from pp_monitor.services.session import count_success, normal_email, revoke_sessions, take_try
from pp_monitor.services.transaction import writing


@dataclass(frozen=True, slots=True)
class NewUser:
    """An account to open: one role, in each of ``organism_codes`` where the role needs an organism."""

    email: str
    label: str
    role: Role
    organism_codes: tuple[str, ...] = ()
    password: str = ""


@dataclass(frozen=True, slots=True)
class UserRow:
    """An account in a list, with the roles that were ever given to it."""

    email: str
    label: str
    is_enabled: bool
    has_password: bool
    grants: tuple[Grant, ...]


def add_user(actor: Actor, new: NewUser, valid_from: date) -> int:
    """Open an account whose role holds from ``valid_from``; return its id.

    Raises ``ProblemsError`` with everything wrong in ``new``, ``NotFoundError`` for an unknown
    organism, ``ConflictError`` when the address has an account already.
    """
    email = normal_email(new.email)
    if problems := _problems(new, email):
        raise ProblemsError(problems)
    organism_ids: list[int | None] = [find_organism(code).id for code in new.organism_codes] or [None]
    password_hash = hash_password(new.password) if new.password else ""
    with writing() as now:
        if find_user(actor.entity_id, email):
            raise ConflictError(f"Ya existe una cuenta con el correo {email}.")
        user = User(
            entity_id=actor.entity_id,
            email=email,
            label=new.label.strip(),
            password_hash=password_hash,
            is_enabled=True,
            recorded_at=now,
        )
        db.session.add(user)
        db.session.flush()
        for organism_id in organism_ids:
            _assign(actor, user, new.role, organism_id, valid_from, now)
        details = {"role": new.role.value, "organisms": list(new.organism_codes), "from": valid_from.isoformat()}
        record(actor, "add", "user", email, now, details)
        return user.id


def _assign(actor: Actor, user: User, role: Role, organism_id: int | None, valid_from: date, now: datetime) -> None:
    db.session.add(
        RoleAssignment(
            entity_id=actor.entity_id,
            user_id=user.id,
            role=role,
            organism_id=organism_id,
            valid_from=valid_from,
            valid_until=None,
            assigned_by_id=actor.user_id,
            recorded_at=now,
        )
    )


def _problems(new: NewUser, email: str) -> tuple[Problem, ...]:
    problems = []
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        problems.append(Problem(f"«{email}» no es un correo.", "Escriba una dirección como ana@ejemplo.gov.co."))
    if not new.label.strip():
        problems.append(Problem("Falta el nombre.", "Escriba el nombre de la persona."))
    if (new.role in ORGANISM_ROLES) != bool(new.organism_codes):
        word = labels.ROLE[new.role]
        if new.organism_codes:
            problems.append(Problem(f"La función «{word}» no es de un organismo.", "Quite el organismo."))
        else:
            problems.append(Problem(f"La función «{word}» necesita un organismo.", "Diga cuál, por ejemplo 4145."))
    if new.password:
        problems += password_problems(new.password, email)
    return tuple(problems)


def find_user(entity_id: int, email: str) -> User | None:
    """The account with this address, or none."""
    return db.session.scalar(select(User).where(User.entity_id == entity_id, User.email == email))


def get_user(entity_id: int, email: str) -> User:
    """The account with this address; raise ``NotFoundError``."""
    user = find_user(entity_id, email)
    if user is None:
        raise NotFoundError(f"No hay una cuenta con el correo {email}.")
    return user


def disable_user(actor: Actor, email: str) -> None:
    """Close an account: no more entering, every session and link ended; raise ``NotFoundError``."""
    with writing() as now:
        user = get_user(actor.entity_id, normal_email(email))
        user.is_enabled = False
        revoke_sessions(user.id, now)
        end_links(user.id, now)
        record(actor, "disable", "user", user.email, now)


def list_users(entity_id: int) -> list[UserRow]:
    """Every account in order of address; two queries."""
    grants: dict[int, list[Grant]] = defaultdict(list)
    rows = db.session.execute(
        select(RoleAssignment, Organism.code)
        .outerjoin(Organism, Organism.id == RoleAssignment.organism_id)
        .where(RoleAssignment.entity_id == entity_id)
        .order_by(RoleAssignment.id)
    )
    for row, code in rows:
        grant = Grant(Role(row.role), row.valid_from, row.valid_until, row.organism_id, code or "")
        grants[row.user_id].append(grant)
    users = db.session.scalars(select(User).where(User.entity_id == entity_id).order_by(User.email))
    return [
        UserRow(user.email, user.label, user.is_enabled, bool(user.password_hash), tuple(grants[user.id]))
        for user in users
    ]


def change_password(actor: Actor, current: str, new: str, *, keep_session_id: int) -> None:
    """Set the actor's password and end every other session of that person.

    Raises ``TooManyTriesError``, or ``ProblemsError`` when the current password does not fit or
    the new one is refused.
    """
    assert actor.user_id is not None
    user = db.session.get_one(User, actor.user_id)
    email, stored = user.email, user.password_hash
    attempt_id = take_try(email, actor.address)
    problems = password_problems(new, email)
    if not matches(stored, current):
        problems.insert(0, Problem("La contraseña actual no coincide.", "Escríbala de nuevo."))
    if problems:
        raise ProblemsError(tuple(problems))
    password_hash = hash_password(new)
    with writing() as now:
        user = db.session.get_one(User, actor.user_id)
        user.password_hash = password_hash
        count_success(attempt_id)
        revoke_sessions(user.id, now, keep_id=keep_session_id)
        end_links(user.id, now)
        record(actor, "change_password", "user", email, now)
