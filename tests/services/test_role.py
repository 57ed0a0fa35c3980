"""Who holds which role on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.services.role import addresses, holders
from tests.factories_db import make_organism, make_user

DAY = date(2022, 5, 13)


@pytest.fixture
def people(any_app: Flask) -> Iterator[None]:
    with any_app.app_context():
        health, works = make_organism("4145"), make_organism("4151")
        make_user(Role.ENLACE, health, email="enlace.salud@example.org")
        make_user(Role.ORDENADOR, health, email="despacho.salud@example.org", valid_until=DAY)
        make_user(Role.ENLACE, works, email="enlace.vias@example.org")
        make_user(Role.PLANEACION, email="planeacion@example.org", valid_from=DAY)
        make_user(Role.LECTURA, email="gabinete@example.org", is_enabled=False)
        yield


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2022, 5, 12), "despacho.salud enlace.salud enlace.vias"),
        (DAY, "despacho.salud enlace.salud enlace.vias planeacion"),
        (date(2022, 5, 14), "enlace.salud enlace.vias planeacion"),
    ],
)
@pytest.mark.usefixtures("people")
def test_a_role_holds_from_its_first_day_to_its_last(day: date, found: str) -> None:
    assert " ".join(holder.email.removesuffix("@example.org") for holder in holders(1, day)) == found


@pytest.mark.usefixtures("people")
def test_a_holder_is_of_its_organism_or_of_the_city() -> None:
    assert {holder.email[:6]: (holder.role, holder.organism_code) for holder in holders(1, DAY)} == {
        "despac": (Role.ORDENADOR, "4145"),
        "enlace": (Role.ENLACE, "4151"),
        "planea": (Role.PLANEACION, ""),
    }


@pytest.mark.usefixtures("people")
def test_a_letter_goes_to_the_roles_of_one_organism_and_to_those_of_the_city() -> None:
    assert addresses(1, {Role.ENLACE, Role.PLANEACION}, 1, DAY) == [
        "enlace.salud@example.org",
        "planeacion@example.org",
    ]
