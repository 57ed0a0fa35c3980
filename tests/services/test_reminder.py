"""Who is reminded of registration, when, and how often."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.project import ProjectState
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.account import RoleAssignment, User
from pp_monitor.models.mail import OutboxMessage, OutboxRecipient
from pp_monitor.services.account import disable_user
from pp_monitor.services.entity import find_organism, set_deadline
from pp_monitor.services.reminder import Reminded, remind_now, send_due_reminders
from tests.factories_db import make_user
from tests.plan_data import SALUD, VIAS, YEAR, City, add_late_comer, build_city, register_all, set_state
from tests.submissions import send

DEADLINE = date(2022, 4, 22)
BEFORE = date(2022, 4, 21)


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        found = build_city(deadline=DEADLINE)
        make_user(Role.ENLACE, find_organism(SALUD), email="enlace.salud@example.org", label="Enlace de Salud")
        make_user(Role.ORDENADOR, find_organism(SALUD), email="despacho.salud@example.org")
        make_user(Role.ENLACE, find_organism(VIAS), email="enlace.vias@example.org")
        yield found


def due(city: City, today: date) -> Reminded:
    return send_due_reminders(city.vigencia, today, city.actor, render=render_mail)


def now(city: City, today: date = BEFORE) -> Reminded:
    return remind_now(city.vigencia, today, city.actor, render=render_mail)


def mailed() -> list[str]:
    return list(db.session.scalars(select(OutboxRecipient.address).order_by(OutboxRecipient.id)))


def bodies() -> str:
    return "\n".join(db.session.scalars(select(OutboxMessage.body_text).order_by(OutboxMessage.id)))


def test_only_who_owes_is_reminded_and_only_once(city: City) -> None:
    register_all(city, VIAS)
    assert due(city, BEFORE) == Reminded(1, 1, ())
    assert due(city, BEFORE) == Reminded(0, 0, ())
    assert mailed() == ["enlace.salud@example.org"]
    assert "Enlace de Salud" in bodies()
    assert "3 proyectos sin plan registrado" in bodies()
    assert "El plazo vence el viernes 22 de abril de 2022: falta 1 día hábil." in bodies()


@pytest.mark.parametrize("today", ["2022-04-22", "2022-04-23", "2022-04-14", "2022-06-30"])
def test_no_mail_goes_out_on_other_days(city: City, today: str) -> None:
    assert due(city, date.fromisoformat(today)).persons == 0
    assert mailed() == []


def test_nobody_owes_nothing_is_sent(city: City) -> None:
    register_all(city, SALUD)
    register_all(city, VIAS)
    assert due(city, BEFORE) == now(city) == Reminded(0, 0, ())
    assert mailed() == []


def test_a_person_of_two_organisms_gets_one_digest(city: City) -> None:
    both = make_user(Role.ENLACE, find_organism(SALUD), email="dos@example.org")
    db.session.add(
        RoleAssignment(
            entity_id=both.entity_id,
            user_id=both.id,
            role=Role.ENLACE,
            organism_id=find_organism(VIAS).id,
            valid_from=date(2022, 1, 1),
            recorded_at=both.recorded_at,
        )
    )
    db.session.commit()
    assert due(city, BEFORE).persons == 3
    text = db.session.scalars(
        select(OutboxMessage.body_text)
        .join(OutboxRecipient, OutboxRecipient.message_id == OutboxMessage.id)
        .where(OutboxRecipient.address == "dos@example.org")
    ).one()
    assert "Secretaría de Salud Pública: 3 proyectos" in text
    assert "Secretaría de Infraestructura: 2 proyectos" in text


def test_an_extension_moves_the_reminders_of_its_organism_only(city: City) -> None:
    set_deadline(YEAR, date(2022, 5, 6), city.actor, organism_code=SALUD, reason="Cambio de enlace")
    due(city, BEFORE)
    assert mailed() == ["enlace.vias@example.org"]
    due(city, date(2022, 5, 5))
    assert mailed() == ["enlace.vias@example.org", "enlace.salud@example.org"]


def test_past_the_deadline_it_says_since_when(city: City) -> None:
    due(city, date(2022, 4, 25))
    assert "El plazo venció el viernes 22 de abril de 2022, hace 1 día hábil." in bodies()


def test_an_organism_without_enlace_is_told_by_its_head_and_one_without_anybody_is_named(any_app: Flask) -> None:
    with any_app.app_context():
        city = build_city(deadline=DEADLINE)
        make_user(Role.ORDENADOR, find_organism(SALUD), email="despacho.salud@example.org")
        assert due(city, BEFORE) == Reminded(1, 1, ("Secretaría de Infraestructura",))
        assert mailed() == ["despacho.salud@example.org"]


def test_by_hand_it_goes_out_at_most_once_a_day(city: City) -> None:
    assert now(city) == Reminded(2, 2, ())
    assert now(city) == Reminded(0, 0, ())
    assert now(city, date(2022, 4, 22)) == Reminded(2, 2, ())


def test_a_project_that_entered_later_is_owed_by_its_own_deadline_alone(city: City) -> None:
    register_all(city, SALUD)
    register_all(city, VIAS)
    add_late_comer(city, date(2022, 10, 14))
    assert due(city, date(2022, 9, 21)) == Reminded(0, 0, ())
    assert due(city, date(2022, 9, 30)) == Reminded(1, 1, ())
    assert "1 proyecto sin plan registrado" in bodies()
    assert "El plazo vence el viernes 14 de octubre de 2022: faltan 10 días hábiles." in bodies()


def test_without_a_deadline_of_its_own_nothing_is_said_to_have_passed(city: City) -> None:
    register_all(city, SALUD)
    register_all(city, VIAS)
    add_late_comer(city, None)
    assert now(city, date(2022, 9, 21)).persons == 1
    assert "No tiene plazo fijado." in bodies()


def test_a_suspended_project_is_asked_of_nobody_until_it_restarts(city: City) -> None:
    set_state(city, city.id(1), ProjectState.SUSPENDED)
    now(city)
    assert "2 proyectos sin plan registrado" in told("enlace.salud@example.org")
    assert "comuna 1 de Santiago" not in told("enlace.salud@example.org")
    set_state(city, city.id(1), ProjectState.ACTIVE, date(2022, 4, 22))
    now(city, date(2022, 4, 22))
    assert "3 proyectos sin plan registrado" in told("enlace.salud@example.org")


def test_nobody_is_reminded_where_all_that_is_missing_is_suspended(city: City) -> None:
    register_all(city, VIAS)
    send(city, (1,))
    for number in (1, 2, 3):
        set_state(city, city.id(number), ProjectState.SUSPENDED)
    assert due(city, BEFORE) == now(city) == Reminded(0, 0, ())


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2022, 4, 22), "El plazo vence el lunes 25 de abril de 2022: falta 1 día hábil."),
        (date(2022, 4, 24), "El plazo vence el lunes 25 de abril de 2022: falta 1 día hábil."),
        (date(2022, 4, 25), "El plazo vence hoy, lunes 25 de abril de 2022."),
        (date(2022, 4, 26), "El plazo venció el lunes 25 de abril de 2022, hace 1 día hábil."),
    ],
)
def test_a_deadline_on_a_day_off_is_told_as_its_next_working_day(city: City, today: date, said: str) -> None:
    set_deadline(YEAR, date(2022, 4, 23), city.actor, organism_code=SALUD, reason="Cambio de enlace")
    now(city, today)
    assert said in told("enlace.salud@example.org")


def told(address: str) -> str:
    """What went to one address, all of it."""
    query = select(OutboxMessage.body_text, OutboxMessage.body_html).join(
        OutboxRecipient, OutboxRecipient.message_id == OutboxMessage.id
    )
    rows = db.session.execute(query.where(OutboxRecipient.address == address).order_by(OutboxMessage.id))
    return "\n".join(text for row in rows for text in row)


def test_each_is_asked_for_what_is_theirs_to_do_on_the_page_where_it_is_done(city: City) -> None:
    first, second = send(city, (1,)), send(city, (2,))
    assert now(city).persons == 3
    head, enlace = told("despacho.salud@example.org"), told("enlace.salud@example.org")
    for submission in (first, second):
        assert f"Apruébelos aquí: http://127.0.0.1:8000/registro/envios/{submission.number}" in head
        assert f'/registro/envios/{submission.number}">envío n.º {submission.number}</a>' in head
    assert "2 proyectos por aprobar" in head
    assert "Regístrelos aquí" not in head
    assert "1 proyecto sin plan registrado" in enlace
    assert "Regístrelos aquí: http://127.0.0.1:8000/registro/4145" in enlace
    assert "envios" not in enlace


def test_a_head_who_has_nothing_to_sign_is_told_what_the_organism_owes_where_nobody_else_can(city: City) -> None:
    assert now(city).persons == 2
    assert told("despacho.salud@example.org") == ""
    enlace = db.session.scalars(select(User).where(User.email == "enlace.salud@example.org")).one()
    disable_user(city.actor, enlace.email, BEFORE)
    assert now(city, date(2022, 4, 22)).persons == 2
    head = told("despacho.salud@example.org")
    assert "3 proyectos sin plan registrado" in head
    assert "Véalos aquí: http://127.0.0.1:8000/registro/4145" in head
    assert "aprobar" not in head
    assert "Regístrelos" not in head
