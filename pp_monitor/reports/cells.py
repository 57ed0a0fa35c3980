"""Cells of a workbook: typed values, one shared cell for each look, and the writers of a table's columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias

from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pp_monitor.reports.columns import CENTRED, FORMATS, NO_VALUE, NUMBERS, Column, Formula, Kind, Row, Tone, Value

Writer: TypeAlias = Callable[[Row, int], Value | Cell]
INK, QUIET, NAVY, LINE, LINK = "14213D", "4B5563", "004884", "DFE4EC", "1F54B8"
_TINTS = {
    Tone.OK: ("0B5E3C", "D9F0E3"),
    Tone.WARN: ("6B4A00", "FDF0C4"),
    Tone.LATE: ("9B0520", "FBDFE2"),
    Tone.NONE: ("4B5563", "E8EBF0"),
    Tone.DONE: ("0B4A86", "DCEAFA"),
}
_BOTTOM = Border(bottom=Side(style="thin", color=LINE))


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks; cells of one look share one style of the workbook."""

    kind: Kind = Kind.TEXT
    tone: Tone = Tone.PLAIN
    role: str = "body"
    is_link: bool = False


@dataclass(frozen=True, slots=True)
class _Role:
    size: float = 11
    bold: bool = False
    color: str = INK
    fill: str = ""
    wrap: bool = False
    has_line: bool = True


_ROLES = {
    "body": _Role(),
    "strong": _Role(bold=True),
    "total": _Role(bold=True, fill="EEF2F8"),
    "head": _Role(bold=True, color="FFFFFF", fill=NAVY, wrap=True, size=10),
    "title": _Role(size=18, bold=True, color=NAVY, has_line=False),
    "section": _Role(size=13, bold=True, color=NAVY, has_line=False),
    "left": _Role(),
    "note": _Role(size=10, color=QUIET, has_line=False),
    "quiet": _Role(size=10, color=QUIET, wrap=True, has_line=False),
    "demo": _Role(bold=True, color="533F03", fill="FFF3CD", has_line=False),
}


class Palette:
    """The cells of one sheet, one for each look: a row is written before a cell is used again."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._cells: dict[Look, Cell] = {}

    def of(self, look: Look) -> Cell:
        """The cell of a look, to be given a value."""
        cell = self._cells.get(look)
        if cell is None:
            cell = self._cells[look] = _styled(WriteOnlyCell(self._sheet), look)
        return cell

    def write(self, value: Value, look: Look, link: str = "") -> Cell:
        """The cell of a look with a value; no value is ``—``."""
        cell = fill(self.of(look), NO_VALUE if value is None else value)
        if link:
            cell.hyperlink = link
        return cell


def fill(cell: Cell, value: Value) -> Cell:
    """Give a cell a value; text stays text whatever it begins with, unless it is a formula of ours."""
    cell.value = value
    if isinstance(value, str) and not isinstance(value, Formula):
        cell.data_type = "s"
    return cell


def writers(palette: Palette, columns: Sequence[Column[Row]], *, is_dense: bool) -> list[Writer[Row]]:
    """One writer for each column, with everything that does not change from row to row worked out."""
    return [_writer(palette, column, columns, is_dense=is_dense) for column in columns]


def _writer(palette: Palette, column: Column[Row], columns: Sequence[Column[Row]], *, is_dense: bool) -> Writer[Row]:
    if column.formula:
        return _control(palette, column, columns)
    if column.tone or column.link:
        return _tagged(palette, column)
    if is_dense and column.kind in _BARE:
        return _bare(palette, column)
    return _plain(palette, column, none=NO_VALUE if column.kind in NUMBERS and not is_dense else None)


# Text and counts of a one-line table need no style of their own, which is most of what a big table costs.
_BARE = frozenset({Kind.TEXT, Kind.TAG, Kind.COUNT})
_FORMULA_STARTS = frozenset("=#")


def _control(palette: Palette, column: Column[Row], columns: Sequence[Column[Row]]) -> Writer[Row]:
    text = column.formula
    for place, other in enumerate(columns, start=1):
        text = text.replace(f"[@{other.heading}]", f"${get_column_letter(place)}\0")
    cell, parts = palette.of(Look(Kind.CONTROL)), text.split("\0")

    def write(_: Row, number: int) -> Cell:
        return fill(cell, Formula(str(number).join(parts)))

    return write


def _tagged(palette: Palette, column: Column[Row]) -> Writer[Row]:
    def write(row: Row, _: int) -> Cell:
        tone = column.tone(row) if column.tone else Tone.PLAIN
        link = column.link(row) if column.link else None
        return palette.write(column.get(row), Look(column.kind, tone, is_link=bool(link)), link or "")

    return write


def _bare(palette: Palette, column: Column[Row]) -> Writer[Row]:
    get, quoted = column.get, palette.of(Look(column.kind))

    def write(row: Row, _: int) -> Value | Cell:
        value = get(row)
        if isinstance(value, str) and value[:1] in _FORMULA_STARTS:
            return fill(quoted, value)
        return value

    return write


def _plain(palette: Palette, column: Column[Row], *, none: str | None) -> Writer[Row]:
    get, cell = column.get, palette.of(Look(column.kind))

    def write(row: Row, _: int) -> Value | Cell:
        value = get(row)
        return (none if none is None else fill(cell, none)) if value is None else fill(cell, value)

    return write


def _styled(cell: Cell, look: Look) -> Cell:
    cell.font, cell.alignment, filling = _style(look)
    if filling:
        cell.fill = filling
    if _ROLES[look.role].has_line:
        cell.border = _BOTTOM
    cell.number_format = FORMATS[look.kind]
    return cell


@cache
def _style(look: Look) -> tuple[Font, Alignment, PatternFill | None]:
    role = _ROLES[look.role]
    ink, tint = _TINTS.get(look.tone, (role.color, role.fill))
    font = Font(
        name="Calibri",
        size=role.size,
        bold=role.bold or look.tone is not Tone.PLAIN,
        color=LINK if look.is_link else ink,
        underline="single" if look.is_link else "none",
    )
    side = _horizontal(look)
    is_wrapped = role.wrap or look.kind is Kind.WRAP
    indent = int(side == "left" and role.has_line)
    alignment = Alignment(horizontal=side, vertical="center", wrap_text=is_wrapped, indent=indent)
    return font, alignment, PatternFill("solid", fgColor=tint) if tint else None


def _horizontal(look: Look) -> Literal["left", "center", "right"]:
    if look.kind in NUMBERS and look.role != "left":
        return "right"
    return "center" if look.kind in CENTRED and look.role != "left" else "left"
