"""What the mails that tell a step share: their parts, who signs them and how they reach the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from pp_monitor.extensions import db
from pp_monitor.models.entity import Entity, Vigencia
from pp_monitor.services.mail import Render, queue_message

TEMPLATE = "step"


class Words(NamedTuple):
    """What a step tells and what it asks of who reads it."""

    subject: str
    opening: str
    ask: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote about some projects."""

    who: str
    projects: str
    text: str


@dataclass(frozen=True, slots=True)
class StepMail:
    """What the mail of a step says; ``path`` is the page that it leads to."""

    words: Words
    greeting: str
    facts: tuple[str, ...]
    link_text: str
    path: str
    dates: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()


def queue_step(
    vigencia: Vigencia, kind: str, key: str, recipients: Sequence[str], mail: StepMail, now: datetime, render: Render
) -> None:
    """Put the mail of a step in the outbox within the caller's transaction; ``key`` tells the steps of a kind apart."""
    entity = db.session.get_one(Entity, vigencia.entity_id).name
    queue_message(
        entity_id=vigencia.entity_id,
        vigencia_id=vigencia.id,
        kind=kind,
        idempotency_key=f"{kind}/{key}",
        recipients=recipients,
        mail=render(TEMPLATE, mail=mail, entity=entity, is_demo=vigencia.is_demo),
        recorded_at=now,
    )
