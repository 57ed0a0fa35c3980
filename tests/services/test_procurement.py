"""Steps of a file follow one another in each office, and are taken back by another row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask

from pp_monitor.domain.errors import ConflictError, ForbiddenError, NotFoundError, ProblemsError
from pp_monitor.domain.procurement import ALLOWED_AFTER, FileStep, Office
from pp_monitor.extensions import db
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.procurement import (
    NewStep,
    annul_step,
    count_package,
    load_files,
    project_package,
    record_step,
)
from tests.plan_data import SALUD, VIAS, City, build_city
from tests.services.contracting import PROCESS, TODAY, by, process

DAY = date(2022, 6, 1)
REASON = "Se escribió en la oficina que no era"


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()
        db.session.remove()


def pass_through(city: City, step: FileStep, day: date = DAY, office: Office = Office.LEGAL, **others: Any) -> None:
    record_step(city.vigencia, city.id(1), NewStep(office, step, day, **others), by(city))


def told(city: City, number: int = 1) -> list[tuple[str, str, date]]:
    files = load_files(city.vigencia_id, [city.id(number)])
    return [(file.reference, row.passage.step, row.passage.happened_on) for file in files for row in file.steps]


_UP_TO: dict[FileStep | None, list[FileStep]] = {
    None: [],
    FileStep.FILED: [FileStep.FILED],
    FileStep.RETURNED: [FileStep.FILED, FileStep.RETURNED],
    FileStep.APPROVED: [FileStep.FILED, FileStep.APPROVED],
}


@pytest.mark.parametrize("step", FileStep)
@pytest.mark.parametrize("last", list(ALLOWED_AFTER))
def test_each_step_is_followed_by_those_that_may_follow(city: City, last: FileStep | None, step: FileStep) -> None:
    for before in _UP_TO[last]:
        pass_through(city, before)
    if step in ALLOWED_AFTER[last]:
        pass_through(city, step, date(2022, 6, 2))
        assert told(city)[-1] == ("", step, date(2022, 6, 2))
    else:
        with pytest.raises(ProblemsError, match="Ese paso no sigue"):
            pass_through(city, step, date(2022, 6, 2))


@pytest.mark.parametrize(
    ("new", "cell", "what"),
    [
        (NewStep(Office.ORGANISM, FileStep.FILED, DAY), "office", "no radica ante sí mismo"),
        (NewStep(Office.OTHER, FileStep.FILED, DAY), "office_name", "Escriba cuál oficina es."),
        (NewStep(Office.LEGAL, FileStep.FILED, DAY, "Curaduría"), "office_name", "ya está en la lista"),
        (NewStep(Office.LEGAL, FileStep.FILED, date(2022, 9, 21)), "day", "entre el 01/01/2021 y hoy, 20/09/2022"),
        (NewStep(Office.LEGAL, FileStep.FILED, DAY, process_id=99), "file", "no es de este proyecto"),
    ],
)
def test_what_a_person_can_mend_is_told_at_its_box(city: City, new: NewStep, cell: str, what: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        record_step(city.vigencia, city.id(1), new, by(city))
    [problem] = caught.value.problems
    assert problem.cell == cell
    assert what in problem.what


def test_a_step_before_the_last_one_of_its_office_is_refused(city: City) -> None:
    pass_through(city, FileStep.FILED)
    with pytest.raises(ProblemsError, match="entre el 01/06/2022 y hoy"):
        pass_through(city, FileStep.RETURNED, date(2022, 5, 31))


def test_the_file_of_a_process_is_of_all_its_projects(city: City) -> None:
    found = process(city, 1)
    process(city, 2)
    pass_through(city, FileStep.FILED, process_id=found)
    assert told(city, 1) == told(city, 2) == [(PROCESS, "filed", DAY)]
    assert len(load_files(city.vigencia_id)) == 1


def test_the_last_step_is_taken_back_and_no_other(city: City) -> None:
    pass_through(city, FileStep.FILED)
    pass_through(city, FileStep.RETURNED, date(2022, 6, 3))
    first, last = [row.passage.id for file in load_files(city.vigencia_id) for row in file.steps]
    with pytest.raises(ProblemsError, match="hay otro en la misma oficina"):
        annul_step(city.vigencia, city.id(1), first, REASON, by(city))
    with pytest.raises(ProblemsError, match="Falta el motivo"):
        annul_step(city.vigencia, city.id(1), last, "no", by(city))
    annul_step(city.vigencia, city.id(1), last, REASON, by(city))
    assert told(city) == [("", "filed", DAY)]
    with pytest.raises(ConflictError, match="Ese paso ya no está"):
        annul_step(city.vigencia, city.id(1), last, REASON, by(city))


def test_contratacion_writes_the_steps_of_its_own_office_alone(city: City) -> None:
    nobody = by(city, "0000")
    own = frozenset({Office.CONTRATACION})
    record_step(city.vigencia, city.id(1), NewStep(Office.CONTRATACION, FileStep.FILED, DAY), nobody, own)
    with pytest.raises(ForbiddenError):
        record_step(city.vigencia, city.id(1), NewStep(Office.LEGAL, FileStep.FILED, DAY), nobody, own)
    assert told(city) == [("", "filed", DAY)]


def test_another_organism_writes_nothing(city: City) -> None:
    with pytest.raises(ForbiddenError):
        record_step(city.vigencia, city.id(1), NewStep(Office.LEGAL, FileStep.FILED, DAY), by(city, VIAS))
    with pytest.raises(NotFoundError):
        record_step(city.vigencia, 9999, NewStep(Office.LEGAL, FileStep.FILED, DAY), by(city, SALUD))
    assert told(city) == []


def test_a_package_is_counted_again_and_the_second_of_two_people_is_told(city: City) -> None:
    count_package(city.vigencia, city.id(1), 30, 12, DAY, "", 0, by(city))
    first = project_package(city.id(1))
    assert first is not None
    count_package(city.vigencia, city.id(1), 30, 27, date(2022, 7, 1), "", first.id, by(city))
    newest = project_package(city.id(1))
    assert newest is not None
    assert (newest.signed, newest.planned) == (27, 30)
    with pytest.raises(ConflictError, match="Otra persona contó"):
        count_package(city.vigencia, city.id(1), 30, 28, TODAY, "", first.id, by(city))


@pytest.mark.parametrize(
    ("planned", "signed", "day", "cell"),
    [
        (0, 0, DAY, "planned"),
        (10_000, 0, DAY, "planned"),
        (3, 4, DAY, "signed"),
        (3, -1, DAY, "signed"),
        (3, 1, date(2022, 9, 21), "day"),
    ],
)
def test_an_impossible_count_is_told_at_its_box(city: City, planned: int, signed: int, day: date, cell: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        count_package(city.vigencia, city.id(1), planned, signed, day, "", 0, by(city))
    assert [problem.cell for problem in caught.value.problems] == [cell]


def test_files_and_packages_are_told_as_they_were_known(city: City) -> None:
    def known(known_at: datetime | None) -> tuple[list[FileStep], int]:
        files = load_files(city.vigencia_id, [city.id(1)], known_at)
        package = project_package(city.id(1), TODAY, known_at)
        return [row.passage.step for file in files for row in file.steps], package.signed if package else 0

    nothing = find_vigencia(2022).last_recorded_at
    pass_through(city, FileStep.FILED)
    count_package(city.vigencia, city.id(1), 30, 12, DAY, "", 0, by(city))
    filed = find_vigencia(2022).last_recorded_at
    [step_id] = [row.passage.id for file in load_files(city.vigencia_id, [city.id(1)]) for row in file.steps]
    annul_step(city.vigencia, city.id(1), step_id, REASON, by(city))
    seen = project_package(city.id(1))
    assert seen
    count_package(city.vigencia, city.id(1), 30, 14, DAY, "", seen.id, by(city))
    assert [known(each) for each in (nothing, filed, None)] == [([], 0), ([FileStep.FILED], 12), ([], 14)]


def test_a_trial_learns_what_is_wrong_and_writes_nothing(city: City) -> None:
    trial = replace(by(city), is_trial=True)
    record_step(city.vigencia, city.id(1), NewStep(Office.LEGAL, FileStep.FILED, DAY), trial)
    with pytest.raises(ProblemsError, match="Ese paso no sigue"):
        record_step(city.vigencia, city.id(1), NewStep(Office.LEGAL, FileStep.APPROVED, DAY), trial)
    assert told(city) == []
