"""Where the dates of a milestone fall on its timeline, as lengths of SVG attributes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from pp_monitor.formatters import date_short

MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
MOST_LABELS = 14


@dataclass(frozen=True, slots=True)
class Tick:
    """The first day of a month: ``x`` in percent of the width; ``label`` empty where there is no room."""

    label: str
    x: str


@dataclass(frozen=True, slots=True)
class Axis:
    """Whole months that hold every date of one picture, with the two lines that cross all rows."""

    first: date
    after: date
    cutoff: date
    year_end: date
    ticks: tuple[Tick, ...]
    cutoff_x: str
    year_end_x: str


@dataclass(frozen=True, slots=True)
class Track:
    """The marks of one milestone: positions in percent of the width, empty where there is no date.

    ``bar`` is ``early``, ``late`` (both end in the actual date), ``projected`` (ends in a date that
    has not happened) or empty; it covers ``bar_x`` and ``bar_width``. ``summary`` says it in words.
    """

    baseline_x: str
    in_force_x: str
    actual_x: str
    earliest_x: str
    declared_x: str
    bar: str
    bar_x: str
    bar_width: str
    summary: str


def axis(dates: Iterable[date | None], *, cutoff: date, year_end: date) -> Axis:
    """Lay out the months from the earliest to the latest of ``dates``, ``cutoff`` and ``year_end``.

    >>> [tick.label for tick in axis([date(2022, 10, 31)], cutoff=date(2022, 9, 20), year_end=date(2022, 12, 31)).ticks]
    ['sep', 'oct', 'nov', 'dic']
    """
    days = [day for day in dates if day is not None] + [cutoff, year_end]
    first = min(days).replace(day=1)
    after = _next_month(max(days))
    return Axis(
        first=first,
        after=after,
        cutoff=cutoff,
        year_end=year_end,
        ticks=_ticks(first, after),
        cutoff_x=_percent(cutoff, first, after),
        year_end_x=_percent(year_end, first, after),
    )


def track(
    on: Axis,
    *,
    baseline: date | None,
    in_force: date | None = None,
    actual: date | None = None,
    earliest: date | None = None,
    declared: date | None = None,
) -> Track:
    """Place the dates of one milestone on the axis, with the bar that joins baseline and outcome.

    The date in force has a mark of its own only where a re-planning moved it.
    """
    moved = in_force if in_force != baseline else None
    end = actual or declared or earliest
    bar = _bar(baseline, actual, end)
    left, right = (min(baseline, end), max(baseline, end)) if bar and baseline and end else (on.first, on.first)
    return Track(
        baseline_x=_place(on, baseline),
        in_force_x=_place(on, moved),
        actual_x=_place(on, actual),
        earliest_x=_place(on, None if actual else earliest),
        declared_x=_place(on, None if actual else declared),
        bar=bar,
        bar_x=_place(on, left),
        bar_width=_share((right - left).days, on.first, on.after),
        summary=_summary(baseline, moved, actual, earliest, declared),
    )


def _bar(baseline: date | None, actual: date | None, end: date | None) -> str:
    if baseline is None or end is None or baseline == end:
        return ""
    if actual is None:
        return "projected"
    return "late" if actual > baseline else "early"


def _summary(
    baseline: date | None, moved: date | None, actual: date | None, earliest: date | None, declared: date | None
) -> str:
    named = [("línea base", baseline), ("vigente", moved), ("real", actual)]
    if actual is None:
        named += [("más temprana posible", earliest), ("declarada", declared)]
    told = [f"{name} {date_short(day)}" for name, day in named if day is not None]
    return ("; ".join(told) or "sin fechas").capitalize()


def _ticks(first: date, after: date) -> tuple[Tick, ...]:
    starts = []
    month = first
    while month < after:
        starts.append(month)
        month = _next_month(month)
    step = -(-len(starts) // MOST_LABELS)
    return tuple(
        Tick(_month_label(start) if number % step == 0 else "", _percent(start, first, after))
        for number, start in enumerate(starts)
    )


def _month_label(start: date) -> str:
    name = MONTHS[start.month - 1]
    return f"{name} {start:%y}" if start.month == 1 else name


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


def _place(on: Axis, day: date | None) -> str:
    return "" if day is None else _percent(day, on.first, on.after)


def _percent(day: date, first: date, after: date) -> str:
    return _share((day - first).days, first, after)


def _share(days: int, first: date, after: date) -> str:
    return f"{100 * days / (after - first).days:.2f}%"
