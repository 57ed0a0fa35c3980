"""Accounts, passwords and one-time links, on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from pp_monitor.domain.account import RESET_LINK_LASTS, Role
from pp_monitor.domain.errors import ConflictError, NotFoundError, PpMonitorError, ProblemsError
from pp_monitor.extensions import db
from pp_monitor.models.account import LoginAttempt, PasswordToken, RoleAssignment, User
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.mail import OutboxMessage, OutboxRecipient
from pp_monitor.services import account, password_link, session
from pp_monitor.services.account import NewRole, NewUser
from pp_monitor.services.mail import RenderedMail
from pp_monitor.services.password_link import LinkExpiredError
from pp_monitor.services.session import LoginRefusedError, TooManyTriesError
from tests.factories_db import PASSWORD, make_actor, make_organism, make_user

MONDAY = datetime(2022, 5, 2, 15, 0, tzinfo=UTC)
HERE = "192.0.2.7"
TODAY = date(2022, 5, 2)
NEW = "cuatro perros en la Loma"
MAIL = RenderedMail("Su contraseña", "enlace", "<p>enlace</p>")


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)))


def messages() -> int:
    return db.session.scalar(select(func.count()).select_from(OutboxMessage)) or 0


def test_an_account_is_opened_with_its_role_from_a_day(any_app: Flask) -> None:
    with any_app.app_context():
        organisms = [make_organism(), make_organism("4143", "Educación")]
        new = NewUser(" Eva@Example.org", " Eva Enlace ", Role.ENLACE, ("4145", "4143"), PASSWORD)
        user_id = account.add_user(make_actor(), new, date(2022, 4, 1))

        assert session.log_in("eva@example.org", PASSWORD, HERE, TODAY)
        roles = db.session.scalars(select(RoleAssignment).where(RoleAssignment.user_id == user_id)).all()
        assert [(row.role, row.organism_id, row.valid_from) for row in roles] == [
            ("enlace", organism.id, date(2022, 4, 1)) for organism in organisms
        ]
        [row] = account.list_users(organisms[0].entity_id)
        assert (row.email, row.label, row.is_enabled, row.has_password) == (
            "eva@example.org",
            "Eva Enlace",
            True,
            True,
        )
        assert [grant.organism_code for grant in row.grants] == ["4145", "4143"]
        assert actions() == ["add", "log_in"]


def held(user: User, day: date) -> list[tuple[str, str]]:
    """What a person may do on a day: role and organism."""
    rows = next(row for row in account.list_users(user.entity_id) if row.email == user.email)
    return [(grant.role.value, grant.organism_code) for grant in rows.grants if grant.holds_on(day)]


def test_a_role_ends_the_day_before_another_begins(any_app: Flask) -> None:
    with any_app.app_context():
        make_organism("4143", "Educación")
        user = make_user(Role.ENLACE, make_organism(), email="eva@example.org", valid_from=date(2022, 1, 3))
        today, day = date(2022, 5, 2), date(2022, 5, 9)
        account.change_role(make_actor(), " Eva@Example.org", NewRole(Role.ORDENADOR, day, ("4145", "4143")), today)

        assert held(user, date(2022, 5, 8)) == [("enlace", "4145")]
        assert held(user, day) == [("ordenador", "4145"), ("ordenador", "4143")]
        event = db.session.scalars(select(AuditEvent)).one()
        assert (event.action, event.object_code) == ("change_role", "eva@example.org")
        assert event.details == {
            "role": "ordenador",
            "organisms": ["4145", "4143"],
            "before": ["Enlace 4145"],
            "from": "2022-05-09",
        }

        account.change_role(make_actor(), user.email, NewRole(Role.LECTURA, today), today)
        assert held(user, date(2022, 5, 1)) == [("enlace", "4145")]
        assert held(user, today) == held(user, day) == [("lectura", "")]


def test_a_role_given_by_mistake_holds_no_longer_the_same_day(any_app: Flask) -> None:
    with any_app.app_context():
        user = make_user(Role.ADMIN, valid_from=date(2022, 5, 2))
        account.change_role(make_actor(), user.email, NewRole(Role.LECTURA, date(2022, 5, 2)), date(2022, 5, 2))
        assert held(user, date(2022, 5, 2)) == [("lectura", "")]


@pytest.mark.parametrize(
    ("new", "error", "told"),
    [
        (NewRole(Role.ENLACE, date(2022, 5, 2)), ProblemsError, "La función «Enlace» necesita un organismo."),
        (NewRole(Role.LECTURA, date(2022, 5, 2), ("4145",)), ProblemsError, "La función «Lectura» no es de un"),
        (NewRole(Role.LECTURA, date(2022, 5, 1)), ProblemsError, "El 01/05/2022 ya pasó."),
        (NewRole(Role.ENLACE, date(2022, 5, 2), ("9999",)), NotFoundError, "El organismo 9999 no existe."),
        (NewRole(Role.PLANEACION, date(2022, 5, 2)), ConflictError, "ya tiene esa función"),
    ],
)
def test_a_role_that_cannot_be_given_changes_nothing(
    any_app: Flask, new: NewRole, error: type[PpMonitorError], told: str
) -> None:
    with any_app.app_context():
        user = make_user()
        with pytest.raises(error, match=told):
            account.change_role(make_actor(), user.email, new, date(2022, 5, 2))
        assert held(user, date(2022, 5, 2)) == [("planeacion", "")]
        assert actions() == []


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (NewUser("no es correo", "", Role.LECTURA), ["«no es correo» no es un correo.", "Falta el nombre."]),
        (NewUser("e@example.org", "Eva", Role.ENLACE), ["La función «Enlace» necesita un organismo."]),
        (NewUser("e@example.org", "Eva", Role.LECTURA, ("4145",)), ["La función «Lectura» no es de un organismo."]),
        (
            NewUser("e@example.org", "Eva", Role.LECTURA, (), "aaaa"),
            ["La contraseña tiene menos de 12 caracteres.", "La contraseña es fácil de adivinar."],
        ),
    ],
)
def test_everything_wrong_with_a_new_account_is_told_at_once(any_app: Flask, new: NewUser, told: list[str]) -> None:
    with any_app.app_context():
        actor = make_actor()
        with pytest.raises(ProblemsError) as caught:
            account.add_user(actor, new, date(2022, 4, 1))
        assert [problem.what for problem in caught.value.problems] == told
        assert all(problem.fix for problem in caught.value.problems)
        assert account.list_users(actor.entity_id) == []


def test_an_address_has_one_account(any_app: Flask) -> None:
    with any_app.app_context():
        make_user(email="eva@example.org")
        with pytest.raises(ConflictError, match=r"Ya existe una cuenta con el correo eva@example\.org"):
            account.add_user(make_actor(), NewUser("EVA@example.org", "Eva", Role.LECTURA), date(2022, 4, 1))
        with pytest.raises(NotFoundError, match="9999"):
            account.add_user(make_actor(), NewUser("u@example.org", "U", Role.ENLACE, ("9999",)), date(2022, 4, 1))


def test_a_disabled_account_loses_its_sessions_and_links(any_app: Flask) -> None:
    with any_app.app_context():
        user = make_user(email="eva@example.org")
        token = session.log_in("eva@example.org", PASSWORD, HERE, TODAY)
        password_link.invite(make_actor(), "eva@example.org", "secreto")
        account.disable_user(make_actor(), "EVA@example.org", TODAY)

        assert session.find_account(token, datetime.now(UTC)) is None
        with pytest.raises(LoginRefusedError):
            session.log_in("eva@example.org", PASSWORD, HERE, TODAY)
        with pytest.raises(LinkExpiredError):
            password_link.find_link("secreto", datetime.now(UTC))
        assert not account.list_users(user.entity_id)[0].is_enabled
        assert actions() == ["log_in", "invite", "disable"]
        with pytest.raises(NotFoundError):
            account.disable_user(make_actor(), "nadie@example.org", TODAY)


def test_a_new_password_keeps_this_session_and_ends_the_others(any_app: Flask) -> None:
    with any_app.app_context():
        user = make_user(email="eva@example.org")
        kept, other = (session.log_in(user.email, PASSWORD, HERE, TODAY) for _ in range(2))
        found = session.find_account(kept, datetime.now(UTC))
        assert found is not None
        account.change_password(make_actor(user), PASSWORD, NEW, keep_session_id=found.session_id)

        assert session.find_account(kept, datetime.now(UTC))
        assert session.find_account(other, datetime.now(UTC)) is None
        assert session.log_in(user.email, NEW, HERE, TODAY)
        assert actions() == ["log_in", "log_in", "change_password", "log_in"]
        assert set(db.session.scalars(select(LoginAttempt.has_succeeded))) == {True}


def test_the_current_password_cannot_be_guessed_either(any_app: Flask) -> None:
    with any_app.app_context():
        user = make_user(email="eva@example.org")
        for _ in range(5):
            with pytest.raises(ProblemsError, match="La contraseña actual no coincide"):
                account.change_password(make_actor(user), "equivocada", NEW, keep_session_id=0)
        with pytest.raises(TooManyTriesError):
            account.change_password(make_actor(user), PASSWORD, NEW, keep_session_id=0)


def test_a_reset_is_mailed_and_its_link_serves_once(any_app: Flask) -> None:
    with any_app.app_context():
        user = make_user(email="eva@example.org")
        old_session = session.log_in(user.email, PASSWORD, HERE, TODAY)
        password_link.ask_reset(" Eva@example.org", HERE, "secreto", MAIL)

        assert db.session.scalars(select(OutboxRecipient.address)).all() == ["eva@example.org"]
        assert db.session.scalars(select(OutboxMessage.subject)).all() == ["Su contraseña"]
        assert "secreto" not in db.session.scalars(select(PasswordToken.token_sha256)).one()
        assert password_link.find_link("secreto", datetime.now(UTC)).email == "eva@example.org"

        with pytest.raises(ProblemsError):
            password_link.set_password("secreto", "corta", HERE, datetime.now(UTC))
        password_link.set_password("secreto", NEW, HERE, datetime.now(UTC))
        assert session.find_account(old_session, datetime.now(UTC)) is None
        assert session.log_in("eva@example.org", NEW, HERE, TODAY)
        with pytest.raises(LinkExpiredError, match="Pida uno nuevo"):
            password_link.set_password("secreto", NEW, HERE, datetime.now(UTC))
        assert actions() == ["log_in", "ask_reset", "set_password", "log_in"]


@pytest.mark.parametrize("email", ["nadie@example.org", "fue@example.org", "eva@example.org"])
def test_a_reset_request_does_the_same_whether_the_account_exists(
    any_app: Flask, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(password_link, "matches", lambda password_hash, _: hashed.append(password_hash))
    with any_app.app_context():
        make_user(email="eva@example.org")
        make_user(email="fue@example.org", is_enabled=False)
        password_link.ask_reset(email, HERE, "secreto", MAIL)
        assert hashed == [""]
        assert messages() == (email == "eva@example.org")
        assert db.session.scalars(select(LoginAttempt.account)).all() == [f"reset:{email}"]


def test_a_mailbox_is_not_flooded_with_links(any_app: Flask) -> None:
    with any_app.app_context(), time_machine.travel(MONDAY, tick=False) as clock:
        make_user(email="eva@example.org")
        for number in range(5):
            password_link.ask_reset("eva@example.org", HERE, f"secreto {number}", MAIL)
        assert messages() == 3
        with pytest.raises(TooManyTriesError):
            password_link.ask_reset("eva@example.org", HERE, "otro", MAIL)

        clock.shift(RESET_LINK_LASTS)
        password_link.ask_reset("eva@example.org", HERE, "otro", MAIL)
        assert messages() == 4


def test_asking_for_a_link_keeps_nobody_from_entering(any_app: Flask) -> None:
    with any_app.app_context():
        make_user(email="eva@example.org")
        for number in range(5):
            password_link.ask_reset("eva@example.org", HERE, f"secreto {number}", MAIL)
        assert session.log_in("eva@example.org", PASSWORD, HERE, TODAY)


@pytest.mark.parametrize(("minutes", "holds"), [(119, True), (120, False)])
def test_a_link_lasts_two_hours(any_app: Flask, minutes: int, holds: bool) -> None:
    with any_app.app_context(), time_machine.travel(MONDAY, tick=False) as clock:
        make_user(email="eva@example.org")
        password_link.ask_reset("eva@example.org", HERE, "secreto", MAIL)
        clock.shift(timedelta(minutes=minutes))
        if holds:
            password_link.set_password("secreto", NEW, HERE, datetime.now(UTC))
        else:
            with pytest.raises(LinkExpiredError):
                password_link.set_password("secreto", NEW, HERE, datetime.now(UTC))


def test_a_link_used_twice_at_once_serves_once(any_app: Flask) -> None:
    with any_app.app_context():
        make_user(email="eva@example.org")
        password_link.ask_reset("eva@example.org", HERE, "secreto", MAIL)

    def use(number: int) -> str:
        with any_app.app_context():
            try:
                password_link.set_password("secreto", f"{NEW} {number}", HERE, datetime.now(UTC))
            except PpMonitorError as error:
                return type(error).__name__
            return "set"

    with ThreadPoolExecutor(4) as threads:
        answers = sorted(threads.map(use, range(4)))
    assert answers == ["LinkExpiredError"] * 3 + ["set"]


def test_an_invitation_lets_in_and_the_newest_alone_serves(any_app: Flask) -> None:
    with any_app.app_context():
        user = make_user(email="eva@example.org", password_hash="")
        assert not account.list_users(user.entity_id)[0].has_password
        password_link.invite(make_actor(), "eva@example.org", "primera")
        password_link.invite(make_actor(), "eva@example.org", "segunda")
        with pytest.raises(LinkExpiredError) as caught:
            password_link.set_password("primera", NEW, HERE, datetime.now(UTC))
        assert caught.value.is_invitation
        token = password_link.set_password("segunda", NEW, HERE, datetime.now(UTC))
        assert session.find_account(token, datetime.now(UTC)) is not None
        with pytest.raises(LinkExpiredError):
            password_link.set_password("segunda", NEW, HERE, datetime.now(UTC))
        with pytest.raises(NotFoundError):
            password_link.invite(make_actor(), "nadie@example.org", "x")


def test_an_invitation_holds_five_working_days_holidays_aside(any_app: Flask) -> None:
    # Friday; Thursday and Friday of the week after are holidays, so that the fifth day is Tuesday 19.
    with any_app.app_context(), time_machine.travel(datetime(2022, 4, 8, 15, tzinfo=UTC), tick=False) as clock:
        make_user(email="eva@example.org", password_hash="")
        assert password_link.invite(make_actor(), "eva@example.org", "secreto") == date(2022, 4, 19)
        clock.move_to(datetime(2022, 4, 20, 4, 59, tzinfo=UTC))
        assert password_link.find_link("secreto", datetime.now(UTC)).is_invitation
        clock.move_to(datetime(2022, 4, 20, 5, 0, tzinfo=UTC))
        with pytest.raises(LinkExpiredError) as caught:
            password_link.find_link("secreto", datetime.now(UTC))
        assert caught.value.is_invitation


def test_a_forgotten_password_is_no_way_around_an_invitation_that_expired(any_app: Flask) -> None:
    with any_app.app_context():
        make_user(email="eva@example.org", password_hash="")
        password_link.ask_reset("eva@example.org", HERE, "secreto", MAIL)
        assert messages() == 0


def test_new_secrets_never_repeat() -> None:
    secrets = {password_link.new_token() for _ in range(100)}
    assert len(secrets) == 100
    assert min(map(len, secrets)) >= 43


def test_every_account_is_a_row_of_its_own(any_app: Flask) -> None:
    with any_app.app_context():
        user = make_user()
        make_user(None)
        assert len(account.list_users(user.entity_id)) == db.session.scalar(select(func.count()).select_from(User)) == 2
