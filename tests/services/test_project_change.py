"""Changes of a project by act: each holds from its day, and every earlier cut-off still sees what it saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.errors import ConflictError, NotFoundError, ProblemsError
from pp_monitor.domain.light import Light
from pp_monitor.domain.project import ProjectAssessment, ProjectState
from pp_monitor.domain.replanning import ReplanningStep
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.mail import OutboxMessage, OutboxRecipient
from pp_monitor.models.project import Project
from pp_monitor.services import project_change as service
from pp_monitor.services.audit import Actor
from pp_monitor.services.deviation import assess_portfolio, project_standing
from pp_monitor.services.event import Act
from pp_monitor.services.mail import list_messages
from pp_monitor.services.project_addition import NewProject, add_project
from pp_monitor.services.project_change import Order, stamp
from pp_monitor.services.project_change_read import project_changes
from pp_monitor.services.replanning import ask
from pp_monitor.services.replanning_read import find_request
from tests.factories_db import make_user
from tests.plan_data import FIRST_DAY, SALUD, VIAS, City, build_city
from tests.replanned import register, wish

DAY, TODAY = date(2022, 5, 9), date(2022, 5, 16)
BEFORE = DAY - timedelta(days=1)
Do = Callable[[City, Order], None]
NEW = NewProject("bp-26 009999", "Parque nuevo", SALUD, 900, {"01": 400, "02": 500}, Modality.MC, "2021760010123")


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()


def order(day: date = DAY, *, reason: str = "Lo pidió la comunidad.", url: str = "", seen: str = "") -> Order:
    return Order(Act("Decreto 5", day, reason), url, seen)


def rename(city: City, given: Order, name: str = "Nombre nuevo") -> None:
    service.rename(city.vigencia, city.id(1), name, given, city.actor, TODAY)


def revalue(city: City, given: Order, amount: int = 77) -> None:
    service.revalue(city.vigencia, city.id(1), amount, given, city.actor, TODAY)


def relocate(city: City, given: Order) -> None:
    service.relocate(city.vigencia, city.id(1), {"01": 0, "51": 0}, given, city.actor, TODAY)


def correct(city: City, given: Order, bpin: str = "2021760010123") -> None:
    service.correct_bpin(city.vigencia, city.id(1), bpin, given, city.actor, TODAY)


def transfer(city: City, given: Order, deadline: date | None = None, to: str = VIAS) -> None:
    service.transfer(city.vigencia, city.id(1), to, given, city.actor, TODAY, render_mail, deadline)


def withdraw(city: City, given: Order) -> None:
    service.withdraw(city.vigencia, city.id(1), "Al proyecto BP26450002", given, city.actor, TODAY, render_mail)


def bring_back(city: City, given: Order) -> None:
    service.bring_back(city.vigencia, city.id(1), given, city.actor, TODAY)


def suspend(city: City, given: Order, expected: date = date(2022, 6, 1)) -> None:
    service.suspend(city.vigencia, city.id(1), expected, given, city.actor, TODAY)


def restart(city: City, given: Order) -> None:
    service.restart(city.vigencia, city.id(1), given, city.actor, TODAY)


def seen(city: City, cutoff: date = TODAY) -> ProjectAssessment:
    return next(row for row in assess_portfolio(city.vigencia, cutoff).projects if row.id == city.id(1))


CASES: list[tuple[Do, Callable[[ProjectAssessment], object], object, object]] = [
    (rename, lambda row: row.name, "Mejoramiento de la comuna 1 de Santiago de Cali", "Nombre nuevo"),
    (revalue, lambda row: row.allocation_cop, 100_000_000, 77),
    (transfer, lambda row: row.organism_code, SALUD, VIAS),
    (withdraw, lambda row: row.state, ProjectState.ACTIVE, ProjectState.WITHDRAWN),
    (suspend, lambda row: row.state, ProjectState.ACTIVE, ProjectState.SUSPENDED),
]


@pytest.mark.parametrize(("do", "read", "was", "becomes"), CASES)
def test_a_change_holds_from_the_day_of_its_act(
    city: City, do: Do, read: Callable[[ProjectAssessment], object], was: object, becomes: object
) -> None:
    register(city)
    known_at = city.vigencia.last_recorded_at
    do(city, order(url="https://example.org/decreto.pdf"))
    assert (read(seen(city, BEFORE)), read(seen(city, DAY))) == (was, becomes)
    old = assess_portfolio(city.vigencia, TODAY, known_at)
    assert read(next(row for row in old.projects if row.id == city.id(1))) == was
    [told] = project_changes(city.id(1))
    assert (told.valid_from, told.act, told.reason) == (DAY, "Decreto 5", "Lo pidió la comunidad.")
    assert told.proof is not None
    assert told.proof.url == "https://example.org/decreto.pdf"
    assert told.before
    assert told.after
    assert (
        db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence.desc())).first() == "change_project"
    )


@pytest.mark.parametrize("do", [rename, revalue, relocate, correct, transfer, withdraw, suspend])
@pytest.mark.parametrize(
    ("given", "cell"),
    [
        (order(reason=" "), "reason"),
        (order(FIRST_DAY - timedelta(days=1)), "day"),
        (order(TODAY + timedelta(days=1)), "day"),
        (order(url="acta"), "url"),
    ],
)
def test_an_act_that_orders_nothing_is_refused_at_its_box(city: City, do: Do, given: Order, cell: str) -> None:
    with pytest.raises(ProblemsError) as refused:
        do(city, given)
    assert cell in [problem.cell for problem in refused.value.problems]
    assert project_changes(city.id(1)) == ()


@pytest.mark.parametrize(
    ("do", "cell"),
    [
        (lambda city: rename(city, order(), " "), "name"),
        (lambda city: rename(city, order(), "Mejoramiento de la comuna 1 de Santiago de Cali"), "name"),
        (lambda city: revalue(city, order(), 0), "amount"),
        (lambda city: revalue(city, order(), 100_000_000), "amount"),
        (lambda city: correct(city, order(), "BPIN 1"), "bpin"),
        (lambda city: transfer(city, order(), to=SALUD), "organism"),
        (lambda city: transfer(city, order(), date(2022, 5, 15)), "deadline"),
        (lambda city: transfer(city, order(), date(2023, 1, 2)), "deadline"),
        (lambda city: suspend(city, order(), DAY), "expected"),
        (
            lambda city: service.withdraw(city.vigencia, city.id(1), " ", order(), city.actor, TODAY, render_mail),
            "destination",
        ),
        (lambda city: service.relocate(city.vigencia, city.id(1), {}, order(), city.actor, TODAY), "territory_1"),
        (
            lambda city: service.relocate(city.vigencia, city.id(1), {"01": 5, "02": 0}, order(), city.actor, TODAY),
            "amount_1",
        ),
        (lambda city: service.relocate(city.vigencia, city.id(1), {"01": 5}, order(), city.actor, TODAY), "amount_1"),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_box(city: City, do: Callable[[City], None], cell: str) -> None:
    with pytest.raises(ProblemsError) as refused:
        do(city)
    assert [problem.cell for problem in refused.value.problems] == [cell]


def test_an_act_never_goes_back_behind_a_newer_one(city: City) -> None:
    rename(city, order())
    with pytest.raises(ProblemsError, match="entre el 09/05/2022 y hoy"):
        rename(city, order(BEFORE), "Otro")
    rename(city, order(DAY), "Otro")
    assert seen(city).name == "Otro"


@pytest.mark.parametrize("first", [rename, withdraw, transfer])
def test_two_people_at_once_and_the_second_is_told(city: City, first: Do) -> None:
    history = project_standing(city.vigencia, city.id(1), TODAY, city.vigencia.last_recorded_at).history
    mark = stamp(history)
    first(city, order(seen=mark))
    with pytest.raises(ConflictError, match="Otra persona cambió este proyecto"):
        revalue(city, order(seen=mark))


# Every pair of a state and a transition: allowed, or refused.
START: dict[ProjectState, tuple[Do, ...]] = {
    ProjectState.ACTIVE: (),
    ProjectState.SUSPENDED: (suspend,),
    ProjectState.WITHDRAWN: (withdraw,),
}


@pytest.mark.parametrize(
    ("state", "do", "is_allowed"),
    [
        (ProjectState.ACTIVE, suspend, True),
        (ProjectState.ACTIVE, restart, False),
        (ProjectState.ACTIVE, withdraw, True),
        (ProjectState.ACTIVE, bring_back, False),
        (ProjectState.SUSPENDED, suspend, False),
        (ProjectState.SUSPENDED, restart, True),
        (ProjectState.SUSPENDED, withdraw, True),
        (ProjectState.SUSPENDED, bring_back, False),
        (ProjectState.WITHDRAWN, suspend, False),
        (ProjectState.WITHDRAWN, restart, False),
        (ProjectState.WITHDRAWN, withdraw, False),
        (ProjectState.WITHDRAWN, bring_back, True),
    ],
)
def test_which_state_follows_which(city: City, state: ProjectState, do: Do, is_allowed: bool) -> None:
    for step in START[state]:
        step(city, order())
    if is_allowed:
        do(city, order(TODAY))
        assert seen(city).state is not state
    else:
        with pytest.raises(ConflictError):
            do(city, order(TODAY))
        assert seen(city).state is state


def test_a_restart_puts_off_what_is_unmet_and_is_no_replanning(city: City) -> None:
    register(city)
    suspend(city, order())
    restart(city, order(TODAY))
    project = seen(city)
    assert project.b0
    assert project.current
    first, now = project.b0.result("H14"), project.current.result("H14")
    assert first
    assert now
    # Suspended from Monday 09/05 to Friday 13/05.
    assert (first.planned, now.planned) == (date(2022, 10, 25), date(2022, 11, 1))
    assert (project.replannings, project.postponed_workdays) == (0, 5)


def test_a_plan_travels_and_a_project_without_one_gets_its_own_deadline(city: City) -> None:
    register(city)
    transfer(city, order())
    project = seen(city)
    assert (project.organism_code, project.has_plan) == (VIAS, True)
    service.transfer(city.vigencia, city.id(2), VIAS, order(), city.actor, TODAY, render_mail, date(2022, 6, 10))
    other = next(row for row in assess_portfolio(city.vigencia, TODAY).projects if row.id == city.id(2))
    assert (other.organism_code, other.light) == (VIAS, Light.REGISTERING)


def test_a_withdrawal_ends_an_open_request_and_tells_it(city: City) -> None:
    make_user(Role.ENLACE, city.organism(), email="ana@example.org")
    make_user(Role.PLANEACION, email="plan@example.org")
    register(city)
    request_id = ask(city.vigencia, city.id(1), wish(), city.actor, TODAY, render_mail)
    withdraw(city, order())
    request = find_request(city.vigencia_id, request_id)
    assert [(step.step, step.reason) for step in request.steps[1:]] == [
        (ReplanningStep.WITHDRAWN, "El proyecto fue retirado: Decreto 5.")
    ]
    mails = select(OutboxRecipient.address, OutboxMessage.body_text).join(
        OutboxMessage, OutboxMessage.id == OutboxRecipient.message_id
    )
    told = dict(db.session.execute(mails.where(OutboxMessage.subject.like("%retiro%"))).tuples().all())
    assert sorted(told) == ["ana@example.org", "plan@example.org"]
    assert all("El proyecto se retiró de la vigencia." in text and "Decreto 5" in text for text in told.values())


def test_a_transfer_ends_an_open_request_and_tells_each_what_it_means_for_them(city: City) -> None:
    ana = make_user(Role.ENLACE, city.organism(), email="ana@example.org")
    make_user(Role.ENLACE, city.organism(VIAS), email="eva@example.org")
    make_user(Role.PLANEACION, email="plan@example.org")
    register(city)
    asker = Actor(city.actor.entity_id, ana.label, ana.id)
    request_id = ask(city.vigencia, city.id(1), wish(), asker, TODAY, render_mail)
    transfer(city, order())
    request = find_request(city.vigencia_id, request_id)
    assert (request.state, request.steps[-1].reason) == (
        ReplanningStep.WITHDRAWN,
        "El proyecto pasó a otro organismo: Decreto 5.",
    )
    mails = select(OutboxRecipient.address, OutboxMessage.body_text).join(
        OutboxMessage, OutboxMessage.id == OutboxRecipient.message_id
    )
    told = dict(db.session.execute(mails.where(OutboxMessage.subject.like("%traslado%"))).tuples().all())
    assert sorted(told) == ["ana@example.org", "eva@example.org", "plan@example.org"]
    said = "El proyecto pasó de la Secretaría de Salud Pública a la Secretaría de Infraestructura."
    assert all(said in text and "Decreto 5" in text for text in told.values())
    assert "Si todavía hace falta, la pide la Secretaría de Infraestructura." in told["ana@example.org"]
    assert f"/reprogramaciones/{request_id}" not in told["ana@example.org"]
    assert "pídalas otra vez desde la solicitud." in told["eva@example.org"]
    assert f"/reprogramaciones/{request_id}" in told["eva@example.org"]
    assert "No tiene que hacer nada." in told["plan@example.org"]
    eva = ask(city.vigencia, city.id(1), wish(), city.actor, TODAY, render_mail)
    assert find_request(city.vigencia_id, eva).number == 2


def test_a_transfer_without_an_open_request_writes_to_nobody(city: City) -> None:
    make_user(Role.ENLACE, city.organism(), email="ana@example.org")
    register(city)
    transfer(city, order())
    assert list_messages() == ()


def test_a_withdrawal_keeps_where_the_money_goes(city: City) -> None:
    withdraw(city, order())
    assert project_changes(city.id(1))[0].destination == "Al proyecto BP26450002"
    assert seen(city).is_withdrawn


def test_territories_and_the_bpin_are_corrected(city: City) -> None:
    relocate(city, order())
    correct(city, order())
    assert [share.territory_code for share in seen(city).territories] == ["01", "51"]
    assert db.session.get_one(Project, city.id(1)).bpin == "2021760010123"
    assert [(row.before, row.after) for row in project_changes(city.id(1))] == [
        ("", "2021760010123"),
        ("", "Comuna 1, Navarro"),
    ]


def test_a_project_of_another_vigencia_is_not_found(city: City) -> None:
    with pytest.raises(NotFoundError):
        service.rename(city.vigencia, 999, "Nombre", order(), city.actor, TODAY)


def test_a_project_enters_from_the_day_of_its_act(city: City) -> None:
    public_id = add_project(city.vigencia, NEW, order(), city.actor, TODAY)
    assert public_id not in {row.public_id for row in assess_portfolio(city.vigencia, BEFORE).projects}
    project = next(row for row in assess_portfolio(city.vigencia, DAY).projects if row.public_id == public_id)
    assert (project.code, project.name, project.allocation_cop) == ("BP26009999", "Parque nuevo", 900)
    assert (project.organism_code, project.modality, project.light) == (SALUD, Modality.MC, Light.REGISTERING)
    assert {share.territory_code: share.amount_cop for share in project.territories} == {"01": 400, "02": 500}


@pytest.mark.parametrize(
    ("changes", "cell"),
    [
        ({"code": "4119"}, "code"),
        ({"code": ""}, "code"),
        ({"code": "BP26450001"}, "code"),
        ({"name": " "}, "name"),
        ({"amount_cop": 0, "shares": {"01": 0}}, "amount"),
        ({"bpin": "no"}, "bpin"),
        ({"shares": {}}, "territory_1"),
        ({"shares": {"01": 400}}, "amount_1"),
        ({"deadline_on": date(2022, 5, 2)}, "deadline"),
    ],
)
def test_what_refuses_a_new_project(city: City, changes: dict[str, Any], cell: str) -> None:
    values = {name: getattr(NEW, name) for name in NEW.__slots__} | changes
    with pytest.raises(ProblemsError) as refused:
        add_project(city.vigencia, NewProject(**values), order(), city.actor, TODAY)
    assert [problem.cell for problem in refused.value.problems] == [cell]
