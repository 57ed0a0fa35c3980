"""Territories as lines of their ranking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from pp_monitor import labels
from pp_monitor.domain.light import Light
from pp_monitor.domain.territory import TerritoryFigures, territory_figures, whole_figures
from pp_monitor.formatters import NO_VALUE, integer, millions, percent
from pp_monitor.reports.territory_list import TerritoryLine
from pp_monitor.views.figures import Before, GroupRow
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import light_change, territory_name


@dataclass(frozen=True, slots=True)
class Ranking:
    """The territories worst first, as figures and as lines, and the line of all projects, each counted once."""

    territories: tuple[TerritoryFigures, ...]
    rows: list[GroupRow]
    total: list[str]


def ranking(reading: Reading, before: Before | None) -> Ranking:
    """The ranking of the territories with a project; ``before`` gives the change of their lights."""
    found = territory_figures(reading.portfolio)
    earlier = territory_figures(before.portfolio) if before else ()
    lights = {each.code: each.group.light for each in earlier}
    rows = [_row(each, reading, lights.get(each.code)) for each in found]
    return Ranking(found, rows, _cells(whole_figures(reading.portfolio)))


def lines(reading: Reading) -> list[TerritoryLine]:
    """The territories as lines of a file, in the order of the ranking."""
    return [_line(each, reading) for each in territory_figures(reading.portfolio)]


def whole(reading: Reading) -> TerritoryLine:
    """All projects as such a line, each counted once."""
    return _line(whole_figures(reading.portfolio), reading)


def _line(territory: TerritoryFigures, reading: Reading) -> TerritoryLine:
    return TerritoryLine(territory, reading.cutoff.day, territory_name(reading.portfolio.names, territory.code))


def _row(territory: TerritoryFigures, reading: Reading, light_before: Light | None) -> GroupRow:
    group = territory.group

    def listed(**chosen: Any) -> str:
        return url_for("project.list_projects", territorio=group.code, **chosen, **reading.cutoff.args)

    return GroupRow(
        code=group.code,
        name=territory_name(reading.portfolio.names, group.code),
        url=url_for("territory.show", code=group.code, **reading.cutoff.args),
        projects_url=listed(),
        red_url=listed(semaforo=Light.RED),
        light=group.light,
        light_word=labels.LIGHT[group.light],
        change=light_change(group.light, light_before),
        group=group,
        detail=_cells(territory),
        deadline=None,
    )


def _cells(territory: TerritoryFigures) -> list[str]:
    """Registration, phases and money, written as cells."""
    group, money = territory.group, territory.money
    return [
        *(integer(territory.phases.get(phase, 0)) for phase in labels.STANDING),
        integer(group.count(Light.SUSPENDED)),
        millions(group.allocation_cop),
        millions(money.commitments_cop) if money else NO_VALUE,
        percent(money.commitments_cop / group.allocation_cop) if money and group.allocation_cop else NO_VALUE,
    ]
