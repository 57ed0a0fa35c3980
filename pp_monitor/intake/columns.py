"""Finding the columns of a table by their normalised headers, never by position or case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pp_monitor.domain.errors import Problem
from pp_monitor.intake.sheet import Row, Sheet
from pp_monitor.intake.text import is_blank, normalise, plain, shown

_ROWS_SEARCHED = 25
_UNKNOWN_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Column:
    """One meaning that a table may carry: ``title`` is its usual header, ``synonyms`` the others."""

    key: str
    title: str
    synonyms: tuple[str, ...] = ()
    required: bool = True

    @property
    def names(self) -> frozenset[str]:
        """Its headers, normalised."""
        return frozenset(normalise(name) for name in (self.title, *self.synonyms))


@dataclass(frozen=True, slots=True)
class Header:
    """The header row of a sheet: where each known column is.

    A header that is repeated keeps all its positions: in each row the first cell that is not
    empty is read, as the city's own files repeat headers over empty columns.
    """

    sheet: Sheet
    row: Row
    positions: Mapping[str, tuple[int, ...]]
    unknown: tuple[str, ...] = ()

    def has(self, key: str) -> bool:
        """Whether the table carries the column."""
        return key in self.positions

    def index(self, row: Row, key: str) -> int:
        """The column, counted from 0, in which the row carries this meaning."""
        indexes = self.positions[key]
        return next((index for index in indexes if not is_blank(row.value(index))), indexes[0])

    def value(self, row: Row, key: str) -> object:
        """The row's value under this meaning; none when the column is absent or the cell empty."""
        return row.value(self.index(row, key)) if key in self.positions else None

    def text(self, row: Row, key: str) -> str:
        """The same value as plain text."""
        value = self.value(row, key)
        return plain(int(value) if isinstance(value, float) and value.is_integer() else value)

    def ref(self, row: Row, key: str) -> str:
        """The place of the cell."""
        index = self.index(row, key)
        return self.sheet.ref(row, index, plain(self.row.value(index)))

    def surplus(self, row: Row) -> Problem | None:
        """The error of a row with more cells than the header, as a stray separator makes."""
        width = len(self.row.values)
        if all(is_blank(value) for value in row.values[width:]):
            return None
        what = f"La fila tiene {len(row.values)} celdas y el encabezado {width}."
        fix = "Quite lo que sobra; un texto con «;» o «,» va entre comillas."
        return Problem(what, fix, sheet=self.sheet.name, cell=self.sheet.row_ref(row))

    def body(self) -> tuple[Row, ...]:
        """The rows below the header."""
        return tuple(row for row in self.sheet.rows if row.number > self.row.number)


def find_header(sheet: Sheet, columns: Sequence[Column]) -> Header:
    """The row, among the first ones, that carries most of ``columns``."""
    candidates = [_header(sheet, row, columns) for row in sheet.rows[:_ROWS_SEARCHED]]
    return max(candidates, key=lambda header: len(header.positions))


def best_header(sheets: Sequence[Sheet], columns: Sequence[Column]) -> Header:
    """The header, among all the sheets of a file, that carries most of ``columns``; the first of equals."""
    return max((find_header(sheet, columns) for sheet in sheets), key=lambda header: len(header.positions))


def missing(header: Header, columns: Sequence[Column]) -> tuple[Column, ...]:
    """The required columns that the table does not carry."""
    return tuple(column for column in columns if column.required and not header.has(column.key))


def missing_problem(header: Header, columns: Sequence[Column]) -> Problem | None:
    """The error that names every required column that is absent, and the unknown ones that are there."""
    absent = missing(header, columns)
    if not absent:
        return None
    titles = ", ".join(f"«{column.title}»" for column in absent)
    what = f"Faltan las columnas {titles}." if len(absent) > 1 else f"Falta la columna {titles}."
    unknown = ", ".join(f"«{shown(name)}»" for name in header.unknown[:_UNKNOWN_SHOWN])
    fix = (
        f"El archivo trae estas, que no se reconocen: {unknown}." if unknown else "Revise que sea el archivo correcto."
    )
    place = header.sheet.row_ref(header.row) if header.positions else ""
    return Problem(what, fix, sheet=header.sheet.name, cell=place)


def _header(sheet: Sheet, row: Row, columns: Sequence[Column]) -> Header:
    found: dict[str, list[int]] = {}
    unknown: list[str] = []
    keys = {name: column.key for column in columns for name in column.names}
    for index, value in enumerate(row.values):
        key = keys.get(normalise(plain(value)))
        if key is not None:
            found.setdefault(key, []).append(index)
        elif not is_blank(value):
            unknown.append(plain(value))
    return Header(sheet, row, {key: tuple(indexes) for key, indexes in found.items()}, tuple(unknown))
