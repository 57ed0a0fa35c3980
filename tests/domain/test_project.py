from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from pp_monitor.domain.catalogue import Modality, Phase
from pp_monitor.domain.contract import ContractLink, VoidAttempt
from pp_monitor.domain.deviation import MilestoneState
from pp_monitor.domain.light import Light
from pp_monitor.domain.plan import PlanStatus
from pp_monitor.domain.progress import FactStatus
from pp_monitor.domain.project import ProjectState, TerritoryShare, assess_project
from pp_monitor.domain.submission import ApprovalStage
from tests.factories import (
    ENTERED_ON,
    ORGANISM,
    PLANNED,
    WHENEVER,
    assessed,
    baseline,
    dated,
    fact,
    facts,
    frame,
    instant,
    project_history,
    snapshot,
    states,
)

CUTOFF = date(2022, 5, 13)


@pytest.mark.parametrize(
    ("cutoff", "known_at", "is_in"),
    [
        (ENTERED_ON, WHENEVER, True),
        (date(2022, 1, 2), WHENEVER, False),
        (CUTOFF, instant(date(2022, 1, 2)), False),
        (CUTOFF, instant(ENTERED_ON), True),
    ],
)
def test_a_project_belongs_to_the_vigencia_once_entered_and_recorded(
    cutoff: date, known_at: datetime, is_in: bool
) -> None:
    assert project_history().is_in(frame(cutoff, known_at=known_at).view) is is_in


@pytest.mark.parametrize(
    ("cutoff", "known_at", "status"),
    [
        (date(2022, 5, 13), instant(date(2022, 5, 2)), PlanStatus.REGISTERED),
        (date(2022, 5, 13), instant(date(2022, 5, 1)), PlanStatus.UNREGISTERED),
        (date(2022, 1, 31), WHENEVER, PlanStatus.REGISTERED),
    ],
)
def test_a_plan_exists_once_recorded_whatever_the_cutoff(cutoff: date, known_at: datetime, status: PlanStatus) -> None:
    # Declared on 08/04 by its act, recorded on 02/05.
    history = project_history(baselines=[baseline(recorded_at=instant(date(2022, 5, 2)))])
    found = assess_project(history, frame(cutoff, known_at=known_at))
    assert found.plan_status is status
    assert found.has_plan is (status is PlanStatus.REGISTERED)
    assert (found.b0 is None) is (found.registered_on is None) is (not found.has_plan)


@pytest.mark.parametrize(
    ("cutoff", "stage", "status"),
    [
        (date(2022, 4, 5), ApprovalStage.HEAD, PlanStatus.AWAITING_APPROVAL),
        (date(2022, 4, 4), ApprovalStage.HEAD, PlanStatus.UNREGISTERED),
        (date(2022, 4, 5), ApprovalStage.COMMENTS, PlanStatus.AWAITING_APPROVAL),
        (date(2022, 4, 5), None, PlanStatus.UNREGISTERED),
    ],
)
def test_a_plan_sent_for_approval_is_told_apart(cutoff: date, stage: ApprovalStage | None, status: PlanStatus) -> None:
    found = assessed(cutoff, planned=None, submissions=[dated(stage, date(2022, 4, 5))])
    assert (found.plan_status, found.light) == (status, Light.REGISTERING)


def test_b0_is_the_headline_and_the_plan_in_force_stands_beside() -> None:
    later = baseline({**PLANNED, "H03": date(2022, 6, 1)}, number=1, decided_on=date(2022, 5, 2))
    history = project_history(baselines=[baseline(), later])
    before, after = (assess_project(history, frame(cutoff)) for cutoff in (date(2022, 5, 1), CUTOFF))
    assert before.b0 is before.current
    assert after.b0 is not None
    assert after.current is not None
    assert (after.b0.due_weight, after.current.due_weight) == (15, 10)
    assert after.forecasts["H03"].day == date(2022, 6, 30)
    assert (before.replannings, after.replannings) == (0, 1)


def test_a_replanning_recorded_later_does_not_change_what_was_known() -> None:
    later = baseline(
        {**PLANNED, "H03": date(2022, 6, 1)}, number=1, decided_on=date(2022, 5, 2), recorded_at=instant(CUTOFF)
    )
    history = project_history(baselines=[baseline(), later])
    found = assess_project(history, frame(CUTOFF, known_at=instant(CUTOFF, 16)))
    assert (found.current is found.b0, found.replannings) == (True, 0)


def test_registering_late_in_the_year_sets_aside_what_was_met_before() -> None:
    met = {code: day for code, day in PLANNED.items() if code <= "H03"}
    on_time, late = (assessed(CUTOFF, actual=met, registered_on=day) for day in (date(2022, 4, 8), date(2022, 5, 6)))
    assert on_time.b0 is not None
    assert late.b0 is not None
    assert (on_time.b0.met_on_time, on_time.b0.due_for_on_time) == (3, 3)
    assert (late.b0.met_on_time, late.b0.due_for_on_time) == (1, 1)
    assert on_time.b0.met_weight == late.b0.met_weight == 15


@pytest.mark.parametrize(
    ("met", "percent"), [([], 0), (["H09"], 0), (["H10"], 50), (["H11"], 100), (["H10", "H11"], 100)]
)
def test_physical_execution_follows_start_halfway_and_completion(met: list[str], percent: int) -> None:
    found = assessed(date(2022, 12, 16), actual={code: PLANNED[code] for code in met})
    assert found.physical_percent == percent


def test_a_project_without_plan_has_no_figures() -> None:
    found = assessed(CUTOFF, planned=None)
    assert (found.physical_percent, found.phase, found.b0, found.current, found.own) == (None, None, None, None, ())
    assert found.replannings == 0


def test_phase_is_that_of_the_plan_in_force() -> None:
    assert assessed(CUTOFF).phase is Phase.PRECONTRACTUAL


@pytest.mark.parametrize(
    ("cutoff", "known_at", "expected"),
    [
        (date(2022, 2, 1), WHENEVER, 300),
        (date(2022, 4, 1), WHENEVER, 300),
        (date(2022, 4, 30), WHENEVER, 400),
        (date(2022, 4, 30), instant(date(2022, 4, 29)), 300),
        (date(2022, 4, 30), instant(date(2022, 3, 1)), 200),
        (date(2022, 1, 10), instant(date(2022, 3, 1)), 100),
    ],
)
def test_allocation_is_the_newest_snapshot_else_the_first_else_the_list(
    cutoff: date, known_at: datetime, expected: int
) -> None:
    history = project_history(
        allocations=[dated(100), dated(200, date(2022, 2, 1))],
        snapshots=[snapshot(date(2022, 3, 31), 300), snapshot(date(2022, 4, 30), 400)],
    )
    assert assess_project(history, frame(cutoff, known_at=known_at)).allocation_cop == expected


def test_a_project_of_no_known_value_has_none() -> None:
    assert assessed(CUTOFF, allocations=[]).allocation_cop == 0


@pytest.mark.parametrize(
    ("history", "uncommitted"),
    [
        ({}, 100),
        ({"actual": {"H08": date(2022, 5, 10)}}, 0),
        ({"actual": {"H08": date(2022, 5, 14)}}, 100),
        ({"planned": None, "actual": {"H08": date(2022, 5, 10)}}, 0),
        ({"snapshots": [snapshot(date(2022, 4, 30), 100, 40)]}, 60),
        ({"snapshots": [snapshot(date(2022, 4, 30), 100, 140)]}, 0),
        ({"snapshots": [snapshot(date(2022, 4, 30), 100)], "actual": {"H08": date(2022, 5, 10)}}, 100),
        ({"snapshots": [snapshot(date(2022, 5, 31), 100, 40)]}, 100),
    ],
)
def test_what_is_not_committed(history: dict[str, Any], uncommitted: int) -> None:
    assert assessed(CUTOFF, allocation_cop=100, **history).uncommitted_cop == uncommitted


@pytest.mark.parametrize(
    ("light", "at_risk"), [(Light.RED, 100), (Light.NO_PLAN, 100), (Light.YELLOW, 0), (Light.SUSPENDED, 0)]
)
def test_only_red_and_unplanned_projects_are_at_risk(light: Light, at_risk: int) -> None:
    assert replace(assessed(CUTOFF, allocation_cop=100), light=light).value_at_risk_cop == at_risk


def test_what_changes_with_time_is_seen_as_it_was() -> None:
    history = project_history(
        names=[dated("Parque"), dated("Parque lineal", date(2022, 5, 2))],
        organisms=[dated(ORGANISM), dated("4151", date(2022, 5, 2))],
        modalities=[dated(Modality.LP), dated(Modality.MC, date(2022, 5, 2))],
        territories=[dated((TerritoryShare("01", 0),)), dated((TerritoryShare("02", 0),), date(2022, 5, 2))],
    )
    seen = []
    for cutoff in (date(2022, 5, 1), date(2022, 5, 2)):
        found = assess_project(history, frame(cutoff))
        seen.append((found.name, found.organism_code, found.modality, found.territories[0].territory_code))
    assert seen == [("Parque", ORGANISM, Modality.LP, "01"), ("Parque lineal", "4151", Modality.MC, "02")]


def test_a_project_with_nothing_dated_is_still_shown() -> None:
    found = assessed(CUTOFF, names=[], organisms=[], modalities=[], territories=[])
    assert (found.name, found.organism_code, found.modality, found.territories) == (found.code, "", None, ())


def test_a_suspended_project_keeps_its_overdue_days_and_stops_its_states() -> None:
    found = assessed(CUTOFF, states=states((ProjectState.SUSPENDED, date(2022, 5, 2))))
    assert found.current is not None
    row = found.current.result("H02")
    assert row is not None
    assert (found.state, row.state, row.overdue_workdays) == (ProjectState.SUSPENDED, MilestoneState.SUSPENDED, 14)


def test_a_withdrawn_project_was_active_before_its_act() -> None:
    events = states((ProjectState.WITHDRAWN, date(2022, 5, 13)))
    before, after = assessed(date(2022, 5, 12), states=events), assessed(CUTOFF, states=events)
    assert (before.is_withdrawn, before.state, before.state_since) == (False, ProjectState.ACTIVE, None)
    assert (after.is_withdrawn, after.state, after.state_since) == (True, ProjectState.WITHDRAWN, date(2022, 5, 13))


def test_a_state_recorded_after_k_is_not_seen() -> None:
    event = states((ProjectState.WITHDRAWN, date(2022, 5, 2)))
    seen = assess_project(project_history(states=event), frame(CUTOFF, known_at=instant(date(2022, 5, 1))))
    assert not seen.is_withdrawn


def _link(contract_id: int, day: date) -> ContractLink:
    return ContractLink(contract_id, day, instant(day))


def test_completion_waits_for_every_contract_linked_by_the_cutoff() -> None:
    done = [fact("H11", date(2022, 9, 1), contract_id=1)]
    links = [_link(1, date(2022, 7, 1)), _link(1, date(2022, 7, 1)), _link(2, date(2022, 10, 3))]
    history = project_history(actuals=done, contracts=links)
    for cutoff, percent in ((date(2022, 9, 1), 100), (date(2022, 10, 2), 100), (date(2022, 10, 3), 0)):
        assert assess_project(history, frame(cutoff)).physical_percent == percent


def test_a_void_attempt_reopens_its_milestones_and_leaves_the_plan() -> None:
    void = [VoidAttempt(None, date(2022, 5, 12), instant(date(2022, 5, 12)))]
    history = project_history(actual={"H01": date(2022, 4, 18), "H03": date(2022, 5, 6)}, void_attempts=void)
    before, after = (assess_project(history, frame(cutoff)).current for cutoff in (date(2022, 5, 11), CUTOFF))
    assert before is not None
    assert after is not None
    assert [(row.state, row.planned) for row in before.milestones[1:3]] == [
        (MilestoneState.PASSED, PLANNED["H02"]),
        (MilestoneState.MET_ON_TIME, PLANNED["H03"]),
    ]
    assert [(row.state, row.planned) for row in after.milestones[1:3]] == [
        (MilestoneState.OVERDUE, PLANNED["H02"]),
        (MilestoneState.OVERDUE, PLANNED["H03"]),
    ]


def test_a_void_act_recorded_after_k_is_not_seen() -> None:
    void = [VoidAttempt(None, date(2022, 5, 12), instant(date(2022, 5, 20)))]
    history = project_history(actual={"H03": date(2022, 5, 6)}, void_attempts=void)
    found = assess_project(history, frame(CUTOFF, known_at=instant(CUTOFF))).current
    assert found is not None
    assert found.met_weight == 5


OWN = {**PLANNED, "P01": date(2022, 5, 6), "P03": date(2022, 8, 1)}


def test_own_milestones_are_followed_outside_the_figures() -> None:
    found = assessed(CUTOFF, planned=OWN, actual={"P03": date(2022, 5, 9)}, own_names={"P01": "Socialización"})
    assert [(row.code, row.milestone.name, row.state, row.overdue_workdays) for row in found.own] == [
        ("P01", "Socialización", MilestoneState.OVERDUE, 5),
        ("P03", "P03", MilestoneState.MET_ON_TIME, 0),
    ]
    plain = assessed(CUTOFF)
    assert (found.b0, found.forecasts, found.light) == (plain.b0, plain.forecasts, plain.light)


def test_own_milestones_stop_with_their_project() -> None:
    found = assessed(CUTOFF, planned=OWN, states=states((ProjectState.SUSPENDED, date(2022, 5, 2))))
    assert [row.state for row in found.own] == [MilestoneState.SUSPENDED, MilestoneState.SUSPENDED]


def test_a_proposed_date_is_not_a_met_milestone() -> None:
    found = assessed(CUTOFF, actuals=facts({"H01": date(2022, 4, 18)}, status=FactStatus.PROPOSED))
    assert found.b0 is not None
    assert found.b0.met_weight == 0


@pytest.mark.parametrize(
    ("entered_on", "own", "expected"),
    [
        (date(2022, 1, 1), {}, date(2022, 4, 22)),
        (date(2022, 6, 1), {}, None),
        (date(2022, 6, 1), {1: date(2022, 6, 30)}, date(2022, 6, 30)),
        (date(2022, 1, 1), {1: None}, None),
    ],
)
def test_a_project_registers_by_its_own_deadline_if_it_has_one(
    entered_on: date, own: dict[int, date | None], expected: date | None
) -> None:
    history = replace(project_history(), entered_on=entered_on)
    shared = replace(frame(date(2022, 7, 1), deadline=date(2022, 4, 22)), project_deadlines=own)
    assert shared.deadline(history, "4145") == expected
