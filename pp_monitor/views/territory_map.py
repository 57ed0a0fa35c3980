"""The schematic map of territories: what stands on each tile, the legend and the sentence that says it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from pp_monitor import labels
from pp_monitor.domain.light import Light
from pp_monitor.domain.territory import TerritoryFigures
from pp_monitor.formatters import cop_millions, plural
from pp_monitor.tile_map import COMUNAS, CORREGIMIENTOS, Spot, tile_label
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import territory_name

_NO_PROJECTS = "Sin proyectos"


@dataclass(frozen=True, slots=True)
class Tile:
    """A territory on the map: ``label`` is what fits on it, ``light`` empty where it has no project.

    ``spot`` is its square on the grid of comunas, none for the others, which stand in lines below.
    """

    name: str
    label: str
    url: str
    light: str
    word: str
    note: str
    spot: Spot | None


@dataclass(frozen=True, slots=True)
class LegendLine:
    """A light that some tile has, and how many have it."""

    light: str
    word: str
    count: int


@dataclass(frozen=True, slots=True)
class TileMap:
    """The map: comunas on their grid, corregimientos and what has no place below; ``limit`` says when one is red."""

    comunas: list[Tile]
    corregimientos: list[Tile]
    others: list[Tile]
    legend: list[LegendLine]
    limit: str
    sentence: str


def build(reading: Reading, territories: Sequence[TerritoryFigures]) -> TileMap:
    """The map of the territories; those without a project keep their tile."""
    known = {each.code: each for each in territories}
    shown = (*COMUNAS, *CORREGIMIENTOS)
    others = sorted(set(known) - set(shown))
    lights = Counter(each.group.light for each in territories)
    thresholds = reading.portfolio.frame.thresholds
    return TileMap(
        comunas=[_tile(code, known, reading) for code in sorted(COMUNAS)],
        corregimientos=[_tile(code, known, reading) for code in CORREGIMIENTOS],
        others=[_tile(code, known, reading) for code in others],
        legend=[LegendLine(light, labels.LIGHT[light], lights[light]) for light in _ORDER if lights[light]],
        limit=f"{thresholds.organism_red_percent} % o más de su valor o de sus proyectos",
        sentence=_sentence(reading, territories, lights),
    )


_ORDER = (Light.RED, Light.NO_PLAN, Light.YELLOW, Light.GREEN, Light.NOT_DUE, Light.REGISTERING)


def _tile(code: str, known: Mapping[str, TerritoryFigures], reading: Reading) -> Tile:
    name = territory_name(reading.portfolio.names, code)
    found = known.get(code)
    return Tile(
        name=name,
        label=tile_label(code, name),
        url=url_for("territory.show", code=code, **reading.cutoff.args) if found else "",
        light=found.group.light if found else "",
        word=labels.LIGHT[found.group.light] if found else _NO_PROJECTS,
        note=_note(found) if found else "",
        spot=COMUNAS.get(code),
    )


def _note(territory: TerritoryFigures) -> str:
    late = territory.group.count(Light.RED)
    projects = plural(territory.group.projects, "proyecto", "proyectos")
    return f"{projects}, {plural(late, 'atrasado', 'atrasados')}" if late else projects


def _sentence(reading: Reading, territories: Sequence[TerritoryFigures], lights: Mapping[Light, int]) -> str:
    """What the map shows: how many territories stand where, and which one has most at risk."""
    if not territories:
        return "Ningún territorio tiene proyectos a este corte."
    many = plural(len(territories), "territorio con proyectos", "territorios con proyectos")
    parts = [f"{lights[light]} {_COUNTED[light]}" for light in _ORDER if lights[light]]
    told = f"De {many}: {', '.join(parts)}."
    worst = max(territories, key=lambda each: each.group.value_at_risk_cop)
    if not worst.group.value_at_risk_cop:
        return told
    name = territory_name(reading.portfolio.names, worst.code)
    return f"{told} El de mayor valor en riesgo es {name}: {cop_millions(worst.group.value_at_risk_cop)}."


_COUNTED = {
    Light.RED: "con atraso",
    Light.NO_PLAN: "sin plan",
    Light.YELLOW: "en alerta",
    Light.GREEN: "a tiempo",
    Light.NOT_DUE: "sin nada exigible",
    Light.REGISTERING: "en registro",
}
