"""Closed cut-offs: their files to take again, and who received them."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.services.report_archive import find_file, issued_reports
from pp_monitor.views import report_rows
from pp_monitor.views.reading import read

blueprint = Blueprint("report", __name__)


@blueprint.get("/informes")
@access.roles(*access.READERS)
def list_reports() -> ResponseReturnValue:
    """Every closed cut-off, the newest first."""
    reading = read()
    reports = issued_reports(reading.vigencia.id, reading.organism_codes)
    return render_template("report/list.html", reading=reading, reports=report_rows.rows(reports, reading))


@blueprint.get("/informes/archivos/<int:file_id>")
@access.roles(*access.READERS)
def download(file_id: int) -> ResponseReturnValue:
    """An issued file byte for byte."""
    found = find_file(file_id, access.visible_organism_codes())
    response = Response(found.content, content_type=found.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{found.filename}"'
    response.set_etag(found.sha256)
    return response
