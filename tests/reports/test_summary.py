"""What the one page tells of the days ahead, of the year's end and of change."""

from __future__ import annotations

from datetime import date

import pytest

from pp_monitor.domain.catalogue import Phase
from pp_monitor.domain.light import Light
from pp_monitor.reports.scope import PreviousCut, Scope
from pp_monitor.reports.summary import change_of_light, decisions, upcoming, upcoming_by_phase, year_ends
from tests.factories import PLANNED
from tests.reports.books import book, info, previous, rows
from tests.reports.portfolios import ON_TIME, named, portfolio


def scope_at(cutoff: date, **planned: date) -> Scope:
    history = named("Parque", planned=dict(PLANNED) | planned, actual=ON_TIME, allocation_cop=70)
    return Scope.of(portfolio([history], cutoff=cutoff), info(cutoff=cutoff), None)


@pytest.mark.parametrize(
    ("cutoff", "found"),
    [
        (date(2022, 8, 12), []),
        # The thirtieth day after 13/08 is 12/09, the day of H10; on 12/09 it is no longer ahead.
        (date(2022, 8, 13), ["H10"]),
        (date(2022, 9, 9), ["H10"]),
        (date(2022, 9, 12), []),
        (date(2022, 11, 17), ["H11", "H12", "H13", "H14"]),
    ],
)
def test_near_milestones_are_those_of_the_next_thirty_days(cutoff: date, found: list[str]) -> None:
    assert [line.code for _, line in upcoming(scope_at(cutoff))] == found


def test_a_milestone_on_a_holiday_is_near_by_its_effective_day() -> None:
    # 17/10/2022 is a holiday: its effective day, the 18th, is thirty days after 18/09.
    assert [line.code for _, line in upcoming(scope_at(date(2022, 9, 17), H10=date(2022, 10, 17)))] == []
    assert [line.code for _, line in upcoming(scope_at(date(2022, 9, 18), H10=date(2022, 10, 17)))] == ["H10"]


def test_near_milestones_are_counted_by_phase_with_their_projects() -> None:
    counts = upcoming_by_phase(scope_at(date(2022, 11, 17)))
    assert [(row.phase, row.milestones, row.projects) for row in counts] == [
        (Phase.PRECONTRACTUAL, 0, 0),
        (Phase.EXECUTION, 1, 1),
        (Phase.CLOSURE, 3, 1),
    ]


@pytest.mark.parametrize(
    ("finish", "after_november", "after_december"),
    [(date(2022, 11, 30), 0, 0), (date(2022, 12, 1), 1, 0), (date(2022, 12, 30), 1, 0), (date(2023, 1, 2), 1, 1)],
)
def test_year_end_counts_forecasts_after_each_day(finish: date, after_november: int, after_december: int) -> None:
    ends = year_ends(scope_at(date(2022, 7, 15), H11=finish))
    assert [row.projects for row in ends] == [after_november, after_december]
    assert [row.amount_cop for row in ends] == [70 * after_november, 70 * after_december]


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (Light.RED, None, "—"),
        (Light.RED, Light.RED, "Igual"),
        (Light.RED, Light.YELLOW, "Empeora (antes: En alerta)"),
        (Light.NO_PLAN, Light.RED, "Empeora (antes: Atrasado)"),
        (Light.GREEN, Light.RED, "Mejora (antes: Atrasado)"),
        (Light.CLOSED, Light.GREEN, "Cambia (antes: A tiempo)"),
    ],
)
def test_change_of_light_says_where_it_goes(now: Light, before: Light | None, words: str) -> None:
    assert change_of_light(now, before) == words


def test_an_organism_that_was_not_there_is_told_as_new() -> None:
    old = previous()
    without = PreviousCut(old.number, old.cutoff, old.city, {})
    found = rows(book(previous=without)["02_Organismos"])
    assert {row["Cambio desde el corte anterior"] for row in found[:3]} == {"Nuevo en el informe"}


def test_decisions_are_at_most_five_whatever_happens() -> None:
    codes = [f"41{n}" for n in range(45, 60)]
    many = [named(f"P{n}", project_id=n, planned=None, organism=code) for n, code in enumerate(codes, start=1)]
    found = decisions(Scope.of(portfolio(many), info(), None))
    assert len(found) <= 5
