"""A request to move dates: asked, decided or withdrawn once, and B0 stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from pp_monitor.domain.account import Role
from pp_monitor.domain.errors import ConflictError, NotFoundError, PpMonitorError, ProblemsError
from pp_monitor.domain.project import ProjectAssessment, ProjectState
from pp_monitor.domain.replanning import ReplanningStep
from pp_monitor.extensions import db
from pp_monitor.intake.budget import read_project_list
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.mail import OutboxMessage
from pp_monitor.models.plan import BaselineRow
from pp_monitor.models.replanning import ReplanningSeat
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.event import Act, change_state
from pp_monitor.services.mail import list_messages
from pp_monitor.services.project import SourceFile, import_projects, territory_names
from pp_monitor.services.replanning import approve, ask, give_back, review_wish, withdraw
from pp_monitor.services.replanning_read import find_request, list_requests
from tests.factories_db import make_user
from tests.plan_data import SALUD, VIAS, City, build_city, set_state
from tests.portfolio_db import add_actual
from tests.replanned import ACT, ASKED_ON, NEW_DATE, asked, register, wish

Decide = Callable[[City, int], object]


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()


def seen(city: City, project_id: int, cutoff: date = date(2022, 5, 18)) -> ProjectAssessment:
    return next(row for row in assess_portfolio(city.vigencia, cutoff).projects if row.id == project_id)


def do_approve(city: City, request_id: int, act: Act = ACT) -> int:
    return approve(city.vigencia, request_id, act, city.actor, date(2022, 5, 18), render_mail)


def do_return(city: City, request_id: int, reason: str = "Falta el acta.") -> None:
    give_back(city.vigencia, request_id, reason, city.actor, date(2022, 5, 18), render_mail)


def do_withdraw(city: City, request_id: int) -> None:
    withdraw(city.vigencia, request_id, city.actor, date(2022, 5, 18), render_mail)


def planned(project: ProjectAssessment, code: str = "H07") -> tuple[date | None, date | None]:
    """Original and in force."""
    assert project.b0
    assert project.current
    b0, current = project.b0.result(code), project.current.result(code)
    return (b0.planned if b0 else None), (current.planned if current else None)


def test_an_approved_request_stands_beside_the_original_plan(city: City) -> None:
    project_id = register(city)
    request_id = asked(city, project_id)
    assert planned(seen(city, project_id)) == (date(2022, 7, 19), date(2022, 7, 19))
    assert do_approve(city, request_id) == 1

    project = seen(city, project_id)
    assert planned(project) == (date(2022, 7, 19), NEW_DATE)
    assert planned(project, "H08") == (date(2022, 8, 2), date(2022, 8, 2))
    assert (project.replannings, project.postponed_workdays) == (1, 4)
    assert seen(city, project_id, date(2022, 5, 16)).replannings == 0
    baseline = db.session.scalars(select(BaselineRow).order_by(BaselineRow.number.desc())).first()
    assert baseline
    assert (baseline.act, baseline.cause, baseline.decided_on) == (
        "Oficio 7",
        "Declaratoria de desierta",
        ACT.valid_from,
    )
    assert baseline.justification == "Se declaró desierta."
    assert baseline.requested_at
    assert baseline.requested_at < baseline.recorded_at
    actions = db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)).all()
    assert list(actions[-2:]) == ["ask_replanning", "replan"]


@pytest.mark.parametrize(
    ("decide", "state"), [(do_return, ReplanningStep.RETURNED), (do_withdraw, ReplanningStep.WITHDRAWN)]
)
def test_a_request_that_ends_otherwise_moves_nothing_and_another_may_follow(
    city: City, decide: Decide, state: ReplanningStep
) -> None:
    project_id = register(city)
    request_id = asked(city, project_id)
    decide(city, request_id)
    assert find_request(city.vigencia_id, request_id).state is state
    assert planned(seen(city, project_id)) == (date(2022, 7, 19), date(2022, 7, 19))
    second = asked(city, project_id)
    assert [(row.number, row.is_open) for row in list_requests(city.vigencia_id)] == [(2, True), (1, False)]
    assert do_approve(city, second) == 1


@pytest.mark.parametrize("first", [do_approve, do_return, do_withdraw])
@pytest.mark.parametrize("second", [do_approve, do_return, do_withdraw])
def test_whoever_decides_second_is_told_that_it_has_ended(city: City, first: Decide, second: Decide) -> None:
    request_id = asked(city, register(city))
    first(city, request_id)
    with pytest.raises(ConflictError, match="ya terminó"):
        second(city, request_id)
    assert len(find_request(city.vigencia_id, request_id).steps) == 2


def test_a_project_has_one_open_request(city: City) -> None:
    project_id = register(city)
    request_id = asked(city, project_id)
    with pytest.raises(ConflictError, match="ya tiene una solicitud abierta"):
        asked(city, project_id)
    values = {"entity_id": city.actor.entity_id, "project_id": project_id, "request_id": request_id}
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(insert(ReplanningSeat).values(**values))
    db.session.rollback()


@pytest.mark.parametrize(
    ("dates", "told"),
    [
        ({"H07": date(2022, 7, 19)}, "«Contrato firmado» ya tiene esa fecha."),
        ({"H07": date(2022, 5, 13)}, "La fecha nueva de «Contrato firmado» ya pasó."),
        ({"H01": date(2022, 7, 19)}, "«Estudios previos aprobados» ya se cumplió."),
        ({"H07": date(2022, 9, 1)}, "«Registro presupuestal (RP)» está antes de «Contrato firmado»."),
        ({"H99": date(2022, 9, 1)}, "El hito H99 no está en el plan."),
    ],
)
def test_dates_that_cannot_be_asked_for(city: City, dates: dict[str, date], told: str) -> None:
    project_id = register(city)
    add_actual("BP26450001", "H01", date(2022, 5, 2))
    with pytest.raises(ProblemsError) as refused:
        asked(city, project_id, **dates)
    assert [problem.what for problem in refused.value.problems] == [told]
    assert list_requests(city.vigencia_id) == ()


def test_a_day_that_is_over_needs_its_reason(city: City) -> None:
    project_id = register(city)
    past = replace(wish(H01=date(2022, 5, 13)), past_reason="Ocurrió y el soporte está en trámite.")
    request_id = ask(city.vigencia, project_id, past, city.actor, ASKED_ON, render_mail)
    assert find_request(city.vigencia_id, request_id).past_reason == past.past_reason
    assert do_approve(city, request_id) == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"dates": {}}, "No hay fechas nuevas."),
        ({"justification": " "}, "Falta la justificación."),
        ({"document": ""}, "Falta el documento de soporte."),
        ({"url": "javascript:alert(1)"}, "El enlace no es una dirección web."),
        ({"url": "https://[roto"}, "El enlace no es una dirección web."),
        ({"url": "https://example.org/" + "a" * 400}, "El enlace es demasiado largo."),
    ],
)
def test_what_a_request_needs(city: City, changes: dict[str, Any], told: str) -> None:
    project_id = register(city)
    with pytest.raises(ProblemsError) as refused:
        ask(city.vigencia, project_id, replace(wish(), **changes), city.actor, ASKED_ON, render_mail)
    assert [problem.what for problem in refused.value.problems] == [told]


def test_the_link_of_a_document_is_kept_once(city: City) -> None:
    linked = replace(wish(), url="https://example.org/acta.pdf")
    ids = [ask(city.vigencia, register(city, number), linked, city.actor, ASKED_ON, render_mail) for number in (1, 2)]
    proofs = [find_request(city.vigencia_id, one).proof for one in ids]
    assert {proof.url for proof in proofs if proof} == {"https://example.org/acta.pdf"}
    do_approve(city, ids[0])
    evidence = db.session.scalars(select(BaselineRow.evidence_id).where(BaselineRow.number == 1)).one()
    assert evidence is not None


@pytest.mark.parametrize(
    ("state", "told"), [(ProjectState.SUSPENDED, "está suspendido"), (ProjectState.WITHDRAWN, "está retirado")]
)
def test_a_stopped_project_asks_for_nothing_and_gets_nothing(city: City, state: ProjectState, told: str) -> None:
    project_id = register(city)
    request_id = asked(city, project_id)
    set_state(city, project_id, state, date(2022, 5, 17))
    with pytest.raises(ConflictError, match=told):
        do_approve(city, request_id)
    do_return(city, request_id)
    with pytest.raises(ConflictError, match=told):
        ask(city.vigencia, project_id, wish(), city.actor, date(2022, 5, 18), render_mail)


def test_a_project_without_plan_asks_for_nothing(city: City) -> None:
    with pytest.raises(ConflictError, match="no tiene plan registrado"):
        asked(city, city.id(2))


def test_what_was_met_meanwhile_refuses_the_approval(city: City) -> None:
    request_id = asked(city, register(city))
    add_actual("BP26450001", "H07", date(2022, 5, 17))
    with pytest.raises(ProblemsError, match="ya se cumplió"):
        do_approve(city, request_id)
    assert find_request(city.vigencia_id, request_id).is_open


def test_a_plan_that_moved_meanwhile_refuses_the_approval(city: City) -> None:
    project_id = register(city)
    request_id = asked(city, project_id)
    change_state(city.vigencia, project_id, ProjectState.SUSPENDED, Act("Acta 1", date(2022, 5, 9)), city.actor)
    change_state(city.vigencia, project_id, ProjectState.ACTIVE, Act("Acta 2", date(2022, 5, 16)), city.actor)
    with pytest.raises(ConflictError, match="El plan vigente cambió"):
        do_approve(city, request_id)


@pytest.mark.parametrize("day", [date(2022, 4, 15), date(2022, 5, 19)])
def test_an_act_holds_from_a_day_after_the_plan_and_not_to_come(city: City, day: date) -> None:
    request_id = asked(city, register(city))
    with pytest.raises(ProblemsError, match="un día entre el 18/04/2022 y hoy"):
        do_approve(city, request_id, Act("Oficio 7", day))


def test_a_return_needs_its_reason(city: City) -> None:
    request_id = asked(city, register(city))
    with pytest.raises(ProblemsError, match="Falta el motivo"):
        do_return(city, request_id, "  ")
    do_return(city, request_id)
    assert find_request(city.vigencia_id, request_id).steps[-1].reason == "Falta el acta."


def test_an_unknown_request_is_not_found(city: City) -> None:
    with pytest.raises(NotFoundError):
        do_approve(city, 99)
    with pytest.raises(NotFoundError):
        find_request(city.vigencia_id, 99)


def test_a_request_is_judged_before_it_is_sent(city: City) -> None:
    project_id = register(city)
    review = review_wish(city.vigencia, project_id, wish(H14=date(2022, 12, 24)), ASKED_ON)
    assert [problem.what for problem in review.doubts] == ["«Liquidación»: 24/12/2022 no es día hábil."]
    assert [(move.code, move.in_force_workdays) for move in review.moves] == [("H14", 0)]
    refused = review_wish(city.vigencia, project_id, wish(H14=date(2022, 5, 2)), ASKED_ON)
    assert refused.problems
    assert list_requests(city.vigencia_id) == ()


@pytest.mark.parametrize(
    ("decide", "subject", "readers"),
    [
        (None, ["Para decidir", "Para su información"], [["plan@example.org"], ["jefe@example.org"]]),
        (do_approve, ["Aprobada"], [["enlace@example.org", "jefe@example.org"]]),
        (do_return, ["Devuelta"], [["enlace@example.org", "jefe@example.org"]]),
        (do_withdraw, ["Ya no espera decisión"] * 2, [["plan@example.org"], ["jefe@example.org"]]),
    ],
)
def test_each_step_tells_those_whom_it_concerns(
    city: City, decide: Decide | None, subject: list[str], readers: list[list[str]]
) -> None:
    make_user(Role.PLANEACION, email="plan@example.org")
    make_user(Role.ENLACE, city.organism(SALUD), email="enlace@example.org")
    make_user(Role.ORDENADOR, city.organism(SALUD), email="jefe@example.org")
    make_user(Role.ENLACE, city.organism(VIAS), email="otro@example.org")
    request_id = asked(city, register(city))
    if decide:
        decide(city, request_id)
    newest = list(reversed(list_messages()[: len(subject)]))
    assert [one.subject for one in newest] == [f"{word}: reprogramación n.º 1 de BP26450001" for word in subject]
    assert [[person.address for person in one.recipients] for one in newest] == readers


def test_the_head_is_told_and_only_planning_is_asked_to_decide(city: City) -> None:
    make_user(Role.PLANEACION, email="plan@example.org")
    make_user(Role.ORDENADOR, city.organism(SALUD), email="jefe@example.org")
    asked(city, register(city))
    planning, head = db.session.scalars(select(OutboxMessage.body_text).order_by(OutboxMessage.id))
    assert "Cordial saludo, equipo de Planeación:" in planning
    assert "La Secretaría de Salud Pública pide mover 1 fecha." in planning
    assert "Cordial saludo, ordenador(a) del gasto de la Secretaría de Salud Pública:" in head
    assert "No tiene que hacer nada" in head
    assert "Apruebe" not in head


def test_a_list_that_gives_the_project_to_another_organism_ends_its_request_and_tells_it(city: City) -> None:
    make_user(Role.ENLACE, city.organism(SALUD), email="ana@example.org")
    make_user(Role.ENLACE, city.organism(VIAS), email="eva@example.org")
    request_id = asked(city, register(city))
    text = b"codigo;organismo;nombre;territorio;valor\nBP26450001;4151;Parque;Comuna 1;100\n"
    file = read_project_list("lista.csv", text, territories=territory_names())
    import_projects(
        file, SourceFile("lista.csv", text), year=2022, today=ASKED_ON, actor=city.actor, render=render_mail
    )
    request = find_request(city.vigencia_id, request_id)
    assert (request.state, request.steps[-1].reason) == (
        ReplanningStep.WITHDRAWN,
        "El proyecto pasó a otro organismo.",
    )
    told = [[person.address for person in one.recipients] for one in list_messages() if "traslado" in one.subject]
    assert sorted(told) == [["ana@example.org"], ["eva@example.org"]]


def test_a_refused_step_sends_nothing(city: City) -> None:
    make_user(Role.PLANEACION, email="plan@example.org")
    project_id = register(city)
    for dates in ({"H07": date(2022, 7, 19)}, {"H99": NEW_DATE}):
        with pytest.raises(PpMonitorError):
            asked(city, project_id, **dates)
    assert list_messages() == ()
    assert db.session.scalar(select(func.count()).select_from(ReplanningSeat)) == 0
