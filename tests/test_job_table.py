"""What each job of the scheduler does on its day, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from pp_monitor.domain.account import Role
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.extensions import db
from pp_monitor.job_table import (
    CLOSE_MONTH,
    PURGE_HELD,
    PURGE_TRIES,
    REFRESH_ALERTS,
    REGISTER_PLANS,
    REMIND,
    REMIND_MILESTONES,
    ROLE_ENDS,
    SEND_DIGESTS,
    WARN_CUTOFF,
)
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.mail import OutboxMessage, OutboxRecipient
from pp_monitor.models.report import ClosedCutoff
from pp_monitor.scheduler import Ticker, run_period
from pp_monitor.services import session
from pp_monitor.services.account import NewUser, add_user, assign
from pp_monitor.services.case_read import REFRESH_JOB
from pp_monitor.services.entity import find_organism
from pp_monitor.services.held_file import SentFile, hold_file
from pp_monitor.services.held_form import TypedForm, hold_form
from pp_monitor.services.job import last_run
from pp_monitor.services.transaction import writing
from tests.engines import SmtpServer
from tests.factories import PLANNED
from tests.factories_db import make_actor, make_user
from tests.portfolio_db import NewProject, add_actual, add_projects, an_actor, met_through, staff_every_organism
from tests.scheduling import APRIL_18, at, early_vigencia, runs, tick


@pytest.fixture
def vigencia(mailing_app: Flask) -> Iterator[Vigencia]:
    with early_vigencia(mailing_app) as vigencia:
        yield vigencia


@pytest.fixture
def ticker(vigencia: Vigencia) -> Iterator[Ticker]:
    """A scheduler to which each test gives its job."""
    ticker = Ticker(jobs=())
    yield ticker
    ticker.lease.release()


def still_open() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Alert).where(Alert.closed_at.is_(None))).all())


def alerts() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Alert)).all())


def test_alerts_are_refreshed_once_a_day_from_six_on(ticker: Ticker, vigencia: Vigencia) -> None:
    staff_every_organism()
    ticker.jobs = (REFRESH_ALERTS,)
    tick(ticker, at(date(2022, 5, 13), 5, 59))
    assert (alerts(), runs()) == (0, [])
    tick(ticker, at(date(2022, 5, 13), 6, 0))
    tick(ticker, at(date(2022, 5, 13), 6, 1))
    assert (alerts(), runs()) == (1, ["2022/2022-05-13"])
    tick(ticker, at(date(2022, 5, 16), 6, 0))
    assert runs() == ["2022/2022-05-13", "2022/2022-05-16"]


def test_a_matter_that_is_settled_by_day_closes_within_a_minute(ticker: Ticker, vigencia: Vigencia) -> None:
    staff_every_organism()
    ticker.jobs = (REFRESH_ALERTS,)
    day = date(2022, 5, 13)
    tick(ticker, at(day, 6, 0))
    for code in PLANNED:
        if PLANNED[code] <= day and code not in met_through("H02"):
            add_actual("BP1", code, day)
    assert still_open() == 1
    tick(ticker, at(day, 10, 31))
    assert still_open() == 0
    # Nothing new was recorded: nothing is written either.
    events = db.session.scalar(select(func.count(AlertEvent.id)))
    tick(ticker, at(day, 10, 32))
    assert db.session.scalar(select(func.count(AlertEvent.id))) == events
    assert runs() == ["2022/2022-05-13"]


def test_alerts_rest_before_the_opening_and_go_on_after_the_last_report(ticker: Ticker, vigencia: Vigencia) -> None:
    ticker.jobs = (REFRESH_ALERTS,)
    tick(ticker, at(vigencia.opened_on - timedelta(days=1)))
    assert runs() == []
    tick(ticker, at(date(2023, 1, 2)))
    assert runs() == ["2022/2023-01-02"]


def test_tries_to_enter_that_no_longer_count_are_forgotten_each_day(ticker: Ticker, vigencia: Vigencia) -> None:
    ticker.jobs = (PURGE_TRIES,)
    for hour in (2, 4):
        with time_machine.travel(at(APRIL_18, hour, 30).astimezone(UTC), tick=False):
            session.take_try("ana@example.org", "192.0.2.7")
    tick(ticker, at(APRIL_18, 4, 59))
    assert runs() == []
    tick(ticker, at(APRIL_18, 5, 0))
    tick(ticker, at(APRIL_18, 6, 0))
    run = last_run("purge_tries")
    assert run is not None
    assert (run.period, run.outcome) == ("2022/2022-04-18", "Intentos de ingreso borrados: 1.")


def test_refused_files_are_forgotten_once_their_time_is_over(ticker: Ticker, vigencia: Vigencia) -> None:
    ticker.jobs = (PURGE_HELD,)
    organism = db.session.scalars(select(Organism).order_by(Organism.id)).first()
    assert organism is not None
    for days in (30, 31):
        file = SentFile("plan.csv", f"{days}".encode(), 1)
        hold_file(vigencia, organism, file, an_actor(), APRIL_18 - timedelta(days=days))
    for days in (2, 3):
        hold_form(make_actor(make_user(Role.PLANEACION)), TypedForm("/x", ()), APRIL_18 - timedelta(days=days))
    tick(ticker, at(APRIL_18, 6, 0))
    run = last_run("purge_held")
    assert run is not None
    assert (run.period, run.outcome) == (
        "2022/2022-04-18",
        "Archivos subidos borrados: 1; adjuntos sin enviar: 0; formularios sin enviar: 1.",
    )


def test_on_the_third_monday_the_month_is_closed_and_mailed_once(
    ticker: Ticker, vigencia: Vigencia, smtp_server: SmtpServer
) -> None:
    with time_machine.travel(datetime(2022, 1, 3, 15, tzinfo=UTC), tick=False):
        add_user(an_actor(), NewUser("planeacion@example.org", "Planeación", Role.PLANEACION), vigencia.opened_on)
    ticker.jobs = (CLOSE_MONTH,)
    for minute in (0, 1, 2):
        tick(ticker, at(APRIL_18, 7, minute))

    cutoff = db.session.scalars(select(ClosedCutoff)).one()
    assert (cutoff.cutoff_on, cutoff.issued_on, cutoff.number) == (date(2022, 4, 13), APRIL_18, 1)
    [mail] = smtp_server.received
    assert "planeacion@example.org" in mail.recipients
    assert [part.get_filename() for part in mail.message.iter_attachments()]
    run = last_run("close_month")
    assert run is not None
    assert run.outcome.startswith("Informe n.º 1, corte 13/04/2022: ")


def test_a_month_missed_is_closed_late_with_its_own_cutoff(ticker: Ticker, vigencia: Vigencia) -> None:
    ticker.jobs = (CLOSE_MONTH,)
    tick(ticker, at(date(2022, 5, 3)))

    cutoff = db.session.scalars(select(ClosedCutoff)).one()
    assert (cutoff.cutoff_on, cutoff.issued_on) == (date(2022, 4, 13), date(2022, 5, 3))


def test_alerts_are_not_taken_back_to_another_day(vigencia: Vigencia) -> None:
    period = REFRESH_ALERTS.period_on(vigencia, date(2022, 5, 2))
    with pytest.raises(NotFoundError, match="fecha de hoy"):
        run_period(REFRESH_ALERTS, period, date(2022, 5, 13), an_actor(), again=True)


def test_plans_whose_days_for_comments_are_over_are_registered_each_morning(vigencia: Vigencia) -> None:
    period = REGISTER_PLANS.period_on(vigencia, APRIL_18)
    assert run_period(REGISTER_PLANS, period, APRIL_18, an_actor()) == "No hay planes por registrar."
    with pytest.raises(NotFoundError, match="fecha de hoy"):
        run_period(REGISTER_PLANS, period, date(2022, 4, 19), an_actor(), again=True)


def _owe(vigencia: Vigencia, *organisms: str) -> None:
    """A project without plan in each of these organisms, from the start of the year."""
    with time_machine.travel(datetime(2022, 1, 2, 15, tzinfo=UTC), tick=False):
        projects = [NewProject(f"BP-{code}", code, planned=None) for code in organisms]
        add_projects(vigencia.id, projects)


def test_who_owes_is_reminded_on_six_working_days_in_one_digest_and_nobody_else(
    ticker: Ticker, vigencia: Vigencia
) -> None:
    _owe(vigencia, "4151", "4162")
    both = make_user(Role.ENLACE, find_organism("4151"), email="dos@example.org")
    with writing() as now:
        assign(an_actor(), both, Role.ENLACE, find_organism("4162").id, now, valid_from=date(2022, 1, 1))
    make_user(Role.ORDENADOR, find_organism("4151"), email="despacho@example.org")
    make_user(Role.ENLACE, find_organism("4145"), email="al.dia@example.org")
    ticker.jobs = (REMIND,)
    sent = []
    for offset in range(56):
        day = date(2022, 4, 1) + timedelta(days=offset)
        for hour in (7, 8, 15):
            tick(ticker, at(day, hour))
        new = db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()[len(sent) :]
        sent += [(day, message) for message in new]
    # The deadline is Friday 22 April; 14 and 15 April are holidays.
    days = [(4, 6), (4, 13), (4, 21), (4, 25), (4, 29), (5, 6)]
    assert [day for day, _ in sent] == [date(2022, month, day) for month, day in days]
    assert db.session.scalars(select(OutboxRecipient.address).distinct()).all() == ["dos@example.org"]
    for _, message in sent:
        assert message.body_text.count("1 proyecto sin plan registrado") == 2


def test_a_reminder_that_a_stopped_machine_missed_goes_out_on_no_day_off(ticker: Ticker, vigencia: Vigencia) -> None:
    _owe(vigencia, "4151")
    make_user(Role.ENLACE, find_organism("4151"), email="uno@example.org")
    ticker.jobs = (REMIND,)
    for day in (14, 15, 16, 17):
        tick(ticker, at(date(2022, 4, day)))
    assert db.session.scalars(select(OutboxMessage)).all() == []
    tick(ticker, at(APRIL_18))
    assert "faltan 4 días hábiles" in db.session.scalars(select(OutboxMessage)).one().body_text


def test_the_digests_of_a_working_day_are_queued_at_half_past_seven(ticker: Ticker, vigencia: Vigencia) -> None:
    make_user(Role.ENLACE, find_organism("4145"), email="enlace@example.org")
    ticker.jobs = (REFRESH_ALERTS, SEND_DIGESTS)
    saturday, monday = date(2022, 5, 14), date(2022, 5, 16)
    tick(ticker, at(saturday, 12, 0))
    tick(ticker, at(monday, 7, 29))
    assert mailed() == []
    tick(ticker, at(monday, 7, 30))
    tick(ticker, at(monday, 7, 31))
    assert mailed() == ["enlace@example.org"]
    run = last_run("send_digests")
    assert run is not None
    assert (run.period, run.outcome) == ("2022/2022-05-16", "Resúmenes de casos: 1 persona.")


def mailed() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(OutboxRecipient.address)))


def test_warnings_and_reminders_have_their_hour_and_go_out_once(ticker: Ticker, vigencia: Vigencia) -> None:
    make_user(Role.ENLACE, find_organism("4145"), email="enlace@example.org")
    ticker.jobs = (WARN_CUTOFF, REMIND_MILESTONES)
    day = date(2022, 6, 14)  # three working days before the cut-off of 17/06; H06 of 10/06 is late since the 13th
    for hour, minute, mails in ((7, 39, 0), (7, 40, 1), (7, 49, 1), (7, 50, 2), (8, 30, 2)):
        tick(ticker, at(day, hour, minute))
        assert len(mailed()) == mails
    assert [run.outcome for name in ("warn_cutoff", "remind_milestones") if (run := last_run(name))] == [
        "Preavisos de corte: 1 persona.",
        "Recordatorios de hitos: 1 persona.",
    ]


def test_no_job_that_writes_mails_is_due_on_a_day_off(vigencia: Vigencia) -> None:
    saturday, holiday, monday = date(2022, 5, 14), date(2022, 5, 30), date(2022, 5, 16)
    writers = (REGISTER_PLANS, ROLE_ENDS, SEND_DIGESTS, WARN_CUTOFF, REMIND_MILESTONES, REMIND)
    for job in writers:
        assert [len(job.due(vigencia, day)) for day in (saturday, holiday, monday)] == [0, 0, 1]
        assert job.next_day(vigencia, saturday) == monday
    assert len(REFRESH_ALERTS.due(vigencia, saturday)) == 1


def test_the_page_of_a_case_asks_for_the_job_that_reviews_them() -> None:
    assert REFRESH_ALERTS.name == REFRESH_JOB
