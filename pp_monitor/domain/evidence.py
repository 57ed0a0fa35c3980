"""Documents that back a fact or a decision: what they may be, judged by their bytes."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from dataclasses import dataclass

LARGEST_BYTES = 10 * 1024 * 1024
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
_OOXML = "application/vnd.openxmlformats-officedocument"
XLSX, DOCX = f"{_OOXML}.spreadsheetml.sheet", f"{_OOXML}.wordprocessingml.document"
SIGNED = frozenset({PDF, PNG, JPEG})
DOCUMENTS = SIGNED | {XLSX, DOCX}
_STARTS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_MAIN_PARTS = (("xl/workbook.xml", XLSX), ("word/document.xml", DOCX))
_SUFFIXES = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", XLSX: ".xlsx", DOCX: ".docx"}
_ENCRYPTED = 0x1
# What a damaged archive makes zipfile raise.
_DAMAGE = (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError, struct.error)


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it came: its name is only shown, its bytes decide."""

    filename: str
    content: bytes

    @property
    def media_type(self) -> str:
        """What it is, empty for anything but a PDF, a PNG, a JPEG, or a workbook or text of Office without macros.

        >>> Document("acta.exe", b"%PDF-1.7").media_type
        'application/pdf'
        >>> Document("acta.pdf", b"MZ").media_type
        ''
        """
        start = next((name for start, name in _STARTS if self.content.startswith(start)), "")
        return start or _office_type(self.content)

    @property
    def sha256(self) -> str:
        """The hash of its bytes, 64 hexadecimal digits.

        >>> Document("vacio.pdf", b"").sha256[:12]
        'e3b0c44298fc'
        """
        return hashlib.sha256(self.content).hexdigest()


def _office_type(content: bytes) -> str:
    """By the parts of the archive that it is; nothing of them is unpacked."""
    if not content.startswith(b"PK\x03\x04"):
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except _DAMAGE:
        return ""
    names = {member.filename for member in members}
    is_locked = any(member.flag_bits & _ENCRYPTED for member in members)
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    if is_locked or has_macros or "[Content_Types].xml" not in names:
        return ""
    return next((kind for part, kind in _MAIN_PARTS if part in names), "")


def suffix_of(media_type: str) -> str:
    """How the name of a document of this kind ends.

    >>> suffix_of("image/jpeg")
    '.jpg'
    """
    return _SUFFIXES[media_type]
