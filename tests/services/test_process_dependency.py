"""A process waits for another of the project by a dated note, and waits no longer by another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from pp_monitor.domain.errors import ConflictError, ForbiddenError, ProblemsError
from pp_monitor.extensions import db
from pp_monitor.services.process_dependency import DependencyNote, note_dependency, project_dependencies
from tests.plan_data import VIAS, City, build_city
from tests.services.contracting import PROCESS, TODAY, by, process

WATCH = "4145.010.32.1.0099-2022"
DAY = date(2022, 6, 1)
NOTE = "Las obras no empiezan sin interventoría"


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()
        db.session.remove()


@pytest.fixture
def waiting(city: City) -> DependencyNote:
    """Works that wait for their interventoría."""
    return DependencyNote(process(city), process(city, reference=WATCH), DAY, NOTE)


def standing(city: City, cutoff: date | None = None) -> list[tuple[str, str]]:
    return [(row.process, row.needs) for row in project_dependencies(city.id(1), cutoff) if row.is_standing]


def test_a_note_stands_from_its_day_until_another_ends_it(city: City, waiting: DependencyNote) -> None:
    note_dependency(city.vigencia, city.id(1), waiting, by(city))
    assert standing(city) == [(PROCESS, WATCH)]
    assert standing(city, DAY - timedelta(days=1)) == []
    ended = replace(waiting, valid_from=date(2022, 7, 1), note="Se firmó la interventoría", is_standing=False)
    note_dependency(city.vigencia, city.id(1), ended, by(city))
    assert standing(city) == []
    assert standing(city, DAY) == [(PROCESS, WATCH)]


@pytest.mark.parametrize(
    ("changes", "cell"),
    [
        ({"needs_id": 1}, "needs"),
        ({"needs_id": 99}, "needs"),
        ({"valid_from": TODAY + timedelta(days=1)}, "day"),
        ({"note": "porque sí"}, "note"),
    ],
)
def test_what_is_wrong_is_told_at_its_box(
    city: City, waiting: DependencyNote, changes: dict[str, Any], cell: str
) -> None:
    with pytest.raises(ProblemsError) as refused:
        note_dependency(city.vigencia, city.id(1), replace(waiting, **changes), by(city))
    assert [problem.cell for problem in refused.value.problems] == [cell]
    assert standing(city) == []


def test_two_processes_do_not_wait_for_each_other(city: City, waiting: DependencyNote) -> None:
    note_dependency(city.vigencia, city.id(1), waiting, by(city))
    back = replace(waiting, process_id=waiting.needs_id, needs_id=waiting.process_id)
    with pytest.raises(ProblemsError, match="ya depende de este"):
        note_dependency(city.vigencia, city.id(1), back, by(city))
    ended = replace(waiting, valid_from=DAY - timedelta(days=1), is_standing=False)
    with pytest.raises(ProblemsError, match="de un día posterior"):
        note_dependency(city.vigencia, city.id(1), ended, by(city))


def test_what_stands_already_is_not_noted_twice(city: City, waiting: DependencyNote) -> None:
    note_dependency(city.vigencia, city.id(1), waiting, by(city))
    with pytest.raises(ConflictError):
        note_dependency(city.vigencia, city.id(1), waiting, by(city))
    other = replace(waiting, process_id=waiting.needs_id, needs_id=waiting.process_id, is_standing=False)
    with pytest.raises(ConflictError):
        note_dependency(city.vigencia, city.id(1), other, by(city))


def test_another_organism_notes_nothing(city: City, waiting: DependencyNote) -> None:
    with pytest.raises(ForbiddenError):
        note_dependency(city.vigencia, city.id(1), waiting, by(city, VIAS))
    assert standing(city) == []
