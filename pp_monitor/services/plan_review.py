"""The review of an organism's plan before it is sent: equal doubts together, one justification for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from pp_monitor.domain.errors import Problem, ProblemsError
from pp_monitor.domain.plan_doubt import DoubtGroup
from pp_monitor.domain.plan_draft import TypedRow
from pp_monitor.domain.plan_warning import PlanDoubt, PlanReview, PlanWarning
from pp_monitor.labels_plan import PLAN_DOUBT
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.services.audit import Actor
from pp_monitor.services.calendar import work_calendar
from pp_monitor.services.plan_check import milestone_names, warning_problem
from pp_monitor.services.plan_draft import save_drafts
from pp_monitor.services.plan_grid import Grid, GridRow
from pp_monitor.services.plan_read import load_check, read_grid
from pp_monitor.services.plan_reason import justifications
from pp_monitor.services.plan_row import row_texts


def load_review(vigencia: Vigencia, organism: Organism, today: date) -> tuple[Grid, tuple[DoubtGroup, ...]]:
    """An organism's grid with each missing date told, and the doubts of what could be sent now."""
    check = load_check(vigencia, today, with_missing=True)
    grid = read_grid(vigencia, organism, check)
    return grid, review_grid(vigencia, organism, grid, check.review)


def review_grid(vigencia: Vigencia, organism: Organism, grid: Grid, review: PlanReview) -> tuple[DoubtGroup, ...]:
    """The doubts of the projects that could be sent now, information first, then what needs a reason."""
    names = milestone_names(review.catalogue)
    warnings: dict[str, list[PlanWarning]] = defaultdict(list)
    problems: dict[str, list[Problem]] = defaultdict(list)
    for row in grid.registrable_rows:
        for warning in review.warn(row.plan.lines, row.modality, row.amount_cop):
            warnings[warning.group].append(warning)
            problems[warning.group].append(_placed(row, warning, names))
    given = justifications(vigencia, organism)
    groups = [
        DoubtGroup(key, found[0].doubt, tuple(problems[key]), found[0].needs_reason, given.get(key))
        for key, found in warnings.items()
    ]
    order = list(PlanDoubt)
    return tuple(sorted(groups, key=lambda group: (group.needs_reason, order.index(group.doubt), group.key)))


def _placed(row: GridRow, warning: PlanWarning, names: Mapping[str, str]) -> Problem:
    return replace(warning_problem(row.code, warning, names), sheet=f"Fila {row.number}", cell=row.name)


def require_reasons(groups: Sequence[DoubtGroup]) -> None:
    """Raise ``ProblemsError`` naming each group of doubts that nobody has given a reason for."""
    missing = [
        Problem(f"Falta la justificación de «{PLAN_DOUBT[group.doubt]}».", "Escríbala en la revisión del plan.")
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
    typed: dict[int, TypedRow] = {}
    moved = 0
    for row in grid.open_rows:
        texts = dict(row_texts(row))
        days = {cell.code: cell.line.planned for cell in row.cells if cell.line.planned}
        off = {code: calendar.effective(day) for code, day in days.items() if not calendar.is_working(day)}
        if not off:
            continue
        texts |= {code: f"{day:%d/%m/%Y}" for code, day in off.items()}
        modality = row.modality or ""
        cells = {code: text for code, text in texts.items() if code in {cell.code for cell in row.cells}}
        typed[row.project_id] = TypedRow(cells, modality, row.stamp)
        moved += len(off)
    if typed:
        save_drafts(vigencia=vigencia, organism=organism, typed=typed, actor=actor, today=today)
    return moved
