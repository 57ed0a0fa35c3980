"""Tables as they lie in a file: sheets of rows, each value with its place, and how much of them is read."""

from __future__ import annotations

from dataclasses import dataclass

from pp_monitor.domain.errors import Problem
from pp_monitor.intake.text import column_letters, is_blank, shown

MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is read; beyond it the whole file is refused.

    ``max_bytes`` is the size of the upload, ``max_unpacked_bytes`` what a workbook may fill once unzipped.
    """

    max_bytes: int = 20 * MEGABYTE
    max_unpacked_bytes: int = 200 * MEGABYTE
    max_members: int = 2_000
    max_sheets: int = 60
    max_rows: int = 5_000
    max_columns: int = 120


@dataclass(frozen=True, slots=True)
class Row:
    """The values of one row; ``number`` is what the reader of the file sees, from 1."""

    number: int
    values: tuple[object, ...]

    def value(self, index: int) -> object:
        """The value at ``index`` counted from 0; none beyond the end of the row."""
        return self.values[index] if index < len(self.values) else None


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle of cells joined into one; columns are counted from 0, rows as their reader sees them."""

    ref: str
    first_column: int
    first_row: int
    last_column: int
    last_row: int

    @property
    def first_cell(self) -> str:
        """The cell that holds the value of the whole block."""
        return f"{column_letters(self.first_column)}{self.first_row}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file; a CSV is one sheet without a name. Of each of ``merged`` only the first cell has a value."""

    name: str
    rows: tuple[Row, ...]
    is_csv: bool = False
    merged: tuple[Block, ...] = ()

    def ref(self, row: Row, index: int, header: str = "") -> str:
        """The place of a cell: ``C7`` in a workbook, ``línea 7, columna fecha_real`` in a CSV."""
        if not self.is_csv:
            return f"{column_letters(index)}{row.number}"
        return f"línea {row.number}, columna {shown(header) or column_letters(index)}"

    def row_ref(self, row: Row) -> str:
        """The place of a whole row."""
        return f"{'línea' if self.is_csv else 'fila'} {row.number}"


@dataclass(frozen=True, slots=True)
class TableFile:
    """The sheets of a file and what was found while reading it; no sheets when an error was found."""

    sheets: tuple[Sheet, ...]
    problems: tuple[Problem, ...] = ()


def refused(what: str, fix: str) -> TableFile:
    """A file that cannot be read at all."""
    return TableFile((), (Problem(what, fix),))


def too_many_rows(limit: int, sheet: str = "") -> Problem:
    """The error of a sheet longer than what is read."""
    shown_limit = f"{limit:,}".replace(",", ".")
    return Problem(f"La hoja tiene más de {shown_limit} filas.", "Deje solo las filas de sus proyectos.", sheet=sheet)


def trimmed(values: tuple[object, ...]) -> tuple[object, ...]:
    """A row without the empty cells at its end."""
    end = len(values)
    while end and is_blank(values[end - 1]):
        end -= 1
    return values[:end]
