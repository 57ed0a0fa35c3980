"""What a plan has that is allowed and deserves a second look."""

from __future__ import annotations

from datetime import date

import pytest

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE, Modality
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.plan_rule import DEFAULT_RULES, PlanRules, ShortestTerm
from pp_monitor.domain.plan_warning import PlanDoubt, PlanReview, PlanWarning

# The working days of 2022 around the dates below (Semana Santa, 1 May is a Sunday, 30/05, 20/06, 20/07).
HOLIDAYS = [(4, 14), (4, 15), (5, 30), (6, 20), (6, 27), (7, 4), (7, 20)]
CALENDAR = WorkCalendar.of([date(2022, month, day) for month, day in HOLIDAYS])
REVIEW = PlanReview(DEFAULT_CATALOGUE, CALENDAR, 2022, DEFAULT_RULES)


def warned(modality: Modality | None = None, amount_cop: int = 0, **days: str) -> tuple[PlanWarning, ...]:
    lines = {code: PlanLine(date.fromisoformat(day)) for code, day in days.items()}
    return REVIEW.warn({"H04": PlanLine(not_applicable=True), **lines}, modality, amount_cop)


def doubts(found: tuple[PlanWarning, ...]) -> list[str]:
    return [f"{warning.doubt} {warning.milestone_code}".strip() for warning in found]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({"H07": "2022-07-19"}, []),
        ({"H07": "2022-07-20"}, ["not_working_day H07"]),
        ({"H07": "2022-07-16"}, ["not_working_day H07"]),
        ({"H01": "2021-12-20"}, []),
        ({"H01": "2020-12-21"}, ["other_year H01"]),
        ({"H14": "2025-12-31"}, []),
        ({"H14": "2026-01-05"}, ["other_year H14"]),
        ({"H11": "2022-12-30"}, []),
        ({"H11": "2023-01-03"}, ["completion_after_year H11"]),
        ({"H10": "2023-01-03"}, ["after_year H10"]),
        ({"H12": "2023-01-03"}, []),
        ({"H05": "2022-07-05", "H06": "2022-07-01"}, ["out_of_order H06"]),
        ({"H05": "2022-07-05", "H06": "2022-07-05"}, []),
    ],
)
def test_a_doubtful_date_is_told_once(days: dict[str, str], expected: list[str]) -> None:
    assert doubts(warned(**days)) == expected


def test_a_day_off_comes_with_the_next_working_day() -> None:
    assert warned(H07="2022-07-20")[0].suggested == date(2022, 7, 21)


def test_disorder_names_the_nearest_earlier_milestone() -> None:
    found = warned(H01="2022-07-06", H05="2022-07-05", H06="2022-07-01")
    assert [(row.milestone_code, row.other_code) for row in found] == [("H05", "H01"), ("H06", "H05")]


@pytest.mark.parametrize(
    ("modality", "award", "found"),
    [
        # A licitación published on 18/04/2022 may be awarded on 18/05/2022 at the earliest.
        (Modality.LP, "2022-05-17", [(21, 22)]),
        (Modality.LP, "2022-05-18", []),
        (Modality.SAMC, "2022-05-10", [(16, 17)]),
        (Modality.SAMC, "2022-05-11", []),
        (Modality.SASI, "2022-05-04", [(12, 13)]),
        (Modality.SASI, "2022-05-05", []),
        (Modality.CM, "2022-05-04", [(12, 13)]),
        (Modality.CM, "2022-05-05", []),
        (Modality.MC, "2022-04-21", [(3, 4)]),
        (Modality.MC, "2022-04-22", []),
        (Modality.CDPS, "2022-04-18", []),
        (None, "2022-04-18", []),
    ],
)
def test_an_award_sooner_than_usual_is_told_with_both_terms(
    modality: Modality | None, award: str, found: list[tuple[int, int]]
) -> None:
    warnings = warned(modality, H03="2022-04-18", H06=award)
    assert [(row.found, row.limit) for row in warnings if row.doubt is PlanDoubt.SHORT_TERM] == found


def test_the_opening_has_a_term_of_its_own() -> None:
    found = warned(Modality.LP, H03="2022-04-18", H04="2022-05-02", H06="2022-06-01")
    assert [(row.milestone_code, row.other_code, row.found, row.limit) for row in found] == [("H04", "H03", 10, 11)]
    assert not warned(Modality.LP, H03="2022-04-18", H04="2022-05-03", H06="2022-06-01")


def test_dates_in_disorder_have_no_term() -> None:
    found = warned(Modality.LP, H03="2022-04-18", H06="2022-04-12")
    assert doubts(found) == ["out_of_order H06"]


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_a_term_is_legal_only_once_it_is_confirmed(*, is_confirmed: bool) -> None:
    term = ShortestTerm(Modality.LP, "H03", "H06", 22, "Ley 80 de 1993, art. 30", is_confirmed)
    review = PlanReview(DEFAULT_CATALOGUE, CALENDAR, 2022, PlanRules(terms=(term,)))
    lines = {"H03": PlanLine(date(2022, 4, 18)), "H06": PlanLine(date(2022, 4, 20))}
    assert [row.is_legal for row in review.warn(lines, Modality.LP)] == [is_confirmed]


@pytest.mark.parametrize(
    ("modality", "day", "expected"),
    [
        (Modality.CI, "2021-11-12", None),
        (Modality.CI, "2021-11-16", "art. 38"),
        (Modality.CI, "2022-06-17", "art. 38"),
        (Modality.CI, "2022-06-21", None),
        (Modality.ESALD, "2022-03-01", "art. 38"),
        (Modality.ESALC, "2022-03-01", None),
        (Modality.CDPS, "2022-01-28", None),
        (Modality.CDPS, "2022-01-31", "art. 33"),
        (Modality.CDO, "2022-06-17", "art. 33"),
        (Modality.CDO, "2022-06-21", None),
        (Modality.LP, "2022-03-01", None),
        (Modality.MC, "2022-03-01", None),
        (Modality.CI, "2023-07-04", "art. 38"),
        (Modality.CDPS, "2023-07-04", None),
        (None, "2022-03-01", None),
    ],
)
def test_a_contract_within_the_ley_de_garantias_is_told_once(
    modality: Modality | None, day: str, expected: str | None
) -> None:
    found = [row for row in warned(modality, H07=day) if row.doubt is PlanDoubt.RESTRICTED]
    assert len(found) == (expected is not None)
    assert all(expected in row.norm and row.milestone_code == "H07" for row in found if expected)


@pytest.mark.parametrize(
    ("modality", "amount", "limit"),
    [
        (Modality.MC, 100_000_000, None),
        (Modality.MC, 100_000_001, 100_000_000),
        (Modality.SAMC, 1_000_000_000, None),
        (Modality.SAMC, 1_000_000_001, 1_000_000_000),
        (Modality.LP, 1, None),
        (None, 5_000_000_000, None),
    ],
)
def test_a_value_over_the_band_of_its_modality_is_told(
    modality: Modality | None, amount: int, limit: int | None
) -> None:
    found = warned(modality, amount, H01="2022-04-18")
    assert [(row.found, row.limit) for row in found] == ([(amount, limit)] if limit else [])


def test_a_vigencia_without_bands_has_no_limit() -> None:
    review = PlanReview(DEFAULT_CATALOGUE, CALENDAR, 2019, DEFAULT_RULES)
    assert review.warn({}, Modality.MC, 10**12) == ()


@pytest.mark.parametrize(
    ("same", "count"),
    [
        ("H03 H05 H06", None),
        ("H05 H06 H07 H08", None),
        ("H01 H02 H03 H05", 4),
        ("H01 H02 H03 H06 H07 H08", 4),
        ("H01 H02 H06 H07 H08", None),
    ],
)
def test_four_milestones_on_one_day_are_told_and_award_to_commitment_count_as_one(same: str, count: int | None) -> None:
    found = warned(**dict.fromkeys(same.split(), "2022-07-05"))
    assert [(row.found, row.planned) for row in found] == ([(count, date(2022, 7, 5))] if count else [])


@pytest.mark.parametrize(
    ("december", "earlier", "percent"),
    [
        ("H11 H12", "H01 H02 H03", None),
        ("H10 H11 H12", "H01 H02 H03", 50),
        ("H09 H10 H11 H12", "", None),
        ("H11 H12 H13 H14", "H01 H02 H03 H05 H06", 44),
    ],
)
def test_more_than_two_dates_in_five_in_december_are_told(december: str, earlier: str, percent: int | None) -> None:
    days = {code: f"2022-12-{number:02d}" for number, code in enumerate(december.split(), start=12)}
    days |= {code: f"2022-07-{number:02d}" for number, code in enumerate(earlier.split(), start=5)}
    found = [row for row in warned(**days) if row.doubt is PlanDoubt.DECEMBER]
    assert [row.found for row in found] == ([percent] if percent else [])


def test_equal_doubts_share_a_group_and_different_ones_do_not() -> None:
    lp = warned(Modality.LP, H03="2022-04-18", H06="2022-04-20")[0]
    other_lp = warned(Modality.LP, H03="2022-05-18", H06="2022-05-20")[0]
    mc = warned(Modality.MC, H03="2022-04-18", H06="2022-04-20")[0]
    assert lp.group == other_lp.group != mc.group
    assert len({row.group for row in (*warned(Modality.MC, 10**9), *warned(Modality.SAMC, 10**10))}) == 2
    windows = (*warned(Modality.CI, H07="2022-03-01"), *warned(Modality.CI, H07="2023-07-05"))
    assert len({row.group for row in windows if row.doubt is PlanDoubt.RESTRICTED}) == 2


def test_only_what_is_mended_in_its_cell_asks_for_no_reason() -> None:
    needing = {doubt for doubt in PlanDoubt if PlanWarning(doubt, "H01").needs_reason}
    assert set(PlanDoubt) - needing == {PlanDoubt.NOT_WORKING_DAY, PlanDoubt.NOT_NEEDED, PlanDoubt.MAYBE_MET}
