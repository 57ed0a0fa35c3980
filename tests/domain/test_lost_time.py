"""Where time is lost: which delays count and how they are summed up."""

from __future__ import annotations

from datetime import date

import pytest

from pp_monitor.domain.catalogue import Phase
from pp_monitor.domain.lost_time import Spread, by_milestone, by_phase, city_by_phase
from pp_monitor.domain.project import ProjectAssessment, ProjectState
from tests.factories import PLANNED, assessed, states

CUTOFF = date(2022, 5, 13)


def project(**history: object) -> ProjectAssessment:
    return assessed(CUTOFF, **history)


def spread_of(code: str, **history: object) -> Spread | None:
    return by_milestone([project(**history)]).get(code)


@pytest.mark.parametrize(
    ("history", "code", "days"),
    [
        ({"actual": {"H01": date(2022, 4, 18)}}, "H01", 0),
        ({"actual": {"H01": date(2022, 4, 11)}}, "H01", 0),
        ({"actual": {"H01": date(2022, 4, 21)}}, "H01", 3),
        ({}, "H01", 19),
        ({"actual": {"H01": date(2022, 4, 7)}}, "H01", None),
        ({"actual": {"H02": date(2022, 4, 25)}}, "H01", None),
        ({"states": states((ProjectState.SUSPENDED, date(2022, 5, 2)))}, "H01", None),
        ({"states": states((ProjectState.WITHDRAWN, date(2022, 5, 2)))}, "H01", None),
        ({"not_applicable": ("H01",)}, "H01", None),
        ({"planned": None}, "H01", None),
        ({}, "H11", None),
        ({"actual": {"H04": date(2022, 5, 12)}}, "H04", None),
    ],
    ids=[
        *("on time", "early", "late", "overdue", "met before registration", "passed", "suspended", "withdrawn"),
        *("not applicable", "without plan", "not yet exigible", "met before it was exigible"),
    ],
)
def test_what_counts_as_delay(history: dict[str, object], code: str, days: int | None) -> None:
    found = spread_of(code, **history)
    assert (found.total_workdays if found else None) == days


def test_nine_in_ten_are_at_most_as_late_as_the_high_figure() -> None:
    assert Spread.of(range(1, 11)) == Spread(10, 10, 55, 5.5, 9)
    assert Spread.of([7]) == Spread(1, 1, 7, 7.0, 7)
    assert Spread.of([0] * 9 + [20]) == Spread(10, 1, 20, 0.0, 0)


def test_each_organism_has_its_phases_and_the_city_all_of_them() -> None:
    rows = [
        project(project_id=1, organism="4145"),
        project(project_id=2, organism="4151", actual={"H01": PLANNED["H01"], "H02": PLANNED["H02"]}),
    ]
    found, city = by_phase(rows), city_by_phase(rows)
    assert set(found) == {("4145", Phase.PRECONTRACTUAL), ("4151", Phase.PRECONTRACTUAL)}
    assert found["4145", Phase.PRECONTRACTUAL].n == 3
    assert city[Phase.PRECONTRACTUAL].n == 6
    assert city[Phase.PRECONTRACTUAL].total_workdays == sum(spread.total_workdays for spread in found.values())
    assert Phase.CLOSURE not in city
