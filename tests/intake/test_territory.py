"""Comunas and corregimientos in the many ways in which files write them."""

import pytest

from pp_monitor.intake.territory import TerritoryIndex, TerritoryName
from pp_monitor.intake.text import Refusal
from tests.intake.territories import TERRITORIES

# As the city's own table: with the rows of the whole city and of those without territory.
INDEX = TerritoryIndex(
    [*TERRITORIES, TerritoryName("00", "Toda la ciudad"), TerritoryName("99", "Sin territorio identificado")]
)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("01", "01"),
        (1, "01"),
        (1.0, "01"),
        ("Comuna 1", "01"),
        ("COMUNA 01", "01"),
        ("comuna No. 1", "01"),
        ("Comuna N° 1", "01"),
        (" COMUNA  22 ", "22"),
        ("51", "51"),
        (65, "65"),
        ("51 Navarro", "51"),
        ("Corregimiento 51 Navarro", "51"),
        ("EL HORMIGUERO", "52"),
        ("Hormiguero", "52"),
        ("Corregimiento de El Hormiguero", "52"),
        ("corregimiento del Hormiguero", "52"),
        ("Villa Carmelo", "55"),
        ("VILLACARMELO", "55"),
        ("PICHINDE", "57"),
        ("Leonera", "58"),
        ("Saladito", "60"),
        ("la paz", "63"),
        ("Andes", "56"),
        ("SANTIAGO DE CALI", "00"),
        ("Toda la ciudad", "00"),
        ("00", "00"),
        ("99", "99"),
        ("Sin territorio identificado", "99"),
        ("", "99"),
        (" - ", "99"),
        (None, "99"),
    ],
)
def test_a_territory_is_found_however_it_is_written(written: object, code: str) -> None:
    assert INDEX.find(written) == code


@pytest.mark.parametrize(
    "written",
    [
        *("Comuna 23", "Comuna 99", "COMUNA 00", "comuna 0", "Corregimiento No. 99", "50", "98", "Comuna"),
        *("Jamundí", 1.5, "Comuna 1 y 2", "Comuna 1, Comuna 2", "1 Ladera"),
    ],
)
def test_an_unknown_territory_is_refused(written: object) -> None:
    assert isinstance(INDEX.find(written), Refusal)


def test_a_name_that_is_nearly_right_is_offered() -> None:
    found = INDEX.find("Golondrina")
    assert isinstance(found, Refusal)
    assert "¿Quiso decir «Golondrinas»?" in found.fix


def test_a_code_and_a_name_that_disagree_are_refused() -> None:
    assert "nombra dos territorios" in getattr(INDEX.find("51 Pance"), "what", "")


def test_every_territory_is_found_by_its_code_its_name_and_its_alias() -> None:
    aliased = TerritoryIndex([TerritoryName("16", "Comuna 16", ("Distrito de Aguablanca",))])
    assert aliased.find("DISTRITO DE AGUABLANCA") == "16"
    assert all(INDEX.find(one.code) == INDEX.find(one.name) == one.code for one in TERRITORIES)
