"""What the file of territories says is what ``evaluate`` answers for their projects alone."""

from __future__ import annotations

import pytest

from pp_monitor.domain.listing import ProjectFilter
from pp_monitor.domain.narrowing import narrow_to
from pp_monitor.domain.territory import territory_figures, whole_figures
from pp_monitor.reports.evaluation import city_payload
from pp_monitor.reports.territory_list import COLUMNS, TerritoryLine, total
from tests.reports.portfolios import portfolio

FIGURES = {
    "Proyectos": "projects",
    "Avance real (%)": "actual_progress",
    "Avance programado (%)": "planned_progress",
    "Desviación (p. p.)": "deviation_points",
    "Mayor retraso (días hábiles)": "worst_delay_workdays",
    "Valor vigente ($)": "allocation_cop",
    "Compromisos ($)": "commitments_cop",
    "Valor en riesgo ($)": "value_at_risk_cop",
}


@pytest.mark.parametrize(("heading", "name"), FIGURES.items())
def test_each_figure_is_that_of_the_projects_of_the_territory(heading: str, name: str) -> None:
    whole = portfolio()
    [column] = [column for column in COLUMNS if column.heading == heading]
    found = territory_figures(whole)
    assert found
    for each in found:
        alone = city_payload(narrow_to(whole, ProjectFilter(territory=each.code)))
        assert column.get(TerritoryLine(each, whole.cutoff, "")) == alone[name]


def test_the_total_counts_each_project_once() -> None:
    whole = portfolio()
    found = total(TerritoryLine(whole_figures(whole), whole.cutoff, ""))
    city = city_payload(whole)
    assert {heading: found[heading] for heading in FIGURES} == {h: city[name] for h, name in FIGURES.items()}
    assert "Territorio" not in found
