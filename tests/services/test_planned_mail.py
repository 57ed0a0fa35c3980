"""A mail for one person: each occasion is told once, and its documents go with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.evidence import Document
from pp_monitor.extensions import db
from pp_monitor.models.account import RoleAssignment, User
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.models.mail import MailMark, OutboxMessage
from pp_monitor.models.progress import Evidence
from pp_monitor.services.delivery import send_due
from pp_monitor.services.mail import RenderedMail
from pp_monitor.services.planned_mail import PlannedMail, addressees, send_planned
from pp_monitor.services.transaction import writing
from tests.engines import SmtpServer
from tests.factories_db import make_organism, make_user
from tests.portfolio_db import an_actor, open_vigencia
from tests.rows import count

DAY = date(2022, 5, 13)
BOOK = Document("avance-2022-4145.pdf", b"%PDF-1.7 lo que se debe")


@pytest.fixture
def vigencia(mailing_app: Flask) -> Iterator[Vigencia]:
    with mailing_app.app_context():
        vigencia = open_vigencia()
        make_user(Role.ENLACE, make_organism("4145"), email="enlace@example.org", label="Enlace")
        make_user(Role.PLANEACION, email="planeacion@example.org")
        yield vigencia


def planned(vigencia: Vigencia, *occasions: str) -> list[PlannedMail]:
    """One for each person of the city."""
    mail = RenderedMail("Hitos por vencer", "Dos hitos.\n", "<p>Dos hitos.</p>")
    people = addressees(vigencia.entity_id, DAY)
    return [PlannedMail("milestone_reminder", DAY, to, occasions, "H03", mail, (BOOK,)) for to in people]


def queue(vigencia: Vigencia, mails: Sequence[PlannedMail]) -> int:
    return send_planned(vigencia, mails, an_actor())


def trail() -> list[dict[str, object]]:
    """What the audit tells of reminders, the oldest first."""
    query = select(AuditEvent.details).where(AuditEvent.action == "remind").order_by(AuditEvent.id)
    return list(db.session.scalars(query))


def test_an_occasion_is_told_once_to_each_person_and_a_new_one_again(vigencia: Vigencia) -> None:
    assert queue(vigencia, planned(vigencia, "a", "b")) == 2
    assert queue(vigencia, planned(vigencia, "a", "b")) == 0
    assert queue(vigencia, planned(vigencia, "b", "c")) == 2
    assert (count(MailMark), count(OutboxMessage)) == (6, 4)
    assert trail() == [{"mail_kind": "milestone_reminder", "messages": 2}] * 2


def test_no_mail_leaves_no_trace(vigencia: Vigencia) -> None:
    assert queue(vigencia, []) == 0
    assert (count(OutboxMessage), trail()) == (0, [])


def test_an_error_leaves_nothing_behind(vigencia: Vigencia) -> None:
    first, second = planned(vigencia, "a")
    broken = replace(second, documents=(Document("vacio.pdf", b""),))
    with pytest.raises(Exception, match="vacío"):
        queue(vigencia, [first, broken])
    assert (count(MailMark), count(OutboxMessage)) == (0, 0)


def test_the_same_document_is_kept_once_and_goes_with_each_mail(vigencia: Vigencia, smtp_server: SmtpServer) -> None:
    queue(vigencia, planned(vigencia, "a"))
    assert count(Evidence) == 1
    assert send_due().sent == 2
    for mail in smtp_server.received:
        (attached,) = mail.message.iter_attachments()
        assert attached.get_filename() == BOOK.filename
        assert attached.get_content() == BOOK.content


def test_a_person_of_several_organisms_is_one_addressee(vigencia: Vigencia) -> None:
    person = db.session.scalars(select(User).where(User.email == "enlace@example.org")).one()
    with writing() as now:
        more = {"entity_id": person.entity_id, "user_id": person.id, "role": Role.ENLACE, "recorded_at": now}
        organism_id = db.session.scalars(select(Organism.id).where(Organism.code == "4151")).one()
        db.session.add(RoleAssignment(organism_id=organism_id, valid_from=DAY, **more))
    people = {person.email: person.grants for person in addressees(vigencia.entity_id, DAY)}
    assert people["enlace@example.org"] == {(Role.ENLACE, "4145"), (Role.ENLACE, "4151")}
    assert people["planeacion@example.org"] == {(Role.PLANEACION, "")}
