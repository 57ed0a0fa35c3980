"""The review of an organism's plan before it is sent: equal doubts together, one justification for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from pp_monitor.domain.errors import Problem, ProblemsError
from pp_monitor.domain.plan_doubt import DoubtGroup
from pp_monitor.domain.plan_draft import TypedRow
from pp_monitor.domain.plan_warning import PlanDoubt, PlanReview, PlanWarning
from pp_monitor.labels_plan import doubt_title
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.services.audit import Actor
from pp_monitor.services.calendar import work_calendar
from pp_monitor.services.plan_cell import NOT_APPLICABLE
from pp_monitor.services.plan_check import milestone_names, warning_problem
from pp_monitor.services.plan_draft import save_drafts
from pp_monitor.services.plan_grid import Cell, Grid, GridRow
from pp_monitor.services.plan_read import load_check, read_grid
from pp_monitor.services.plan_reason import justifications


def load_review(vigencia: Vigencia, organism: Organism, today: date) -> tuple[Grid, tuple[DoubtGroup, ...]]:
    """An organism's grid with each missing date told, and the doubts of all that does not stay out."""
    check = load_check(vigencia, today, with_missing=True)
    grid = read_grid(vigencia, organism, check)
    return grid, review_rows(vigencia, organism, grid.staying_rows, check.review)


def load_last_look(vigencia: Vigencia, organism: Organism, today: date) -> tuple[Grid, tuple[DoubtGroup, ...]]:
    """An organism's grid, and the doubts of what could be sent now."""
    check = load_check(vigencia, today)
    grid = read_grid(vigencia, organism, check)
    return grid, review_rows(vigencia, organism, grid.registrable_rows, check.review)


def review_rows(
    vigencia: Vigencia, organism: Organism, rows: Sequence[GridRow], review: PlanReview
) -> tuple[DoubtGroup, ...]:
    """The doubts of these projects in groups, information first, then what needs a reason."""
    names = milestone_names(review.catalogue)
    found: dict[str, list[tuple[GridRow, PlanWarning]]] = defaultdict(list)
    for row in rows:
        for warning in (*_maybe_met(row), *review.warn(row.plan.lines, row.modality, row.amount_cop)):
            found[warning.group].append((row, warning))
    given = justifications(vigencia, organism)
    groups = [
        DoubtGroup(
            key,
            members[0][1].doubt,
            tuple(_placed(row, warning, names) for row, warning in members),
            members[0][1].needs_reason,
            given.get(key),
            doubt_title(members[0][1]),
            any(row.is_registrable for row, _ in members),
        )
        for key, members in found.items()
    ]
    order = list(PlanDoubt)
    return tuple(sorted(groups, key=lambda group: (group.needs_reason, order.index(group.doubt), group.key)))


def _maybe_met(row: GridRow) -> Iterator[PlanWarning]:
    """The dates that have passed and do not say when it was done."""
    for cell in row.cells:
        if cell.asks_actual and not cell.actual:
            yield PlanWarning(PlanDoubt.MAYBE_MET, cell.code, cell.line.planned)


def _placed(row: GridRow, warning: PlanWarning, names: Mapping[str, str]) -> Problem:
    return replace(warning_problem(row.code, warning, names), sheet=f"Fila {row.number}", cell=row.name)


def require_reasons(groups: Sequence[DoubtGroup]) -> None:
    """Raise ``ProblemsError`` naming each group of doubts that nobody has given a reason for."""
    missing = [
        Problem(f"Falta la justificación de «{group.title}».", "Escríbala en la revisión del plan.")
        for group in groups
        if group.is_open
    ]
    if missing:
        raise ProblemsError(tuple(missing))


def use_next_working_days(vigencia: Vigencia, organism: Organism, grid: Grid, actor: Actor, today: date) -> int:
    """Put every planned date of the drafts that is a day off on the next working day; tell how many moved.

    Raises ``ConflictError`` where somebody changed those drafts meanwhile.
    """
    calendar = work_calendar(vigencia.entity_id, vigencia.last_recorded_at)

    def moved(_row: GridRow, cell: Cell) -> str:
        day = cell.line.planned
        return f"{calendar.effective(day):%d/%m/%Y}" if day and not calendar.is_working(day) else ""

    return _save_cells(vigencia, organism, grid, moved, actor, today)


def drop_not_needed(vigencia: Vigencia, organism: Organism, grid: Grid, actor: Actor, today: date) -> int:
    """Put *No aplica* where a draft has a date that its modality does not need; tell how many dates it took away.

    What was already met keeps its date. Raises ``ConflictError`` where somebody changed those drafts meanwhile.
    """
    milestones = {milestone.code: milestone for milestone in grid.milestones}

    def dropped(row: GridRow, cell: Cell) -> str:
        is_idle = cell.line.planned and not cell.actual and not milestones[cell.code].needed_by(row.modality)
        return NOT_APPLICABLE if is_idle else ""

    return _save_cells(vigencia, organism, grid, dropped, actor, today)


def _save_cells(
    vigencia: Vigencia,
    organism: Organism,
    grid: Grid,
    text_of: Callable[[GridRow, Cell], str],
    actor: Actor,
    today: date,
) -> int:
    """Put a text in every cell that ``text_of`` gives one for, of all that does not stay out; tell how many."""
    typed: dict[int, TypedRow] = {}
    for row in grid.staying_rows:
        texts = {cell.code: text for cell in row.cells if (text := text_of(row, cell))}
        if texts:
            typed[row.project_id] = TypedRow(texts, row.modality or "", row.stamp)
    if typed:
        save_drafts(vigencia=vigencia, organism=organism, typed=typed, actor=actor, today=today)
    return sum(len(row.cells) for row in typed.values())
