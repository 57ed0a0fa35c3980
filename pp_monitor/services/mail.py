"""The outbox: a message is written in the transaction of the fact that it tells; ``delivery`` sends it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from typing import Any, Protocol

from flask import current_app
from sqlalchemy import select

from pp_monitor.config import Settings
from pp_monitor.domain.errors import ConflictError, NotFoundError
from pp_monitor.extensions import db
from pp_monitor.models.mail import DeliveryState, OutboxAttachment, OutboxMessage, OutboxRecipient
from pp_monitor.services import audit
from pp_monitor.services.audit import Actor
from pp_monitor.services.transaction import insert_once, writing

_SUBJECT_LENGTH = 400
_FAILED = (DeliveryState.REFUSED, DeliveryState.GIVEN_UP)


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """What a mail says: subject in one line, the same body as text and as HTML."""

    subject: str
    body_text: str
    body_html: str


class Render(Protocol):
    """What a service that tells something is given by its caller: it names the mail and its facts, not its look."""

    def __call__(self, name: str, /, **context: Any) -> RenderedMail:
        """Give the mail ``name`` filled with ``context``."""


@dataclass(frozen=True, slots=True)
class ListedRecipient:
    """One recipient of a listed message; ``code`` and ``text`` are the mail server's last answer."""

    address: str
    state: DeliveryState
    code: int | None
    text: str


@dataclass(frozen=True, slots=True)
class ListedMessage:
    """A message as an operator sees it; ``next_try_at`` is none once nobody is pending."""

    id: int
    kind: str
    subject: str
    recorded_at: datetime
    tries: int
    next_try_at: datetime | None
    recipients: tuple[ListedRecipient, ...]


def queue_message(
    *,
    entity_id: int,
    vigencia_id: int | None,
    kind: str,
    idempotency_key: str,
    recipients: Sequence[str],
    mail: RenderedMail,
    recorded_at: datetime,
    attachment_file_ids: Sequence[int] = (),
) -> OutboxMessage | None:
    """Put a message in the outbox within the caller's write transaction; none when the key is already there.

    ``attachment_file_ids`` are issued files. An address that no server could take is recorded as
    refused at once, so that it never stops the others. Raises ``ValueError`` without recipients.
    """
    if not recipients:
        raise ValueError("a message needs a recipient")
    message_id = insert_once(
        OutboxMessage,
        entity_id=entity_id,
        vigencia_id=vigencia_id,
        kind=kind,
        idempotency_key=idempotency_key,
        message_id=_message_id(entity_id, idempotency_key),
        subject=_one_line(mail.subject),
        body_text=_printable(mail.body_text),
        body_html=_printable(mail.body_html),
        recorded_at=recorded_at,
        next_try_at=recorded_at,
    )
    if message_id is None:
        return None
    db.session.add_all(
        OutboxAttachment(entity_id=entity_id, message_id=message_id, issued_file_id=file_id)
        for file_id in attachment_file_ids
    )
    message = db.session.get_one(OutboxMessage, message_id)
    _add_recipients(message, recipients, recorded_at)
    return message


def _add_recipients(message: OutboxMessage, recipients: Sequence[str], recorded_at: datetime) -> None:
    rows = [_recipient(message.entity_id, message.id, address, recorded_at) for address in _distinct(recipients)]
    db.session.add_all(rows)
    if all(row.state != DeliveryState.PENDING for row in rows):
        message.finished_at = recorded_at
    db.session.flush()


def _message_id(entity_id: int, idempotency_key: str) -> str:
    """The mail's own header: the same in every try, so that a reader drops an unavoidable double."""
    settings: Settings = current_app.config["SETTINGS"]
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(f'{entity_id}:{idempotency_key}'.encode()).hexdigest()[:32]}@{domain}>"


def _one_line(text: str) -> str:
    """A subject that cannot carry another header."""
    line = " ".join(_printable(text).split())
    return line if len(line) <= _SUBJECT_LENGTH else f"{line[: _SUBJECT_LENGTH - 1]}…"


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable() or character.isspace())


def _distinct(addresses: Iterable[str]) -> list[str]:
    """The addresses once each, whatever their case, in their order."""
    first: dict[str, str] = {}
    for address in addresses:
        first.setdefault(address.strip().casefold(), address.strip())
    return list(first.values())


def _recipient(entity_id: int, message_id: int, address: str, recorded_at: datetime) -> OutboxRecipient:
    is_good = is_deliverable(address)
    return OutboxRecipient(
        entity_id=entity_id,
        message_id=message_id,
        address=address,
        state=DeliveryState.PENDING if is_good else DeliveryState.REFUSED,
        smtp_text="" if is_good else "La dirección no es válida.",
        changed_at=recorded_at,
    )


def is_deliverable(address: str) -> bool:
    """Whether ``address`` can stand in a header and in the dialogue with any mail server."""
    if not address.isascii() or not address.isprintable():
        return False
    try:
        parsed = Address(addr_spec=address)
    except (MessageError, ValueError, IndexError):
        return False
    return bool(parsed.username and parsed.domain)


def list_messages(*, only_open: bool = False, limit: int | None = None) -> tuple[ListedMessage, ...]:
    """Messages of the outbox, newest first; ``only_open`` leaves out those delivered to everybody."""
    query = select(OutboxMessage).order_by(OutboxMessage.id.desc())
    if only_open:
        undelivered = select(OutboxRecipient.message_id).where(OutboxRecipient.state != DeliveryState.SENT)
        query = query.where(OutboxMessage.id.in_(undelivered))
    return listed_messages(db.session.scalars(query.limit(limit)).all())


def listed_messages(messages: Sequence[OutboxMessage]) -> tuple[ListedMessage, ...]:
    """These messages with their recipients, in their order; one query."""
    rows = db.session.scalars(
        select(OutboxRecipient)
        .where(OutboxRecipient.message_id.in_([message.id for message in messages]))
        .order_by(OutboxRecipient.id)
    ).all()
    recipients: dict[int, list[ListedRecipient]] = {}
    for row in rows:
        listed = ListedRecipient(row.address, DeliveryState(row.state), row.smtp_code, row.smtp_text)
        recipients.setdefault(row.message_id, []).append(listed)
    return tuple(_listed(message, tuple(recipients[message.id])) for message in messages)


def _listed(message: OutboxMessage, recipients: tuple[ListedRecipient, ...]) -> ListedMessage:
    return ListedMessage(
        id=message.id,
        kind=message.kind,
        subject=message.subject,
        recorded_at=message.recorded_at,
        tries=message.tries,
        next_try_at=None if message.finished_at else message.next_try_at,
        recipients=recipients,
    )


def retry(message_id: int, actor: Actor) -> int:
    """Let a message be tried again now by whoever was not served; give how many recipients wait for it.

    Raises ``NotFoundError`` for an unknown message and ``ConflictError`` when everybody has it.
    """
    with writing() as now:
        message = db.session.get(OutboxMessage, message_id)
        if message is None or message.entity_id != actor.entity_id:
            raise NotFoundError(f"El mensaje {message_id} no existe.")
        rows = db.session.scalars(
            select(OutboxRecipient).where(
                OutboxRecipient.message_id == message_id, OutboxRecipient.state != DeliveryState.SENT
            )
        ).all()
        waiting = [row for row in rows if is_deliverable(row.address)]
        if not waiting:
            raise ConflictError(f"El mensaje {message_id} no tiene destinatarios por atender.")
        for row in waiting:
            if row.state in _FAILED:
                row.state, row.changed_at = DeliveryState.PENDING, now
        message.tries, message.next_try_at, message.finished_at = 0, now, None
        audit.record(actor, "mail.retry", "outbox_message", str(message_id), now, {"recipients": len(waiting)})
        return len(waiting)
