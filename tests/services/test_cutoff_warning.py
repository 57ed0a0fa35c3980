"""*Preaviso de corte*: what a cut-off will show red, told once, three working days before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.alert import Alert
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.mail import OutboxMessage, OutboxRecipient
from pp_monitor.models.project import Project
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.cutoff_warning import KIND, send_cutoff_warnings
from pp_monitor.services.delivery import send_due
from pp_monitor.services.submission import Sending, write_submission
from pp_monitor.services.transaction import writing_vigencia
from tests.engines import SmtpServer
from tests.factories_db import make_organism, make_user
from tests.plan_data import plan
from tests.portfolio_db import PLANNED, NewProject, add_actual, add_projects, an_actor, met_through, open_vigencia_early

HEALTH, WORKS, SPORT = "4145", "4151", "4162"
# The third Monday of May is the 16th: its cut-off is Friday 13, three working days after Tuesday 10.
CUTOFF, DAY = date(2022, 5, 13), date(2022, 5, 10)
LATE = NewProject("BP1", HEALTH, name="Parque")  # H01 of 18/04: 19 working days late at the cut-off
DONE = NewProject("BP2", HEALTH, name="Puesto de salud", actual=met_through("H03"))
ROAD = NewProject("BP3", WORKS, name="Vía", actual=met_through("H03"))
MISSING = NewProject("BP4", SPORT, name="Cancha", planned=None)


@pytest.fixture
def vigencia(mailing_app: Flask) -> Iterator[Vigencia]:
    with mailing_app.app_context():
        vigencia = open_vigencia_early([LATE, DONE, ROAD, MISSING])
        for code, name in ((HEALTH, "salud"), (WORKS, "vias"), (SPORT, "deporte")):
            make_user(Role.ENLACE, make_organism(code), email=f"enlace.{name}@example.org", label=f"Enlace {name}")
            make_user(Role.ORDENADOR, make_organism(code), email=f"despacho.{name}@example.org")
        make_user(Role.PLANEACION, email="planeacion@example.org")
        yield vigencia
        db.session.remove()


def send(vigencia: Vigencia, today: date) -> int:
    return send_cutoff_warnings(vigencia, today, an_actor(), render=render_mail)


def told(who: str) -> str:
    rows = db.session.scalars(
        select(OutboxMessage.body_text)
        .join(OutboxRecipient, OutboxRecipient.message_id == OutboxMessage.id)
        .where(OutboxRecipient.address == f"{who}@example.org", OutboxMessage.kind == KIND)
    )
    return "\n".join(rows)


def test_enlace_and_head_are_told_what_will_be_red_why_and_where_to_answer(
    vigencia: Vigencia, smtp_server: SmtpServer
) -> None:
    assert send(vigencia, DAY) == 4
    text = told("enlace.salud")
    assert "El viernes 13 de mayo de 2022 se cierra el corte del mes." in text
    assert "el informe mostrará 1 proyecto atrasado de su organismo" in text
    assert "Atrasado · Parque (BP1 · Salud Pública)" in text
    assert "\n- Lleva cumplido el 0 % de lo exigible y «Estudios previos aprobados» tiene 19 días hábiles" in text
    assert "Reporte o explique el retraso: http://127.0.0.1:8000/proyectos/p-bp1/avance" in text
    assert "Puesto de salud" not in text
    assert "Vea el proyecto: http://127.0.0.1:8000/proyectos/p-bp1\n" in told("despacho.salud")
    assert "Sin plan · Cancha" in told("enlace.deporte")
    assert "Registre su plan: http://127.0.0.1:8000/registro/4162" in told("enlace.deporte")
    assert told("enlace.vias") == told("despacho.vias") == told("planeacion") == ""
    db.session.rollback()
    send_due()
    subjects = {mail.recipients[0]: str(mail.message["Subject"]) for mail in smtp_server.received}
    assert subjects["enlace.salud@example.org"] == (
        "Presupuesto participativo 2022: el corte del 13/05/2022 mostrará 1 proyecto atrasado"
    )


def test_a_head_is_led_to_the_case_that_can_be_answered(vigencia: Vigencia) -> None:
    refresh_alerts(vigencia.id, DAY, an_actor())
    case = db.session.query(Alert).join(Project, Project.id == Alert.project_id).filter(Project.code == "BP1").one()
    send(vigencia, DAY)
    assert f"Responda en su caso: http://127.0.0.1:8000/alertas/{case.id}\n" in told("despacho.salud")


def test_a_plan_that_was_sent_is_told_apart_with_who_has_it(vigencia: Vigencia) -> None:
    project = db.session.query(Project).filter_by(code="BP4").one()
    sent = Sending({project.id: plan()}, {project.id: None}, {}, "", ())
    with writing_vigencia(vigencia.id) as now:
        write_submission(vigencia, make_organism(SPORT), sent, an_actor(), date(2022, 4, 6), now)
    send(vigencia, DAY)
    for who, act in (("enlace.deporte", "Vea el envío"), ("despacho.deporte", "Apruebe o devuelva el envío")):
        assert "mostrará 1 proyecto con el plan en aprobación de su organismo" in told(who)
        assert "Enviado, en aprobación desde el 06/04/2022: lo tiene el ordenador del gasto." in told(who)
        assert f"{act}: http://127.0.0.1:8000/registro/envios\n" in told(who)
        assert "No tiene plan registrado" not in told(who)


def test_it_goes_out_once_a_cutoff_and_only_on_its_day_or_while_it_is_still_ahead(vigencia: Vigencia) -> None:
    sent = {DAY + timedelta(days=offset): 0 for offset in range(-6, 6)}
    for day in sent:
        sent[day] = send(vigencia, day)
    assert {day: people for day, people in sent.items() if people} == {DAY: 4}


@pytest.mark.parametrize(("day", "people"), [(date(2022, 5, 12), 4), (CUTOFF, 0), (date(2022, 5, 14), 0)])
def test_a_day_that_was_missed_is_caught_up_before_the_cutoff(vigencia: Vigencia, day: date, people: int) -> None:
    assert send(vigencia, day) == people


def test_where_nothing_will_be_red_nothing_is_said(vigencia: Vigencia) -> None:
    for code, day in met_through("H03").items():
        add_actual("BP1", code, day)
    assert send(vigencia, DAY) == 2
    assert told("enlace.salud") == ""
    assert told("enlace.deporte") != ""


def test_what_turns_red_only_by_the_cutoff_is_told_with_its_light_of_today(vigencia: Vigencia) -> None:
    planned = dict(PLANNED) | {"H02": date(2022, 4, 28)}  # 8 working days late on the day, 11 at the cut-off
    add_projects(vigencia.id, [NewProject("BP5", WORKS, name="Andén", planned=planned, actual=met_through("H01"))])
    send(vigencia, DAY)
    assert "Atrasado · Andén (BP5 · Infraestructura) – hoy: En alerta" in told("enlace.vias")
