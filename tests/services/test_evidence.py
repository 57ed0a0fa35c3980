"""Documents and links are kept with the data, each once, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.errors import NotFoundError, ProblemsError
from pp_monitor.domain.evidence import LARGEST_BYTES, SIGNED, Document
from pp_monitor.extensions import db
from pp_monitor.models.progress import Evidence
from pp_monitor.services.evidence import keep_link, proof_of, proof_problems, read_document, store_document
from pp_monitor.services.transaction import writing
from tests.documents import WORKBOOK, acta
from tests.services.outbox import a_city

ACT = "https://example.org/acta.pdf"
PDF = b"%PDF-1.7\nAprobado\n"


def store(entity_id: int, document: Document) -> int:
    with writing() as now:
        return store_document(entity_id, document, now).id


def test_a_document_comes_back_byte_for_byte_under_a_name_of_ours(any_app: Flask) -> None:
    with any_app.app_context():
        entity_id = a_city()
        first = store(entity_id, Document("../../oficio.exe", PDF))
        again = store(entity_id, Document("otro.pdf", PDF))
        found = read_document(first)
    assert first == again
    assert (found.content, found.media_type) == (PDF, "application/pdf")
    assert found.filename == f"soporte-{found.sha256[:12]}.pdf"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "El archivo está vacío."),
        (b"PK\x03\x04", "no es un PDF, una imagen, un libro de Excel ni un documento de Word"),
        (PDF + b"x" * LARGEST_BYTES, "El archivo pesa más de 10 MB."),
    ],
)
def test_what_is_no_document_is_refused_in_words(any_app: Flask, content: bytes, told: str) -> None:
    with any_app.app_context(), pytest.raises(ProblemsError, match=told):
        store(a_city(), Document("oficio.pdf", content))


def test_an_approval_is_signed_on_paper(any_app: Flask) -> None:
    with any_app.app_context():
        entity_id = a_city()
        with pytest.raises(ProblemsError, match=r"El archivo no es un PDF ni una imagen\."), writing() as now:
            store_document(entity_id, acta(WORKBOOK), now, SIGNED)


def test_a_workbook_is_kept_and_told_with_its_name(any_app: Flask) -> None:
    with any_app.app_context():
        kept = store(a_city(), acta(WORKBOOK, "soportes.xlsx"))
        proof = proof_of(db.session.get(Evidence, kept))
        assert proof is not None
        assert (proof.is_kept, proof.filename, proof.size_bytes) == (True, "soportes.xlsx", len(WORKBOOK))
        assert read_document(kept).filename == f"soporte-{proof.sha256[:12]}.xlsx"


@pytest.mark.parametrize(
    ("url", "document", "cells"),
    [(ACT, None, []), ("", acta(), []), ("", None, []), (ACT, acta(), ["file"]), ("ftp://a", acta(), ["url", "file"])],
)
def test_a_link_or_a_file_but_not_both(url: str, document: Document | None, cells: list[str]) -> None:
    assert [problem.cell for problem in proof_problems(url, document)] == cells


def test_a_document_that_was_never_handed_in_does_not_exist(any_app: Flask) -> None:
    with any_app.app_context(), pytest.raises(NotFoundError):
        read_document(7)


def test_the_same_link_is_kept_once_and_none_is_nothing(any_app: Flask) -> None:
    with any_app.app_context():
        entity_id = a_city()
        with writing() as now:
            first = keep_link(entity_id, ACT, now)
            again = keep_link(entity_id, ACT, now)
            other = keep_link(entity_id, f"{ACT}?v=2", now)
            nothing = keep_link(entity_id, "", now)
        assert (first == again, first == other, nothing) == (True, False, None)
        assert set(db.session.scalars(select(Evidence.url))) == {ACT, f"{ACT}?v=2"}


def test_a_link_holds_no_bytes_to_hand_out(any_app: Flask) -> None:
    with any_app.app_context():
        entity_id = a_city()
        with writing() as now:
            link = keep_link(entity_id, ACT, now)
        assert link is not None
        with pytest.raises(NotFoundError):
            read_document(link)
