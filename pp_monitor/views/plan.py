"""Registration: the board of organisms, the grid of one, files, the last word and the receipt."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access, clock, labels
from pp_monitor.access import Role
from pp_monitor.domain.errors import ConflictError, NotFoundError, ProblemsError
from pp_monitor.domain.evidence import XLSX
from pp_monitor.domain.plan_tool import Tool
from pp_monitor.domain.portfolio import OrganismLabel
from pp_monitor.domain.problem_group import group_problems
from pp_monitor.forms.plan import (
    SendForm,
    Upload,
    UploadForm,
    read_stamps,
)
from pp_monitor.intake.plan_template import read_plan_file
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.entity import Organism
from pp_monitor.reports import pdf
from pp_monitor.services.entity import load_catalogue, organism_labels
from pp_monitor.services.held_file import KEPT_DAYS, FetchedFile, sent_file
from pp_monitor.services.plan import PlanLoadResult, load_plan_file, plan_targets
from pp_monitor.services.plan_board import plan_board
from pp_monitor.services.plan_draft import load_grid, save_drafts
from pp_monitor.services.plan_review import load_last_look
from pp_monitor.services.plan_template import build_template
from pp_monitor.services.receipt import find_receipt
from pp_monitor.services.submission import send_drafts
from pp_monitor.views import approval_page, held_form, plan_board_page, plan_page
from pp_monitor.views.held_file import SUPPORT
from pp_monitor.views.plan_access import is_enlace, open_vigencia, own_organism, seen_organism
from pp_monitor.views.plan_file_page import diff_view
from pp_monitor.views.plan_grid import keep_conflict, read_typed, show_grid, show_kept
from pp_monitor.views.reading import read
from pp_monitor.views.upload import FilePages

blueprint = Blueprint("plan", __name__)
REVIEW = "revisar"
_FILE = FilePages("plan.upload", "plan.review_file", "del plan")


@blueprint.get("/registro")
@access.roles(*access.READERS)
def overview() -> ResponseReturnValue:
    """How far each organism is; the enlace of a single one goes straight to its grid."""
    codes = access.visible_organism_codes()
    if codes is not None and len(codes) == 1 and access.has_role(Role.ENLACE):
        return redirect(url_for("plan.grid", code=next(iter(codes))))
    reading = read().at_today()
    found = plan_board(reading.vigencia, reading.portfolio)
    return render_template(
        "plan/overview.html",
        reading=reading,
        board=plan_board_page.board(found),
        found=found,
        can_remind=access.has_role(Role.PLANEACION) and any(row.pending for row in found),
        can_help=access.has_role(*SUPPORT),
    )


@blueprint.get("/registro/<code>")
@access.roles(*access.READERS)
def grid(code: str) -> ResponseReturnValue:
    """The organism's projects and milestones; its enlace types in them, and finds again what could not be saved."""
    organism, vigencia = seen_organism(code), open_vigencia()
    tools = [url_for("plan_edit.tool", code=code, tool=tool.value) for tool in Tool]
    if kept := held_form.kept(request.path, *tools):
        return show_kept(vigencia, organism, kept)
    return show_grid(load_grid(vigencia, organism, clock.today()), can_edit=is_enlace(organism))


@blueprint.post("/registro/<code>")
@access.roles(Role.ENLACE)
def save(code: str) -> ResponseReturnValue:
    """Save the draft as typed; where two people clash, keep it whole to show both texts."""
    organism, vigencia, today = own_organism(code), open_vigencia(), clock.today()
    typed = read_typed(vigencia)
    try:
        count = save_drafts(vigencia=vigencia, organism=organism, typed=typed, actor=access.actor(), today=today)
    except (ConflictError, NotFoundError) as error:
        return keep_conflict(code, error)
    if request.form.get("accion") == REVIEW:
        return redirect(url_for("plan_review.show", code=code))
    flash("Borrador guardado." if count else "No había cambios por guardar.", "success")
    return redirect(url_for("plan.grid", code=code))


@blueprint.get("/registro/<code>/enviar")
@access.roles(Role.ENLACE)
def confirm(code: str) -> ResponseReturnValue:
    """What will be sent to the head, what stays out, and what was missing when it was sent before."""
    organism, typed = own_organism(code), held_form.kept(request.path)
    found, groups = load_last_look(open_vigencia(), organism, clock.today())
    if not found.registrable_rows:
        flash("Aún no hay proyectos completos para enviar.", "warning")
        return redirect(url_for("plan.grid", code=code))
    form = SendForm(**held_form.filled(typed))
    form.reason.flags.required = bool(found.unexplained_rows)
    if typed:
        form.validate()
        held_form.tell(form, typed)
    return render_template(
        "plan/confirm.html",
        grid=found,
        form=form,
        answers=plan_page.answer_rows(groups),
        ready=plan_page.confirm_rows(found),
        left=[plan_page.row_view(row, found) for row in found.left_rows],
    )


@blueprint.post("/registro/<code>/enviar")
@access.roles(Role.ENLACE)
def send(code: str) -> ResponseReturnValue:
    """Freeze the plans as they were shown and hand them to the organism's head."""
    organism, vigencia, today = own_organism(code), open_vigencia(), clock.today()
    form = SendForm()
    if not form.validate_on_submit():
        return _ask_again(code)
    found = load_grid(vigencia, organism, today)
    try:
        done = send_drafts(
            vigencia=vigencia,
            organism=organism,
            stamps=read_stamps(request.form, {row.code: row.project_id for row in found.rows}),
            left_out={row.code: form.reason.data or "" for row in found.unexplained_rows},
            actor=access.actor(),
            today=today,
            render=render_mail,
            act=form.act.data or "",
        )
    except ProblemsError as error:
        return _ask_again(code, [str(problem) for problem in error.problems])
    except ConflictError as error:
        flash(str(error), "error")
        return redirect(url_for("plan.grid", code=code))
    flash("El plan se envió. Su despacho recibe un correo para aprobarlo.", "success")
    return redirect(url_for("approval.show", number=done.number))


def _ask_again(code: str, problems: Sequence[str] = ()) -> ResponseReturnValue:
    return redirect(url_for("plan.confirm", code=code, escrito=held_form.keep({"": problems})))


@blueprint.get("/registro/constancia/<int:number>")
@access.roles(*access.READERS)
def receipt(number: int) -> ResponseReturnValue:
    """The receipt of a registration, for who may see the organism."""
    found = find_receipt(open_vigencia(), number)
    access.require_see(found.organism_id)
    return render_template(
        "plan/receipt.html",
        receipt=found,
        phases=plan_page.phases(found.catalogue.milestones),
        doubts=approval_page.doubts(found.doubts),
        can_make_pdf=pdf.can_make_pdf(),
        remedy=pdf.REMEDY,
    )


@blueprint.get("/registro/constancia/<int:number>.pdf")
@access.roles(*access.READERS)
def receipt_pdf(number: int) -> ResponseReturnValue:
    """The receipt as a file that a screen reader can read, for who may see its page."""
    found = find_receipt(open_vigencia(), number)
    access.require_see(found.organism_id)
    markup = render_template(
        "plan/receipt_pdf.html",
        receipt=found,
        recorded=f"{found.recorded_at:%Y-%m-%dT%H:%M:%SZ}",
        phases=plan_page.phases(found.catalogue.milestones),
        doubts=approval_page.doubts(found.doubts),
    )
    response = Response(pdf.make_pdf(markup, Path(current_app.static_folder or "")), content_type=pdf.MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="constancia-{found.year}-{found.number}.pdf"'
    return response


@blueprint.get("/registro/<code>/plantilla.xlsx")
@access.roles(*access.READERS)
def template(code: str) -> ResponseReturnValue:
    """The registration workbook, filled with what the drafts say; ``?reales=1`` adds a column of real dates to each."""
    with_actuals = request.args.get("reales") == "1"
    built = build_template(open_vigencia(), seen_organism(code), clock.today(), with_actuals=with_actuals)
    response = Response(built.content, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{built.filename}"'
    return response


@blueprint.get("/registro/<code>/archivo")
@access.roles(Role.ENLACE)
def upload(code: str) -> ResponseReturnValue:
    """Ask for a plan file, and say what was wrong with one that could not even be read."""
    organism, form, typed = own_organism(code), UploadForm(formdata=None), held_form.kept(request.path)
    if typed:
        held_form.tell(form, typed)
    return render_template("plan/upload.html", code=organism.code, organism=_names(organism), form=form)


def _names(organism: Organism) -> OrganismLabel:
    return organism_labels(organism.entity_id, clock.today(), clock.utc_now())[organism.code]


@blueprint.post("/registro/<code>/archivo")
@access.roles(Role.ENLACE)
def rehearse(code: str) -> ResponseReturnValue:
    """Read the file and hold it for its review, without saving anything."""
    organism = own_organism(code)
    return _FILE.take(organism, UploadForm(), lambda sent: _load(organism, sent, dry_run=True))


@blueprint.get("/registro/<code>/archivo/<held>")
@access.roles(Role.ENLACE)
def review_file(code: str, held: str) -> ResponseReturnValue:
    """What a file that was sent would do today, or what is wrong with it."""
    organism = own_organism(code)
    sent = sent_file(organism, held)
    if sent is None:
        return _FILE.ask_again(code)
    result = _load(organism, sent, dry_run=True)
    return render_template(
        "plan/load.html",
        code=organism.code,
        organism=_names(organism),
        sent=sent,
        result=result,
        groups=group_problems((*result.problems, *result.warnings)),
        changes=diff_view(result, load_catalogue(open_vigencia().catalogue_version_id).milestones),
        kept_days=KEPT_DAYS,
    )


@blueprint.post("/registro/<code>/archivo/<held>")
@access.roles(Role.ENLACE)
def save_file(code: str, held: str) -> ResponseReturnValue:
    """Save the file that was shown as draft; it is read and checked again."""
    organism = own_organism(code)
    sent = sent_file(organism, held)
    if sent is None:
        return _FILE.ask_again(code)
    result = _load(organism, sent, dry_run=False)
    if result.problems:
        return _FILE.hold(organism, sent, result)
    flash("Borrador guardado desde el archivo.", "success")
    return redirect(url_for("plan.grid", code=code))


def _load(organism: Organism, sent: Upload | FetchedFile, *, dry_run: bool) -> PlanLoadResult:
    vigencia, today = open_vigencia(), clock.today()
    targets = plan_targets(vigencia, organism, today)
    file = read_plan_file(
        sent.filename,
        sent.content,
        milestones=load_catalogue(vigencia.catalogue_version_id).milestones,
        known_projects=targets.names,
        known_modalities=targets.modalities,
        modality_names=labels.MODALITY,
        year=vigencia.year,
    )
    return load_plan_file(
        file,
        vigencia=vigencia,
        organism=organism,
        actor=access.actor(),
        today=today,
        dry_run=dry_run,
        filename=sent.filename,
        sha256=hashlib.sha256(sent.content).hexdigest(),
    )
