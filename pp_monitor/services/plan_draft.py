"""Drafts of plans: saved as typed, put together when two people type at once, sent when complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from pp_monitor import labels
from pp_monitor.domain.catalogue import OWN_CODES
from pp_monitor.domain.errors import ConflictError, Problem
from pp_monitor.domain.plan_draft import LEFT_OUT, MODALITY, Merged, TypedRow, actual_part, name_part, reason_part
from pp_monitor.extensions import db
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.plan import PlanDraft, PlanDraftLine
from pp_monitor.models.project import ProjectModality
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.plan_cell import LONGEST_TYPED, NOT_APPLICABLE, read_cell
from pp_monitor.services.plan_grid import Grid, GridRow
from pp_monitor.services.plan_read import (
    draft_texts,
    drafted,
    load_check,
    load_grid,
    merge_row,
    modality_of,
    read_grid,
    typed_over,
)
from pp_monitor.services.plan_row import RowCheck, row_texts
from pp_monitor.services.registration import refuse_closed
from pp_monitor.services.transaction import writing_vigencia

__all__ = ["DraftConflictError", "Grid", "load_grid", "save_drafts"]
# By their tables and not as objects of the session, which would renew sixty drafts one by one.
_HEADS = select(PlanDraft.id, PlanDraft.project_id).where(
    PlanDraft.project_id.in_(bindparam("project_ids", expanding=True))
)
_SAVED: dict[str, Any] = {name: bindparam(name) for name in ("user_id", "saved_at", "left_out_reason")}
_RENEW_HEAD = (
    update(PlanDraft)
    .where(PlanDraft.project_id == bindparam("of_project"))
    .values(version=PlanDraft.version + 1, **_SAVED)
)
_ADD_HEAD = insert(PlanDraft).values(
    entity_id=bindparam("entity_id"), project_id=bindparam("of_project"), version=1, **_SAVED
)


class DraftConflictError(ConflictError):
    """Two people gave the same cell different texts; nothing was saved. ``clashes`` tells both for each cell."""

    def __init__(self, clashes: Sequence[Problem]) -> None:
        count = len(clashes)
        cells = "la misma celda" if count == 1 else f"las mismas {count} celdas"
        super().__init__(f"Otra persona cambió {cells} mientras usted escribía. Todavía no se guardó nada.")
        self.clashes = tuple(clashes)


@dataclass(frozen=True, slots=True)
class DraftChange:
    """The new draft of a project: texts by milestone code, whole; a modality that changes, else none given.

    ``left_out`` says why the project stays without dates for now, empty when it does not.
    """

    project_id: int
    project_code: str
    typed: Mapping[str, str]
    actuals: Mapping[str, str]
    own_names: Mapping[str, str]
    modality: str | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)
    left_out: str = ""

    @property
    def texts(self) -> dict[str, str]:
        """Everything typed, by part of the row, the modality apart."""
        return draft_texts(self.typed, self.actuals, self.own_names, self.reasons, self.left_out)


@dataclass(frozen=True, slots=True)
class DraftSave:
    """What a save did: the grid as it stands after it, the projects written, and what two people changed at once.

    A project with a clash is not written, and shows what was typed; the others are written.
    """

    grid: Grid
    changed: frozenset[int]
    clashes: tuple[Clash, ...]


@dataclass(frozen=True, slots=True)
class Clash:
    """A part of a row that two people gave different texts, as a problem at its cell."""

    project_id: int
    project_code: str
    part: str
    mine: str
    theirs: str
    who: str
    problem: Problem


def save_drafts(
    *, vigencia: Vigencia, organism: Organism, typed: Mapping[int, TypedRow], actor: Actor, today: date
) -> int:
    """Save what was typed, right or wrong, and tell how many projects it changed.

    Each row's stamp says what the person had been shown, so that cells untouched keep what others saved
    meanwhile. Raises ``DraftConflictError`` with nothing saved when a cell was changed by both, ``NotFoundError``
    for a project of another organism and ``ConflictError`` for one that was registered meanwhile.
    """
    saved = _save(vigencia, organism, typed, actor, today, all_or_nothing=True)
    if saved.clashes:
        raise DraftConflictError([clash.problem for clash in saved.clashes])
    return len(saved.changed)


def save_without_clashes(
    *, vigencia: Vigencia, organism: Organism, typed: Mapping[int, TypedRow], actor: Actor, today: date
) -> DraftSave:
    """Like ``save_drafts``, but what two people changed at once keeps only its own project from being saved."""
    return _save(vigencia, organism, typed, actor, today, all_or_nothing=False)


def _save(
    vigencia: Vigencia,
    organism: Organism,
    typed: Mapping[int, TypedRow],
    actor: Actor,
    today: date,
    *,
    all_or_nothing: bool,
) -> DraftSave:
    with writing_vigencia(vigencia.id) as now:
        check = load_check(vigencia, today)
        grid = read_grid(vigencia, organism, check)
        rows = {row.project_id: row for row in grid.rows}
        _refuse_rows(rows, typed, organism)
        merger = _Merger(grid)
        found = (merger.change(rows[id_], row) for id_, row in typed.items())
        changes = {change.project_id: change for change in found if change}
        if all_or_nothing and merger.clashes:
            changes = {}
        if changes:
            write_drafts(list(changes.values()), vigencia, actor, today, now)
            codes = sorted(change.project_code for change in changes.values())
            record(actor, "save_draft", "plan", organism.code, now, {"projects": codes})
        else:
            db.session.rollback()
        clashing = {clash.project_id: typed[clash.project_id] for clash in merger.clashes}
        after = [_row_after(row, changes.get(row.project_id), clashing, check, actor, now) for row in grid.rows]
        return DraftSave(replace(grid, rows=tuple(after)), frozenset(changes), tuple(merger.clashes))


def _row_after(
    row: GridRow,
    change: DraftChange | None,
    clashing: Mapping[int, TypedRow],
    check: RowCheck,
    actor: Actor,
    now: datetime,
) -> GridRow:
    """The row once its change is stored, the same that would be read, or what was typed where two people clash."""
    if row.project_id in clashing:
        return typed_over(row, clashing[row.project_id], check)
    if change is None:
        return row
    modality = row.modality if change.modality is None else modality_of(change.modality)
    # A process has no account, and is not told as the person who saved.
    who = actor.label if actor.user_id else ""
    return drafted(replace(row, modality=modality, saved_at=now, saved_by=who), change.texts, check)


def _refuse_rows(rows: Mapping[int, GridRow], typed: Mapping[int, TypedRow], organism: Organism) -> None:
    refuse_closed(rows, typed, organism)
    if withdrawn := sorted(rows[id_].code for id_ in typed if rows[id_].is_withdrawn):
        raise ConflictError(f"Ya no se registran porque se retiraron: {', '.join(withdrawn)}.")


LONGEST_NAME = 120
LONGEST_REASON = 400
_ROW_PARTS = {MODALITY: "Modalidad", LEFT_OUT: "Sin fechas por ahora"}
_ASPECTS = {"real": "fecha real", "motivo": "motivo", "nombre": "nombre"}


def load_conflict(
    vigencia: Vigencia, organism: Organism, typed: Mapping[int, TypedRow], today: date
) -> tuple[Grid, tuple[Problem, ...]]:
    """The organism's grid with what was typed over it, and what two people changed at once in it; nothing is saved."""
    check = load_check(vigencia, today)
    grid = read_grid(vigencia, organism, check)
    merger = _Merger(grid)
    for row in grid.open_rows:
        if row.project_id in typed:
            merger.change(row, typed[row.project_id])
    clashes = tuple(clash.problem for clash in merger.clashes)
    return read_grid(vigencia, organism, check, typed, clashes), clashes


class _Merger:
    """Puts what was typed over what is stored, project by project, and gathers the clashes."""

    def __init__(self, grid: Grid) -> None:
        self.clashes: list[Clash] = []
        self._year = grid.year
        self._milestones = grid.milestones
        self._names = {milestone.code: milestone.name for milestone in grid.milestones}

    def change(self, row: GridRow, typed: TypedRow) -> DraftChange | None:
        """The new draft of a project, or none when nothing changes."""
        shown = row_texts(row)
        by_part = merge_row(shown, typed)
        clashes = [self._clash(row, part, cell) for part, cell in by_part.items() if not self._agrees(cell)]
        self.clashes += clashes
        texts = {part: cell.text for part, cell in by_part.items()}
        if clashes or texts == shown:
            return None
        codes = [cell.code for cell in row.cells]
        planned = {code: texts[code] for code in codes}
        typed_before = {cell.code: cell.typed for cell in row.all_cells if texts[cell.code] == cell.text}
        planned = {code: typed_before.get(code, _to_keep(text)) for code, text in planned.items()}
        own = {code: typed_before.get(code, texts[code][:LONGEST_TYPED]) for code in OWN_CODES}
        return DraftChange(
            project_id=row.project_id,
            project_code=row.code,
            typed=self._offer_not_applicable(row, texts[MODALITY], planned) | own,
            actuals={code: texts[actual_part(code)][:LONGEST_TYPED] for code in codes},
            own_names={code: texts[name_part(code)][:LONGEST_NAME] for code in OWN_CODES},
            modality=texts[MODALITY] if texts[MODALITY] != (row.modality or "") else None,
            reasons={code: texts[reason_part(code)][:LONGEST_REASON] for code in codes},
            left_out=texts[LEFT_OUT][:LONGEST_REASON],
        )

    def _offer_not_applicable(self, row: GridRow, modality_code: str, texts: Mapping[str, str]) -> dict[str, str]:
        """Empty cells of milestones that the modality does not need say so; what the old one did not need is asked."""
        modality = modality_of(modality_code)
        result = dict(texts)
        for milestone in self._milestones:
            text, is_needed = result[milestone.code], milestone.needed_by(modality)
            if not text and not is_needed:
                result[milestone.code] = NOT_APPLICABLE
            elif text == NOT_APPLICABLE and is_needed and not milestone.needed_by(row.modality):
                result[milestone.code] = ""
        return result

    def _agrees(self, cell: Merged) -> bool:
        """Whether both say the same, however they wrote the day."""
        days = [read_cell(text, self._year).line.planned for text in (cell.text, cell.theirs or "")]
        return cell.theirs is None or (days[0] is not None and days[0] == days[1])

    def _clash(self, row: GridRow, part: str, cell: Merged) -> Clash:
        who = row.saved_by or "Otra persona"
        code, name = self._place(part)
        what = f"{who} guardó {_quoted(cell.theirs)} y usted escribió {_quoted(cell.text)}."
        fix = "Deje aquí la que vale y guarde otra vez."
        problem = Problem(what, fix, sheet=f"Fila {row.number}", cell=name, project_code=row.code, milestone_code=code)
        return Clash(row.project_id, row.code, part, cell.text, cell.theirs or "", who, problem)

    def _place(self, part: str) -> tuple[str, str]:
        """The code that a part of a row belongs to, and how a person calls it."""
        if part in _ROW_PARTS:
            return part, _ROW_PARTS[part]
        code, _, aspect = part.partition("-")
        name = labels.short_milestone(self._names.get(code, code))
        return code, f"{name}, {_ASPECTS[aspect]}" if aspect else name


def _to_keep(typed: str) -> str:
    """What was typed as it is kept: one word for *No aplica*, everything else as it came."""
    return NOT_APPLICABLE if read_cell(typed, 0).line.not_applicable else typed[:LONGEST_TYPED]


def _quoted(text: str | None) -> str:
    return f"«{text}»" if text else "la celda vacía"


def write_drafts(
    changes: Sequence[DraftChange],
    vigencia: Vigencia,
    actor: Actor,
    today: date,
    now: datetime,
) -> None:
    """Write the new drafts and the modalities that change, within the caller's transaction of the vigencia."""
    ids = _write_heads(changes, vigencia.entity_id, actor, now)
    db.session.execute(delete(PlanDraftLine).where(PlanDraftLine.draft_id.in_(ids.values())))
    lines = [line for change in changes for line in _lines(change, ids[change.project_id], vigencia.entity_id)]
    if lines:
        db.session.connection().execute(insert(PlanDraftLine), lines)
    modalities = {change.project_id: change.modality for change in changes if change.modality is not None}
    write_modalities(modalities, vigencia, today, now)


def _write_heads(changes: Sequence[DraftChange], entity_id: int, actor: Actor, now: datetime) -> dict[int, int]:
    """Who saved each draft and when, in one statement for the known ones and one for the new; their ids by project."""
    wanted = {"project_ids": [change.project_id for change in changes]}
    known = {row.project_id for row in db.session.execute(_HEADS, wanted)}
    heads = [
        {
            "of_project": change.project_id,
            "entity_id": entity_id,
            "user_id": actor.user_id,
            "saved_at": now,
            "left_out_reason": change.left_out or None,
        }
        for change in changes
    ]
    for statement, is_known in ((_RENEW_HEAD, True), (_ADD_HEAD, False)):
        if rows := [head for head in heads if (head["of_project"] in known) is is_known]:
            db.session.connection().execute(statement, rows)
    return {row.project_id: row.id for row in db.session.execute(_HEADS, wanted)}


def _lines(change: DraftChange, draft_id: int, entity_id: int) -> list[dict[str, object]]:
    said = (change.typed, change.actuals, change.own_names, change.reasons)
    codes = sorted({code for texts in said for code, text in texts.items() if text})
    return [
        {
            "entity_id": entity_id,
            "draft_id": draft_id,
            "milestone_code": code,
            "typed": change.typed.get(code, ""),
            "is_not_applicable": change.typed.get(code) == NOT_APPLICABLE,
            "typed_actual": change.actuals.get(code, ""),
            "own_name": change.own_names.get(code, ""),
            "reason": change.reasons.get(code) or None,
        }
        for code in codes
    ]


def write_modalities(modalities: Mapping[int, str], vigencia: Vigencia, valid_from: date, now: datetime) -> None:
    """Record a modality (empty: unknown) for each project id, from a day on."""
    rows = [
        {
            "entity_id": vigencia.entity_id,
            "project_id": project_id,
            "valid_from": valid_from,
            "modality": modality_of(code),
            "recorded_at": now,
        }
        for project_id, code in modalities.items()
    ]
    if rows:
        db.session.execute(insert(ProjectModality), rows)
