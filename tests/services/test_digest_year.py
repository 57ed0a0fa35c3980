"""Ten months of mails under a written clock: never on a day off, never empty, never twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Grant, Role
from pp_monitor.domain.errors import PpMonitorError
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.account import User
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.mail import OutboxMessage, OutboxRecipient
from pp_monitor.services import case, cutoff_warning, digest, milestone_reminder
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.case import CaseAt, Stepper
from pp_monitor.services.mail_forecast import foreseen_mails
from tests.factories import colombia
from tests.factories_db import make_actor, make_organism, make_user
from tests.portfolio_db import PLANNED, NewProject, add_actual, an_actor, open_vigencia_early
from tests.scheduling import BOGOTA

FIRST, LAST = date(2022, 3, 1), date(2022, 12, 31)
ORGANISMS = ("4145", "4151", "4162")
KINDS = (digest.KIND, cutoff_warning.KIND, milestone_reminder.KIND)
MESSAGE = tuple[str, datetime, str, str]


class Year:
    """A city whose people report, take, snooze and comment by chance, the same in each run."""

    def __init__(self, vigencia: Vigencia) -> None:
        self.vigencia_id, self.chance = vigencia.id, Random(2022)
        self.codes = [f"BP{number}" for number in range(9)]
        self.left = {code: list(PLANNED) for code in self.codes}
        self.people: dict[str, tuple[User, Grant]] = {}
        for role, code in [(Role.PLANEACION, ""), (Role.LECTURA, ""), (Role.CONTRATACION, "")] + [
            (role, code) for code in ORGANISMS for role in (Role.ENLACE, Role.ORDENADOR)
        ]:
            organism = make_organism(code) if code else None
            user = make_user(role, organism, email=f"{role.value}{code}@example.org")
            grant = Grant(role, FIRST, organism_id=organism.id if organism else None, organism_code=code)
            self.people[f"{role.value}{code}"] = (user, grant)

    def live(self, day: date) -> None:
        """What people do on a day before the jobs of the next one."""
        for code in self.codes:
            due = self.left[code]
            if due and PLANNED[due[0]] + timedelta(days=9) < day and self.chance.random() < 0.06:
                add_actual(code, due.pop(0), day - timedelta(days=1))
        waiting = list(db.session.execute(select(Alert.id, Alert.version).where(Alert.closed_at.is_(None))).tuples())
        if waiting and self.chance.random() < 0.4:
            self._step(CaseAt(*self.chance.choice(waiting)), day)

    def _step(self, at: CaseAt, day: date) -> None:
        name = self.chance.choice(list(self.people))
        user, grant = self.people[name]
        by, later = Stepper(make_actor(user), (grant,), day), day + timedelta(days=self.chance.randint(1, 20))
        steps = (
            lambda: case.comment(at.id, by, "¿Cómo va este proyecto?"),
            lambda: case.handle(at, by, owner_id=user.id, commitment_on=later),
            lambda: case.snooze(at, by, until=later, reason="Se espera un concepto"),
            lambda: case.dismiss(at, by, reason="No aplica a este proyecto"),
        )
        try:
            self.chance.choices(steps, (6, 3, 2, 1))[0]()
        except PpMonitorError:
            db.session.rollback()  # not theirs to do: nothing happened

    def jobs(self, day: date) -> None:
        """The mails of a day, each asked for twice."""
        vigencia = db.session.get_one(Vigencia, self.vigencia_id)
        refresh_alerts(vigencia.id, day, an_actor())
        for send in (
            digest.send_digests,
            cutoff_warning.send_cutoff_warnings,
            milestone_reminder.send_milestone_reminders,
        ):
            send(vigencia, day, an_actor(), render=render_mail)
            assert send(vigencia, day, an_actor(), render=render_mail) == 0


@pytest.fixture
def year(app: Flask) -> Iterator[Year]:
    with app.app_context():
        projects = [NewProject(f"BP{number}", ORGANISMS[number % 3], name=f"Obra {number}") for number in range(9)]
        projects.append(NewProject("BP9", "4162", name="Sin plan", planned=None))
        yield Year(open_vigencia_early(projects))
        db.session.remove()


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), BOGOTA).astimezone(UTC)


def live_through(year: Year, first: date, last: date, *, quietly: bool = False) -> None:
    day = first
    while day <= last:
        with time_machine.travel(at(day, 8), tick=False):
            year.jobs(day)
        if not quietly:
            with time_machine.travel(at(day, 15), tick=False):
                year.live(day)
        day += timedelta(days=1)


def mailed() -> list[MESSAGE]:
    """Kind, instant, address and text of each mail."""
    query = (
        select(OutboxMessage.kind, OutboxMessage.recorded_at, OutboxRecipient.address, OutboxMessage.body_text)
        .join(OutboxRecipient, OutboxRecipient.message_id == OutboxMessage.id)
        .where(OutboxMessage.kind.in_(KINDS))
        .order_by(OutboxMessage.id)
    )
    return list(db.session.execute(query).tuples())


def local_day(instant: datetime) -> date:
    return instant.astimezone(BOGOTA).date()


@pytest.mark.slow
def test_ten_months_of_mails_skip_days_off_say_something_and_say_it_once(year: Year) -> None:
    live_through(year, FIRST, LAST)
    mails, calendar = mailed(), colombia()
    counted = Counter(kind for kind, *_ in mails)
    assert all(counted[kind] > 20 for kind in KINDS)
    assert {local_day(when) for _, when, *_ in mails if not calendar.is_working(local_day(when))} == set()
    a_day = Counter((kind, local_day(when), address) for kind, when, address, _ in mails)
    assert set(a_day.values()) == {1}
    assert [text for kind, _, _, text in mails if kind == digest.KIND and "/alertas/" not in text] == []
    told = Counter(
        (address, fact)
        for kind, _, address, text in mails
        for fact in (facts_of_cases(text) if kind == digest.KIND else facts_of_dates(text, kind))
    )
    assert {fact: times for fact, times in told.items() if times > 1} == {}
    assert escalated_to_the_cabinet() == set(told_to_the_cabinet(mails))


def facts_of_cases(text: str) -> list[str]:
    """What a digest says that can happen to a case only once: its opening and each escalation."""
    found = []
    for block in re.split(r"\n\n", text):
        if number := re.search(r"/alertas/(\d+)$", block.strip(), re.MULTILINE):
            found += [
                f"{number[1]}: {line}" for line in re.findall(r"- (Se abrió\.|Le llegó por escalamiento\.)", block)
            ]
    return found


def facts_of_dates(text: str, kind: str) -> list[str]:
    """The milestones and days that a reminder names, or the cut-off of a warning."""
    if kind == cutoff_warning.KIND:
        return re.findall(r"El (\S+ \d+ de \S+ de \d+) se cierra", text)
    return [
        f"{code} {verb} {day} {project}"
        for code, verb, day, project in re.findall(r"- (\w\d\d) .*: (vence|venció) el (.*?)[:,].*\n  (.*)\n", text)
    ]


def escalated_to_the_cabinet() -> set[str]:
    """The cases that reached it."""
    rows = db.session.execute(
        select(AlertEvent.alert_id).where(AlertEvent.change == "escalated", AlertEvent.role == Role.LECTURA)
    )
    return {str(row.alert_id) for row in rows}


def told_to_the_cabinet(mails: list[MESSAGE]) -> Iterator[str]:
    for kind, _, address, text in mails:
        if kind == digest.KIND and address.startswith("lectura"):
            yield from re.findall(r"/alertas/(\d+)", text)


@pytest.mark.slow
def test_what_was_foreseen_for_seven_quiet_days_is_what_goes_out(year: Year) -> None:
    monday = date(2022, 6, 13)  # with the warning of the cut-off of the 17th, and a holiday on the 20th
    live_through(year, date(2022, 5, 2), monday - timedelta(days=1))
    before = len(mailed())
    with time_machine.travel(at(monday, 7), tick=False):
        vigencia = db.session.get_one(Vigencia, year.vigencia_id)
        foreseen = foreseen_mails(vigencia, monday, render_mail)
    live_through(year, monday, monday + timedelta(days=7), quietly=True)
    sent = {(kind, local_day(when), address) for kind, when, address, _ in mailed()[before:]}
    assert {kind for kind, *_ in sent} == set(KINDS)
    assert {(each.kind, each.day, *each.to) for each in foreseen if each.kind in KINDS} == sent
