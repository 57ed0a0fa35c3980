"""What is told of milestones and what that changes: the values that pass between a report and its check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, null, select

from pp_monitor.domain.errors import Problem
from pp_monitor.domain.evidence import Document
from pp_monitor.domain.progress import FactStatus
from pp_monitor.extensions import db
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.progress import ActualFact, Evidence, FactSource, ForecastFact
from pp_monitor.services.audit import Actor
from pp_monitor.services.evidence import keep_link, store_document
from pp_monitor.services.plan_check import errors_only

Stream = type[ActualFact] | type[ForecastFact]
STREAMS: Mapping[str, Stream] = {"actual": ActualFact, "forecast": ForecastFact}
STREAM_WORD = {"actual": "Fecha real", "forecast": "Fecha proyectada"}


@dataclass(frozen=True, slots=True)
class FactEntry:
    """What is told about one milestone of a project; a date that is none changes nothing.

    In an annulment the dates are those that stand and are withdrawn. ``attempt_id`` none is the newest attempt.
    ``planned`` is the planned date that a file shows, which has to be that of the plan in force; of an entry that
    ``is_untouched``, where nobody typed, nothing else is judged.
    ``url`` is where the document of the actual date lies and ``document`` is itself, where no ``evidence_id`` is kept
    yet; one of both at most.
    """

    project_id: int
    milestone_code: str
    actual: date | None = None
    forecast: date | None = None
    cause: str = ""
    note: str = ""
    evidence_id: int | None = None
    contract_id: int | None = None
    attempt_id: int | None = None
    url: str = ""
    document: Document | None = None
    planned: date | None = None
    is_untouched: bool = False

    @property
    def has_proof(self) -> bool:
        """Whether anything backs the actual date."""
        return self.evidence_id is not None or bool(self.url) or self.document is not None

    def day(self, stream: str) -> date | None:
        """The date of one of the streams."""
        return self.actual if stream == "actual" else self.forecast


@dataclass(frozen=True, slots=True)
class Difference:
    """What one record says anew of a milestone, in words; ``before`` is empty where nothing stood."""

    project_code: str
    milestone_code: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RecordResult:
    """How many records were added and how many said nothing new; ``problems`` with an error mean that none was.

    ``explained`` of the ``recorded`` are reasons of a delay. ``differences`` tell what the added records change.
    """

    recorded: int
    unchanged: int
    problems: tuple[Problem, ...] = ()
    explained: int = field(default=0, compare=False)
    differences: tuple[Difference, ...] = field(default=(), compare=False)

    @property
    def is_refused(self) -> bool:
        """Whether an error kept everything from being recorded."""
        return bool(errors_only(self.problems))


@dataclass(frozen=True, slots=True)
class Reporting:
    """How a set of entries comes in: who, by which way, on which day; with ``annul`` they withdraw dates."""

    vigencia: Vigencia
    actor: Actor
    today: date
    source: FactSource
    reported_on: date
    load_id: int | None = None
    annul: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """What was said beside a date, and its document: its address where that is elsewhere, else its hash."""

    note: str = ""
    cause: str = ""
    url: str = ""
    evidence_id: int | None = None
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A record to be added: the entry, its stream, and what stood before."""

    stream: str
    entry: FactEntry
    project_code: str
    attempt_id: int | None
    before: date | None
    is_annulment: bool
    words: Words = Words()

    def row(self, how: Reporting, now: datetime, links: Mapping[str, int | None]) -> dict[str, Any]:
        """The row of the stream's table; ``links`` are the ids of documents by address or hash."""
        return {
            "entity_id": how.vigencia.entity_id,
            "project_id": self.entry.project_id,
            "milestone_code": self.entry.milestone_code,
            "day": None if self.is_annulment else self.entry.day(self.stream),
            "status": FactStatus.ANNULLED if self.is_annulment else FactStatus.REPORTED,
            "source": how.source,
            "reported_on": how.reported_on,
            "note": self.entry.note,
            "cause": self.entry.cause,
            "load_id": how.load_id,
            "evidence_id": self._evidence_id(links),
            "contract_id": self.entry.contract_id,
            "attempt_id": self.attempt_id,
            "user_id": how.actor.user_id,
            "recorded_at": now,
        }

    def _evidence_id(self, links: Mapping[str, int | None]) -> int | None:
        """What backs the record; a date that only gets other words keeps what backed it."""
        if self.stream == "actual" and (where := self.entry.url or _hash(self.entry)):
            return links[where]
        is_same = self.before == self.entry.day(self.stream) and not self.is_annulment
        return self.entry.evidence_id or (self.words.evidence_id if is_same else None)

    def told(self) -> dict[str, str | None]:
        """The change as the trail keeps it."""
        day = None if self.is_annulment else self.entry.day(self.stream)
        return {
            "project": self.project_code,
            "milestone": self.entry.milestone_code,
            "stream": self.stream,
            "before": self.before.isoformat() if self.before else None,
            "after": day.isoformat() if day else None,
        }

    def differences(self) -> Iterator[Difference]:
        """The date and the words that are not as they stood."""
        entry, day = self.entry, self.entry.day(self.stream)
        told = [(STREAM_WORD[self.stream], _written(self.before), _written(day))]
        told += [("Causa", self.words.cause, entry.cause), ("Nota", self.words.note, entry.note)]
        told += [("Enlace del soporte", self.words.url, entry.url)] if self.stream == "actual" else []
        for what, before, after in told:
            if after and after != before:
                yield Difference(self.project_code, entry.milestone_code, what, before, after)


def fact_words(stream: str, project_ids: Iterable[int]) -> dict[int, Words]:
    """What was said with each record of a stream of some projects, and its document, by its id; one query.

    A verification says what the report said that it judges.
    """
    table = STREAMS[stream]
    of_fact = ActualFact.of_fact_id if table is ActualFact else null()
    proof = (func.coalesce(Evidence.url, ""), table.evidence_id, func.coalesce(Evidence.sha256, ""))
    query = (
        select(table.id, of_fact, table.note, table.cause, *proof)
        .outerjoin(Evidence, Evidence.id == table.evidence_id)
        .where(table.project_id.in_(sorted(project_ids)))
    )
    found: dict[int, Words] = {}
    judged: dict[int, int] = {}
    for row_id, of_id, *words in db.session.execute(query):
        found[row_id] = Words(*words)
        if of_id:
            judged[row_id] = of_id
    return found | {row_id: found[of_id] for row_id, of_id in judged.items()}


def keep_documents(entity_id: int, changes: Iterable[Change], now: datetime) -> dict[str, int | None]:
    """Keep what backs the changes within the caller's transaction; the ids by address or hash."""
    entries = [change.entry for change in changes]
    links = {url: keep_link(entity_id, url, now) for url in {entry.url for entry in entries}}
    documents = {entry.document.sha256: entry.document for entry in entries if entry.document}
    return links | {sha256: store_document(entity_id, one, now).id for sha256, one in documents.items()}


def _hash(entry: FactEntry) -> str:
    return entry.document.sha256 if entry.document else ""


def _written(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""
