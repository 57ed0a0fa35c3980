"""Leases on both engines: one holder, and none once it is dead."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from pp_monitor.config import Settings
from pp_monitor.extensions import db
from pp_monitor.services.lease import Lease, exclusive
from tests.conftest import AppFactory
from tests.engines import PostgresServer

CHILD = """
import sys
from pathlib import Path
from pp_monitor import create_app
from pp_monitor.config import Settings
from pp_monitor.services.lease import exclusive

app = create_app(Settings(instance_dir=Path(sys.argv[1]), database_url=sys.argv[2]))
with app.app_context(), exclusive("cierre") as is_ours:
    print(is_ours, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def context(any_app: Flask) -> Iterator[Settings]:
    with any_app.app_context():
        yield any_app.config["SETTINGS"]


def test_one_at_a_time_holds_a_lease(context: Settings) -> None:
    with exclusive("cierre") as first:
        with exclusive("cierre") as second, exclusive("otra") as other:
            assert (first, second, other) == (True, False, True)
        with exclusive("cierre") as still:
            assert not still
    with exclusive("cierre") as after:
        assert after


def test_a_lease_is_kept_until_it_is_released(context: Settings) -> None:
    lease, rival = Lease("jefe"), Lease("jefe")
    assert [lease.hold(), lease.hold(), rival.hold()] == [True, True, False]
    lease.release()
    assert [rival.hold(), lease.hold()] == [True, False]
    rival.release()


def test_a_released_lease_can_be_taken_at_once(context: Settings) -> None:
    for _ in range(200):
        with exclusive("cierre") as is_ours:
            assert is_ours


def test_a_lease_outlives_transactions(context: Settings) -> None:
    with exclusive("cierre") as is_ours:
        assert is_ours
        db.session.execute(text("SELECT 1"))
        db.session.rollback()
        db.session.remove()
        with exclusive("cierre") as second:
            assert not second


@pytest.mark.slow
def test_a_killed_holder_leaves_the_lease(context: Settings) -> None:
    words = [sys.executable, "-c", CHILD, str(context.instance_dir), context.database_url]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        assert child.stdout.readline() == "True\n"
        with exclusive("cierre") as is_ours:
            assert not is_ours
        child.send_signal(signal.SIGKILL)
        child.wait(10)

    lease = Lease("cierre")
    # PostgreSQL notices the broken line a moment later.
    assert any(lease.hold() for _ in range(2000))
    lease.release()


@pytest.mark.postgres
def test_a_server_that_forgot_the_lease_is_asked_again(make_app: AppFactory, postgres_server: PostgresServer) -> None:
    app = make_app(postgres_server.url(postgres_server.create()))
    with app.app_context():
        lease = Lease("jefe")
        assert lease.hold()
        db.session.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        )
        db.session.rollback()
        assert lease.hold()
        with exclusive("jefe") as is_ours:
            assert not is_ours
        lease.release()
