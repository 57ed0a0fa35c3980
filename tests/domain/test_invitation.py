"""Who may give which role, how many enlaces there may be, how an account stands."""

from __future__ import annotations

from datetime import date

import pytest

from pp_monitor.domain.account import Grant, Role
from pp_monitor.domain.invitation import (
    AccountState,
    account_state,
    clashing,
    has_ended,
    is_ahead,
    is_full,
    managed_roles,
)

TODAY = date(2022, 5, 2)


@pytest.mark.parametrize(
    ("held", "given"),
    [
        ([Role.ADMIN], set(Role)),
        ([Role.PLANEACION], {Role.ENLACE, Role.ORDENADOR}),
        ([Role.PLANEACION, Role.ADMIN], set(Role)),
        ([Role.ENLACE, Role.ORDENADOR, Role.CONTRATACION, Role.LECTURA, Role.CONTROL], set()),
        ([], set()),
    ],
)
def test_each_role_gives_the_roles_it_looks_after(held: list[Role], given: set[Role]) -> None:
    assert managed_roles(held) == given


def enlace(first: date, last: date | None = None) -> Grant:
    return Grant(Role.ENLACE, first, last)


JAN, JUN, JUL = date(2022, 1, 3), date(2022, 6, 30), date(2022, 7, 1)


@pytest.mark.parametrize(
    ("others", "until", "full"),
    [
        ([], None, False),
        ([enlace(JAN)], None, False),
        ([enlace(JAN), enlace(JAN)], None, True),
        ([enlace(JAN), enlace(JAN, date(2022, 5, 1))], None, False),
        ([enlace(JAN), enlace(JAN, TODAY)], None, True),
        ([enlace(JAN, JUN), enlace(JUL)], None, False),  # one after the other: never three
        ([enlace(JAN), enlace(JUL)], JUN, False),
        ([enlace(JAN), enlace(JUL)], JUL, True),
    ],
)
def test_a_third_enlace_is_counted_day_by_day(others: list[Grant], until: date | None, full: bool) -> None:
    assert is_full([[grant] for grant in others], TODAY, until) is full
    assert not is_full([others], TODAY, until)


@pytest.mark.parametrize(
    ("grants", "ended"),
    [([], False), ([enlace(JAN)], False), ([enlace(JAN, TODAY)], False), ([enlace(JAN, date(2022, 5, 1))], True)],
)
def test_a_person_ends_with_the_last_day_of_the_last_role(grants: list[Grant], ended: bool) -> None:
    assert has_ended(grants, TODAY) is ended
    assert not has_ended([*grants, enlace(JUL)], TODAY)


@pytest.mark.parametrize(
    ("is_enabled", "has_password", "has_link", "last", "state"),
    [
        (True, False, True, None, AccountState.INVITED),
        (True, False, False, None, AccountState.EXPIRED),
        (True, True, False, None, AccountState.ENTERED),
        (True, True, True, date(2022, 4, 1), AccountState.ENDED),
        (False, True, True, None, AccountState.DISABLED),
    ],
)
def test_an_account_stands_where_its_last_step_left_it(
    is_enabled: bool, has_password: bool, has_link: bool, last: date | None, state: AccountState
) -> None:
    grants = [enlace(JAN, last)]
    assert (
        account_state(is_enabled=is_enabled, has_password=has_password, has_link=has_link, grants=grants, today=TODAY)
        is state
    )


@pytest.mark.parametrize(
    ("last", "ahead"),
    [(None, True), (TODAY, True), (date(2100, 1, 1), True), (date(2000, 1, 1), False)],
)
def test_a_role_is_ahead_until_its_last_day(last: date | None, ahead: bool) -> None:
    assert is_ahead(enlace(date(1999, 1, 1), last), TODAY) is ahead


@pytest.mark.parametrize(
    ("role", "organism_id", "clashes"),
    [
        (Role.ENLACE, 4, True),  # writes the plan and signs it
        (Role.ENLACE, 5, False),
        (Role.ORDENADOR, 4, False),
        (Role.PLANEACION, None, True),  # lets through what it signs
        (Role.CONTROL, None, True),
    ],
)
def test_a_head_has_no_other_part_in_its_plans(role: Role, organism_id: int | None, clashes: bool) -> None:
    held = Grant(role, JAN, None, organism_id=organism_id)
    head = Grant(Role.ORDENADOR, TODAY, None, organism_id=4)
    assert clashing(head, [held]) == (held if clashes else None)


def test_roles_of_the_city_go_together_and_those_of_other_days_too() -> None:
    planning = Grant(Role.PLANEACION, JAN, None)
    assert clashing(planning, [Grant(Role.CONTROL, JAN, None)]) is None
    assert clashing(planning, [Grant(Role.ENLACE, date(2021, 1, 1), date(2021, 12, 31), organism_id=4)]) is None
