"""What is sent is frozen, waits once, and leaves its approval when the project does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from pp_monitor.domain.account import Role
from pp_monitor.domain.errors import ConflictError, NotFoundError, ProblemsError
from pp_monitor.domain.plan import PlanLine, PlanStatus
from pp_monitor.domain.project import ProjectState
from pp_monitor.domain.submission import Approval, ApprovalStage
from pp_monitor.extensions import db
from pp_monitor.models.plan import RegistrationStep
from pp_monitor.models.submission import PlanSubmissionProject, PlanSubmissionSeat
from pp_monitor.services.approval import let_through
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.event import Act, change_state
from pp_monitor.services.mail import list_messages
from pp_monitor.services.plan_check import ProjectPlan
from pp_monitor.services.plan_text import plan_rows, read_plan_rows
from pp_monitor.services.submission import at_step, recall
from pp_monitor.services.submission_read import find_submission, list_submissions
from pp_monitor.services.submission_step import newest_steps
from tests.pages import counted_queries
from tests.plan_data import SALUD, TODAY, VIAS, City, build_city, move, plan, plan_lines, register_plans
from tests.submissions import actor, approve, deed, newest_audit, send

LATER = date(2022, 4, 19)


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()


@pytest.mark.parametrize(
    "whole",
    [
        plan(),
        plan(H05=PlanLine(not_applicable=True), H14=PlanLine(not_applicable=True, reason="No se liquida; art. 60")),
        ProjectPlan(plan_lines(), {"H01": date(2022, 4, 1)}),
        ProjectPlan(plan_lines() | {"P01": PlanLine(TODAY)}, own_names={"P01": "Entrega; a la comunidad"}),
    ],
)
def test_a_plan_is_read_back_from_its_lines_as_it_was(whole: ProjectPlan) -> None:
    assert read_plan_rows("\n".join(plan_rows("BP26450001", whole)) + "\n") == whole


def test_a_submission_freezes_the_plans_and_leaves_its_trail(city: City) -> None:
    sent = send(city, (1, 2), act="Oficio 7")
    assert (sent.number, sent.kind, sent.sent_on) == (1, "principal", TODAY)
    rows = db.session.scalars(select(PlanSubmissionProject).order_by(PlanSubmissionProject.project_id)).all()
    assert [read_plan_rows(row.plan_text) for row in rows] == [plan(), plan()]
    assert len({row.plan_sha256 for row in rows}) == 2
    event = newest_audit()
    assert (event.action, event.details["number"]) == ("send", 1)
    assert event.details["sha256"] == sent.plan_sha256


def test_coverage_shows_it_apart_with_who_has_it_as_of_the_day_and_the_instant(city: City) -> None:
    before = city.vigencia.last_recorded_at
    sent = send(city, (1,))
    known = city.vigencia.last_recorded_at
    approve(city, sent, on=LATER)

    def found(cutoff: date, known_at: object = None) -> tuple[PlanStatus, Approval | None]:
        project = assess_portfolio(city.vigencia, cutoff, known_at).of_organism(SALUD)[0]  # type: ignore[arg-type]
        return project.plan_status, project.approval

    assert found(LATER) == (
        PlanStatus.AWAITING_APPROVAL,
        Approval(ApprovalStage.COMMENTS, TODAY, LATER),
    )
    assert found(LATER, known) == (PlanStatus.AWAITING_APPROVAL, Approval(ApprovalStage.HEAD, TODAY))
    assert found(TODAY) == (PlanStatus.AWAITING_APPROVAL, Approval(ApprovalStage.HEAD, TODAY))
    assert found(date(2022, 4, 17)) == (PlanStatus.UNREGISTERED, None)
    assert found(LATER, before) == (PlanStatus.UNREGISTERED, None)
    city_row = assess_portfolio(city.vigencia, LATER).city
    assert (city_row.with_plan, city_row.awaiting_approval) == (0, 1)


def test_what_waits_is_not_sent_twice_by_the_rule_of_the_database(city: City) -> None:
    sent = send(city, (1,))
    with pytest.raises(IntegrityError):
        send(city, (1,))
    seat = {"entity_id": city.actor.entity_id, "project_id": city.id(1), "submission_id": sent.id}
    with pytest.raises(IntegrityError):
        db.session.execute(insert(PlanSubmissionSeat), [seat])
    db.session.rollback()


def test_a_second_submission_is_supplementary_while_the_principal_one_waits(city: City) -> None:
    assert send(city, (1, 2)).kind == "principal"
    assert send(city, (3,)).kind == "supplementary"
    assert send(city, (1,), organism=VIAS).kind == "principal"


def test_a_supplementary_one_that_gets_through_first_stays_supplementary(city: City) -> None:
    first, second = send(city, (1, 2)), send(city, (3,))
    approve(city, second)
    later = let_through(deed(city, second.id))
    approve(city, first)
    principal = let_through(deed(city, first.id))
    assert later is not None
    assert principal is not None
    assert (later.kind, principal.kind) == ("supplementary", "principal")


def test_a_faulty_plan_or_one_of_others_is_not_sent(city: City) -> None:
    with pytest.raises(ProblemsError, match="Falta la fecha"):
        send(city, (1,), plan_=plan(H05=PlanLine()))
    with pytest.raises(NotFoundError):
        find_submission(city.vigencia, 1, TODAY)


def test_the_enlace_takes_back_what_the_head_has_not_decided(city: City) -> None:
    enlace, head = actor(city, Role.ENLACE), actor(city, Role.ORDENADOR)
    assert head.user_id
    sent = send(city, by=enlace)
    recall(deed(city, sent.id, enlace), "Falta una fecha")
    assert at_step(sent, RegistrationStep.RECALLED) == {city.id(number) for number in (1, 2, 3)}
    assert newest_audit().details["reason"] == "Falta una fecha"
    assert list_messages()[0].kind == "plan_recalled"
    again = send(city, by=enlace)
    assert (again.number, again.kind) == (2, "principal")


def test_nothing_is_taken_back_without_a_reason_or_after_the_decision(city: City) -> None:
    sent = send(city)
    with pytest.raises(ProblemsError, match="Falta el motivo"):
        recall(deed(city, sent.id), "  ")
    with pytest.raises(ProblemsError, match=r"demasiado corto\. Escriba al menos 10 letras"):
        recall(deed(city, sent.id), "Error 2022-04-18")
    assert len(at_step(sent, RegistrationStep.SENT)) == 3
    approve(city, sent)
    with pytest.raises(ConflictError, match="ya decidió"):
        recall(deed(city, sent.id), "Tarde")


def test_a_withdrawn_project_leaves_its_approval_with_a_note(city: City) -> None:
    sent = send(city)
    change_state(city.vigencia, city.id(2), ProjectState.WITHDRAWN, Act("Acta 9", TODAY), city.actor)
    step = newest_steps([city.id(2)])[city.id(2)]
    assert (step.step, step.reason) == (RegistrationStep.LEFT, "El proyecto se retiró: Acta 9.")
    approve(city, sent)
    registration = let_through(deed(city, sent.id))
    assert registration is not None
    assert len(find_submission(city.vigencia, 1, TODAY).at(RegistrationStep.REGISTERED)) == 2


def test_a_project_that_another_organism_got_is_out_when_the_head_decides(city: City) -> None:
    sent = send(city)
    waiting = at_step(sent, RegistrationStep.SENT)
    move(city, city.id(1), VIAS, TODAY)
    approve(city, sent)
    assert at_step(sent, RegistrationStep.LEFT) == {city.id(1)}
    assert at_step(sent, RegistrationStep.APPROVED) == waiting - {city.id(1)}


def test_planning_registers_at_once_what_was_waiting_and_the_submission_says_so(city: City) -> None:
    sent = send(city, (1, 2))
    register_plans(city, {city.id(1): plan()}, "Acta 7")
    found = find_submission(city.vigencia, sent.number, TODAY)
    assert [(row.code, row.step.step) for row in found.projects] == [
        ("BP26450001", RegistrationStep.LEFT),
        ("BP26450002", RegistrationStep.SENT),
    ]
    assert found.projects[0].step.reason == "Se registró por otro acto."


def test_the_list_costs_as_many_queries_for_many_as_for_one(any_app: Flask) -> None:
    counts = []
    with any_app.app_context():
        city = build_city()
        for number in (1, 2, 3):
            send(city, (number,))
            vigencia = city.vigencia
            assert vigencia.id
            with counted_queries(any_app) as statements:
                assert len(list_submissions(vigencia, TODAY)) == number
            counts.append(len(statements))
    assert counts[0] == counts[1] == counts[2]
