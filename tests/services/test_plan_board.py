"""How far each organism is with its registration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.domain.alert_cause import Signals, Watch, organism_causes
from pp_monitor.domain.alert_rule import DEFAULT_RULES, AlertRule
from pp_monitor.domain.light import Light
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.domain.project import ProjectState
from pp_monitor.models.plan import RegistrationStep
from pp_monitor.services.approval import decide, let_through
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.entity import set_deadline
from pp_monitor.services.plan_board import BoardRow, Stage, owed_projects, plan_board
from pp_monitor.services.plan_draft import load_grid
from pp_monitor.services.reminder import debts
from pp_monitor.services.submission import at_step
from tests.plan_data import SALUD, TODAY, YEAR, City, add_late_comer, build_city, register_all, set_state
from tests.submissions import actor, approve, deed, send


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()


def row(city: City, today: date = TODAY) -> BoardRow:
    board = plan_board(city.vigencia, assess_portfolio(city.vigencia, today))
    return next(found for found in board if found.code == SALUD)


def owed(city: City) -> list[tuple[Role, int]]:
    found = debts(assess_portfolio(city.vigencia, TODAY))
    return [(debt.role, len(debt.projects)) for debt in found if debt.organism_code == SALUD]


def alert_of(portfolio: Portfolio) -> list[tuple[int, int]]:
    """Working days late and projects that the alert of the organism without plan tells."""
    watch = Watch(portfolio.cutoff, portfolio.year, portfolio.frame.calendar, DEFAULT_RULES, Signals())
    causes = organism_causes(portfolio.organisms, portfolio.projects, watch).get(SALUD, ())
    return [(cause.workdays, cause.count) for cause in causes if cause.rule is AlertRule.ORGANISM_WITHOUT_PLAN]


def test_an_organism_goes_from_nobody_to_registered(city: City) -> None:
    assert row(city).stage is Stage.NOBODY
    actor(city, Role.ENLACE)
    assert row(city).stage is Stage.INVITED
    assert owed(city) == [(Role.ENLACE, 3)]

    submission = send(city)
    assert (row(city).stage, row(city).with_head) == (Stage.WITH_HEAD, 3)
    assert owed(city) == [(Role.ORDENADOR, 3)]

    approve(city, submission, actor(city, Role.ORDENADOR))
    assert (row(city).stage, row(city).in_comments) == (Stage.IN_COMMENTS, 3)
    assert owed(city) == []

    let_through(deed(city, submission.id))
    assert (row(city).stage, row(city).is_done) == (Stage.REGISTERED, True)


def test_what_came_back_is_owed_by_the_enlace_again(city: City) -> None:
    submission = send(city, (1, 2))
    ids = at_step(submission, RegistrationStep.SENT)
    decide(deed(city, submission.id, actor(city, Role.ORDENADOR)), ids, dict.fromkeys(ids, "Falta el CDP"))
    assert (row(city).stage, row(city).returned, row(city).with_head) == (Stage.RETURNED, 2, 0)
    assert owed(city) == [(Role.ENLACE, 3)]


def test_a_part_that_waits_leaves_the_rest_in_sight(city: City) -> None:
    send(city, (1,))
    assert (row(city).with_head, row(city).pending, row(city).stage) == (1, 3, Stage.WITH_HEAD)
    assert owed(city) == [(Role.ENLACE, 2), (Role.ORDENADOR, 1)]


def test_the_board_the_light_and_the_alert_follow_the_deadline_of_each_project(city: City) -> None:
    actor(city, Role.ENLACE)
    register_all(city)
    add_late_comer(city, date(2022, 10, 14))
    for today, late, late_workdays, days_left in (
        (date(2022, 9, 20), 0, 0, 18),
        (date(2022, 10, 14), 0, 0, 0),
        (date(2022, 10, 20), 1, 3, None),
    ):
        found = row(city, today)
        assert (found.stage, found.is_done, found.pending) == (Stage.PARTLY, False, 1)
        assert (found.is_late, found.due.late, found.due.late_workdays) == (late > 0, late, late_workdays)
        assert found.due.days_left == days_left
        portfolio = assess_portfolio(city.vigencia, today)
        group = portfolio.organism(SALUD)
        assert group
        assert (group.with_plan, group.count(Light.NO_PLAN)) == (3, late)
        assert alert_of(portfolio) == ([(late_workdays, late)] if late else [])
        grid = load_grid(city.vigencia, city.organism(), today)
        assert (grid.deadline, grid.days_left) == (date(2022, 10, 14), -late_workdays if late else days_left)


@pytest.mark.parametrize(
    ("today", "light", "days_left"),
    [
        (date(2022, 4, 22), Light.REGISTERING, 1),
        (date(2022, 4, 24), Light.REGISTERING, 1),
        (date(2022, 4, 25), Light.REGISTERING, 0),
        (date(2022, 4, 26), Light.NO_PLAN, -1),
    ],
)
def test_a_deadline_on_a_saturday_counts_to_the_monday_everywhere(
    city: City, today: date, light: Light, days_left: int
) -> None:
    set_deadline(YEAR, date(2022, 4, 23), city.actor, organism_code=SALUD, reason="Prórroga")
    monday, is_late = date(2022, 4, 25), light is Light.NO_PLAN
    portfolio = assess_portfolio(city.vigencia, today)
    own = portfolio.of_organism(SALUD)
    assert {(project.light, project.deadline) for project in own} == {(light, monday)}
    due = row(city, today).due
    assert (due.late, due.late_workdays) == ((3, 1) if is_late else (0, 0))
    assert (due.next_deadline, due.days_left) == ((None, None) if is_late else (monday, days_left))
    assert {debt.deadline for debt in debts(portfolio) if debt.organism_code == SALUD} == {monday}
    grid = load_grid(city.vigencia, city.organism(), today)
    assert (grid.deadline, grid.days_left, grid.is_late) == (monday, days_left, is_late)
    assert [days for days, _ in alert_of(portfolio)] == ([1] if is_late else [])


def test_suspended_projects_owe_nothing_and_leave_the_organism_neither_late_nor_complete(city: City) -> None:
    late = date(2022, 5, 6)
    set_state(city, city.id(1), ProjectState.SUSPENDED)
    found = row(city, late)
    assert (found.suspended, found.due.late, found.stage) == (1, 2, Stage.NOBODY)
    for number in (2, 3):
        set_state(city, city.id(number), ProjectState.SUSPENDED)
    found = row(city, late)
    assert (found.stage, found.is_late, found.is_done, found.due.next_deadline) == (Stage.SUSPENDED, False, False, None)
    grid = load_grid(city.vigencia, city.organism(), late)
    assert (grid.deadline, grid.is_suspended) == (None, True)


def test_what_is_late_and_what_is_still_ahead_are_told_apart(city: City) -> None:
    add_late_comer(city, date(2022, 10, 14))
    found = row(city, date(2022, 9, 20))
    assert (found.is_late, found.due.late, found.due.next_deadline) == (True, 3, date(2022, 10, 14))
    owed_ = owed_projects(assess_portfolio(city.vigencia, date(2022, 9, 20)), SALUD)
    assert [(one.project.deadline, one.days_left) for one in owed_] == [(date(2022, 4, 22), -101)] * 3 + [
        (date(2022, 10, 14), 18)
    ]


def test_what_entered_after_the_deadline_without_one_of_its_own_is_not_late(city: City) -> None:
    register_all(city)
    add_late_comer(city, None)
    today = date(2022, 9, 20)
    assert (row(city, today).is_late, row(city, today).due.next_deadline) == (False, None)
    assert load_grid(city.vigencia, city.organism(), today).deadline is None
