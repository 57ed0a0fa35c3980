"""When the scheduler runs a job and for which period, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from pp_monitor import clock, job_table
from pp_monitor.domain.errors import NotFoundError, SettingError
from pp_monitor.extensions import db
from pp_monitor.job_table import REFRESH_ALERTS, Period, find_job
from pp_monitor.models.entity import Entity, Vigencia
from pp_monitor.models.job import JobState
from pp_monitor.scheduler import Ticker, run_period
from pp_monitor.services.audit import Actor
from pp_monitor.services.job import RunKey, claim, last_beat, last_run
from pp_monitor.services.lease import Lease
from tests.engines import SmtpServer
from tests.portfolio_db import an_actor
from tests.scheduling import APRIL_18, BOGOTA, Diary, at, early_vigencia, runs, tick
from tests.services.outbox import listed, queue


@pytest.fixture
def vigencia(mailing_app: Flask) -> Iterator[Vigencia]:
    with early_vigencia(mailing_app) as vigencia:
        yield vigencia


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def ticker(vigencia: Vigencia, diary: Diary) -> Iterator[Ticker]:
    ticker = Ticker(jobs=(diary.job(),))
    yield ticker
    ticker.lease.release()


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


def test_by_hand_a_done_period_runs_again_and_its_error_is_raised(vigencia: Vigencia, diary: Diary) -> None:
    period = job_table.monthly_on(vigencia, date(2022, 5, 2))
    assert (period.day, period.cutoff) == (date(2022, 5, 16), date(2022, 5, 13))
    assert run_period(diary.job(), period, period.day, an_actor()) == "Cerrado 2022-05-13."
    assert run_period(diary.job(), period, period.day, an_actor()) is None
    assert run_period(diary.job(), period, period.day, an_actor(), again=True) == "Cerrado 2022-05-13."

    diary.is_failing = True
    with pytest.raises(ValueError, match="sin disco"):
        run_period(diary.job(), period, period.day, an_actor(), again=True)


def test_a_job_that_runs_elsewhere_is_not_run_twice(vigencia: Vigencia, diary: Diary) -> None:
    period = job_table.monthly_on(vigencia, date(2022, 5, 2))
    with Lease("job-close_month") as lease:
        assert lease.hold()
        assert run_period(diary.job(), period, period.day, an_actor(), again=True) is None
    assert diary.asked == []


def test_a_month_outside_the_calendar_has_no_report(vigencia: Vigencia) -> None:
    with pytest.raises(NotFoundError, match="02/2022"):
        job_table.monthly_on(vigencia, date(2022, 2, 2))


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
    assert job_table.monthly_next(vigencia, today) == expected


def test_a_fixed_date_is_refused_beside_real_data(vigencia: Vigencia, mailing_app: Flask) -> None:
    clock.check_fixed_date()
    mailing_app.config["SETTINGS"] = replace(mailing_app.config["SETTINGS"], today=APRIL_18)
    with pytest.raises(SettingError, match="PP_TODAY"):
        clock.check_fixed_date()

    vigencia.is_demo = True
    db.session.commit()
    clock.check_fixed_date()
