"""Where each territory stands on the schematic map: comunas on a grid, north above, corregimientos below.

The grid is this product's own drawing of which comuna lies beside which; it copies no map.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """A square of the grid, column and row counted from 1, from the west and from the north."""

    column: int
    row: int


_GRID = (
    ".  .  .  .  .  06 .",
    ".  02 .  04 05 07 .",
    "01 .  03 .  08 .  21",
    ".  19 09 11 12 13 14",
    "20 .  10 .  16 15 .",
    ".  18 17 .  .  .  .",
    ".  22 .  .  .  .  .",
)
COMUNAS: Mapping[str, Spot] = {
    code: Spot(column, row)
    for row, line in enumerate(_GRID, start=1)
    for column, code in enumerate(line.split(), start=1)
    if code != "."
}
CORREGIMIENTOS = tuple(str(code) for code in range(51, 66))


def tile_label(code: str, name: str) -> str:
    """What fits on a tile: the number of a comuna, the name of any other territory.

    >>> tile_label("01", "Comuna 1"), tile_label("57", "Pichindé")
    ('1', 'Pichindé')
    """
    return str(int(code)) if code in COMUNAS else name
