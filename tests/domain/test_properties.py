from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from pp_monitor.domain.deviation import MilestoneState, deviation_workdays
from pp_monitor.domain.group import Member, assess_group, territory_members
from pp_monitor.domain.light import Light
from pp_monitor.domain.money import split_cop
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.project import ProjectAssessment, ProjectHistory, assess_project
from pp_monitor.domain.ratio import Ratio
from pp_monitor.domain.threshold import Thresholds
from tests.domain import oracle
from tests.domain.portfolios import (
    ANY_TIME,
    BEFORE_JULY,
    FROM_JULY,
    YEAR_END,
    Rows,
    cutoffs,
    days,
    histories,
    joined,
    portfolios,
    records,
)
from tests.factories import DEADLINE, REGISTERED_ON, colombia, frame, instant, project_history

SEVERITY = {
    Light.REGISTERING: 0,
    Light.NO_PLAN: 1,
    Light.CLOSED: 0,
    Light.NOT_DUE: 0,
    Light.GREEN: 0,
    Light.YELLOW: 1,
    Light.RED: 2,
}


@given(planned=days, actual=days, later=st.integers(0, 200))
def test_an_actual_date_moved_later_never_lowers_the_deviation(planned: date, actual: date, later: int) -> None:
    calendar = colombia()
    moved = actual + timedelta(days=later)
    assert deviation_workdays(planned, actual, calendar) <= deviation_workdays(planned, moved, calendar)


@given(planned=days, actual=days)
def test_deviation_is_what_counting_day_by_day_gives(planned: date, actual: date) -> None:
    assert deviation_workdays(planned, actual, colombia()) == oracle.deviation(planned, actual)


@given(day=days, count=st.integers(0, 60))
def test_adding_working_days_is_undone_by_counting_them(day: date, count: int) -> None:
    calendar = colombia()
    reached = calendar.add(day, count)
    assert calendar.is_working(reached)
    assert calendar.workdays(calendar.effective(day), reached) == count
    assert reached == oracle.plus(oracle.effective(day), count)


@given(history=histories(Rows(ANY_TIME)), cutoff=cutoffs, later=st.integers(0, 200))
@settings(max_examples=50)
def test_progress_never_falls_as_the_cutoff_moves_on(history: ProjectHistory, cutoff: date, later: int) -> None:
    before = assess_project(history, frame(cutoff)).b0
    after = assess_project(history, frame(cutoff + timedelta(days=later))).b0
    if before is None:
        assert after is None
        return
    assert after is not None
    assert before.all_weight == after.all_weight
    assert before.due_weight <= after.due_weight
    assert before.met_weight <= after.met_weight


@given(history=histories(Rows(ANY_TIME, has_contracts=True)), cutoff=cutoffs)
@settings(max_examples=50)
def test_a_forecast_is_a_working_day_never_before_the_cutoff(history: ProjectHistory, cutoff: date) -> None:
    found = assess_project(history, frame(cutoff))
    for forecast in found.forecasts.values():
        assert forecast.day >= cutoff
        assert forecast.day >= forecast.computed
        assert colombia().is_working(forecast.day)
    for row in found.current.milestones if found.forecasts and found.current else ():
        is_open = row.is_applicable and not row.is_met and row.state is not MilestoneState.PASSED
        assert (row.code in found.forecasts) is is_open


LAST_FACT = date(2022, 6, 30)


@st.composite
def untouched_projects(draw: st.DrawFn) -> tuple[ProjectHistory, date, date]:
    """A project of which nothing happens after ``LAST_FACT``, and two later days.

    After the year the settlement leaves the light, which may better it: it does not apply then.
    """
    first = draw(st.dates(LAST_FACT, YEAR_END))
    then = first + timedelta(days=draw(st.integers(1, 120)))
    rows = Rows(BEFORE_JULY, latest_day=LAST_FACT, has_events=False)
    history = draw(histories(rows))
    if then > YEAR_END:
        settled = {"H14": PlanLine(not_applicable=True)}
        plans = [replace(row, lines={**row.lines, **settled}) for row in history.baselines]
        history = replace(history, baselines=plans)
    return replace(history, forecasts=draw(records(Rows(BEFORE_JULY), most=2))), first, then


@pytest.mark.slow
@given(untouched_projects())
@settings(max_examples=100)
def test_a_light_never_gets_better_by_the_mere_passing_of_days(case: tuple[ProjectHistory, date, date]) -> None:
    history, first, then = case
    before, after = (assess_project(history, frame(cutoff)).light for cutoff in (first, then))
    event(f"{before} to {after}")
    assert SEVERITY[before] <= SEVERITY[after]


@given(cutoff=st.dates(date(2022, 4, 1), date(2022, 12, 31)), later=st.integers(0, 90))
def test_a_project_without_plan_never_goes_back_to_registering(cutoff: date, later: int) -> None:
    history = project_history(planned=None)
    lights = [assess_project(history, frame(day)).light for day in (cutoff, cutoff + timedelta(days=later))]
    assert lights == sorted(lights, key=SEVERITY.__getitem__)
    assert (lights[0] is Light.NO_PLAN) is (cutoff > DEADLINE)


@pytest.mark.slow
@given(
    known=histories(Rows(BEFORE_JULY, has_contracts=True)),
    unknown=histories(Rows(FROM_JULY, first_id=100, has_contracts=True), first_number=5),
    cutoff=cutoffs,
    order=st.randoms(use_true_random=False),
)
@settings(max_examples=50)
def test_what_is_recorded_after_k_and_the_order_of_rows_change_nothing(
    known: ProjectHistory, unknown: ProjectHistory, cutoff: date, order: Random
) -> None:
    seen = frame(cutoff, known_at=instant(date(2022, 6, 30), 23))
    assert assess_project(joined(known, unknown, order), seen) == assess_project(known, seen)


@given(total=st.integers(0, 10**13), weights=st.lists(st.integers(0, 10**12), min_size=1, max_size=22))
def test_split_money_adds_up_and_no_part_is_a_peso_off(total: int, weights: list[int]) -> None:
    parts = split_cop(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        exact = total * weight if whole else total
        assert abs(part * (whole or len(weights)) - exact) < (whole or len(weights))


@given(portfolio=portfolios(), cutoff=cutoffs)
@settings(max_examples=40)
def test_territories_add_up_to_the_city(portfolio: list[ProjectHistory], cutoff: date) -> None:
    projects = [assess_project(history, frame(cutoff)) for history in portfolio]
    members = [member for row in territory_members(projects).values() for member in row]
    assert sum(row.allocation_cop for row in members) == sum(project.allocation_cop for project in projects)
    assert sum(row.uncommitted_cop for row in members) == sum(project.uncommitted_cop for project in projects)


def _assert_group(projects: list[ProjectAssessment], answers: list[oracle.Answer]) -> None:
    found = assess_group("city", [Member.whole(project) for project in projects], Thresholds())
    expected = oracle.group_answer(answers)
    event(f"group {found.light}")
    assert found.light == expected.light
    assert found.coverage == Ratio(*expected.coverage)
    assert found.planned_progress == Ratio(*expected.planned)
    assert found.actual_progress == Ratio(*expected.actual)
    assert found.supported_progress == Ratio(*expected.supported)
    assert found.on_time_rate == Ratio(*expected.on_time)
    assert (found.worst_delay_workdays, found.mean_delay_count) == (expected.worst, len(expected.delays))
    assert found.mean_delay_workdays == (sum(expected.delays) / len(expected.delays) if expected.delays else None)
    assert (found.risk_red_cop, found.risk_no_plan_cop) == expected.risk
    assert found.value_at_risk_cop == sum(expected.risk)
    assert found.committed_late_cop == expected.committed_late


@pytest.mark.slow
@given(portfolio=portfolios(), cutoff=cutoffs, known_on=st.dates(REGISTERED_ON, date(2023, 3, 31)))
@settings(max_examples=100)
def test_every_figure_equals_that_of_a_second_reading_of_the_rules(
    portfolio: list[ProjectHistory], cutoff: date, known_on: date
) -> None:
    seen = frame(cutoff, known_at=instant(known_on))
    projects = [assess_project(history, seen) for history in portfolio]
    answers = [
        oracle.answer(history, cutoff, instant(known_on), seen.deadlines.get(project.organism_code))
        for history, project in zip(portfolio, projects, strict=True)
    ]
    for found, expected in zip(projects, answers, strict=True):
        event(found.light)
        assert (found.organism_code, found.light) == (expected.organism, expected.light)
        assert (found.allocation_cop, found.uncommitted_cop) == (expected.allocation, expected.uncommitted)
        for measures, sums in ((found.b0, expected.b0), (found.current, expected.current)):
            assert (measures is None) is (sums is None)
            if measures and sums:
                assert {row.code: row.state for row in measures.milestones} == sums.states
                assert measures.planned_progress == Ratio(sums.due, sums.all)
                assert measures.actual_progress == Ratio(sums.met, sums.all)
                assert sorted(measures.delay_workdays) == sorted(sums.delays)
        if expected.current:
            assert {code: forecast.day for code, forecast in found.forecasts.items()} == expected.current.forecasts
    _assert_group(projects, answers)
