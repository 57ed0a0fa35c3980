"""Throttled logins and sessions that can be revoked, on both engines."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from pp_monitor.domain.account import Role
from pp_monitor.domain.errors import NotFoundError, PpMonitorError
from pp_monitor.extensions import db
from pp_monitor.models.account import LoginAttempt, User, UserSession
from pp_monitor.services import password, session
from pp_monitor.services.session import AccessEndedError, LoginRefusedError, TooManyTriesError
from tests.factories_db import PASSWORD, make_actor, make_organism, make_user

MONDAY = datetime(2022, 5, 2, 15, 0, tzinfo=UTC)
HERE = "192.0.2.7"
TODAY = date(2022, 5, 2)
WRONG = "equivocada del todo"


@pytest.fixture
def ana(any_app: Flask) -> User:
    with any_app.app_context():
        return make_user(Role.ENLACE, make_organism(), email="ana@example.org")


def fail(times: int, email: str = "ana@example.org", address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(LoginRefusedError):
            session.log_in(email, WRONG, address, TODAY)


def test_a_login_opens_a_session_that_tells_who_it_is(any_app: Flask, ana: User) -> None:
    with any_app.app_context(), time_machine.travel(MONDAY, tick=False):
        token = session.log_in("Ana@Example.ORG ", PASSWORD, HERE, TODAY)
        found = session.find_account(token, MONDAY)
        assert found is not None
        assert (found.user_id, found.email) == (ana.id, "ana@example.org")
        assert [(grant.role, grant.organism_code) for grant in found.grants] == [(Role.ENLACE, "4145")]
        [row] = session.open_sessions(ana.id, MONDAY)
        assert (row.address, row.opened_at, row.seen_at) == (HERE, MONDAY, MONDAY)


def test_only_the_hash_of_the_secret_is_kept(any_app: Flask, ana: User) -> None:
    with any_app.app_context():
        token = session.log_in(ana.email, PASSWORD, HERE, TODAY)
        kept = db.session.scalars(select(UserSession.token_sha256)).one()
        assert token not in kept
        assert len(kept) == 64
        assert session.find_account(kept, datetime.now(UTC)) is None


@pytest.mark.parametrize("email", ["ana@example.org", "nadie@example.org", "fue@example.org", "nueva@example.org"])
def test_every_refusal_verifies_one_hash(
    any_app: Flask, ana: User, email: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    real = password._HASHER

    class Watched:
        def verify(self, password_hash: str, typed: str) -> bool:
            verified.append(password_hash)
            return real.verify(password_hash, typed)

        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

    monkeypatch.setattr(password, "_HASHER", Watched())
    with any_app.app_context():
        make_user(email="fue@example.org", is_enabled=False)
        make_user(email="nueva@example.org", password_hash="")
        with pytest.raises(LoginRefusedError, match="El correo o la contraseña no coinciden"):
            session.log_in(email, WRONG, HERE, TODAY)
    [password_hash] = verified
    assert password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_no_transaction_is_open_while_a_password_is_hashed(
    any_app: Flask, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_then: list[bool] = []
    real = password.matches

    def watched(password_hash: str, typed: str) -> bool:
        open_then.append(db.session().in_transaction())
        return real(password_hash, typed)

    monkeypatch.setattr(session.passwords, "matches", watched)
    with any_app.app_context():
        session.log_in(ana.email, PASSWORD, HERE, TODAY)
        fail(1)
    assert open_then == [False, False]


def test_a_hash_with_old_parameters_is_renewed_at_login(any_app: Flask) -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    with any_app.app_context():
        make_user(email="vieja@example.org", password_hash=old)
        session.log_in("vieja@example.org", PASSWORD, HERE, TODAY)
        renewed = db.session.scalars(select(User.password_hash)).one()
        assert renewed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        session.log_in("vieja@example.org", PASSWORD, HERE, TODAY)
        assert db.session.scalars(select(User.password_hash)).one() == renewed


@pytest.mark.parametrize("email", ["ana@example.org", "nadie@example.org"])
def test_five_failures_make_an_account_wait_whether_it_exists(any_app: Flask, ana: User, email: str) -> None:
    with any_app.app_context(), time_machine.travel(MONDAY, tick=False) as clock:
        fail(5, email)
        with pytest.raises(TooManyTriesError, match="en 1 minuto") as caught:
            session.log_in(email, PASSWORD, "198.51.100.9", TODAY)
        assert caught.value.wait == timedelta(minutes=1)

        clock.shift(timedelta(minutes=1))
        fail(1, email)
        with pytest.raises(TooManyTriesError, match="en 2 minutos"):
            session.log_in(email, PASSWORD, HERE, TODAY)


def test_a_wait_is_not_made_longer_by_trying_meanwhile(any_app: Flask, ana: User) -> None:
    with any_app.app_context(), time_machine.travel(MONDAY, tick=False) as clock:
        fail(5)
        for _ in range(10):
            with pytest.raises(TooManyTriesError):
                session.log_in(ana.email, PASSWORD, HERE, TODAY)
        clock.shift(timedelta(minutes=1))
        assert session.log_in(ana.email, PASSWORD, HERE, TODAY)


def test_a_success_forgives_the_failures_of_the_account(any_app: Flask, ana: User) -> None:
    with any_app.app_context(), time_machine.travel(MONDAY, tick=False) as clock:
        for _ in range(3):
            fail(4)
            clock.shift(timedelta(seconds=1))
            assert session.log_in(ana.email, PASSWORD, HERE, TODAY)
            clock.shift(timedelta(seconds=1))


def test_forgetting_old_tries_shortens_nobodys_wait(any_app: Flask, ana: User) -> None:
    with any_app.app_context(), time_machine.travel(MONDAY, tick=False) as clock:
        fail(1, "otra@example.org")
        clock.shift(timedelta(minutes=30))
        fail(5)
        clock.shift(timedelta(minutes=30))
        assert session.purge_tries() == 1
        assert session.purge_tries() == 0
        assert db.session.scalar(select(func.count()).select_from(LoginAttempt)) == 5
        clock.shift(timedelta(minutes=-29, seconds=-30))
        with pytest.raises(TooManyTriesError):
            session.log_in(ana.email, PASSWORD, HERE, TODAY)


def test_failures_are_forgotten_after_an_hour(any_app: Flask, ana: User) -> None:
    with any_app.app_context(), time_machine.travel(MONDAY, tick=False) as clock:
        fail(4)
        clock.shift(timedelta(hours=1))
        fail(4)
        assert session.log_in(ana.email, PASSWORD, HERE, TODAY)


@pytest.mark.parametrize(
    ("addresses", "waits"),
    [
        (["192.0.2.7"] * 50, "192.0.2.7"),
        ([f"2001:db8:1:2::{number:x}" for number in range(1, 51)], "2001:db8:1:2:ffff::1"),
    ],
)
def test_fifty_failures_make_an_address_wait_whatever_the_account(
    any_app: Flask, ana: User, addresses: list[str], waits: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session.passwords, "matches", lambda *_: False)
    with any_app.app_context(), time_machine.travel(MONDAY, tick=False):
        for number, address in enumerate(addresses):
            fail(1, f"alguien{number}@example.org", address)
        with pytest.raises(TooManyTriesError):
            session.log_in(ana.email, PASSWORD, waits, TODAY)
        fail(1, ana.email, "198.51.100.9")


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [("192.0.2.7", "192.0.2.7"), ("2001:db8::5", "2001:db8::/64"), ("", ""), ("unix:" + "x" * 60, "unix:" + "x" * 35)],
)
def test_an_ipv6_line_counts_as_one_address(address: str, counted_as: str) -> None:
    assert session.network(address) == counted_as


def test_tries_at_the_same_time_all_count(any_app: Flask, ana: User) -> None:
    def one_try(_number: int) -> type[PpMonitorError]:
        with any_app.app_context():
            try:
                session.log_in("ana@example.org", WRONG, HERE, TODAY)
            except PpMonitorError as error:
                return type(error)
            raise AssertionError

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(one_try, range(16)))
    assert answers.count(LoginRefusedError) == 5
    assert answers.count(TooManyTriesError) == 11
    with any_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(LoginAttempt)) == 5


def test_an_account_disabled_while_its_password_is_checked_stays_out(
    any_app: Flask, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = password.matches

    def disabled_meanwhile(password_hash: str, typed: str) -> bool:
        db.session.get_one(User, ana.id).is_enabled = False
        db.session.commit()
        return real(password_hash, typed)

    monkeypatch.setattr(session.passwords, "matches", disabled_meanwhile)
    with any_app.app_context():
        with pytest.raises(LoginRefusedError):
            session.log_in(ana.email, PASSWORD, HERE, TODAY)
        assert db.session.scalars(select(UserSession)).all() == []


def test_being_seen_is_written_at_most_every_five_minutes(any_app: Flask, ana: User) -> None:
    with any_app.app_context(), time_machine.travel(MONDAY, tick=False) as clock:
        token = session.log_in(ana.email, PASSWORD, HERE, TODAY)
        for minutes, seen in ((4, 0), (1, 5), (4, 5)):
            clock.shift(timedelta(minutes=minutes))
            assert session.find_account(token, datetime.now(UTC))
            [row] = session.open_sessions(ana.id, datetime.now(UTC))
            assert row.seen_at == MONDAY + timedelta(minutes=seen)


def test_a_revoked_session_is_nobody(any_app: Flask, ana: User) -> None:
    with any_app.app_context():
        token = session.log_in(ana.email, PASSWORD, HERE, TODAY)
        now = datetime.now(UTC)
        [row] = session.open_sessions(ana.id, now)
        session.revoke_session(make_actor(ana), row.id)
        assert session.find_account(token, now) is None
        assert session.open_sessions(ana.id, now) == []
        with pytest.raises(NotFoundError):
            session.revoke_session(make_actor(ana), row.id)


def test_nobody_revokes_the_session_of_another_person(any_app: Flask, ana: User) -> None:
    with any_app.app_context():
        token = session.log_in(ana.email, PASSWORD, HERE, TODAY)
        [row] = session.open_sessions(ana.id, datetime.now(UTC))
        with pytest.raises(NotFoundError):
            session.revoke_session(make_actor(make_user()), row.id)
        assert session.find_account(token, datetime.now(UTC))


@pytest.mark.parametrize(("day", "enters"), [(30, True), (31, False)])
def test_nobody_enters_after_the_last_day_of_the_last_role(any_app: Flask, day: int, enters: bool) -> None:
    with any_app.app_context():
        user = make_user(valid_until=date(2022, 5, 30))
        if enters:
            assert session.log_in(user.email, PASSWORD, HERE, date(2022, 5, day))
        else:
            with pytest.raises(AccessEndedError, match="Su función ya terminó"):
                session.log_in(user.email, PASSWORD, HERE, date(2022, 5, day))
            with pytest.raises(LoginRefusedError):
                session.log_in(user.email, WRONG, HERE, date(2022, 5, day))
