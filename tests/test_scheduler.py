"""The scheduler on both engines, driven minute by minute with a written clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from pp_monitor import clock, scheduler
from pp_monitor.domain.account import Role
from pp_monitor.domain.errors import NotFoundError, SettingError
from pp_monitor.extensions import db
from pp_monitor.models.alert import Alert, AlertEvent
from pp_monitor.models.entity import Entity, Organism, Vigencia
from pp_monitor.models.job import JobRun, JobState
from pp_monitor.models.mail import OutboxMessage, OutboxRecipient
from pp_monitor.models.report import ClosedCutoff
from pp_monitor.scheduler import (
    CLOSE_MONTH,
    PURGE_HELD,
    PURGE_TRIES,
    REFRESH_ALERTS,
    REGISTER_PLANS,
    REMIND,
    Job,
    Period,
    Ticker,
    find_job,
    run_period,
)
from pp_monitor.services import session
from pp_monitor.services.account import NewUser, add_user, assign
from pp_monitor.services.audit import Actor
from pp_monitor.services.entity import find_organism
from pp_monitor.services.held_file import SentFile, hold_file
from pp_monitor.services.held_form import TypedForm, hold_form
from pp_monitor.services.job import RunKey, claim, last_beat, last_run
from pp_monitor.services.lease import Lease
from pp_monitor.services.transaction import writing
from tests.engines import SmtpServer
from tests.factories import PLANNED
from tests.factories_db import make_actor, make_user
from tests.portfolio_db import (
    NewProject,
    add_actual,
    add_projects,
    an_actor,
    met_through,
    open_vigencia_early,
    staff_every_organism,
)
from tests.services.outbox import listed, queue

BOGOTA = ZoneInfo("America/Bogota")
LATE = NewProject("BP1", actual=met_through("H02"))
APRIL_18 = date(2022, 4, 18)


def at(day: date, hour: int = 8, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), BOGOTA)


@dataclass(slots=True)
class Diary:
    """A job that only notes what it was asked; it fails as long as it is told to."""

    asked: list[tuple[str, date]] = field(default_factory=list)
    is_failing: bool = False

    def run(self, period: Period, _today: date, _actor: Actor) -> str:
        self.asked.append((period.code, period.cutoff))
        if self.is_failing:
            raise ValueError("sin disco")
        return f"Cerrado {period.cutoff}."

    def job(self) -> Job:
        return Job(
            name="close_month",
            label="Cierra el mes",
            at=time(7),
            due=scheduler.monthly_due,
            period_on=scheduler.monthly_on,
            next_day=scheduler.monthly_next,
            run=self.run,
        )


@pytest.fixture
def vigencia(mailing_app: Flask) -> Iterator[Vigencia]:
    """Vigencia 2022, recorded when it opened."""
    with mailing_app.app_context():
        yield open_vigencia_early([LATE])
        db.session.remove()


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def ticker(vigencia: Vigencia, diary: Diary) -> Iterator[Ticker]:
    ticker = Ticker(jobs=(diary.job(),))
    yield ticker
    ticker.lease.release()


def tick(ticker: Ticker, now_local: datetime) -> bool:
    """A tick at which the true clock says ``now_local`` too."""
    with time_machine.travel(now_local.astimezone(UTC), tick=False):
        return ticker.tick(now_local, now_local.date())


def test_the_first_report_of_2022_goes_out_on_18_april_with_cutoff_13(ticker: Ticker, diary: Diary) -> None:
    tick(ticker, at(date(2022, 4, 17), 23, 59))
    assert diary.asked == []
    tick(ticker, at(APRIL_18, 6, 59))
    assert diary.asked == []
    tick(ticker, at(APRIL_18, 7, 0))
    assert diary.asked == [("2022/2022-04", date(2022, 4, 13))]


def test_a_period_is_done_once_however_often_the_clock_ticks(ticker: Ticker, diary: Diary) -> None:
    for minute in range(5):
        tick(ticker, at(APRIL_18, 8, minute))
    assert len(diary.asked) == 1
    assert last_run("close_month").outcome == "Cerrado 2022-04-13."  # type: ignore[union-attr]


def test_after_months_down_every_report_is_made_up_in_order(ticker: Ticker, diary: Diary) -> None:
    tick(ticker, at(date(2022, 7, 20)))
    assert [cutoff for _code, cutoff in diary.asked] == [
        date(2022, 4, 13),
        date(2022, 5, 13),
        date(2022, 6, 17),
        date(2022, 7, 15),
    ]


def test_catching_up_never_goes_before_the_opening(mailing_app: Flask, ticker: Ticker, diary: Diary) -> None:
    vigencia = db.session.scalars(select(Vigencia)).one()
    vigencia.opened_on = date(2022, 6, 1)
    db.session.commit()

    tick(ticker, at(date(2022, 7, 20)))
    assert [code for code, _cutoff in diary.asked] == ["2022/2022-06", "2022/2022-07"]


def test_no_report_goes_out_after_the_follow_up_calendar(ticker: Ticker, diary: Diary) -> None:
    tick(ticker, at(date(2023, 3, 30)))
    assert [code for code, _cutoff in diary.asked][-1] == "2022/2022-12"
    assert len(diary.asked) == 9


def test_a_failed_run_is_told_and_tried_again_later(ticker: Ticker, diary: Diary) -> None:
    diary.is_failing = True
    tick(ticker, at(APRIL_18, 7, 0))
    run = last_run("close_month")
    assert run is not None
    assert (run.state, run.outcome) == (JobState.FAILED, "ValueError: sin disco")

    diary.is_failing = False
    tick(ticker, at(APRIL_18, 7, 0))
    assert len(diary.asked) == 1
    tick(ticker, at(APRIL_18, 7, 1))
    assert len(diary.asked) == 2
    run = last_run("close_month")
    assert run is not None
    assert (run.state, run.tries) == (JobState.DONE, 2)


def test_one_failing_period_does_not_stop_the_others_or_the_mail(
    ticker: Ticker, diary: Diary, vigencia: Vigencia, smtp_server: SmtpServer
) -> None:
    diary.is_failing = True
    queue(vigencia.entity_id, "k", ["ana@example.org"])
    tick(ticker, at(date(2022, 7, 20)))

    assert len(diary.asked) == 4
    assert len(smtp_server.received) == 1


def test_a_run_left_by_a_killed_process_is_done_again_at_once(ticker: Ticker, diary: Diary, vigencia: Vigencia) -> None:
    claim(RunKey(vigencia.entity_id, "close_month", "2022/2022-04"))

    tick(ticker, at(APRIL_18))
    assert [code for code, _cutoff in diary.asked] == ["2022/2022-04"]
    run = last_run("close_month")
    assert run is not None
    assert (run.state, run.tries) == (JobState.DONE, 2)


def test_two_schedulers_one_leads(ticker: Ticker, diary: Diary) -> None:
    second = Ticker(jobs=ticker.jobs)
    assert tick(ticker, at(APRIL_18, 7, 0))
    assert not tick(second, at(APRIL_18, 7, 1))
    ticker.lease.release()
    assert tick(second, at(APRIL_18, 7, 2))
    second.lease.release()
    assert len(diary.asked) == 1


def test_a_stopping_scheduler_begins_nothing_more(ticker: Ticker, diary: Diary) -> None:
    def run_and_stop(period: Period, today: date, actor: Actor) -> str:
        ticker.stop.set()
        return diary.run(period, today, actor)

    ticker.jobs = [replace(diary.job(), run=run_and_stop)]
    tick(ticker, at(date(2022, 7, 20)))
    assert len(diary.asked) == 1


def test_each_tick_leaves_a_sign_of_life(ticker: Ticker) -> None:
    tick(ticker, at(APRIL_18, 5, 30))
    assert last_beat("scheduler") == at(APRIL_18, 5, 30)
    assert last_beat("send_outbox") == at(APRIL_18, 5, 30)


def test_the_outbox_is_sent_at_every_tick(ticker: Ticker, vigencia: Vigencia, smtp_server: SmtpServer) -> None:
    tick(ticker, at(APRIL_18, 8, 0))
    queue(vigencia.entity_id, "k", ["ana@example.org"])
    tick(ticker, at(APRIL_18, 10, 1))
    tick(ticker, at(APRIL_18, 10, 2))
    assert len(smtp_server.received) == 1
    assert listed().next_try_at is None


def still_open() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Alert).where(Alert.closed_at.is_(None))).all())


def alerts() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Alert)).all())


def runs() -> Sequence[str]:
    return db.session.scalars(select(JobRun.period).order_by(JobRun.id)).all()


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


def test_in_a_demonstration_today_stands_still(ticker: Ticker, diary: Diary, vigencia: Vigencia) -> None:
    ticker.jobs = (REFRESH_ALERTS, diary.job())
    entity = db.session.scalars(select(Entity)).one()
    entity.demo_today = date(2022, 5, 20)
    db.session.commit()

    for hour in range(0, 72, 3):
        now = datetime(2026, 11, 22, 3, tzinfo=BOGOTA) + timedelta(hours=hour)
        with time_machine.travel(now.astimezone(UTC), tick=False):
            ticker.tick(now, clock.today())
    assert runs() == ["2022/2022-05-20", "2022/2022-04", "2022/2022-05"]
    assert len(diary.asked) == 2


def test_at_half_past_seven_in_cali_a_server_in_utc_still_says_today(
    ticker: Ticker, vigencia: Vigencia, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticker.jobs = (REFRESH_ALERTS,)
    monkeypatch.setenv("TZ", "UTC")
    with time_machine.travel(datetime(2022, 5, 14, 0, 30, tzinfo=UTC), tick=False):
        assert clock.today() == date(2022, 5, 13)
        ticker.tick(clock.utc_now().astimezone(clock.zone()), clock.today())
    assert runs() == ["2022/2022-05-13"]


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


def test_by_hand_a_done_period_runs_again_and_its_error_is_raised(vigencia: Vigencia, diary: Diary) -> None:
    period = scheduler.monthly_on(vigencia, date(2022, 5, 2))
    assert (period.day, period.cutoff) == (date(2022, 5, 16), date(2022, 5, 13))
    assert run_period(diary.job(), period, period.day, an_actor()) == "Cerrado 2022-05-13."
    assert run_period(diary.job(), period, period.day, an_actor()) is None
    assert run_period(diary.job(), period, period.day, an_actor(), again=True) == "Cerrado 2022-05-13."

    diary.is_failing = True
    with pytest.raises(ValueError, match="sin disco"):
        run_period(diary.job(), period, period.day, an_actor(), again=True)


def test_a_job_that_runs_elsewhere_is_not_run_twice(vigencia: Vigencia, diary: Diary) -> None:
    period = scheduler.monthly_on(vigencia, date(2022, 5, 2))
    with Lease("job-close_month") as lease:
        assert lease.hold()
        assert run_period(diary.job(), period, period.day, an_actor(), again=True) is None
    assert diary.asked == []


def test_alerts_are_not_taken_back_to_another_day(vigencia: Vigencia) -> None:
    period = REFRESH_ALERTS.period_on(vigencia, date(2022, 5, 2))
    with pytest.raises(NotFoundError, match="fecha de hoy"):
        run_period(REFRESH_ALERTS, period, date(2022, 5, 13), an_actor(), again=True)


def test_plans_whose_days_for_comments_are_over_are_registered_each_morning(vigencia: Vigencia) -> None:
    period = REGISTER_PLANS.period_on(vigencia, APRIL_18)
    assert run_period(REGISTER_PLANS, period, APRIL_18, an_actor()) == "No hay planes por registrar."
    with pytest.raises(NotFoundError, match="fecha de hoy"):
        run_period(REGISTER_PLANS, period, date(2022, 4, 19), an_actor(), again=True)


def test_a_month_outside_the_calendar_has_no_report(vigencia: Vigencia) -> None:
    with pytest.raises(NotFoundError, match="02/2022"):
        scheduler.monthly_on(vigencia, date(2022, 2, 2))


def test_an_unknown_job_names_those_that_exist() -> None:
    with pytest.raises(NotFoundError, match="refresh_alerts"):
        find_job("otra")


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2022, 1, 1), date(2022, 4, 18)),
        (date(2022, 4, 18), date(2022, 5, 16)),
        (date(2022, 12, 18), date(2022, 12, 19)),
        (date(2022, 12, 19), None),
    ],
)
def test_the_next_report_is_known(vigencia: Vigencia, today: date, expected: date | None) -> None:
    assert scheduler.monthly_next(vigencia, today) == expected


def test_a_fixed_date_is_refused_beside_real_data(vigencia: Vigencia, mailing_app: Flask) -> None:
    clock.check_fixed_date()
    mailing_app.config["SETTINGS"] = replace(mailing_app.config["SETTINGS"], today=APRIL_18)
    with pytest.raises(SettingError, match="PP_TODAY"):
        clock.check_fixed_date()

    vigencia.is_demo = True
    db.session.commit()
    clock.check_fixed_date()


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
