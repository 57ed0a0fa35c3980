"""A document is what its bytes say, whatever it is called."""

from __future__ import annotations

import pytest

from pp_monitor.domain.evidence import DOCX, XLSX, Document, suffix_of
from tests.documents import LETTER, WORKBOOK, office


@pytest.mark.parametrize(
    ("content", "media_type", "suffix"),
    [
        (b"%PDF-1.7\n", "application/pdf", ".pdf"),
        (b"\x89PNG\r\n\x1a\n\x00", "image/png", ".png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg", ".jpg"),
        (WORKBOOK, XLSX, ".xlsx"),
        (LETTER, DOCX, ".docx"),
    ],
)
def test_a_document_is_known_by_its_bytes(content: bytes, media_type: str, suffix: str) -> None:
    assert Document("cualquiera.exe", content).media_type == media_type
    assert suffix_of(media_type) == suffix


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90",
        b"<html>",
        b"PK\x03\x04",
        b" %PDF-1.7",
        WORKBOOK[:-30],
        office("xl/workbook.xml"),
        office("[Content_Types].xml", "carta.txt"),
        office("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
        office("[Content_Types].xml", "word/document.xml", locked=True),
    ],
)
def test_anything_else_is_no_document(content: bytes) -> None:
    assert Document("acta.pdf", content).media_type == ""
