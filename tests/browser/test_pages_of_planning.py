"""Every page that Planning opens is sound; those of other people are swept beside."""

from __future__ import annotations

import pytest

from tests.browser.site import Visitor
from tests.browser.test_pages import named, people, require_page, visits

__all__ = ["named", "people"]


@pytest.mark.parametrize(("path", "who"), visits(of_planning=True))
def test_a_page_is_sound_for_planning(
    people: dict[str, Visitor],
    named: dict[str, str],
    path: str,
    who: str,
) -> None:
    require_page(people[who], named, path, who)
