"""Several senders, slow and killed ones, through a real SMTP server on both engines: each message goes once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from pp_monitor.config import Settings
from pp_monitor.extensions import db
from pp_monitor.models.mail import DeliveryState
from pp_monitor.services.delivery import BACK_OFF, SendSummary, send_due
from tests.engines import SmtpServer
from tests.services.outbox import a_city, listed, queue, settings_with

ANA = "ana@example.org"


@pytest.fixture
def city(mailing_app: Flask) -> Iterator[int]:
    with mailing_app.app_context():
        yield a_city()
        db.session.remove()


@contextmanager
def serving(mailing_app: Flask, server: SmtpServer) -> Iterator[Settings]:
    """Let the application send through ``server``, which listens for the length of a block."""
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        mailing_app.config["SETTINGS"] = settings_with(mailing_app.config["SETTINGS"], server.url)
        yield mailing_app.config["SETTINGS"]
    finally:
        controller.stop()


def test_two_senders_send_each_message_once(city: int, mailing_app: Flask, smtp_server: SmtpServer) -> None:
    keys = [f"report/{number:02d}" for number in range(12)]
    for key in keys:
        queue(city, key, [ANA], subject=key)
    db.session.rollback()

    def work() -> SendSummary:
        with mailing_app.app_context():
            return send_due()

    with ThreadPoolExecutor(2) as pool:
        rounds = [pool.submit(work) for _ in range(2)]
        summary = sum((done.result() for done in rounds), SendSummary())

    assert summary == SendSummary(messages=12, sent=12)
    assert sorted(str(mail.message["Subject"]) for mail in smtp_server.received) == keys


@dataclass(slots=True)
class SlowServer(SmtpServer):
    """A mail server that takes an hour over one message, in which another sender comes by."""

    app: Flask | None = None
    others: list[SendSummary] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert self.app is not None
        with time_machine.travel(datetime.now(UTC) + timedelta(hours=1), tick=False), self.app.app_context():
            self.others.append(send_due())
        return await SmtpServer.handle_DATA(self, server, session, envelope)


def test_a_message_that_a_live_sender_is_handing_over_is_left_to_it(city: int, mailing_app: Flask) -> None:
    queue(city, "k", [ANA])
    db.session.rollback()
    server = SlowServer(app=mailing_app)
    with serving(mailing_app, server):
        assert send_due() == SendSummary(messages=1, sent=1)
    assert server.others == [SendSummary()]
    assert len(server.received) == 1


@dataclass(slots=True)
class KillingServer(SmtpServer):
    """A mail server that kills its client with no warning, once, at a chosen word."""

    at: str = ""
    victim: int = 0

    def _kill(self, word: str) -> None:
        if self.at == word and self.victim:
            os.kill(self.victim, signal.SIGKILL)
            self.victim = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._kill("RCPT")
        return await SmtpServer.handle_RCPT(self, server, session, envelope, address, options)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await SmtpServer.handle_DATA(self, server, session, envelope)
        self._kill("DATA")
        return answer


CHILD = """
import sys
from pathlib import Path
from pp_monitor import create_app
from pp_monitor.config import Settings
from pp_monitor.services.delivery import send_due

app = create_app(Settings(instance_dir=Path(sys.argv[1]), database_url=sys.argv[2], smtp_url=sys.argv[3]))
sys.stdin.readline()
with app.app_context():
    send_due()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("at", "copies"),
    [
        pytest.param("RCPT", 1, id="before the server took it: once"),
        pytest.param("DATA", 2, id="between its yes and the record: the one unavoidable double"),
    ],
)
def test_a_sender_killed_half_way_loses_no_mail(city: int, mailing_app: Flask, at: str, copies: int) -> None:
    queue(city, "k", [ANA])
    db.session.rollback()
    server = KillingServer(at=at)
    with serving(mailing_app, server) as settings:
        words = [sys.executable, "-c", CHILD, str(settings.instance_dir), settings.database_url, server.url]
        with subprocess.Popen(words, stdin=subprocess.PIPE, text=True) as child:
            server.victim = child.pid
            child.communicate("go\n", timeout=60)
        assert child.returncode == -signal.SIGKILL

        assert send_due() == SendSummary()  # a try that killed its sender waits like any that failed
        with time_machine.travel(datetime.now(UTC) + BACK_OFF[0], tick=False):
            assert send_due() == SendSummary(messages=1, sent=1)
            assert send_due() == SendSummary()

    assert len(server.received) == copies
    assert len({str(mail.message["Message-ID"]) for mail in server.received}) == 1
    assert [recipient.state for recipient in listed().recipients] == [DeliveryState.SENT]
