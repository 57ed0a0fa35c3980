"""Each thing that can go wrong with an installation is seen, and said with what to do."""

from __future__ import annotations

import shutil
from collections import namedtuple
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text, update

from pp_monitor.extensions import db
from pp_monitor.models.entity import Entity
from pp_monitor.models.job import Heartbeat
from pp_monitor.models.mail import DeliveryState, OutboxMessage, OutboxRecipient
from pp_monitor.services import health
from pp_monitor.services.entity import load_reference_data, the_entity
from pp_monitor.services.health import Check, CheckName, check_system

NOW = datetime(2022, 9, 20, 15, 0, tzinfo=UTC)
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def healthy(migrated_url: str, make_app: Callable[..., Flask]) -> Iterator[Flask]:
    """An installation with nothing wrong, once on each engine, in its context."""
    app = make_app(migrated_url, secret_key=KEY)
    with app.app_context():
        load_reference_data()
        db.session.add(Heartbeat(entity_id=the_entity().id, process="scheduler", beat_at=NOW - timedelta(seconds=40)))
        db.session.commit()
        yield app
        db.session.remove()


def seen(name: CheckName, now: datetime = NOW, **options: Any) -> Check:
    return next(check for check in check_system(now, **options) if check.name == name)


def test_a_healthy_installation_has_nothing_to_mend(healthy: Flask) -> None:
    checks = check_system(NOW)
    assert [check.name for check in checks] == list(CheckName)
    assert [check for check in checks if not check.is_ok] == []


def test_a_database_without_tables_asks_for_init(database_url: str, make_app: Callable[..., Flask]) -> None:
    with make_app(database_url).app_context():
        schema = seen(CheckName.SCHEMA)
    assert not schema.is_ok
    assert "pp-monitor init" in schema.text


def test_a_schema_behind_is_told(healthy: Flask) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '000'"))
    db.session.commit()
    schema = seen(CheckName.SCHEMA)
    assert (schema.is_ok, schema.text.startswith("Está en 000 y se necesita ")) == (False, True)


def test_a_database_that_does_not_answer_is_told(tmp_path: Path, make_app: Callable[..., Flask]) -> None:
    with make_app(f"sqlite:///{tmp_path / 'no-hay' / 'base.sqlite3'}").app_context():
        assert seen(CheckName.SCHEMA) == Check(CheckName.SCHEMA, False, "La base de datos no responde.")


def test_a_reference_that_leads_nowhere_is_counted(healthy: Flask) -> None:
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            raw: Any = connection.connection.dbapi_connection
            raw.execute("PRAGMA foreign_keys=OFF")
        else:
            connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("DELETE FROM organism WHERE code IN ('4133', '4134')"))
        connection.commit()
        connection.invalidate()

    references = seen(CheckName.REFERENCES)
    assert not references.is_ok
    assert "organism_name.organism_id (2)" in references.text


def test_an_altered_audit_event_is_found(healthy: Flask) -> None:
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text("DROP TRIGGER tr_audit_event_update"))
    else:
        db.session.execute(text("DROP TRIGGER tr_audit_event_update ON audit_event"))
    db.session.execute(text("UPDATE audit_event SET actor = 'otra persona'"))
    db.session.commit()

    trail = seen(CheckName.AUDIT)
    assert (trail.is_ok, "evento 1" in trail.text) == (False, True)


@pytest.mark.parametrize(
    ("silence", "is_ok", "age"),
    [
        (timedelta(seconds=119), True, "119 s"),
        (timedelta(minutes=5), True, "5 min"),
        (timedelta(minutes=6), False, "6 min"),
        (timedelta(hours=26), False, "26 h"),
        (timedelta(days=3), False, "3 días"),
    ],
)
def test_a_silent_scheduler_is_told_with_its_age(healthy: Flask, silence: timedelta, is_ok: bool, age: str) -> None:
    db.session.execute(update(Heartbeat).values(beat_at=NOW - silence))
    db.session.commit()
    scheduler = seen(CheckName.SCHEDULER)
    assert scheduler.is_ok is is_ok
    assert scheduler.text.startswith(f"Última señal hace {age}.")


def test_a_scheduler_that_never_ran_is_told(healthy: Flask) -> None:
    db.session.query(Heartbeat).delete()
    db.session.commit()
    scheduler = seen(CheckName.SCHEDULER)
    assert (scheduler.is_ok, "Nunca ha corrido" in scheduler.text) == (False, True)


@pytest.mark.parametrize(
    ("state", "waited", "is_ok", "told"),
    [
        (DeliveryState.PENDING, timedelta(minutes=30), True, "pendientes: 1; abandonadas: 0."),
        (DeliveryState.PENDING, timedelta(hours=5), False, "La más antigua espera hace 5 h."),
        (DeliveryState.SENT, timedelta(days=9), True, "pendientes: 0; abandonadas: 0."),
        (DeliveryState.REFUSED, timedelta(days=9), True, "pendientes: 0; abandonadas: 0."),
        (DeliveryState.GIVEN_UP, timedelta(days=9), False, "abandonadas: 1."),
    ],
)
def test_mail_that_does_not_arrive_is_told(
    healthy: Flask, state: DeliveryState, waited: timedelta, is_ok: bool, told: str
) -> None:
    entity_id = the_entity().id
    message = OutboxMessage(
        entity_id=entity_id,
        kind="report",
        idempotency_key="k",
        message_id="<k@example.org>",
        subject="Informe",
        body_text="",
        body_html="",
        recorded_at=NOW - waited,
        next_try_at=NOW,
    )
    db.session.add(message)
    db.session.flush()
    recipient = OutboxRecipient(
        entity_id=entity_id, message_id=message.id, address="ana@example.org", state=state, changed_at=NOW
    )
    db.session.add(recipient)
    db.session.commit()

    outbox = seen(CheckName.OUTBOX)
    assert (outbox.is_ok, told in outbox.text) == (is_ok, True)


def test_a_disk_almost_full_is_told(healthy: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(10**12, 10**12, 200 * 1024**2))
    assert seen(CheckName.DISK) == Check(CheckName.DISK, False, "200 MB libres.")


@pytest.mark.parametrize(("key", "is_ok"), [("solo-para-desarrollo", False), ("corta", False), (KEY, True)])
def test_a_key_that_is_not_secret_is_told(
    migrated_url: str, make_app: Callable[..., Flask], key: str, is_ok: bool
) -> None:
    with make_app(migrated_url, secret_key=key).app_context():
        assert seen(CheckName.KEY).is_ok is is_ok


def test_a_demonstration_may_use_the_key_of_development(migrated_url: str, make_app: Callable[..., Flask]) -> None:
    with make_app(migrated_url).app_context():
        load_reference_data()
        db.session.execute(update(Entity).values(demo_today=NOW.date()))
        db.session.commit()
        assert seen(CheckName.KEY).is_ok


def test_what_is_read_whole_is_remembered_only_as_long_as_asked(
    healthy: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = timedelta(minutes=10)
    assert seen(CheckName.AUDIT, longest_memory=memory).is_ok
    monkeypatch.setattr(health, "first_broken", lambda _entity_id: 7)
    assert seen(CheckName.AUDIT, NOW + timedelta(minutes=9), longest_memory=memory).is_ok
    assert not seen(CheckName.AUDIT, NOW + timedelta(minutes=10), longest_memory=memory).is_ok
    assert not seen(CheckName.AUDIT).is_ok
