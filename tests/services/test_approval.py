"""The head decides once, others have their days, and silence registers exactly what was sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from pp_monitor.domain.account import Role
from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.errors import ConflictError, ProblemsError
from pp_monitor.domain.evidence import Document
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.plan_doubt import DoubtGroup, Justification
from pp_monitor.domain.plan_rule import Backing
from pp_monitor.domain.plan_warning import PlanDoubt
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.account import User
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.mail import OutboxMessage
from pp_monitor.models.plan import BaselineRow, Registration, RegistrationStep
from pp_monitor.models.project import ProjectBacking
from pp_monitor.services import approval, registration
from pp_monitor.services.approval import Signed, comment, decide, let_through, register_due, return_approved
from pp_monitor.services.evidence import read_document
from pp_monitor.services.mail import list_messages
from pp_monitor.services.plan_reason import justify
from pp_monitor.services.receipt import find_receipt
from pp_monitor.services.story import StoryKind, project_story
from pp_monitor.services.submission import at_step
from pp_monitor.services.submission_read import SentPlan, find_submission
from tests.plan_data import SALUD, TODAY, VIAS, City, build_city, move, plan, set_modality
from tests.submissions import actor, approve, deed, send

# Approved on Monday the 18th: comments until Thursday the 21st.
LAST_DAY, NEXT_DAY = date(2022, 4, 21), date(2022, 4, 22)
PDF = Document("oficio.pdf", b"%PDF-1.7\nAprobado\n")
SIGNED = Signed("Ana Ruiz, secretaria", "Oficio 12", PDF)


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()


def ids(city: City, *numbers: int) -> list[int]:
    return [city.id(number) for number in numbers]


def found(city: City, number: int = 1) -> SentPlan:
    return find_submission(city.vigencia, number, TODAY)


def count(table: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def told() -> list[tuple[str, str]]:
    """Kind and recipients of the mails, oldest first."""
    return [(each.kind, ", ".join(one.address for one in each.recipients)) for each in list_messages()][::-1]


def newest_audit() -> AuditEvent:
    return db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence.desc()).limit(1)).one()


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
    assert kinds == [("plan_approved", 3), ("plan_commented", 2), ("plan_registered", 2)]
    plan_ = found(city)
    assert (plan_.stage, plan_.receipt, plan_.comments_until) == (None, 1, LAST_DAY)
    assert [one.step for one in plan_.said] == [
        RegistrationStep.SENT,
        RegistrationStep.APPROVED,
        RegistrationStep.COMMENTED,
        RegistrationStep.REGISTERED,
    ]


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


def body(kind: str) -> str:
    return db.session.scalars(select(OutboxMessage.body_text).where(OutboxMessage.kind == kind)).one()


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


def test_a_signed_approval_is_kept_with_its_act_and_counts_as_the_heads(city: City) -> None:
    enlace = actor(city, Role.ENLACE)
    sent = send(city, by=enlace)
    decide(deed(city, sent.id, enlace), ids(city, 1, 2, 3), {}, SIGNED)
    plan_ = found(city)
    assert plan_.approval is not None
    assert plan_.approval.evidence_id is not None
    assert read_document(plan_.approval.evidence_id).content == PDF.content
    done = let_through(deed(city, sent.id))
    assert done is not None
    assert done.act == "Oficio 12"
    approved = find_receipt(city.vigencia, 1).approved
    assert approved is not None
    assert (approved.who, approved.signed_by) == ("Enlace", "Ana Ruiz, secretaria")


def test_a_signed_approval_that_is_no_document_decides_nothing(city: City) -> None:
    sent = send(city)
    with pytest.raises(ProblemsError, match="no es un PDF"):
        decide(
            deed(city, sent.id), ids(city, 1, 2, 3), {}, Signed("Ana Ruiz", "Oficio 12", Document("oficio.pdf", b"MZ"))
        )
    assert len(at_step(sent, RegistrationStep.SENT)) == 3


def test_the_head_is_told_at_once_of_an_approval_that_was_handed_in(city: City) -> None:
    enlace, head = actor(city, Role.ENLACE), actor(city, Role.ORDENADOR)
    sent = send(city, by=enlace)
    decide(deed(city, sent.id, enlace), ids(city, 1, 2, 3), {}, SIGNED)
    mail = next(one for one in list_messages() if one.kind == "plan_handed_in")
    assert [one.address for one in mail.recipients] == [db.session.get_one(User, head.user_id).email]
    text = body("plan_handed_in")
    assert "Enlace adjuntó la aprobación del plan, firmada por Ana Ruiz, secretaria. Documento: Oficio 12." in text
    assert "3 proyectos aprobados por $600.000.000." in text
    assert "/registro/envios/1/soporte" in text
    assert newest_audit().details["signed_by"] == "Ana Ruiz, secretaria"


def test_who_signed_must_be_said(city: City) -> None:
    sent = send(city)
    with pytest.raises(ProblemsError, match="Falta quién firmó"):
        decide(deed(city, sent.id), ids(city, 1, 2, 3), {}, Signed("  ", "Oficio 12", PDF))
    assert len(at_step(sent, RegistrationStep.SENT)) == 3


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


def test_silence_lets_it_through_the_day_after_the_days_for_comments(city: City) -> None:
    sent = send(city)
    approve(city, sent)
    assert register_due(city.vigencia, city.actor, LAST_DAY, render_mail) == ()
    with pytest.raises(ConflictError, match="Todavía"):
        let_through(deed(city, sent.id, on=LAST_DAY), is_due=True)
    assert register_due(city.vigencia, city.actor, NEXT_DAY, render_mail) == (1,)
    assert register_due(city.vigencia, city.actor, NEXT_DAY, render_mail) == ()
    row = db.session.scalars(select(Registration)).one()
    assert row.declared_on == TODAY


def test_who_let_a_plan_through_is_told_and_it_is_not_who_approved_it(city: City) -> None:
    head, planner = actor(city, Role.ORDENADOR), actor(city, Role.PLANEACION)
    first, second = send(city, (1,)), send(city, (2,))
    approve(city, first, head)
    approve(city, second, head)
    let_through(deed(city, first.id, planner))
    assert newest_audit().actor == "Planeacion"
    register_due(city.vigencia, city.actor, NEXT_DAY, render_mail)
    assert newest_audit().actor == city.actor.label
    by = [found(city, number).registered_by for number in (1, 2)]
    assert [one.who for one in by if one] == ["Planeacion", ""]
    authors = [
        [row.author for row in project_story(id_).entries if row.kind is StoryKind.BASELINE] for id_ in ids(city, 1, 2)
    ]
    assert authors == [["Planeacion"], ["Por vencimiento del plazo de comentarios"]]


def test_days_missed_are_caught_up(city: City) -> None:
    first, second = send(city), send(city, (1, 2), organism=VIAS)
    approve(city, first)
    approve(city, second, on=LAST_DAY)
    assert register_due(city.vigencia, city.actor, date(2022, 5, 16), render_mail) == (1, 2)


def test_a_run_cut_in_the_middle_is_simply_run_again(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    for sent in (send(city), send(city, (1, 2), organism=VIAS)):
        approve(city, sent)
    whole, calls = registration._add_facts, []

    def cut(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        whole(*arguments)

    monkeypatch.setattr(registration, "_add_facts", cut)
    with pytest.raises(KeyboardInterrupt):
        register_due(city.vigencia, city.actor, NEXT_DAY, render_mail)
    db.session.rollback()
    assert (count(Registration), count(BaselineRow)) == (1, 3)
    monkeypatch.undo()
    assert register_due(city.vigencia, city.actor, NEXT_DAY, render_mail) == (2,)
    assert (count(Registration), count(BaselineRow)) == (2, 5)


def test_one_that_cannot_be_registered_does_not_keep_the_others(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    for sent in (send(city), send(city, (1, 2), organism=VIAS)):
        approve(city, sent)
    whole = approval.write_registration

    def refuse(batch: Any, now: Any) -> Any:
        if batch.organism.code == SALUD:
            raise ConflictError("No se pudo.")
        return whole(batch, now)

    monkeypatch.setattr(approval, "write_registration", refuse)
    with pytest.raises(approval.LeftUnregisteredError, match="No se pudo"):
        register_due(city.vigencia, city.actor, NEXT_DAY, render_mail)
    assert (count(Registration), count(BaselineRow)) == (1, 2)


def test_nothing_is_registered_of_what_all_went_elsewhere(city: City) -> None:
    sent = send(city, (1,))
    approve(city, sent)
    move(city, city.id(1), VIAS, TODAY)
    assert let_through(deed(city, sent.id)) is None
    assert at_step(sent, RegistrationStep.LEFT) == {city.id(1)}
    assert register_due(city.vigencia, city.actor, NEXT_DAY, render_mail) == ()


@pytest.mark.parametrize("second", ["approve", "return"])
def test_two_people_decide_at_once_and_one_decision_stands(any_app: Flask, second: str) -> None:
    with any_app.app_context():
        city = build_city()
        sent_id = send(city).id
        shown = ids(city, 1, 2, 3)
    start = threading.Barrier(2)
    ended: list[str] = []

    def work(returned: dict[int, str]) -> None:
        with any_app.app_context():
            start.wait()
            try:
                decide(deed(city, sent_id), shown, returned)
                ended.append("decided")
            except ConflictError as conflict:
                ended.append(str(conflict))
            finally:
                db.session.remove()

    other = dict.fromkeys(shown, "Faltan soportes") if second == "return" else {}
    threads = [threading.Thread(target=work, args=(returned,)) for returned in ({}, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["Este envío ya no espera la aprobación del despacho.", "decided"]
    with any_app.app_context():
        assert len({row.step.step for row in found(city).projects}) == 1


def test_who_sent_the_plan_signs_it_only_with_the_heads_document(city: City) -> None:
    enlace = actor(city, Role.ENLACE)
    submission = send(city, (1, 2), by=enlace)
    sent = at_step(submission, RegistrationStep.SENT)
    for returned in ({}, {city.id(1): "Falta el CDP"}):
        with pytest.raises(ConflictError, match="Usted envió este plan: lo aprueba otra persona"):
            decide(deed(city, submission.id, enlace), sent, returned)
    assert at_step(submission, RegistrationStep.SENT) == sent
    decide(deed(city, submission.id, enlace), sent, {}, SIGNED)
    assert at_step(submission, RegistrationStep.APPROVED) == sent
