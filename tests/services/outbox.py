"""A city with messages to send."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select

from pp_monitor.config import Settings
from pp_monitor.extensions import db
from pp_monitor.models.entity import Entity
from pp_monitor.models.mail import OutboxMessage
from pp_monitor.services.mail import ListedMessage, RenderedMail, list_messages, queue_message
from pp_monitor.services.transaction import writing

NOW = datetime(2022, 4, 18, 15, 0, tzinfo=UTC)


def a_city() -> int:
    """Add an entity and give its id."""
    with writing():
        entity = Entity(code="76001", name="Santiago de Cali", demo_today=None)
        db.session.add(entity)
        db.session.flush()
        return entity.id


def queue(
    entity_id: int,
    key: str,
    recipients: Sequence[str],
    *,
    subject: str = "Desviación del mes",
    recorded_at: datetime = NOW,
    attachment_file_ids: Sequence[int] = (),
) -> OutboxMessage | None:
    """Put one message in the outbox, in a transaction of its own."""
    with writing():
        return queue_message(
            entity_id=entity_id,
            vigencia_id=None,
            kind="report",
            idempotency_key=key,
            recipients=recipients,
            mail=RenderedMail(subject, "Ocho días hábiles de retraso.\n", "<p>Ocho días hábiles de retraso.</p>"),
            recorded_at=recorded_at,
            attachment_file_ids=attachment_file_ids,
        )


def listed() -> ListedMessage:
    """The one message of the outbox as it stands in the database now."""
    db.session.rollback()
    [message] = list_messages()
    return message


def body(kind: str) -> str:
    """The text of the one message of this kind."""
    return db.session.scalars(select(OutboxMessage.body_text).where(OutboxMessage.kind == kind)).one()


def settings_with(settings: Settings, smtp_url: str) -> Settings:
    """The same database and folder with another mail server."""
    return Settings(instance_dir=settings.instance_dir, database_url=settings.database_url, smtp_url=smtp_url)
