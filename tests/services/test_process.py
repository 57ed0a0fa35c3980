"""A process is declared desierto, suspended, restarted or abandoned by act; the plan never moves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.contract import ALLOWED_STEPS, ProcessState, ProcessStep
from pp_monitor.domain.deviation import MilestoneState
from pp_monitor.domain.errors import ConflictError, ForbiddenError, NotFoundError, ProblemsError
from pp_monitor.domain.project import ProjectState
from pp_monitor.extensions import db
from pp_monitor.models.progress import ActualFact, FactSource
from pp_monitor.models.project import Attempt
from pp_monitor.services.contract import NewContract, NewProcess, add_contract, add_process, contract_links
from pp_monitor.services.contract_read import project_processes
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.event import Act, change_state
from pp_monitor.services.process import take_step
from pp_monitor.services.progress import FactEntry, RecordResult, record_facts
from tests.plan_data import SALUD, VIAS, City, build_city
from tests.replanned import register
from tests.services.contracting import CONTRACT, SINCE, TODAY, by, contract, order, process, step

PUBLISHED = date(2022, 5, 24)
VOID_ON = date(2022, 6, 14)


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        found = build_city()
        register(found, 1)
        register(found, 2)
        yield found
        db.session.remove()


def tell(city: City, code: str, day: date) -> RecordResult:
    entry = FactEntry(city.id(1), code, actual=day)
    return record_facts(vigencia=city.vigencia, entries=[entry], actor=city.actor, today=TODAY, source=FactSource.FORM)


def milestone(city: City, cutoff: date, place: int = 2) -> tuple[MilestoneState, date | None]:
    [project] = [row for row in assess_portfolio(city.vigencia, cutoff).projects if row.id == city.id(1)]
    assert project.b0 is not None
    return project.b0.milestones[place].state, project.b0.milestones[place].planned


def test_desierto_opens_the_second_attempt_and_leaves_the_plan(city: City) -> None:
    found = process(city)
    tell(city, "H03", PUBLISHED)
    planned = milestone(city, VOID_ON)[1]
    step(city, found, ProcessStep.VOID, VOID_ON)
    before, after = milestone(city, VOID_ON - timedelta(days=1)), milestone(city, VOID_ON)
    assert before[0] in (MilestoneState.MET_ON_TIME, MilestoneState.MET_LATE)
    assert after == (MilestoneState.OVERDUE, planned)
    [told] = project_processes(city.id(1))
    assert [(row.number, row.opened_on, row.void_from) for row in told.attempts] == [
        (1, SINCE, VOID_ON),
        (2, VOID_ON, None),
    ]
    tell(city, "H03", date(2022, 7, 1))
    assert milestone(city, TODAY)[0] is MilestoneState.MET_LATE
    attempts = db.session.scalars(select(ActualFact.attempt_id).order_by(ActualFact.id)).all()
    assert attempts == [None, db.session.scalar(select(Attempt.id).where(Attempt.number == 2))]


def test_a_restart_puts_off_what_a_void_attempt_had_met(city: City) -> None:
    found = process(city)
    tell(city, "H03", PUBLISHED)
    planned = milestone(city, VOID_ON)[1]
    assert planned
    step(city, found, ProcessStep.VOID, VOID_ON)
    for state, day in ((ProjectState.SUSPENDED, date(2022, 8, 1)), (ProjectState.ACTIVE, date(2022, 8, 8))):
        change_state(city.vigencia, city.id(1), state, Act("Acta 1", day), city.actor)
    [project] = [row for row in assess_portfolio(city.vigencia, TODAY).projects if row.id == city.id(1)]
    assert project.current
    moved = project.current.milestones[2].planned
    assert moved
    assert moved > planned


def test_a_third_attempt_follows_the_second(city: City) -> None:
    found = process(city)
    step(city, found, ProcessStep.VOID, VOID_ON)
    step(city, found, ProcessStep.VOID, date(2022, 8, 1), act="Resolución 77")
    [told] = project_processes(city.id(1))
    assert [row.act for row in told.attempts] == ["Resolución 41", "Resolución 77", ""]


def test_the_void_attempt_of_another_process_leaves_the_dates_of_the_main_one(city: City) -> None:
    process(city)
    supervision = process(city, reference="4145.010.32.1.0013-2022")
    tell(city, "H03", PUBLISHED)
    step(city, supervision, ProcessStep.VOID, VOID_ON)
    assert milestone(city, VOID_ON)[0] is not MilestoneState.OVERDUE


def test_an_abandoned_process_takes_no_dates_until_another_replaces_it(city: City) -> None:
    found = process(city)
    tell(city, "H03", PUBLISHED)
    step(city, found, ProcessStep.ABANDON, VOID_ON)
    assert milestone(city, VOID_ON)[0] is MilestoneState.OVERDUE
    refused = tell(city, "H03", VOID_ON)
    assert [(row.what, row.fix) for row in refused.problems] == [
        (
            "«Proceso publicado» no recibe fechas: el proceso fue abandonado.",
            "Agregue primero el proceso que lo reemplaza.",
        )
    ]
    process(city, reference="4145.010.32.1.0099-2022", since=VOID_ON)
    assert tell(city, "H03", date(2022, 7, 5)).recorded == 1
    assert milestone(city, TODAY)[0] is MilestoneState.MET_LATE


def test_the_works_of_an_abandoned_process_pass_to_another_contract(city: City) -> None:
    taker = contract(city, 2)
    found = process(city)
    details = {"contract": CONTRACT, "amount_cop": 9_000_000, "project_id": city.id(1)}
    step(city, found, ProcessStep.ABANDON, VOID_ON, **details)
    assert {row.project_id: row.amount_cop for row in contract_links(taker)} == {city.id(2): 0, city.id(1): 9_000_000}


def test_a_suspended_process_restarts(city: City) -> None:
    found = process(city)
    step(city, found, ProcessStep.SUSPEND, VOID_ON, restart_expected_on=date(2022, 7, 11))
    assert project_processes(city.id(1))[0].state is ProcessState.SUSPENDED
    step(city, found, ProcessStep.RESTART, date(2022, 7, 5))
    [told] = project_processes(city.id(1))
    assert told.state is ProcessState.OPEN
    assert [(row.kind, row.valid_from) for row in told.events] == [
        ("suspended", VOID_ON),
        ("restarted", date(2022, 7, 5)),
    ]


def bring_to(city: City, process_id: int, state: ProcessState) -> None:
    if state is ProcessState.SUSPENDED:
        step(city, process_id, ProcessStep.SUSPEND, VOID_ON, restart_expected_on=TODAY)
    elif state is ProcessState.ABANDONED:
        step(city, process_id, ProcessStep.ABANDON, VOID_ON)


@pytest.mark.parametrize("kind", ProcessStep)
@pytest.mark.parametrize("state", ProcessState)
def test_each_state_allows_its_steps_and_refuses_the_others(city: City, state: ProcessState, kind: ProcessStep) -> None:
    found = process(city)
    bring_to(city, found, state)
    details = {"restart_expected_on": TODAY} if kind is ProcessStep.SUSPEND else {}
    if kind in ALLOWED_STEPS[state]:
        step(city, found, kind, date(2022, 7, 1), **details)
        assert (
            project_processes(city.id(1))[0].state
            is {
                ProcessStep.VOID: ProcessState.OPEN,
                ProcessStep.SUSPEND: ProcessState.SUSPENDED,
                ProcessStep.RESTART: ProcessState.OPEN,
                ProcessStep.ABANDON: ProcessState.ABANDONED,
            }[kind]
        )
    else:
        with pytest.raises(ConflictError, match="ese paso ya no cabe"):
            step(city, found, kind, date(2022, 7, 1), **details)


@pytest.mark.parametrize(
    ("kind", "changes", "cell", "what"),
    [
        (ProcessStep.VOID, {"act": "  "}, "act", "Falta el acto."),
        (ProcessStep.VOID, {"reason": "no"}, "reason", "Falta la causa."),
        (ProcessStep.VOID, {"valid_from": date(2022, 4, 1)}, "day", "entre el 25/04/2022 y hoy, 20/09/2022"),
        (ProcessStep.VOID, {"valid_from": date(2022, 9, 21)}, "day", "entre el 25/04/2022 y hoy, 20/09/2022"),
        (ProcessStep.SUSPEND, {}, "expected", "posterior a la suspensión"),
        (ProcessStep.SUSPEND, {"restart_expected_on": VOID_ON}, "expected", "posterior a la suspensión"),
        (ProcessStep.ABANDON, {"contract": "4145.99"}, "contract", "no está en la vigencia"),
    ],
)
def test_what_a_person_can_mend_is_told_at_its_box(
    city: City, kind: ProcessStep, changes: dict[str, Any], cell: str, what: str
) -> None:
    found = process(city)
    with pytest.raises(ProblemsError) as caught:
        take_step(city.vigencia, found, kind, replace(order(VOID_ON), **changes), by(city))
    [problem] = caught.value.problems
    assert problem.cell == cell
    assert what in problem.what
    assert project_processes(city.id(1))[0].attempt.void_from is None


def test_a_process_with_its_contract_is_not_declared_desierto(city: City) -> None:
    found = process(city)
    new = NewContract(CONTRACT, "", SINCE, process_id=found)
    add_contract(city.vigencia, city.id(1), new, by(city))
    with pytest.raises(ProblemsError, match=f"salió el contrato {CONTRACT}"):
        step(city, found, ProcessStep.VOID, VOID_ON)


def test_a_process_of_two_organisms_is_for_planning(city: City) -> None:
    found = process(city)
    add_process(city.vigencia, city.id(1, VIAS), NewProcess("4145.010.32.1.0012-2022", "", SINCE), by(city))
    with pytest.raises(ForbiddenError, match="Pida a Planeación"):
        take_step(city.vigencia, found, ProcessStep.VOID, order(VOID_ON), by(city, SALUD))
    with pytest.raises(NotFoundError):
        take_step(city.vigencia, 9999, ProcessStep.VOID, order(VOID_ON), by(city))
    take_step(city.vigencia, found, ProcessStep.VOID, order(VOID_ON), by(city, SALUD, VIAS))
    assert project_processes(city.id(1))[0].attempt.number == 2
