"""The workbook of the work list: handed out, taken back, reviewed at an address of its own and recorded."""

from __future__ import annotations

from hashlib import sha256

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access, clock
from pp_monitor.access import Role
from pp_monitor.domain.evidence import XLSX
from pp_monitor.domain.problem_group import group_problems
from pp_monitor.forms.plan import Upload
from pp_monitor.forms.progress import ProgressFileForm
from pp_monitor.intake.progress import read_progress_file
from pp_monitor.models.entity import Organism
from pp_monitor.models.progress import FactSource
from pp_monitor.services.entity import load_catalogue
from pp_monitor.services.held_file import KEPT_DAYS, FetchedFile, sent_file
from pp_monitor.services.plan import plan_targets
from pp_monitor.services.progress import ProgressLoadResult, load_progress_file
from pp_monitor.services.progress_template import build_template
from pp_monitor.views import held_form
from pp_monitor.views.notes import flash_notes
from pp_monitor.views.plan_access import open_vigencia, own_organism, seen_organism
from pp_monitor.views.progress_file_page import changes
from pp_monitor.views.upload import FilePages

blueprint = Blueprint("progress_file", __name__)
_FILE = FilePages("progress_file.upload", "progress_file.review", "del avance")


@blueprint.get("/por-reportar/<code>/plantilla.xlsx")
@access.roles(*access.REGISTRARS)
def template(code: str) -> ResponseReturnValue:
    """The workbook of what the organism has to report today."""
    built = build_template(open_vigencia(), seen_organism(code).code, clock.today())
    response = Response(built.content, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{built.filename}"'
    return response


@blueprint.get("/por-reportar/<code>/archivo")
@access.roles(Role.ENLACE)
def upload(code: str) -> ResponseReturnValue:
    """Ask for the file, and say what was wrong with one that could not even be read."""
    organism, form, typed = own_organism(code), ProgressFileForm(formdata=None), held_form.kept(request.path)
    if typed:
        held_form.tell(form, typed)
    return render_template("progress/upload.html", code=organism.code, form=form)


@blueprint.post("/por-reportar/<code>/archivo")
@access.roles(Role.ENLACE)
def rehearse(code: str) -> ResponseReturnValue:
    """Read the file and hold it for its review, without recording anything."""
    organism = own_organism(code)
    return _FILE.take(organism, ProgressFileForm(), lambda sent: _load(organism, sent, dry_run=True))


@blueprint.get("/por-reportar/<code>/archivo/<held>")
@access.roles(Role.ENLACE)
def review(code: str, held: str) -> ResponseReturnValue:
    """What a file that was sent would record today, or what is wrong with it."""
    organism = own_organism(code)
    sent = sent_file(organism, held)
    if sent is None:
        return _FILE.ask_again(code)
    result = _load(organism, sent, dry_run=True)
    return render_template(
        "progress/file.html",
        code=organism.code,
        sent=sent,
        result=result,
        problem_groups=group_problems((*result.problems, *result.notes)),
        groups=changes(result, open_vigencia(), organism, clock.today()),
        kept_days=KEPT_DAYS,
    )


@blueprint.post("/por-reportar/<code>/archivo/<held>")
@access.roles(Role.ENLACE)
def record(code: str, held: str) -> ResponseReturnValue:
    """Record the file that was shown; it is read and checked again."""
    organism = own_organism(code)
    sent = sent_file(organism, held)
    if sent is None:
        return _FILE.ask_again(code)
    result = _load(organism, sent, dry_run=False)
    if result.problems:
        return _FILE.hold(organism, sent, result)
    told = "Avance registrado desde el archivo." if result.recorded else "El archivo no cambió nada."
    flash(told, "success")
    flash_notes(result.notes)
    return redirect(url_for("progress_due.show", organismo=code))


def _load(organism: Organism, sent: Upload | FetchedFile, *, dry_run: bool) -> ProgressLoadResult:
    vigencia, today = open_vigencia(), clock.today()
    file = read_progress_file(
        sent.filename,
        sent.content,
        milestones=load_catalogue(vigencia.catalogue_version_id).milestones,
        known_projects=plan_targets(vigencia, organism, today).names,
        year=vigencia.year,
    )
    return load_progress_file(
        file,
        vigencia=vigencia,
        actor=access.actor(),
        today=today,
        source=FactSource.FORM,
        dry_run=dry_run,
        filename=sent.filename,
        sha256=sha256(sent.content).hexdigest(),
    )
