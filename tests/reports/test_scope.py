"""What a report is about, and what an edition may show."""

from __future__ import annotations

import pytest

from pp_monitor.reports.scope import Scope, plain
from tests.reports.books import info, previous
from tests.reports.portfolios import HEALTH, SPORT, portfolio


def test_the_city_has_every_organism_and_an_organism_only_itself() -> None:
    city, health = Scope.of(portfolio(), info(), None), Scope.of(portfolio(), info(), None, HEALTH)
    assert len(city.groups) > 1
    assert [group.code for group in health.groups] == [HEALTH]
    assert {project.organism_code for project in health.projects} == {HEALTH}


def test_withdrawn_projects_leave_the_counts() -> None:
    scope = Scope.of(portfolio(), info(), None)
    withdrawn = {project.code for project in scope.projects if project.is_withdrawn}
    assert withdrawn
    assert withdrawn.isdisjoint(project.code for project in scope.counted)


def test_each_edition_is_compared_with_its_own_former_figures() -> None:
    before = previous()
    assert Scope.of(portfolio(), info(), before).before == before.city
    assert Scope.of(portfolio(), info(), before, SPORT).before == before.organisms[SPORT]
    assert Scope.of(portfolio(), info(), None).before is None


def test_an_organism_without_projects_is_an_empty_edition() -> None:
    scope = Scope.of(portfolio(), info(), None, "9999")
    assert (scope.projects, scope.groups, scope.whole) == ((), (), None)


def test_the_title_tells_number_and_cutoff_and_a_later_version() -> None:
    assert Scope.of(portfolio(), info(), None).title == "Informe n.º 4 · corte 15/07/2022"
    assert Scope.of(portfolio(), info(version=2), None).title == "Informe n.º 4, versión 2 · corte 15/07/2022"


@pytest.mark.parametrize(
    ("text", "written"),
    [(" Parque \n", "Parque"), ("a\x00b\x1fc", "a b c"), ("uno\tdos", "uno\tdos"), ("Ñandú \ud83d", "Ñandú")],
)
def test_what_no_file_can_hold_is_left_out(text: str, written: str) -> None:
    assert plain(text) == written
