"""Progress: actual dates and declared forecasts, added as new records and never altered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select

from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.extensions import db
from pp_monitor.intake.plan_cells import NOWHERE
from pp_monitor.intake.progress import ProgressFile, ToldReasons
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.progress import FactSource
from pp_monitor.models.project import Load, Project, ProjectName
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.explanation import ExplanationEntry, load_explanations, write_explanations
from pp_monitor.services.plan_check import down_the_file, errors_only
from pp_monitor.services.progress_check import Checker
from pp_monitor.services.progress_entry import (
    STREAMS,
    Change,
    Difference,
    FactEntry,
    RecordResult,
    Reporting,
    keep_documents,
)
from pp_monitor.services.progress_story import StoryRow, fact_story
from pp_monitor.services.transaction import writing_vigencia

__all__ = [
    "FactEntry",
    "ProgressLoadResult",
    "RecordResult",
    "StoryRow",
    "fact_story",
    "load_progress_file",
    "progress_targets",
    "record_facts",
]

_LISTED_CHANGES = 60


def record_facts(
    *,
    vigencia: Vigencia,
    entries: Sequence[FactEntry],
    actor: Actor,
    today: date,
    source: FactSource,
    reported_on: date | None = None,
    load_id: int | None = None,
    annul: bool = False,
    dry_run: bool = False,
    explanations: Sequence[ExplanationEntry] = (),
) -> RecordResult:
    """Add entries and explanations as new records, all or none; a value that already stands changes nothing.

    ``today`` bounds the actual dates; ``reported_on`` is the declared day of the report, by default ``today``.
    With ``annul`` the entries withdraw the dates that stand, each with its reason in ``note``; ``dry_run`` only judges.
    """
    how = Reporting(vigencia, actor, today, source, reported_on or today, load_id, annul)
    with writing_vigencia(vigencia.id) as now:
        result = write_facts(how, entries, now, explanations)
        if dry_run:
            db.session.rollback()
        return result


def write_facts(
    how: Reporting, entries: Sequence[FactEntry], now: datetime, explanations: Sequence[ExplanationEntry] = ()
) -> RecordResult:
    """Check and add within the caller's transaction, which is left without a trace when nothing is added.

    Every problem of dates and explanations is told at once, each once.
    """
    explained = _explained(how.vigencia, entries, explanations, now)
    changes, problems, unchanged = Checker(how, entries, now, explained).decide()
    told = write_explanations(how.vigencia, explanations, how.actor, how.today, now)
    problems += [problem for problem in told.problems if problem not in problems]
    is_refused = bool(errors_only(problems))
    if is_refused or not (changes or told.recorded):
        db.session.rollback()
        return RecordResult(0, 0 if is_refused else unchanged + told.unchanged, tuple(problems))
    if changes:
        _add(how, changes, now)
    differences = [difference for change in changes for difference in change.differences()]
    return RecordResult(
        len(changes) + told.recorded,
        unchanged + told.unchanged,
        tuple(problems),
        told.recorded,
        (*differences, *told.differences),
    )


def _explained(
    vigencia: Vigencia, entries: Sequence[FactEntry], explanations: Sequence[ExplanationEntry], now: datetime
) -> set[tuple[int, str]]:
    """The milestones whose delay has a cause of the list, told now or before."""
    told = {(entry.project_id, entry.milestone_code) for entry in explanations}
    foretold = sorted({entry.project_id for entry in entries if entry.forecast})
    if foretold:
        standing = load_explanations(vigencia.id, now, foretold)
        told |= {(project_id, code) for project_id, rows in standing.items() for code in rows}
    return told


def _add(how: Reporting, changes: Sequence[Change], now: datetime) -> None:
    """Add the records and put them into the trail."""
    links = keep_documents(how.vigencia.entity_id, changes, now)
    for stream, table in STREAMS.items():
        rows = [change.row(how, now, links) for change in changes if change.stream == stream]
        if rows:
            db.session.execute(insert(table), rows)
    codes = sorted({change.project_code for change in changes})
    details: dict[str, Any] = {"source": how.source, "records": len(changes), "projects": len(codes)}
    if len(changes) <= _LISTED_CHANGES:
        details["changes"] = [change.told() for change in changes]
    subject = codes[0] if len(codes) == 1 else str(how.vigencia.year)
    record(how.actor, "annul" if how.annul else "report", "progress", subject, now, details)


@dataclass(frozen=True, slots=True)
class ProgressLoadResult:
    """What a progress file brought; with ``problems`` nothing was recorded. ``notes`` are only told.

    ``explained`` of the ``recorded`` are reasons of a delay, the others dates; ``differences`` tell them in words.
    """

    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    rows: int
    projects: int
    recorded: int = 0
    unchanged: int = 0
    explained: int = 0
    differences: tuple[Difference, ...] = ()


def progress_targets(vigencia: Vigencia) -> dict[str, str]:
    """The newest name of every project of the vigencia, by code; one query."""
    query = (
        select(Project.code, ProjectName.name)
        .join(ProjectName, ProjectName.project_id == Project.id)
        .where(Project.vigencia_id == vigencia.id)
        .order_by(ProjectName.valid_from, ProjectName.recorded_at, ProjectName.id)
    )
    return {row.code: row.name for row in db.session.execute(query)}


def load_progress_file(
    file: ProgressFile,
    *,
    vigencia: Vigencia,
    actor: Actor,
    today: date,
    reported_on: date | None = None,
    source: FactSource = FactSource.FILE,
    dry_run: bool = False,
    filename: str = "",
    sha256: str = "",
) -> ProgressLoadResult:
    """Record the dates of a file and the reasons of delays, all or nothing; ``dry_run`` records none.

    ``source`` is *form* where an enlace sends it, who can be asked for the reason of a correction.

    An empty cell changes nothing and a value that already stands is not recorded again. Actual dates after
    ``today`` are refused.
    """
    with writing_vigencia(vigencia.id) as now:
        load = Load(
            entity_id=vigencia.entity_id,
            vigencia_id=vigencia.id,
            kind="progress",
            filename=filename,
            sha256=sha256,
            rows=len(file.rows),
            user_id=actor.user_id,
            recorded_at=now,
        )
        db.session.add(load)
        db.session.flush()
        how = Reporting(vigencia, actor, today, source, reported_on or today, load.id)
        entries, explanations = _entries(file, vigencia.id)
        told = write_facts(how, entries, now, explanations)
        result = _load_result(file, told)
        if dry_run or result.problems:
            db.session.rollback()
        return result


def _entries(file: ProgressFile, vigencia_id: int) -> tuple[list[FactEntry], list[ExplanationEntry]]:
    query = select(Project.code, Project.id).where(Project.vigencia_id == vigencia_id)
    ids = {row.code: row.id for row in db.session.execute(query)}
    facts = [
        FactEntry(
            ids[row.project_code],
            row.milestone_code,
            row.actual,
            row.forecast,
            row.cause,
            row.note,
            url=row.url,
            planned=row.planned,
            is_untouched=not row.is_typed,
        )
        for row in (*file.rows, *file.untouched)
    ]
    explanations = [
        ExplanationEntry(ids[row.project_code], row.milestone_code, **asdict(row.reasons), is_partial=True)
        for row in file.rows
        if row.reasons != ToldReasons()
    ]
    return facts, explanations


def _load_result(file: ProgressFile, told: RecordResult) -> ProgressLoadResult:
    rows = {(row.project_code, row.milestone_code): row for row in (*file.rows, *file.untouched)}
    said = list(file.problems)
    for problem in told.problems:
        row = rows.get((problem.project_code, problem.milestone_code))
        place = row.places.get(problem.cell, row.place) if row else NOWHERE
        said.append(replace(problem, sheet=place.sheet, cell=place.cell))
    said.sort(key=down_the_file)
    problems = errors_only(said)
    return ProgressLoadResult(
        problems=problems,
        notes=tuple(problem for problem in said if problem.severity is not Severity.ERROR),
        rows=len(file.rows),
        projects=len({row.project_code for row in file.rows}),
        recorded=0 if problems else told.recorded,
        unchanged=0 if problems else told.unchanged,
        explained=0 if problems else told.explained,
        differences=() if problems else told.differences,
    )
