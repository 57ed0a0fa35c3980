"""B0 is written once: by organism, complete, and never again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.errors import ConflictError, NotFoundError, ProblemsError
from pp_monitor.domain.plan import BaselineKind, PlanLine, PlanStatus
from pp_monitor.domain.project import ProjectState
from pp_monitor.extensions import db
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.plan import BaselineLine, BaselineRow, Registration, RegistrationEvent
from pp_monitor.models.progress import ActualFact
from pp_monitor.models.project import OwnMilestone
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.plan import ProjectPlan, register_plan
from tests.plan_data import SALUD, TODAY, VIAS, City, build_city, move, plan, plan_lines, set_modality, set_state
from tests.rows import count
from tests.threads import at_once

NA = PlanLine(not_applicable=True)


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()


def register(city: City, plans: dict[int, ProjectPlan], **changes: Any) -> Registration:
    facts: dict[str, Any] = {
        "vigencia": city.vigencia,
        "organism": city.organism(),
        "declared_on": TODAY,
        "act": "Acta 7",
        "actor": city.actor,
        "user_id": None,
    }
    return register_plan(plans=plans, **facts | changes)


def all_plans(city: City, organism: str = SALUD, numbers: int = 3) -> dict[int, ProjectPlan]:
    return {city.id(number, organism): plan() for number in range(1, numbers + 1)}


def test_a_registration_freezes_every_date_with_its_receipt_event_and_trail(city: City) -> None:
    registration = register(city, all_plans(city))

    assert (registration.number, registration.kind, registration.act) == (1, "principal", "Acta 7")
    assert len(registration.plan_sha256) == 64
    assert (count(BaselineRow), count(BaselineLine), count(RegistrationEvent)) == (3, 42, 3)
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
    assert event is not None
    assert (event.action, event.object_code, event.details["number"]) == ("register", SALUD, 1)
    assert event.details["sha256"] == registration.plan_sha256
    portfolio = assess_portfolio(city.vigencia, TODAY)
    assert [row.plan_status for row in portfolio.of_organism(SALUD)] == [PlanStatus.REGISTERED] * 3
    assert portfolio.of_organism(SALUD)[0].registered_on == TODAY
    first = portfolio.of_organism(SALUD)[0].b0
    assert first is not None
    assert first.result("H03") is not None
    assert first.result("H03").planned == plan_lines()["H03"].planned  # type: ignore[union-attr]


def test_receipts_are_numbered_by_vigencia_and_the_second_batch_is_supplementary(city: City) -> None:
    principal = register(city, {city.id(1): plan()})
    other = register(city, {city.id(1, VIAS): plan()}, organism=city.organism(VIAS))
    later = register(city, {city.id(2): plan()})

    assert [(row.number, row.kind) for row in (principal, other, later)] == [
        (1, "principal"),
        (2, "principal"),
        (3, "supplementary"),
    ]


@pytest.mark.parametrize(
    ("plan_", "what"),
    [
        (plan(H05=PlanLine()), "Falta la fecha de «Cierre de ofertas»."),
        (plan(H01=NA), "«Estudios previos aprobados» es obligatorio."),
        (plan(H04=PlanLine(date(2022, 6, 1), not_applicable=True)), "tiene fecha y «No aplica»"),
        (plan(H12=PlanLine(date(2022, 5, 2))), "«Recibo final a satisfacción» está antes de «Acta de inicio»."),
        (plan(H08=PlanLine(date(2022, 5, 2))), "«Registro presupuestal (RP)» está antes de «Contrato firmado»."),
        (plan(H99=PlanLine(TODAY)), "El hito H99 no existe."),
        (ProjectPlan(plan_lines(), {"H01": date(2022, 4, 19)}), "La fecha real de «Estudios previos aprobados» está"),
        (ProjectPlan(plan_lines() | {"H04": NA}, {"H04": TODAY}), "tiene fecha real y «No aplica»"),
        (ProjectPlan(plan_lines(), own_names={"P01": "Entrega"}), "Falta la fecha de «Entrega»."),
        (ProjectPlan(plan_lines() | {"P01": PlanLine(TODAY)}), "El hito P01 no existe."),
    ],
)
def test_a_faulty_plan_registers_nothing(city: City, plan_: ProjectPlan, what: str) -> None:
    with pytest.raises(ProblemsError) as refused:
        register(city, {city.id(1): plan(), city.id(2): plan_})

    assert what in str(refused.value)
    assert str(refused.value).startswith("BP26450002: ")
    assert (count(Registration), count(BaselineRow)) == (0, 0)


def test_every_fault_of_every_project_is_told_at_once(city: City) -> None:
    with pytest.raises(ProblemsError) as refused:
        register(city, {city.id(1): plan(H01=PlanLine()), city.id(2): plan(H02=PlanLine(), H12=PlanLine())})

    told = {(problem.project_code, problem.milestone_code) for problem in refused.value.problems}
    assert told == {("BP26450001", "H01"), ("BP26450002", "H02"), ("BP26450002", "H12")}


def test_what_the_modality_does_not_need_may_be_not_applicable(city: City) -> None:
    set_modality(city, city.id(1), Modality.CI)
    register(city, {city.id(1): plan(H03=NA, H04=NA, H05=NA)})
    assert count(BaselineRow) == 1


def test_an_empty_registration_is_refused(city: City) -> None:
    with pytest.raises(ProblemsError, match="No hay planes"):
        register(city, {})


def test_a_second_registration_is_refused_by_the_service_with_its_projects_named(city: City) -> None:
    register(city, {city.id(1): plan(), city.id(2): plan()})

    with pytest.raises(ConflictError) as refused:
        register(city, all_plans(city))

    assert "BP26450001, BP26450002 ya están registrados" in str(refused.value)
    assert "BP26450003" not in str(refused.value)
    assert count(BaselineRow) == 2


def baseline(city: City, number: int, kind: BaselineKind) -> dict[str, Any]:
    return {
        "entity_id": city.actor.entity_id,
        "project_id": city.id(1),
        "number": number,
        "kind": kind,
        "decided_on": TODAY,
        "act": "",
        "recorded_at": datetime.fromisoformat("2022-04-18T12:00:00+00:00"),
    }


@pytest.mark.parametrize(
    ("number", "kind", "constraint"),
    [
        (0, BaselineKind.REGISTRATION, "baseline.project_id|uq_baseline_project_id_number"),
        (1, BaselineKind.REGISTRATION, "ck_baseline_first_is_registration"),
        (0, BaselineKind.REPLANNING, "ck_baseline_first_is_registration"),
    ],
)
def test_a_second_b0_is_refused_by_the_database_itself(
    city: City, number: int, kind: BaselineKind, constraint: str
) -> None:
    register(city, {city.id(1): plan()})

    with pytest.raises(IntegrityError, match=constraint):
        db.session.execute(insert(BaselineRow), [baseline(city, number, kind)])
    db.session.rollback()


def test_a_second_principal_registration_is_refused_by_the_database_itself(city: City) -> None:
    first = register(city, {city.id(1): plan()})
    row = {
        column: getattr(first, column)
        for column in (one.key for one in Registration.__table__.columns)
        if column != "id"
    }

    with pytest.raises(IntegrityError):
        db.session.execute(insert(Registration), [row | {"number": 2}])
    db.session.rollback()


def test_the_project_of_another_organism_does_not_exist_for_this_one(city: City) -> None:
    with pytest.raises(NotFoundError, match="BP26510001"):
        register(city, {city.id(1): plan(), city.id(1, VIAS): plan()})
    with pytest.raises(NotFoundError):
        register(city, {999_999: plan()})
    assert count(Registration) == 0


def test_a_transferred_project_is_registered_by_the_organism_that_has_it_on_that_day(city: City) -> None:
    move(city, city.id(1), VIAS, date(2022, 4, 10))

    with pytest.raises(NotFoundError):
        register(city, {city.id(1): plan()})
    register(city, {city.id(1): plan()}, organism=city.organism(VIAS))
    assert count(BaselineRow) == 1


def test_a_withdrawn_project_cannot_be_registered(city: City) -> None:
    set_state(city, city.id(2), ProjectState.WITHDRAWN)
    with pytest.raises(ProblemsError, match="BP26450002: El proyecto está retirado"):
        register(city, {city.id(1): plan(), city.id(2): plan()})


def test_what_was_met_before_registration_is_recorded_as_reported(city: City) -> None:
    met = ProjectPlan(plan_lines(date(2022, 3, 7)), {"H01": date(2022, 3, 9)})
    register(city, {city.id(1): met})

    fact = db.session.scalars(select(ActualFact)).one()
    assert (fact.milestone_code, fact.day, fact.status, fact.source, fact.reported_on) == (
        "H01",
        date(2022, 3, 9),
        "reported",
        "registration",
        TODAY,
    )


def test_what_had_been_closed_before_its_start_is_not_registered(city: City) -> None:
    plans = {city.id(1): ProjectPlan(plan_lines(), {"H09": date(2022, 4, 12), "H12": date(2022, 4, 11)})}
    with pytest.raises(ProblemsError) as refused:
        register(city, plans)
    [problem] = refused.value.problems
    assert problem.milestone_code == "H12"
    assert problem.what.endswith("» ocurrió antes de «Acta de inicio».")
    assert count(ActualFact) == 0


def test_a_later_today_lets_an_old_act_carry_what_happened_since(city: City) -> None:
    late = ProjectPlan(plan_lines(), {"H01": date(2022, 5, 3)})
    register(city, {city.id(1): late}, today=date(2022, 9, 20))
    assert db.session.scalars(select(ActualFact.day)).one() == date(2022, 5, 3)


def test_own_milestones_are_registered_with_their_names(city: City) -> None:
    with_own = ProjectPlan(plan_lines() | {"P01": PlanLine(date(2022, 11, 8))}, own_names={"P01": "Entrega"})
    register(city, {city.id(1): with_own})

    assert db.session.execute(select(OwnMilestone.code, OwnMilestone.name)).one() == ("P01", "Entrega")
    assert [row.code for row in assess_portfolio(city.vigencia, TODAY).of_organism(SALUD)[0].own] == ["P01"]


def test_projects_left_out_keep_their_reason_in_the_trail(city: City) -> None:
    register(city, {city.id(1): plan()}, left_out={"BP26450003": "Sin estudios de suelo"})
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc())).first()
    assert event is not None
    assert event.details["left_out"] == {"BP26450003": "Sin estudios de suelo"}


def test_two_registrations_at_once_leave_exactly_one_b0(any_app: Flask) -> None:
    with any_app.app_context():
        city = build_city()
    ended = at_once(any_app, *[lambda: register(city, all_plans(city))] * 2)
    [refused] = [str(error) for error in ended if isinstance(error, ConflictError)]
    assert "ya están registrados" in refused
    with any_app.app_context():
        assert (count(Registration), count(BaselineRow), count(BaselineLine)) == (1, 3, 42)
