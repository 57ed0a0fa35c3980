"""The answer of ``evaluate`` against figures worked out by hand."""

from __future__ import annotations

import json
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest

from pp_monitor.reports.evaluation import evaluation
from tests.factories import PLANNED, baseline, fact, facts, snapshot
from tests.reports.portfolios import CUTOFF, HEALTH, ON_TIME, SPORT, WORKS, named, portfolio

M = 1_000_000


def project(code_end: int, **options: Any) -> dict[str, Any]:
    found = evaluation(portfolio(), **options)["projects"]
    return next(row for row in found if row["code"].endswith(f"{code_end:06d}"))


def milestone(row: dict[str, Any], code: str) -> dict[str, Any]:
    return next(line for line in row["milestones"] if line["code"] == code)


def organism(code: str, **options: Any) -> dict[str, Any]:
    return next(row for row in evaluation(portfolio(), **options)["organisms"] if row["code"] == code)


def test_heading_tells_year_cut_off_instant_in_utc_and_baseline() -> None:
    answer = evaluation(portfolio())
    assert {key: answer[key] for key in ("year", "cutoff", "known_at", "baseline", "budget_cutoff", "is_demo")} == {
        "year": 2022,
        "cutoff": "2022-07-15",
        "known_at": "2022-07-18T13:00:00Z",
        "baseline": "b0",
        "budget_cutoff": "2022-06-30",
        "is_demo": False,
    }


def test_answer_survives_json_unchanged_and_is_the_same_twice() -> None:
    answer = evaluation(portfolio())
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert json.dumps(evaluation(portfolio())) == json.dumps(answer)


def test_an_unknown_baseline_is_refused() -> None:
    with pytest.raises(ValueError, match="b7"):
        evaluation(portfolio(), baseline="b7")


@pytest.mark.parametrize(
    ("number", "status", "light", "at_risk_cop"),
    [
        (1, "registered", "green", 0),
        (2, "registered", "red", 300 * M),
        (3, "unregistered", "no_plan", 50 * M),
        (4, "registered", "suspended", 0),
        (5, "registered", "withdrawn", 0),
        (6, "registered", "green", 0),
        (7, "registered", "not_due", 0),
        (8, "registered", "yellow", 0),
        (9, "unregistered", "no_plan", 600 * M),
        (10, "awaiting_approval", "no_plan", 10 * M),
    ],
)
def test_project_has_status_light_and_value_at_risk(number: int, status: str, light: str, at_risk_cop: int) -> None:
    row = project(number)
    assert (row["status"], row["light"], row["value_at_risk_cop"]) == (status, light, at_risk_cop)


def test_figures_of_a_late_project_are_those_worked_out_by_hand() -> None:
    row = project(2)
    expected = {
        "organism": HEALTH,
        "phase": "precontractual",
        "physical_execution": 0.0,
        "planned_progress": 45 / 100,
        "actual_progress": 10 / 100,
        "deviation_points": -35.0,
        "schedule_index": 10 / 45,
        "due": 9,
        "due_for_on_time": 9,
        "met_on_time": 0,
        "on_time_rate": 0.0,
        # H01 five days late, H02 seven; H03 to H09 overdue by 46, 40, 31, 22, 13, 9 and 4.
        "worst_delay_workdays": 46,
        "mean_delay_count": 9,
        "mean_delay_workdays": (5 + 7 + 46 + 40 + 31 + 22 + 13 + 9 + 4) / 9,
        "registered_on": "2022-04-08",
        "replannings": 0,
        "commitments_cop": None,
    }
    assert {key: row[key] for key in expected} == expected
    assert row["reasons"][0] == "«Proceso publicado» era para el 06/05/2022 y lleva 46 días hábiles de retraso."
    assert row["territories"] == [
        {"code": "01", "allocation_cop": 100 * M},
        {"code": "51", "allocation_cop": 200 * M},
    ]


def test_milestones_show_the_fields_of_the_contract() -> None:
    row = project(2)
    wanted = ("state", "planned", "planned_current", "actual", "deviation_workdays", "overdue_workdays", "forecast")
    assert [line["code"] for line in row["milestones"]] == list(PLANNED)
    shown = [tuple(milestone(row, code)[key] for key in wanted) for code in ("H01", "H03", "H10")]
    assert shown == [
        ("met_late", "2022-04-18", "2022-04-18", "2022-04-25", 5, 0, None),
        ("overdue", "2022-05-06", "2022-05-06", None, None, 46, "2022-07-15"),
        # The 46 working days that H03 is late are carried on, over the holidays of 17/10, 07/11 and 14/11.
        ("pending", "2022-09-12", "2022-09-12", None, None, 0, "2022-11-18"),
    ]


def test_project_without_plan_has_no_milestones_and_null_figures() -> None:
    row = project(9)
    assert row["milestones"] == []
    figures = ("planned_progress", "actual_progress", "schedule_index", "on_time_rate", "worst_delay_workdays")
    assert [row[key] for key in (*figures, "due", "forecast_finish", "phase")] == [None] * 8
    assert row["reasons"] == ["No tiene plan registrado y el plazo venció el 22/04/2022, hace 56 días hábiles."]


def test_project_with_nothing_exigible_has_no_index_and_no_rate() -> None:
    row = project(7)
    assert (row["planned_progress"], row["schedule_index"], row["on_time_rate"]) == (0.0, None, None)
    assert row["worst_delay_workdays"] == 0


def test_milestone_met_before_registration_leaves_the_rate_and_stays_in_progress() -> None:
    act_after_h01 = named(
        "Antes", project_id=20, planned=PLANNED, registered_on=date(2022, 4, 20), actual={"H01": PLANNED["H01"]}
    )
    row = evaluation(portfolio([act_after_h01], cutoff=date(2022, 4, 25)))["projects"][0]
    assert (row["due"], row["due_for_on_time"], row["met_on_time"]) == (2, 1, 0)
    assert row["actual_progress"] == 6 / 100
    assert row["milestones"][0]["is_met_before_registration"] is True


def test_passed_and_not_applicable_milestones_have_no_forecast() -> None:
    gap = named("Salto", project_id=21, actual={"H01": PLANNED["H01"], "H03": PLANNED["H03"]}, not_applicable=["H04"])
    row = evaluation(portfolio([gap]))["projects"][0]
    shown = [(milestone(row, code)["state"], milestone(row, code)["forecast"]) for code in ("H02", "H04")]
    assert shown == [("passed", None), ("not_applicable", None)]
    assert milestone(row, "H04")["planned"] is None


def test_suspended_and_withdrawn_projects_have_no_forecast() -> None:
    assert [project(number)["forecast_finish"] for number in (4, 5)] == [None, None]


def test_both_baselines_are_told_and_the_light_stays_that_of_the_rules() -> None:
    original, current = project(8), project(8, baseline="current")
    assert (original["worst_delay_workdays"], current["worst_delay_workdays"]) == (13, 0)
    assert (original["planned_progress"], current["planned_progress"]) == (45 / 100, 25 / 100)
    assert original["light"] == current["light"] == "yellow"
    line = milestone(current, "H07")
    assert (line["state"], line["planned"], line["planned_current"]) == ("pending", "2022-06-24", "2022-09-01")
    assert milestone(original, "H07")["state"] == "overdue"
    assert organism(WORKS)["worst_delay_workdays"] == 13
    assert organism(WORKS, baseline="current")["worst_delay_workdays"] == 0


def test_closed_project_says_closed_and_has_no_forecast() -> None:
    done = named("Listo", project_id=22, actual=dict(PLANNED))
    row = evaluation(portfolio([done], cutoff=date(2022, 12, 20), known_at=_at("2022-12-20")))["projects"][0]
    assert (row["phase"], row["light"], row["forecast_finish"], row["physical_execution"]) == (
        "closed",
        "closed",
        None,
        1.0,
    )


def test_forecast_of_h11_stands_beside_that_of_the_last_milestone() -> None:
    row = project(1)
    assert (row["forecast_completion"], row["forecast_finish"]) == ("2022-11-18", "2022-12-16")


def test_group_weighs_progress_by_allocation_and_shows_the_plain_mean_beside() -> None:
    row = organism(HEALTH)
    weighed = Fraction(45 * 400 + 10 * 300 + 0 * 100, 100 * 800)
    assert row["actual_progress"] == float(weighed)
    assert row["schedule_index"] == pytest.approx(float(weighed / Fraction(45, 100)))
    assert row["deviation_points"] == pytest.approx(float(100 * (weighed - Fraction(45, 100))))
    assert row["mean_actual_progress"] == pytest.approx((45 + 10 + 0) / 300)
    assert (row["due"], row["due_for_on_time"], row["met_on_time"]) == (27, 27, 9)
    assert row["on_time_rate"] == 9 / 27


def test_group_counts_leave_withdrawn_projects_out_but_list_them() -> None:
    answer = evaluation(portfolio())
    assert len(answer["projects"]) == 10
    city = answer["city"]
    assert (city["projects"], city["with_plan"], city["withdrawn"], city["awaiting_approval"]) == (9, 6, 1, 1)
    assert city["coverage"] == 6 / 9
    assert sum(city["lights"].values()) == city["projects"]
    assert sum(city["light_values_cop"].values()) == city["allocation_cop"] == 2680 * M + 1
    assert (city["organisms"], city["organisms_registered"]) == (3, 1)


def test_value_at_risk_is_the_sum_of_its_two_addends() -> None:
    city = evaluation(portfolio())["city"]
    assert (city["risk_red_cop"], city["risk_no_plan_cop"]) == (300 * M, 660 * M)
    assert city["value_at_risk_cop"] == 960 * M


def test_money_is_null_for_a_group_without_money_data() -> None:
    assert (organism(HEALTH)["commitments_cop"], organism(HEALTH)["payments_cop"]) == (None, None)
    assert (organism(WORKS)["commitments_cop"], organism(WORKS)["payments_cop"]) == (700 * M, 9)


def test_red_project_with_commitments_counts_as_committed_and_late() -> None:
    late = named("Tarde", project_id=23, snapshots=[snapshot(date(2022, 6, 30), 100 * M, 60 * M)])
    city = evaluation(portfolio([late]))["city"]
    assert (city["value_at_risk_cop"], city["committed_late_cop"]) == (40 * M, 60 * M)


def test_organisms_come_worst_first_and_without_plan_on_top() -> None:
    answer = evaluation(portfolio())
    assert [row["code"] for row in answer["organisms"]] == [SPORT, HEALTH, WORKS]
    sport = answer["organisms"][0]
    figures = ("planned_progress", "actual_progress", "schedule_index", "on_time_rate", "deviation_points")
    assert [sport[key] for key in figures] == [None] * 5
    assert (sport["light"], sport["coverage"], sport["registered_on"]) == ("no_plan", 0.0, None)
    assert sport["name"] == "Secretaría del Deporte y la Recreación"


def test_empty_vigencia_has_null_ratios_and_no_rows() -> None:
    answer = evaluation(portfolio([]))
    assert (answer["organisms"], answer["projects"]) == ([], [])
    city = answer["city"]
    assert [city[key] for key in ("coverage", "planned_progress", "schedule_index", "mean_delay_workdays")] == [
        None
    ] * 4


def test_supported_figures_count_only_facts_with_evidence() -> None:
    proven = named(
        "Con soporte",
        project_id=24,
        actuals=[*facts({"H01": PLANNED["H01"]}, has_evidence=True), *facts({"H02": PLANNED["H02"]})],
    )
    row = evaluation(portfolio([proven], cutoff=date(2022, 4, 25)))["projects"][0]
    assert (row["actual_progress"], row["supported_progress"]) == (0.1, 0.06)
    assert (row["on_time_rate"], row["supported_on_time_rate"]) == (1.0, 0.5)
    assert [line["has_evidence"] for line in row["milestones"][:3]] == [True, False, False]


def test_declared_forecast_is_shown_beside_the_later_of_the_two() -> None:
    told = named(
        "Con proyección",
        project_id=25,
        actual=ON_TIME,
        forecasts=[fact("H10", date(2022, 10, 3), recorded_at=_at("2022-07-01"))],
    )
    line = milestone(evaluation(portfolio([told]))["projects"][0], "H10")
    assert (line["declared_forecast"], line["forecast"]) == ("2022-10-03", "2022-10-03")


def test_own_milestones_are_listed_outside_the_figures() -> None:
    b0 = baseline(dict(PLANNED) | {"P01": date(2022, 8, 1)})
    own = named("Propio", project_id=26, baselines=[b0], own_names={"P01": "Entrega a la comunidad"})
    row = evaluation(portfolio([own]))["projects"][0]
    assert [(line["code"], line["name"], line["planned"]) for line in row["own_milestones"]] == [
        ("P01", "Entrega a la comunidad", "2022-08-01")
    ]
    assert len(row["milestones"]) == 14


def _at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T17:00:00+00:00")


def test_cut_off_of_the_answer_is_that_of_the_view() -> None:
    assert evaluation(portfolio())["cutoff"] == CUTOFF.isoformat()
