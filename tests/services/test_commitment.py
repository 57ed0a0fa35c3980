"""Commitments are written down once; every later step is a row of its own that the database keeps."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from pp_monitor.domain.commitment import CommitmentStatus, CommitmentStep, Side
from pp_monitor.domain.errors import ConflictError, ForbiddenError, NotFoundError, ProblemsError
from pp_monitor.extensions import db
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.commitment import CommitmentEventRow, CommitmentRow
from pp_monitor.services.commitment import (
    NewCommitment,
    Step,
    add_commitment,
    find_commitment,
    list_commitments,
    take_step,
)
from pp_monitor.services.entity import find_organism
from tests.pages import counted_queries
from tests.plan_data import SALUD, VIAS, City, build_city, move

TODAY, DUE, LATER = date(2022, 5, 16), date(2022, 5, 27), date(2022, 6, 10)
STEP = CommitmentStep


def add(city: City, *, is_by_planning: bool = True, **changes: Any) -> int:
    values: dict[str, Any] = {
        "meeting_on": date(2022, 5, 13),
        "meeting": "Comité de mayo",
        "what": "Entregar el cronograma.",
        "responsible": "Director de obra",
        "due_on": DUE,
    }
    new = NewCommitment(**(values | changes))
    return add_commitment(city.vigencia, new, city.actor, TODAY, is_by_planning=is_by_planning)


def take(city: City, step: STEP, version: int = 0, side: Side = Side.PLANNING, **changes: Any) -> None:
    values: dict[str, Any] = {"text": "Se acordó en el comité.", "day": LATER if step is STEP.POSTPONED else None}
    take_step(city.vigencia, 1, Step(step, version=version, **(values | changes)), side, city.actor, TODAY)


def test_a_commitment_walks_from_its_meeting_to_its_delivery(any_app: Flask) -> None:
    with any_app.app_context():
        city = build_city()
        assert add(city, project_id=city.id(1)) == 1
        take(city, STEP.COMMENTED, side=Side.ANSWERER)
        take(city, STEP.POSTPONED, 1)
        take(city, STEP.DONE, 2, side=Side.ANSWERER, text="Se entregó el cronograma.", day=date(2022, 5, 14))
        found = find_commitment(city.vigencia, 1)
        assert (found.organism_code, found.project_id) == (SALUD, city.id(1))
        assert (found.status, found.agreed_on, found.due_on) == (CommitmentStatus.DONE, DUE, LATER)
        assert found.done_on == date(2022, 5, 14)
        assert [event.number for event in found.events] == [1, 2, 3]
        trail = db.session.execute(
            select(AuditEvent.action, AuditEvent.object_code).where(AuditEvent.object_kind == "commitment")
        )
        assert trail.tuples().all() == [("add", "1"), *[("change_commitment", "1")] * 3]


@pytest.mark.parametrize("table", [CommitmentRow, CommitmentEventRow])
def test_the_database_refuses_to_change_what_was_agreed(any_app: Flask, table: Any) -> None:
    with any_app.app_context():
        city = build_city()
        add(city)
        take(city, STEP.COMMENTED)
        for statement in (update(table).values(entity_id=city.actor.entity_id), delete(table)):
            with pytest.raises(DBAPIError, match="append-only"):
                db.session.execute(statement)
            db.session.rollback()


def test_the_database_refuses_a_second_step_of_one_number(app: Flask) -> None:
    with app.app_context():
        city = build_city()
        add(city)
        take(city, STEP.COMMENTED)
        row = db.session.scalars(select(CommitmentEventRow)).one()
        values = {column.name: getattr(row, column.name) for column in row.__table__.columns if column.name != "id"}
        db.session.add(CommitmentEventRow(**values))
        with pytest.raises(IntegrityError):
            db.session.commit()
        db.session.rollback()


@pytest.mark.parametrize("first", [STEP.DONE, STEP.POSTPONED, STEP.CANCELLED, STEP.COMMENTED])
@pytest.mark.parametrize("second", [STEP.DONE, STEP.POSTPONED, STEP.CANCELLED, STEP.COMMENTED])
def test_whoever_comes_second_is_told_who_came_first(app: Flask, first: STEP, second: STEP) -> None:
    with app.app_context():
        city = build_city()
        add(city)
        take(city, first)
        with pytest.raises(ConflictError, match="hizo otro cambio"):
            take(city, second)
        assert find_commitment(city.vigencia, 1).version == 1


@pytest.mark.parametrize("step", [STEP.POSTPONED, STEP.CANCELLED])
def test_what_planning_wrote_is_not_put_off_by_who_answers(app: Flask, step: STEP) -> None:
    with app.app_context():
        city = build_city()
        add(city)
        with pytest.raises(ForbiddenError):
            take(city, step, side=Side.ANSWERER)
        take(city, step)
        assert find_commitment(city.vigencia, 1).version == 1


def test_planning_opens_again_what_was_marked_done(app: Flask) -> None:
    with app.app_context():
        city = build_city()
        add(city)
        take(city, STEP.DONE)
        with pytest.raises(ForbiddenError):
            take(city, STEP.REOPENED, 1, side=Side.WRITER)
        take(city, STEP.REOPENED, 1)
        assert find_commitment(city.vigencia, 1).status is CommitmentStatus.OPEN


@pytest.mark.parametrize(
    ("changes", "cell"),
    [
        ({"meeting": " "}, "meeting"),
        ({"responsible": ""}, "responsible"),
        ({"what": ""}, "what"),
        ({"what": "x"}, "what"),
        ({"meeting_on": date(2022, 5, 17)}, "meeting_on"),
        ({"due_on": date(2022, 5, 12)}, "due_on"),
    ],
)
def test_what_is_missing_in_a_new_one_is_told_by_its_box(app: Flask, changes: dict[str, Any], cell: str) -> None:
    with app.app_context():
        city = build_city()
        with pytest.raises(ProblemsError) as refused:
            add(city, **changes)
        assert [problem.cell for problem in refused.value.problems] == [cell]
        assert list_commitments(city.vigencia) == []


@pytest.mark.parametrize(
    ("step", "changes", "cell"),
    [
        (STEP.DONE, {"text": "Ya"}, "text"),
        (STEP.DONE, {"day": date(2022, 5, 17)}, "day"),
        (STEP.DONE, {"day": date(2022, 5, 12)}, "day"),
        (STEP.COMMENTED, {"text": " "}, "text"),
        (STEP.POSTPONED, {"text": ""}, "text"),
        (STEP.POSTPONED, {"day": None}, "day"),
        (STEP.POSTPONED, {"day": DUE}, "day"),
        (STEP.CANCELLED, {"text": "no"}, "text"),
    ],
)
def test_a_step_needs_its_text_and_a_day_that_can_be(
    app: Flask, step: STEP, changes: dict[str, Any], cell: str
) -> None:
    with app.app_context():
        city = build_city()
        add(city)
        with pytest.raises(ProblemsError) as refused:
            take(city, step, **changes)
        assert [problem.cell for problem in refused.value.problems] == [cell]
        assert find_commitment(city.vigencia, 1).version == 0


def test_a_date_is_not_put_off_to_one_that_has_passed(app: Flask) -> None:
    with app.app_context():
        city = build_city()
        add(city, meeting_on=date(2022, 4, 1), due_on=date(2022, 4, 8))
        with pytest.raises(ProblemsError, match="no haber pasado"):
            take(city, STEP.POSTPONED, day=date(2022, 5, 13))


def test_organisms_get_those_that_concern_them_in_few_queries(app: Flask) -> None:
    with app.app_context():
        city = build_city()
        health, roads = find_organism(SALUD).id, find_organism(VIAS).id
        add(city)
        add(city, organism_id=roads)
        add(city, project_id=city.id(1))
        add(city, responsible_organism_id=health)
        numbers = {code: [row.number for row in list_commitments(city.vigencia, {code})] for code in (SALUD, VIAS)}
        assert numbers == {SALUD: [3, 4], VIAS: [2]}
        assert [row.number for row in list_commitments(city.vigencia)] == [1, 2, 3, 4]
        move(city, city.id(1), VIAS, TODAY)
        assert [row.number for row in list_commitments(city.vigencia, {VIAS})] == [2, 3]
        vigencia = city.vigencia
    with counted_queries(app) as statements, app.app_context():
        list_commitments(vigencia)
    assert len(statements) <= 4


def test_what_is_not_there_is_not_found(app: Flask) -> None:
    with app.app_context():
        city = build_city()
        with pytest.raises(NotFoundError):
            find_commitment(city.vigencia, 9)
        with pytest.raises(NotFoundError):
            add(city, project_id=999)
