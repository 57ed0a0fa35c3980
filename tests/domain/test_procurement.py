"""Working days of a file in each office, without holidays; what is returned is with its organism."""

from __future__ import annotations

from datetime import date

import pytest

from pp_monitor.domain.procurement import ALLOWED_AFTER, FileStep, Office, Passage, days_by_office, last_step
from tests.factories import colombia

FILED, RETURNED, APPROVED = FileStep.FILED, FileStep.RETURNED, FileStep.APPROVED
LEGAL, ORGANISM, OTHER = Office.LEGAL, Office.ORGANISM, Office.OTHER
CUTOFF = date(2022, 7, 15)

Steps = list[tuple[Office, FileStep, date]]


def passages(steps: Steps) -> list[Passage]:
    return [Passage(office, step, day, id=number) for number, (office, step, day) in enumerate(steps)]


@pytest.mark.parametrize(
    ("steps", "cutoff", "expected"),
    [
        ([], CUTOFF, []),
        ([(LEGAL, FILED, date(2022, 7, 18))], CUTOFF, []),
        ([(LEGAL, FILED, CUTOFF)], CUTOFF, [(LEGAL, 0, CUTOFF)]),
        ([(LEGAL, FILED, date(2022, 6, 29))], date(2022, 7, 5), [(LEGAL, 3, date(2022, 6, 29))]),
        (
            [(LEGAL, FILED, date(2022, 6, 17)), (LEGAL, APPROVED, date(2022, 6, 21))],
            CUTOFF,
            [(LEGAL, 1, None)],
        ),
        (
            [
                (LEGAL, FILED, date(2022, 6, 1)),
                (LEGAL, RETURNED, date(2022, 6, 3)),
                (LEGAL, FILED, date(2022, 6, 10)),
                (LEGAL, APPROVED, date(2022, 6, 14)),
            ],
            CUTOFF,
            [(LEGAL, 4, None), (ORGANISM, 5, None)],
        ),
        (
            [(LEGAL, FILED, date(2022, 6, 1)), (LEGAL, APPROVED, date(2022, 6, 3)), (LEGAL, FILED, date(2022, 7, 13))],
            CUTOFF,
            [(LEGAL, 4, date(2022, 7, 13))],
        ),
        (
            [
                (LEGAL, FILED, date(2022, 7, 11)),
                (OTHER, FILED, date(2022, 7, 12)),
                (LEGAL, RETURNED, date(2022, 7, 13)),
            ],
            CUTOFF,
            [(LEGAL, 2, None), (OTHER, 3, date(2022, 7, 12)), (ORGANISM, 2, date(2022, 7, 13))],
        ),
        ([(LEGAL, APPROVED, date(2022, 7, 11))], CUTOFF, []),
    ],
    ids=[
        "none",
        "to come",
        "that very day",
        "over a holiday",
        "approved",
        "returned once",
        "handed in again",
        "two at once",
        "no start",
    ],
)
def test_days_are_working_days_in_the_office_that_has_the_file(
    steps: Steps, cutoff: date, expected: list[tuple[Office, int, date | None]]
) -> None:
    found = days_by_office(passages(steps), cutoff, colombia())
    assert [(row.office, row.workdays, row.since) for row in found] == expected


def test_returned_by_two_offices_it_is_with_the_organism_since_the_first() -> None:
    steps: Steps = [
        (LEGAL, FILED, date(2022, 7, 11)),
        (Office.FINANCE, FILED, date(2022, 7, 11)),
        (LEGAL, RETURNED, date(2022, 7, 12)),
        (Office.FINANCE, RETURNED, date(2022, 7, 13)),
    ]
    organism = days_by_office(passages(steps), CUTOFF, colombia())[-1]
    assert (organism.office, organism.workdays, organism.since) == (ORGANISM, 5, date(2022, 7, 12))


def test_other_offices_are_told_apart_by_their_name_however_it_is_written() -> None:
    steps = [
        Passage(OTHER, FILED, date(2022, 7, 11), "Curaduría 1", 1),
        Passage(OTHER, APPROVED, date(2022, 7, 13), " curaduría 1", 2),
        Passage(OTHER, FILED, date(2022, 7, 14), "EMCALI", 3),
    ]
    found = days_by_office(steps, CUTOFF, colombia())
    assert [(row.office_name, row.workdays) for row in found] == [("Curaduría 1", 2), ("EMCALI", 1)]
    last = last_step(steps, (OTHER, "curaduría 1"))
    assert last is not None
    assert last.step is APPROVED


def test_each_step_says_what_may_follow() -> None:
    assert {step: sorted(after) for step, after in ALLOWED_AFTER.items()} == {
        None: [FILED],
        FILED: [APPROVED, RETURNED],
        RETURNED: [FILED],
        APPROVED: [FILED],
    }
