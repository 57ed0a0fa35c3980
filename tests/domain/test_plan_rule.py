"""The data that plans are reviewed against."""

from __future__ import annotations

import pytest

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE, Modality
from pp_monitor.domain.plan_rule import DEFAULT_RULES, Backing


@pytest.mark.parametrize(
    ("year", "least", "minor"),
    [(2022, 100_000_000, 1_000_000_000), (2023, 116_000_000, 1_160_000_000), (2025, 142_350_000, 1_423_500_000)],
)
def test_bands_follow_the_minimum_wage(year: int, least: int, minor: int) -> None:
    band = DEFAULT_RULES.band(year)
    assert band
    assert (band.least_cop, band.minor_cop) == (least, minor)
    assert (band.largest(Modality.MC), band.largest(Modality.SAMC), band.largest(Modality.LP)) == (least, minor, None)


def test_terms_are_between_milestones_that_their_modality_has() -> None:
    for term in DEFAULT_RULES.terms:
        for code in (term.from_code, term.to_code):
            milestone = DEFAULT_CATALOGUE.by_code(code)
            assert milestone
            assert milestone.needed_by(term.modality)
        assert term.workdays > 0
        assert not term.is_confirmed


def test_an_account_payable_covers_no_completion_after_the_year() -> None:
    assert {backing for backing in Backing if backing.covers_completion} == {
        Backing.RESERVE,
        Backing.FUTURE_APPROPRIATION,
    }
