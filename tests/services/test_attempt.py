"""A new date of the selection belongs to the attempt that is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.contract import ProcessStep
from pp_monitor.extensions import db
from pp_monitor.models.project import Attempt
from pp_monitor.services.attempt import open_attempts
from tests.plan_data import City, build_city
from tests.services.contracting import process, step

DAY = date(2022, 6, 14)
OTHER = "4145.010.32.1.0013-2022"


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()
        db.session.remove()


def attempt_of(process_id: int, number: int) -> int:
    query = select(Attempt.id).where(Attempt.process_id == process_id, Attempt.number == number)
    return db.session.scalars(query).one()


def test_the_first_attempt_has_no_name(city: City) -> None:
    process(city)
    process(city, reference=OTHER)
    found = open_attempts([city.id(1), city.id(2)])
    assert (found.by_project, found.closed) == ({}, frozenset())


def test_after_desierto_the_second_attempt_of_the_main_process_takes_the_dates(city: City) -> None:
    main = process(city)
    process(city, reference=OTHER)
    step(city, main, ProcessStep.VOID, DAY)
    assert open_attempts([city.id(1)]).by_project == {city.id(1): attempt_of(main, 2)}


def test_an_abandoned_process_leaves_them_to_the_next_one_and_none_to_nobody(city: City) -> None:
    main = process(city)
    step(city, main, ProcessStep.ABANDON, DAY)
    assert open_attempts([city.id(1)]).closed == {city.id(1)}
    follower = process(city, reference=OTHER)
    found = open_attempts([city.id(1)])
    assert (found.by_project, found.closed) == ({city.id(1): attempt_of(follower, 1)}, frozenset())
