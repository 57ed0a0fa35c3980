"""What has to be decided first comes from the facts: missing plans, then what stops red projects."""

from __future__ import annotations

from datetime import date

from pp_monitor.domain.decision import Decision, DecisionKind, decisions
from pp_monitor.domain.plan import BaselineKind
from pp_monitor.domain.portfolio import Names, Portfolio, assess
from pp_monitor.domain.project import ProjectHistory
from tests.factories import DEADLINE, PLANNED, baseline, frame, project_history

HEALTH, WORKS, SPORT = "4145", "4151", "4162"
NAMES = Names("Cali", {}, {}, {})


def portfolio(*histories: ProjectHistory, cutoff: date = date(2022, 7, 29)) -> Portfolio:
    return assess(frame(cutoff), histories, NAMES, is_demo=False)


def met_through(code: str) -> dict[str, date]:
    return {name: day for name, day in PLANNED.items() if name <= code}


def told(found: tuple[Decision, ...]) -> list[tuple[DecisionKind, str, str, int, int]]:
    return [(row.kind, row.organism_code, row.milestone_code, len(row.projects), row.amount_cop) for row in found]


def test_missing_plans_come_before_a_greater_value_at_risk() -> None:
    found = decisions(
        portfolio(
            project_history(project_id=1, organism=HEALTH, planned=None, allocation_cop=10),
            project_history(project_id=2, organism=HEALTH, planned=None, allocation_cop=5),
            project_history(project_id=3, organism=WORKS, actual=met_through("H06"), allocation_cop=900),
        )
    )
    assert told(found) == [
        (DecisionKind.REGISTER, HEALTH, "", 2, 15),
        (DecisionKind.UNBLOCK, WORKS, "H07", 1, 900),
    ]
    assert (found[0].day, found[0].workdays) == (DEADLINE, 65)
    assert found[1].workdays == 22


def test_red_projects_of_an_organism_are_grouped_by_their_first_overdue_milestone() -> None:
    found = decisions(
        portfolio(
            project_history(project_id=1, organism=WORKS, actual=met_through("H06"), allocation_cop=100),
            project_history(project_id=2, organism=WORKS, actual=met_through("H06"), allocation_cop=200),
            project_history(project_id=3, organism=WORKS, actual=met_through("H01"), allocation_cop=700),
        )
    )
    assert told(found) == [
        (DecisionKind.UNBLOCK, WORKS, "H02", 1, 700),
        (DecisionKind.UNBLOCK, WORKS, "H07", 2, 300),
    ]


def test_project_that_is_late_only_in_its_forecast_asks_what_to_do_after_the_year() -> None:
    planned = dict(PLANNED) | {code: date(2023, 1, 20) for code in ("H11", "H12", "H13", "H14")}
    late = project_history(organism=SPORT, planned=planned, actual=met_through("H09"), allocation_cop=50)
    (found,) = decisions(portfolio(late))
    assert (found.kind, found.organism_code, found.amount_cop, found.workdays) == (DecisionKind.PAST_YEAR, SPORT, 0, 0)


def test_nothing_is_asked_of_projects_on_time_and_no_more_than_five_of_all() -> None:
    assert decisions(portfolio(project_history(actual=met_through("H09")))) == ()
    many = [
        project_history(project_id=i, organism=WORKS, actual=met_through(f"H{i:02d}"), allocation_cop=i * 10)
        for i in range(1, 8)
    ]
    assert [row.amount_cop for row in decisions(portfolio(*many))] == [70, 60, 50, 40, 30]


def test_project_red_against_b0_after_three_replannings_is_asked_for_by_its_reason() -> None:
    moved = dict(PLANNED) | {code: date(2022, 10, 3) for code in ("H07", "H08", "H09")}
    plans = [baseline(), *(baseline(moved, number=n, kind=BaselineKind.REPLANNING) for n in (1, 2, 3))]
    (found,) = decisions(portfolio(project_history(baselines=plans, actual=met_through("H06"), organism=WORKS)))
    assert (found.kind, found.milestone_code) == (DecisionKind.UNBLOCK, "H07")
