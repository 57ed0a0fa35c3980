"""How far each organism is with its registration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.models.plan import RegistrationStep
from pp_monitor.services.approval import decide, let_through
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.plan_board import BoardRow, Stage, plan_board
from pp_monitor.services.reminder import debts
from pp_monitor.services.submission import at_step
from tests.plan_data import SALUD, TODAY, City, build_city
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
