"""Mails that a day calls for: made without writing anything, then queued once for each person and occasion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pp_monitor.domain.account import Role
from pp_monitor.domain.evidence import Document
from pp_monitor.extensions import db
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.mail import MailMark, OutboxDocument
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.evidence import store_document
from pp_monitor.services.mail import RenderedMail, queue_message
from pp_monitor.services.role import holders
from pp_monitor.services.transaction import beside_vigencia, insert_once


@dataclass(frozen=True, slots=True)
class Addressee:
    """A person with all the roles of a day, each with the code of its organism, empty for the city.

    ``has_entered`` is false while an invitation waits.
    """

    user_id: int
    email: str
    label: str
    grants: frozenset[tuple[Role, str]]
    has_entered: bool


@dataclass(frozen=True, slots=True)
class PlannedMail:
    """A mail for one person on a day; ``occasions`` are what it tells, none of which is told to that person twice.

    ``why`` says in words what calls for it. ``seen_event_id`` is kept with the marks of a digest of cases.
    """

    kind: str
    day: date
    to: Addressee
    occasions: tuple[str, ...]
    why: str
    mail: RenderedMail
    documents: tuple[Document, ...] = ()
    seen_event_id: int = 0


def addressees(entity_id: int, day: date) -> tuple[Addressee, ...]:
    """Everybody with a role on a day, each once, by address; one query."""
    found: dict[int, Addressee] = {}
    for holder in holders(entity_id, day):
        known = found.get(holder.user_id)
        grants = (known.grants if known else frozenset()) | {(holder.role, holder.organism_code)}
        found[holder.user_id] = Addressee(holder.user_id, holder.email, holder.label, grants, holder.has_entered)
    return tuple(found.values())


def staffed(people: Iterable[Addressee]) -> frozenset[str]:
    """The codes of the organisms that have an active enlace: one who has entered."""
    return frozenset(code for each in people if each.has_entered for role, code in each.grants if role is Role.ENLACE)


def send_planned(vigencia: Vigencia, planned: Sequence[PlannedMail], actor: Actor) -> int:
    """Mark and queue the mails of one kind, all of them or none, in a transaction; give how many are new."""
    if not planned:
        return 0
    with beside_vigencia(vigencia.id) as now:
        return queue_planned(vigencia, planned, actor, now)


def queue_planned(vigencia: Vigencia, planned: Sequence[PlannedMail], actor: Actor, now: datetime) -> int:
    """The same within the caller's write transaction."""
    sent = sum(_queue(vigencia, each, now) for each in planned)
    if sent:
        details = {"mail_kind": planned[0].kind, "messages": sent}
        record(actor, "remind", "vigencia", str(vigencia.year), now, details)
    return sent


def _queue(vigencia: Vigencia, planned: PlannedMail, now: datetime) -> bool:
    marks = [mark for occasion in planned.occasions if (mark := _mark(vigencia, planned, occasion, now))]
    if not marks:
        return False
    message = queue_message(
        entity_id=vigencia.entity_id,
        vigencia_id=vigencia.id,
        kind=planned.kind,
        idempotency_key=f"{planned.kind}/{marks[0]}",
        recipients=[planned.to.email],
        mail=planned.mail,
        recorded_at=now,
    )
    if message is None:
        return False
    for document in planned.documents:
        evidence = store_document(vigencia.entity_id, document, now)
        db.session.add(
            OutboxDocument(
                entity_id=vigencia.entity_id,
                message_id=message.id,
                evidence_id=evidence.id,
                filename=document.filename,
            )
        )
    return True


def _mark(vigencia: Vigencia, planned: PlannedMail, occasion: str, now: datetime) -> int | None:
    """Note that a person is told something; none when that was done before."""
    return insert_once(
        MailMark,
        entity_id=vigencia.entity_id,
        vigencia_id=vigencia.id,
        user_id=planned.to.user_id,
        kind=planned.kind,
        occasion=occasion,
        day=planned.day,
        seen_event_id=planned.seen_event_id,
        recorded_at=now,
    )
