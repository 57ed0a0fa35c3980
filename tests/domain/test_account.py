"""Roles, passwords, waits and sessions, case by case."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from pp_monitor.domain.account import (
    ACCOUNT_THROTTLE,
    ORGANISM_ROLES,
    Grant,
    PasswordFault,
    Role,
    Throttle,
    password_faults,
    roles_in,
    sees_organism,
    writes_organism,
)

NEW_YEAR = date(2022, 1, 1)
NOON = datetime(2022, 5, 2, 12, 0, tzinfo=UTC)
HEALTH, EDUCATION = 4, 5


def granted(*roles: Role) -> list[Grant]:
    return [Grant(role, NEW_YEAR, None, HEALTH if role in ORGANISM_ROLES else None) for role in roles]


@pytest.mark.parametrize(
    ("roles", "sees", "writes"),
    [
        ([Role.ENLACE], [HEALTH], [HEALTH]),
        ([Role.ORDENADOR], [HEALTH], []),
        ([Role.PLANEACION], [HEALTH, EDUCATION], [HEALTH, EDUCATION]),
        ([Role.CONTRATACION], [HEALTH, EDUCATION], []),
        ([Role.LECTURA], [HEALTH, EDUCATION], []),
        ([Role.CONTROL], [HEALTH, EDUCATION], []),
        ([Role.ADMIN], [], []),
        ([], [], []),
        ([Role.ENLACE, Role.LECTURA], [HEALTH, EDUCATION], [HEALTH]),
        ([Role.ORDENADOR, Role.ADMIN], [HEALTH], []),
    ],
)
def test_each_role_sees_and_writes_its_organisms(roles: list[Role], sees: list[int], writes: list[int]) -> None:
    grants = granted(*roles)
    assert [each for each in (HEALTH, EDUCATION) if sees_organism(grants, each)] == sees
    assert [each for each in (HEALTH, EDUCATION) if writes_organism(grants, each)] == writes


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2021, 12, 31), False),
        (date(2022, 1, 1), True),
        (date(2022, 6, 30), True),
        (date(2022, 7, 1), False),
    ],
)
def test_a_grant_holds_from_its_first_to_its_last_day(day: date, holds: bool) -> None:
    assert Grant(Role.LECTURA, NEW_YEAR, date(2022, 6, 30)).holds_on(day) is holds


SHORT, LONG, OBVIOUS, EMAIL = PasswordFault


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("tres gatos en el Bulevar", []),
        ("ñandú y café 22", []),
        ("aB3$kL9!xQ2&", []),
        ("", [SHORT, OBVIOUS]),
        ("Bulevar 77", [SHORT]),
        ("x" * 201, [LONG, OBVIOUS]),
        ("aaaaaaaaaaaaaaaa", [OBVIOUS]),
        ("abababababab", [OBVIOUS]),
        ("123456789012", [OBVIOUS]),
        ("098765432109", [OBVIOUS]),
        ("314159265358", []),
        ("contraseña2022", [OBVIOUS]),
        ("Contrasena-2022!", [OBVIOUS]),
        ("PRESUPUESTO 2022", [OBVIOUS]),
        ("presupuesto.participativo", [OBVIOUS]),
        ("ana.perez@cali.gov.co", [EMAIL]),
        ("ANA-PEREZ@cali.gov.co", [EMAIL]),
        ("Ana Perez", [SHORT, EMAIL]),
    ],
)
def test_a_password_is_refused_for_everything_wrong_with_it(password: str, faults: list[PasswordFault]) -> None:
    assert list(password_faults(password, "ana.perez@cali.gov.co")) == faults


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (8, 8), (9, 15), (10, 15), (10**9, 15)]
)
def test_each_failure_beyond_the_free_ones_doubles_the_wait(failures: int, minutes: int) -> None:
    expected = NOON + timedelta(minutes=minutes) if minutes else None
    assert ACCOUNT_THROTTLE.next_try_at(failures, NOON) == expected


def test_nothing_waits_without_a_failure() -> None:
    assert Throttle(free_tries=0).next_try_at(0, None) is None


def test_the_roles_among_several_grants_are_named_once() -> None:
    assert roles_in(granted(Role.ENLACE, Role.CONTROL, Role.ENLACE)) == {Role.ENLACE, Role.CONTROL}
