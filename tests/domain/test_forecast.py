from collections.abc import Sequence
from datetime import date
from itertools import groupby

import pytest

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.domain.deviation import Setting, assess_milestones
from pp_monitor.domain.forecast import Forecast, forecast_milestones
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.progress import Happening
from pp_monitor.domain.project import ProjectState
from pp_monitor.domain.threshold import Thresholds
from tests.domain.doc_tables import Row, day, doc_table, optional_day
from tests.factories import PLANNED, REGISTERED_ON, assessed, colombia, fact, facts, states

CUTOFF = date(2022, 5, 13)
CASES = {case: list(rows) for case, rows in groupby(doc_table("forecast walk"), key=lambda row: row["case"])}


def _walk(
    lines: Sequence[date], actual: dict[str, date], declared: dict[str, date], cutoff: date = CUTOFF
) -> dict[str, Forecast]:
    milestones = DEFAULT_CATALOGUE.milestones[: len(lines)]
    plan = {milestone.code: PlanLine(planned) for milestone, planned in zip(milestones, lines, strict=True)}
    met = {code: Happening(met_on, fact(code, met_on)) for code, met_on in actual.items()}
    setting = Setting(cutoff, colombia(), Thresholds(), REGISTERED_ON)
    return forecast_milestones(assess_milestones(milestones, plan, met, setting), declared, cutoff, colombia())


def _by_code(rows: Sequence[Row], column: str) -> dict[str, date]:
    cells = {f"H{position:02d}": optional_day(row[column]) for position, row in enumerate(rows, start=1)}
    return {code: value for code, value in cells.items() if value}


@pytest.mark.parametrize("case", CASES)
def test_forecast_walks_as_documented(case: str) -> None:
    rows = CASES[case]
    found = _walk([day(row["planned"]) for row in rows], _by_code(rows, "actual"), _by_code(rows, "declared"))
    assert {code: forecast.day for code, forecast in found.items()} == _by_code(rows, "forecast")


def test_a_cutoff_on_a_holiday_forecasts_the_next_working_day() -> None:
    found = _walk([date(2022, 4, 11)], {}, {}, cutoff=date(2022, 4, 14))
    assert found["H01"].day == date(2022, 4, 18)


def test_computed_and_declared_dates_are_both_kept() -> None:
    found = _walk([date(2022, 5, 20)], {}, {"H01": date(2022, 6, 19)})
    assert found["H01"] == Forecast(computed=date(2022, 5, 20), declared=date(2022, 6, 19), day=date(2022, 6, 21))


def test_milestones_that_do_not_apply_are_walked_over() -> None:
    found = assessed(CUTOFF, not_applicable=("H04", "H05"), actual={"H03": date(2022, 5, 9)})
    assert "H04" not in found.forecasts
    assert found.forecasts["H06"].day == date(2022, 6, 13)


@pytest.mark.parametrize("state", [ProjectState.SUSPENDED, ProjectState.WITHDRAWN])
def test_suspended_and_withdrawn_projects_have_no_forecast(state: ProjectState) -> None:
    found = assessed(CUTOFF, states=states((state, date(2022, 5, 2))))
    assert found.forecasts == {}
    assert found.forecast_finish is None


def test_finish_is_the_forecast_of_the_last_milestone_that_applies() -> None:
    everything = {code: planned for code, planned in PLANNED.items() if code < "H11"}
    cutoff = date(2022, 11, 18)
    assert assessed(cutoff, actual=everything).forecast_finish == PLANNED["H14"]
    assert assessed(cutoff, actual=everything, not_applicable=("H14",)).forecast_finish == PLANNED["H13"]


def test_finish_is_none_once_met_or_without_plan() -> None:
    assert assessed(date(2022, 12, 20), actual=dict(PLANNED)).forecast_finish is None
    assert assessed(CUTOFF, planned=None).forecast_finish is None


def test_a_declared_date_moves_the_milestones_after_it() -> None:
    plain = assessed(CUTOFF, actual={"H03": date(2022, 5, 6)})
    moved = assessed(CUTOFF, actual={"H03": date(2022, 5, 6)}, forecasts=facts({"H04": date(2022, 5, 23)}, id=1))
    assert (plain.forecasts["H05"].day, moved.forecasts["H05"].day) == (date(2022, 5, 27), date(2022, 6, 6))
