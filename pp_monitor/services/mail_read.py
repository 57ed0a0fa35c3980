"""The mails that went out or failed, a page of them with their text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from pp_monitor.domain.listing import Page, paginate
from pp_monitor.extensions import db
from pp_monitor.models.mail import DeliveryState, OutboxAttachment, OutboxDocument, OutboxMessage, OutboxRecipient
from pp_monitor.models.report import IssuedFile
from pp_monitor.services.mail import ListedMessage, listed_messages

# Their text holds a link that lets whoever has it enter as somebody else.
SECRET_KINDS = frozenset({"invitation", "password_reset"})


@dataclass(frozen=True, slots=True)
class MailQuery:
    """What is asked of the mails; what is empty asks nothing. ``address`` is a part of one, in any case."""

    since: datetime
    kind: str = ""
    state: DeliveryState | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class SentMail:
    """A message with its text, none where it holds a personal link, and the names of its files."""

    message: ListedMessage
    text: str | None
    files: tuple[str, ...]

    @property
    def can_retry(self) -> bool:
        """Whether a try failed for somebody who has not got it; what waits for its first try needs no other."""
        waiting = [each.state for each in self.message.recipients if each.state is not DeliveryState.SENT]
        return bool(waiting) and (self.message.tries > 0 or set(waiting) != {DeliveryState.PENDING})


def sent_mails(entity_id: int, query: MailQuery, page: int, size: int) -> Page[SentMail]:
    """A page of the messages written since a moment, the newest first; five queries. ``page`` counts from 1."""
    ids = db.session.scalars(
        select(OutboxMessage.id)
        .where(OutboxMessage.entity_id == entity_id, *_conditions(query))
        .order_by(OutboxMessage.id.desc())
    ).all()
    found = paginate(list(ids), page, size)
    rows = db.session.scalars(
        select(OutboxMessage).where(OutboxMessage.id.in_(found.rows)).order_by(OutboxMessage.id.desc())
    ).all()
    texts = {row.id: None if row.kind in SECRET_KINDS else row.body_text for row in rows}
    files = _files(list(found.rows))
    sent = tuple(SentMail(each, texts[each.id], files.get(each.id, ())) for each in listed_messages(rows))
    return Page(sent, found.page, found.pages, found.total, found.first, found.last)


def _conditions(query: MailQuery) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [OutboxMessage.recorded_at >= query.since]
    if query.kind:
        found.append(OutboxMessage.kind == query.kind)
    recipients = select(OutboxRecipient.id).where(OutboxRecipient.message_id == OutboxMessage.id)
    if query.state:
        found.append(recipients.where(OutboxRecipient.state == query.state).exists())
    if query.address:
        like = func.lower(OutboxRecipient.address).contains(query.address.lower(), autoescape=True)
        found.append(recipients.where(like).exists())
    return found


def _files(message_ids: list[int]) -> dict[int, tuple[str, ...]]:
    issued = (
        select(OutboxAttachment.message_id, IssuedFile.filename)
        .join(IssuedFile, IssuedFile.id == OutboxAttachment.issued_file_id)
        .where(OutboxAttachment.message_id.in_(message_ids))
    )
    made = select(OutboxDocument.message_id, OutboxDocument.filename).where(OutboxDocument.message_id.in_(message_ids))
    found: dict[int, tuple[str, ...]] = {}
    for query in (issued, made):
        for message_id, filename in db.session.execute(query):
            found[message_id] = (*found.get(message_id, ()), filename)
    return found
