"""Commitments: who may take which step, when they are overdue, how they stood on a day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from pp_monitor.domain.commitment import (
    Commitment,
    CommitmentEvent,
    CommitmentFilter,
    CommitmentState,
    CommitmentStatus,
    CommitmentStep,
    Side,
    may,
    most_urgent_first,
    near,
)
from tests.factories import colombia, instant

MEETING, DUE = date(2022, 5, 2), date(2022, 5, 13)
CALENDAR = colombia()
STEP, STATE, STATUS = CommitmentStep, CommitmentState, CommitmentStatus


def event(number: int, step: CommitmentStep, day: date, due_on: date | None = None) -> CommitmentEvent:
    return CommitmentEvent(number, step, day, "Se dijo por qué.", due_on, "Ana Prueba", instant(day))


def commitment(*events: CommitmentEvent, **changes: Any) -> Commitment:
    values: dict[str, Any] = {
        "id": 1,
        "number": 1,
        "meeting_on": MEETING,
        "meeting": "Comité",
        "what": "Entregar el cronograma",
        "responsible": "Director de Obra",
        "responsible_code": "",
        "organism_code": "4145",
        "project_id": None,
        "agreed_on": DUE,
        "is_by_planning": True,
        "author": "Luz Plan",
        "recorded_at": instant(MEETING),
    }
    return Commitment(**(values | changes), events=events)


OWNERS, ALL = {Side.PLANNING, Side.WRITER}, {Side.PLANNING, Side.WRITER, Side.ANSWERER}
TABLE: dict[tuple[CommitmentStatus, CommitmentStep], set[Side]] = {
    (STATUS.OPEN, STEP.COMMENTED): ALL,
    (STATUS.OPEN, STEP.DONE): ALL,
    (STATUS.OPEN, STEP.POSTPONED): OWNERS,
    (STATUS.OPEN, STEP.CANCELLED): OWNERS,
    (STATUS.OPEN, STEP.REOPENED): set(),
    (STATUS.DONE, STEP.COMMENTED): ALL,
    (STATUS.DONE, STEP.DONE): set(),
    (STATUS.DONE, STEP.POSTPONED): set(),
    (STATUS.DONE, STEP.CANCELLED): set(),
    (STATUS.DONE, STEP.REOPENED): {Side.PLANNING},
    (STATUS.CANCELLED, STEP.COMMENTED): set(),
    (STATUS.CANCELLED, STEP.DONE): set(),
    (STATUS.CANCELLED, STEP.POSTPONED): set(),
    (STATUS.CANCELLED, STEP.CANCELLED): set(),
    (STATUS.CANCELLED, STEP.REOPENED): {Side.PLANNING},
}


@pytest.mark.parametrize("status", list(CommitmentStatus))
@pytest.mark.parametrize("step", list(CommitmentStep))
@pytest.mark.parametrize("side", list(Side))
def test_every_step_is_allowed_or_refused_by_side(status: STATUS, step: STEP, side: Side) -> None:
    assert may(side, status, step) == (side in TABLE[status, step])


DONE, CANCELLED = event(1, STEP.DONE, date(2022, 5, 18)), event(1, STEP.CANCELLED, date(2022, 5, 10))
PUT_OFF = event(1, STEP.POSTPONED, date(2022, 5, 12), date(2022, 5, 27))


@pytest.mark.parametrize(
    ("events", "day", "state", "overdue"),
    [
        ((), DUE, STATE.OPEN, 0),
        ((), date(2022, 5, 16), STATE.OVERDUE, 1),
        ((), date(2022, 5, 15), STATE.OPEN, 0),
        ((PUT_OFF,), date(2022, 5, 27), STATE.OPEN, 0),
        ((PUT_OFF,), date(2022, 5, 31), STATE.OVERDUE, 1),
        ((DONE,), date(2022, 5, 31), STATE.DONE, 0),
        ((CANCELLED,), date(2022, 5, 31), STATE.CANCELLED, 0),
        ((DONE, event(2, STEP.REOPENED, date(2022, 5, 19))), date(2022, 5, 20), STATE.OVERDUE, 5),
        ((event(1, STEP.COMMENTED, DUE),), date(2022, 5, 16), STATE.OVERDUE, 1),
    ],
)
def test_an_open_commitment_is_overdue_by_working_days(
    events: tuple[CommitmentEvent, ...], day: date, state: STATE, overdue: int
) -> None:
    row = commitment(*events)
    assert (row.state(day, CALENDAR), row.overdue_workdays(day, CALENDAR)) == (state, overdue)


def test_a_delivery_is_late_or_in_time_against_the_date_in_force() -> None:
    assert commitment(DONE).done_workdays(CALENDAR) == 3
    assert commitment(PUT_OFF, event(2, STEP.DONE, date(2022, 5, 26))).done_workdays(CALENDAR) == -1
    assert commitment(DONE, event(2, STEP.COMMENTED, date(2022, 5, 27))).done_workdays(CALENDAR) == 3
    assert (commitment().done_workdays(CALENDAR), commitment().done_on) == (None, None)


def test_a_postponement_keeps_the_agreed_date_beside_the_new_one() -> None:
    row = commitment(PUT_OFF)
    assert (row.agreed_on, row.due_on, row.postponements, row.version) == (DUE, date(2022, 5, 27), 1, 1)


def test_a_commitment_is_seen_as_it_stood_and_as_it_was_known() -> None:
    row = commitment(PUT_OFF, DONE)
    assert row.seen(date(2022, 5, 1)) is None
    assert row.seen(DUE, datetime(2022, 5, 1, tzinfo=UTC)) is None
    on_the_day, known = row.seen(DUE), row.seen(date(2022, 5, 31), instant(DUE))
    assert on_the_day
    assert known
    assert (on_the_day.status, on_the_day.due_on) == (STATUS.OPEN, date(2022, 5, 27))
    assert known.status is STATUS.OPEN
    assert row.seen(date(2022, 5, 31), instant(date(2022, 6, 1))) == row


def test_what_came_in_on_the_day_and_at_the_instant_is_seen() -> None:
    row = commitment(DONE)
    assert row.seen(DONE.happened_on, DONE.recorded_at) == row
    assert row.seen(MEETING, row.recorded_at) == commitment()


@pytest.mark.parametrize(
    ("chosen", "admits"),
    [
        (CommitmentFilter(), True),
        (CommitmentFilter(organism="4145"), True),
        (CommitmentFilter(organism="4151"), False),
        (CommitmentFilter(state="overdue"), True),
        (CommitmentFilter(state="open"), False),
        (CommitmentFilter(responsible="DIRECTOR de óbra"), True),
        (CommitmentFilter(responsible="enlace"), False),
        (CommitmentFilter(project_id=7), False),
    ],
)
def test_a_list_is_narrowed(chosen: CommitmentFilter, *, admits: bool) -> None:
    assert chosen.admits(commitment(), date(2022, 5, 31), CALENDAR) == admits


def test_an_organism_that_only_answers_is_concerned_too() -> None:
    row = commitment(organism_code="", responsible_code="4151")
    assert (row.concerns("4151"), row.concerns("4145")) == (True, False)


def test_a_list_of_no_organism_holds_what_each_organism_answers_for() -> None:
    row = commitment(responsible_code="4151")
    assert CommitmentFilter().admits(row, DUE, CALENDAR)


def test_the_overdue_come_first_and_what_ended_last() -> None:
    day = date(2022, 5, 20)
    rows = [
        commitment(DONE, number=1),
        commitment(CANCELLED, number=2),
        commitment(number=3, agreed_on=date(2022, 6, 1)),
        commitment(number=4, agreed_on=date(2022, 5, 9)),
        commitment(number=5, agreed_on=date(2022, 5, 6)),
        commitment(DONE, number=6, agreed_on=date(2022, 5, 16)),
    ]
    assert [row.number for row in most_urgent_first(rows, day, CALENDAR)] == [5, 4, 3, 6, 1, 2]


def test_the_agenda_holds_the_overdue_and_the_next_thirty_days() -> None:
    day = date(2022, 5, 20)
    rows = [
        commitment(number=1, agreed_on=date(2022, 6, 17)),
        commitment(number=2, agreed_on=date(2022, 6, 18)),
        commitment(number=3),
        commitment(DONE, number=4),
    ]
    assert [row.number for row in near(rows, day, CALENDAR)] == [3, 1]
    assert [row.number for row in near(rows, date(2022, 5, 18), CALENDAR)] == [3, 1]
    assert [row.number for row in near(rows, date(2022, 5, 17), CALENDAR)] == [3]
