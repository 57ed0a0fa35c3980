"""*Requerimientos*: logged once, mailed where asked, told as they were known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.errors import ConflictError, ProblemsError
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.mail import OutboxMessage
from pp_monitor.services.entity import find_organism
from pp_monitor.services.notice import NewNotice, add_notice, deadline_history, extend_deadline, last_reminders, notices
from pp_monitor.services.reminder import remind_now
from tests.factories_db import make_user
from tests.plan_data import SALUD, TODAY, VIAS, City, build_city

NEW = NewNotice(TODAY, "2022-001", "Registre el plan.")


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        found = build_city()
        make_user(Role.ENLACE, find_organism(SALUD), email="enlace.salud@example.org")
        make_user(Role.ORDENADOR, find_organism(SALUD), email="despacho.salud@example.org")
        yield found


def add(city: City, organism: str = SALUD, new: NewNotice = NEW) -> int:
    return add_notice(city.vigencia, city.organism(organism), new, TODAY, city.actor, render=render_mail)


def test_it_reaches_everybody_who_answers_for_the_organism(city: City) -> None:
    assert add(city) == 2
    body = db.session.scalars(select(OutboxMessage.body_text)).one()
    assert "Registre el plan." in body
    assert "2022-001 del 18/04/2022" in body


def test_an_organism_without_people_has_it_logged_all_the_same(city: City) -> None:
    assert add(city, VIAS) == 0
    assert [row.filing_number for row in notices(city.vigencia_id)[city.organism(VIAS).id]] == ["2022-001"]


def test_a_filing_number_is_logged_once_for_each_organism(city: City) -> None:
    add(city)
    with pytest.raises(ConflictError, match="2022-001 ya está registrado"):
        add(city)
    add(city, VIAS)
    assert sum(len(rows) for rows in notices(city.vigencia_id).values()) == 2


def test_everything_missing_is_told_at_once(city: City) -> None:
    with pytest.raises(ProblemsError) as told:
        add(city, new=NewNotice(TODAY + timedelta(days=1), " ", ""))
    assert len(told.value.problems) == 3


def test_they_are_told_as_they_were_known(city: City) -> None:
    add(city)
    row = notices(city.vigencia_id)[city.organism().id][0]
    assert notices(city.vigencia_id, row.recorded_at)
    assert notices(city.vigencia_id, row.recorded_at - timedelta(seconds=1)) == {}
    assert row.sent_on == date(2022, 4, 18)


def test_the_last_reminder_of_each_organism_is_known(city: City) -> None:
    assert last_reminders(city.vigencia_id) == {}
    remind_now(city.vigencia, TODAY, city.actor, render=render_mail)
    assert set(last_reminders(city.vigencia_id)) == {city.organism().id}


def test_an_extension_is_later_than_the_deadline_in_force_and_not_past(city: City) -> None:
    def extend(day: date, today: date, reason: str = "Cambio de enlace") -> None:
        extend_deadline(city.vigencia, city.organism(), day, reason, today, city.actor)

    extend(date(2022, 5, 6), date(2022, 4, 18))
    for day, today, told in (
        (date(2022, 4, 29), date(2022, 4, 18), "El plazo vigente es el 06/05/2022"),
        (date(2022, 5, 6), date(2022, 4, 18), "Escriba el 07/05/2022 o un día posterior"),
        (date(2022, 5, 9), date(2022, 5, 10), "El 09/05/2022 ya pasó. Escriba el 10/05/2022"),
        (date(2023, 1, 2), date(2022, 5, 10), "no cae en la vigencia 2022"),
    ):
        with pytest.raises(ProblemsError, match=told):
            extend(day, today)
    with pytest.raises(ProblemsError, match="El motivo es demasiado corto"):
        extend(date(2022, 5, 13), date(2022, 5, 10), "Decreto 1")
    extend(date(2022, 5, 10), date(2022, 5, 10))
    history = deadline_history(city.vigencia_id, city.organism().id, ())
    assert [row.deadline_on for row in history] == [date(2022, 5, 10), date(2022, 5, 6), date(2022, 4, 22)]


def test_an_extension_of_a_deadline_on_a_saturday_is_later_than_its_monday(city: City) -> None:
    def extend(day: date) -> None:
        extend_deadline(city.vigencia, city.organism(), day, "Cambio de enlace", date(2022, 4, 18), city.actor)

    extend(date(2022, 5, 7))
    with pytest.raises(ProblemsError, match=r"El plazo vigente es el 09/05/2022: .* Escriba el 10/05/2022"):
        extend(date(2022, 5, 9))
    extend(date(2022, 5, 10))
