"""What the page of a comuna or corregimiento says."""

from __future__ import annotations

from dataclasses import dataclass

from pp_monitor import labels
from pp_monitor.domain.listing import ProjectFilter
from pp_monitor.domain.territory import territory_figures
from pp_monitor.tile_map import COMUNAS, CORREGIMIENTOS
from pp_monitor.views import organism_page, part_page
from pp_monitor.views.figures import Before
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import territory_name


@dataclass(frozen=True, slots=True)
class TerritoryPage:
    """Everything that the page shows; ``light`` is empty without projects, ``place`` where no ranking is seen."""

    code: str
    name: str
    kind: str
    place: str
    light: str
    light_word: str
    is_split: bool
    asks: list[organism_page.Ask]
    part: part_page.PartPage


def build(reading: Reading, code: str) -> TerritoryPage:
    """The page of one territory, out of the projects that this person may see there."""
    ranking = {each.code: each.group.light for each in territory_figures(reading.portfolio)}
    projects = (project for project in reading.portfolio.projects if len(project.territories) > 1)
    light = ranking.get(code)
    own = reading.of_projects(ProjectFilter(territory=code))
    before = Before.of(own)
    return TerritoryPage(
        code=code,
        name=territory_name(reading.portfolio.names, code),
        kind="Comuna" if code in COMUNAS else "Corregimiento" if code in CORREGIMIENTOS else "Territorio",
        place=_place(reading, code, list(ranking)),
        light=light or "",
        light_word=labels.LIGHT[light] if light else "",
        is_split=any(code == share.territory_code for project in projects for share in project.territories),
        asks=organism_page.asks(own, before),
        part=part_page.build(own, before),
    )


def _place(reading: Reading, code: str, ranked: list[str]) -> str:
    """Its place in the ranking, told only to who sees all of it."""
    if not reading.is_city or code not in ranked:
        return ""
    return f"Puesto {ranked.index(code) + 1} de {len(ranked)}, del más atrasado al menos"
