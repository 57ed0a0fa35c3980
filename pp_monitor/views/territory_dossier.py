"""What fits on one sheet about a comuna or corregimiento."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pp_monitor.formatters import Column
from pp_monitor.views import territory_page
from pp_monitor.views.agenda_rows import AgendaRow
from pp_monitor.views.part_page import ResponsibleRow
from pp_monitor.views.project_row import ProjectRow
from pp_monitor.views.reading import Reading
from pp_monitor.views.territory_page import TerritoryPage

# With these the fullest sheet, of names in three lines, is still one.
_PROJECTS, _ORGANISMS, _MILESTONES, _ASKS = 10, 5, 5, 3


@dataclass(frozen=True, slots=True)
class Sheet:
    """The territory in words; ``more_…`` count what is left out, ``rows`` are the projects, worst first."""

    page: TerritoryPage
    asks: list[str]
    columns: list[Column]
    rows: list[list[str]]
    more_projects: int
    responsible: list[ResponsibleRow]
    more_organisms: int
    agenda: list[AgendaRow]
    more_milestones: int


def build(reading: Reading, code: str) -> Sheet:
    """The sheet of one territory at the cut-off of the reading, without what is live but who answers today."""
    page = territory_page.build(reading, code)
    part = page.part
    drawn = [index for index, cell in enumerate(part.projects[0].cells) if cell.draw == "bar"] if part.projects else []
    return Sheet(
        page=page,
        asks=[ask.title for ask in page.asks[:_ASKS]],
        columns=[Column(each.heading, numeric=each.numeric) for each in _kept(part.columns, [at + 1 for at in drawn])],
        rows=[_row(each, drawn) for each in part.projects[:_PROJECTS]],
        more_projects=part.unlisted + max(0, len(part.projects) - _PROJECTS),
        responsible=part.responsible[:_ORGANISMS],
        more_organisms=max(0, len(part.responsible) - _ORGANISMS),
        agenda=part.agenda[:_MILESTONES],
        more_milestones=part.more + max(0, len(part.agenda) - _MILESTONES),
    )


def _row(project: ProjectRow, left_out: list[int]) -> list[str]:
    cells = [project.light_word if cell.draw == "light" else cell.text for cell in project.cells]
    return [f"{project.name} ({project.code})", *_kept(cells, left_out)]


def _kept(cells: list[Any], left_out: list[int]) -> list[Any]:
    return [cell for index, cell in enumerate(cells) if index not in left_out]
