from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from pp_monitor.domain.group import (
    GroupAssessment,
    Member,
    assess_group,
    territory_members,
    worst_first,
)
from pp_monitor.domain.light import Light
from pp_monitor.domain.plan import PlanStatus
from pp_monitor.domain.project import ProjectState
from pp_monitor.domain.ratio import Ratio
from pp_monitor.domain.submission import ApprovalStage
from pp_monitor.domain.threshold import Thresholds
from tests.domain.doc_tables import Row, doc_table
from tests.factories import PLANNED, assessed, baseline, dated, facts, member_of, snapshot, states

CUTOFF = date(2022, 5, 13)
ON_PLAN = {code: day for code, day in PLANNED.items() if day <= CUTOFF}


def _group(*members: Member, code: str = "4145", **options: Any) -> GroupAssessment:
    return assess_group(code, members, Thresholds(), **options)


def _project(project_id: int = 1, **history: Any) -> Member:
    return Member.whole(assessed(CUTOFF, project_id=project_id, **history))


@pytest.mark.parametrize("row", doc_table("light of an organism"), ids=lambda row: row["projects"])
def test_the_light_of_an_organism_is_as_documented(row: Row) -> None:
    pairs = (part.split(" ") for part in row["projects"].split(", "))
    members = [member_of(Light(light), int(value)) for light, value in pairs]
    assert _group(*members).light == row["light"]
    assert _group(*reversed(members)).light == row["light"]


@pytest.mark.parametrize(
    ("changes", "light"),
    [
        ({"organism_red_percent": 29}, Light.RED),
        ({"organism_red_percent": 30}, Light.YELLOW),
        ({"organism_red_percent": 30, "organism_green_percent": 71}, Light.GREEN),
    ],
)
def test_thresholds_of_organisms_are_settings(changes: dict[str, int], light: Light) -> None:
    members = [member_of(Light.RED, 29), *(member_of(Light.GREEN, value) for value in (30, 30, 11))]
    assert assess_group("4145", members, Thresholds(**changes)).light is light


@pytest.mark.parametrize("row", doc_table("value at risk"), ids=lambda row: " ".join(list(row.values())[:4]))
def test_value_at_risk_is_as_documented(row: Row) -> None:
    light, value = Light(row["light"]), int(row["value"])
    money = [] if row["commitments"] == "—" else [snapshot(date(2022, 4, 30), value, int(row["commitments"]))]
    project = assessed(
        CUTOFF,
        planned=None if light is Light.NO_PLAN else PLANNED,
        actual={"H08": date(2022, 5, 10)} if row["H08"] == "met" else {},
        allocation_cop=value,
        snapshots=money,
    )
    found = _group(Member.whole(replace(project, light=light)))
    assert (found.value_at_risk_cop, found.committed_late_cop) == (int(row["at risk"]), int(row["committed and late"]))


def test_value_at_risk_shows_its_two_addends() -> None:
    found = _group(member_of(Light.RED, 30), member_of(Light.NO_PLAN, 12), member_of(Light.GREEN, 900))
    assert (found.risk_red_cop, found.risk_no_plan_cop, found.value_at_risk_cop) == (30, 12, 42)


def test_progress_is_weighted_by_allocation_and_the_plain_mean_stands_beside() -> None:
    found = _group(_project(1, actual=ON_PLAN, allocation_cop=300), _project(2, allocation_cop=100))
    assert found.planned_progress == Ratio(Fraction(60), 400)
    assert found.actual_progress == Ratio(Fraction(45), 400)
    assert (found.mean_planned, found.mean_actual) == (0.15, 0.075)
    assert found.schedule_index.value == 0.75
    assert found.deviation_points == -3.75


def test_projects_without_plan_and_withdrawn_ones_never_improve_an_average() -> None:
    alone = _group(_project(1, allocation_cop=100))
    withdrawn = states((ProjectState.WITHDRAWN, date(2022, 5, 2)))
    found = _group(
        _project(1, allocation_cop=100),
        _project(2, planned=None, actual=ON_PLAN, allocation_cop=900),
        _project(3, actual=ON_PLAN, allocation_cop=900, states=withdrawn),
    )
    assert (found.planned_progress, found.actual_progress) == (alone.planned_progress, alone.actual_progress)
    assert (found.met_on_time, found.due_for_on_time, found.due) == (0, 3, 3)
    assert (found.projects, found.with_plan, found.withdrawn, found.allocation_cop) == (2, 1, 1, 1000)
    assert found.coverage == Ratio(1, 2)


def test_suspended_projects_stay_in_the_counts() -> None:
    suspended = states((ProjectState.SUSPENDED, date(2022, 5, 2)))
    found = _group(_project(1, allocation_cop=100), _project(2, allocation_cop=100, states=suspended))
    assert (found.projects, found.with_plan, found.count(Light.SUSPENDED)) == (2, 2, 1)
    assert found.planned_progress == Ratio(Fraction(30), 200)


def test_on_time_rate_and_delays_are_pooled_by_milestone() -> None:
    late = {"H01": date(2022, 4, 25)}
    found = _group(_project(1, actual=ON_PLAN), _project(2, actual=late))
    assert found.on_time_rate == Ratio(3, 6)
    assert (found.mean_delay_workdays, found.mean_delay_count, found.worst_delay_workdays) == (8, 3, 14)


def test_facts_with_evidence_are_pooled_apart() -> None:
    supported = facts(ON_PLAN, has_evidence=True)
    found = _group(_project(1, actuals=supported, allocation_cop=100), _project(2, actual=ON_PLAN, allocation_cop=100))
    assert (found.met_on_time, found.supported_on_time) == (6, 3)
    assert found.supported_progress == Ratio(Fraction(15), 200)


def test_a_group_can_be_measured_against_the_plan_in_force() -> None:
    later = baseline({**PLANNED, "H03": date(2022, 6, 1)}, number=1, decided_on=date(2022, 5, 2))
    member = _project(1, baselines=[baseline(), later], allocation_cop=100)
    assert _group(member).planned_progress.value == 0.15
    assert _group(member, against_current=True).planned_progress.value == 0.10


def test_plans_waiting_for_approval_are_counted_apart() -> None:
    waiting = _project(1, planned=None, submissions=[dated(ApprovalStage.HEAD)])
    assert waiting.project.plan_status is PlanStatus.AWAITING_APPROVAL
    found = _group(waiting, _project(2, planned=None), _project(3))
    assert (found.awaiting_approval, found.with_plan, found.projects) == (1, 1, 3)


def test_a_group_without_plans_has_no_ratio() -> None:
    found = _group(_project(1, planned=None))
    ratios = (found.planned_progress, found.actual_progress, found.schedule_index, found.on_time_rate)
    assert [ratio.value for ratio in ratios] == [None, None, None, None]
    assert (found.mean_planned, found.mean_delay_workdays, found.deviation_points) == (None, None, None)
    assert found.coverage == Ratio(0, 1)


def test_an_empty_group_has_no_coverage() -> None:
    assert _group().coverage.value is None


def test_a_plan_where_nothing_applies_weighs_nothing() -> None:
    nothing = _project(2, not_applicable=tuple(PLANNED), allocation_cop=900)
    found = _group(_project(1, allocation_cop=100), nothing)
    assert found.planned_progress == Ratio(Fraction(15), 100)
    assert found.mean_planned == 0.15


def test_counts_and_values_by_light() -> None:
    found = _group(member_of(Light.RED, 30), member_of(Light.RED, 5), member_of(Light.GREEN, 7))
    assert (found.count(Light.RED), found.value_of(Light.RED)) == (2, 35)
    assert (found.count(Light.YELLOW), found.value_of(Light.YELLOW)) == (0, 0)


def test_rankings_put_no_plan_first_then_value_at_risk_then_deviation() -> None:
    groups = [
        _group(_project(1, actual=ON_PLAN), code="on_plan"),
        _group(_project(1, actual={"H01": date(2022, 4, 18), "H02": date(2022, 4, 25)}), code="behind"),
        _group(_project(1, allocation_cop=50), code="little_at_risk"),
        _group(_project(1, allocation_cop=70), code="more_at_risk"),
        _group(_project(1, planned=None, allocation_cop=1), code="no_plan"),
        _group(member_of(Light.REGISTERING, 500), code="registering"),
        _group(_project(1, actual=ON_PLAN), code="also_on_plan"),
    ]
    assert [group.code for group in worst_first(groups)] == [
        "no_plan",
        "more_at_risk",
        "little_at_risk",
        "behind",
        "also_on_plan",
        "on_plan",
        "registering",
    ]


@pytest.mark.parametrize(
    ("territories", "expected"),
    [
        ([("01", 0)], {"01": 101}),
        ([("01", 0), ("02", 0)], {"01": 51, "02": 50}),
        ([("01", 75), ("02", 25)], {"01": 76, "02": 25}),
        ([("01", 5), ("51", 0)], {"01": 101, "51": 0}),
        ([], {"99": 101}),
    ],
)
def test_a_project_is_split_over_its_territories_to_the_peso(
    territories: list[tuple[str, int]], expected: dict[str, int]
) -> None:
    found = territory_members([assessed(CUTOFF, allocation_cop=101, shares=territories)])
    assert {code: member.allocation_cop for code, (member,) in found.items()} == expected
    assert {code: member.uncommitted_cop for code, (member,) in found.items()} == expected


def test_totals_count_distinct_projects() -> None:
    projects = [assessed(CUTOFF, project_id=number, shares=[("01", 0), ("02", 0)]) for number in (1, 2)]
    by_territory = territory_members(projects)
    assert [len(members) for members in by_territory.values()] == [2, 2]
    assert _group(*(Member.whole(project) for project in projects)).projects == 2
