"""Silence registers what the head approved: each plan once, on the right day, whatever stops a run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.errors import ConflictError
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.plan import BaselineRow, Registration, RegistrationStep
from pp_monitor.services import approval, registration
from pp_monitor.services.approval import let_through, register_due
from pp_monitor.services.story import project_story
from pp_monitor.services.story_entry import StoryKind
from pp_monitor.services.submission import at_step
from tests.plan_data import SALUD, TODAY, VIAS, City, build_city, move
from tests.rows import count
from tests.submissions import LAST_DAY, actor, approve, deed, found, ids, newest_audit, send

NEXT_DAY = date(2022, 4, 22)


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()


def test_silence_lets_it_through_the_day_after_the_days_for_comments(city: City) -> None:
    sent = send(city)
    approve(city, sent)
    assert register_due(city.vigencia, city.actor, LAST_DAY, render_mail) == ()
    with pytest.raises(ConflictError, match="Todavía"):
        let_through(deed(city, sent.id, on=LAST_DAY), is_due=True)
    assert register_due(city.vigencia, city.actor, NEXT_DAY, render_mail) == (1,)
    assert register_due(city.vigencia, city.actor, NEXT_DAY, render_mail) == ()
    row = db.session.scalars(select(Registration)).one()
    assert row.declared_on == TODAY


def test_who_let_a_plan_through_is_told_and_it_is_not_who_approved_it(city: City) -> None:
    head, planner = actor(city, Role.ORDENADOR), actor(city, Role.PLANEACION)
    first, second = send(city, (1,)), send(city, (2,))
    approve(city, first, head)
    approve(city, second, head)
    let_through(deed(city, first.id, planner))
    assert newest_audit().actor == "Planeacion"
    register_due(city.vigencia, city.actor, NEXT_DAY, render_mail)
    assert newest_audit().actor == city.actor.label
    by = [found(city, number).registered_by for number in (1, 2)]
    assert [one.who for one in by if one] == ["Planeacion", ""]
    authors = [[row.author for row in project_story(id_) if row.kind is StoryKind.BASELINE] for id_ in ids(city, 1, 2)]
    assert authors == [["Planeacion"], ["Por vencimiento del plazo de comentarios"]]


def test_days_missed_are_caught_up(city: City) -> None:
    first, second = send(city), send(city, (1, 2), organism=VIAS)
    approve(city, first)
    approve(city, second, on=LAST_DAY)
    assert register_due(city.vigencia, city.actor, date(2022, 5, 16), render_mail) == (1, 2)


def test_a_run_cut_in_the_middle_is_simply_run_again(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    for sent in (send(city), send(city, (1, 2), organism=VIAS)):
        approve(city, sent)
    whole, calls = registration._add_facts, []

    def cut(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        whole(*arguments)

    monkeypatch.setattr(registration, "_add_facts", cut)
    with pytest.raises(KeyboardInterrupt):
        register_due(city.vigencia, city.actor, NEXT_DAY, render_mail)
    db.session.rollback()
    assert (count(Registration), count(BaselineRow)) == (1, 3)
    monkeypatch.undo()
    assert register_due(city.vigencia, city.actor, NEXT_DAY, render_mail) == (2,)
    assert (count(Registration), count(BaselineRow)) == (2, 5)


def test_one_that_cannot_be_registered_does_not_keep_the_others(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    for sent in (send(city), send(city, (1, 2), organism=VIAS)):
        approve(city, sent)
    whole = approval.write_registration

    def refuse(batch: Any, now: Any) -> Any:
        if batch.organism.code == SALUD:
            raise ConflictError("No se pudo.")
        return whole(batch, now)

    monkeypatch.setattr(approval, "write_registration", refuse)
    with pytest.raises(approval.LeftUnregisteredError, match="No se pudo"):
        register_due(city.vigencia, city.actor, NEXT_DAY, render_mail)
    assert (count(Registration), count(BaselineRow)) == (1, 2)


def test_nothing_is_registered_of_what_all_went_elsewhere(city: City) -> None:
    sent = send(city, (1,))
    approve(city, sent)
    move(city, city.id(1), VIAS, TODAY)
    assert let_through(deed(city, sent.id)) is None
    assert at_step(sent, RegistrationStep.LEFT) == {city.id(1)}
    assert register_due(city.vigencia, city.actor, NEXT_DAY, render_mail) == ()
