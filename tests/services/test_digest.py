"""The daily digest: to whom, of what, how often; through a real mail server and a killed process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.config import Settings
from pp_monitor.domain.account import Grant, Role
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.account import User
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.entity import Organism
from pp_monitor.models.mail import MailMark, OutboxMessage, OutboxRecipient
from pp_monitor.services import case
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.case import CaseAt, Stepper
from pp_monitor.services.delivery import send_due
from pp_monitor.services.digest import KIND, send_digests
from pp_monitor.services.entity import find_vigencia
from tests.engines import SmtpServer
from tests.factories_db import make_actor, make_organism, make_user
from tests.portfolio_db import NewProject, an_actor, met_through, open_vigencia
from tests.rows import count

FRIDAY, SATURDAY, MONDAY, TUESDAY = date(2022, 5, 13), date(2022, 5, 14), date(2022, 5, 16), date(2022, 5, 17)
HOLIDAY = date(2022, 5, 30)
HEALTH, WORKS = "4145", "4151"
WHY = "Se espera el concepto de Hacienda"


@dataclass(slots=True)
class City:
    """A late project of Health and one of Works, and who answers for them; the cases are those of ``FRIDAY``."""

    people: dict[str, User]

    def by(self, who: str, today: date = FRIDAY) -> Stepper:
        user = self.people[who]
        role, organism = ROLES[who]
        own = make_organism(organism) if organism else None
        grant = Grant(role, date(2022, 1, 1), organism_id=own.id if own else None, organism_code=organism)
        return Stepper(make_actor(user), (grant,), today)

    def at(self, organism: str = HEALTH) -> CaseAt:
        query = select(Alert.id, Alert.version).join(Organism, Organism.id == Alert.organism_id)
        row = db.session.execute(query.where(Organism.code == organism, Alert.project_id.is_not(None))).one()
        return CaseAt(row.id, row.version)

    def refresh(self, today: date) -> None:
        refresh_alerts(find_vigencia(2022).id, today, an_actor())

    def send(self, today: date) -> int:
        return send_digests(find_vigencia(2022), today, an_actor(), render=render_mail)


ROLES = {
    "enlace.salud": (Role.ENLACE, HEALTH),
    "despacho.salud": (Role.ORDENADOR, HEALTH),
    "enlace.vias": (Role.ENLACE, WORKS),
    "planeacion": (Role.PLANEACION, ""),
    "contratacion": (Role.CONTRATACION, ""),
    "gabinete": (Role.LECTURA, ""),
    "control": (Role.CONTROL, ""),
    "admin": (Role.ADMIN, ""),
}


def fill() -> City:
    late = [
        NewProject("BP1", HEALTH, name="Parque de Siloé", actual=met_through("H02")),
        NewProject("BP2", WORKS, name="Malla vial", actual=met_through("H02")),
    ]
    open_vigencia(late, staffed=True)
    people = {
        name: make_user(role, make_organism(code) if code else None, email=f"{name}@example.org", label=name)
        for name, (role, code) in ROLES.items()
    }
    made = City(people)
    made.refresh(FRIDAY)
    return made


@pytest.fixture
def city(mailing_app: Flask) -> Iterator[City]:
    with mailing_app.app_context():
        yield fill()
        db.session.remove()


def mailed() -> list[str]:
    """Whom of those with a name the digests went to so far, in alphabetical order."""
    rows = db.session.scalars(
        select(OutboxRecipient.address)
        .join(OutboxMessage, OutboxMessage.id == OutboxRecipient.message_id)
        .where(OutboxMessage.kind == KIND)
        .order_by(OutboxRecipient.address)
    )
    names = [address.partition("@")[0] for address in rows]
    return [name for name in names if name in ROLES]


def newest(who: str) -> str:
    """The text of the newest digest of a person."""
    rows = db.session.scalars(
        select(OutboxMessage.body_text)
        .join(OutboxRecipient, OutboxRecipient.message_id == OutboxMessage.id)
        .where(OutboxRecipient.address == f"{who}@example.org", OutboxMessage.kind == KIND)
        .order_by(OutboxMessage.id)
    )
    return list(rows)[-1]


def test_a_new_case_is_told_once_to_the_people_of_its_organism(city: City, smtp_server: SmtpServer) -> None:
    city.send(FRIDAY)
    assert mailed() == ["enlace.salud", "enlace.vias"]
    text = newest("enlace.salud")
    assert "1 caso con novedad. Es su primer resumen: trae todo lo que hoy le pide algo." in text
    assert "Es el único caso abierto de su organismo. Ver la lista: http://127.0.0.1:8000/alertas\n" in text
    assert "Leve · Parque de Siloé (BP1 · Salud Pública)\n- Se abrió.\n- «Proceso publicado» era para el 06/05" in text
    assert f"http://127.0.0.1:8000/alertas/{city.at().id}" in text
    assert "Malla vial" not in text
    assert city.send(FRIDAY) == city.send(MONDAY) == 0
    db.session.rollback()
    send_due()
    subjects = {str(mail.message["Subject"]) for mail in smtp_server.received}
    assert subjects == {"Presupuesto participativo 2022: 1 caso con novedad"}
    to = {address for mail in smtp_server.received for address in mail.recipients}
    assert {"enlace.salud@example.org", "enlace.vias@example.org"} <= to
    parts = [part.get_content_type() for part in smtp_server.received[0].message.walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize("day", [SATURDAY, HOLIDAY, date(2022, 12, 25)])
def test_no_digest_goes_out_on_a_day_off_and_the_next_working_day_tells_it(city: City, day: date) -> None:
    assert city.send(day) == 0
    assert mailed() == []
    city.send(TUESDAY)
    assert mailed() == ["enlace.salud", "enlace.vias"]


def test_each_step_of_the_escalation_tells_its_role_and_nobody_else_again(city: City) -> None:
    with_steps: dict[str, list[str]] = {}
    day = FRIDAY
    while day < date(2022, 7, 29):
        before = mailed()
        city.refresh(day)
        city.send(day)
        for name in ("planeacion", "gabinete", "contratacion", "control", "admin"):
            if mailed().count(name) > before.count(name):
                with_steps.setdefault(name, []).append(newest(name))
        day = date.fromordinal(day.toordinal() + 1)
    assert sorted(with_steps) == ["gabinete", "planeacion"]
    assert "\n- Le llegó por escalamiento.\n" in with_steps["planeacion"][0]
    assert len(with_steps["gabinete"]) == 1
    decision = with_steps["gabinete"][0]
    assert "2 casos críticos llegaron al gabinete." in decision
    assert "Se pide una decisión" in decision
    assert "Son todos los casos abiertos de la lista del gabinete." in decision
    assert "http://127.0.0.1:8000/alertas?escalado=lectura\n" in decision


def test_an_observation_asks_the_organism_for_an_answer_and_the_answer_comes_back(city: City) -> None:
    city.send(FRIDAY)
    case.comment(city.at().id, city.by("planeacion"), "Falta el acta de inicio.")
    assert city.send(MONDAY) == 2 + 1  # the staffed enlace of the organism is one of them
    assert "Tiene una observación sin responder: «Falta el acta de inicio»." in newest("enlace.salud")
    assert mailed().count("planeacion") == mailed().count("enlace.vias") - 1 == 0
    (said,) = db.session.scalars(select(AlertEvent.id).where(AlertEvent.change == "commented"))
    case.answer(city.at().id, city.by("enlace.salud"), said, "Se firma el martes.")
    city.send(TUESDAY)
    assert "Le respondieron una observación: «Se firma el martes»." in newest("planeacion")
    assert mailed().count("enlace.salud") == 2


def test_an_observation_that_was_answered_the_same_day_asks_nothing(city: City) -> None:
    city.send(FRIDAY)
    case.comment(city.at().id, city.by("planeacion"), "Falta el acta de inicio.")
    (said,) = db.session.scalars(select(AlertEvent.id).where(AlertEvent.change == "commented"))
    case.answer(city.at().id, city.by("enlace.salud"), said, "Ya está.")
    city.send(MONDAY)
    assert (mailed().count("enlace.salud"), mailed().count("despacho.salud")) == (1, 0)
    assert mailed().count("planeacion") == 1


def test_what_the_organism_observes_asks_planning(city: City) -> None:
    city.send(FRIDAY)
    case.comment(city.at().id, city.by("enlace.salud"), "El contratista desistió.")
    city.send(MONDAY)
    assert "Tiene una observación sin responder: «El contratista desistió»." in newest("planeacion")
    assert mailed().count("despacho.salud") == 0


def test_an_owner_is_told_of_a_case_that_somebody_gave_them_and_when_its_date_is_over(city: City) -> None:
    city.send(FRIDAY)
    owner = city.people["despacho.salud"]
    case.handle(city.at(), city.by("planeacion"), owner_id=owner.id, commitment_on=MONDAY)
    city.send(MONDAY)
    assert "Quedó a su cargo, con compromiso para el 16/05/2022." in newest("despacho.salud")
    assert mailed().count("enlace.salud") == 1
    city.send(TUESDAY)
    assert "Su fecha de compromiso, 16/05/2022, ya pasó." in newest("despacho.salud")
    assert "Su fecha de compromiso, 16/05/2022, ya pasó." in newest("enlace.salud")
    assert city.send(date(2022, 5, 18)) == 0


def test_who_takes_a_case_is_not_told_of_it(city: City) -> None:
    city.send(FRIDAY)
    own = city.people["enlace.salud"]
    case.handle(city.at(), city.by("enlace.salud"), owner_id=own.id, commitment_on=date(2022, 6, 1))
    assert city.send(MONDAY) == 0


def test_a_case_that_rests_asks_nothing_until_it_wakes(city: City) -> None:
    case.snooze(city.at(), city.by("planeacion"), until=TUESDAY, reason=WHY)
    city.send(FRIDAY)
    assert mailed() == ["enlace.vias"]
    city.refresh(TUESDAY)
    city.send(TUESDAY)
    assert "Se abrió." in newest("enlace.salud")
    case.snooze(city.at(), city.by("planeacion", TUESDAY), until=date(2022, 5, 19), reason=WHY)
    city.refresh(date(2022, 5, 19))
    city.send(date(2022, 5, 19))
    assert "Despertó: estaba pospuesto." in newest("enlace.salud")


def test_who_begins_is_told_of_everything_that_waits(city: City) -> None:
    city.send(FRIDAY)
    make_user(Role.ENLACE, make_organism(HEALTH), email="nueva@example.org", valid_from=TUESDAY)
    assert city.send(MONDAY) == 0
    assert city.send(TUESDAY) == 1
    assert "Se abrió." in newest("nueva")


CHILD = """
import os, signal, sys
from pathlib import Path
from datetime import date
from pp_monitor import create_app, job_table, scheduler
from pp_monitor.config import Settings
from pp_monitor.services import planned_mail
from pp_monitor.services.entity import find_vigencia

app = create_app(Settings(instance_dir=Path(sys.argv[1]), database_url=sys.argv[2], smtp_url=sys.argv[3]))
day, deadly = date.fromisoformat(sys.argv[4]), int(sys.argv[5])
true_queue, queued = planned_mail.queue_message, []
def killing_queue(**values):
    queued.append(values)
    if len(queued) == deadly:
        os.kill(os.getpid(), signal.SIGKILL)
    return true_queue(**values)
planned_mail.queue_message = killing_queue
with app.app_context():
    vigencia = find_vigencia(2022)
    job = job_table.SEND_DIGESTS
    print(scheduler.run_period(job, job.period_on(vigencia, day), day, scheduler.scheduler_actor(vigencia.entity_id)))
"""


def run_job(settings: Settings, day: date, deadly: int = 0) -> subprocess.CompletedProcess[str]:
    words = [str(settings.instance_dir), settings.database_url, settings.smtp_url, day.isoformat(), str(deadly)]
    command = [sys.executable, "-c", CHILD, *words]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, env=os.environ | {"TZ": "UTC"}, timeout=120
    )


@pytest.mark.slow
def test_a_process_killed_in_the_middle_of_the_digests_leaves_nobody_without_and_nobody_with_two(
    city: City, mailing_app: Flask, smtp_server: SmtpServer
) -> None:
    settings: Settings = mailing_app.config["SETTINGS"]
    db.session.rollback()
    assert run_job(settings, MONDAY, deadly=2).returncode == -signal.SIGKILL
    db.session.rollback()
    assert run_job(settings, MONDAY).returncode == 0
    again = run_job(settings, MONDAY)
    assert again.stdout.strip() == "None", again.stderr
    db.session.rollback()
    assert mailed() == ["enlace.salud", "enlace.vias"]
    assert count(MailMark) == count(OutboxMessage)
    db.session.rollback()
    send_due()
    got = [address for mail in smtp_server.received for address in mail.recipients]
    assert len(got) == len(set(got)) == count(OutboxMessage)
