"""What a report of progress adds to what is recorded, decided before anything is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from pp_monitor.domain.catalogue import COMMITMENT, CONTRACT, START, Catalogue
from pp_monitor.domain.contract import procurement_as_at
from pp_monitor.domain.dated import View, value_as_at
from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.domain.plan import PlanLine, out_of_order, plans_as_at
from pp_monitor.domain.progress import (
    ATTEMPT,
    FIRST_CONTRACT,
    LAST_CONTRACT,
    Fact,
    actual_start,
    days_of_contract,
    standing_facts,
)
from pp_monitor.domain.project import ProjectHistory, ProjectState
from pp_monitor.domain.verification import Reporter
from pp_monitor.models.progress import FactSource
from pp_monitor.services.attempt import open_attempts
from pp_monitor.services.entity import load_catalogue
from pp_monitor.services.history import load_histories
from pp_monitor.services.plan_check import errors_only, milestone_names
from pp_monitor.services.progress_entry import STREAMS, Change, FactEntry, Reporting, Words, fact_words

Key = tuple[str, int | None, int | None]
_SIGNING = (CONTRACT, COMMITMENT, START)  # out of order against Ley 80 de 1993, art. 41, but it happens and is recorded


class Checker:
    """Decides what the entries add to what is recorded, in a constant number of queries.

    ``explained`` are the milestones, by project id, whose delay has a cause of the list.
    """

    def __init__(
        self,
        how: Reporting,
        entries: Sequence[FactEntry],
        now: datetime,
        explained: Collection[tuple[int, str]] = frozenset(),
    ) -> None:
        ids = sorted({entry.project_id for entry in entries})
        self._how = how
        self._entries = entries
        self._now = now
        self._explained = explained
        self._reporter = Reporter(how.vigencia.reporter)
        self._histories = {row.id: row for row in load_histories(how.vigencia.id, now, ids)}
        self._attempts = open_attempts(ids)
        self._catalogue: Catalogue = load_catalogue(how.vigencia.catalogue_version_id)
        self._names = milestone_names(self._catalogue)
        self._standing = {
            "actual": {row.id: by_key(row.actuals, now) for row in self._histories.values()},
            "forecast": {row.id: by_key(row.forecasts, now) for row in self._histories.values()},
        }
        self._told = self._told_actuals()
        self._texts = {stream: fact_words(stream, self._histories) for stream in STREAMS}

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
        if entry.attempt_id is not None:
            return entry.milestone_code, entry.contract_id, entry.attempt_id
        return report_key(entry.milestone_code, self._attempts.by_project.get(entry.project_id), entry.contract_id)

    def _refusals(self, entry: FactEntry, history: ProjectHistory) -> Iterator[Problem]:
        view = View(self._how.today, self._now)
        yield from self._planned_refusals(entry, history)
        if entry.is_untouched:
            return
        yield from place_refusals(history, entry.milestone_code, self._names, view)
        if entry.actual and self._how.source is FactSource.FORM and self._reporter is Reporter.PLANNING:
            what = "En esta vigencia Planeación registra las fechas reales."
            fix = "Escriba la fecha proyectada o la explicación; la fecha real la confirma en «Por verificar»."
            yield replace(self._problem(history, entry, what, fix), cell="actual")
        has_date = bool(entry.actual or entry.forecast)
        is_closed = entry.milestone_code in ATTEMPT and entry.project_id in self._attempts.closed
        if has_date and is_closed and not self._how.annul:
            what = f"«{self._name(history, entry.milestone_code)}» no recibe fechas: el proceso fue abandonado."
            yield self._problem(history, entry, what, "Agregue primero el proceso que lo reemplaza.")
        if not self._how.annul and entry.contract_id is not None:
            yield from self._contract_refusals(entry, history)
        if entry.actual and not self._how.annul:
            yield from self._day_refusals(entry, entry.actual, history)

    def _planned_refusals(self, entry: FactEntry, history: ProjectHistory) -> Iterator[Problem]:
        """A planned date that is not the one of the plan in force, which a report never changes."""
        plans = plans_as_at(history.baselines, View(self._how.today, self._now))
        if entry.planned is None or plans is None:
            return
        planned = plans.current.lines.get(entry.milestone_code, PlanLine()).planned
        if planned != entry.planned:
            name = self._name(history, entry.milestone_code)
            stands = f"es {planned:%d/%m/%Y}" if planned else "no está en el plan"
            what = f"La fecha planeada de «{name}» {stands}; el archivo dice {entry.planned:%d/%m/%Y}."
            fix = "Revise el código del hito y deje la fecha del plan: el avance no la cambia, una reprogramación sí."
            yield replace(self._problem(history, entry, what, fix), cell="planned")

    def _contract_refusals(self, entry: FactEntry, history: ProjectHistory) -> Iterator[Problem]:
        """A contract named for what is of the process, or one that does not serve the project today."""
        links = procurement_as_at(history.contracts, (), View(self._how.today, self._now))
        if entry.contract_id not in links.contract_ids:
            what, fix = "Ese contrato no sirve a este proyecto.", "Elija otro o vincúlelo primero."
            yield replace(self._problem(history, entry, what, fix), cell="contract")
        elif entry.milestone_code not in FIRST_CONTRACT | LAST_CONTRACT:
            what = f"«{self._name(history, entry.milestone_code)}» no es de un contrato."
            yield replace(self._problem(history, entry, what, "Elija «Todo el proyecto»."), cell="contract")

    def _day_refusals(self, entry: FactEntry, day: date, history: ProjectHistory) -> Iterator[Problem]:
        """An actual date that cannot be, by itself or beside the others."""
        name = self._name(history, entry.milestone_code)
        oldest = date(self._how.vigencia.year - 1, 1, 1)
        if day > self._how.today:
            what = f"La fecha real de «{name}», {day:%d/%m/%Y}, está en el futuro."
            fix = "Escriba el día en que ocurrió; si aún no ocurre, use la fecha proyectada."
            yield self._problem(history, entry, what, fix)
        elif day < oldest:
            what = f"La fecha real de «{name}», {day:%d/%m/%Y}, es anterior al {oldest:%d/%m/%Y}."
            fix = f"Revise el año; la vigencia es {self._how.vigencia.year}."
            yield self._problem(history, entry, what, fix)
        elif self._key(entry) in self._told[entry.project_id]:
            yield from self._order_refusals(entry, day, history)

    def _order_refusals(self, entry: FactEntry, day: date, history: ProjectHistory) -> Iterator[Problem]:
        """What was executed or closed before the start, told at the later milestone if the entries date it too."""
        days = self._actuals_after(entry.project_id)
        start = actual_start((key[0], one) for key, one in days.items())
        if start is None:
            return
        fix = "Revise las dos fechas y corrija la que no es."
        if entry.milestone_code in LAST_CONTRACT and day < start:
            name, first = self._name(history, entry.milestone_code), self._name(history, START)
            what = f"La fecha real de «{name}», {day:%d/%m/%Y}, es anterior a la de «{first}», {start:%d/%m/%Y}."
            yield self._problem(history, entry, what, fix)
        stored = [] if entry.milestone_code != START else sorted(self._told_before(entry.project_id, start))
        for code, other in stored:
            name, later = self._name(history, START), self._name(history, code)
            what = f"La fecha real de «{name}», {day:%d/%m/%Y}, es posterior a la de «{later}», {other:%d/%m/%Y}."
            yield self._problem(history, entry, what, fix)

    def _told_before(self, project_id: int, start: date) -> Iterator[tuple[str, date]]:
        """The recorded dates of execution and closure before ``start`` that the entries leave as they are."""
        for key, day in self._actuals_after(project_id).items():
            if key[0] in LAST_CONTRACT and day < start and key not in self._told[project_id]:
                yield key[0], day

    def _told_actuals(self) -> dict[int, dict[Key, date]]:
        """The actual dates that the entries add or correct; those that stand already are not told anew."""
        told: dict[int, dict[Key, date]] = defaultdict(dict)
        for entry in self._entries:
            key = self._key(entry)
            standing = self._standing["actual"].get(entry.project_id, {}).get(key)
            if entry.actual and not self._how.annul and (standing is None or standing.day != entry.actual):
                told[entry.project_id].setdefault(key, entry.actual)
        return told

    def _actuals_after(self, project_id: int) -> dict[Key, date]:
        """The actual dates of a project as the entries would leave them."""
        standing = {key: fact.day for key, fact in self._standing["actual"][project_id].items() if fact.day}
        return standing | self._told[project_id]

    def _change(
        self, stream: str, entry: FactEntry, history: ProjectHistory, key: Key
    ) -> tuple[Change | None, list[Problem]]:
        standing = self._standing[stream][history.id].get(key)
        before = standing.day if standing else None
        words = self._words(stream, standing)
        change = Change(stream, entry, history.code, key[2], before, self._how.annul, words)
        if self._how.annul:
            said = list(self._annulment_refusals(stream, entry, history, before))
            return (None if said else change), said
        if standing and before == entry.day(stream) and not self._adds_words(stream, entry, standing, key):
            return None, []
        said = [*self._remarks(stream, entry, history, before), *self._proof_refusals(change, history)]
        return (None if errors_only(said) else change), said

    def _annulment_refusals(
        self, stream: str, entry: FactEntry, history: ProjectHistory, before: date | None
    ) -> Iterator[Problem]:
        name = self._name(history, entry.milestone_code)
        if before is None or before != entry.day(stream):
            what = f"La fecha de «{name}» que quiere anular ya no está."
            yield self._problem(history, entry, what, "Actualice la página y revise la fecha.")
        elif not entry.note:
            what = f"Falta el motivo para anular la fecha de «{name}»."
            yield self._problem(history, entry, what, "Escriba el motivo en la nota.")

    def _remarks(
        self, stream: str, entry: FactEntry, history: ProjectHistory, before: date | None
    ) -> Iterator[Problem]:
        """A correction without reason, refused where a person can be asked; a forecast that passed or has no cause."""
        name = self._name(history, entry.milestone_code)
        is_correction = stream == "actual" and before is not None and before != entry.actual
        if is_correction and not entry.note:
            severity = Severity.ERROR if self._how.source in (FactSource.FORM, FactSource.PLANNING) else Severity.NOTE
            what = f"Falta el motivo de la corrección de «{name}»."
            problem = self._problem(history, entry, what, "Escriba el motivo en la nota.")
            yield replace(problem, severity=severity)
        if stream == "actual":
            yield from self._signing_notes(entry, history)
        if stream == "forecast" and entry.forecast and entry.forecast < self._how.today and not entry.actual:
            what = f"La fecha proyectada de «{name}», {entry.forecast:%d/%m/%Y}, ya pasó."
            fix = "Si ya ocurrió, escriba la fecha real; si no, proyecte un día por venir."
            yield replace(self._problem(history, entry, what, fix), severity=Severity.NOTE)
        is_explained = entry.cause or (history.id, entry.milestone_code) in self._explained
        if stream == "forecast" and not is_explained and self._is_later_than_planned(entry, history):
            what = f"Falta la causa del retraso de «{name}»."
            note = self._problem(history, entry, what, "Elija una causa de la lista.")
            yield replace(note, severity=Severity.NOTE, cell="cause")

    def _proof_refusals(self, change: Change, history: ProjectHistory) -> Iterator[Problem]:
        """What Planning records in the place of an organism without anything that backs it."""
        stands_in = self._how.source is FactSource.PLANNING and self._reporter is Reporter.ORGANISM
        keeps_proof = change.before == change.entry.actual and change.words.evidence_id
        if change.stream == "actual" and stands_in and not change.entry.has_proof and not keeps_proof:
            what = "Falta el soporte de la fecha real: la registra Planeación y no el organismo."
            problem = self._problem(history, change.entry, what, "Adjunte el archivo o escriba su enlace.")
            yield replace(problem, cell="url")

    def _signing_notes(self, entry: FactEntry, history: ProjectHistory) -> Iterator[Problem]:
        """A note of each pair of signature, budget record and start of a contract that stands in the opposite order."""
        actuals = {key[:2]: day for key, day in self._actuals_after(entry.project_id).items() if key[0] in _SIGNING}
        days = days_of_contract(actuals, entry.contract_id)
        told = {key[0] for key in self._told[entry.project_id] if entry.contract_id in (None, key[1])}
        for earlier, later in out_of_order(days, _SIGNING):
            if entry.milestone_code == (later if later in told else earlier):
                before, after = self._name(history, earlier), self._name(history, later)
                what = f"«{after}», {days[later]:%d/%m/%Y}, queda antes de «{before}», {days[earlier]:%d/%m/%Y}."
                note = self._problem(history, entry, what, "Se registró así; revise las dos fechas.")
                yield replace(note, severity=Severity.NOTE)

    def _is_later_than_planned(self, entry: FactEntry, history: ProjectHistory) -> bool:
        plans = plans_as_at(history.baselines, View(self._how.today, self._now))
        line = plans.current.lines.get(entry.milestone_code, PlanLine()) if plans else PlanLine()
        return bool(entry.forecast and line.planned and entry.forecast > line.planned)

    def _adds_words(self, stream: str, entry: FactEntry, standing: Fact, key: Key) -> bool:
        """Whether a date that stands is told with anything new; what was said with the other date is not."""
        words = self._words(stream, standing)
        said = {self._words(one, self._standing[one][entry.project_id].get(key)).note for one in STREAMS}
        has_proof = entry.evidence_id is not None and not standing.has_evidence
        has_proof |= entry.document is not None and entry.document.sha256 != words.sha256
        has_link = stream == "actual" and bool(entry.url) and entry.url != words.url
        return (
            bool(entry.note and entry.note not in said)
            or bool(entry.cause and entry.cause != words.cause)
            or (has_proof or has_link)
        )

    def _words(self, stream: str, standing: Fact | None) -> Words:
        return self._texts[stream].get(standing.id, Words()) if standing else Words()

    def _name(self, history: ProjectHistory, code: str) -> str:
        return self._names.get(code, history.own_names.get(code, code))

    @staticmethod
    def _problem(history: ProjectHistory, entry: FactEntry, what: str, fix: str) -> Problem:
        return Problem(what, fix, project_code=history.code, milestone_code=entry.milestone_code)


def place_refusals(history: ProjectHistory, code: str, names: Mapping[str, str], view: View) -> Iterator[Problem]:
    """Why nothing can be told about a milestone of a project; ``names`` are those of the catalogue, by code."""
    state = value_as_at(history.states, view)
    plans = plans_as_at(history.baselines, view)
    line = plans.current.lines.get(code) if plans else None
    told = ("", "")
    if state and state.state is ProjectState.WITHDRAWN:
        told = "El proyecto está retirado.", "Quite sus renglones."
    elif plans is None:
        told = "El proyecto no tiene plan registrado.", "Registre primero su plan."
    elif code not in names and code not in history.own_names:
        told = f"El hito {code} no existe.", "Use los códigos H01 a H14."
    elif line is None or line.not_applicable:
        name = names.get(code, history.own_names.get(code, code))
        told = f"«{name}» no aplica en el plan del proyecto.", "Quite su fecha."
    if told[0]:
        yield Problem(*told, project_code=history.code, milestone_code=code)


def report_key(milestone_code: str, attempt_id: int | None, contract_id: int | None = None) -> Key:
    """Under what a report of a milestone stands; ``attempt_id`` is the newest one, which only its milestones are of."""
    return milestone_code, contract_id, attempt_id if milestone_code in ATTEMPT else None


def by_key(facts: Sequence[Fact], known_at: datetime) -> dict[Key, Fact]:
    """The records that stand, by milestone, contract and attempt."""
    rows = standing_facts(facts, known_at)
    return {(fact.milestone_code, fact.contract_id, fact.attempt_id): fact for fact in rows}
