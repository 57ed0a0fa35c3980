"""The glossary of the application has the words of the one of its documents."""

from __future__ import annotations

from pathlib import Path

from pp_monitor.domain.threshold import Thresholds
from pp_monitor.labels_glossary import TERMS
from pp_monitor.labels_help import explanations

DOCUMENT = Path(__file__).parents[1] / "docs" / "glossary.md"


def test_document_and_page_have_the_same_words() -> None:
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    printed = [line.split("|")[1].strip() for line in lines if line.startswith("| ")][1:]
    assert sorted(printed) == sorted(term.word for term in TERMS)


def test_each_word_is_told_once_by_its_meaning_or_by_its_figure() -> None:
    assert all(bool(term.meaning) != bool(term.code) for term in TERMS)
    assert sorted(term.code for term in TERMS if term.code) == sorted(row.code for row in explanations(Thresholds()))
