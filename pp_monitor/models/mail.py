"""The outbox: every message is a row before it is a mail."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pp_monitor.extensions import Model
from pp_monitor.models.columns import Code, EntityId, Id, Instant, MaybeInstant, Name, one_of, to


class OutboxMessage(Model):
    """A message to deliver; ``idempotency_key`` lets no message in twice.

    ``message_id`` is the mail's own header, the same in every try. A try holds a lease,
    and after it until ``claimed_until`` nobody begins another.
    """

    __tablename__ = "outbox_message"
    __table_args__ = (
        UniqueConstraint("entity_id", "idempotency_key"),
        UniqueConstraint("message_id"),
        Index("ix_outbox_message_finished_at_next_try_at", "finished_at", "next_try_at"),
    )

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int | None] = to("vigencia.id")
    kind: Mapped[Code]
    idempotency_key: Mapped[Name]
    message_id: Mapped[Name]
    subject: Mapped[Name]
    body_text: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[Instant]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[Instant]
    claimed_until: Mapped[MaybeInstant]
    finished_at: Mapped[MaybeInstant]


class DeliveryState(StrEnum):
    """Where a message stands for one recipient; refused and given up are told, never silent."""

    PENDING = "pending"
    SENT = "sent"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


class OutboxRecipient(Model):
    """One recipient of a message with what the mail server answered."""

    __tablename__ = "outbox_recipient"
    __table_args__ = (UniqueConstraint("message_id", "address"), one_of("state", DeliveryState))

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    message_id: Mapped[int] = to("outbox_message.id")
    address: Mapped[Name]
    state: Mapped[Code]
    smtp_code: Mapped[int | None]
    smtp_text: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[Instant]


class OutboxAttachment(Model):
    """An issued file that goes with a message."""

    __tablename__ = "outbox_attachment"
    __table_args__ = (UniqueConstraint("message_id", "issued_file_id"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    message_id: Mapped[int] = to("outbox_message.id")
    issued_file_id: Mapped[int] = to("issued_file.id")


class OutboxDocument(Model):
    """A document of ``evidence`` that was made for a message and goes with it, under a name of its own."""

    __tablename__ = "outbox_document"
    __table_args__ = (UniqueConstraint("message_id", "evidence_id"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    message_id: Mapped[int] = to("outbox_message.id")
    evidence_id: Mapped[int] = to("evidence.id")
    filename: Mapped[Name]


class MailMark(Model):
    """That a person was told something by mail; ``occasion`` lets the same thing in only once.

    ``day`` is that of the mail. In a digest of cases, ``seen_event_id`` is the last event that it looked at; else 0.
    """

    __tablename__ = "mail_mark"
    __table_args__ = (UniqueConstraint("vigencia_id", "user_id", "kind", "occasion"),)

    id: Mapped[Id]
    entity_id: Mapped[EntityId]
    vigencia_id: Mapped[int] = to("vigencia.id")
    user_id: Mapped[int] = to("user_account.id")
    kind: Mapped[Code]
    occasion: Mapped[Name]
    day: Mapped[date]
    seen_event_id: Mapped[int] = mapped_column(default=0)
    recorded_at: Mapped[Instant]
