"""What two people type in the same draft, put together cell by cell."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

MODALITY = "modalidad"
LEFT_OUT = "fuera"
_MARK_LENGTH = 6
_BETWEEN_MARKS = "."


def actual_part(code: str) -> str:
    """The part of a row that holds the actual date of a milestone."""
    return f"{code}-real"


def reason_part(code: str) -> str:
    """The part of a row that says why a milestone does not apply."""
    return f"{code}-motivo"


def name_part(code: str) -> str:
    """The part of a row that names a milestone of the project's own."""
    return f"{code}-nombre"


@dataclass(frozen=True, slots=True)
class TypedRow:
    """What a person sends of one project: text by part of the row, modality code, and the stamp they were shown.

    A part that is absent was not touched.
    """

    cells: Mapping[str, str]
    modality: str
    stamp: str

    def text(self, part: str) -> str | None:
        """The text of a part, none when it was not sent; ``MODALITY`` is one of them."""
        return self.modality if part == MODALITY else self.cells.get(part)


@dataclass(frozen=True, slots=True)
class Merged:
    """One cell after the merge: the text that stays and, in a clash, the text that the other person saved."""

    text: str
    theirs: str | None = None


def stamp(texts: Iterable[str]) -> str:
    """A mark for each text, in order: what a form carries to know later which cells were touched.

    >>> stamp(["18/04/22", ""]) == stamp(["18/04/22", ""])
    True
    >>> len(stamp(["18/04/22", ""]))
    7
    """
    return _BETWEEN_MARKS.join(_mark(text) for text in texts)


@lru_cache(maxsize=4096)
def _mark(text: str) -> str:
    if not text.strip():
        return ""
    digest = hashlib.sha256(text.strip().encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:_MARK_LENGTH]


def merge(typed: Sequence[str | None], stored: Sequence[str], shown: str) -> tuple[Merged, ...]:
    """Put together what was typed over what is stored now, given the stamp of what had been shown.

    An untouched cell takes what is stored, a touched one what was typed; a cell that both changed, to
    different texts, is a clash. A cell that was not sent (none) is untouched. Without a readable stamp every cell
    counts as touched by both.

    >>> merge(["1/5/22", "a"], ["", "b"], stamp(["", "a"]))
    (Merged(text='1/5/22', theirs=None), Merged(text='b', theirs=None))
    >>> merge(["x"], ["y"], stamp(["z"]))
    (Merged(text='x', theirs='y'),)
    """
    marks: list[str | None] = [*shown.split(_BETWEEN_MARKS)]
    if len(marks) != len(typed):
        marks = [None] * len(typed)
    return tuple(_merge_cell(*cell) for cell in zip(typed, stored, marks, strict=True))


def _merge_cell(typed: str | None, stored: str, mark: str | None) -> Merged:
    if typed is None:
        return Merged(stored)
    typed = typed.strip()
    if _mark(typed) == mark:
        return Merged(stored)
    is_clash = _mark(stored) != mark and stored != typed
    return Merged(typed, stored if is_clash else None)
