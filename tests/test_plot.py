"""Where the S-curve falls on its picture."""

from __future__ import annotations

from datetime import date

from pp_monitor.domain.curve import Curve, progress_curve
from pp_monitor.domain.group import Member
from pp_monitor.plot import curve_plot, table_points
from tests.factories import assessed, frame

CUTOFF = date(2022, 7, 15)


def curve(**history: object) -> Curve:
    return progress_curve([Member.whole(assessed(CUTOFF, **history))], frame(CUTOFF))


def xy(points: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in points.split())]


def test_lines_go_up_from_the_lower_left_and_meet_at_the_cutoff() -> None:
    plot = curve_plot(curve(actual={"H01": date(2022, 4, 18)}), 2022)
    planned, actual, earliest = (xy(line) for line in (plot.planned, plot.actual, plot.earliest))
    assert planned[0] == (0.0, 100.0)
    assert planned[-1][1] == 0.0
    cut = float(plot.axis.cutoff_x.rstrip("%"))
    assert actual[-1][0] == earliest[0][0] == cut
    assert all(0 <= x <= 100 and 0 <= y <= 100 for x, y in (*planned, *actual, *earliest))
    assert plot.actual_mark
    assert plot.actual_mark.y == f"{actual[-1][1]:.2f}%"
    assert [level.label for level in plot.levels] == ["100 %", "75 %", "50 %", "25 %", "0 %"]


def test_without_a_plan_there_is_no_line_and_no_mark() -> None:
    plot = curve_plot(curve(planned=None), 2022)
    assert (plot.planned, plot.actual, plot.planned_mark, plot.actual_mark) == ("", "", None, None)


def test_the_table_has_the_end_of_each_month_and_the_cutoff() -> None:
    days = [point.day for point in table_points(curve())]
    assert days[:4] == [date(2022, 4, 30), date(2022, 5, 31), date(2022, 6, 30), CUTOFF]
    assert days == sorted(set(days))
