"""Documents of forms that are not recorded yet: held for their sender, so that nobody attaches one twice."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from pp_monitor.domain.errors import Problem, ProblemsError
from pp_monitor.domain.evidence import Document
from pp_monitor.extensions import db
from pp_monitor.models.held_document import HeldDocument
from pp_monitor.services.audit import Actor
from pp_monitor.services.evidence import check_document
from pp_monitor.services.transaction import writing

KEPT_DAYS = 2
MOST_OF_A_PERSON = 10


def hold_document(actor: Actor, document: Document, today: date) -> str:
    """Keep a document for its sender for two days and give its hash; the oldest of more than ten make room.

    Raises ``ProblemsError`` for what is no document that can be kept.
    """
    check_document(document)
    with writing() as now:
        mine = HeldDocument.user_id == actor.user_id
        db.session.execute(delete(HeldDocument).where(mine, HeldDocument.sha256 == document.sha256))
        newest_first = select(HeldDocument.id).where(mine).order_by(HeldDocument.id.desc())
        surplus = db.session.scalars(newest_first).all()[MOST_OF_A_PERSON - 1 :]
        db.session.execute(delete(HeldDocument).where(HeldDocument.id.in_(surplus)))
        db.session.add(_row(actor, document, today, now))
    return document.sha256


def _row(actor: Actor, document: Document, today: date, now: datetime) -> HeldDocument:
    return HeldDocument(
        entity_id=actor.entity_id,
        user_id=actor.user_id,
        filename=document.filename,
        sha256=document.sha256,
        size_bytes=len(document.content),
        kept_until=today + timedelta(days=KEPT_DAYS),
        recorded_at=now,
        content=document.content,
    )


def held_document(actor: Actor, sha256: str) -> Document:
    """The document with this hash that its sender gave before; raise ``ProblemsError`` where it is gone."""
    same = (HeldDocument.user_id == actor.user_id, HeldDocument.sha256 == sha256)
    found = db.session.execute(select(HeldDocument.filename, HeldDocument.content).where(*same)).first()
    if found is None:
        raise ProblemsError((Problem("El archivo que adjuntó ya no está.", "Adjúntelo otra vez."),))
    return Document(found.filename, found.content)


@dataclass(frozen=True, slots=True)
class HeldName:
    """A held document as it is told, without its bytes."""

    filename: str
    size_bytes: int


def held_names(actor: Actor, hashes: Collection[str]) -> dict[str, HeldName]:
    """Those of these documents that are still held for their sender, by hash; one query, none without hashes."""
    if not hashes:
        return {}
    query = select(HeldDocument.sha256, HeldDocument.filename, HeldDocument.size_bytes)
    mine = query.where(HeldDocument.user_id == actor.user_id, HeldDocument.sha256.in_(hashes))
    return {row.sha256: HeldName(row.filename, row.size_bytes) for row in db.session.execute(mine)}


def purge_held_documents(entity_id: int, today: date) -> int:
    """Forget the documents whose last day has passed, and tell how many."""
    with writing():
        expired = delete(HeldDocument).where(HeldDocument.entity_id == entity_id, HeldDocument.kept_until < today)
        return len(db.session.scalars(expired.returning(HeldDocument.id)).all())
