"""Documents that back a fact or a decision: what they may be, judged by their bytes."""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_BYTES = 5 * 1024 * 1024
# How each kind begins, what it is called on the web and how its name ends.
_KINDS = (
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it came: its name is only shown, its bytes decide."""

    filename: str
    content: bytes

    @property
    def media_type(self) -> str:
        """What it is, empty for anything but a PDF, a PNG or a JPEG.

        >>> Document("acta.exe", b"%PDF-1.7").media_type
        'application/pdf'
        >>> Document("acta.pdf", b"MZ").media_type
        ''
        """
        return next((name for start, name, _ in _KINDS if self.content.startswith(start)), "")


def suffix_of(media_type: str) -> str:
    """How the name of a document of this kind ends.

    >>> suffix_of("image/jpeg")
    '.jpg'
    """
    return next(ending for _, name, ending in _KINDS if name == media_type)
