"""The outbox on both engines: what goes in, once, and what an operator sees of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from pp_monitor.domain.errors import ConflictError, NotFoundError
from pp_monitor.extensions import db
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.mail import DeliveryState, OutboxMessage, OutboxRecipient
from pp_monitor.services.audit import Actor
from pp_monitor.services.mail import RenderedMail, list_messages, queue_message, retry
from pp_monitor.services.transaction import writing
from tests.services.outbox import NOW, a_city, listed, queue

ACTOR = Actor(1, "operadora")


@pytest.fixture
def city(any_app: Flask) -> Iterator[int]:
    """The id of an empty city, once on each engine."""
    with any_app.app_context():
        yield a_city()
        db.session.remove()


def test_a_key_lets_no_message_in_twice(city: int) -> None:
    assert queue(city, "report/2022-04", ["ana@example.org"]) is not None
    assert queue(city, "report/2022-04", ["beto@example.org"]) is None

    [message] = list_messages()
    assert [recipient.address for recipient in message.recipients] == ["ana@example.org"]


def test_a_message_of_a_fact_that_was_not_written_is_not_there(city: int) -> None:
    def close_and_fail() -> None:
        with writing() as now:
            mail = RenderedMail("a", "b", "c")
            queue_message(
                entity_id=city,
                vigencia_id=None,
                kind="report",
                idempotency_key="k",
                recipients=["ana@example.org"],
                mail=mail,
                recorded_at=now,
            )
            raise InterruptedError

    with pytest.raises(InterruptedError):
        close_and_fail()

    assert list_messages() == ()


def test_the_mails_own_id_comes_from_its_key_and_sender(city: int) -> None:
    queue(city, "report/2022-04", ["ana@example.org"])
    queue(city, "report/2022-05", ["ana@example.org"])

    first, second = db.session.scalars(select(OutboxMessage.message_id).order_by(OutboxMessage.id))
    assert first != second
    assert first.startswith("<")
    assert first.endswith("@example.org>")


def test_a_subject_cannot_carry_another_header(city: int) -> None:
    queue(city, "k", ["ana@example.org"], subject="Informe\r\nBcc: otra@example.org\x00\n n.º 6 " + "x" * 500)

    subject = listed().subject
    assert subject.startswith("Informe Bcc: otra@example.org n.º 6 xxx")
    assert len(subject) == 400


def test_the_same_address_is_written_once(city: int) -> None:
    queue(city, "k", ["Ana@example.org", " ana@example.org ", "beto@example.org"])

    assert [recipient.address for recipient in listed().recipients] == ["Ana@example.org", "beto@example.org"]


@pytest.mark.parametrize(
    "address", ["ana", "ana@", "@example.org", "ana@example.org\r\nBcc: x@y.co", "año@example.org", ""]
)
def test_an_impossible_address_is_told_and_stops_nobody(city: int, address: str) -> None:
    queue(city, "k", [address, "beto@example.org"])

    refused, pending = listed().recipients
    assert (refused.state, refused.text) == (DeliveryState.REFUSED, "La dirección no es válida.")
    assert pending.state is DeliveryState.PENDING


def test_a_message_without_a_possible_address_is_finished_and_cannot_be_retried(city: int) -> None:
    queue(city, "k", ["ana@"])

    message = listed()
    assert message.next_try_at is None
    with pytest.raises(ConflictError):
        retry(message.id, ACTOR)


def test_a_message_needs_a_recipient(city: int) -> None:
    with pytest.raises(ValueError, match="recipient"):
        queue(city, "k", [])


def test_retry_brings_back_whoever_was_refused_and_is_audited(city: int) -> None:
    queue(city, "k", ["ana@example.org", "beto@example.org"])
    with writing():
        row = db.session.scalars(select(OutboxMessage)).one()
        row.tries, row.finished_at = 7, NOW
        ana = OutboxRecipient.address == "ana@example.org"
        db.session.execute(update(OutboxRecipient).where(ana).values(state=DeliveryState.GIVEN_UP))

    before = datetime.now(UTC)
    assert retry(listed().id, ACTOR) == 2

    message = listed()
    assert [recipient.state for recipient in message.recipients] == [DeliveryState.PENDING] * 2
    assert message.tries == 0
    assert message.next_try_at is not None
    assert message.next_try_at >= before
    assert db.session.scalar(select(func.count(AuditEvent.id)).where(AuditEvent.action == "mail.retry")) == 1


def test_retry_of_an_unknown_message_says_so(city: int) -> None:
    with pytest.raises(NotFoundError, match="77"):
        retry(77, ACTOR)


def test_the_list_is_newest_first_and_can_leave_out_what_arrived(city: int) -> None:
    for key in ("a", "b"):
        queue(city, key, ["ana@example.org"], subject=key)
    assert [message.subject for message in list_messages()] == ["b", "a"]
    assert [message.subject for message in list_messages(limit=1)] == ["b"]

    with writing():
        newest = OutboxRecipient.message_id == list_messages(limit=1)[0].id
        db.session.execute(update(OutboxRecipient).where(newest).values(state=DeliveryState.SENT))
    assert [message.subject for message in list_messages(only_open=True)] == ["a"]
