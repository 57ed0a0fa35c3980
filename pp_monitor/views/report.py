"""Closed cut-offs: their files to take again, who received them, and one more to close by hand."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access, clock
from pp_monitor.access import Role
from pp_monitor.domain.errors import ConflictError
from pp_monitor.forms.report import CloseForm
from pp_monitor.mail_templates import render_mail
from pp_monitor.services.report import CloseResult, close_cutoff
from pp_monitor.services.report_archive import find_file, issued_reports
from pp_monitor.views import report_rows
from pp_monitor.views.reading import current_vigencia, read

blueprint = Blueprint("report", __name__)


@blueprint.get("/informes")
@access.roles(*access.READERS)
def list_reports() -> ResponseReturnValue:
    """Every closed cut-off, the newest first."""
    return _page(CloseForm(formdata=None))


def _page(form: CloseForm) -> str:
    reading = read()
    reports = issued_reports(reading.vigencia.id, reading.organism_codes)
    return render_template(
        "report/list.html",
        reading=reading,
        reports=report_rows.rows(reports, reading),
        form=form,
        can_close=access.has_role(Role.PLANEACION),
    )


@blueprint.post("/informes/cerrar")
@access.roles(Role.PLANEACION)
def close() -> ResponseReturnValue:
    """Close a cut-off by hand and put its mails in the outbox."""
    form = CloseForm()
    if form.validate_on_submit() and form.cutoff.data:
        try:
            result = _close(form.cutoff.data, form)
        except ConflictError as error:
            form.form_errors.append(str(error))
        else:
            flash(*report_rows.told(result, form.cutoff.data))
            return redirect(url_for("report.list_reports"))
    return _page(form), 422


def _close(cutoff: date, form: CloseForm) -> CloseResult:
    today = clock.today()
    return close_cutoff(
        current_vigencia().id,
        cutoff,
        today,
        access.actor(),
        today,
        render=render_mail,
        reissue=bool(form.is_reissue.data),
        reason=form.reason.data or "",
    )


@blueprint.get("/informes/archivos/<int:file_id>")
@access.roles(*access.READERS)
def download(file_id: int) -> ResponseReturnValue:
    """An issued file byte for byte."""
    found = find_file(file_id, access.visible_organism_codes())
    response = Response(found.content, content_type=found.media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{found.filename}"'
    response.set_etag(found.sha256)
    return response
