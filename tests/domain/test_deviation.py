from datetime import date
from typing import Any

import pytest

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE, Phase
from pp_monitor.domain.deviation import (
    Measures,
    MilestoneResult,
    MilestoneState,
    Setting,
    assess_milestones,
    deviation_workdays,
    measure,
    overdue_workdays,
)
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.progress import Happening
from pp_monitor.domain.ratio import Ratio
from pp_monitor.domain.threshold import Thresholds
from tests.domain.doc_tables import Row, day, doc_table, optional_day
from tests.factories import PLANNED, REGISTERED_ON, colombia, fact, plan_lines

CUTOFF = date(2022, 5, 13)


def _results(
    actual: dict[str, date],
    *,
    cutoff: date = CUTOFF,
    planned: dict[str, date] | None = None,
    not_applicable: tuple[str, ...] = (),
    registered_on: date = REGISTERED_ON,
    is_suspended: bool = False,
    **record: Any,
) -> tuple[MilestoneResult, ...]:
    met = {code: Happening(met_on, fact(code, met_on, **record)) for code, met_on in actual.items() if met_on <= cutoff}
    setting = Setting(cutoff, colombia(), Thresholds(), registered_on, is_suspended)
    return assess_milestones(
        DEFAULT_CATALOGUE.milestones, plan_lines({**PLANNED, **(planned or {})}, not_applicable), met, setting
    )


def _measures(actual: dict[str, date], **situation: Any) -> Measures:
    return measure(_results(actual, **situation))


def _result(code: str, actual: dict[str, date], **situation: Any) -> MilestoneResult:
    found = _measures(actual, **situation).result(code)
    assert found is not None
    return found


@pytest.mark.parametrize("row", doc_table("deviation vectors"), ids=lambda row: f"{row['planned']} {row['actual']}")
def test_deviation_is_as_documented(row: Row) -> None:
    assert deviation_workdays(day(row["planned"]), day(row["actual"]), colombia()) == int(row["deviation"])


@pytest.mark.parametrize(
    ("planned", "cutoff", "expected"),
    [
        (date(2022, 4, 13), date(2022, 4, 13), 0),
        (date(2022, 4, 13), date(2022, 4, 15), 0),
        (date(2022, 4, 13), date(2022, 4, 18), 1),
        (date(2022, 4, 14), date(2022, 4, 18), 0),
        (date(2022, 4, 16), date(2022, 4, 19), 1),
        (date(2022, 6, 1), date(2022, 5, 13), 0),
    ],
)
def test_overdue_days_run_from_the_effective_day(planned: date, cutoff: date, expected: int) -> None:
    assert overdue_workdays(planned, cutoff, colombia()) == expected


@pytest.mark.parametrize("row", doc_table("states"), ids=lambda row: " ".join(list(row.values())[:4]))
def test_state_is_the_first_documented_line_that_fits(row: Row) -> None:
    actual_day = optional_day(row["actual"])
    actual = {"H03": actual_day} if actual_day else {}
    if "later" in row["situation"]:
        actual["H04"] = date(2022, 5, 12)
    found = _result(
        "H03",
        actual,
        planned={"H03": day(row["planned"])},
        cutoff=day(row["cut-off"]),
        not_applicable=("H03",) if "not applicable" in row["situation"] else (),
        is_suspended="suspended" in row["situation"],
    )
    assert found.state == row["state"]
    assert found.is_met is (found.state in {"met_on_time", "met_late"})


def test_states_stand_in_the_order_of_the_page() -> None:
    documented = list(dict.fromkeys(row["state"] for row in doc_table("states")))
    assert sorted(documented) == sorted(MilestoneState)


def test_a_date_for_a_milestone_that_does_not_apply_meets_nothing() -> None:
    results = _results({"H04": date(2022, 5, 5)}, not_applicable=("H04",))
    assert {row.state for row in results} == {"not_applicable", "overdue", "due_soon", "pending"}
    assert _result("H04", {"H04": date(2022, 5, 5)}, not_applicable=("H04",)).is_applicable is False


def test_a_milestone_that_the_plan_lacks_does_not_apply() -> None:
    lines = {"H01": PlanLine(date(2022, 4, 18)), "H02": PlanLine()}
    setting = Setting(CUTOFF, colombia(), Thresholds(), REGISTERED_ON)
    first, *others = assess_milestones(DEFAULT_CATALOGUE.milestones, lines, {}, setting)
    assert first.is_applicable
    assert {row.state for row in others} == {"not_applicable"}


@pytest.mark.parametrize(
    ("actual", "workdays", "days"),
    [(date(2022, 4, 25), 5, 7), (date(2022, 4, 11), -3, -7), (date(2022, 4, 18), 0, 0)],
)
def test_calendar_days_stand_beside_working_days(actual: date, workdays: int, days: int) -> None:
    found = _result("H01", {"H01": actual})
    assert (found.deviation_workdays, found.deviation_days, found.overdue_workdays) == (workdays, days, 0)


def test_an_unmet_milestone_has_no_deviation() -> None:
    found = _result("H02", {})
    assert (found.deviation_workdays, found.deviation_days, found.overdue_workdays) == (None, None, 14)


def test_overdue_days_keep_running_while_suspended() -> None:
    found = _result("H02", {}, is_suspended=True)
    assert (found.state, found.overdue_workdays) == (MilestoneState.SUSPENDED, 14)


def test_a_passed_milestone_is_not_overdue() -> None:
    found = _result("H02", {"H03": date(2022, 5, 6)})
    assert (found.state, found.overdue_workdays) == (MilestoneState.PASSED, 0)


@pytest.mark.parametrize(
    ("planned", "cutoff", "is_due"),
    [
        (date(2022, 5, 13), date(2022, 5, 13), True),
        (date(2022, 5, 14), date(2022, 5, 14), False),
        (date(2022, 5, 14), date(2022, 5, 16), True),
        (date(2022, 5, 16), date(2022, 5, 13), False),
    ],
)
def test_a_milestone_is_due_from_its_effective_day(planned: date, cutoff: date, is_due: bool) -> None:
    assert _result("H03", {}, planned={"H03": planned}, cutoff=cutoff).is_due is is_due


@pytest.mark.parametrize(
    ("actual", "is_before"), [(date(2022, 4, 7), True), (date(2022, 4, 8), False), (date(2022, 4, 11), False)]
)
def test_met_before_registration_means_earlier_than_the_declared_day(actual: date, is_before: bool) -> None:
    assert _result("H01", {"H01": actual}).is_met_before_registration is is_before


def test_met_before_registration_counts_for_progress_but_not_for_the_on_time_rate() -> None:
    found = _measures({"H01": date(2022, 4, 7)})
    assert (found.met_weight, found.due_count) == (6, 3)
    assert (found.met_on_time, found.due_for_on_time) == (0, 2)


@pytest.mark.parametrize(("reported_on", "is_late"), [(date(2022, 5, 16), False), (date(2022, 5, 17), True)])
def test_a_fact_reported_after_more_than_twenty_working_days_is_flagged(reported_on: date, is_late: bool) -> None:
    assert _result("H01", {"H01": date(2022, 4, 18)}, reported_on=reported_on).is_reported_late is is_late


def test_the_worked_example_of_the_page_gives_its_figures() -> None:
    found = _measures({"H01": date(2022, 4, 25)})
    assert (found.met_weight, found.due_weight, found.all_weight) == (6, 15, 100)
    assert found.planned_progress.value == 0.15
    assert found.actual_progress.value == 0.06
    assert found.deviation_points == -9
    assert found.schedule_index.value == 0.4
    assert found.on_time_rate == Ratio(0, 3)
    assert found.worst_delay_workdays == 14
    assert (found.mean_delay_workdays, len(found.delay_workdays)) == (8, 3)
    assert found.phase is Phase.PRECONTRACTUAL


def test_nothing_due_gives_no_index_and_no_rate() -> None:
    found = _measures({}, cutoff=date(2022, 4, 8))
    assert found.schedule_index.value is None
    assert found.on_time_rate.value is None
    assert found.mean_delay_workdays is None
    assert found.worst_delay_workdays == 0
    assert found.deviation_points == 0


def test_a_plan_where_nothing_applies_has_no_progress() -> None:
    found = _measures({}, not_applicable=tuple(PLANNED))
    assert (found.planned_progress.value, found.actual_progress.value, found.deviation_points) == (None, None, None)
    assert found.phase is None


def test_what_does_not_apply_leaves_the_weights() -> None:
    found = _measures({"H01": date(2022, 4, 18)}, not_applicable=("H04", "H05", "H14"))
    assert found.actual_progress == Ratio(6, 90)


def test_early_milestones_raise_progress_beyond_the_plan() -> None:
    found = _measures({"H01": date(2022, 4, 11), "H02": date(2022, 4, 12)}, cutoff=date(2022, 4, 18))
    assert found.deviation_points == 4
    assert found.schedule_index == Ratio(10, 6)
    assert found.on_time_rate == Ratio(1, 1)


def test_mean_delay_leaves_early_on_time_and_passed_milestones_out() -> None:
    found = _measures({"H01": date(2022, 4, 11), "H03": date(2022, 5, 10)})
    assert found.delay_workdays == (2,)
    assert found.worst_delay_workdays == 0


def test_suspended_milestones_are_no_delay() -> None:
    found = _measures({}, is_suspended=True)
    assert (found.worst_delay_workdays, found.delay_workdays, found.overdue) == (0, (), ())
    assert found.due_weight == 15


def test_overdue_milestones_are_listed_earliest_planned_first() -> None:
    found = _measures({}, planned={"H01": date(2022, 5, 5), "H02": date(2022, 5, 5), "H03": date(2022, 5, 4)})
    assert [row.code for row in found.overdue] == ["H03", "H01", "H02"]


@pytest.mark.parametrize(
    ("actual", "phase"),
    [
        ({}, Phase.PRECONTRACTUAL),
        ({"H07": date(2022, 6, 24)}, Phase.PRECONTRACTUAL),
        ({"H08": date(2022, 7, 1)}, Phase.EXECUTION),
        ({"H11": date(2022, 11, 18)}, Phase.CLOSURE),
        (dict(PLANNED), None),
    ],
)
def test_phase_is_that_of_the_first_milestone_neither_met_nor_passed(actual: dict[str, date], phase: Phase) -> None:
    assert _measures(actual, cutoff=date(2022, 12, 20)).phase is phase


def test_figures_with_evidence_count_only_supported_facts() -> None:
    actual = {"H01": date(2022, 4, 18), "H02": date(2022, 4, 25)}
    bare, supported = _measures(actual), _measures(actual, has_evidence=True)
    assert (bare.supported_progress, bare.supported_on_time_rate) == (Ratio(0, 100), Ratio(0, 3))
    assert (supported.supported_progress, supported.supported_on_time_rate) == (Ratio(10, 100), Ratio(2, 3))


def test_there_is_no_result_for_an_unknown_code() -> None:
    assert _measures({}).result("H99") is None
