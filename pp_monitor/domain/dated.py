"""Values that change with time: each has a day it holds from and the instant it was recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class View:
    """From where the facts are seen: what had happened by ``cutoff``, as recorded by ``known_at`` (UTC)."""

    cutoff: date
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Dated(Generic[T]):
    """``value`` holds from ``valid_from`` on, as recorded at ``recorded_at`` (UTC)."""

    value: T
    valid_from: date
    recorded_at: datetime
    id: int = 0


def rows_in_view(rows: Iterable[Dated[T]], view: View) -> list[Dated[T]]:
    """The rows recorded by ``view.known_at`` that hold by ``view.cutoff``, oldest first."""
    known = (row for row in rows if row.recorded_at <= view.known_at and row.valid_from <= view.cutoff)
    return sorted(known, key=lambda row: (row.valid_from, row.recorded_at, row.id))


def row_as_at(rows: Iterable[Dated[T]], view: View) -> Dated[T] | None:
    """The row in force in ``view``, or none."""
    found = rows_in_view(rows, view)
    return found[-1] if found else None


def value_as_at(rows: Iterable[Dated[T]], view: View) -> T | None:
    """The value in force in ``view``; before the first row, the first known value (rules 7)."""
    known = sorted(
        (row for row in rows if row.recorded_at <= view.known_at),
        key=lambda row: (row.valid_from, row.recorded_at, row.id),
    )
    if not known:
        return None
    held = [row for row in known if row.valid_from <= view.cutoff]
    return (held[-1] if held else known[0]).value
