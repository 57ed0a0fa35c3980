"""What readers are told of a figure is what the rules say, with the thresholds in force."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pp_monitor.domain.threshold import Thresholds
from pp_monitor.labels_help import explanation, explanations
from tests.domain.doc_tables import doc_table


def test_the_document_of_rules_has_the_same_texts() -> None:
    told = [
        [each.code, each.name, each.definition, each.formula, each.thresholds, each.note]
        for each in explanations(Thresholds())
    ]
    printed = [
        [cell.replace("—", "") if cell == "—" else cell for cell in row.values()] for row in doc_table("explanations")
    ]
    assert told == printed


def test_an_explanation_tells_the_thresholds_that_are_given() -> None:
    told = explanation("light", replace(Thresholds(), red_index_percent=65, critical_overdue_workdays=12))
    assert "ICC menor de 65 %" in told.thresholds
    assert "contrato, RP o inicio vencidos por más de 12" in told.thresholds


@pytest.mark.parametrize(
    "code", ["planned_progress", "actual_progress", "schedule_index", "on_time_rate", "coverage", "mean_delay_workdays"]
)
def test_a_ratio_names_what_is_divided_by_what(code: str) -> None:
    above, below = explanation(code, Thresholds()).formula.split(" / ")
    assert above
    assert below


def test_each_explanation_has_a_code_and_a_name_of_its_own() -> None:
    told = explanations(Thresholds())
    assert len({each.code for each in told}) == len({each.name for each in told}) == len(told)
