"""The list of projects with its files, and the page of each."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.domain.errors import ProblemsError
from pp_monitor.domain.evidence import XLSX
from pp_monitor.domain.listing import neighbours, paginate
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.forms.project import ProjectQuery, read_project_query
from pp_monitor.reports.columns import Column
from pp_monitor.reports.list_file import list_csv, list_workbook, totals
from pp_monitor.reports.project_list import ProjectLine, chosen
from pp_monitor.reports.table_csv import MEDIA_TYPE
from pp_monitor.services.alert_read import CaseQuery, list_cases
from pp_monitor.services.entity import find_organism
from pp_monitor.services.story import project_story
from pp_monitor.views import commitment_page, project_list, project_page, project_row
from pp_monitor.views.downloads import attached
from pp_monitor.views.reading import Reading, read

blueprint = Blueprint("project", __name__)


def _query(reading: Reading) -> ProjectQuery:
    return read_project_query(request.args, project_list.choices(reading))


@blueprint.get("/proyectos")
@access.roles(*access.READERS)
def list_projects() -> ResponseReturnValue:
    """The projects that this person may see, narrowed, ordered and with the columns that the address asks for."""
    reading = read()
    query = _query(reading)
    asked = project_list.listing(reading, query)
    page = paginate(asked.found, query.page, query.size)
    named = project_list.named(reading, query)
    return render_template(
        "project/list.html",
        reading=reading,
        query=query,
        filters=project_list.filters(reading, query),
        tallies=project_list.tallies(reading, asked),
        ways=project_list.ways(reading, query),
        choice=project_list.column_choice(reading, query),
        columns=project_list.columns(reading, query),
        total=project_row.total_cells(query.columns, asked.figures),
        page_data=page,
        sizes=project_list.sizes(reading, query),
        links=project_list.PageLinks.of(page, "project.list_projects", {**query.args, **reading.cutoff.args}),
        summary=project_list.summary(asked),
        part=project_list.part_text(reading, asked),
        order=project_list.order_text(query),
        rows=project_row.project_rows(reading, page.rows, query.columns, named, **query.args),
        can_add=access.has_role(access.Role.PLANEACION),
    )


@blueprint.get("/proyectos.csv")
@access.roles(*access.READERS)
def projects_csv() -> ResponseReturnValue:
    """Every row of the same list with its columns as CSV; nothing where the address is not understood."""
    reading, asked = _asked()
    columns, lines = _lines(reading, asked)
    return attached(list_csv(columns, lines), MEDIA_TYPE, _filename(reading, "csv"))


@blueprint.get("/proyectos.xlsx")
@access.roles(*access.READERS)
def projects_workbook() -> ResponseReturnValue:
    """The same as a workbook, with the totals of the list."""
    reading, asked = _asked()
    columns, lines = _lines(reading, asked)
    total = {"Proyecto": project_list.summary(asked)} | totals(chosen(asked.query.columns), asked.figures)
    info = project_list.info(reading, "Proyectos", project_list.narrowed_words(reading, asked))
    return attached(list_workbook(columns, lines, info, total=total), XLSX, _filename(reading, "xlsx"))


def _asked() -> tuple[Reading, project_list.Listing]:
    """What the address asks for, all of it understood."""
    reading = read()
    reading.require_sound()
    query = _query(reading)
    if query.problems:
        raise ProblemsError(query.problems)
    return reading, project_list.listing(reading, query)


def _lines(reading: Reading, asked: project_list.Listing) -> tuple[list[Column[ProjectLine]], list[ProjectLine]]:
    named = project_list.named(reading, asked.query)
    columns = [column for choice in chosen(asked.query.columns) for column in choice.columns]
    return columns, project_row.project_lines(reading, asked.found, named)


def _filename(reading: Reading, ending: str) -> str:
    return f"pp-{reading.vigencia.year}-{reading.cutoff.day}-proyectos.{ending}"


@blueprint.get("/proyectos/<public_id>")
@access.roles(*access.READERS)
def show(public_id: str) -> ResponseReturnValue:
    """One project: why it is as it is, its milestones with their three dates, its story."""
    reading = read()
    project = reading.project(public_id)
    query = _query(reading)
    place = neighbours(project_list.chosen(reading, query), public_id)
    calendar, asked = reading.portfolio.frame.calendar, CaseQuery(project_id=project.id)
    cases = list_cases(reading.vigencia, calendar, reading.cutoff.today, asked).page.rows
    return render_template(
        "project/show.html",
        reading=reading,
        public_id=public_id,
        query=query,
        progress_url=_progress_url(project),
        links=project_page.links(reading, project),
        commitments=commitment_page.lines_about(reading, project_id=project.id),
        requests=project_page.request_links(project),
        page_data=project_page.build(reading, project, project_story(project.id), cases),
        way=project_page.way(reading, project, query, place),
    )


def _progress_url(project: ProjectAssessment) -> str:
    """Where this person reports progress; empty for who only reads, without a plan, or once withdrawn."""
    organism = find_organism(project.organism_code)
    if not project.has_plan or project.is_withdrawn or not access.can_write(organism.id):
        return ""
    return url_for("progress.report", public_id=project.public_id)
