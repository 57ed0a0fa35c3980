"""The words of the glossary by their first letter."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from pp_monitor.domain.threshold import Thresholds
from pp_monitor.intake.text import normalise
from pp_monitor.labels_glossary import TERMS, Term
from pp_monitor.labels_help import Explanation, explanation


@dataclass(frozen=True, slots=True)
class Entry:
    """A word: its meaning, or how its figure is made; ``anchor`` is where links lead."""

    word: str
    meaning: str
    anchor: str
    explained: Explanation | None


def letters(thresholds: Thresholds) -> list[tuple[str, list[Entry]]]:
    """The words under their letter, accents aside; figures are told with these thresholds."""
    entries = sorted((_entry(term, thresholds) for term in TERMS), key=lambda entry: normalise(entry.word))
    grouped = groupby(entries, key=lambda entry: normalise(entry.word)[0].upper())
    return [(letter, list(found)) for letter, found in grouped]


def _entry(term: Term, thresholds: Thresholds) -> Entry:
    found = explanation(term.code, thresholds) if term.code else None
    return Entry(term.word, term.meaning, term.code, found)
