"""What backs a fact or a decision: a document kept with the data, or the address of one that somebody else keeps.

What a document is, is read from its bytes, never from its name. Both are rows of ``evidence``, each kept once
(ADR 0011).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pp_monitor.domain.errors import NotFoundError, Problem, ProblemsError
from pp_monitor.domain.evidence import LARGEST_BYTES, Document, suffix_of
from pp_monitor.extensions import db
from pp_monitor.models.progress import Evidence
from pp_monitor.models.submission import EvidenceContent


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as it is handed out."""

    filename: str
    media_type: str
    sha256: str
    content: bytes


def check_document(document: Document) -> str:
    """The media type of a PDF, PNG or JPEG of at most 5 MB; raise ``ProblemsError`` for anything else."""
    if not document.content:
        raise ProblemsError((Problem("El archivo está vacío.", "Adjunte el documento firmado."),))
    if len(document.content) > LARGEST_BYTES:
        raise ProblemsError((Problem("El archivo pesa más de 5 MB.", "Escanéelo en menor resolución."),))
    if document.media_type:
        return document.media_type
    raise ProblemsError((Problem("El archivo no es un PDF ni una imagen.", "Adjunte un PDF, un PNG o un JPG."),))


def store_document(entity_id: int, document: Document, now: datetime) -> Evidence:
    """Keep a document within the caller's transaction; the same bytes are kept once. Raises as ``check_document``."""
    media_type = check_document(document)
    sha256 = hashlib.sha256(document.content).hexdigest()
    same = (Evidence.entity_id == entity_id, Evidence.sha256 == sha256, Evidence.url == "")
    found = db.session.scalar(select(Evidence).where(*same))
    if found:
        return found
    evidence = Evidence(
        entity_id=entity_id,
        filename=document.filename[:200],
        media_type=media_type,
        size_bytes=len(document.content),
        sha256=sha256,
        url="",
        recorded_at=now,
    )
    db.session.add(evidence)
    db.session.flush()
    db.session.add(EvidenceContent(entity_id=entity_id, evidence_id=evidence.id, content=document.content))
    db.session.flush()
    return evidence


def keep_link(entity_id: int, url: str, now: datetime) -> int | None:
    """Keep the address of a document within the caller's transaction; its id, none for an empty one."""
    if not url:
        return None
    same = (Evidence.entity_id == entity_id, Evidence.url == url, Evidence.sha256 == "")
    found = db.session.scalar(select(Evidence.id).where(*same))
    if found:
        return found
    row = Evidence(entity_id=entity_id, filename="", media_type="", size_bytes=0, sha256="", url=url, recorded_at=now)
    db.session.add(row)
    db.session.flush()
    return row.id


def read_document(evidence_id: int) -> StoredDocument:
    """A document with a name that says what it is; raise ``NotFoundError`` where there is none, a link included."""
    query = (
        select(Evidence, EvidenceContent.content)
        .join(EvidenceContent, EvidenceContent.evidence_id == Evidence.id)
        .where(Evidence.id == evidence_id)
    )
    found = db.session.execute(query).first()
    if found is None:
        raise NotFoundError("Ese documento no existe.")
    row, content = found
    return StoredDocument(f"soporte-{row.sha256[:12]}{suffix_of(row.media_type)}", row.media_type, row.sha256, content)
