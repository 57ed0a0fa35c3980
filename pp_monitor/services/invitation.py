"""Inviting people, ending their roles and handing a role over: an account belongs to a person, the work to a role."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from pp_monitor import labels
from pp_monitor.domain.account import ORGANISM_ROLES, Grant, Role
from pp_monitor.domain.errors import ConflictError, ForbiddenError, NotFoundError, Problem, ProblemsError
from pp_monitor.domain.invitation import clashing, is_ahead
from pp_monitor.extensions import db
from pp_monitor.labels_plan import of_organism
from pp_monitor.models.account import RoleAssignment, User
from pp_monitor.models.entity import Organism, OrganismName
from pp_monitor.services.account import assign, close_account, find_user, refuse_third_enlace, user_problems
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.entity import find_organism, the_entity
from pp_monitor.services.mail import Render, queue_message
from pp_monitor.services.password_link import add_invitation
from pp_monitor.services.session import digest, normal_email
from pp_monitor.services.transaction import writing


@dataclass(frozen=True, slots=True)
class Invitee:
    """A person to let in with one role, until a day if one is known."""

    email: str
    label: str
    role: Role
    organism_code: str = ""
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """How an invitation reaches its person: the secret of its link, the link's address, and the mail's look."""

    token: str
    link: str
    render: Render


def invite_person(actor: Actor, new: Invitee, letter: Letter, *, allowed: Collection[Role], today: date) -> date:
    """Open the account if there is none, give the role from today and mail the link; return the link's last day.

    Raises ``ForbiddenError`` for a role that is not in ``allowed``, ``ProblemsError``, ``NotFoundError`` for an
    unknown organism and ``ConflictError`` for a role that the person has or that does not go with another one, for
    the actor's own account, for an account that the actor may not manage, and for a third enlace.
    """
    _refuse_role(new.role, allowed)
    new = _checked(new, today)
    organism = find_organism(new.organism_code) if new.organism_code else None
    with writing() as now:
        if organism and new.role is Role.ENLACE:
            refuse_third_enlace(organism.id, today, new.valid_until, without=_id_of(actor, new.email))
        return _let_in(actor, new, letter, organism, (today, today), now, allowed)


def _refuse_role(role: Role, allowed: Collection[Role]) -> None:
    if role not in allowed:
        raise ForbiddenError(f"Usted no puede dar la función «{labels.ROLE[role]}».")


def _checked(new: Invitee, first_day: date) -> Invitee:
    """The same with its address as stored; raise ``ProblemsError`` with everything wrong in it."""
    email = normal_email(new.email)
    problems = user_problems(email, new.label, new.role, has_organism=bool(new.organism_code))
    if new.valid_until and new.valid_until < first_day:
        fix = f"Escriba el {first_day:%d/%m/%Y} o un día posterior."
        problems.append(Problem("La fecha final ya pasó.", fix))
    if problems:
        raise ProblemsError(tuple(problems))
    return Invitee(email, new.label.strip(), new.role, new.organism_code, new.valid_until)


def _id_of(actor: Actor, email: str) -> int | None:
    user = find_user(actor.entity_id, email)
    return user.id if user else None


def _let_in(
    actor: Actor,
    new: Invitee,
    letter: Letter,
    organism: Organism | None,
    days: tuple[date, date],
    now: datetime,
    allowed: Collection[Role],
) -> date:
    """Account, role and link within the caller's transaction; ``days`` are today and the first day of the role."""
    today, first_day = days
    user = find_user(actor.entity_id, new.email)
    if user is None:
        user = User(
            entity_id=actor.entity_id,
            email=new.email,
            label=new.label,
            password_hash="",  # nosec B106
            is_enabled=True,
            recorded_at=now,
        )
        db.session.add(user)
        db.session.flush()
    else:
        _refuse_account(actor, user, allowed, today)
        _refuse_twice(user, new, organism, today)
        if not user.is_enabled:
            _reopen(user, allowed)
    organism_id = organism.id if organism else None
    _refuse_clash(user, Grant(new.role, first_day, new.valid_until, organism_id), _ahead(user.id, today))
    assign(actor, user, new.role, organism_id, now, valid_from=first_day, valid_until=new.valid_until)
    last_day = _send(user, new.role, organism_id, letter, now)
    details = {"role": new.role.value, "organism": new.organism_code, "from": first_day.isoformat()}
    until = {"to": new.valid_until.isoformat()} if new.valid_until else {}
    record(actor, "invite", "user", user.email, now, details | until)
    return last_day


def _assignments(user_id: int) -> list[RoleAssignment]:
    return list(db.session.scalars(select(RoleAssignment).where(RoleAssignment.user_id == user_id)))


def _grant(row: RoleAssignment) -> Grant:
    return Grant(Role(row.role), row.valid_from, row.valid_until, row.organism_id)


def _ahead(user_id: int, today: date) -> list[RoleAssignment]:
    """The roles of a person that hold today or will."""
    return [row for row in _assignments(user_id) if is_ahead(_grant(row), today)]


def _refuse_account(actor: Actor, user: User, allowed: Collection[Role], today: date) -> None:
    """Nobody gives a role to the own account, nor learns of another one who it is when it is not theirs to manage."""
    if user.id == actor.user_id:
        raise ConflictError("Usted no puede darse una función a sí mismo. Pídala a otra persona.")
    given = ORGANISM_ROLES | frozenset(allowed)
    if any(row.role not in given for row in _ahead(user.id, today)):
        raise ConflictError("Esa dirección no puede recibir esta función; pida a administración.")


def _refuse_clash(user: User, new: Grant, rows: Collection[RoleAssignment]) -> None:
    """Raise ``ConflictError`` where the person has among ``rows`` a role that does not go with the new one."""
    found = clashing(new, map(_grant, rows))
    if found is None:
        return
    until = f"hasta el {found.valid_until:%d/%m/%Y}" if found.valid_until else "sin fecha final"
    why = (
        "quien escribe el plan no lo aprueba"
        if {found.role, new.role} == ORGANISM_ROLES
        else "quien actúa por un organismo no tiene funciones de toda la ciudad"
    )
    raise ConflictError(
        f"{user.email} tiene la función «{labels.ROLE[found.role]}» {until} y no puede tener en los mismos días "
        f"«{labels.ROLE[new.role]}»: {why}."
    )


def _refuse_twice(user: User, new: Invitee, organism: Organism | None, today: date) -> None:
    organism_id = organism.id if organism else None
    held = [row for row in _ahead(user.id, today) if (row.role, row.organism_id) == (new.role, organism_id)]
    if user.is_enabled and held:
        raise ConflictError(
            f"{user.email} ya tiene la función «{labels.ROLE[new.role]}». Si perdió el enlace, use «Invitar de nuevo»."
        )


def _reopen(user: User, allowed: Collection[Role]) -> None:
    """Open a disabled account again, without its old password; an enlace who hands over does not."""
    if not allowed:
        raise ConflictError(f"La cuenta {user.email} está deshabilitada. Pida al equipo de Planeación que la abra.")
    user.is_enabled, user.password_hash = True, ""


def _send(user: User, role: Role, organism_id: int | None, letter: Letter, now: datetime) -> date:
    last_day = add_invitation(user, letter.token, now)
    mail = letter.render(
        "invitation",
        label=user.label,
        role=labels.ROLE[role].lower(),
        organism=of_organism(_organism_name(organism_id)) if organism_id else "",
        link=letter.link,
        last_day=last_day,
        is_demo=the_entity().demo_today is not None,
    )
    queue_message(
        entity_id=user.entity_id,
        vigencia_id=None,
        kind="invitation",
        idempotency_key=f"invitation:{digest(letter.token)}",
        recipients=[user.email],
        mail=mail,
        recorded_at=now,
    )
    return last_day


def _organism_name(organism_id: int | None) -> str:
    newest = select(OrganismName.name).where(OrganismName.organism_id == organism_id)
    return db.session.scalar(newest.order_by(OrganismName.id.desc()).limit(1)) or ""


def invite_again(actor: Actor, user_id: int, letter: Letter, *, allowed: Collection[Role], today: date) -> date:
    """Mail a new link to somebody who has not set a password; the earlier one dies. Return its last day.

    Raises ``NotFoundError``, ``ForbiddenError``, and ``ConflictError`` for who has entered or has no role.
    """
    with writing() as now:
        user = managed_user(actor, user_id, allowed, today)
        held = _ahead(user.id, today)
        if not user.is_enabled or not held:
            raise ConflictError("Esa cuenta no tiene una función vigente. Invite de nuevo a la persona con su función.")
        if user.password_hash:
            raise ConflictError(f"{user.email} ya fijó su contraseña. Si la olvidó, use «Olvidé mi contraseña».")
        last_day = _send(user, Role(held[0].role), held[0].organism_id, letter, now)
        record(actor, "invite", "user", user.email, now)
        return last_day


def managed_user(actor: Actor, user_id: int, allowed: Collection[Role], today: date) -> User:
    """The account, for who may manage every role it has; raise ``NotFoundError`` or ``ForbiddenError``."""
    user = db.session.get(User, user_id)
    rows = _assignments(user_id)
    is_ours = user is not None and user.entity_id == actor.entity_id
    if user is None or not is_ours or (rows and not any(row.role in allowed for row in rows)):
        raise NotFoundError("Esa cuenta no existe.")
    if any(row.role not in allowed for row in _ahead(user_id, today)):
        raise ForbiddenError("Esa cuenta tiene funciones que solo cambia la administración técnica.")
    return user


def disable_person(actor: Actor, user_id: int, *, allowed: Collection[Role], today: date) -> str:
    """Close an account at once and give its address.

    Raises ``NotFoundError``, ``ForbiddenError``, and ``ConflictError`` for the actor's own.
    """
    with writing() as now:
        user = managed_user(actor, user_id, allowed, today)
        if user.id == actor.user_id:
            raise ConflictError("Usted no puede deshabilitar su propia cuenta. Pídalo a otra persona.")
        close_account(actor, user, today, now)
        return user.email


def _assignment(actor: Actor, assignment_id: int, today: date) -> tuple[RoleAssignment, User]:
    row = db.session.get(RoleAssignment, assignment_id)
    if row is None or row.entity_id != actor.entity_id:
        raise NotFoundError("Esa función no existe.")
    user = db.session.get_one(User, row.user_id)
    if not is_ahead(_grant(row), today) or not user.is_enabled:
        raise ConflictError("Esa función ya terminó. Si la persona sigue, invítela de nuevo.")
    return row, user


def set_role_end(
    actor: Actor, assignment_id: int, valid_until: date | None, *, allowed: Collection[Role], today: date
) -> None:
    """Give a role its last day, another one, or none.

    Raises ``NotFoundError``, ``ForbiddenError``, ``ProblemsError`` for a day before today or before the role begins,
    ``ConflictError`` for a role that is over or when staying longer makes a third enlace or meets another role that
    does not go with it.
    """
    with writing() as now:
        row, user = _assignment(actor, assignment_id, today)
        _refuse_role(Role(row.role), allowed)
        first_day = max(today, row.valid_from)
        if valid_until and valid_until < first_day:
            fix = f"Escriba el {first_day:%d/%m/%Y} o un día posterior. Para cortar el acceso ya, use «Deshabilitar»."
            raise ProblemsError((Problem("La fecha final ya pasó.", fix),))
        if row.role == Role.ENLACE and row.organism_id:
            refuse_third_enlace(row.organism_id, row.valid_from, valid_until, without=user.id)
        others = [other for other in _ahead(user.id, today) if other.id != row.id]
        _refuse_clash(user, Grant(Role(row.role), first_day, valid_until, row.organism_id), others)
        _end(actor, row, user, valid_until, now)


def _end(actor: Actor, row: RoleAssignment, user: User, valid_until: date | None, now: datetime) -> None:
    before, row.valid_until = row.valid_until, valid_until
    days = {"before": before.isoformat() if before else "", "after": valid_until.isoformat() if valid_until else ""}
    record(actor, "set_role_end", "user", user.email, now, {"role": row.role, **days})


def hand_over(
    actor: Actor,
    assignment_id: int,
    heir: Invitee,
    letter: Letter,
    *,
    last_day: date,
    allowed: Collection[Role],
    today: date,
) -> date:
    """End an enlace's role on ``last_day`` and invite who follows; return the first day of the new one.

    The new one begins today, or the day after ``last_day`` where the organism would have three. Drafts, projects
    and alerts are the organism's, so nothing moves. Raises as ``invite_person`` and ``set_role_end`` do.
    """
    with writing() as now:
        row, user = _assignment(actor, assignment_id, today)
        if row.role != Role.ENLACE or (row.user_id != actor.user_id and Role.ENLACE not in allowed):
            raise NotFoundError("Esa función no existe.")
        organism = db.session.get_one(Organism, row.organism_id)
        heir = _checked_heir(heir, organism, user, row, last_day, today)
        _end(actor, row, user, last_day, now)
        db.session.flush()
        first_day = _first_day(actor, heir, organism, last_day, today)
        _let_in(actor, heir, letter, organism, (today, first_day), now, allowed)
        record(actor, "hand_over", "user", user.email, now, {"organism": organism.code, "name": heir.email})
        return first_day


def _checked_heir(
    heir: Invitee, organism: Organism, user: User, row: RoleAssignment, last_day: date, today: date
) -> Invitee:
    problems = []
    if last_day < max(today, row.valid_from):
        problems.append(Problem("El último día ya pasó.", f"Escriba el {today:%d/%m/%Y} o un día posterior."))
    elif row.valid_until and last_day > row.valid_until:
        fix = f"Escriba el {row.valid_until:%d/%m/%Y} o un día anterior."
        problems.append(Problem("El último día es posterior al fin de la función.", fix))
    if normal_email(heir.email) == user.email:
        problems.append(Problem("Es el correo de quien entrega.", "Escriba el de la persona que sigue."))
    if problems:
        raise ProblemsError(tuple(problems))
    return _checked(Invitee(heir.email, heir.label, Role.ENLACE, organism.code, heir.valid_until), today)


def _first_day(actor: Actor, heir: Invitee, organism: Organism, last_day: date, today: date) -> date:
    """The day on which who follows may begin; raise ``ConflictError`` when there is none."""
    heir_id, after = _id_of(actor, heir.email), last_day + timedelta(days=1)
    try:
        refuse_third_enlace(organism.id, today, heir.valid_until, without=heir_id)
    except ConflictError:
        refuse_third_enlace(organism.id, after, heir.valid_until, without=heir_id)
        if heir.valid_until and heir.valid_until < after:
            fix = f"Comienza el {after:%d/%m/%Y}: escriba ese día o uno posterior."
            raise ProblemsError((Problem("Quien sigue terminaría antes de comenzar.", fix),)) from None
        return after
    return today
