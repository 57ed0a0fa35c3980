"""The rules that plans are reviewed against, as those who read, confirm and keep them see them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.models.plan_rule import AmountBandRow, RestrictionWindowRow, ShortestTermRow
from tests.views.registering import count, person

URL = "/registro/reglas"
TERM = {"term_id": "1", "workdays": "22", "norm": "Ley 80 de 1993, art. 30", "name": "Jefe de Contratación"}
WINDOW = {"norm": "Ley 996 de 2005", "first": "08/11/2025", "last": "21/06/2026", "modalities": ["CI", "ESALD"]}
BAND = {"year": "2026", "least": "$142.350.000", "minor": "1423500000", "norm": "Ley 1150 de 2007, art. 2"}


def sent(form: str, values: Mapping[str, object]) -> dict[str, object]:
    """What a browser sends of one of the three forms."""
    return {f"{form}-{name}": value for name, value in values.items()}


@pytest.mark.parametrize(
    ("role", "confirms", "keeps"),
    [
        (Role.CONTRATACION, True, True),
        (Role.PLANEACION, False, True),
        (Role.ENLACE, False, False),
        (Role.ORDENADOR, False, False),
        (Role.LECTURA, False, False),
        (Role.CONTROL, False, False),
    ],
)
def test_who_may_confirm_and_keep_the_rules(city_app: Flask, role: Role, *, confirms: bool, keeps: bool) -> None:
    pages = person(city_app, role).pages
    page = pages.get(URL)
    assert "Usual, sin confirmar" in page
    assert ("Confirmar un plazo" in page) == confirms
    assert ("Guardar las cuantías" in page) == keeps
    pages.post(f"{URL}/plazo", sent("plazo", TERM), 302 if confirms else 403)
    pages.post(f"{URL}/restriccion", sent("restriccion", WINDOW), 302 if keeps else 403)
    pages.post(f"{URL}/cuantias", sent("cuantia", BAND), 302 if keeps else 403)
    assert ("Jefe de Contratación" in pages.get(URL)) == confirms
    assert ("2026" in pages.get(URL)) == keeps


@pytest.mark.parametrize(
    ("address", "values", "told", "table"),
    [
        ("plazo", TERM | {"workdays": "0"}, "Escriba un plazo entre 1 y 250 días hábiles.", ShortestTermRow),
        ("plazo", TERM | {"name": ""}, "Escriba el nombre de quien confirma.", ShortestTermRow),
        ("plazo", TERM | {"term_id": "999"}, "Plazo", ShortestTermRow),
        ("restriccion", WINDOW | {"last": "07/11/2025"}, "anterior al primero", RestrictionWindowRow),
        ("restriccion", WINDOW | {"modalities": []}, "Marque al menos una modalidad.", RestrictionWindowRow),
        ("restriccion", WINDOW | {"first": "31/02/2025"}, "31/02/2025", RestrictionWindowRow),
        ("cuantias", BAND | {"least": "mucho"}, "mucho", AmountBandRow),
        ("cuantias", BAND | {"minor": "$1.000"}, "mínima cuantía", AmountBandRow),
    ],
)
def test_a_rule_by_halves_is_refused_and_shown_again(
    city_app: Flask, address: str, values: dict[str, object], told: str, table: type
) -> None:
    pages = person(city_app, Role.CONTRATACION).pages
    before = count(city_app, table)
    page = pages.post(f"{URL}/{address}", sent(address.removesuffix("s"), values), 422)
    assert told in page
    assert count(city_app, table) == before
