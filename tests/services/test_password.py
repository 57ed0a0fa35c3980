"""Passwords are kept as slow hashes, and what is wrong with one is told in Spanish."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from pp_monitor.services.password import hash_password, matches, password_problems, renewed

PASSWORD = "tres gatos en el Bulevar"


def test_a_hash_fits_its_password_alone_and_never_repeats() -> None:
    first, second = hash_password(PASSWORD), hash_password(PASSWORD)
    assert first != second
    assert first.startswith("$argon2id$")
    assert [matches(first, PASSWORD), matches(second, PASSWORD), matches(first, "otra")] == [True, True, False]


@pytest.mark.parametrize("stored", ["", "no es una huella"])
def test_without_a_hash_nothing_fits(stored: str) -> None:
    assert not matches(stored, "nadie")


def test_only_a_hash_with_other_parameters_is_renewed() -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)
    new = renewed(old, PASSWORD)
    assert matches(new, PASSWORD)
    assert renewed(new, PASSWORD) == ""


@pytest.mark.parametrize(
    ("password", "count"), [(PASSWORD, 0), ("corta", 1), ("password", 2), ("ana.perez@example.org", 1)]
)
def test_everything_wrong_is_told_at_once_with_its_remedy(password: str, count: int) -> None:
    problems = password_problems(password, "ana.perez@example.org")
    assert len(problems) == count
    assert all(problem.what and problem.fix for problem in problems)
