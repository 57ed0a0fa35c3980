"""Drafts of plans: saved as typed, put together when two people type at once, registered when complete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert

from pp_monitor import labels
from pp_monitor.domain.errors import ConflictError, NotFoundError, Problem, ProblemsError
from pp_monitor.domain.plan_draft import MODALITY, Merged, TypedRow
from pp_monitor.extensions import db
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.plan import PlanDraft, PlanDraftLine, Registration
from pp_monitor.models.project import ProjectModality
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.plan_cell import LONGEST_TYPED, NOT_APPLICABLE, read_cell
from pp_monitor.services.plan_grid import Grid, GridRow
from pp_monitor.services.plan_read import DraftRow, load_grid, merge_row, modality_of, row_texts, stored_drafts
from pp_monitor.services.registration import Batch, already_registered, registering, write_registration
from pp_monitor.services.transaction import writing_vigencia

__all__ = ["DraftConflictError", "Grid", "load_grid", "register_drafts", "save_drafts"]


class DraftConflictError(ConflictError):
    """Two people gave the same cell different texts; nothing was saved. ``clashes`` tells both for each cell."""

    def __init__(self, clashes: Sequence[Problem]) -> None:
        count = len(clashes)
        cells = "la misma celda" if count == 1 else f"las mismas {count} celdas"
        super().__init__(f"Otra persona cambió {cells} mientras usted escribía. Todavía no se guardó nada.")
        self.clashes = tuple(clashes)


@dataclass(frozen=True, slots=True)
class DraftChange:
    """The new draft of a project: text by milestone code, whole; a modality that changes, else none given."""

    project_id: int
    project_code: str
    typed: Mapping[str, str]
    actuals: Mapping[str, str]
    own_names: Mapping[str, str]
    modality: str | None = None


def save_drafts(
    *, vigencia: Vigencia, organism: Organism, typed: Mapping[int, TypedRow], actor: Actor, today: date
) -> int:
    """Save what was typed, right or wrong, and tell how many projects it changed.

    Each row's stamp says what the person had been shown, so that cells untouched keep what others saved
    meanwhile. Raises ``DraftConflictError`` with nothing saved when a cell was changed by both, ``NotFoundError``
    for a project of another organism and ``ConflictError`` for one that was registered meanwhile.
    """
    with writing_vigencia(vigencia.id) as now:
        grid = load_grid(vigencia, organism, today)
        rows = {row.project_id: row for row in grid.rows}
        _refuse_rows(rows, typed, organism)
        stored = stored_drafts(sorted(typed))
        merger = _Merger(grid, stored)
        changes = [change for id_, row in typed.items() if (change := merger.change(rows[id_], row))]
        if merger.clashes:
            raise DraftConflictError(merger.clashes)
        if not changes:
            db.session.rollback()
            return 0
        write_drafts(changes, stored, vigencia, actor, today, now)
        codes = sorted(change.project_code for change in changes)
        record(actor, "save_draft", "plan", organism.code, now, {"projects": codes})
        return len(changes)


def _refuse_rows(rows: Mapping[int, GridRow], typed: Mapping[int, TypedRow], organism: Organism) -> None:
    if any(project_id not in rows for project_id in typed):
        raise NotFoundError(f"Hay proyectos que no son del organismo {organism.code}.")
    if registered := sorted(rows[id_].code for id_ in typed if rows[id_].is_registered):
        raise ConflictError(already_registered(registered))
    if withdrawn := sorted(rows[id_].code for id_ in typed if rows[id_].is_withdrawn):
        raise ConflictError(f"Ya no se registran porque se retiraron: {', '.join(withdrawn)}.")


class _Merger:
    """Puts what was typed over what is stored, project by project, and gathers the clashes."""

    def __init__(self, grid: Grid, stored: Mapping[int, DraftRow]) -> None:
        self.clashes: list[Problem] = []
        self._milestones = grid.milestones
        self._names = {milestone.code: milestone.name for milestone in grid.milestones}
        self._stored = stored

    def change(self, row: GridRow, typed: TypedRow) -> DraftChange | None:
        """The new draft of a project, or none when nothing changes."""
        by_code = merge_row(row, typed)
        clashes = [self._clash(row, code, cell) for code, cell in by_code.items() if cell.theirs is not None]
        self.clashes += clashes
        if clashes or {code: cell.text for code, cell in by_code.items()} == row_texts(row):
            return None
        modality = by_code.pop(MODALITY).text
        kept = {cell.code: cell.typed for cell in row.cells if by_code[cell.code].text == cell.text}
        texts = {code: kept.get(code, _to_keep(cell.text)) for code, cell in by_code.items()}
        stored = self._stored.get(row.project_id)
        own = {line.code: line.typed for line in row.own}
        return DraftChange(
            project_id=row.project_id,
            project_code=row.code,
            typed=self._offer_not_applicable(row, modality, texts) | own,
            actuals=stored.actuals if stored else {},
            own_names=stored.own_names if stored else {},
            modality=modality if modality != (row.modality or "") else None,
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

    def _clash(self, row: GridRow, code: str, cell: Merged) -> Problem:
        who = row.saved_by or "Otra persona"
        name = "Modalidad" if code == MODALITY else labels.short_milestone(self._names[code])
        what = f"{who} guardó {_quoted(cell.theirs)} y usted escribió {_quoted(cell.text)}."
        fix = "Deje aquí la que vale y guarde otra vez."
        return Problem(what, fix, sheet=f"Fila {row.number}", cell=name, project_code=row.code, milestone_code=code)


def _to_keep(typed: str) -> str:
    """What was typed as it is kept: one word for *No aplica*, everything else as it came."""
    return NOT_APPLICABLE if read_cell(typed, 0).line.not_applicable else typed[:LONGEST_TYPED]


def _quoted(text: str | None) -> str:
    return f"«{text}»" if text else "la celda vacía"


def write_drafts(
    changes: Sequence[DraftChange],
    stored: Mapping[int, DraftRow],
    vigencia: Vigencia,
    actor: Actor,
    today: date,
    now: datetime,
) -> None:
    """Write the new drafts and the modalities that change, within the caller's transaction of the vigencia."""
    heads: dict[int, PlanDraft] = {}
    for change in changes:
        known = stored.get(change.project_id)
        draft = known.draft if known and known.draft else None
        if draft is None:
            draft = PlanDraft(entity_id=vigencia.entity_id, project_id=change.project_id)
            db.session.add(draft)
        draft.user_id, draft.saved_at = actor.user_id, now
        heads[change.project_id] = draft
    db.session.flush()
    ids = {project_id: draft.id for project_id, draft in heads.items()}
    db.session.execute(delete(PlanDraftLine).where(PlanDraftLine.draft_id.in_(ids.values())))
    lines = [line for change in changes for line in _lines(change, ids[change.project_id], vigencia.entity_id)]
    if lines:
        db.session.execute(insert(PlanDraftLine), lines)
    modalities = {change.project_id: change.modality for change in changes if change.modality is not None}
    write_modalities(modalities, vigencia, today, now)


def _lines(change: DraftChange, draft_id: int, entity_id: int) -> list[dict[str, object]]:
    codes = [
        code for code in sorted({*change.typed, *change.actuals}) if change.typed.get(code) or change.actuals.get(code)
    ]
    return [
        {
            "entity_id": entity_id,
            "draft_id": draft_id,
            "milestone_code": code,
            "typed": change.typed.get(code, ""),
            "is_not_applicable": change.typed.get(code) == NOT_APPLICABLE,
            "typed_actual": change.actuals.get(code, ""),
            "own_name": change.own_names.get(code, ""),
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


def register_drafts(
    *,
    vigencia: Vigencia,
    organism: Organism,
    stamps: Mapping[int, str],
    actor: Actor,
    today: date,
    act: str = "",
    reason: str = "",
) -> Registration:
    """Register the drafts of these projects as their B0, exactly as they were shown.

    ``stamps`` gives what the person saw and confirmed of each project. ``reason`` says why the others stay out.
    Raises ``ConflictError`` when a draft changed since, ``ProblemsError`` when one is not complete or a reason
    is missing, and what ``register_plan`` raises.
    """
    with registering(), writing_vigencia(vigencia.id) as now:
        grid = load_grid(vigencia, organism, today)
        rows = {row.project_id: row for row in grid.rows}
        _refuse_stamps(rows, stamps, organism)
        stored = stored_drafts(sorted(stamps))
        left = [row.code for row in grid.open_rows if row.project_id not in stamps]
        if left and not reason.strip():
            what = f"Falta el motivo por el que quedan por fuera {len(left)} proyectos."
            raise ProblemsError((Problem(what, "Escríbalo en «Motivo»."),))
        plans = {id_: rows[id_].plan(_actuals(stored.get(id_), vigencia.year)) for id_ in stamps}
        batch = Batch(
            vigencia=vigencia,
            organism=organism,
            plans=plans,
            declared_on=today,
            act=act,
            actor=actor,
            user_id=actor.user_id,
            today=today,
            left_out=dict.fromkeys(left, reason.strip()),
        )
        return write_registration(batch, now)


def _refuse_stamps(rows: Mapping[int, GridRow], stamps: Mapping[int, str], organism: Organism) -> None:
    if any(project_id not in rows for project_id in stamps):
        raise NotFoundError(f"Hay proyectos que no son del organismo {organism.code}.")
    if registered := sorted(rows[id_].code for id_ in stamps if rows[id_].is_registered):
        raise ConflictError(already_registered(registered))
    changed = sorted(rows[id_].code for id_, seen in stamps.items() if rows[id_].stamp != seen)
    if changed:
        raise ConflictError(f"Alguien cambió el borrador de {', '.join(changed)}. Revise de nuevo antes de registrar.")


def _actuals(stored: DraftRow | None, year: int) -> dict[str, date]:
    readings = {code: read_cell(text, year) for code, text in (stored.actuals if stored else {}).items()}
    return {code: reading.line.planned for code, reading in readings.items() if reading.line.planned}
