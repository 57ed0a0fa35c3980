"""Contracts are added once, serve several projects, leave them by act, and have their guarantees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.errors import ConflictError, ForbiddenError, NotFoundError, PpMonitorError, ProblemsError
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.extensions import db
from pp_monitor.models.progress import FactSource
from pp_monitor.models.project import Contract, Process
from pp_monitor.services.contract import (
    By,
    NewContract,
    NewProcess,
    add_contract,
    add_process,
    approve_guarantees,
    contract_links,
    link_projects,
    unlink,
)
from pp_monitor.services.contract_read import told_contract
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.progress import FactEntry, record_facts
from tests.plan_data import SALUD, VIAS, City, build_city, project_code
from tests.replanned import register
from tests.services.contracting import CONTRACT, PROCESS, SINCE, TODAY, by, contract, process

ACT = "Otrosí 2 del 01/09/2022"
LEFT = date(2022, 9, 1)


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        found = build_city()
        for number in (1, 2, 3):
            register(found, number)
        yield found
        db.session.remove()


def assessed(city: City, number: int, cutoff: date = TODAY) -> ProjectAssessment:
    rows = assess_portfolio(city.vigencia, cutoff).projects
    return next(row for row in rows if row.id == city.id(number))


def report(city: City, contract_id: int, code: str, day: date, number: int = 1) -> None:
    entry = FactEntry(city.id(number), code, actual=day, contract_id=contract_id)
    record_facts(vigencia=city.vigencia, entries=[entry], actor=city.actor, today=TODAY, source=FactSource.FORM)


def test_a_number_typed_again_with_other_spaces_and_case_is_the_same_contract(city: City) -> None:
    first = add_contract(city.vigencia, city.id(1), NewContract("4145.010.26.1.0668-2022", "", SINCE, 5), by(city))
    again = add_contract(city.vigencia, city.id(2), NewContract(" 4145.010.26.1. 0668-2022", "", SINCE, 7), by(city))
    assert (first.is_known, again.is_known, again.id) == (False, True, first.id)
    assert [(row.project_code, row.amount_cop) for row in contract_links(first.id)] == [
        (project_code(1), 5),
        (project_code(2), 7),
    ]


def test_one_contract_is_linked_to_many_projects_with_their_amounts(city: City) -> None:
    found = contract(city)
    amounts = {project_code(2): 30_000_000, project_code(1, VIAS): 20_000_000}
    assert link_projects(city.vigencia, found, amounts, SINCE, ACT, by(city)) == 2
    assert {row.project_code: row.amount_cop for row in contract_links(found)} == amounts | {project_code(1): 0}


def test_two_contracts_of_a_project_are_counted_and_completion_waits_for_both(city: City) -> None:
    first, second = contract(city), contract(city, name="4145.010.26.1.0669-2022")
    report(city, first, "H07", date(2022, 7, 19))
    report(city, first, "H11", date(2022, 9, 12))
    half = assessed(city, 1)
    assert half.contracts["H07"].met == 1
    assert half.contracts["H07"].total == 2
    assert half.physical_percent == 0
    unlink(city.vigencia, second, city.id(1), LEFT, ACT, by(city))
    assert assessed(city, 1).physical_percent == 100
    assert assessed(city, 1, LEFT - timedelta(days=1)).contracts["H07"].total == 2


def test_the_facts_of_a_contract_that_left_count_no_longer_and_return_with_it(city: City) -> None:
    found = contract(city)
    report(city, found, "H07", date(2022, 7, 19))

    def signed(cutoff: date) -> bool:
        current = assessed(city, 1, cutoff).current
        assert current is not None
        return current.milestones[6].is_met

    unlink(city.vigencia, found, city.id(1), LEFT, ACT, by(city))
    assert [signed(LEFT - timedelta(days=1)), signed(LEFT)] == [True, False]
    add_contract(city.vigencia, city.id(1), NewContract(CONTRACT, "", LEFT), by(city))
    assert signed(LEFT)


def test_guarantees_are_approved_corrected_and_taken_back(city: City) -> None:
    found, day = contract(city), date(2022, 7, 21)
    approve_guarantees(city.vigencia, found, day, ACT, 0, by(city))
    told = told_contract(found)
    assert (told.approval.approved_on, assessed(city, 1).guarantees_approved) == (day, {found: day})
    approve_guarantees(city.vigencia, found, None, "Se registró en el contrato que no era", told.approval.id, by(city))
    assert assessed(city, 1).guarantees_approved == {}


def return_early(city: City) -> None:
    unlink(city.vigencia, contract(city), city.id(1), LEFT, ACT, by(city))
    contract(city)


Write = Callable[[City], object]
REFUSED: dict[str, tuple[Write, str, str]] = {
    "a day to come": (
        lambda city: add_process(city.vigencia, city.id(1), NewProcess(PROCESS, "", TODAY + timedelta(1)), by(city)),
        "day",
        "El día debe estar entre el 01/01/2021 y hoy, 20/09/2022.",
    ),
    "a process twice": (lambda city: [process(city), process(city)], "reference", "Ese proceso ya está"),
    "a number that says nothing": (lambda city: contract(city, name="-"), "number", "no identifica nada"),
    "a contract twice": (lambda city: [contract(city), contract(city)], "number", "ya sirve al proyecto"),
    "the process of another project": (
        lambda city: add_contract(
            city.vigencia, city.id(1), NewContract(CONTRACT, "", SINCE, process_id=process(city, 2)), by(city)
        ),
        "origin",
        "no es de este proyecto",
    ),
    "a project that is not there": (
        lambda city: link_projects(city.vigencia, contract(city), {"BP26999999": 0}, SINCE, "", by(city)),
        "",
        "BP26999999 no está entre los proyectos en los que usted escribe.",
    ),
    "a project of another organism": (
        lambda city: link_projects(
            city.vigencia, contract(city), {project_code(1, VIAS): 0}, SINCE, "", by(city, SALUD)
        ),
        "",
        "no está entre los proyectos en los que usted escribe.",
    ),
    "leaving without an act": (
        lambda city: unlink(city.vigencia, contract(city), city.id(1), LEFT, " ", by(city)),
        "act",
        "Falta el acto.",
    ),
    "leaving before it came": (
        lambda city: unlink(city.vigencia, contract(city), city.id(1), SINCE - timedelta(1), ACT, by(city)),
        "day",
        "El día debe estar entre el 25/04/2022 y hoy",
    ),
    "coming back before it left": (
        return_early,
        "day",
        "Ese contrato dejó el proyecto BP26450001 el 01/09/2022.",
    ),
    "guarantees to come": (
        lambda city: approve_guarantees(city.vigencia, contract(city), TODAY + timedelta(1), ACT, 0, by(city)),
        "approved",
        "El día debe estar entre",
    ),
    "guarantees taken back that were never approved": (
        lambda city: approve_guarantees(city.vigencia, contract(city), None, ACT, 0, by(city)),
        "approved",
        "No cambia nada.",
    ),
}


@pytest.mark.parametrize(("write", "cell", "what"), REFUSED.values(), ids=REFUSED)
def test_what_a_person_can_mend_is_told_at_its_box(city: City, write: Write, cell: str, what: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        write(city)
    [problem] = caught.value.problems
    assert problem.cell == cell
    assert what in problem.what


@pytest.mark.parametrize(
    ("write", "error"),
    [
        (contract, None),
        (
            lambda city: add_contract(city.vigencia, city.id(1), NewContract(CONTRACT, "", SINCE), by(city, VIAS)),
            ForbiddenError,
        ),
        (lambda city: add_process(city.vigencia, 9999, NewProcess(PROCESS, "", SINCE), by(city)), NotFoundError),
        (lambda city: unlink(city.vigencia, 9999, city.id(1), LEFT, ACT, by(city)), NotFoundError),
        (lambda city: unlink(city.vigencia, contract(city), city.id(2), LEFT, ACT, by(city)), ConflictError),
    ],
    ids=["Planning", "enlace of another organism", "no project", "no contract", "a project it never served"],
)
def test_who_may_not_write_is_refused(city: City, write: Write, error: type[PpMonitorError] | None) -> None:
    if error is None:
        write(city)
        assert db.session.scalars(select(Contract.number)).all() == [CONTRACT]
        return
    with pytest.raises(error):
        write(city)


def test_guarantees_of_a_contract_over_two_organisms_are_for_planning(city: City) -> None:
    found = contract(city)
    link_projects(city.vigencia, found, {project_code(1, VIAS): 0}, SINCE, "", by(city))
    with pytest.raises(ForbiddenError, match="Pida a Planeación"):
        approve_guarantees(city.vigencia, found, LEFT, ACT, 0, by(city, SALUD))
    approve_guarantees(city.vigencia, found, LEFT, ACT, 0, by(city))
    assert assessed(city, 1).guarantees_approved == {found: LEFT}


def test_the_second_of_two_people_is_told_that_somebody_was_quicker(city: City) -> None:
    found = contract(city)
    approve_guarantees(city.vigencia, found, LEFT, ACT, 0, by(city))
    with pytest.raises(ConflictError, match="Otra persona registró las garantías"):
        approve_guarantees(city.vigencia, found, SINCE, ACT, 0, by(city))
    unlink(city.vigencia, found, city.id(1), LEFT, ACT, by(city))
    with pytest.raises(ConflictError, match="ya no sirve al proyecto"):
        unlink(city.vigencia, found, city.id(1), LEFT, ACT, by(city))


def test_who_writes_for_no_organism_writes_nothing() -> None:
    assert not By(actor=None, today=TODAY, organisms=frozenset()).may_write(SALUD)  # type: ignore[arg-type]


def test_a_process_is_one_row_for_all_its_projects(city: City) -> None:
    assert process(city, 1) == process(city, 2)
    assert db.session.scalars(select(Process.reference)).all() == [PROCESS]
