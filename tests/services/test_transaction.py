"""Writers that wait for each other, instants that only go forward, and nothing half written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from pp_monitor.domain.errors import NotFoundError
from pp_monitor.extensions import db
from pp_monitor.models.entity import LocalDay, Organism, Vigencia
from pp_monitor.models.job import Heartbeat
from pp_monitor.services.entity import ORGANISMS, the_entity
from pp_monitor.services.transaction import insert_once, writing, writing_vigencia
from tests.portfolio_db import open_vigencia

WRITERS, TIMES = 6, 10


@pytest.fixture
def city(any_app: Flask) -> Iterator[Flask]:
    """An installation with one vigencia, once on each engine, in its context."""
    with any_app.app_context():
        open_vigencia()
        yield any_app
        db.session.remove()


def at_once(app: Flask, work: Callable[[], None]) -> list[BaseException]:
    """Let several writers begin together, each doing ``work`` some times; what they raised."""
    start, raised = threading.Barrier(WRITERS), []

    def run() -> None:
        with app.app_context():
            start.wait()
            try:
                for _ in range(TIMES):
                    work()
            except BaseException as error:  # noqa: BLE001 - given back to the test
                raised.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return raised


def name_next_organism() -> None:
    """Read a number, then write the next one: what a lost update would repeat."""
    with writing():
        newest = db.session.scalar(select(func.max(Organism.code)).where(Organism.code > "5000")) or "5000"
        db.session.add(Organism(entity_id=the_entity().id, code=str(int(newest) + 1)))


def test_simultaneous_writers_lose_nothing(city: Flask) -> None:
    assert at_once(city, name_next_organism) == []
    wanted = [str(5001 + number) for number in range(WRITERS * TIMES)]
    assert (
        db.session.scalars(select(Organism.code).where(Organism.code > "5000").order_by(Organism.code)).all() == wanted
    )


def test_simultaneous_facts_of_a_vigencia_get_instants_in_the_order_of_their_commits(city: Flask) -> None:
    vigencia_id = db.session.scalars(select(Vigencia.id)).one()

    def add_day() -> None:
        with writing_vigencia(vigencia_id) as now:
            row = LocalDay(
                entity_id=the_entity().id,
                day=now.date(),
                is_non_working=True,
                name="Día cívico",
                act="1",
                recorded_at=now,
            )
            db.session.add(row)

    assert at_once(city, add_day) == []
    instants = db.session.scalars(select(LocalDay.recorded_at).order_by(LocalDay.id)).all()
    assert len(set(instants)) == WRITERS * TIMES
    assert sorted(instants) == instants


def test_a_clock_that_steps_back_gives_no_earlier_instant(city: Flask) -> None:
    vigencia_id = db.session.scalars(select(Vigencia.id)).one()
    with writing_vigencia(vigencia_id) as first:
        pass
    with time_machine.travel(first - timedelta(hours=1), tick=False), writing_vigencia(vigencia_id) as second:
        pass
    assert second == first + timedelta(microseconds=1)
    with time_machine.travel(first + timedelta(hours=1), tick=False), writing_vigencia(vigencia_id) as third:
        pass
    assert third == first + timedelta(hours=1)


def test_the_instant_is_the_true_one_in_utc(city: Flask) -> None:
    with time_machine.travel(datetime(2022, 9, 21, 0, 30, tzinfo=UTC), tick=False), writing() as now:
        assert (now, now.tzinfo) == (datetime(2022, 9, 21, 0, 30, tzinfo=UTC), UTC)


@pytest.mark.parametrize("kind", ["general", "vigencia"])
def test_an_error_leaves_nothing_written(city: Flask, kind: str) -> None:
    vigencia = db.session.scalars(select(Vigencia)).one()
    before = vigencia.last_recorded_at

    def fail_half_way() -> None:
        with writing() if kind == "general" else writing_vigencia(vigencia.id):
            db.session.add(Organism(entity_id=the_entity().id, code="4199"))
            db.session.flush()
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail_half_way()
    assert len(db.session.scalars(select(Organism)).all()) == len(ORGANISMS)
    assert db.session.scalars(select(Vigencia.last_recorded_at)).one() == before


def test_what_was_read_before_is_read_again_inside(city: Flask) -> None:
    organism = db.session.scalars(select(Organism).where(Organism.code == "4145")).one()
    assert organism.code == "4145"
    with db.engine.begin() as other:
        other.execute(Organism.__table__.update().where(Organism.code == "4145").values(code="4199"))  # type: ignore[attr-defined]
    with writing():
        assert organism.code == "4199"


def test_an_unknown_vigencia_is_told(city: Flask) -> None:
    with pytest.raises(NotFoundError, match="no existe"), writing_vigencia(999):
        pass


def test_a_row_is_inserted_once_for_its_key(city: Flask) -> None:
    values = {"entity_id": the_entity().id, "process": "scheduler"}
    with writing() as now:
        first = insert_once(Heartbeat, beat_at=now, **values)
        second = insert_once(Heartbeat, beat_at=now, **values)
    assert (first is not None, second) == (True, None)
    assert db.session.scalars(select(Heartbeat.id)).all() == [first]


def test_simultaneous_inserts_of_one_key_leave_one_row(city: Flask) -> None:
    taken: list[int] = []

    def take() -> None:
        with writing() as now:
            row_id = insert_once(Heartbeat, entity_id=the_entity().id, process="scheduler", beat_at=now)
        if row_id is not None:
            taken.append(row_id)

    assert at_once(city, take) == []
    assert len(taken) == 1
