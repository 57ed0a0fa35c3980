"""Where dates fall on the timeline of a milestone."""

from datetime import date

import pytest

from pp_monitor import timeline

CUTOFF = date(2022, 7, 15)
YEAR_END = date(2022, 12, 31)
YEAR = timeline.axis([date(2022, 1, 1)], cutoff=CUTOFF, year_end=YEAR_END)


def test_axis_covers_whole_months_around_every_date() -> None:
    on = timeline.axis([date(2022, 4, 18), None, date(2023, 1, 17)], cutoff=CUTOFF, year_end=YEAR_END)
    assert (on.first, on.after) == (date(2022, 4, 1), date(2023, 2, 1))
    assert " ".join(tick.label for tick in on.ticks) == "abr may jun jul ago sep oct nov dic ene 23"


def test_axis_without_milestone_dates_still_shows_cutoff_and_end_of_year() -> None:
    on = timeline.axis([], cutoff=CUTOFF, year_end=YEAR_END)
    assert on.ticks[0] == timeline.Tick("jul", "0.00%")


def test_long_axis_names_only_as_many_months_as_fit() -> None:
    on = timeline.axis([date(2022, 1, 1), date(2024, 6, 30)], cutoff=CUTOFF, year_end=YEAR_END)
    assert len(on.ticks) == 30
    assert sum(bool(tick.label) for tick in on.ticks) == 10


@pytest.mark.parametrize(
    ("day", "place"),
    [(date(2022, 1, 1), "0.00%"), (date(2022, 7, 2), "49.86%"), (YEAR_END, "99.73%")],
)
def test_place_is_the_share_of_the_days_gone_by(day: date, place: str) -> None:
    assert timeline.track(YEAR, baseline=day).baseline_x == place


BARS = [
    # baseline, actual, earliest, declared, bar, from, summary
    (date(2022, 6, 1), date(2022, 6, 1), None, None, "", "0.00%", "Línea base 01/06/2022; real 01/06/2022"),
    (date(2022, 6, 1), date(2022, 7, 1), None, None, "late", "41.37%", "Línea base 01/06/2022; real 01/07/2022"),
    (date(2022, 7, 1), date(2022, 6, 1), None, None, "early", "41.37%", "Línea base 01/07/2022; real 01/06/2022"),
    (
        date(2022, 6, 1),
        None,
        date(2022, 7, 18),
        None,
        "projected",
        "41.37%",
        "Línea base 01/06/2022; más temprana posible 18/07/2022",
    ),
    (
        date(2022, 6, 1),
        None,
        date(2022, 7, 18),
        date(2022, 8, 1),
        "projected",
        "41.37%",
        "Línea base 01/06/2022; más temprana posible 18/07/2022; declarada 01/08/2022",
    ),
    (date(2022, 6, 1), None, None, None, "", "0.00%", "Línea base 01/06/2022"),
    (None, None, None, None, "", "0.00%", "Sin fechas"),
]


@pytest.mark.parametrize(("baseline", "actual", "earliest", "declared", "bar", "bar_x", "summary"), BARS)
def test_bar_joins_the_plan_and_what_became_of_it(
    baseline: date | None,
    actual: date | None,
    earliest: date | None,
    declared: date | None,
    bar: str,
    bar_x: str,
    summary: str,
) -> None:
    drawn = timeline.track(YEAR, baseline=baseline, actual=actual, earliest=earliest, declared=declared)
    assert (drawn.bar, drawn.bar_x, drawn.summary) == (bar, bar_x, summary)


def test_the_date_in_force_is_marked_where_it_moved() -> None:
    moved = timeline.track(YEAR, baseline=date(2022, 6, 1), in_force=date(2022, 7, 2))
    assert (moved.in_force_x, moved.summary) == ("49.86%", "Línea base 01/06/2022; vigente 02/07/2022")
    assert timeline.track(YEAR, baseline=date(2022, 6, 1), in_force=date(2022, 6, 1)).in_force_x == ""


def test_bar_reaches_the_declared_date() -> None:
    drawn = timeline.track(YEAR, baseline=date(2022, 6, 1), earliest=date(2022, 7, 18), declared=date(2022, 8, 1))
    assert drawn.bar_width == f"{100 * 61 / 365:.2f}%"


def test_met_milestone_shows_no_projection() -> None:
    drawn = timeline.track(
        YEAR, baseline=date(2022, 6, 1), actual=date(2022, 6, 3), earliest=date(2022, 7, 18), declared=date(2022, 8, 1)
    )
    assert (drawn.earliest_x, drawn.declared_x) == ("", "")
