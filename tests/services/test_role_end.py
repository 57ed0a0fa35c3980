"""The notice of an enlace's last day, once, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.account import User
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.mail import OutboxMessage, OutboxRecipient
from pp_monitor.services.account import disable_user
from pp_monitor.services.role_end import notify_role_ends
from tests.factories_db import make_actor, make_organism, make_user

TODAY = date(2022, 5, 2)
LAST = date(2022, 5, 12)


@pytest.fixture
def eva(any_app: Flask) -> Iterator[User]:
    """An enlace whose last day is ten days ahead, with a head and a planner."""
    with any_app.app_context():
        make_user(Role.PLANEACION, email="plan@example.org")
        make_user(Role.ORDENADOR, make_organism("4143", "Educación"), email="otro@example.org")
        make_user(Role.ORDENADOR, make_organism(), email="despacho@example.org")
        make_user(Role.ORDENADOR, make_organism(), email="antes@example.org", valid_until=date(2022, 4, 30))
        yield make_user(Role.ENLACE, make_organism(), label="Eva", email="eva@example.org", valid_until=LAST)


def notify(today: date = TODAY) -> int:
    return notify_role_ends(make_actor(), today, render=render_mail)


@pytest.mark.usefixtures("eva")
def test_the_head_and_planning_are_told_once_ten_days_before() -> None:
    assert notify(TODAY - timedelta(days=1)) == 0
    assert [notify(TODAY + timedelta(days=number)) for number in range(12)] == [1, *[0] * 11]
    message = db.session.scalars(select(OutboxMessage)).one()
    assert "El 12 de mayo de 2022 es el último día de Eva (eva@example.org)" in message.body_text
    assert "queda sin enlace activo" in message.body_text
    assert "sin enlace activo" in message.body_html
    addresses = db.session.scalars(select(OutboxRecipient.address).order_by(OutboxRecipient.address)).all()
    assert addresses == ["despacho@example.org", "plan@example.org"]
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.action, event.object_code, event.details["to"]) == (
        "notify_role_end",
        "eva@example.org",
        "2022-05-12",
    )


@pytest.mark.usefixtures("eva")
def test_days_missed_are_made_up_until_the_last_one() -> None:
    assert notify(LAST) == 1


@pytest.mark.usefixtures("eva")
def test_who_stays_is_named() -> None:
    make_user(Role.ENLACE, make_organism(), label="Luz")
    assert notify() == 1
    assert "Después de ese día sigue: Luz." in db.session.scalars(select(OutboxMessage.body_text)).one()


def test_nothing_is_told_of_who_goes_on_or_was_disabled(eva: User) -> None:
    disable_user(make_actor(), eva.email, TODAY)
    assert notify() == 0


def test_nobody_to_tell_is_no_failure(any_app: Flask) -> None:
    with any_app.app_context():
        make_user(Role.ENLACE, make_organism(), valid_until=LAST)
        assert notify() == 0
