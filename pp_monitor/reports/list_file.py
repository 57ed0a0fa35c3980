"""A list as a file: exactly the rows and columns that its page shows, as CSV and as a workbook of one sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from textwrap import shorten
from typing import Generic

from pp_monitor.reports.columns import Column, Kind, Row, Table, Value
from pp_monitor.reports.sheet import Book
from pp_monitor.reports.table_csv import Cell, write_csv

# Excel takes 255 characters for the whole foot of a page, with the number of the page and the marks of its parts;
# each ampersand counts twice.
_FOOTER = 200


@dataclass(frozen=True, slots=True)
class Choice(Generic[Row]):
    """Something that a list may show, named ``word`` in an address; ``is_usual`` where nobody chose.

    ``columns`` are those of its file. ``figures`` names under each the figure of ``reports.evaluation`` that stands
    in the row of totals, empty where it has none.
    """

    word: str
    label: str
    columns: Sequence[Column[Row]]
    figures: Sequence[str] = ()
    is_usual: bool = False


@dataclass(frozen=True, slots=True)
class ListInfo:
    """What a workbook says of itself; ``what`` is also the name of its sheet.

    ``known_at`` is ``K`` in UTC, ``narrowed`` the filters in words.
    """

    what: str
    entity: str
    year: int
    day: date
    known_at: datetime
    narrowed: str
    is_demo: bool


def list_csv(columns: Sequence[Column[Row]], rows: Sequence[Row]) -> bytes:
    """The rows as CSV, in the order given; shares as percentages, decimals with two places."""
    values = ([_cell(column.kind, column.get(row)) for column in columns] for row in rows)
    return write_csv([column.heading for column in columns], values)


def _cell(kind: Kind, value: Value) -> Cell:
    if isinstance(value, int | float) and kind in _DECIMALS:
        # Half up, of the number as it prints.
        places = Decimal(str(value)) * (100 if kind is Kind.PERCENT else 1)
        return places.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return value


_DECIMALS = frozenset({Kind.PERCENT, Kind.POINTS, Kind.INDEX, Kind.DECIMAL})


def list_workbook(
    columns: Sequence[Column[Row]],
    rows: Sequence[Row],
    info: ListInfo,
    *,
    total: Mapping[str, Value] | None = None,
    frozen_columns: int = 3,
) -> bytes:
    """The same as a workbook of one sheet with true dates and numbers; ``total`` goes by heading, under the rows."""
    what = f"{info.what} de la vigencia {info.year}"
    book = Book(
        title=what,
        author=info.entity,
        subject=f"{info.day:%d/%m/%Y} – {info.narrowed}",
        footer=shorten(f"{info.entity} · {what} · {info.day:%d/%m/%Y} · {info.narrowed}", _FOOTER, placeholder=" …"),
        is_demo=info.is_demo,
    )
    book.created_at(info.known_at)
    book.table(info.what, Table(info.what, columns, frozen_columns=frozen_columns), rows, total=total)
    return book.data()


def totals(choices: Sequence[Choice[Row]], figures: Mapping[str, Value]) -> dict[str, Value]:
    """The row of totals by heading, out of the ``figures`` of the whole list."""
    return {
        column.heading: figures[name]
        for choice in choices
        for column, name in zip(choice.columns, choice.figures, strict=False)
        if name
    }
