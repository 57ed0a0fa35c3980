"""The file of a project holds what was recorded of it by an instant, and nothing of another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime

import pytest
from flask import Flask

from pp_monitor.domain.evidence import Document
from pp_monitor.extensions import db
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.progress import ActualFact, FactSource
from pp_monitor.models.project import Project
from pp_monitor.services.dossier import Dossier, project_dossier
from pp_monitor.services.entity import find_organism, find_vigencia
from pp_monitor.services.evidence import store_document
from pp_monitor.services.mail import RenderedMail, queue_message
from pp_monitor.services.notice import NewNotice, add_notice
from pp_monitor.services.transaction import writing_vigencia
from tests.documents import PDF, acta
from tests.portfolio_db import NewProject, an_actor, met_through, open_vigencia

TODAY = date(2022, 7, 15)
CODE, OTHER, LONGER = "BP26000001", "BP26000002", "BP260000011"


@pytest.fixture
def vigencia(any_app: Flask) -> Iterator[Vigencia]:
    """Two projects of one organism, one with dates, once on each engine."""
    with any_app.app_context():
        open_vigencia((NewProject(CODE, actual=met_through("H02")), NewProject(OTHER)))
        yield find_vigencia(2022)
        db.session.remove()


def dossier(vigencia: Vigencia, known_at: datetime | None = None, cutoff: date = TODAY) -> Dossier:
    project = db.session.query(Project).filter_by(code=CODE).one()
    return project_dossier(vigencia, project.id, "4145", cutoff, known_at or vigencia.last_recorded_at)


def report(vigencia: Vigencia, document: Document) -> None:
    project = db.session.query(Project).filter_by(code=CODE).one()
    with writing_vigencia(vigencia.id) as now:
        evidence = store_document(vigencia.entity_id, document, now)
        row = ActualFact(
            entity_id=vigencia.entity_id, project_id=project.id, milestone_code="H03", day=date(2022, 5, 9),
            status="reported", source=FactSource.FORM, reported_on=TODAY, evidence_id=evidence.id, recorded_at=now,
        )  # fmt: skip
        db.session.add(row)


def mail(vigencia: Vigencia, key: str, text: str, kind: str = "case_digest") -> None:
    with writing_vigencia(vigencia.id) as now:
        queue_message(
            entity_id=vigencia.entity_id,
            vigencia_id=vigencia.id,
            kind=kind,
            idempotency_key=key,
            recipients=["ana@example.org"],
            mail=RenderedMail(f"Correo {key}", text, ""),
            recorded_at=now,
        )


def test_a_document_is_told_with_the_hash_of_its_bytes(vigencia: Vigencia) -> None:
    report(vigencia, acta())
    proofs = [row.proof for row in dossier(vigencia).dates]
    assert [row.milestone_code for row in dossier(vigencia).dates] == ["H01", "H02", "H03"]
    assert proofs[-1]
    assert (proofs[-1].filename, proofs[-1].sha256) == ("acta 3.pdf", hashlib.sha256(PDF).hexdigest())


def test_mails_are_those_that_name_the_project(vigencia: Vigencia) -> None:
    public_id = db.session.query(Project).filter_by(code=CODE).one().public_id
    mail(vigencia, "a", f"El proyecto {CODE} va tarde.")
    mail(vigencia, "b", f"El proyecto {OTHER} va tarde; también {LONGER}.")
    mail(vigencia, "c", f"https://example.org/proyectos/{public_id}/avance")
    mail(vigencia, "d", f"{CODE}", kind="password_reset")
    found = dossier(vigencia).mails
    assert [row.subject for row in found] == ["Correo a", "Correo c"]
    assert [each.address for row in found for each in row.recipients] == ["ana@example.org"] * 2


def test_what_was_recorded_later_is_left_out(vigencia: Vigencia) -> None:
    before = vigencia.last_recorded_at
    report(vigencia, acta())
    mail(vigencia, "a", CODE)
    add_notice(vigencia, find_organism("4145"), NewNotice(TODAY, "2022-77", "Registre."), TODAY, an_actor())
    then, now = dossier(vigencia, before), dossier(vigencia)
    assert (len(then.dates), len(then.mails), len(then.notices)) == (2, 0, 0)
    assert (len(now.dates), len(now.mails), [row.filing_number for row in now.notices]) == (3, 1, ["2022-77"])
    assert [(row.number, row.act) for row in then.plans] == [(row.number, row.act) for row in now.plans]
    assert [row.number for row in now.plans] == [0]


def test_what_happened_after_the_cutoff_is_left_out(vigencia: Vigencia) -> None:
    report(vigencia, acta())
    add_notice(vigencia, find_organism("4145"), NewNotice(TODAY, "2022-77", "Registre."), TODAY, an_actor())
    before = dossier(vigencia, cutoff=date(2022, 5, 8))
    assert [row.milestone_code for row in before.dates] == ["H01", "H02"]
    assert (before.notices, [row.number for row in before.plans]) == ((), [0])
