"""The list of projects and the page of each."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.domain.errors import ProblemsError
from pp_monitor.domain.listing import choose_projects, neighbours, paginate
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.forms.project import ProjectQuery, read_project_query
from pp_monitor.services.alert_read import CaseQuery, list_cases
from pp_monitor.services.entity import find_organism
from pp_monitor.services.project_search import sought_by
from pp_monitor.services.story import project_story
from pp_monitor.views import commitment_page, downloads, figures, project_list, project_page
from pp_monitor.views.reading import Reading, read

blueprint = Blueprint("project", __name__)
PAGE_SIZE = 25


def _query(reading: Reading) -> ProjectQuery:
    return read_project_query(request.args, project_list.choices(reading))


def _chosen(reading: Reading, query: ProjectQuery) -> list[ProjectAssessment]:
    portfolio = reading.portfolio
    sought = sought_by(reading.vigencia.id, portfolio) if query.chosen.text else {}
    return choose_projects(
        portfolio.projects, query.chosen, query.order, is_descending=query.is_descending, sought=sought
    )


@blueprint.get("/proyectos")
@access.roles(*access.READERS)
def list_projects() -> ResponseReturnValue:
    """The projects that this person may see, narrowed and ordered by the address."""
    reading = read()
    query = _query(reading)
    found = _chosen(reading, query)
    page = paginate(found, query.page, PAGE_SIZE)
    return render_template(
        "project/list.html",
        reading=reading,
        query=query,
        filters=project_list.filters(reading, query),
        columns=project_list.columns(reading, query),
        page_data=page,
        links=project_list.PageLinks.of(page, "project.list_projects", {**query.args, **reading.cutoff.args}),
        summary=project_list.summary(found, query),
        rows=figures.project_rows(reading, list(page.rows), **query.args),
        can_add=access.has_role(access.Role.PLANEACION),
        csv_url=url_for("project.projects_csv", **query.args, **reading.cutoff.args),
    )


@blueprint.get("/proyectos.csv")
@access.roles(*access.READERS)
def projects_csv() -> ResponseReturnValue:
    """Every row of the same list as a file; nothing where the address is not understood."""
    reading = read()
    reading.require_sound()
    query = _query(reading)
    if query.problems:
        raise ProblemsError(query.problems)
    name = f"pp-{reading.vigencia.year}-{reading.cutoff.day}-proyectos.csv"
    return downloads.csv(name, *downloads.project_table(reading.portfolio, _chosen(reading, query)))


@blueprint.get("/proyectos/<public_id>")
@access.roles(*access.READERS)
def show(public_id: str) -> ResponseReturnValue:
    """One project: why it is as it is, its milestones with their three dates, its story."""
    reading = read()
    project = reading.project(public_id)
    query = _query(reading)
    place = neighbours(_chosen(reading, query), public_id)
    calendar, asked = reading.portfolio.frame.calendar, CaseQuery(project_id=project.id)
    cases = list_cases(reading.vigencia, calendar, reading.cutoff.today, asked).page.rows
    return render_template(
        "project/show.html",
        reading=reading,
        public_id=public_id,
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
