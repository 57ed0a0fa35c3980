"""What two people type in the same draft, put together cell by cell."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MODALITY = "modalidad"
_MARK_LENGTH = 6


@dataclass(frozen=True, slots=True)
class TypedRow:
    """What a person sends of one project: text by milestone code, modality code, and the stamp they were shown."""

    cells: Mapping[str, str]
    modality: str
    stamp: str

    def text(self, code: str) -> str:
        """The text of a cell; ``MODALITY`` is one of them."""
        return self.modality if code == MODALITY else self.cells.get(code, "")


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
    12
    """
    return "".join(_mark(text) for text in texts)


def _mark(text: str) -> str:
    digest = hashlib.sha256(text.strip().encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:_MARK_LENGTH]


def merge(typed: Sequence[str], stored: Sequence[str], shown: str) -> tuple[Merged, ...]:
    """Put together what was typed over what is stored now, given the stamp of what had been shown.

    An untouched cell takes what is stored, a touched one what was typed; a cell that both changed, to
    different texts, is a clash. Without a readable stamp every cell counts as touched by both.

    >>> merge(["1/5/22", "a"], ["", "b"], stamp(["", "a"]))
    (Merged(text='1/5/22', theirs=None), Merged(text='b', theirs=None))
    >>> merge(["x"], ["y"], stamp(["z"]))
    (Merged(text='x', theirs='y'),)
    """
    marks = [shown[start : start + _MARK_LENGTH] for start in range(0, len(shown), _MARK_LENGTH)]
    if len(marks) != len(typed):
        marks = [""] * len(typed)
    return tuple(_merge_cell(*cell) for cell in zip(typed, stored, marks, strict=True))


def _merge_cell(typed: str, stored: str, mark: str) -> Merged:
    typed = typed.strip()
    if _mark(typed) == mark:
        return Merged(stored)
    is_clash = _mark(stored) != mark and stored != typed
    return Merged(typed, stored if is_clash else None)
