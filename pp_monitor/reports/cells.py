"""Cells of a workbook as its file holds them: typed values, one style for each look, the writers of a table's columns.

openpyxl makes the styles and everything around the cells. The cells are text made here, because through its cell
objects, element by element, the same file takes four times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from html import escape
from typing import Literal, TypeAlias

from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.worksheet import Worksheet

from pp_monitor.reports.columns import CENTRED, FORMATS, NO_VALUE, NUMBERS, Column, Formula, Kind, Row, Tone, Value
from pp_monitor.reports.scope import writable

Writer: TypeAlias = Callable[[Row, int], str]
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
    """The styles of one workbook, one for each look; ``sheet`` is any sheet of it."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._styles: dict[Look, str] = {}

    def of(self, look: Look) -> str:
        """The attribute by which a cell has this look."""
        style = self._styles.get(look)
        if style is None:
            cell = _styled(WriteOnlyCell(self._sheet), look)
            style = self._styles[look] = f' s="{cell.style_id}"'
        return style


@dataclass(slots=True)
class Lines:
    """The rows of a sheet, as its file holds them, and the addresses that its cells lead to, by row and column."""

    palette: Palette
    rows: list[str] = field(default_factory=list)
    links: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def next(self) -> int:
        """Number of the row to come."""
        return len(self.rows) + 1

    def add(self, cells: Iterable[str], height: float | None = None) -> None:
        """Write a row, of a fixed height in points if given."""
        fixed = f' ht="{height:g}" customHeight="1"' if height else ""
        self.rows.append(f'<row r="{self.next}"{fixed}>{"".join(cells)}</row>')

    def cell(self, column: int, value: Value, look: Look, link: str = "") -> str:
        """A cell of the row to come; no value is ``—``."""
        if link:
            self.links[self.next, column] = link
        place = f"{get_column_letter(column)}{self.next}"
        return cell_xml(place, self.palette.of(look), NO_VALUE if value is None else value)


def cell_xml(place: str, style: str, value: str | float | date) -> str:
    """The element of a cell; text stays text whatever it begins with, unless it is a formula of ours."""
    if value == "":
        return f'<c r="{place}"{style}/>'
    if isinstance(value, Formula):
        return f'<c r="{place}"{style}><f>{escape(value[1:], quote=False)}</f><v/></c>'
    if isinstance(value, str):
        return f'<c r="{place}"{style} t="inlineStr"><is>{_text(value)}</is></c>'
    return f'<c r="{place}"{style}><v>{_serial(value) if isinstance(value, date) else repr(value)}</v></c>'


@lru_cache(maxsize=8192)
def _text(value: str) -> str:
    kept = writable(value)[:_LONGEST]
    space = ' xml:space="preserve"' if kept != kept.strip() else ""
    return f"<t{space}>{escape(kept, quote=False)}</t>"


@lru_cache(maxsize=4096)
def _serial(instant: date | datetime) -> str:
    return repr(to_excel(instant))  # type: ignore[no-untyped-call]


def writers(lines: Lines, columns: Sequence[Column[Row]], *, is_dense: bool) -> list[Writer[Row]]:
    """One writer for each column, with everything that does not change from row to row worked out."""
    return [_writer(lines, place, columns, is_dense=is_dense) for place in range(1, len(columns) + 1)]


def _writer(lines: Lines, place: int, columns: Sequence[Column[Row]], *, is_dense: bool) -> Writer[Row]:
    column = columns[place - 1]
    if column.formula:
        return _control(lines, place, columns)
    if column.tone or column.link:
        return _tagged(lines, place, column, is_dense=is_dense)
    is_bare = is_dense and column.kind in _BARE
    style = "" if is_bare else lines.palette.of(Look(column.kind))
    # Where rows have a line under them, a cell without value keeps its part of it.
    none = None if is_dense else NO_VALUE if column.kind in NUMBERS else ""
    return _plain(column, get_column_letter(place), style, none)


# What a cell can hold, in characters.
_LONGEST = 32_767
# Text and counts of a one-line table need no style of their own.
_BARE = frozenset({Kind.TEXT, Kind.TAG, Kind.COUNT})


def _control(lines: Lines, place: int, columns: Sequence[Column[Row]]) -> Writer[Row]:
    text = columns[place - 1].formula
    for other_place, other in enumerate(columns, start=1):
        text = text.replace(f"[@{other.heading}]", f"${get_column_letter(other_place)}\0")
    letter, style, parts = get_column_letter(place), lines.palette.of(Look(Kind.CONTROL)), text.split("\0")

    def write(_: Row, number: int) -> str:
        return cell_xml(f"{letter}{number}", style, Formula(str(number).join(parts)))

    return write


def _tagged(lines: Lines, place: int, column: Column[Row], *, is_dense: bool) -> Writer[Row]:
    def write(row: Row, _: int) -> str:
        value = column.get(row)
        if value is None and is_dense:
            return ""
        tone = column.tone(row) if column.tone else Tone.PLAIN
        link = column.link(row) if column.link else None
        return lines.cell(place, value, Look(column.kind, tone, is_link=bool(link)), link or "")

    return write


def _plain(column: Column[Row], letter: str, style: str, none: str | None) -> Writer[Row]:
    get = column.get

    def write(row: Row, number: int) -> str:
        value = get(row)
        if value is None:
            value = none
        return "" if value is None else cell_xml(f"{letter}{number}", style, value)

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
