"""An approval that was signed on paper: kept as a document, told to the head, and who signed it said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.domain.errors import ConflictError, ProblemsError
from pp_monitor.domain.evidence import Document
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.plan import RegistrationStep
from pp_monitor.services.approval import Signed, decide, let_through
from pp_monitor.services.evidence import read_document
from pp_monitor.services.mail import list_messages
from pp_monitor.services.receipt import find_receipt
from pp_monitor.services.submission import at_step
from tests.plan_data import City, build_city
from tests.services.outbox import body
from tests.submissions import actor, deed, found, ids, newest_audit, send

PDF = Document("oficio.pdf", b"%PDF-1.7\nAprobado\n")
SIGNED = Signed("Ana Ruiz, secretaria", "Oficio 12", PDF)


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()


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
