"""What was issued: closed cut-offs, their files byte for byte, and who received them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import undefer

from pp_monitor.domain.errors import NotFoundError
from pp_monitor.extensions import db
from pp_monitor.models.entity import Organism
from pp_monitor.models.mail import DeliveryState, OutboxAttachment, OutboxRecipient
from pp_monitor.models.report import ClosedCutoff, IssuedFile


@dataclass(frozen=True, slots=True)
class ClosedReport:
    """A closed cut-off: ``cutoff`` and ``known_at`` are its ``C`` and ``K``; a later version has its reason."""

    id: int
    number: int
    version: int
    cutoff: date
    known_at: datetime
    issued_on: date
    closed_at: datetime
    reason: str
    budget_cutoff: date | None
    data_sha256: str

    @property
    def label(self) -> str:
        """*Informe n.º 3*, with its version from the second on."""
        return f"Informe n.º {self.number}" + (f", versión {self.version}" if self.version > 1 else "")


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a file reached one address; ``answer`` is what the mail server said."""

    address: str
    state: DeliveryState
    answer: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ReportFile:
    """One issued file; ``organism_code`` is empty for the city's."""

    id: int
    filename: str
    organism_code: str
    size_bytes: int
    sha256: str
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class IssuedReport:
    """A closed cut-off with the files that a reader may have, the city's first."""

    report: ClosedReport
    files: tuple[ReportFile, ...]


@dataclass(frozen=True, slots=True)
class FileContent:
    """An issued file as it was sent."""

    filename: str
    media_type: str
    sha256: str
    content: bytes


def closed_reports(vigencia_id: int) -> list[ClosedReport]:
    """Every closed cut-off of a vigencia, the newest version of the newest first; one query."""
    rows = db.session.scalars(
        select(ClosedCutoff)
        .where(ClosedCutoff.vigencia_id == vigencia_id, ClosedCutoff.closed_at.is_not(None))
        .order_by(ClosedCutoff.cutoff_on.desc(), ClosedCutoff.version.desc())
    )
    return [_report(row, row.closed_at) for row in rows if row.closed_at]


def _report(row: ClosedCutoff, closed_at: datetime) -> ClosedReport:
    return ClosedReport(
        id=row.id,
        number=row.number,
        version=row.version,
        cutoff=row.cutoff_on,
        known_at=row.known_at,
        issued_on=row.issued_on,
        closed_at=closed_at,
        reason=row.reason,
        budget_cutoff=row.budget_cutoff_on,
        data_sha256=row.data_sha256,
    )


def issued_reports(vigencia_id: int, organism_codes: Collection[str] | None = None) -> list[IssuedReport]:
    """Every closed cut-off with its files: all of them, or those of some organisms alone; three queries."""
    reports = closed_reports(vigencia_id)
    query = (
        select(
            IssuedFile.id,
            IssuedFile.cutoff_id,
            IssuedFile.filename,
            IssuedFile.size_bytes,
            IssuedFile.sha256,
            Organism.code,
        )
        .join(ClosedCutoff, ClosedCutoff.id == IssuedFile.cutoff_id)
        .outerjoin(Organism, Organism.id == IssuedFile.organism_id)
        .where(ClosedCutoff.vigencia_id == vigencia_id)
        .order_by(IssuedFile.organism_id.is_not(None), IssuedFile.filename)
    )
    if organism_codes is not None:
        query = query.where(Organism.code.in_(organism_codes))
    rows = db.session.execute(query).all()
    deliveries = _deliveries([row.id for row in rows])
    files: dict[int, list[ReportFile]] = defaultdict(list)
    for row in rows:
        found = ReportFile(row.id, row.filename, row.code or "", row.size_bytes, row.sha256, tuple(deliveries[row.id]))
        files[row.cutoff_id].append(found)
    return [IssuedReport(report, tuple(files[report.id])) for report in reports]


def _deliveries(file_ids: Collection[int]) -> dict[int, list[Delivery]]:
    """What happened to each file, by file, in order of address."""
    found: dict[int, list[Delivery]] = defaultdict(list)
    if not file_ids:
        return found
    rows = db.session.execute(
        select(
            OutboxAttachment.issued_file_id,
            OutboxRecipient.address,
            OutboxRecipient.state,
            OutboxRecipient.smtp_text,
            OutboxRecipient.changed_at,
        )
        .join(OutboxRecipient, OutboxRecipient.message_id == OutboxAttachment.message_id)
        .where(OutboxAttachment.issued_file_id.in_(file_ids))
        .order_by(OutboxRecipient.address)
    )
    for file_id, address, state, answer, changed_at in rows:
        found[file_id].append(Delivery(address, DeliveryState(state), answer, changed_at))
    return found


def find_file(file_id: int, organism_codes: Collection[str] | None = None) -> FileContent:
    """An issued file byte for byte; raise ``NotFoundError`` where it is not, or not of these organisms."""
    query = (
        select(IssuedFile)
        .options(undefer(IssuedFile.content))
        .outerjoin(Organism, Organism.id == IssuedFile.organism_id)
        .where(IssuedFile.id == file_id)
    )
    if organism_codes is not None:
        query = query.where(Organism.code.in_(organism_codes))
    row = db.session.scalar(query)
    if row is None:
        raise NotFoundError("Ese archivo no existe.")
    return FileContent(row.filename, row.media_type, row.sha256, row.content)
