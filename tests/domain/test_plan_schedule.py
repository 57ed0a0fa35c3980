"""A whole plan out of one date: terms chained in working days, holidays and modality respected."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE, Modality
from pp_monitor.domain.plan import PlanLine, check_plan
from pp_monitor.domain.plan_schedule import DEFAULT_TERMS, schedule, terms_of

# Days off between April and July of 2022 (rules 1).
OFF = [date(2022, 4, 14), date(2022, 4, 15), date(2022, 5, 30), date(2022, 6, 20), date(2022, 6, 27), date(2022, 7, 4)]
CALENDAR = WorkCalendar.of(OFF)


def plan(start: date, modality: Modality, execution: int | None = None) -> dict[str, PlanLine]:
    return schedule(start, modality, DEFAULT_CATALOGUE, terms_of(DEFAULT_TERMS, modality), CALENDAR, execution)


@pytest.mark.parametrize(
    ("modality", "from_publication_to_award"),
    [
        (Modality.LP, 33),
        (Modality.SAMC, 23),
        (Modality.SASI, 19),
        (Modality.CM, 26),
        (Modality.MC, 7),
        (Modality.AMP, 10),
        (Modality.ESALC, 15),
    ],
)
def test_from_publication_to_award_it_takes_what_the_modality_usually_takes(
    modality: Modality, from_publication_to_award: int
) -> None:
    found = plan(date(2022, 4, 18), modality)
    published, awarded = found["H03"].planned, found["H06"].planned
    assert published
    assert awarded
    assert CALENDAR.workdays(published, awarded) == from_publication_to_award


@pytest.mark.parametrize(
    ("modality", "expected"),
    [
        (
            Modality.LP,
            {"H01": "18/04", "H02": "22/04", "H03": "29/04", "H04": "16/05", "H05": "31/05", "H06": "16/06"},
        ),
        (Modality.MC, {"H03": "29/04", "H04": None, "H05": "04/05", "H06": "10/05", "H07": "10/05", "H08": "11/05"}),
        (Modality.CDPS, {"H02": "22/04", "H03": None, "H05": None, "H06": None, "H07": "29/04", "H14": None}),
    ],
)
def test_each_milestone_follows_the_one_before_it(modality: Modality, expected: dict[str, str | None]) -> None:
    found = plan(date(2022, 4, 18), modality)
    told = {code: f"{line.planned:%d/%m}" if line.planned else None for code, line in found.items()}
    assert told | expected == told


def test_a_start_on_a_day_off_moves_to_the_next_working_day() -> None:
    assert plan(date(2022, 4, 14), Modality.LP)["H01"] == PlanLine(date(2022, 4, 18))


@pytest.mark.parametrize(("workdays", "half"), [(60, 30), (61, 30), (1, 0), (0, 0)])
def test_a_given_length_of_the_execution_replaces_the_usual_one(workdays: int, half: int) -> None:
    found = plan(date(2022, 4, 18), Modality.SAMC, workdays)
    start, middle, end = (found[code].planned or date.min for code in ("H09", "H10", "H11"))
    assert (CALENDAR.workdays(start, middle), CALENDAR.workdays(start, end)) == (half, workdays)


def test_every_modality_has_a_term_for_each_later_milestone() -> None:
    later = set(DEFAULT_CATALOGUE.codes[1:])
    assert {modality: set(terms_of(DEFAULT_TERMS, modality)) for modality in Modality} == dict.fromkeys(Modality, later)


@given(st.dates(date(2015, 1, 1), date(2059, 1, 1)), st.sampled_from(Modality), st.integers(0, 300))
def test_what_is_generated_has_no_fault_and_falls_on_working_days(start: date, modality: Modality, length: int) -> None:
    found = plan(start, modality, length)
    assert check_plan(found, DEFAULT_CATALOGUE, modality) == ()
    assert all(line.not_applicable or CALENDAR.is_working(line.planned or start) for line in found.values())
