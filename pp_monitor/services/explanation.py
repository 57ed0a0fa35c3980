"""Causes of late milestones: what an organism answers, added as new records and never altered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select

from pp_monitor.domain.cause import (
    LONGEST_ACTION,
    LONGEST_CAUSE_TEXT,
    LONGEST_REPLY,
    LONGEST_RESPONSIBLE,
    DelayCause,
    DependsOn,
    Explanation,
    explanations_as_at,
)
from pp_monitor.domain.dated import View
from pp_monitor.domain.errors import Problem
from pp_monitor.domain.project import ProjectHistory
from pp_monitor.domain.wording import explains
from pp_monitor.extensions import db
from pp_monitor.labels_progress import DELAY_CAUSE, DEPENDS_ON, EXPLANATION_PART
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.explanation import MilestoneExplanation
from pp_monitor.models.project import Project
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.entity import load_catalogue
from pp_monitor.services.history import load_histories
from pp_monitor.services.plan_check import milestone_names
from pp_monitor.services.progress_check import place_refusals
from pp_monitor.services.progress_entry import Difference, RecordResult
from pp_monitor.services.transaction import writing_vigencia

_LISTED = 60
_TEXTS = ("cause_text", "action", "responsible", "reply")
_LONGEST = {
    "cause_text": (LONGEST_CAUSE_TEXT, "El detalle de la causa"),
    "action": (LONGEST_ACTION, "La acción propuesta"),
    "responsible": (LONGEST_RESPONSIBLE, "El responsable"),
    "reply": (LONGEST_REPLY, "La explicación"),
}


@dataclass(frozen=True, slots=True)
class ExplanationEntry:
    """What is told of a late milestone. With ``is_partial`` what is empty stays as it stood, else it becomes empty."""

    project_id: int
    milestone_code: str
    cause: DelayCause | None = None
    cause_text: str = ""
    depends_on: DependsOn | None = None
    action: str = ""
    responsible: str = ""
    commitment_on: date | None = None
    reply: str = ""
    is_partial: bool = False

    def over(self, standing: Explanation | None) -> ExplanationEntry:
        """The whole explanation as it is to be recorded, with one space between words."""
        texts: dict[str, Any] = {name: " ".join(getattr(self, name).split()) for name in _TEXTS}
        entry = replace(self, **texts)
        if not self.is_partial or standing is None:
            return entry
        names = (*_TEXTS, "cause", "depends_on", "commitment_on")
        kept = {name: getattr(standing, name) for name in names if not getattr(entry, name)}
        return replace(entry, **kept)


def _said(row: ExplanationEntry | Explanation) -> tuple[Any, ...]:
    return (row.cause, row.depends_on, row.commitment_on, *(getattr(row, name) for name in _TEXTS))


def explain(vigencia: Vigencia, entries: Sequence[ExplanationEntry], actor: Actor, today: date) -> RecordResult:
    """Add the explanations as new records, all or none; one that says nothing new is not recorded again.

    ``today`` is the day they are told, before which no commitment may be. Each problem names project and milestone,
    and in ``cell`` the field of the entry.
    """
    with writing_vigencia(vigencia.id) as now:
        result = write_explanations(vigencia, entries, actor, today, now)
        if not result.recorded:
            db.session.rollback()
        return result


def write_explanations(
    vigencia: Vigencia, entries: Sequence[ExplanationEntry], actor: Actor, today: date, now: datetime
) -> RecordResult:
    """The same within the caller's transaction, which is left to the caller where nothing is recorded."""
    if not entries:
        return RecordResult(0, 0)
    ids = sorted({entry.project_id for entry in entries})
    histories = {row.id: row for row in load_histories(vigencia.id, now, ids)}
    standing = load_explanations(vigencia.id, now, ids)
    names = milestone_names(load_catalogue(vigencia.catalogue_version_id))
    problems: list[Problem] = []
    told: list[ExplanationEntry] = []
    differences: list[Difference] = []
    for entry in entries:
        history = histories.get(entry.project_id)
        if history is None:
            problems.append(Problem("El proyecto no existe en esta vigencia.", "Revise el código."))
            continue
        before = standing.get(history.id, {}).get(entry.milestone_code)
        whole = entry.over(before)
        problems += place_refusals(history, entry.milestone_code, names, View(today, now))
        problems += _faults(whole, before, history, today)
        if before is None or _said(whole) != _said(before):
            told.append(whole)
            differences += _differences(whole, before, history.code)
    if problems or not told:
        return RecordResult(0, 0 if problems else len(entries), tuple(problems))
    shared = {"entity_id": vigencia.entity_id, "reported_on": today, "user_id": actor.user_id, "recorded_at": now}
    db.session.execute(insert(MilestoneExplanation), [shared | _row(entry) for entry in told])
    _record(vigencia, told, histories, actor, now)
    return RecordResult(len(told), len(entries) - len(told), differences=tuple(differences))


def _faults(
    entry: ExplanationEntry, before: Explanation | None, history: ProjectHistory, today: date
) -> Iterator[Problem]:
    def fault(cell: str, what: str, fix: str) -> Problem:
        return Problem(what, fix, cell=cell, project_code=history.code, milestone_code=entry.milestone_code)

    if entry.cause is None:
        yield fault("cause", "Falta la causa del retraso.", "Elíjala de la lista.")
    if entry.cause is DelayCause.OTHER and not explains(entry.cause_text):
        yield fault("cause_text", "Falta decir cuál es la otra causa.", "Escríbala en al menos diez letras.")
    for name, (longest, what) in _LONGEST.items():
        if (length := len(getattr(entry, name))) > longest:
            yield fault(name, f"{what} tiene {length} caracteres y caben {longest}.", "Acorte el texto.")
    is_new = before is None or before.commitment_on != entry.commitment_on
    if entry.commitment_on and entry.commitment_on < today and is_new:
        what = f"La fecha de compromiso, {entry.commitment_on:%d/%m/%Y}, ya pasó."
        yield fault("commitment_on", what, "Escriba una fecha de hoy en adelante.")


def _differences(entry: ExplanationEntry, before: Explanation | None, project_code: str) -> Iterator[Difference]:
    """What an explanation says that the one before did not."""
    for name, what in EXPLANATION_PART.items():
        old, new = _in_words(before, name) if before else "", _in_words(entry, name)
        if old != new:
            yield Difference(project_code, entry.milestone_code, what, old, new)


def _in_words(told: ExplanationEntry | Explanation, name: str) -> str:
    value = getattr(told, name)
    if not value:
        return ""
    if isinstance(value, DelayCause):
        return DELAY_CAUSE[value]
    if isinstance(value, DependsOn):
        return DEPENDS_ON[value]
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def _row(entry: ExplanationEntry) -> dict[str, Any]:
    return {
        "project_id": entry.project_id,
        "milestone_code": entry.milestone_code,
        "cause": entry.cause,
        "depends_on": entry.depends_on,
        "commitment_on": entry.commitment_on,
        **{name: getattr(entry, name) for name in _TEXTS},
    }


def _record(
    vigencia: Vigencia,
    told: Sequence[ExplanationEntry],
    histories: Mapping[int, ProjectHistory],
    actor: Actor,
    now: datetime,
) -> None:
    codes = sorted({histories[entry.project_id].code for entry in told})
    details: dict[str, Any] = {"records": len(told), "projects": len(codes)}
    if len(told) <= _LISTED:
        details["changes"] = [
            {
                "project": histories[entry.project_id].code,
                "milestone": entry.milestone_code,
                "cause": DELAY_CAUSE[entry.cause] if entry.cause else "",
            }
            for entry in told
        ]
    record(actor, "explain", "progress", codes[0] if len(codes) == 1 else str(vigencia.year), now, details)


def load_explanations(
    vigencia_id: int, known_at: datetime, project_ids: Sequence[int] | None = None
) -> dict[int, dict[str, Explanation]]:
    """The newest explanation of each milestone by ``known_at``, by project id and milestone code; one query."""
    table = MilestoneExplanation
    query = (
        select(table)
        .join(Project, Project.id == table.project_id)
        .where(Project.vigencia_id == vigencia_id, table.recorded_at <= known_at)
    )
    if project_ids is not None:
        query = query.where(table.project_id.in_(project_ids))
    rows: dict[int, list[Explanation]] = {}
    for row in db.session.scalars(query):
        rows.setdefault(row.project_id, []).append(_explanation(row))
    return {project_id: explanations_as_at(told, known_at) for project_id, told in rows.items()}


def _explanation(row: MilestoneExplanation) -> Explanation:
    return Explanation(
        id=row.id,
        milestone_code=row.milestone_code,
        cause=DelayCause(row.cause),
        recorded_at=row.recorded_at,
        reported_on=row.reported_on,
        cause_text=row.cause_text,
        depends_on=DependsOn(row.depends_on) if row.depends_on else None,
        action=row.action,
        responsible=row.responsible,
        commitment_on=row.commitment_on,
        reply=row.reply,
    )
