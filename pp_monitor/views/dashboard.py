"""Inicio and the pages of organisms."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.domain.agenda import upcoming
from pp_monitor.domain.errors import NotFoundError, ProblemsError
from pp_monitor.domain.evidence import XLSX
from pp_monitor.domain.portfolio import projects_worst_first
from pp_monitor.domain.territory import territory_figures
from pp_monitor.formatters import plural
from pp_monitor.forms.organism import read_organism_query
from pp_monitor.reports.columns import Column
from pp_monitor.reports.list_file import list_csv, list_workbook
from pp_monitor.reports.organism_list import OrganismLine, total
from pp_monitor.reports.project_list import USUAL
from pp_monitor.reports.table_csv import MEDIA_TYPE
from pp_monitor.views import (
    agenda_rows,
    alert_rows,
    calendar_rows,
    downloads,
    figures,
    organism_list,
    organism_page,
    project_list,
    project_row,
    territory_map,
)
from pp_monitor.views.reading import NoVigenciaError, Reading, read

blueprint = Blueprint("dashboard", __name__)
HOME_PROJECTS = 10


@blueprint.app_errorhandler(NoVigenciaError)
def no_vigencia(_error: NoVigenciaError) -> ResponseReturnValue:
    """Say how the first vigencia is opened."""
    return render_template("dashboard/no_vigencia.html")


@blueprint.get("/")
@access.roles(*access.READERS)
def home() -> ResponseReturnValue:
    """What needs a decision, the six figures, the worst first: of the city, or of a person's own organisms."""
    reading = read()
    before = figures.Before.of(reading)
    # Nothing of today is mixed into a closed cut-off.
    levels, cases = alert_rows.gravest(reading, reading.organism_codes) if not reading.cutoff.report else (None, [])
    worst = projects_worst_first(reading.portfolio.projects)[:HOME_PROJECTS]
    columns = USUAL if len(reading.portfolio.organisms) > 1 else project_row.OF_ORGANISM
    return render_template(
        "dashboard/home.html",
        reading=reading,
        title=organism_page.home_title(reading),
        subtitle=figures.subtitle(reading),
        asks=organism_page.asks(reading, before),
        cards=figures.city_cards(reading, before),
        before=before,
        organisms=figures.organism_rows(reading, before),
        projects=[] if reading.is_city else project_row.project_rows(reading, worst, columns),
        project_columns=project_row.columns(columns),
        agenda=agenda_rows.phases(_agenda(reading), reading),
        alerts=figures.alert_counts(levels) if levels is not None else None,
        cases=cases,
        calendar=calendar_rows.calendar_lines(reading),
        tiles=_tiles(reading),
    )


def _tiles(reading: Reading) -> territory_map.TileMap | None:
    """The map of territories, for who sees the whole city."""
    return territory_map.build(reading, territory_figures(reading.portfolio)) if reading.is_city else None


def _agenda(reading: Reading) -> agenda_rows.Items:
    portfolio = reading.portfolio
    return upcoming(portfolio.projects, portfolio.cutoff, portfolio.frame.calendar)


@blueprint.get("/organismos")
@access.roles(*access.READERS)
def organisms() -> ResponseReturnValue:
    """Every organism with all its figures, worst first; a person of one organism goes to its page."""
    reading = read()
    if reading.organism_codes and len(reading.organism_codes) == 1:
        (code,) = reading.organism_codes
        if reading.portfolio.organism(code):
            return redirect(url_for("dashboard.organism", code=code, **reading.cutoff.args))
    query, before = read_organism_query(request.args), figures.Before.of(reading)
    return render_template(
        "dashboard/organisms.html",
        reading=reading,
        subtitle=figures.subtitle(reading),
        before=before,
        query=query,
        found=organism_list.build(reading, query, before),
    )


@blueprint.get("/organismos.csv")
@access.roles(*access.READERS)
def organisms_csv() -> ResponseReturnValue:
    """The same list with its columns as CSV; nothing where the address is not understood."""
    reading, columns, lines = _listed()
    return downloads.attached(list_csv(columns, lines), MEDIA_TYPE, _filename(reading, "csv"))


@blueprint.get("/organismos.xlsx")
@access.roles(*access.READERS)
def organisms_workbook() -> ResponseReturnValue:
    """The same as a workbook, with the figures of all of them together."""
    reading, columns, lines = _listed()
    count = plural(len(lines), "organismo", "organismos")
    content = list_workbook(
        columns,
        lines,
        project_list.info(reading, "Organismos", count),
        total=total(columns, organism_list.whole(reading)),
    )
    return downloads.attached(content, XLSX, _filename(reading, "xlsx"))


def _listed() -> tuple[Reading, list[Column[OrganismLine]], list[OrganismLine]]:
    """What the address asks for, all of it understood."""
    reading = read()
    reading.require_sound()
    query = read_organism_query(request.args)
    if query.problems:
        raise ProblemsError(query.problems)
    before = figures.Before.of(reading)
    columns = [column for choice in organism_list.choices(query, before) for column in choice.columns]
    return reading, columns, organism_list.lines(reading, query, before)


def _filename(reading: Reading, ending: str) -> str:
    return f"pp-{reading.vigencia.year}-{reading.cutoff.day}-organismos.{ending}"


@blueprint.get("/organismos/<code>")
@access.roles(*access.READERS)
def organism(code: str) -> ResponseReturnValue:
    """One organism: its figures, its projects worst first, its alerts and what is near."""
    reading = read()
    group = reading.portfolio.organism(code)
    if group is None:
        raise NotFoundError("Ese organismo no tiene proyectos, o no está entre lo que usted puede consultar.")
    return render_template("dashboard/organism.html", reading=reading, page_data=organism_page.build(reading, group))
