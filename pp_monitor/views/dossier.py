"""A project as a file to keep: what it is, what was planned, what happened and what backs it."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, current_app, render_template

from pp_monitor import access, clock
from pp_monitor.reports import pdf
from pp_monitor.services.dossier import project_dossier
from pp_monitor.services.project_change_read import project_bpin
from pp_monitor.views import dossier_page
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
    dossier = project_dossier(reading.vigencia, project.id, project.organism_code, known_at)
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
    response = Response(pdf.make_pdf(markup, Path(current_app.static_folder or "")), content_type=pdf.MEDIA_TYPE)
    name = f"ficha-{project.code}-{reading.cutoff.day}.pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
