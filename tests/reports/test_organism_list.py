"""What a list of organisms may show is what ``evaluate`` answers, each thing under one heading."""

from __future__ import annotations

from collections import Counter

import pytest

from pp_monitor.reports.evaluation import city_payload, evaluation, organism_payload
from pp_monitor.reports.organism_list import ALWAYS, CHOICES, OrganismLine, chosen, total
from tests.reports.portfolios import portfolio

FIGURES = {
    "Proyectos": "projects",
    "Con plan": "with_plan",
    "Enviados, en aprobación": "awaiting_approval",
    "Cobertura (%)": "coverage",
    "Avance real (%)": "actual_progress",
    "Avance programado (%)": "planned_progress",
    "Desviación (p. p.)": "deviation_points",
    "ICC": "schedule_index",
    "Oportunidad (%)": "on_time_rate",
    "Mayor retraso (días hábiles)": "worst_delay_workdays",
    "Retraso promedio (días hábiles)": "mean_delay_workdays",
    "Valor vigente ($)": "allocation_cop",
    "Valor en riesgo ($)": "value_at_risk_cop",
    "Compromisos RP ($)": "commitments_cop",
    "Pagos ($)": "payments_cop",
}
LIGHTS = {
    "Sin plan vencido": ("no_plan",),
    "Atrasados": ("red",),
    "En alerta": ("yellow",),
    "A tiempo o cerrados": ("green", "closed"),
    "Suspendidos": ("suspended",),
}
COLUMNS = {
    column.heading: column for choice in chosen([choice.word for choice in CHOICES]) for column in choice.columns
}


def lines() -> dict[str, OrganismLine]:
    own = portfolio()
    return {
        group.code: OrganismLine(group, own.cutoff, group.code, "", organism_payload(group, own))
        for group in own.organisms
    }


@pytest.mark.parametrize("heading", FIGURES)
def test_each_figure_of_the_list_is_that_of_evaluate(heading: str) -> None:
    answered = {row["code"]: row[FIGURES[heading]] for row in evaluation(portfolio())["organisms"]}
    assert {code: COLUMNS[heading].get(line) for code, line in lines().items()} == answered


@pytest.mark.parametrize("heading", LIGHTS)
def test_projects_are_counted_by_light_as_evaluate_does(heading: str) -> None:
    answered = evaluation(portfolio())["organisms"]
    counted = {row["code"]: sum(row["lights"][light] for light in LIGHTS[heading]) for row in answered}
    assert {code: COLUMNS[heading].get(line) for code, line in lines().items()} == counted


def test_totals_are_the_figures_of_the_city() -> None:
    own = portfolio()
    whole = OrganismLine(own.city, own.cutoff, "Todos", "", city_payload(own))
    found = total(list(COLUMNS.values()), whole)
    assert {heading: found[heading] for heading in FIGURES} == {
        heading: city_payload(own)[name] for heading, name in FIGURES.items()
    }
    assert "Semáforo" not in found
    assert found["Organismo"] == "Todos"


def test_no_heading_stands_twice_and_the_organism_comes_first() -> None:
    counted = Counter(column.heading for choice in (ALWAYS, *CHOICES) for column in choice.columns)
    assert max(counted.values()) == 1
    assert [choice.word for choice in chosen(["valor", "semaforo"])] == ["organismo", "semaforo", "valor"]
