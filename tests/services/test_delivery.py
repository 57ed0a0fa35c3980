"""Delivery on both engines, through a real SMTP server that answers well, badly or not at all."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from pp_monitor.config import Settings
from pp_monitor.domain.errors import SettingError
from pp_monitor.extensions import db
from pp_monitor.models.mail import DeliveryState, OutboxMessage
from pp_monitor.services.audit import Actor
from pp_monitor.services.delivery import BACK_OFF, SendSummary, send_due
from pp_monitor.services.mail import list_messages, retry
from pp_monitor.services.transaction import writing, writing_vigencia
from tests.conftest import AppFactory
from tests.engines import SmtpServer
from tests.portfolio_db import close_by_hand, issue_file, open_vigencia
from tests.services.outbox import NOW, a_city, listed, queue, settings_with

ANA, BETO = "ana@example.org", "beto@example.org"
NOBODY = "smtp://127.0.0.1:9"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PENDING, SENT, REFUSED, GIVEN_UP = (
    DeliveryState.PENDING,
    DeliveryState.SENT,
    DeliveryState.REFUSED,
    DeliveryState.GIVEN_UP,
)


@pytest.fixture
def sender(migrated_url: str, make_app: AppFactory, smtp_server: SmtpServer) -> Flask:
    """The application with the test's own mail server, once on each engine."""
    return make_app(migrated_url, smtp_url=smtp_server.url, mail_from="Planeación <planeacion@cali.example.org>")


@pytest.fixture
def city(sender: Flask) -> Iterator[int]:
    with sender.app_context():
        yield a_city()
        db.session.remove()


@pytest.fixture
def true_clock() -> Iterator[time_machine.Traveller]:
    """The true instant, stopped just after the messages were written and moved by the test."""
    with time_machine.travel(NOW, tick=False) as coordinates:
        yield coordinates


def states() -> list[DeliveryState]:
    return [recipient.state for recipient in listed().recipients]


def test_a_message_is_sent_once(city: int, smtp_server: SmtpServer) -> None:
    queue(city, "k", [ANA, BETO])

    assert send_due() == SendSummary(messages=1, sent=2)
    assert send_due() == SendSummary()

    [mail] = smtp_server.received
    assert mail.sender == "planeacion@cali.example.org"
    assert mail.recipients == (ANA, BETO)
    assert mail.message["To"] == f"{ANA}, {BETO}"
    assert listed().next_try_at is None


def test_a_mail_says_it_is_automatic_and_when_it_was_written(city: int, smtp_server: SmtpServer) -> None:
    queue(city, "k", [ANA], subject="Informe n.º 6 – corte 16/09/2022: 23 proyectos atrasados por $4.564.317.004")
    send_due()

    message = smtp_server.received[0].message
    assert message["Subject"] == "Informe n.º 6 – corte 16/09/2022: 23 proyectos atrasados por $4.564.317.004"
    assert message["From"] == "Planeación <planeacion@cali.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == NOW
    assert message["Date"].endswith("-0500")
    assert message["Message-ID"].endswith("@cali.example.org>")
    bodies = [part.get_content().strip() for part in message.walk() if part.get_content_maintype() == "text"]
    assert bodies == ["Ocho días hábiles de retraso.", "<p>Ocho días hábiles de retraso.</p>"]


def test_an_issued_file_arrives_byte_for_byte_under_its_name(city: int, smtp_server: SmtpServer) -> None:
    content = bytes(range(256)) * 40
    file_id = an_issued_file("desviación_2022-04_Educación.xlsx", content)
    queue(city, "k", [ANA], attachment_file_ids=[file_id])
    send_due()

    [attached] = smtp_server.received[0].message.iter_attachments()
    assert attached.get_filename() == "desviación_2022-04_Educación.xlsx"
    assert attached.get_content_type() == XLSX
    assert attached.get_content() == content


def an_issued_file(filename: str, content: bytes) -> int:
    vigencia = open_vigencia()
    cutoff = close_by_hand(date(2022, 4, 13))
    with writing_vigencia(vigencia.id):
        return issue_file(cutoff, filename, content).id


def test_a_server_that_says_later_is_tried_again_with_longer_waits(
    city: int, smtp_server: SmtpServer, true_clock: time_machine.Traveller
) -> None:
    queue(city, "k", [ANA])
    smtp_server.refuse_messages()

    for wait in BACK_OFF:
        assert send_due() == SendSummary(messages=1, pending=1)
        true_clock.shift(wait - timedelta(seconds=1))
        assert send_due() == SendSummary()
        true_clock.shift(timedelta(seconds=1))
    smtp_server.behave()

    assert send_due() == SendSummary(messages=1, sent=1)
    assert len(smtp_server.received) == 1
    assert listed().tries == 7


def test_what_never_gets_through_is_given_up_and_told(
    city: int, smtp_server: SmtpServer, true_clock: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    queue(city, "k", [ANA])
    smtp_server.refuse_messages("451 4.3.0 Greylisted")
    for wait in BACK_OFF:
        send_due()
        true_clock.shift(wait)

    with caplog.at_level(logging.ERROR):
        assert send_due() == SendSummary(messages=1, given_up=1)

    assert "Abandonado" in caplog.text
    assert ANA in caplog.text
    [recipient] = listed().recipients
    assert (recipient.state, recipient.code, recipient.text) == (GIVEN_UP, 451, "4.3.0 Greylisted")
    assert send_due() == SendSummary()

    smtp_server.behave()
    retry(listed().id, Actor(city, "operadora"))
    assert send_due() == SendSummary(messages=1, sent=1)
    assert len(smtp_server.received) == 1


def test_each_recipient_has_its_own_answer(
    city: int, smtp_server: SmtpServer, true_clock: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    queue(city, "k", [ANA, BETO, "carol@example.org"])
    smtp_server.refuse(BETO, "452 4.2.2 Mailbox full")
    smtp_server.refuse("carol@example.org")

    with caplog.at_level(logging.ERROR):
        assert send_due() == SendSummary(messages=1, sent=1, refused=1, pending=1)
    assert "550" in caplog.text
    assert states() == [SENT, PENDING, REFUSED]
    assert listed().next_try_at

    smtp_server.behave()
    true_clock.shift(BACK_OFF[0])
    assert send_due() == SendSummary(messages=1, sent=1)
    assert states() == [SENT, SENT, REFUSED]
    assert [mail.recipients for mail in smtp_server.received] == [(ANA,), (BETO,)]


def test_a_message_refused_for_good_is_told_and_not_tried_again(
    city: int, smtp_server: SmtpServer, true_clock: time_machine.Traveller
) -> None:
    queue(city, "k", [ANA, BETO])
    smtp_server.refuse_messages("554 5.7.1 Rejected")

    assert send_due() == SendSummary(messages=1, refused=2)
    smtp_server.behave()
    true_clock.shift(timedelta(days=2))
    assert send_due() == SendSummary()
    assert [(r.state, r.code, r.text) for r in listed().recipients] == [(REFUSED, 554, "5.7.1 Rejected")] * 2


def test_a_line_cut_before_the_answer_loses_nothing(
    city: int, smtp_server: SmtpServer, true_clock: time_machine.Traveller
) -> None:
    queue(city, "k", [ANA])
    smtp_server.drop_connections()
    assert send_due() == SendSummary(messages=1, pending=1)

    smtp_server.behave()
    true_clock.shift(BACK_OFF[0])
    assert send_due() == SendSummary(messages=1, sent=1)
    assert len(smtp_server.received) == 1


@pytest.mark.slow
def test_a_mail_server_down_for_a_day_gets_every_message_once_when_it_is_back(
    city: int, sender: Flask, smtp_server: SmtpServer, true_clock: time_machine.Traveller
) -> None:
    keys = [f"report/{number}" for number in range(5)]
    for key in keys:
        queue(city, key, [ANA], subject=key)
    settings: Settings = sender.config["SETTINGS"]
    sender.config["SETTINGS"] = settings_with(settings, NOBODY)
    for _minute in range(0, 24 * 60, 10):
        send_due()
        true_clock.shift(timedelta(minutes=10))
    assert smtp_server.received == []
    assert not any(recipient.state is not PENDING for message in list_messages() for recipient in message.recipients)

    sender.config["SETTINGS"] = settings
    for _hour in range(24):
        send_due()
        true_clock.shift(timedelta(hours=1))
    assert sorted(str(mail.message["Subject"]) for mail in smtp_server.received) == keys


def test_an_unreachable_server_ends_the_round_and_is_told(
    city: int, sender: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    for key in "abc":
        queue(city, key, [ANA])
    sender.config["SETTINGS"] = settings_with(sender.config["SETTINGS"], NOBODY)

    assert send_due() == SendSummary(messages=1, pending=1, is_unreachable=True)
    assert "No se pudo hablar con el servidor de correo" in caplog.text


def test_without_a_mail_server_no_try_is_spent(city: int, sender: Flask) -> None:
    queue(city, "k", [ANA])
    sender.config["SETTINGS"] = settings_with(sender.config["SETTINGS"], "")

    with pytest.raises(SettingError, match="PP_SMTP_URL"):
        send_due()
    assert listed().tries == 0


def test_a_mail_that_cannot_be_made_does_not_stop_the_others(city: int, smtp_server: SmtpServer) -> None:
    queue(city, "bad", [ANA], recorded_at=NOW - timedelta(days=1))
    queue(city, "good", [BETO])
    with writing():
        bad = db.session.scalars(select(OutboxMessage).where(OutboxMessage.idempotency_key == "bad")).one()
        bad.subject = "Con salto\nBcc: otra@example.org"

    assert send_due() == SendSummary(messages=2, sent=1, pending=1)
    assert [mail.recipients for mail in smtp_server.received] == [(BETO,)]
    assert "ValueError" in list_messages()[1].recipients[0].text
