"""Documents of each kind, as small as they can be."""

from __future__ import annotations

import io
import zipfile

from pp_monitor.domain.evidence import Document

PDF = b"%PDF-1.7\nActa\n"


def office(*parts: str, locked: bool = False) -> bytes:
    """An archive with these parts, as Excel and Word write theirs."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for part in parts:
            archive.writestr(part, "<x/>")
    content = bytearray(written.getvalue())
    if locked:
        # The flag of each entry of the directory, two bytes after its versions.
        at = content.find(b"PK\x01\x02")
        while at >= 0:
            content[at + 8] |= 1
            at = content.find(b"PK\x01\x02", at + 1)
    return bytes(content)


WORKBOOK = office("[Content_Types].xml", "xl/workbook.xml")
LETTER = office("[Content_Types].xml", "word/document.xml")


def acta(content: bytes = PDF, filename: str = "acta 3.pdf") -> Document:
    """A document that backs something."""
    return Document(filename, content)
