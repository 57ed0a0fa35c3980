"""The mails of the days to come are remembered only while nothing that they are made of has moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Grant, Role
from pp_monitor.domain.alert_rule import DEFAULT_RULES, AlertRule
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.account import User
from pp_monitor.models.alert import Alert
from pp_monitor.models.entity import Vigencia
from pp_monitor.services import case
from pp_monitor.services.account import NewUser, add_user, disable_user
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.alert_rule import set_rule
from pp_monitor.services.case import CaseAt, Stepper
from pp_monitor.services.digest import send_digests
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.mail_forecast import ForeseenMail, foreseen_mails
from tests.factories_db import make_actor, make_organism, make_user
from tests.portfolio_db import add_actual, an_actor
from tests.views.followed import HEALTH, TODAY, follow

ANA = "ana@example.org"
PASSWORD = "cuatro tejas verdes mojadas"


@pytest.fixture
def vigencia(app: Flask) -> Iterator[Vigencia]:
    """A followed vigencia with an enlace and a person of Planning, and its cases open."""
    follow(app)
    with app.app_context():
        make_user(Role.ENLACE, make_organism(HEALTH), email=ANA, label="Ana")
        make_user(Role.PLANEACION, email="plan@example.org", label="Planeación")
        found = find_vigencia(2022)
        refresh_alerts(found.id, TODAY, an_actor())
        yield found
        db.session.remove()


def foreseen(vigencia: Vigencia) -> tuple[ForeseenMail, ...]:
    return foreseen_mails(vigencia, TODAY, render_mail)


def by(role: Role, email: str, organism: str = "") -> Stepper:
    user = db.session.scalars(select(User).where(User.email == email)).one()
    organism_id = make_organism(organism).id if organism else None
    grant = Grant(role, TODAY, organism_id=organism_id, organism_code=organism)
    return Stepper(make_actor(user), (grant,), TODAY)


def at() -> CaseAt:
    return CaseAt(*db.session.execute(select(Alert.id, Alert.version).order_by(Alert.id)).tuples().first() or (0, 0))


def snooze() -> None:
    until = TODAY + timedelta(days=4)
    case.snooze(at(), by(Role.PLANEACION, "plan@example.org"), until=until, reason="Se espera un concepto")


def switch_off() -> None:
    off = replace(DEFAULT_RULES.setting(AlertRule.OVERDUE), is_on=False)
    vigencia_id = find_vigencia(2022).id
    set_rule(vigencia_id, off, reason="Se revisa la regla este mes", actor=an_actor())


DEEDS: dict[str, Callable[[], object]] = {
    "a real date": lambda: add_actual("BP26000002", "H03", TODAY),
    "an observation": lambda: case.comment(at().id, by(Role.PLANEACION, "plan@example.org"), "¿Cómo va?"),
    "a snoozed case": snooze,
    "a rule switched off": switch_off,
    "a new person": lambda: add_user(an_actor(), NewUser("bea@example.org", "Bea", Role.LECTURA, (), PASSWORD), TODAY),
    "a person who leaves": lambda: disable_user(an_actor(), ANA, TODAY),
    "the digests of the day": lambda: send_digests(find_vigencia(2022), TODAY, an_actor(), render=render_mail),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_people_do_changes_what_is_foreseen(app: Flask, vigencia: Vigencia, deed: str) -> None:
    before = foreseen(vigencia)
    DEEDS[deed]()
    after = foreseen(vigencia)
    app.extensions.pop("pp_foreseen")
    assert after == foreseen(vigencia)
    assert after is not before


def test_asked_again_it_is_answered_from_memory(
    vigencia: Vigencia, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    first = foreseen(vigencia)
    assert first
    assert foreseen(vigencia) is first
    assert count_queries(lambda: foreseen(vigencia)) <= 3
