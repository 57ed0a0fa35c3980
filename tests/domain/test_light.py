from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE, Catalogue
from pp_monitor.domain.light import Light, ReasonCode
from pp_monitor.domain.plan import Baseline, BaselineKind
from pp_monitor.domain.project import ProjectAssessment, ProjectState, assess_project
from pp_monitor.domain.threshold import Thresholds
from tests.factories import DEADLINE, PLANNED, baseline, colombia, dated, facts, frame, project_history, states

CUTOFF = date(2022, 5, 13)
ON_PLAN = {code: day for code, day in PLANNED.items() if day <= CUTOFF}


def _assess(cutoff: date = CUTOFF, *, seen: Mapping[str, Any] | None = None, **history: Any) -> ProjectAssessment:
    return assess_project(project_history(**history), frame(cutoff, **(seen or {})))


def _reasons(project: ProjectAssessment) -> list[ReasonCode]:
    return [reason.code for reason in project.reasons]


SATURDAY = date(2022, 4, 23)


def _met_until(code: str, **late: date) -> dict[str, date]:
    """Everything up to a milestone met on its planned day."""
    return {own: planned for own, planned in PLANNED.items() if own <= code} | late


@pytest.mark.parametrize(
    ("cutoff", "deadline", "light"),
    [
        (DEADLINE, DEADLINE, Light.REGISTERING),
        (DEADLINE + timedelta(days=1), DEADLINE, Light.NO_PLAN),
        (SATURDAY + timedelta(days=2), SATURDAY, Light.REGISTERING),
        (SATURDAY + timedelta(days=3), SATURDAY, Light.NO_PLAN),
        (date(2022, 12, 16), None, Light.REGISTERING),
    ],
)
def test_a_project_without_plan_is_registering_until_the_deadline(
    cutoff: date, deadline: date | None, light: Light
) -> None:
    assert _assess(cutoff, planned=None, seen={"deadline": deadline}).light is light


def test_no_plan_says_since_when() -> None:
    (reason,) = _assess(date(2022, 4, 29), planned=None).reasons
    assert (reason.code, reason.workdays, reason.day) == (ReasonCode.NO_PLAN, 5, DEADLINE)


def test_a_deadline_on_a_day_off_is_late_from_the_next_working_day() -> None:
    (reason,) = _assess(date(2022, 4, 26), planned=None, seen={"deadline": SATURDAY}).reasons
    assert (reason.code, reason.workdays, reason.day) == (ReasonCode.NO_PLAN, 1, date(2022, 4, 25))


@pytest.mark.parametrize("planned", [None, PLANNED])
@pytest.mark.parametrize(
    ("state", "light"), [(ProjectState.SUSPENDED, Light.SUSPENDED), (ProjectState.WITHDRAWN, Light.WITHDRAWN)]
)
def test_an_act_goes_before_everything(planned: Mapping[str, date] | None, state: ProjectState, light: Light) -> None:
    found = _assess(planned=planned, states=states((state, date(2022, 5, 2))))
    assert found.light is light
    assert (found.reasons[0].day, found.state_since) == (date(2022, 5, 2), date(2022, 5, 2))


@pytest.mark.parametrize(
    ("cutoff", "light"),
    [
        (date(2022, 4, 28), Light.GREEN),
        (date(2022, 4, 29), Light.SUSPENDED),
        (date(2022, 5, 12), Light.SUSPENDED),
        (date(2022, 5, 13), Light.GREEN),
    ],
)
def test_suspension_runs_from_its_act_to_the_day_before_its_restart(cutoff: date, light: Light) -> None:
    events = states((ProjectState.SUSPENDED, date(2022, 4, 29)), (ProjectState.ACTIVE, date(2022, 5, 13)))
    assert _assess(cutoff, actual=ON_PLAN, states=events).light is light


def test_a_project_on_its_plan_is_green() -> None:
    found = _assess(actual=ON_PLAN)
    assert (found.light, _reasons(found)) == (Light.GREEN, [ReasonCode.ON_TIME])


def test_nothing_due_and_nothing_met_is_not_due_yet() -> None:
    found = _assess(date(2022, 4, 17))
    assert (found.light, found.reasons[0].day) == (Light.NOT_DUE, PLANNED["H01"])
    assert _assess(date(2022, 4, 18)).light is Light.GREEN
    assert _assess(date(2022, 4, 17), actual={"H01": date(2022, 4, 11)}).light is Light.GREEN


def test_closed_needs_all_but_the_settlement() -> None:
    cutoff = date(2022, 12, 30)
    assert _assess(cutoff, actual=_met_until("H13")).light is Light.CLOSED
    assert _assess(cutoff, actual=_met_until("H12")).light is Light.YELLOW
    without_h04 = {code: day for code, day in PLANNED.items() if code != "H04"}
    assert _assess(cutoff, actual=without_h04).light is Light.GREEN


# A catalogue of weights that gives any percentage wanted: H01 weighs 69 to 71 of the 100 due with H03.
def _weighing(percent: int) -> Catalogue:
    weights = {"H01": percent, "H03": 100 - percent}
    milestones = (
        replace(milestone, weight=weights.get(milestone.code, 0), compulsory=False)
        for milestone in DEFAULT_CATALOGUE.milestones
    )
    return Catalogue(tuple(milestones))


@pytest.mark.parametrize(
    ("percent", "h03_planned", "light"),
    [
        (69, date(2022, 4, 28), Light.RED),
        (70, date(2022, 4, 28), Light.YELLOW),
        (71, date(2022, 4, 28), Light.YELLOW),
        (69, date(2022, 4, 29), Light.YELLOW),
        (0, date(2022, 4, 29), Light.YELLOW),
    ],
)
def test_low_index_is_red_only_below_70_percent_and_beyond_10_days(
    percent: int, h03_planned: date, light: Light
) -> None:
    # 28/04 is 11 working days before the cut-off, 29/04 is 10.
    found = _assess(
        actual={"H01": date(2022, 4, 18), "H02": date(2022, 4, 25)},
        planned={**PLANNED, "H03": h03_planned},
        seen={"catalogue": _weighing(percent)},
    )
    assert found.light is light


def test_low_index_tells_its_weights() -> None:
    found = _assess(actual={"H01": date(2022, 4, 18)})
    reason = found.reasons[0]
    assert (reason.code, reason.met_weight, reason.due_weight) == (ReasonCode.LOW_INDEX, 6, 15)
    assert (reason.milestone_code, reason.workdays) == ("H02", 14)


@pytest.mark.parametrize("code", ["H07", "H08", "H09"])
@pytest.mark.parametrize(("workdays", "light"), [(15, Light.YELLOW), (16, Light.RED)])
def test_signature_registry_and_start_are_red_beyond_15_days(code: str, workdays: int, light: Light) -> None:
    before = {own: planned for own, planned in PLANNED.items() if own < code}
    after = {own: date(2022, 10, 28) for own in PLANNED if own > code}
    found = _assess(colombia().add(PLANNED[code], workdays), planned={**PLANNED, **after}, actual=before)
    assert found.light is light
    if light is Light.RED:
        assert (found.reasons[0].code, found.reasons[0].milestone_code) == (ReasonCode.CRITICAL_OVERDUE, code)


@pytest.mark.parametrize(("workdays", "light"), [(30, Light.YELLOW), (31, Light.RED)])
def test_any_compulsory_milestone_is_red_beyond_30_days(workdays: int, light: Light) -> None:
    # H11, with all before it met: the index stays over 70 %.
    planned = {**PLANNED, "H11": date(2022, 9, 30), "H12": date(2022, 12, 2)}
    found = _assess(colombia().add(planned["H11"], workdays), planned=planned, actual=_met_until("H10"))
    assert found.light is light
    assert _reasons(found)[0] is (ReasonCode.COMPULSORY_OVERDUE if light is Light.RED else ReasonCode.OVERDUE)


def test_a_milestone_that_is_not_compulsory_is_not_red_by_its_days_alone() -> None:
    planned = {own: date(2022, 8, 31) if own > "H04" else day for own, day in PLANNED.items()}
    found = _assess(date(2022, 7, 29), planned=planned, actual=_met_until("H03"))
    assert found.current is not None
    assert found.current.worst_delay_workdays > 30
    assert (found.light, _reasons(found)) == (Light.YELLOW, [ReasonCode.OVERDUE])


def test_a_critical_milestone_beyond_30_days_is_told_once() -> None:
    planned = {**PLANNED, "H11": date(2022, 10, 3)}
    found = _assess(date(2022, 9, 9), planned=planned, actual=_met_until("H08"))
    assert [(reason.code, reason.milestone_code) for reason in found.reasons] == [(ReasonCode.CRITICAL_OVERDUE, "H09")]


@pytest.mark.parametrize(
    ("declared", "is_backed", "light", "reasons"),
    [
        (date(2022, 12, 9), False, Light.GREEN, [ReasonCode.ON_TIME]),
        (date(2022, 12, 12), False, Light.YELLOW, [ReasonCode.NEAR_YEAR_END]),
        (date(2022, 12, 30), False, Light.YELLOW, [ReasonCode.NEAR_YEAR_END]),
        (date(2022, 12, 31), False, Light.RED, [ReasonCode.PAST_YEAR]),
        (date(2023, 1, 2), False, Light.RED, [ReasonCode.PAST_YEAR]),
        (date(2023, 1, 2), True, Light.YELLOW, [ReasonCode.PAST_YEAR_BACKED]),
    ],
)
def test_completion_near_or_after_the_end_of_the_year(
    declared: date, is_backed: bool, light: Light, reasons: list[ReasonCode]
) -> None:
    # The last 15 working days of 2022 begin on 12/12: 8 is a holiday and 31 a Saturday.
    found = _assess(
        actual=ON_PLAN, forecasts=facts({"H11": declared}), backing=[dated(True)] if is_backed else [dated(False)]
    )
    assert (found.light, _reasons(found)) == (light, reasons)


def test_completion_planned_near_the_end_of_the_year_is_no_warning() -> None:
    planned = {**PLANNED, "H11": date(2022, 12, 17), "H12": date(2022, 12, 20), "H13": date(2022, 12, 21)}
    assert _assess(actual=ON_PLAN, planned=planned).light is Light.GREEN


def test_backing_counts_from_its_day() -> None:
    late = facts({"H11": date(2023, 1, 2)})
    backing = [dated(True, date(2022, 5, 13))]
    assert _assess(date(2022, 5, 12), actual=ON_PLAN, forecasts=late, backing=backing).light is Light.RED
    assert _assess(date(2022, 5, 13), actual=ON_PLAN, forecasts=late, backing=backing).light is Light.YELLOW


def test_completion_already_met_looks_at_no_forecast() -> None:
    found = _assess(date(2022, 12, 13), actual=_met_until("H12"), forecasts=facts({"H11": date(2023, 2, 1)}))
    assert (found.light, _reasons(found)) == (Light.YELLOW, [ReasonCode.OVERDUE])


def test_completion_that_does_not_apply_looks_at_no_forecast() -> None:
    found = _assess(actual=ON_PLAN, not_applicable=("H11",), forecasts=facts({"H11": date(2023, 2, 1)}))
    assert found.light is Light.GREEN


def test_one_overdue_milestone_is_yellow_with_the_worst_first() -> None:
    planned = {**PLANNED, "H02": date(2022, 5, 10), "H03": date(2022, 5, 6)}
    found = _assess(planned=planned, actual={"H01": date(2022, 4, 18)})
    assert found.light is Light.YELLOW
    assert [(reason.milestone_code, reason.workdays) for reason in found.reasons] == [("H03", 5), ("H02", 3)]


def _replanned(times: int, *, kind: BaselineKind = BaselineKind.REPLANNING) -> list[Baseline]:
    """B0 and re-plannings that put H03 off to 31/05."""
    later = {**PLANNED, "H03": date(2022, 5, 31), "H04": date(2022, 6, 1)}
    return [
        baseline(),
        *(
            baseline(later, number=number, kind=kind, decided_on=date(2022, 5, 2) + timedelta(days=number))
            for number in range(1, times + 1)
        ),
    ]


def test_overdue_against_b0_alone_is_yellow_and_says_rescheduled() -> None:
    found = _assess(baselines=_replanned(2), actual={"H01": date(2022, 4, 18), "H02": date(2022, 4, 25)})
    (reason,) = found.reasons
    assert found.light is Light.YELLOW
    assert (reason.code, reason.milestone_code, reason.count) == (ReasonCode.RESCHEDULED, "H03", 2)
    assert (reason.workdays, reason.day) == (16, PLANNED["H03"])


def test_a_milestone_taken_out_by_a_replanning_says_rescheduled_by_no_days() -> None:
    without = baseline(number=1, decided_on=date(2022, 5, 3), not_applicable=("H03",))
    met = {"H01": date(2022, 4, 18), "H02": date(2022, 4, 25)}
    (reason,) = _assess(baselines=[baseline(), without], actual=met).reasons
    assert (reason.code, reason.workdays) == (ReasonCode.RESCHEDULED, 0)


@pytest.mark.parametrize(
    ("times", "kind", "reason"),
    [
        (2, BaselineKind.REPLANNING, ReasonCode.RESCHEDULED),
        (3, BaselineKind.REPLANNING, ReasonCode.OVERDUE),
        (3, BaselineKind.RESTART, ReasonCode.RESCHEDULED),
        (5, BaselineKind.RESTART, ReasonCode.RESCHEDULED),
    ],
)
def test_from_the_third_replanning_the_light_is_against_b0(times: int, kind: BaselineKind, reason: ReasonCode) -> None:
    met = {"H01": date(2022, 4, 18), "H02": date(2022, 4, 25)}
    found = _assess(baselines=_replanned(times, kind=kind), actual=met)
    assert _reasons(found) == [reason]
    assert found.replannings == (times if kind is BaselineKind.REPLANNING else 0)


def test_a_red_against_b0_is_yellow_before_the_third_replanning_and_red_from_it() -> None:
    cutoff = date(2022, 5, 30)
    met = {"H01": date(2022, 4, 18)}
    later = {**PLANNED, "H02": date(2022, 6, 1), "H03": date(2022, 6, 2), "H04": date(2022, 6, 3)}
    plans = [baseline()] + [baseline(later, number=number, decided_on=date(2022, 5, number)) for number in (2, 3, 4)]
    assert _assess(cutoff, baselines=plans[:3], actual=met).light is Light.YELLOW
    assert _assess(cutoff, baselines=plans, actual=met).light is Light.RED


def test_the_settlement_is_followed_in_the_year_and_leaves_the_light_after_it() -> None:
    # H12 unmet and planned for the next year: the project is not closed and H14 alone is overdue.
    planned = {**PLANNED, "H12": date(2023, 3, 1), "H13": date(2023, 3, 2), "H14": date(2022, 12, 16)}
    met = _met_until("H11")
    assert _assess(date(2022, 12, 30), planned=planned, actual=met).light is Light.YELLOW
    assert _assess(date(2022, 12, 31), planned=planned, actual=met).light is Light.YELLOW
    assert _assess(date(2023, 1, 1), planned=planned, actual=met).light is Light.GREEN


def test_thresholds_are_settings() -> None:
    strict = Thresholds(red_index_percent=90, red_delay_workdays=4)
    met = {"H01": date(2022, 4, 18), "H02": date(2022, 4, 25)}
    assert _assess(actual=met).light is Light.YELLOW
    assert _assess(actual=met, seen={"thresholds": strict}).light is Light.RED
