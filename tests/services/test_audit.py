"""The trail: each event chained to the one before, and any change found."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, text

from pp_monitor.extensions import db
from pp_monitor.models.audit import AuditEvent
from pp_monitor.services.audit import Actor, first_broken, record
from pp_monitor.services.entity import load_reference_data, the_entity
from pp_monitor.services.transaction import writing


@pytest.fixture
def entity_id(any_app: Flask) -> Iterator[int]:
    """The city of an installation whose trail has its first event, once on each engine."""
    with any_app.app_context():
        load_reference_data()
        yield the_entity().id
        db.session.remove()


def act(entity_id: int, action: str, **details: object) -> None:
    with writing() as now:
        record(Actor(entity_id, "Ana Ñáñez", address="203.0.113.9"), action, "project", "BP26000001", now, details)


def trail() -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)))


def test_events_are_numbered_and_chained(entity_id: int) -> None:
    act(entity_id, "register", before=None, after={"días": 3})
    act(entity_id, "replan")
    events = trail()
    assert [(event.sequence, event.action) for event in events] == [(1, "init"), (2, "register"), (3, "replan")]
    assert [event.previous_sha256 for event in events] == ["", events[0].sha256, events[1].sha256]
    assert events[1].details == {"before": None, "after": {"días": 3}}
    assert first_broken(entity_id) is None


def test_an_event_that_was_rolled_back_leaves_no_gap(entity_id: int) -> None:
    def fail_half_way() -> None:
        with writing() as now:
            record(Actor(entity_id, "Ana"), "register", "plan", "4145", now)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail_half_way()
    act(entity_id, "replan")
    assert [event.sequence for event in trail()] == [1, 2]
    assert first_broken(entity_id) is None


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_event SET actor = 'otra' WHERE sequence = 2",
        "UPDATE audit_event SET details = '{\"a\": 2}' WHERE sequence = 2",
        "UPDATE audit_event SET previous_sha256 = sha256 WHERE sequence = 2",
        "UPDATE audit_event SET recorded_at = '2022-01-01 00:00:00' WHERE sequence = 2",
        "UPDATE audit_event SET sha256 = 'x' WHERE sequence = 2",
    ],
)
def test_a_change_behind_the_program_is_found_at_its_event(entity_id: int, change: str) -> None:
    act(entity_id, "register", a=1)
    act(entity_id, "replan")
    forge(change)
    assert first_broken(entity_id) == 2


def test_a_deleted_event_is_found_at_the_next_one(entity_id: int) -> None:
    act(entity_id, "register")
    act(entity_id, "replan")
    forge("DELETE FROM audit_event WHERE sequence = 2")
    assert first_broken(entity_id) == 3


def forge(statement: str) -> None:
    """Change the trail as somebody with the database's password could."""
    place = " ON audit_event" if db.engine.dialect.name == "postgresql" else ""
    with db.engine.begin() as connection:
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER tr_audit_event_{verb}{place}"))
        connection.exec_driver_sql(statement)
    db.session.rollback()
    db.session.expire_all()


def test_simultaneous_writers_make_one_chain(any_app: Flask, entity_id: int) -> None:
    def write() -> None:
        with any_app.app_context():
            for _ in range(5):
                act(entity_id, "report")
            db.session.remove()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert [event.sequence for event in trail()] == list(range(1, 22))
    assert first_broken(entity_id) is None
