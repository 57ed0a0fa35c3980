"""Addresses of documents: only what a browser may open."""

from __future__ import annotations

import pytest

from pp_monitor.domain.link import link_problem


@pytest.mark.parametrize("url", ["", "https://example.org/acta.pdf", "http://example.org:8080/a?b=1#c"])
def test_a_sound_address_is_taken(url: str) -> None:
    assert link_problem(url) is None


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("javascript:alert(1)", "no es una dirección web"),
        ("ftp://example.org/acta", "no es una dirección web"),
        ("acta.pdf", "no es una dirección web"),
        ("https://", "no es una dirección web"),
        ("https://[roto", "no es una dirección web"),
        ("https://example.org/un acta", "no es una dirección web"),
        ("https://example.org/\nacta", "no es una dirección web"),
        ("https://example.org/" + "a" * 400, "demasiado largo"),
    ],
)
def test_any_other_is_refused_with_its_remedy(url: str, told: str) -> None:
    problem = link_problem(url)
    assert problem
    assert told in problem.what
    assert "https://" in problem.fix
