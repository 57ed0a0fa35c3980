"""Delivery of the outbox: claim a message, send it outside any transaction, record each recipient's answer."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

from flask import current_app
from sqlalchemy import ColumnElement, or_, select

from pp_monitor import clock, mailer
from pp_monitor.config import Settings
from pp_monitor.extensions import db
from pp_monitor.mailer import Outcome, RecipientResult, SendResult
from pp_monitor.models.mail import DeliveryState, OutboxAttachment, OutboxDocument, OutboxMessage, OutboxRecipient
from pp_monitor.models.progress import Evidence
from pp_monitor.models.report import IssuedFile
from pp_monitor.models.submission import EvidenceContent
from pp_monitor.services.lease import exclusive
from pp_monitor.services.mail import is_deliverable
from pp_monitor.services.transaction import writing

# How long to wait after each try; after the one that follows the last wait, a recipient is given up.
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=24),
)
# So many leases serve all messages: enough for every sender there can be, and as few files beside a SQLite database.
_LEASES = 16
_STATES = {
    Outcome.SENT: DeliveryState.SENT,
    Outcome.REFUSED: DeliveryState.REFUSED,
    Outcome.RETRY: DeliveryState.PENDING,
}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SendSummary:
    """What a round did: messages tried, then their recipients by what became of each."""

    messages: int = 0
    sent: int = 0
    refused: int = 0
    given_up: int = 0
    pending: int = 0
    is_unreachable: bool = False

    def __add__(self, other: SendSummary) -> SendSummary:
        return SendSummary(
            self.messages + other.messages,
            self.sent + other.sent,
            self.refused + other.refused,
            self.given_up + other.given_up,
            self.pending + other.pending,
            self.is_unreachable or other.is_unreachable,
        )


@dataclass(frozen=True, slots=True)
class _Claim:
    """A message that only this process may send while it holds its lease, and those who wait for it."""

    message_id: int
    until: datetime
    addresses: tuple[str, ...]


def send_due(limit: int = 50) -> SendSummary:
    """Try each message whose time has come, at most ``limit``; stop early when the server cannot be reached.

    A message goes once to each recipient. Only a process killed between the server's yes and
    its record sends one twice, with the same Message-ID. Raises ``SettingError`` without a mail server.
    """
    settings: Settings = current_app.config["SETTINGS"]
    mailer.parse_server(settings.smtp_url)
    summary = SendSummary()
    while summary.messages < limit and not summary.is_unreachable:
        with _next_claim() as claim:
            if claim is None:
                break
            result = _try(claim, settings)
            if result.is_unreachable:
                _log.warning("No se pudo hablar con el servidor de correo: %s", result.recipients[0].text)
            summary += _record(claim, result)
    return summary


@contextmanager
def _next_claim() -> Iterator[_Claim | None]:
    """Take the message that has waited longest and that nobody is sending; none when there is none.

    Whoever sends holds a lease that dies with its process. A claim whose lease is free is a dead sender's, and
    waits no longer than any other failed try; one whose lease is held is left alone, however long it takes.
    """
    for message_id in _due():
        with exclusive(f"mail-{message_id % _LEASES}") as is_ours:
            claim = _claim(message_id) if is_ours else None
            if claim is not None:
                yield claim
                return
    yield None


def _due() -> list[int]:
    """Messages whose time has come, the one that has waited longest first; more than others can be sending."""
    query = select(OutboxMessage.id).where(*_is_due(clock.utc_now()))
    due = list(db.session.scalars(query.order_by(OutboxMessage.next_try_at, OutboxMessage.id).limit(2 * _LEASES)))
    db.session.rollback()
    return due


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        OutboxMessage.finished_at.is_(None),
        OutboxMessage.next_try_at <= now,
        or_(OutboxMessage.claimed_until.is_(None), OutboxMessage.claimed_until <= now),
    )


def _claim(message_id: int) -> _Claim | None:
    """Take a message whose lease is ours, in a short transaction; it counts as a try even if we die.

    None when another process has just seen to it.
    """
    with writing() as now:
        message = db.session.scalar(select(OutboxMessage).where(OutboxMessage.id == message_id, *_is_due(now)))
        if message is None:
            return None
        message.tries += 1
        message.claimed_until = now + _wait(message.tries)
        addresses = tuple(row.address for row in _waiting(message.id))
        return _Claim(message.id, message.claimed_until, addresses)


def _wait(tries: int) -> timedelta:
    """How long to wait after so many tries; an operator's ``retry`` in the middle of one leaves none counted."""
    return BACK_OFF[min(max(tries, 1), len(BACK_OFF)) - 1]


def _waiting(message_id: int) -> Sequence[OutboxRecipient]:
    query = select(OutboxRecipient).where(
        OutboxRecipient.message_id == message_id, OutboxRecipient.state == DeliveryState.PENDING
    )
    return db.session.scalars(query.order_by(OutboxRecipient.id)).all()


def _try(claim: _Claim, settings: Settings) -> SendResult:
    try:
        message = build_message(claim.message_id, settings.mail_from)
        # No transaction may wait for a mail server.
        db.session.rollback()
        return mailer.send(settings.smtp_url, message, claim.addresses)
    except Exception as error:  # noqa: BLE001 - one mail that cannot be made or sent must not stop the others
        db.session.rollback()
        _log.exception("No se pudo enviar el mensaje %s", claim.message_id)
        text = f"{type(error).__name__}: {error}"
        return SendResult(tuple(RecipientResult(address, Outcome.RETRY, None, text) for address in claim.addresses))


def build_message(message_id: int, mail_from: str) -> EmailMessage:
    """The mail of an outbox message: text and HTML, issued files and documents attached, the same bytes in every try.

    ``To`` names every recipient, also those already served.
    """
    row = db.session.get_one(OutboxMessage, message_id)
    query = select(OutboxRecipient.address).where(OutboxRecipient.message_id == message_id)
    addresses = db.session.scalars(query.order_by(OutboxRecipient.id))
    message = EmailMessage(policy=mailer.WIRE)
    message["From"] = mail_from
    message["To"] = ", ".join(address for address in addresses if is_deliverable(address))
    message["Subject"] = row.subject
    message["Date"] = row.recorded_at.astimezone(clock.zone())
    message["Message-ID"] = row.message_id
    # So that no holiday notice answers, RFC 3834.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(row.body_text)
    message.add_alternative(row.body_html, subtype="html")
    for filename, media_type, content in _attachments(message_id):
        maintype, _, subtype = media_type.partition("/")
        message.add_attachment(content, maintype=maintype, subtype=subtype, filename=filename)
    return message


def _attachments(message_id: int) -> list[tuple[str, str, bytes]]:
    issued = (
        select(IssuedFile.filename, IssuedFile.media_type, IssuedFile.content)
        .join(OutboxAttachment, OutboxAttachment.issued_file_id == IssuedFile.id)
        .where(OutboxAttachment.message_id == message_id)
        .order_by(OutboxAttachment.id)
    )
    made = (
        select(OutboxDocument.filename, Evidence.media_type, EvidenceContent.content)
        .join(Evidence, Evidence.id == OutboxDocument.evidence_id)
        .join(EvidenceContent, EvidenceContent.evidence_id == Evidence.id)
        .where(OutboxDocument.message_id == message_id)
        .order_by(OutboxDocument.id)
    )
    return [(name, kind, content) for query in (issued, made) for name, kind, content in db.session.execute(query)]


def _record(claim: _Claim, result: SendResult) -> SendSummary:
    """Write what became of each recipient, in a short transaction, and when to try again."""
    answers = {answer.address: answer for answer in result.recipients}
    with writing() as now:
        message = db.session.get_one(OutboxMessage, claim.message_id)
        is_last = message.tries > len(BACK_OFF)
        tried = [row for row in _waiting(message.id) if row.address in answers]
        for row in tried:
            _answer(row, answers[row.address], now, is_last=is_last)
        db.session.flush()
        if message.claimed_until == claim.until:
            message.claimed_until = None
            message.next_try_at = now if is_last else now + _wait(message.tries)
        if not _waiting(message.id):
            message.finished_at = now
        return _summary(tried, is_unreachable=result.is_unreachable)


def _answer(row: OutboxRecipient, answer: RecipientResult, now: datetime, *, is_last: bool) -> None:
    state = _STATES[answer.outcome]
    row.state = DeliveryState.GIVEN_UP if is_last and state is DeliveryState.PENDING else state
    row.smtp_code, row.smtp_text, row.changed_at = answer.code, answer.text, now
    if row.state in (DeliveryState.REFUSED, DeliveryState.GIVEN_UP):
        what = "Rechazado" if row.state == DeliveryState.REFUSED else "Abandonado tras varios intentos"
        _log.error("%s: mensaje %s para %s: %s %s", what, row.message_id, row.address, answer.code, answer.text)


def _summary(tried: Sequence[OutboxRecipient], *, is_unreachable: bool) -> SendSummary:
    states = [DeliveryState(row.state) for row in tried]
    return SendSummary(
        messages=1,
        sent=states.count(DeliveryState.SENT),
        refused=states.count(DeliveryState.REFUSED),
        given_up=states.count(DeliveryState.GIVEN_UP),
        pending=states.count(DeliveryState.PENDING),
        is_unreachable=is_unreachable,
    )
