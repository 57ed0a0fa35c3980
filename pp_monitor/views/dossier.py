"""A project and a territory as files to keep."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, render_template

from pp_monitor import access, clock
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.reports import pdf
from pp_monitor.services.dossier import project_dossier
from pp_monitor.services.project_change_read import project_bpin
from pp_monitor.views import dossier_page, territory_dossier
from pp_monitor.views.reading import read

blueprint = Blueprint("dossier", __name__)


@blueprint.get("/proyectos/<public_id>/ficha.pdf")
@access.roles(*access.READERS)
def project_file(public_id: str) -> Response:
    """The file of one project at a cut-off, for who may see the project; refused where the address is not understood.

    At a closed cut-off it holds only what was recorded by then.
    """
    reading = read()
    reading.require_sound()
    project = reading.project(public_id)
    made_at = clock.utc_now()
    known_at = reading.cutoff.known_at or made_at
    dossier = project_dossier(reading.vigencia, project.id, project.organism_code, reading.cutoff.day, known_at)
    markup = render_template(
        "project/dossier_pdf.html",
        reading=reading,
        project=project,
        bpin=project_bpin(project.id),
        dossier=dossier_page.build(reading, project, dossier),
        made_by=access.require_person().label,
        made_at=made_at,
        known_at=known_at,
    )
    return _handed_out(markup, f"ficha-{project.code}-{reading.cutoff.day}.pdf")


@blueprint.get("/territorios/<code>/ficha.pdf")
@access.roles(*access.READERS)
def territory_file(code: str) -> Response:
    """One page about a comuna or corregimiento at a cut-off, over the projects that this person may see there."""
    reading = read()
    reading.require_sound()
    if code not in reading.portfolio.names.territories:
        raise NotFoundError("Ese territorio no existe.")
    markup = render_template(
        "territory/dossier_pdf.html",
        reading=reading,
        dossier=territory_dossier.build(reading, code),
        made_by=access.require_person().label,
        made_at=clock.utc_now(),
    )
    return _handed_out(markup, f"territorio-{code}-{reading.cutoff.day}.pdf")


def _handed_out(markup: str, filename: str) -> Response:
    response = Response(pdf.make_pdf(markup, Path(current_app.static_folder or "")), content_type=pdf.MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
