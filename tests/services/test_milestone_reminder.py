"""Reminders of milestones: five working days before and the day after, with the workbook, once each."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, timedelta

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.project import ProjectState
from pp_monitor.domain.verification import Reporter
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.mail import OutboxMessage, OutboxRecipient
from pp_monitor.services.account import disable_user
from pp_monitor.services.delivery import send_due
from pp_monitor.services.milestone_reminder import KIND, send_milestone_reminders
from pp_monitor.services.verification import set_reporter
from tests.engines import SmtpServer
from tests.factories_db import make_organism, make_user
from tests.portfolio_db import PLANNED, NewProject, add_actual, add_projects, an_actor, met_through, open_vigencia
from tests.rows import count

HEALTH, WORKS = "4145", "4151"
BEFORE, AFTER = date(2022, 4, 29), date(2022, 5, 9)  # of H03, planned for 06/05
PARK = NewProject("BP1", HEALTH, name="Parque", actual=met_through("H02"))
ROAD = NewProject("BP2", WORKS, name="Vía", actual=met_through("H02"))


@pytest.fixture
def vigencia(mailing_app: Flask) -> Iterator[Vigencia]:
    with mailing_app.app_context():
        vigencia = open_vigencia([PARK, ROAD])
        make_user(Role.ENLACE, make_organism(HEALTH), email="enlace.salud@example.org", label="Enlace de Salud")
        make_user(Role.ORDENADOR, make_organism(HEALTH), email="despacho.salud@example.org")
        make_user(Role.ORDENADOR, make_organism(WORKS), email="despacho.vias@example.org")
        make_user(Role.PLANEACION, email="planeacion@example.org")
        yield vigencia
        db.session.remove()


def send(vigencia: Vigencia, today: date) -> int:
    return send_milestone_reminders(vigencia, today, an_actor(), render=render_mail)


def told(address: str) -> list[str]:
    """The texts that went to one person."""
    rows = db.session.scalars(
        select(OutboxMessage.body_text)
        .join(OutboxRecipient, OutboxRecipient.message_id == OutboxMessage.id)
        .where(OutboxRecipient.address == f"{address}@example.org", OutboxMessage.kind == KIND)
        .order_by(OutboxMessage.id)
    )
    return list(rows)


def test_five_working_days_before_the_enlace_is_told_and_where_there_is_none_the_head(vigencia: Vigencia) -> None:
    assert send(vigencia, BEFORE) == 2
    (text,) = told("enlace.salud")
    assert "Tiene 1 hito por vencer." in text
    assert "H03 Proceso publicado: vence el viernes 6 de mayo de 2022: faltan 5 días hábiles." in text
    assert "http://127.0.0.1:8000/proyectos/p-bp1/avance?hito=H03\n" in text
    assert "Vía" not in text
    assert "http://127.0.0.1:8000/proyectos/p-bp2#hitos\n" in told("despacho.vias")[0]
    assert told("despacho.salud") == told("planeacion") == []


def test_the_nearest_milestone_comes_first_whatever_the_project(vigencia: Vigencia) -> None:
    sooner = dict(PLANNED) | {"H03": date(2022, 5, 5)}
    add_projects(vigencia.id, [NewProject("BP9", HEALTH, name="Cancha", planned=sooner, actual=met_through("H02"))])
    send(vigencia, BEFORE)
    (text,) = told("enlace.salud")
    assert text.index("Cancha (BP9") < text.index("Parque (BP1")


def test_each_step_is_told_once_and_the_day_after_it_says_that_nothing_was_reported(vigencia: Vigencia) -> None:
    for offset in range((AFTER - BEFORE).days + 4):
        send(vigencia, BEFORE + timedelta(days=offset))
    first, second = told("enlace.salud")
    assert "1 hito por vencer" in first
    assert "Tiene 1 hito por vencer y 1 hito vencido sin reporte." in second
    assert "H03 Proceso publicado: venció el viernes 6 de mayo de 2022, hace 1 día hábil." in second
    assert "H04 Apertura y pliego definitivo: vence el lunes 16 de mayo de 2022" in second


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        (date(2022, 4, 28), 0),
        (date(2022, 4, 30), 0),  # a Saturday
        (date(2022, 5, 2), 1),  # the machine was stopped on Friday
        (date(2022, 5, 1), 0),
        (date(2022, 5, 5), 0),
    ],
)
def test_nothing_goes_out_on_days_off_nor_long_after_its_day(vigencia: Vigencia, day: date, asked: int) -> None:
    send(vigencia, day)
    assert len(told("enlace.salud")) == asked


def test_the_day_after_a_milestone_skips_the_holiday(vigencia: Vigencia) -> None:
    for code in ("H03", "H04"):
        add_actual("BP1", code, PLANNED[code])
    assert send(vigencia, date(2022, 5, 30)) == 0  # Ascension
    send(vigencia, date(2022, 5, 31))
    assert "H05 Cierre de ofertas: venció el viernes 27 de mayo de 2022, hace 1 día hábil." in told("enlace.salud")[0]


def test_what_was_reported_and_what_is_suspended_is_asked_of_nobody(vigencia: Vigencia) -> None:
    add_actual("BP1", "H03", BEFORE)
    stopped = NewProject("BP3", WORKS, actual=met_through("H02"), states=[(ProjectState.SUSPENDED, date(2022, 4, 20))])
    add_projects(vigencia.id, [stopped])
    assert send(vigencia, BEFORE) == 1
    assert "1 hito por vencer" in told("despacho.vias")[0]


def test_the_workbook_of_the_organism_goes_with_the_mail(vigencia: Vigencia, smtp_server: SmtpServer) -> None:
    send(vigencia, BEFORE)
    db.session.rollback()
    assert send_due().sent == 2
    found = {}
    for mail in smtp_server.received:
        (attached,) = mail.message.iter_attachments()
        found[mail.recipients[0]] = (attached.get_filename(), attached.get_content())
    name, content = found["enlace.salud@example.org"]
    assert name == "avance-2022-4145-2022-04-29.xlsx"
    cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(content)) for row in sheet.values for cell in row]
    assert "BP1" in cells
    assert "BP2" not in cells


def test_where_planning_reports_it_is_planning_that_is_reminded(vigencia: Vigencia) -> None:
    set_reporter(vigencia, Reporter.PLANNING, an_actor())
    assert send(vigencia, BEFORE) == 1
    (text,) = told("planeacion")
    assert "Tiene 2 hitos por vencer." in text
    assert "adjunto" not in text


def test_an_organism_with_nobody_to_tell_stops_nobody(vigencia: Vigencia) -> None:
    disable_user(an_actor(), "despacho.vias@example.org", BEFORE)
    assert send(vigencia, BEFORE) == 1
    assert count(OutboxMessage) == 1
