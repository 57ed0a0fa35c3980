"""Two cut-offs of a stored vigencia: each as it was known, of the city or of one organism."""

from __future__ import annotations

from datetime import date

from flask import Flask

from pp_monitor.domain.comparison_row import ChangeOf, Why
from pp_monitor.services.comparison import Cut, compare_cutoffs
from pp_monitor.services.entity import find_vigencia
from tests.portfolio_db import NewProject, add_actual, met_through, open_vigencia

FIRST, LAST = Cut(date(2022, 5, 13)), Cut(date(2022, 6, 17))
LATE = NewProject("BP26000001", actual=met_through("H02"))
OTHER = NewProject("BP26000002", "4151", actual=met_through("H03"))


def test_a_closed_cut_off_does_not_see_what_was_recorded_later(app: Flask) -> None:
    with app.app_context():
        known_at = open_vigencia([LATE, OTHER]).last_recorded_at
        add_actual("BP26000001", "H03", date(2022, 5, 12))
        vigencia = find_vigencia(2022)
        closed = Cut(FIRST.day, known_at)
        left = [
            (row.project.code, row.why)
            for row in compare_cutoffs(vigencia, closed, LAST).comparison.of(ChangeOf.LEFT_DELAY)
        ]
        assert left == [("BP26000001", Why.MET)]
        assert compare_cutoffs(vigencia, FIRST, LAST).comparison.of(ChangeOf.LEFT_DELAY) == ()


def test_one_organism_is_compared_alone_and_the_portfolios_stay_whole(app: Flask) -> None:
    with app.app_context():
        found = compare_cutoffs(open_vigencia([LATE, OTHER]), FIRST, LAST, {"4151"})
        assert (found.comparison.before.projects, found.comparison.after.projects) == (1, 1)
        assert len(found.before.projects) == len(found.after.projects) == 2
        assert {row.project.organism_code for row in found.comparison.changes} == {"4151"}
