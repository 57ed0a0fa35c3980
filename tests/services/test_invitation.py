"""Invitations, ends of roles and hand-overs, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor import clock
from pp_monitor.domain.account import ORGANISM_ROLES, Role
from pp_monitor.domain.errors import ConflictError, ForbiddenError, NotFoundError, PpMonitorError, ProblemsError
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.account import RoleAssignment, User
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.mail import OutboxMessage, OutboxRecipient
from pp_monitor.services import account, invitation, password_link, session
from pp_monitor.services.account import NewRole
from pp_monitor.services.audit import Actor, first_broken
from pp_monitor.services.invitation import Invitee, Letter
from pp_monitor.services.password_link import LinkExpiredError
from pp_monitor.services.transaction import writing
from tests.factories_db import PASSWORD, make_actor, make_organism, make_user

TODAY = date(2022, 5, 2)
EVA = Invitee("Eva@example.org", "Eva Enlace", Role.ENLACE, "4145", date(2022, 8, 31))
ANYTHING = frozenset(Role)


@pytest.fixture
def context(any_app: Flask) -> Iterator[Flask]:
    with any_app.app_context():
        make_organism()
        yield any_app


def letter(token: str = "secreto") -> Letter:
    return Letter(token, f"http://ejemplo/{token}", render_mail)


def invite(new: Invitee = EVA, token: str = "secreto", *, actor: Actor | None = None) -> date:
    return invitation.invite_person(actor or make_actor(), new, letter(token), allowed=ORGANISM_ROLES, today=TODAY)


def role_of(email: str) -> RoleAssignment:
    query = select(RoleAssignment).join(User, User.id == RoleAssignment.user_id).where(User.email == email)
    return db.session.scalars(query.order_by(RoleAssignment.id.desc())).all()[0]


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)))


@pytest.mark.usefixtures("context")
def test_an_invitation_opens_the_account_with_its_dated_role_and_mails_the_link() -> None:
    invite()
    role = role_of("eva@example.org")
    assert (role.role, role.valid_from, role.valid_until) == ("enlace", TODAY, date(2022, 8, 31))
    message = db.session.scalars(select(OutboxMessage)).one()
    assert "enlace de la Secretaría de Salud Pública" in message.body_text
    assert "http://ejemplo/secreto" in message.body_text
    assert "http://ejemplo/secreto" in message.body_html
    assert db.session.scalars(select(OutboxRecipient.address)).all() == ["eva@example.org"]
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.action, event.object_code) == ("invite", "eva@example.org")
    assert event.details == {"role": "enlace", "organism": "4145", "from": "2022-05-02", "to": "2022-08-31"}
    token = password_link.set_password("secreto", PASSWORD, "192.0.2.7", clock.utc_now())
    assert session.find_account(token, clock.utc_now()) is not None


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        ({"role": Role.ADMIN, "organism_code": ""}, ForbiddenError, "Usted no puede dar la función «Administración»"),
        ({"role": Role.LECTURA, "organism_code": ""}, ForbiddenError, "«Lectura»"),
        ({"email": "no es correo", "label": " "}, ProblemsError, "Falta el nombre"),
        ({"organism_code": ""}, ProblemsError, "necesita un organismo"),
        ({"organism_code": "9999"}, NotFoundError, "9999"),
        ({"valid_until": date(2022, 5, 1)}, ProblemsError, "La fecha final ya pasó"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_told_and_nothing_is_written(
    change: dict[str, object], error: type[PpMonitorError], told: str
) -> None:
    with pytest.raises(error, match=told):
        invite(replace(EVA, **change))  # type: ignore[arg-type]
    assert db.session.scalars(select(User)).all() == []
    assert db.session.scalars(select(OutboxMessage)).all() == []


@pytest.mark.usefixtures("context")
def test_a_role_is_given_once_and_a_second_one_to_the_same_account() -> None:
    invite()
    with pytest.raises(ConflictError, match="use «Invitar de nuevo»"):
        invite(token="otro")
    make_organism("4143", "Educación")
    invite(replace(EVA, organism_code="4143", label="Otro nombre"), "otro")
    user = db.session.scalars(select(User)).one()
    assert user.label == "Eva Enlace"
    assert len(db.session.scalars(select(RoleAssignment)).all()) == 2


@pytest.mark.usefixtures("context")
def test_a_third_enlace_is_refused_naming_the_others_until_one_ends() -> None:
    invite()
    luz = make_user(Role.ENLACE, make_organism(), label="Luz", valid_until=date(2022, 5, 31))
    third = Invitee("tres@example.org", "Tres", Role.ENLACE, "4145")
    with pytest.raises(ConflictError, match="ya tiene 2 enlaces activos: Eva Enlace y Luz"):
        invite(third, "tres")
    account.disable_user(make_actor(), luz.email, TODAY)
    invite(third, "tres")
    assert role_of("tres@example.org").valid_from == TODAY


@pytest.mark.usefixtures("context")
def test_a_change_of_role_makes_no_third_enlace_either() -> None:
    for _ in range(2):
        make_user(Role.ENLACE, make_organism())
    head = make_user(Role.ORDENADOR, make_organism())
    with pytest.raises(ConflictError, match="ya tiene 2 enlaces activos"):
        account.change_role(make_actor(), head.email, NewRole(Role.ENLACE, TODAY, ("4145",)), TODAY)
    assert role_of(head.email).role == "ordenador"


def test_two_invitations_at_once_never_make_three_enlaces(any_app: Flask) -> None:
    with any_app.app_context():
        actor = make_actor(make_user(Role.ENLACE, make_organism()))

    def try_one(number: int) -> str:
        with any_app.app_context():
            try:
                invite(replace(EVA, email=f"e{number}@example.org"), f"s{number}", actor=actor)
            except ConflictError:
                return "refused"
            return "invited"

    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(try_one, range(3))) == ["invited", "refused", "refused"]


@pytest.mark.usefixtures("context")
def test_a_disabled_account_comes_back_without_its_password_by_whom_may() -> None:
    user = make_user(Role.ENLACE, make_organism(), email="eva@example.org")
    account.disable_user(make_actor(), user.email, TODAY)
    assert role_of(user.email).valid_until == TODAY
    invite()
    again = db.session.scalars(select(User)).one()
    assert (again.is_enabled, again.password_hash) == (True, "")

    boss = make_user(Role.ADMIN, email="jefe@example.org", is_enabled=False)
    with pytest.raises(ConflictError, match="no puede recibir esta función"):
        invite(replace(EVA, email=boss.email), "otro")


HEAD = Invitee("eva@example.org", "Otra persona", Role.ORDENADOR, "4145")


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("role", [Role.ENLACE, Role.ORDENADOR])
def test_planning_gives_no_role_to_itself(role: Role) -> None:
    planner = make_user(Role.PLANEACION, email="eva@example.org")
    with pytest.raises(ConflictError, match="no puede darse una función a sí mismo"):
        invite(replace(HEAD, role=role), actor=make_actor(planner))
    enlace = make_user(Role.ENLACE, make_organism())
    with pytest.raises(ConflictError, match="a sí mismo"):
        give(enlace, replace(EVA, label="Yo"), actor=make_actor(planner), allowed=ORGANISM_ROLES)
    assert role_of(planner.email).role == "planeacion"


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("held", sorted(set(Role) - ORGANISM_ROLES))
def test_who_acts_for_the_city_gets_no_role_of_an_organism(held: Role) -> None:
    user = make_user(held, email="eva@example.org", label="Persona secreta")
    with pytest.raises(ConflictError) as refused:
        invite(HEAD)
    assert str(refused.value) == "Esa dirección no puede recibir esta función; pida a administración."
    with pytest.raises(ConflictError, match=r"quien actúa por un organismo no tiene funciones de toda la ciudad"):
        invitation.invite_person(make_actor(), HEAD, letter(), allowed=ANYTHING, today=TODAY)
    enlace = make_user(Role.ENLACE, make_organism())
    with pytest.raises(ConflictError, match="pida a administración"):
        give(enlace)
    assert role_of(user.email).role == held
    assert db.session.scalars(select(OutboxMessage)).all() == []


@pytest.mark.usefixtures("context")
def test_who_acts_for_an_organism_gets_no_role_of_the_city() -> None:
    make_user(Role.ORDENADOR, make_organism(), email="eva@example.org", valid_until=date(2022, 5, 31))
    planner = Invitee("eva@example.org", "Eva", Role.PLANEACION)
    with pytest.raises(ConflictError, match="«Ordenador del gasto» hasta el 31/05/2022"):
        invitation.invite_person(make_actor(), planner, letter(), allowed=ANYTHING, today=TODAY)


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize("held", [Role.ENLACE, Role.ORDENADOR])
def test_nobody_writes_and_signs_the_plans_of_one_organism(held: Role) -> None:
    user = make_user(held, make_organism(), email="eva@example.org", valid_until=date(2022, 5, 2))
    other = Role.ORDENADOR if held is Role.ENLACE else Role.ENLACE
    with pytest.raises(ConflictError, match="quien escribe el plan no lo aprueba"):
        invite(replace(HEAD, role=other))
    make_organism("4143", "Educación")
    invite(replace(HEAD, role=other, organism_code="4143"), "en otro organismo")
    invitation.invite_person(
        make_actor(), replace(HEAD, role=other), letter("día"), allowed=ORGANISM_ROLES, today=date(2022, 5, 3)
    )
    assert (role_of(user.email).role, role_of(user.email).valid_from) == (other, date(2022, 5, 3))


@pytest.mark.usefixtures("context")
def test_staying_longer_is_refused_when_the_other_signature_has_begun() -> None:
    organism = make_organism()
    user = make_user(Role.ENLACE, organism, valid_until=date(2022, 5, 31))
    role_id = role_of(user.email).id
    with writing() as now:
        account.assign(make_actor(), user, Role.ORDENADOR, organism.id, now, valid_from=date(2022, 6, 1))
    with pytest.raises(ConflictError, match="quien escribe el plan no lo aprueba"):
        invitation.set_role_end(make_actor(), role_id, None, allowed=ORGANISM_ROLES, today=TODAY)
    invitation.set_role_end(make_actor(), role_id, TODAY, allowed=ORGANISM_ROLES, today=TODAY)


@pytest.mark.usefixtures("context")
def test_an_invitation_again_kills_the_link_before() -> None:
    invite()
    user_id = role_of("eva@example.org").user_id
    invitation.invite_again(make_actor(), user_id, letter("nuevo"), allowed=ORGANISM_ROLES, today=TODAY)
    with pytest.raises(LinkExpiredError):
        password_link.find_link("secreto", clock.utc_now())
    password_link.set_password("nuevo", PASSWORD, "192.0.2.7", clock.utc_now())
    with pytest.raises(ConflictError, match="ya fijó su contraseña"):
        invitation.invite_again(make_actor(), user_id, letter("tres"), allowed=ORGANISM_ROLES, today=TODAY)
    with pytest.raises(ConflictError, match="no tiene una función vigente"):
        invitation.invite_again(make_actor(), user_id, letter(), allowed=ORGANISM_ROLES, today=date(2022, 9, 1))


@pytest.mark.usefixtures("context")
def test_an_account_with_other_roles_is_none_of_their_business() -> None:
    reader, boss = make_user(Role.LECTURA), make_user(Role.ENLACE, make_organism())
    with pytest.raises(NotFoundError):
        invitation.disable_person(make_actor(), reader.id, allowed=ORGANISM_ROLES, today=TODAY)
    account_id = role_of(boss.email).id
    with pytest.raises(ForbiddenError):
        invitation.set_role_end(make_actor(), account_id, TODAY, allowed=(), today=TODAY)
    with pytest.raises(ConflictError, match="su propia cuenta"):
        invitation.disable_person(make_actor(boss), boss.id, allowed=ANYTHING, today=TODAY)
    assert invitation.disable_person(make_actor(), boss.id, allowed=ANYTHING, today=TODAY) == boss.email


@pytest.mark.usefixtures("context")
def test_a_role_gets_its_last_day_another_one_or_none() -> None:
    user = make_user(Role.ENLACE, make_organism())
    role_id = role_of(user.email).id
    for day in (date(2022, 6, 30), TODAY, None):
        invitation.set_role_end(make_actor(), role_id, day, allowed=ORGANISM_ROLES, today=TODAY)
        assert role_of(user.email).valid_until == day
    with pytest.raises(ProblemsError, match="use «Deshabilitar»"):
        invitation.set_role_end(make_actor(), role_id, date(2022, 5, 1), allowed=ORGANISM_ROLES, today=TODAY)
    invitation.set_role_end(make_actor(), role_id, TODAY, allowed=ORGANISM_ROLES, today=TODAY)
    with pytest.raises(ConflictError, match="ya terminó"):
        invitation.set_role_end(make_actor(), role_id, None, allowed=ORGANISM_ROLES, today=date(2022, 5, 3))
    with pytest.raises(NotFoundError):
        invitation.set_role_end(make_actor(), 999, None, allowed=ORGANISM_ROLES, today=TODAY)
    assert actions() == ["set_role_end"] * 4
    assert first_broken(user.entity_id) is None


@pytest.mark.usefixtures("context")
def test_staying_longer_is_refused_when_it_makes_a_third_enlace() -> None:
    organism = make_organism()
    leaving = make_user(Role.ENLACE, organism, valid_until=date(2022, 5, 31))
    make_user(Role.ENLACE, organism)
    make_user(Role.ENLACE, organism, valid_from=date(2022, 6, 1))
    with pytest.raises(ConflictError, match="ya tiene 2 enlaces"):
        invitation.set_role_end(
            make_actor(), role_of(leaving.email).id, date(2022, 6, 1), allowed=ORGANISM_ROLES, today=TODAY
        )


def give(
    user: User,
    heir: Invitee = EVA,
    *,
    last_day: date = TODAY,
    actor: Actor | None = None,
    allowed: frozenset[Role] = frozenset(),
) -> date:
    role_id = role_of(user.email).id
    actor = actor or make_actor(user)
    return invitation.hand_over(actor, role_id, heir, letter(), last_day=last_day, allowed=allowed, today=TODAY)


@pytest.mark.usefixtures("context")
def test_an_enlace_hands_over_and_who_follows_begins_today() -> None:
    user = make_user(Role.ENLACE, make_organism())
    assert give(user, last_day=date(2022, 5, 13)) == TODAY
    assert role_of(user.email).valid_until == date(2022, 5, 13)
    heir = role_of("eva@example.org")
    assert (heir.role, heir.organism_id, heir.valid_from) == ("enlace", make_organism().id, TODAY)
    assert actions() == ["set_role_end", "invite", "hand_over"]


@pytest.mark.usefixtures("context")
def test_who_follows_waits_where_the_organism_would_have_three() -> None:
    user = make_user(Role.ENLACE, make_organism())
    make_user(Role.ENLACE, make_organism())
    with pytest.raises(ProblemsError, match=r"Comienza el 14/05/2022"):
        give(user, replace(EVA, valid_until=date(2022, 5, 13)), last_day=date(2022, 5, 13))
    assert role_of(user.email).valid_until is None
    assert give(user, last_day=date(2022, 5, 13)) == date(2022, 5, 14)


@pytest.mark.usefixtures("context")
def test_planning_hands_over_for_an_enlace_and_nobody_else_does() -> None:
    user, other = make_user(Role.ENLACE, make_organism()), make_user(Role.ENLACE, make_organism("4143", "Educación"))
    with pytest.raises(NotFoundError):
        give(user, actor=make_actor(other))
    planner = make_user(Role.PLANEACION)
    assert give(user, actor=make_actor(planner), allowed=ORGANISM_ROLES) == TODAY


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    ("heir", "last_day", "told"),
    [
        (EVA, date(2022, 5, 1), "El último día ya pasó"),
        (EVA, date(2022, 7, 1), "posterior al fin de la función"),
        (replace(EVA, email="ANA@example.org"), TODAY, "el correo de quien entrega"),
        (replace(EVA, label=""), TODAY, "Falta el nombre"),
    ],
)
def test_what_is_wrong_with_a_hand_over_is_told_and_nothing_changes(heir: Invitee, last_day: date, told: str) -> None:
    user = make_user(Role.ENLACE, make_organism(), email="ana@example.org", valid_until=date(2022, 6, 30))
    with pytest.raises(ProblemsError, match=told):
        give(user, heir, last_day=last_day)
    assert role_of(user.email).valid_until == date(2022, 6, 30)
    assert actions() == []


@pytest.mark.usefixtures("context")
def test_an_enlace_opens_no_disabled_account_by_handing_over() -> None:
    user = make_user(Role.ENLACE, make_organism())
    make_user(None, email="eva@example.org", is_enabled=False)
    with pytest.raises(ConflictError, match="está deshabilitada"):
        give(user)
