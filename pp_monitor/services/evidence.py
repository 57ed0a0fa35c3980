"""What backs a fact or a decision: a document kept with the data, or the address of one that somebody else keeps.

What a document is, is read from its bytes, never from its name. Both are rows of ``evidence``, each kept once
(ADR 0011).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from pp_monitor.domain.errors import NotFoundError, Problem, ProblemsError
from pp_monitor.domain.evidence import DOCUMENTS, LARGEST_BYTES, SIGNED, Document, suffix_of
from pp_monitor.domain.link import link_problem
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


@dataclass(frozen=True, slots=True)
class Proof:
    """What backs something, without its bytes: ``url`` of a document elsewhere, or name, size and hash of one kept."""

    evidence_id: int
    url: str
    filename: str
    size_bytes: int
    sha256: str

    @property
    def is_kept(self) -> bool:
        """Whether the document itself is here."""
        return bool(self.sha256)


@dataclass(frozen=True, slots=True)
class Backing:
    """What a person gives to back an act: the address of a document, or the document itself; nothing by default."""

    url: str = ""
    document: Document | None = None

    def keep(self, entity_id: int, now: datetime) -> int | None:
        """Keep it within the caller's transaction; none where nothing is given. Raises as ``keep_proof``."""
        return keep_proof(entity_id, self.url, self.document, now)


NO_BACKING = Backing()


def proof_of(row: Evidence | None) -> Proof | None:
    """A row as it is told; none without one."""
    return Proof(row.id, row.url, row.filename, row.size_bytes, row.sha256) if row else None


def proof_problems(url: str, document: Document | None) -> tuple[Problem, ...]:
    """What is wrong with a link and a document of which one at most is given; ``cell`` names the box."""
    found = []
    if problem := link_problem(url):
        found.append(Problem(problem.what, problem.fix, cell="url"))
    if url and document:
        found.append(Problem("Hay un enlace y un archivo.", "Deje solo uno de los dos.", cell="file"))
    return tuple(found)


def check_document(document: Document, kinds: Collection[str] = DOCUMENTS) -> str:
    """The media type of a document of at most 10 MB that is one of ``kinds``; raise ``ProblemsError`` for another."""
    if not document.content:
        raise ProblemsError((Problem("El archivo está vacío.", "Adjunte el documento."),))
    if len(document.content) > LARGEST_BYTES:
        raise ProblemsError((Problem("El archivo pesa más de 10 MB.", "Escanéelo en menor resolución."),))
    if document.media_type in kinds:
        return document.media_type
    if frozenset(kinds) <= SIGNED:
        raise ProblemsError((Problem("El archivo no es un PDF ni una imagen.", "Adjunte un PDF, un PNG o un JPG."),))
    what = "El archivo no es un PDF, una imagen, un libro de Excel ni un documento de Word."
    fix = "Adjunte un PDF, PNG, JPG, .xlsx o .docx, sin macros ni contraseña."
    raise ProblemsError((Problem(what, fix),))


def store_document(entity_id: int, document: Document, now: datetime, kinds: Collection[str] = DOCUMENTS) -> Evidence:
    """Keep a document within the caller's transaction; the same bytes are kept once. Raises as ``check_document``."""
    media_type = check_document(document, kinds)
    same = (Evidence.entity_id == entity_id, Evidence.sha256 == document.sha256, Evidence.url == "")
    found = db.session.scalar(select(Evidence).where(*same))
    if found:
        return found
    evidence = Evidence(
        entity_id=entity_id,
        filename=document.filename[:200],
        media_type=media_type,
        size_bytes=len(document.content),
        sha256=document.sha256,
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


def keep_links(entity_id: int, urls: Collection[str], now: datetime) -> dict[str, int]:
    """Keep new addresses in one statement, within the caller's transaction; their ids by address."""
    empty = {
        "entity_id": entity_id,
        "filename": "",
        "media_type": "",
        "size_bytes": 0,
        "sha256": "",
        "recorded_at": now,
    }
    db.session.execute(insert(Evidence), [empty | {"url": url} for url in sorted(urls)])
    kept = select(Evidence.url, Evidence.id).where(Evidence.entity_id == entity_id, Evidence.recorded_at == now)
    return dict(db.session.execute(kept).tuples().all())


def keep_proof(entity_id: int, url: str, document: Document | None, now: datetime) -> int | None:
    """Keep a document, or else the address of one, within the caller's transaction; none where neither is given.

    Raises as ``check_document``.
    """
    if document:
        return store_document(entity_id, document, now).id
    return keep_link(entity_id, url, now)


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
