"""What has to be decided comes from the facts: missing plans, red projects, the year's end, approvals."""

from __future__ import annotations

from datetime import date
from typing import Any

from pp_monitor.domain.decision import Decision, DecisionKind, decisions
from pp_monitor.domain.plan import BaselineKind
from pp_monitor.domain.portfolio import Names, Portfolio, assess
from pp_monitor.domain.project import ProjectHistory, ProjectState
from pp_monitor.domain.submission import ApprovalStage
from tests.factories import DEADLINE, PLANNED, baseline, dated, frame, project_history, states

HEALTH, WORKS, SPORT = "4145", "4151", "4162"
NAMES = Names("Cali", {}, {}, {})
PAST_YEAR = dict(PLANNED) | {code: date(2023, 1, 20) for code in ("H11", "H12", "H13", "H14")}


def portfolio(*histories: ProjectHistory, cutoff: date = date(2022, 7, 29)) -> Portfolio:
    deadlines = dict.fromkeys((HEALTH, WORKS, SPORT, "1", "2", "3"), DEADLINE)
    found = frame(cutoff)
    found.deadlines.update(deadlines)  # type: ignore[attr-defined]
    return assess(found, histories, NAMES, is_demo=False)


def project(number: int, organism: str, through: str, value: int = 100, **others: Any) -> ProjectHistory:
    """A project met on time up to a milestone."""
    actual = {name: day for name, day in PLANNED.items() if name <= through}
    return project_history(project_id=number, organism=organism, actual=actual, allocation_cop=value, **others)


def told(found: tuple[Decision, ...]) -> list[tuple[DecisionKind, str, int, int]]:
    return [(row.kind, row.organism_code, len(row.projects), row.amount_cop) for row in found]


def test_missing_plans_come_first_and_each_decision_tells_what_it_touches() -> None:
    found = decisions(
        portfolio(
            project(1, HEALTH, "", 10, planned=None),
            project(2, HEALTH, "", 5, planned=None),
            project(3, WORKS, "H06", 900),
            project(4, WORKS, "H07", 100),
        )
    )
    assert told(found) == [(DecisionKind.REGISTER, HEALTH, 2, 15), (DecisionKind.UNBLOCK, WORKS, 2, 1000)]
    missing, red = found
    assert (missing.day, missing.workdays) == (DEADLINE, 65)
    assert (red.milestone_code, red.worst_code, red.workdays) == ("H07", "BP26000003", 22)


def test_project_that_ends_after_the_year_asks_what_to_do() -> None:
    found = decisions(portfolio(project(1, SPORT, "H09", 50, planned=PAST_YEAR)))
    assert told(found) == [(DecisionKind.PAST_YEAR, SPORT, 1, 50)]


def test_plan_that_waits_is_to_approve_and_not_to_register() -> None:
    sent = {"submissions": [dated(ApprovalStage.HEAD)], "planned": None}
    found = decisions(portfolio(project(1, SPORT, "", 50, **sent)))
    assert told(found) == [(DecisionKind.APPROVE, SPORT, 1, 50)]


def test_nothing_is_asked_of_projects_on_time_or_withdrawn() -> None:
    withdrawn = states((ProjectState.WITHDRAWN, date(2022, 6, 1)))
    assert decisions(portfolio(project(1, WORKS, "H09"), project(2, WORKS, "", planned=None, states=withdrawn))) == ()


def test_each_kind_has_its_places_and_what_is_left_goes_to_the_others() -> None:
    missing = [project(i, code, "", i, planned=None) for i, code in enumerate(("1", "2", "3"), start=1)]
    red = [project(10, HEALTH, "H06", 7), project(11, WORKS, "H06", 9)]
    late = [project(12, SPORT, "H09", 3, planned=PAST_YEAR)]
    register, unblock = DecisionKind.REGISTER, DecisionKind.UNBLOCK
    assert [(row.kind, row.organism_code) for row in decisions(portfolio(*missing, *red, *late))] == [
        (register, "3"),
        (register, "2"),
        (unblock, WORKS),
        (unblock, HEALTH),
        (DecisionKind.PAST_YEAR, SPORT),
    ]
    assert [row.organism_code for row in decisions(portfolio(*missing, red[0]))] == ["3", "2", "1", HEALTH]
    assert [row.organism_code for row in decisions(portfolio(*missing, *red), most=2)] == ["3", "2"]


def test_project_red_only_against_b0_has_nothing_overdue_to_unblock() -> None:
    moved = dict(PLANNED) | {code: date(2022, 10, 3) for code in ("H07", "H08", "H09")}
    plans = [baseline(), *(baseline(moved, number=n, kind=BaselineKind.REPLANNING) for n in (1, 2, 3))]
    assert decisions(portfolio(project(1, WORKS, "H06", baselines=plans))) == ()
