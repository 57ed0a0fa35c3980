"""What the script of the grid is told after a save: stamps, texts, notes and counters, drawn by the macros."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from flask import get_template_attribute

from pp_monitor.domain.catalogue import OWN_CODES
from pp_monitor.formatters import time_of_day
from pp_monitor.services.plan_draft import DraftSave
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
    """How a row stands now; ``texts`` by part, ``doubts`` what is said of the whole plan."""

    stamp: str
    texts: dict[str, str]
    state: str
    doubts: str
    cells: dict[str, CellAnswer]


@dataclass(frozen=True, slots=True)
class ClashAnswer:
    """A part of a row to which two people gave different texts; ``at`` is the hour of the other."""

    code: str
    part: str
    mine: str
    theirs: str
    who: str
    at: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that changes on the page after a save."""

    saved: str
    rows: dict[str, RowAnswer]
    clashes: list[ClashAnswer]
    summary: str


_MACROS = ("summary", "row_state", "row_doubts", "cell_note")


@dataclass(frozen=True, slots=True)
class _Macros:
    """The parts of the page that are drawn anew, looked up once."""

    summary: Callable[..., str]
    state: Callable[..., str]
    doubts: Callable[..., str]
    note: Callable[..., str]


def answer(saved: DraftSave, sent: Collection[int], now: datetime) -> Answer:
    """The answer to a save of the projects with the ids ``sent``."""
    grid = saved.grid
    macros = _Macros(*(get_template_attribute("macros/plan.html", name) for name in _MACROS))
    clashing = {one.project_code for one in saved.clashes}
    hours = {row.code: time_of_day(row.saved_at) for row in grid.rows if row.saved_at and row.code in clashing}
    return Answer(
        saved=time_of_day(now),
        rows={row.code: _row(row, grid, macros) for row in grid.rows if row.project_id in sent},
        clashes=[
            ClashAnswer(one.project_code, one.part, one.mine, one.theirs, one.who, hours.get(one.project_code, ""))
            for one in saved.clashes
        ],
        summary=str(macros.summary(grid, plan_page.error_summary(grid))),
    )


def as_json(told: Answer) -> str:
    """The answer as the script reads it: an object for each value."""
    # Not by ``asdict``, which copies every text of a thousand cells first.
    return json.dumps(told, default=_fields, ensure_ascii=False)


def _fields(value: Answer | RowAnswer | CellAnswer | ClashAnswer) -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__slots__}


def _row(row: GridRow, grid: Grid, macros: _Macros) -> RowAnswer:
    view = plan_page.row_view(row, grid)
    cells = {cell.code: shown for cell, shown in zip(row.cells, view.cells, strict=True)}
    own = {code: one.cell for code, one in zip(OWN_CODES, view.own, strict=True)}
    return RowAnswer(
        stamp=row.stamp,
        texts=row_texts(row),
        state=str(macros.state(view)),
        doubts=str(macros.doubts(view)),
        cells={code: _cell(cell, macros) for code, cell in (cells | own).items()},
    )


def _cell(cell: CellView, macros: _Macros) -> CellAnswer:
    return CellAnswer(
        css=cell.css,
        is_wrong=cell.is_wrong,
        is_told=bool(cell.problems),
        note=str(macros.note(cell)).strip() if cell.has_note else "",
    )
