"""Reasons and documents that say something."""

from __future__ import annotations

import pytest

from pp_monitor.domain.wording import explains, identifies


@pytest.mark.parametrize(
    ("text", "says_enough"),
    [("", False), ("x", False), ("En estudio", False), ("Sin predio aún", True), ("¡¡¡1234567890!!!", False)],
)
def test_a_reason_has_ten_letters(text: str, says_enough: bool) -> None:
    assert explains(text) is says_enough


@pytest.mark.parametrize(
    ("text", "says_enough"), [("", False), ("x", False), ("CDP 1", False), ("Acta 3", True), ("-----", False)]
)
def test_a_document_has_five_letters_or_digits(text: str, says_enough: bool) -> None:
    assert identifies(text) is says_enough
