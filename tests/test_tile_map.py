"""The schematic map has a place for each territory, and one territory on each place."""

from pp_monitor.services.entity import CORREGIMIENTOS as NAMES
from pp_monitor.tile_map import COMUNAS, CORREGIMIENTOS


def test_every_comuna_has_a_square_of_its_own() -> None:
    assert sorted(COMUNAS) == [f"{number:02d}" for number in range(1, 23)]
    assert len(set(COMUNAS.values())) == 22
    assert {spot.column for spot in COMUNAS.values()} <= set(range(1, 8))
    assert {spot.row for spot in COMUNAS.values()} <= set(range(1, 8))


def test_every_corregimiento_is_below() -> None:
    assert len(CORREGIMIENTOS) == len(NAMES) == 15
    assert (CORREGIMIENTOS[0], CORREGIMIENTOS[-1]) == ("51", "65")


def test_neighbours_lie_as_on_the_ground() -> None:
    assert COMUNAS["06"].row < COMUNAS["13"].row < COMUNAS["17"].row < COMUNAS["22"].row
    assert COMUNAS["01"].column < COMUNAS["03"].column < COMUNAS["08"].column < COMUNAS["21"].column
