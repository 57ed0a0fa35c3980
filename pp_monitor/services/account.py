"""Accounts: who they are, what they may do from when, and how they set their password."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import or_, select

from pp_monitor import labels
from pp_monitor.domain.account import ORGANISM_ROLES, Grant, Role
from pp_monitor.domain.errors import ConflictError, NotFoundError, Problem, ProblemsError
from pp_monitor.domain.invitation import MOST_ENLACES, is_full
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
            if new.role is Role.ENLACE and organism_id:
                refuse_third_enlace(organism_id, valid_from)
            assign(actor, user, new.role, organism_id, now, valid_from=valid_from)
        details = {"role": new.role.value, "organisms": list(new.organism_codes), "from": valid_from.isoformat()}
        record(actor, "add", "user", email, now, details)
        return user.id


@dataclass(frozen=True, slots=True)
class NewRole:
    """What a person becomes on ``valid_from``: a role, in each of ``organism_codes`` where it needs an organism."""

    role: Role
    valid_from: date
    organism_codes: tuple[str, ...] = ()


def change_role(actor: Actor, email: str, new: NewRole, today: date) -> None:
    """End what a person is on the day before and begin the new role; what was to begin later does not.

    Raises ``NotFoundError`` for an unknown account or organism, ``ProblemsError`` with everything wrong in
    ``new``, a day before ``today`` included, and ``ConflictError`` when nothing would change.
    """
    problems = _role_problems(new.role, has_organism=bool(new.organism_codes))
    if new.valid_from < today:
        what = f"El {new.valid_from:%d/%m/%Y} ya pasó."
        problems.append(Problem(what, "Una función cambia desde hoy o desde un día posterior."))
    if problems:
        raise ProblemsError(tuple(problems))
    organism_ids: list[int | None] = [find_organism(code).id for code in new.organism_codes] or [None]
    with writing() as now:
        user = get_user(actor.entity_id, normal_email(email))
        ending = _roles_from(user, new.valid_from)
        if {(row.role, row.organism_id) for row, _ in ending} == {(new.role, id_) for id_ in organism_ids} and all(
            row.valid_until is None for row, _ in ending
        ):
            raise ConflictError(f"{user.email} ya tiene esa función.")
        before = [" ".join((labels.ROLE[Role(row.role)], code or "")).strip() for row, code in ending]
        for row, _ in ending:
            _end(row, new.valid_from)
        for organism_id in organism_ids:
            if new.role is Role.ENLACE and organism_id:
                refuse_third_enlace(organism_id, new.valid_from, without=user.id)
            assign(actor, user, new.role, organism_id, now, valid_from=new.valid_from)
        details = {"role": new.role.value, "organisms": list(new.organism_codes)}
        details |= {"before": before, "from": new.valid_from.isoformat()}
        record(actor, "change_role", "user", user.email, now, details)


def _roles_from(user: User, day: date) -> list[tuple[RoleAssignment, str | None]]:
    """The roles of a person that would hold on ``day`` or after it, each with the code of its organism."""
    query = (
        select(RoleAssignment, Organism.code)
        .outerjoin(Organism, Organism.id == RoleAssignment.organism_id)
        .where(RoleAssignment.user_id == user.id)
        .where(or_(RoleAssignment.valid_until.is_(None), RoleAssignment.valid_until >= day))
        .order_by(RoleAssignment.id)
    )
    return [(row, code) for row, code in db.session.execute(query)]


def _end(row: RoleAssignment, day: date) -> None:
    """Let a role hold until the day before ``day``; one that has not held by then goes, and the trail keeps it."""
    if row.valid_from >= day:
        db.session.delete(row)
    else:
        row.valid_until = day - timedelta(days=1)


def assign(
    actor: Actor,
    user: User,
    role: Role,
    organism_id: int | None,
    now: datetime,
    *,
    valid_from: date,
    valid_until: date | None = None,
) -> None:
    """Give a role, within the caller's write transaction."""
    db.session.add(
        RoleAssignment(
            entity_id=actor.entity_id,
            user_id=user.id,
            role=role,
            organism_id=organism_id,
            valid_from=valid_from,
            valid_until=valid_until,
            assigned_by_id=actor.user_id,
            recorded_at=now,
        )
    )


def refuse_third_enlace(
    organism_id: int, valid_from: date, valid_until: date | None = None, *, without: int | None = None
) -> None:
    """Raise ``ConflictError`` if an enlace in that period would be the third on some day, naming the others.

    ``without`` is an account that does not count. One query, within the caller's write transaction, so that two
    invitations at once are counted one after the other.
    """
    rows = db.session.execute(
        select(RoleAssignment, User.label, Organism.code)
        .join(User, User.id == RoleAssignment.user_id)
        .join(Organism, Organism.id == RoleAssignment.organism_id)
        .where(RoleAssignment.role == Role.ENLACE, RoleAssignment.organism_id == organism_id, User.is_enabled)
        .where(User.id.is_distinct_from(without))
        .order_by(RoleAssignment.id)
    ).all()
    grants: dict[int, list[Grant]] = defaultdict(list)
    for row, _, _ in rows:
        grants[row.user_id].append(Grant(Role.ENLACE, row.valid_from, row.valid_until))
    if not is_full(grants.values(), valid_from, valid_until):
        return
    names = " y ".join(dict.fromkeys(label for row, label, _ in rows if _meets(row, valid_from, valid_until)))
    raise ConflictError(
        f"El organismo {rows[0].code} ya tiene {MOST_ENLACES} enlaces activos: {names}. "
        "Ponga fecha final a uno de ellos o use «Entregar la función»."
    )


def _meets(row: RoleAssignment, valid_from: date, valid_until: date | None) -> bool:
    begins_in_time = valid_until is None or row.valid_from <= valid_until
    return begins_in_time and (row.valid_until is None or row.valid_until >= valid_from)


def _problems(new: NewUser, email: str) -> tuple[Problem, ...]:
    problems = user_problems(email, new.label, new.role, has_organism=bool(new.organism_codes))
    if new.password:
        problems += password_problems(new.password, email)
    return tuple(problems)


def user_problems(email: str, label: str, role: Role, *, has_organism: bool) -> list[Problem]:
    """Everything wrong with the address, the name and the role of an account to open."""
    problems = []
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError:
        problems.append(Problem(f"«{email}» no es un correo.", "Escriba una dirección como ana@ejemplo.gov.co."))
    if not label.strip():
        problems.append(Problem("Falta el nombre.", "Escriba el nombre de la persona."))
    return problems + _role_problems(role, has_organism=has_organism)


def _role_problems(role: Role, *, has_organism: bool) -> list[Problem]:
    """An organism where the role has none, or none where it needs one."""
    if (role in ORGANISM_ROLES) == has_organism:
        return []
    word = labels.ROLE[role]
    if has_organism:
        return [Problem(f"La función «{word}» no es de un organismo.", "Quite el organismo.")]
    return [Problem(f"La función «{word}» necesita un organismo.", "Diga cuál, por ejemplo 4145.")]


def find_user(entity_id: int, email: str) -> User | None:
    """The account with this address, or none."""
    return db.session.scalar(select(User).where(User.entity_id == entity_id, User.email == email))


def get_user(entity_id: int, email: str) -> User:
    """The account with this address; raise ``NotFoundError``."""
    user = find_user(entity_id, email)
    if user is None:
        raise NotFoundError(f"No hay una cuenta con el correo {email}.")
    return user


def disable_user(actor: Actor, email: str, today: date) -> None:
    """Close an account: no more entering, every session and link ended, its roles over; raise ``NotFoundError``."""
    with writing() as now:
        close_account(actor, get_user(actor.entity_id, normal_email(email)), today, now)


def close_account(actor: Actor, user: User, today: date, now: datetime) -> None:
    """The same within the caller's write transaction."""
    user.is_enabled = False
    for row in db.session.scalars(select(RoleAssignment).where(RoleAssignment.user_id == user.id)):
        row.valid_from, row.valid_until = min(row.valid_from, today), min(row.valid_until or today, today)
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
