"""Lists as pages show them: each column with the same value that its file has, written for a reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pp_monitor.formatters import NO_VALUE, Column, date_compact, index, integer, millions, percent, points
from pp_monitor.reports.columns import Kind, Row, Value
from pp_monitor.reports.list_file import Choice

NUMBERS = frozenset({Kind.COUNT, Kind.MONEY, Kind.PERCENT, Kind.POINTS, Kind.INDEX, Kind.DECIMAL, Kind.DATE})


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of a page: its heading, and which column of the file of its choice it shows.

    ``draw`` names what the template draws in place of the text, ``order`` the order that its heading asks for,
    which goes down first where ``falls``. ``css`` is the class suffix of the column, ``how`` what explains its figure.
    """

    heading: str
    column: int = 0
    draw: str = ""
    order: str = ""
    falls: bool = False
    css: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell, and what the template draws in its place, if anything."""

    text: str
    draw: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """A counter that narrows the list to what it counts; without an address where it counts nothing."""

    id: str
    label: str
    count: int
    url: str
    is_chosen: bool


Pages = Mapping[str, Sequence[Shown]]


def headings(
    choices: Sequence[Choice[Any]], pages: Pages, sort_url: Callable[[Shown], str], sorted_by: str, direction: str
) -> list[Column]:
    """The headings of a page, each leading to the order that it asks for, ``sort_url`` empty for none."""
    return [
        Column(
            shown.heading,
            numeric=shown.css != "bar" and choice.columns[shown.column].kind in NUMBERS,
            kind=shown.css,
            sort_url=sort_url(shown) if shown.order else "",
            sorted=direction if shown.order and shown.order == sorted_by else "",
            how=shown.how,
        )
        for choice in choices
        for shown in pages[choice.word]
    ]


def cells(choices: Sequence[Choice[Row]], pages: Pages, row: Row) -> list[Cell]:
    """The cells of a row under those headings."""
    return [
        Cell(_written(choice.columns[shown.column].kind, choice.columns[shown.column].get(row)), shown.draw)
        for choice in choices
        for shown in pages[choice.word]
    ]


def total_cells(choices: Sequence[Choice[Any]], pages: Pages, figures: Mapping[str, Value]) -> list[str]:
    """The row of totals under those headings, empty where nothing is summed."""
    return [
        _written(choice.columns[shown.column].kind, figures[choice.figures[shown.column]])
        if not shown.draw and shown.column < len(choice.figures) and choice.figures[shown.column]
        else ""
        for choice in choices
        for shown in pages[choice.word]
    ]


def _written(kind: Kind, value: Value) -> str:
    if value is None or value == "":
        return NO_VALUE
    return _WRITERS[kind](value) if kind in _WRITERS else str(value)


_WRITERS: dict[Kind, Callable[[Any], str]] = {
    Kind.COUNT: integer,
    Kind.MONEY: millions,
    Kind.PERCENT: percent,
    Kind.POINTS: points,
    Kind.INDEX: index,
    Kind.DECIMAL: lambda value: f"{value:.1f}".replace(".", ","),
    Kind.DATE: date_compact,
}
