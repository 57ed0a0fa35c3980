"""The ledger of jobs on both engines: no period twice, none lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from pp_monitor.extensions import db
from pp_monitor.models.job import Heartbeat, JobRun, JobState
from pp_monitor.services.job import (
    BACK_OFF,
    ListedRun,
    RunKey,
    beat,
    claim,
    fail,
    finish,
    last_beat,
    last_run,
    settled_periods,
)
from tests.services.outbox import a_city

START = datetime(2022, 4, 18, 12, 0, tzinfo=UTC)


@pytest.fixture
def key(any_app: Flask) -> Iterator[RunKey]:
    with any_app.app_context():
        yield RunKey(a_city(), "close_month", "2022/2022-04")
        db.session.remove()


@pytest.fixture
def true_clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as coordinates:
        yield coordinates


def the_run() -> ListedRun:
    db.session.rollback()
    run = last_run("close_month")
    assert run is not None
    return run


def test_a_done_period_is_not_let_in_again(key: RunKey, true_clock: time_machine.Traveller) -> None:
    assert claim(key)
    finish(key, "Informe n.º 1 enviado.")

    assert not claim(key)
    assert settled_periods(key.entity_id, key.job, START) == {key.period}
    run = the_run()
    assert (run.state, run.tries, run.outcome) == (JobState.DONE, 1, "Informe n.º 1 enviado.")
    assert run.started_at == run.finished_at == START


def test_each_job_and_period_has_its_own_line(key: RunKey) -> None:
    others = [RunKey(key.entity_id, "close_month", "2022/2022-05"), RunKey(key.entity_id, "refresh_alerts", key.period)]
    assert [claim(each) for each in (key, *others)] == [True, True, True]


def test_a_run_left_by_a_dead_process_is_taken_over(key: RunKey) -> None:
    assert claim(key)

    assert settled_periods(key.entity_id, key.job, START) == frozenset()
    assert claim(key)
    assert (the_run().state, the_run().tries) == (JobState.RUNNING, 2)


def test_a_failed_run_waits_longer_each_time(key: RunKey, true_clock: time_machine.Traveller) -> None:
    for wait in (*BACK_OFF, BACK_OFF[-1]):
        assert claim(key)
        fail(key, "ValueError: algo")
        true_clock.shift(wait - timedelta(seconds=1))
        assert not claim(key)
        assert settled_periods(key.entity_id, key.job, datetime.now(UTC)) == {key.period}
        true_clock.shift(timedelta(seconds=1))
        assert settled_periods(key.entity_id, key.job, datetime.now(UTC)) == frozenset()
    assert (the_run().state, the_run().tries, the_run().outcome) == (JobState.FAILED, 6, "ValueError: algo")


@pytest.mark.parametrize("end", [finish, fail])
def test_by_hand_any_period_runs_again(key: RunKey, end: Callable[[RunKey, str], None]) -> None:
    assert claim(key)
    end(key, "algo")

    assert claim(key, again=True)
    assert (the_run().state, the_run().outcome, the_run().finished_at) == (JobState.RUNNING, "", None)


def test_of_many_claims_at_once_the_ledger_writes_one_line(key: RunKey, any_app: Flask) -> None:
    def work() -> bool:
        with any_app.app_context():
            if is_ours := claim(key):
                finish(key, "hecho")
            return is_ours

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: work(), range(8)))

    assert db.session.scalar(select(func.count(JobRun.id))) == 1
    assert the_run().state is JobState.DONE


def test_a_job_that_never_ran_has_no_last_run(key: RunKey) -> None:
    assert last_run("close_month") is None


def test_the_sign_of_life_is_one_row_that_moves(key: RunKey, true_clock: time_machine.Traveller) -> None:
    assert last_beat("scheduler") is None
    beat(key.entity_id, "scheduler")
    true_clock.shift(timedelta(minutes=1))
    beat(key.entity_id, "scheduler")

    assert last_beat("scheduler") == START + timedelta(minutes=1)
    assert db.session.scalar(select(func.count(Heartbeat.id))) == 1
