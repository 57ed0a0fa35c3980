"""Judging reported dates: what waits to be verified, and verdicts added as records of their own (rules 9)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, insert, select
from sqlalchemy.orm import aliased

from pp_monitor.domain.account import Role
from pp_monitor.domain.dated import View, value_as_at
from pp_monitor.domain.errors import ForbiddenError, Problem, ProblemsError
from pp_monitor.domain.progress import Fact, FactStatus, standing_facts
from pp_monitor.domain.project import ProjectHistory
from pp_monitor.domain.verification import Reporter, Verdict, judged
from pp_monitor.extensions import db
from pp_monitor.labels_plan import reason_problem
from pp_monitor.labels_progress import REPORTER
from pp_monitor.models.account import User
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.progress import ActualFact, Evidence, FactSource
from pp_monitor.models.project import Project, ProjectOrganism
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.entity import load_catalogue
from pp_monitor.services.evidence import Proof, proof_of
from pp_monitor.services.history import load_histories
from pp_monitor.services.plan_check import milestone_names
from pp_monitor.services.progress_story import BY_SOURCE
from pp_monitor.services.transaction import writing_vigencia

# Who judges what, by who reports and by which way a date came in. What an organism told before Planning reports is
# judged by Planning all the same; what Planning records where organisms report is judged by nobody.
_BY_ORGANISM = frozenset({FactSource.FORM, FactSource.REGISTRATION})
JUDGES: Mapping[Reporter, Mapping[Role, frozenset[FactSource]]] = {
    Reporter.ORGANISM: {Role.PLANEACION: _BY_ORGANISM | {FactSource.FILE}},
    Reporter.PLANNING: {
        Role.PLANEACION: _BY_ORGANISM,
        Role.ENLACE: frozenset({FactSource.PLANNING, FactSource.FILE}),
    },
}
_LISTED = 60


@dataclass(frozen=True, slots=True)
class WaitingFact:
    """A reported date that somebody is to judge; ``reported_on`` is the declared day of its report."""

    id: int
    project_id: int
    milestone_code: str
    day: date
    reported_on: date
    recorded_at: datetime
    who: str
    note: str
    contract_id: int | None
    proof: Proof | None
    source: FactSource


def judged_sources(reporter: Reporter, roles: Iterable[Role]) -> frozenset[FactSource]:
    """By which ways the dates came in that somebody with these roles verifies and returns; empty for who judges none.

    >>> judged_sources(Reporter.ORGANISM, [Role.ENLACE])
    frozenset()
    """
    return frozenset[FactSource]().union(*(JUDGES[reporter].get(role, ()) for role in roles))


def waiting_facts(vigencia: Vigencia) -> list[WaitingFact]:
    """What waits to be judged in a vigencia, by whoever judges it, the oldest first; one query."""
    reporter = Reporter(vigencia.reporter)
    query = (
        select(ActualFact, User.label, Evidence)
        .join(Project, Project.id == ActualFact.project_id)
        .outerjoin(User, User.id == ActualFact.user_id)
        .outerjoin(Evidence, Evidence.id == ActualFact.evidence_id)
        .where(Project.vigencia_id == vigencia.id, _is_waiting(judged_sources(reporter, Role)))
        .order_by(ActualFact.recorded_at, ActualFact.id)
    )
    return [
        WaitingFact(
            fact.id,
            fact.project_id,
            fact.milestone_code,
            fact.day,
            fact.reported_on,
            fact.recorded_at,
            label or BY_SOURCE[FactSource(fact.source)],
            fact.note,
            fact.contract_id,
            proof_of(evidence),
            FactSource(fact.source),
        )
        for fact, label, evidence in db.session.execute(query)
    ]


def count_waiting(
    vigencia_id: int, sources: Collection[FactSource], organism_ids: Collection[int] | None = None
) -> Select[tuple[int]]:
    """How many dates that came in by ``sources`` wait, of these organisms or all, as a query of one number."""
    query = select(func.count(ActualFact.id)).join(Project, Project.id == ActualFact.project_id)
    query = query.where(Project.vigencia_id == vigencia_id, _is_waiting(frozenset(sources)))
    if organism_ids is None:
        return query
    row, later = aliased(ProjectOrganism), aliased(ProjectOrganism)
    newer = exists().where(later.project_id == row.project_id, later.id > row.id)
    return query.where(exists().where(row.project_id == Project.id, row.organism_id.in_(organism_ids), ~newer))


@cache
def _is_waiting(sources: frozenset[FactSource]) -> ColumnElement[bool]:
    """The condition that a record is a reported date that came in so, that stands and that nobody judged.

    Kept: the menu of every page counts by it, and to write it takes longer than to run it.
    """
    verdict, newer, gone = aliased(ActualFact), aliased(ActualFact), aliased(ActualFact)
    is_judged = exists().where(verdict.of_fact_id == ActualFact.id)
    is_gone = exists().where(gone.of_fact_id == newer.id, gone.status == FactStatus.RETURNED)
    replaced = exists().where(_is_later(newer), newer.of_fact_id.is_(None), ~is_gone)
    told = ActualFact.source.in_(sorted(sources))
    return and_(ActualFact.status == FactStatus.REPORTED, told, ~is_judged, ~replaced)


def _is_later(newer: type[ActualFact]) -> ColumnElement[bool]:
    """The condition that a record tells of the same milestone, contract and attempt after another, more than a wish."""
    return and_(
        newer.project_id == ActualFact.project_id,
        newer.milestone_code == ActualFact.milestone_code,
        func.coalesce(newer.contract_id, 0) == func.coalesce(ActualFact.contract_id, 0),
        func.coalesce(newer.attempt_id, 0) == func.coalesce(ActualFact.attempt_id, 0),
        newer.id > ActualFact.id,
        newer.status != FactStatus.PROPOSED,
    )


@dataclass(frozen=True, slots=True)
class ReturnedFact:
    """A date that was sent back and not told again: ``day`` as it was reported, who returned it and why."""

    project_id: int
    milestone_code: str
    day: date
    who: str
    reason: str


def returned_facts(project_ids: Collection[int]) -> list[ReturnedFact]:
    """What was returned in these projects and nobody has reported or withdrawn since, the oldest first; one query."""
    told, newer = aliased(ActualFact), aliased(ActualFact)
    query = (
        select(ActualFact.project_id, ActualFact.milestone_code, told.day, User.label, ActualFact.note)
        .join(told, told.id == ActualFact.of_fact_id)
        .outerjoin(User, User.id == ActualFact.user_id)
        .where(ActualFact.project_id.in_(project_ids), ActualFact.status == FactStatus.RETURNED)
        .where(told.day.is_not(None), ~exists().where(_is_later(newer)))
        .order_by(ActualFact.id)
    )
    return [ReturnedFact(row[0], row[1], row[2], row[3] or "", row[4]) for row in db.session.execute(query)]


@dataclass(frozen=True, slots=True)
class Judging:
    """Who judges what: the records by id, the verdict and its note.

    ``organism_codes`` (none: all) and ``sources`` are those that the judge may judge.
    """

    vigencia: Vigencia
    fact_ids: Sequence[int]
    verdict: Verdict
    actor: Actor
    today: date
    note: str = ""
    organism_codes: Collection[str] | None = None
    sources: Collection[FactSource] = frozenset(FactSource)


@dataclass(frozen=True, slots=True)
class JudgeResult:
    """How many dates were judged; ``problems`` tell those that were replaced or judged in between."""

    judged: int
    problems: tuple[Problem, ...] = ()


def judge(judging: Judging) -> JudgeResult:
    """Add one verdict for each record that still stands as it was seen; the others are told and the rest goes on.

    Raises ``ProblemsError`` for a return without a reason of ten letters, ``ForbiddenError`` where a date is of an
    organism that is not the judge's. Who may judge at all is for the caller.
    """
    problem = reason_problem(judging.note, "Falta el motivo de la devolución.")
    if judging.verdict is Verdict.RETURN and problem:
        raise ProblemsError((problem,))
    with writing_vigencia(judging.vigencia.id) as now:
        bench = _Bench(judging, now)
        done = [bench.row(fact) for fact in bench.judgeable()]
        if done:
            db.session.execute(insert(ActualFact), done)
            bench.record()
        else:
            db.session.rollback()
        return JudgeResult(len(done), tuple(bench.problems))


@dataclass(slots=True)
class _Bench:
    """Looks again, under the lock, at what is to be judged."""

    judging: Judging
    now: datetime
    problems: list[Problem] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)

    def judgeable(self) -> Iterator[ActualFact]:
        """The records that stand and whose status admits the verdict, each once."""
        ids = list(dict.fromkeys(self.judging.fact_ids))
        rows = self._rows(ids)
        histories = self._histories(rows)
        standing = {
            fact.id: fact for history in histories.values() for fact in standing_facts(history.actuals, self.now)
        }
        roots = {fact.of_fact_id or fact.id: fact for fact in standing.values()}
        names = milestone_names(load_catalogue(self.judging.vigencia.catalogue_version_id))
        for fact_id in ids:
            fact = rows.get(fact_id)
            if fact is None:
                self.problems.append(Problem("Una de las fechas no existe en esta vigencia.", "Actualice la página."))
                continue
            history = histories[fact.project_id]
            self._require_own(history)
            name = names.get(fact.milestone_code, history.own_names.get(fact.milestone_code, fact.milestone_code))
            if self._admits(roots.get(fact.id), history, fact, name):
                yield fact

    def _rows(self, ids: Sequence[int]) -> dict[int, ActualFact]:
        query = (
            select(ActualFact)
            .join(Project, Project.id == ActualFact.project_id)
            .where(Project.vigencia_id == self.judging.vigencia.id, ActualFact.id.in_(ids))
        )
        return {row.id: row for row in db.session.scalars(query)}

    def _histories(self, rows: Mapping[int, ActualFact]) -> dict[int, ProjectHistory]:
        ids = sorted({row.project_id for row in rows.values()})
        return {row.id: row for row in load_histories(self.judging.vigencia.id, self.now, ids)}

    def _require_own(self, history: ProjectHistory) -> None:
        codes = self.judging.organism_codes
        organism = value_as_at(history.organisms, View(self.judging.today, self.now))
        if codes is not None and organism not in codes:
            raise ForbiddenError("Usted solo confirma o devuelve las fechas de su organismo.")

    def _admits(self, standing: Fact | None, history: ProjectHistory, fact: ActualFact, name: str) -> bool:
        """Whether the record stands and may be judged so; else what happened to it is told."""
        if standing is None or fact.of_fact_id:
            what = f"La fecha de «{name}» de {history.code} ya no es la que usted vio: se corrigió, anuló o devolvió."
            self._tell(what, "Revise la fecha nueva.", history, fact)
            return False
        if fact.source not in self.judging.sources:
            what = f"La fecha de «{name}» de {history.code} no la verifica usted."
            self._tell(what, "Actualice la página: pudo cambiar quién reporta.", history, fact)
            return False
        if judged(standing.status, self.judging.verdict) is None:
            what = f"La fecha de «{name}» de {history.code} ya estaba verificada."
            self._tell(what, "No se cambió.", history, fact)
            return False
        self.changes.append({"project": history.code, "milestone": fact.milestone_code, "before": f"{fact.day}"})
        return True

    def _tell(self, what: str, fix: str, history: ProjectHistory, fact: ActualFact) -> None:
        self.problems.append(Problem(what, fix, project_code=history.code, milestone_code=fact.milestone_code))

    def row(self, fact: ActualFact) -> dict[str, Any]:
        """The record of a verdict: of a verification it says what it judges again, of a return no day."""
        is_return = self.judging.verdict is Verdict.RETURN
        return {
            "entity_id": fact.entity_id,
            "project_id": fact.project_id,
            "milestone_code": fact.milestone_code,
            "day": None if is_return else fact.day,
            "status": FactStatus.RETURNED if is_return else FactStatus.VERIFIED,
            "source": fact.source,
            "reported_on": fact.reported_on,
            "note": self.judging.note.strip(),
            "cause": "",
            "evidence_id": fact.evidence_id,
            "contract_id": fact.contract_id,
            "attempt_id": fact.attempt_id,
            "of_fact_id": fact.id,
            "user_id": self.judging.actor.user_id,
            "recorded_at": self.now,
        }

    def record(self) -> None:
        """Put the verdicts into the trail."""
        codes = sorted({change["project"] for change in self.changes})
        details: dict[str, Any] = {"records": len(self.changes), "projects": len(codes)}
        if self.judging.note.strip():
            details["reason"] = self.judging.note.strip()
        if len(self.changes) <= _LISTED:
            details["changes"] = self.changes
        subject = codes[0] if len(codes) == 1 else str(self.judging.vigencia.year)
        action = "verify" if self.judging.verdict is Verdict.VERIFY else "return"
        record(self.judging.actor, action, "progress", subject, self.now, details)


def set_reporter(vigencia: Vigencia, reporter: Reporter, actor: Actor) -> bool:
    """Change who reports in a vigencia, and tell whether that changed anything; what was reported stays.

    What organisms told goes on waiting for Planning; what Planning recorded waits only while Planning reports.
    """
    with writing_vigencia(vigencia.id) as now:
        row = db.session.get_one(Vigencia, vigencia.id)
        before = Reporter(row.reporter)
        if before is reporter:
            return False
        row.reporter = reporter
        record(
            actor,
            "set_reporter",
            "vigencia",
            str(row.year),
            now,
            {"before": REPORTER[before], "after": REPORTER[reporter]},
        )
        return True
