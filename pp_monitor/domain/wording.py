"""Texts that say something: a reason that can be understood, a document that can be found."""

from __future__ import annotations

LEAST_LETTERS = 10
LEAST_MARKS = 5


def explains(text: str) -> bool:
    """Whether a reason has the letters of a short sentence.

    >>> explains("Obra de dos años"), explains("x"), explains("1234567890 ...")
    (True, False, False)
    """
    return sum(letter.isalpha() for letter in text) >= LEAST_LETTERS


def identifies(text: str) -> bool:
    """Whether the name of a document has letters and digits enough to find it.

    >>> identifies("Acta 3"), identifies("x"), identifies("-- --")
    (True, False, False)
    """
    return sum(mark.isalnum() for mark in text) >= LEAST_MARKS
