"""The head decides once, Planning and Contratación have their days, and what was sent is what gets registered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.errors import ConflictError, ProblemsError
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.plan_doubt import DoubtGroup, Justification
from pp_monitor.domain.plan_rule import Backing
from pp_monitor.domain.plan_warning import PlanDoubt
from pp_monitor.extensions import db
from pp_monitor.models.plan import BaselineRow, Registration, RegistrationStep
from pp_monitor.models.project import ProjectBacking
from pp_monitor.services.approval import comment, decide, let_through, return_approved
from pp_monitor.services.mail import list_messages
from pp_monitor.services.plan_reason import justify
from pp_monitor.services.receipt import find_receipt
from pp_monitor.services.submission import at_step
from tests.plan_data import TODAY, VIAS, City, build_city, plan, set_modality
from tests.rows import count
from tests.services.outbox import body
from tests.submissions import LAST_DAY, actor, approve, deed, found, ids, send
from tests.threads import at_once


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()


def told() -> list[tuple[str, str]]:
    """Kind and recipients of the mails, oldest first."""
    return [(each.kind, ", ".join(one.address for one in each.recipients)) for each in list_messages()][::-1]


def test_the_head_approves_and_each_step_is_told_to_those_who_have_to_know(city: City) -> None:
    people = {role: actor(city, role) for role in (Role.ENLACE, Role.ORDENADOR, Role.PLANEACION, Role.CONTRATACION)}
    actor(city, Role.ORDENADOR, VIAS)
    sent = send(city, by=people[Role.ENLACE])
    approve(city, sent, people[Role.ORDENADOR])
    comment(deed(city, sent.id, people[Role.CONTRATACION]), ids(city, 1), "Revise la modalidad")
    done = let_through(deed(city, sent.id, people[Role.PLANEACION]))

    assert done is not None
    assert (done.declared_on, done.user_id) == (TODAY, people[Role.ORDENADOR].user_id)
    assert done.act == "Aprobación del ordenador, envío n.º 1"
    receipt = find_receipt(city.vigencia, 1)
    assert receipt.submission == 1
    assert receipt.sent is not None
    assert receipt.approved is not None
    assert (receipt.sent.who, receipt.approved.who, receipt.approved.signed_by) == ("Enlace", "Ordenador", "")
    assert receipt.registered is not None
    assert receipt.registered.who == "Planeacion"
    assert receipt.sent.recorded_at < receipt.approved.recorded_at < receipt.recorded_at
    kinds = [(kind, len(who.split(", "))) for kind, who in told()]
    assert kinds == [("plan_approved", 2), ("plan_goes_on", 1), ("plan_commented", 2), ("plan_registered", 2)]
    plan_ = found(city)
    assert (plan_.stage, plan_.receipt, plan_.comments_until) == (None, 1, LAST_DAY)
    assert [one.step for one in plan_.said] == [
        RegistrationStep.SENT,
        RegistrationStep.APPROVED,
        RegistrationStep.COMMENTED,
        RegistrationStep.REGISTERED,
    ]


def test_nothing_is_registered_but_what_was_shown(city: City) -> None:
    sent = send(city)
    approve(city, sent)
    for shown in (ids(city, 1, 2), []):
        with pytest.raises(ConflictError, match="El envío cambió mientras usted lo revisaba"):
            let_through(deed(city, sent.id), shown)
    assert count(Registration) == 0
    done = let_through(deed(city, sent.id), ids(city, 1, 2, 3))
    assert done is not None
    assert len(find_receipt(city.vigencia, done.number).projects) == 3


def test_what_is_registered_is_what_was_sent_whatever_changed_since(city: City) -> None:
    dates = plan(H03=PlanLine(not_applicable=True), H04=PlanLine(not_applicable=True))
    sent = send(city, (1,), plan_=dates, modality=Modality.CI, act="Oficio 7")
    set_modality(city, city.id(1), Modality.LP)
    approve(city, sent)
    let_through(deed(city, sent.id))
    receipt = find_receipt(city.vigencia, 1)
    assert receipt.is_intact
    assert receipt.projects[0].plan == dates
    assert receipt.act == "Oficio 7"
    assert receipt.projects[0].modality is Modality.CI
    assert receipt.submission_sha256 == found(city).sha256


@pytest.mark.parametrize(
    ("sent_with", "backed"),
    [
        (Justification("Sigue en 2023.", Backing.FUTURE_APPROPRIATION, "Acuerdo 512"), ["Acuerdo 512"]),
        (Justification("Ya se recibió.", Backing.PAYABLE, "Acta 3"), []),
        (None, []),
    ],
)
def test_what_pays_a_late_completion_is_what_was_said_when_it_was_sent(
    city: City, sent_with: Justification | None, backed: list[str]
) -> None:
    key = PlanDoubt.COMPLETION_AFTER_YEAR
    late = plan(**dict.fromkeys(("H11", "H12", "H13", "H14"), PlanLine(date(2023, 2, 1))))
    sent = send(city, (1,), plan_=late, doubts=[DoubtGroup(key, key, (), True, sent_with)])
    later = Justification("Otra cosa distinta.", Backing.RESERVE, "Reserva 9")
    justify(city.vigencia, city.organism(), {key: later}, city.actor)
    approve(city, sent)
    let_through(deed(city, sent.id))
    assert list(db.session.scalars(select(ProjectBacking.act))) == backed
    receipt = find_receipt(city.vigencia, 1)
    assert [one.backing for one in receipt.projects] == (backed or [""])
    said = [sent_with.reason] if sent_with else [""]
    assert [one.reason for one in receipt.doubts] == said


def test_some_are_returned_and_the_rest_goes_on(city: City) -> None:
    actor(city, Role.ENLACE)
    sent = send(city)
    decide(deed(city, sent.id), ids(city, 1, 2, 3), {city.id(2): " La obra empieza después "})
    plan_ = found(city)
    assert [row.step.step for row in plan_.projects] == [
        RegistrationStep.APPROVED,
        RegistrationStep.RETURNED,
        RegistrationStep.APPROVED,
    ]
    assert plan_.projects[1].step.reason == "La obra empieza después"
    assert "La obra empieza después" in body("plan_returned")
    assert let_through(deed(city, sent.id)) is not None
    assert send(city, (2,)).kind == "supplementary"


def test_the_whole_comes_back_with_one_reason(city: City) -> None:
    sent = send(city)
    decide(deed(city, sent.id), ids(city, 1, 2, 3), dict.fromkeys(ids(city, 1, 2, 3), "Faltan soportes"))
    plan_ = found(city)
    assert (plan_.stage, plan_.approved_on) == (None, None)
    assert [(one.step, len(one.projects)) for one in plan_.said] == [
        (RegistrationStep.SENT, 3),
        (RegistrationStep.RETURNED, 3),
    ]


def test_a_return_without_reason_is_refused_and_nothing_is_decided(city: City) -> None:
    sent = send(city)
    with pytest.raises(ProblemsError, match="Falta el motivo"):
        decide(deed(city, sent.id), ids(city, 1, 2, 3), {city.id(1): " "})
    assert len(at_step(sent, RegistrationStep.SENT)) == 3


def test_the_head_decides_only_on_what_the_page_showed(city: City) -> None:
    sent = send(city)
    for shown, returned in ((ids(city, 1, 2), {}), (ids(city, 1, 2, 3), {city.id(1, VIAS): "x"})):
        with pytest.raises(ConflictError, match="cambió mientras"):
            decide(deed(city, sent.id), shown, returned)


def test_a_head_that_decides_on_its_page_gets_no_mail_of_a_document(city: City) -> None:
    actor(city, Role.ORDENADOR)
    approve(city, send(city))
    assert "plan_handed_in" not in [kind for kind, _ in told()]


def test_the_mail_of_an_approval_counts_only_what_goes_on(city: City) -> None:
    actor(city, Role.PLANEACION)
    sent = send(city)
    decide(deed(city, sent.id), ids(city, 1, 2, 3), {city.id(2): "Faltan soportes"})
    text = body("plan_approved")
    assert "2 proyectos aprobados por $400.000.000." in text
    assert "1 proyecto volvió o salió de la aprobación, por $200.000.000." in text


def test_the_enlace_is_told_apart_from_who_may_comment(city: City) -> None:
    actor(city, Role.PLANEACION)
    actor(city, Role.ENLACE)
    approve(city, send(city))
    assert "Puede comentarlo o devolverlo" in body("plan_approved")
    text = body("plan_goes_on")
    assert "El despacho de la Secretaría de Salud Pública aprobó el plan." in text
    assert "Por lo aprobado no tiene que hacer nada" in text


def test_planning_returns_within_the_days_for_comments(city: City) -> None:
    sent = send(city)
    approve(city, sent)
    return_approved(deed(city, sent.id), ids(city, 3), "La modalidad no es esa")
    assert at_step(sent, RegistrationStep.RETURNED) == {city.id(3)}
    with pytest.raises(ConflictError, match="cambió mientras"):
        return_approved(deed(city, sent.id), ids(city, 3), "Otra vez")
    with pytest.raises(ProblemsError, match="Falta el motivo"):
        return_approved(deed(city, sent.id), ids(city, 1), "")
    with pytest.raises(ProblemsError, match=r"demasiado corto\. Escriba al menos 10 letras"):
        return_approved(deed(city, sent.id), ids(city, 1), "No va")
    comment(deed(city, sent.id), ids(city, 1), "Bien")


Doing = Callable[[City, Any], object]
WITH_HEAD: dict[str, Doing] = {
    "comment": lambda city, sent: comment(deed(city, sent.id), ids(city, 1), "x"),
    "return": lambda city, sent: return_approved(deed(city, sent.id), ids(city, 1), "Faltan soportes"),
    "let through": lambda city, sent: let_through(deed(city, sent.id)),
}
REGISTERED: dict[str, Doing] = WITH_HEAD | {"decide": lambda city, sent: decide(deed(city, sent.id), ids(city, 1), {})}


@pytest.mark.parametrize("doing", WITH_HEAD)
def test_what_the_head_has_is_not_yet_for_others(city: City, doing: str) -> None:
    sent = send(city, (1,))
    with pytest.raises(ConflictError):
        WITH_HEAD[doing](city, sent)
    assert at_step(sent, RegistrationStep.SENT) == {city.id(1)}


@pytest.mark.parametrize("doing", REGISTERED)
def test_what_is_registered_stays(city: City, doing: str) -> None:
    sent = send(city, (1,))
    approve(city, sent)
    let_through(deed(city, sent.id))
    with pytest.raises(ConflictError):
        REGISTERED[doing](city, sent)
    assert (count(Registration), count(BaselineRow)) == (1, 1)


@pytest.mark.parametrize("second", ["approve", "return"])
def test_two_people_decide_at_once_and_one_decision_stands(any_app: Flask, second: str) -> None:
    with any_app.app_context():
        city = build_city()
        sent_id = send(city).id
        shown = ids(city, 1, 2, 3)
    other = dict.fromkeys(shown, "Faltan soportes") if second == "return" else {}
    ended = at_once(
        any_app,
        lambda: decide(deed(city, sent_id), shown, {}),
        lambda: decide(deed(city, sent_id), shown, other),
    )
    [refused] = [str(error) for error in ended if isinstance(error, ConflictError)]
    assert refused == "Este envío ya no espera la aprobación del despacho."
    with any_app.app_context():
        assert len({row.step.step for row in found(city).projects}) == 1
