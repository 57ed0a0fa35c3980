"""Where the S-curve of a group falls on its picture, as lengths of SVG attributes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from pp_monitor.domain.curve import Curve, CurvePoint
from pp_monitor.domain.ratio import Ratio
from pp_monitor.timeline import Axis, axis

LEVELS = (100, 75, 50, 25, 0)


@dataclass(frozen=True, slots=True)
class Level:
    """A horizontal line of the grid: its label in percent and ``y`` from above in percent of the height."""

    label: str
    y: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The value of a curve at the cut-off: fraction 0-1 and ``y`` from above in percent of the height."""

    value: float
    y: str


@dataclass(frozen=True, slots=True)
class CurvePlot:
    """The curves as points of a picture 100 wide and 100 high, ``x y`` from the upper left corner.

    ``axis`` has the months and the two lines that cross them; a mark is none where the curve has no value.
    """

    axis: Axis
    levels: tuple[Level, ...]
    planned: str
    actual: str
    earliest: str
    planned_mark: Mark | None
    actual_mark: Mark | None


def curve_plot(curve: Curve, year: int) -> CurvePlot:
    """Lay out a curve that has at least one point."""
    on = axis([point.day for point in curve.points], cutoff=curve.cutoff, year_end=date(year, 12, 31))
    width = (on.after - on.first).days

    def line(figure: Callable[[CurvePoint], Ratio | None]) -> str:
        found = [(point.day, ratio.value) for point in curve.points if (ratio := figure(point))]
        return " ".join(
            f"{100 * (day - on.first).days / width:.2f},{_y(value):.2f}" for day, value in found if value is not None
        )

    now = curve.at(curve.cutoff)
    return CurvePlot(
        axis=on,
        levels=tuple(Level(f"{level} %", f"{100 - level}%") for level in LEVELS),
        planned=line(lambda point: point.planned),
        actual=line(lambda point: point.actual),
        earliest=line(lambda point: point.earliest),
        planned_mark=_mark(now.planned if now else None),
        actual_mark=_mark(now.actual if now else None),
    )


def table_points(curve: Curve) -> tuple[CurvePoint, ...]:
    """The points that the table of a curve has: the end of each month and the cut-off."""
    points: Sequence[CurvePoint] = curve.points
    ends = {(point.day.year, point.day.month): point for point in points}
    wanted = {point.day for point in ends.values()} | {curve.cutoff}
    return tuple(point for point in points if point.day in wanted)


def _y(value: float) -> float:
    return 100 - 100 * value


def _mark(ratio: Ratio | None) -> Mark | None:
    value = ratio.value if ratio else None
    return None if value is None else Mark(value, f"{_y(value):.2f}%")
