"""What the script of the grid is told after a save: stamps, texts, notes and counters, drawn by the macros."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import get_template_attribute

from pp_monitor.domain.catalogue import OWN_CODES
from pp_monitor.formatters import time_of_day
from pp_monitor.services.plan_draft import Clash
from pp_monitor.services.plan_grid import Grid, GridRow
from pp_monitor.services.plan_row import row_texts
from pp_monitor.views import plan_page
from pp_monitor.views.plan_page import CellView


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """How a cell looks now: its classes, whether it is wrong, and the note under it."""

    css: str
    is_wrong: bool
    is_told: bool
    note: str


@dataclass(frozen=True, slots=True)
class RowAnswer:
    """How a row stands now; ``texts`` by part."""

    stamp: str
    texts: dict[str, str]
    state: str
    cells: dict[str, CellAnswer]


@dataclass(frozen=True, slots=True)
class ClashAnswer:
    """A part of a row to which two people gave different texts."""

    code: str
    part: str
    mine: str
    theirs: str
    who: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that changes on the page after a save."""

    saved: str
    rows: dict[str, RowAnswer]
    clashes: list[ClashAnswer]
    summary: str
    errors: int
    warnings: int


_MACROS = ("summary", "row_state", "cell_class", "cell_note")


@dataclass(frozen=True, slots=True)
class _Macros:
    """The parts of the page that are drawn anew, looked up once."""

    summary: Callable[..., str]
    state: Callable[..., str]
    css: Callable[..., str]
    note: Callable[..., str]


def answer(grid: Grid, sent: Collection[int], clashes: Sequence[Clash], saved_at: datetime) -> dict[str, Any]:
    """The answer to a save of the projects with the ids ``sent``, ready to be written as JSON."""
    problems = plan_page.error_summary(grid)
    macros = _Macros(*(get_template_attribute("macros/plan.html", name) for name in _MACROS))
    told = Answer(
        saved=time_of_day(saved_at),
        rows={row.code: _row(row, grid, macros) for row in grid.rows if row.project_id in sent},
        clashes=[ClashAnswer(one.project_code, one.part, one.mine, one.theirs, one.who) for one in clashes],
        summary=str(macros.summary(grid, problems)),
        errors=len(problems),
        warnings=len(grid.warnings),
    )
    return asdict(told)


def _row(row: GridRow, grid: Grid, macros: _Macros) -> RowAnswer:
    view = plan_page.row_view(row, grid)
    cells = {cell.code: shown for cell, shown in zip(row.cells, view.cells, strict=True)}
    own = {code: one.cell for code, one in zip(OWN_CODES, view.own, strict=True)}
    return RowAnswer(
        stamp=row.stamp,
        texts=row_texts(row),
        state=str(macros.state(view)),
        cells={code: _cell(cell, macros) for code, cell in (cells | own).items()},
    )


def _cell(cell: CellView, macros: _Macros) -> CellAnswer:
    has_note = bool(cell.problems or cell.actual or cell.asks_actual or cell.asks_reason)
    return CellAnswer(
        css=str(macros.css(cell)).strip(),
        is_wrong=any(problem.severity == "error" for problem in cell.problems),
        is_told=bool(cell.problems),
        note=str(macros.note(cell)).strip() if has_note else "",
    )
