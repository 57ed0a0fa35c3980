"""Every state with every step, by every role: the whole table, written down again."""

from datetime import date

import pytest

from pp_monitor.domain.account import Grant, Role
from pp_monitor.domain.case import (
    ALLOWED,
    OPEN_STATES,
    AgeBand,
    CaseState,
    CaseStep,
    awake_state,
    last_commitment,
    last_wake,
    may,
)
from tests.factories import colombia

OWN, OTHER = 4, 5
# Letters: e enlace, o ordenador, p planeacion, c contratacion; nobody else ever.
TABLE = {
    "open": {"handle": "eop", "snooze": "p", "dismiss": "p", "comment": "eopc", "answer": "eop"},
    "handling": {"handle": "eop", "snooze": "p", "dismiss": "p", "comment": "eopc", "answer": "eop"},
    "snoozed": {"handle": "eop", "snooze": "p", "wake": "p", "dismiss": "p", "comment": "eopc", "answer": "eop"},
    "resolved": {},
    "dismissed": {"reopen": "p"},
}
LETTERS = {Role.ENLACE: "e", Role.ORDENADOR: "o", Role.PLANEACION: "p", Role.CONTRATACION: "c"}


def grant(role: Role, organism_id: int = OWN) -> Grant:
    is_own = role in (Role.ENLACE, Role.ORDENADOR)
    return Grant(role, date(2022, 1, 1), organism_id=organism_id if is_own else None)


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("step", CaseStep)
@pytest.mark.parametrize("role", Role)
def test_each_step_is_for_the_roles_of_the_table(state: CaseState, step: CaseStep, role: Role) -> None:
    letter = LETTERS.get(role)
    is_allowed = letter is not None and letter in TABLE[state].get(step, "")
    assert may(state, step, [grant(role)], OWN) is is_allowed
    if role in (Role.ENLACE, Role.ORDENADOR):
        assert not may(state, step, [grant(role, OTHER)], OWN)


def test_one_of_several_roles_is_enough_and_none_is_not() -> None:
    assert may(CaseState.OPEN, CaseStep.SNOOZE, [grant(Role.LECTURA), grant(Role.PLANEACION)], OWN)
    assert not may(CaseState.OPEN, CaseStep.COMMENT, [], OWN)


def test_a_commitment_ends_with_the_follow_up_or_with_the_longest_rest() -> None:
    follow_until, calendar = date(2022, 12, 1), colombia()
    assert last_commitment(date(2022, 4, 18), calendar, follow_until) == date(2022, 12, 31)
    assert last_commitment(date(2022, 12, 15), calendar, follow_until) == last_wake(date(2022, 12, 15), calendar)


def test_every_state_has_a_line_in_the_table() -> None:
    assert set(ALLOWED) == set(CaseState)
    assert OPEN_STATES == (CaseState.OPEN, CaseState.HANDLING, CaseState.SNOOZED)


def test_a_case_that_wakes_goes_on_with_its_owner() -> None:
    assert awake_state(has_owner=True) is CaseState.HANDLING
    assert awake_state(has_owner=False) is CaseState.OPEN


@pytest.mark.parametrize(
    ("workdays", "band"),
    [(0, "week"), (5, "week"), (6, "fortnight"), (10, "fortnight"), (11, "month"), (20, "month"), (21, "older")],
)
def test_a_case_is_as_old_as_its_band_says(workdays: int, band: str) -> None:
    assert AgeBand.of(workdays) == band
