"""What a list of projects may show is what ``evaluate`` answers, each thing under one heading."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from pp_monitor.reports.evaluation import city_payload, evaluation
from pp_monitor.reports.list_file import totals
from pp_monitor.reports.project_list import ALWAYS, CHOICES, USUAL, ProjectLine, chosen, secop_addresses
from pp_monitor.reports.scope import Contracting
from tests.reports.portfolios import portfolio

SECOP = "https://community.secop.gov.co/Public/Tendering/1"
# Heading of the file, name of the figure that `evaluate` gives.
FIGURES = {
    "Código": "code",
    "Proyecto": "name",
    "Código organismo": "organism",
    "Reprogramaciones": "replannings",
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
WHOLE = chosen([choice.word for choice in CHOICES])
COLUMNS = {column.heading: column for choice in WHOLE for column in choice.columns}


def lines() -> list[ProjectLine]:
    own = portfolio()
    named = Contracting("2021760010123", ("P-1",), ("C-1", "C-2"), (SECOP, "javascript:x"))
    return [ProjectLine(row, own.cutoff, "", "", "", "", None, None, named) for row in own.projects]


@pytest.mark.parametrize("heading", FIGURES)
def test_each_figure_of_the_list_is_that_of_evaluate(heading: str) -> None:
    answered = {row["code"]: row for row in evaluation(portfolio())["projects"]}
    found: dict[str, Any] = {line.project.code: COLUMNS[heading].get(line) for line in lines()}
    has_plan = {line.project.code for line in lines() if line.project.b0}
    expected = {code: row[FIGURES[heading]] for code, row in answered.items()}
    if heading == "Reprogramaciones":
        expected = {code: value if code in has_plan else None for code, value in expected.items()}
    assert found == expected


def test_totals_are_those_of_evaluate() -> None:
    figures = city_payload(portfolio())
    found = totals(WHOLE, figures)
    summed = {heading: figures[name] for heading, name in FIGURES.items() if heading in found}
    assert {heading: found[heading] for heading in summed} == summed
    assert {"Avance real (%)", "ICC", "Valor vigente ($)", "Valor en riesgo ($)", "Pagos ($)"} <= set(summed)


def test_no_heading_and_no_word_of_the_address_stands_twice() -> None:
    headings = Counter(column.heading for choice in WHOLE for column in choice.columns)
    assert [heading for heading, count in headings.items() if count > 1] == []
    assert len({choice.word for choice in WHOLE}) == len(WHOLE)
    assert all("," not in choice.word for choice in WHOLE)


def test_chosen_columns_keep_their_own_order_after_the_project() -> None:
    assert [choice.word for choice in chosen(["valor", "bpin"])] == [ALWAYS.word, "bpin", "valor"]
    assert {"organismo", "semaforo", "avance", "valor"} < set(USUAL)


def test_names_of_the_state_are_told_and_only_web_addresses_lead_somewhere() -> None:
    line = lines()[0]
    told = [COLUMNS[heading].get(line) for heading in ("BPIN", "Procesos", "Contratos", "SECOP II")]
    assert told == ["2021760010123", "P-1", "C-1\nC-2", f"{SECOP}\njavascript:x"]
    assert secop_addresses(line) == [SECOP]
    link = COLUMNS["SECOP II"].link
    assert link
    assert link(line) == SECOP
