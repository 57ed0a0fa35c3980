"""What a report of progress adds to what is recorded, decided before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from pp_monitor.domain.catalogue import Catalogue
from pp_monitor.domain.dated import View, value_as_at
from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.domain.plan import PlanLine, plans_as_at
from pp_monitor.domain.progress import ATTEMPT, Fact, FactStatus, standing_facts
from pp_monitor.domain.project import ProjectHistory, ProjectState
from pp_monitor.extensions import db
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.progress import ActualFact, FactSource, ForecastFact
from pp_monitor.models.project import Attempt, ProjectProcess
from pp_monitor.services.audit import Actor
from pp_monitor.services.entity import load_catalogue
from pp_monitor.services.history import load_histories
from pp_monitor.services.plan_check import errors_only, milestone_names

Stream = type[ActualFact] | type[ForecastFact]
Key = tuple[str, int | None, int | None]
STREAMS: Mapping[str, Stream] = {"actual": ActualFact, "forecast": ForecastFact}


@dataclass(frozen=True, slots=True)
class FactEntry:
    """What is told about one milestone of a project; a date that is none changes nothing.

    In an annulment the dates are those that stand and are withdrawn. ``attempt_id`` none is the newest attempt.
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

    def day(self, stream: str) -> date | None:
        """The date of one of the streams."""
        return self.actual if stream == "actual" else self.forecast


@dataclass(frozen=True, slots=True)
class RecordResult:
    """How many records were added and how many said nothing new; ``problems`` with an error mean that none was."""

    recorded: int
    unchanged: int
    problems: tuple[Problem, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether an error kept everything from being recorded."""
        return bool(errors_only(self.problems))


@dataclass(frozen=True, slots=True)
class Reporting:
    """How a set of entries comes in: who, by which way, on which day; ``dry_run`` writes nothing."""

    vigencia: Vigencia
    actor: Actor
    today: date
    source: FactSource
    reported_on: date
    load_id: int | None = None
    annul: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A record to be added: the entry, its stream, and the date that stood before."""

    stream: str
    entry: FactEntry
    project_code: str
    attempt_id: int | None
    before: date | None
    is_annulment: bool

    def row(self, how: Reporting, now: datetime) -> dict[str, Any]:
        """The row of the stream's table."""
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
            "evidence_id": self.entry.evidence_id,
            "contract_id": self.entry.contract_id,
            "attempt_id": self.attempt_id,
            "user_id": how.actor.user_id,
            "recorded_at": now,
        }

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


class Checker:
    """Decides what the entries add to what is recorded, in a constant number of queries."""

    def __init__(self, how: Reporting, entries: Sequence[FactEntry], now: datetime) -> None:
        ids = sorted({entry.project_id for entry in entries})
        self._how = how
        self._entries = entries
        self._now = now
        self._histories = {row.id: row for row in load_histories(how.vigencia.id, now, ids)}
        self._attempts = newest_attempts(ids)
        self._catalogue: Catalogue = load_catalogue(how.vigencia.catalogue_version_id)
        self._names = milestone_names(self._catalogue)
        self._standing = {
            "actual": {row.id: _by_key(row.actuals, now) for row in self._histories.values()},
            "forecast": {row.id: _by_key(row.forecasts, now) for row in self._histories.values()},
        }
        self._texts = {stream: self._fact_texts(stream) for stream in STREAMS}

    def decide(self) -> tuple[list[Change], list[Problem], int]:
        """The records to add, what is wrong or worth noting, and how many dates say nothing new."""
        changes: list[Change] = []
        problems: list[Problem] = []
        unchanged = 0
        seen: set[tuple[int, Key]] = set()
        for entry in self._entries:
            history = self._histories.get(entry.project_id)
            if history is None:
                problems.append(Problem("El proyecto no existe en esta vigencia.", "Revise el código."))
                continue
            key = self._key(entry)
            found = list(self._refusals(entry, history))
            if (entry.project_id, key) in seen:
                found.append(self._problem(history, entry, "El hito está dos veces.", "Deje un solo renglón."))
            seen.add((entry.project_id, key))
            problems += found
            if found:
                continue
            for stream in STREAMS:
                if entry.day(stream) is None:
                    continue
                change, said = self._change(stream, entry, history, key)
                problems += said
                changes += [change] if change else []
                unchanged += change is None and not said
        return changes, problems, unchanged

    def _key(self, entry: FactEntry) -> Key:
        attempt = entry.attempt_id
        if attempt is None and entry.milestone_code in ATTEMPT:
            attempt = self._attempts.get(entry.project_id)
        return entry.milestone_code, entry.contract_id, attempt

    def _refusals(self, entry: FactEntry, history: ProjectHistory) -> Iterator[Problem]:
        view = View(self._how.today, self._now)
        state = value_as_at(history.states, view)
        plans = plans_as_at(history.baselines, view)
        name = self._name(history, entry)
        line = plans.current.lines.get(entry.milestone_code) if plans else None
        if state and state.state is ProjectState.WITHDRAWN:
            yield self._problem(history, entry, "El proyecto está retirado.", "Quite sus renglones.")
        elif plans is None:
            yield self._problem(history, entry, "El proyecto no tiene plan registrado.", "Registre primero su plan.")
        elif entry.milestone_code not in self._names and entry.milestone_code not in history.own_names:
            what = f"El hito {entry.milestone_code} no existe."
            yield self._problem(history, entry, what, "Use los códigos H01 a H14.")
        elif line is None or line.not_applicable:
            yield self._problem(history, entry, f"«{name}» no aplica en el plan del proyecto.", "Quite su fecha.")
        if entry.actual and entry.actual > self._how.today and not self._how.annul:
            what = f"La fecha real de «{name}», {entry.actual:%d/%m/%Y}, está en el futuro."
            fix = "Escriba el día en que ocurrió; si aún no ocurre, use la fecha proyectada."
            yield self._problem(history, entry, what, fix)

    def _change(
        self, stream: str, entry: FactEntry, history: ProjectHistory, key: Key
    ) -> tuple[Change | None, list[Problem]]:
        standing = self._standing[stream][history.id].get(key)
        before = standing.day if standing else None
        change = Change(stream, entry, history.code, key[2], before, self._how.annul)
        if self._how.annul:
            said = list(self._annulment_refusals(stream, entry, history, before))
            return (None if said else change), said
        if standing and before == entry.day(stream) and not self._adds_words(stream, entry, standing):
            return None, []
        said = list(self._remarks(stream, entry, history, before))
        return (None if errors_only(said) else change), said

    def _annulment_refusals(
        self, stream: str, entry: FactEntry, history: ProjectHistory, before: date | None
    ) -> Iterator[Problem]:
        name = self._name(history, entry)
        if before is None or before != entry.day(stream):
            what = f"La fecha de «{name}» que quiere anular ya no está."
            yield self._problem(history, entry, what, "Actualice la página y revise la fecha.")
        elif not entry.note:
            what = f"Falta el motivo para anular la fecha de «{name}»."
            yield self._problem(history, entry, what, "Escriba el motivo en la nota.")

    def _remarks(
        self, stream: str, entry: FactEntry, history: ProjectHistory, before: date | None
    ) -> Iterator[Problem]:
        """A correction without reason, refused where a person can be asked; a late forecast without cause."""
        name = self._name(history, entry)
        is_correction = stream == "actual" and before is not None and before != entry.actual
        if is_correction and not entry.note:
            severity = Severity.ERROR if self._how.source in (FactSource.FORM, FactSource.PLANNING) else Severity.NOTE
            what = f"Falta el motivo de la corrección de «{name}»."
            problem = self._problem(history, entry, what, "Escriba el motivo en la nota.")
            yield replace(problem, severity=severity)
        if stream == "forecast" and not entry.cause and self._is_later_than_planned(entry, history):
            what = f"Falta la causa del retraso de «{name}»."
            yield replace(self._problem(history, entry, what, "Escríbala en «causa»."), severity=Severity.NOTE)

    def _is_later_than_planned(self, entry: FactEntry, history: ProjectHistory) -> bool:
        plans = plans_as_at(history.baselines, View(self._how.today, self._now))
        line = plans.current.lines.get(entry.milestone_code, PlanLine()) if plans else PlanLine()
        return bool(entry.forecast and line.planned and entry.forecast > line.planned)

    def _adds_words(self, stream: str, entry: FactEntry, standing: Fact) -> bool:
        note, cause = self._texts[stream].get(standing.id, ("", ""))
        is_new = (entry.note and entry.note != note) or (entry.cause and entry.cause != cause)
        return bool(is_new) or (entry.evidence_id is not None and not standing.has_evidence)

    def _fact_texts(self, stream: str) -> dict[int, tuple[str, str]]:
        """Note and cause of the facts that stand, by fact id."""
        table = STREAMS[stream]
        query = select(table.id, table.note, table.cause).where(table.project_id.in_(sorted(self._histories)))
        return {row.id: (row.note, row.cause) for row in db.session.execute(query)}

    def _name(self, history: ProjectHistory, entry: FactEntry) -> str:
        own = history.own_names.get(entry.milestone_code, entry.milestone_code)
        return self._names.get(entry.milestone_code, own)

    @staticmethod
    def _problem(history: ProjectHistory, entry: FactEntry, what: str, fix: str) -> Problem:
        return Problem(what, fix, project_code=history.code, milestone_code=entry.milestone_code)


def _by_key(facts: Sequence[Fact], known_at: datetime) -> dict[Key, Fact]:
    rows = standing_facts(facts, known_at)
    return {(fact.milestone_code, fact.contract_id, fact.attempt_id): fact for fact in rows}


def newest_attempts(project_ids: Sequence[int]) -> dict[int, int]:
    """The newest attempt of each project that has a second one; facts without attempt belong to the first."""
    query = (
        select(ProjectProcess.project_id, Attempt.id)
        .join(Attempt, Attempt.process_id == ProjectProcess.process_id)
        .where(ProjectProcess.project_id.in_(project_ids), Attempt.number > 1)
        .order_by(Attempt.opened_on, Attempt.id)
    )
    return {row.project_id: row.id for row in db.session.execute(query)}
