"""The registration workbook of an organism, filled with what its drafts already say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pp_monitor import labels
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.reports.plan_template import TemplateLabels, TemplateProject, build_plan_template
from pp_monitor.services.calendar import local_days, national_holidays
from pp_monitor.services.plan_grid import GridRow
from pp_monitor.services.plan_read import load_grid


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A workbook to be handed over."""

    filename: str
    content: bytes
    projects: int


def build_template(vigencia: Vigencia, organism: Organism, today: date, *, with_actuals: bool = False) -> TemplateFile:
    """Build the workbook with the organism's projects that are still to be registered, else with all of them.

    ``with_actuals`` puts a column of real dates beside each milestone, else only where one is known.
    """
    grid = load_grid(vigencia, organism, today)
    rows = grid.open_rows or grid.counted_rows
    content = build_plan_template(
        organism_name=grid.organism_name,
        year=vigencia.year,
        milestones=grid.milestones,
        projects=[_project(row) for row in rows],
        labels=TemplateLabels(labels.MODALITY, labels.PHASE),
        holidays=days_off(vigencia),
        is_demo=vigencia.is_demo,
        with_actuals=with_actuals,
    )
    return TemplateFile(f"plan-{vigencia.year}-{organism.code}.xlsx", content, len(rows))


def _project(row: GridRow) -> TemplateProject:
    lines = {cell.code: cell.line for cell in row.cells if cell.line.is_complete}
    return TemplateProject(
        code=row.code,
        name=row.name,
        territory=row.territory,
        value_cop=row.amount_cop,
        modality=row.modality,
        lines=lines | {own.code: own.line for own in row.own},
        actuals=row.plan.actuals,
        own_names={own.code: own.name for own in row.own},
    )


def days_off(vigencia: Vigencia) -> dict[date, str]:
    """The days off of the vigencia and of the year after, with their names."""
    years = range(vigencia.year, vigencia.year + 2)
    days = {day: name for day, name in national_holidays().items() if day.year in years}
    for day, row in local_days(vigencia.entity_id, vigencia.last_recorded_at).items():
        if row.is_non_working and day.year in years:
            days[day] = row.name
        else:
            days.pop(day, None)
    return dict(sorted(days.items()))
