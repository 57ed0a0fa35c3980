"""What was typed waits for its writer alone, and not for long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.services.audit import Actor
from pp_monitor.services.held_form import MOST_OF_A_PERSON, TypedForm, held_form, hold_form, purge_held_forms
from tests.factories_db import make_actor, make_user
from tests.plan_data import TODAY, build_city

FORM = TypedForm("/registro/4145/enviar", (("act", "Acta «3» ñ"), ("box", "a"), ("box", "b")), {"": ["Falta algo."]})


@pytest.fixture
def ana(any_app: Flask) -> Iterator[Actor]:
    with any_app.app_context():
        build_city()
        yield make_actor(make_user(Role.PLANEACION))


def test_its_writer_gets_it_back_as_it_was_and_nobody_else(ana: Actor) -> None:
    code = hold_form(ana, FORM, TODAY)
    assert held_form(ana, code) == FORM
    assert held_form(make_actor(make_user(Role.PLANEACION)), code) is None
    assert held_form(ana, "otro") is None


def test_each_answer_keeps_its_own(ana: Actor) -> None:
    first, second = hold_form(ana, FORM, TODAY), hold_form(ana, TypedForm(FORM.place, ()), TODAY)
    assert held_form(ana, first) == FORM
    assert held_form(ana, second) == TypedForm(FORM.place, ())


def test_the_oldest_of_a_person_make_room(ana: Actor) -> None:
    other = make_actor(make_user(Role.PLANEACION))
    theirs = hold_form(other, FORM, TODAY)
    codes = [hold_form(ana, FORM, TODAY) for _ in range(MOST_OF_A_PERSON + 1)]
    assert [held_form(ana, code) is not None for code in codes] == [False] + [True] * MOST_OF_A_PERSON
    assert held_form(other, theirs) == FORM


def test_it_is_forgotten_after_two_days(ana: Actor) -> None:
    code = hold_form(ana, FORM, TODAY)
    assert purge_held_forms(ana.entity_id, TODAY + timedelta(days=2)) == 0
    assert held_form(ana, code) == FORM
    assert purge_held_forms(ana.entity_id, TODAY + timedelta(days=3)) == 1
    assert held_form(ana, code) is None
