"""Progress of a project: report a date, withdraw one, and everything ever recorded."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access, labels
from pp_monitor.access import Role
from pp_monitor.domain.errors import ConflictError, ForbiddenError, NotFoundError, Problem, ProblemsError
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.domain.verification import Reporter, Verdict
from pp_monitor.formatters import date_short
from pp_monitor.forms.fields import choice
from pp_monitor.forms.progress import AnnulForm, ReportForm, SharedReportForm
from pp_monitor.forms.verification import ReturnForm
from pp_monitor.models.progress import FactSource
from pp_monitor.services.entity import find_organism
from pp_monitor.services.evidence import proof_problems
from pp_monitor.services.explanation import ExplanationEntry
from pp_monitor.services.held_form import TypedForm
from pp_monitor.services.plan_check import errors_only
from pp_monitor.services.progress import FactEntry, RecordResult, StoryRow, fact_story, record_facts
from pp_monitor.services.progress_story import fact_proof
from pp_monitor.services.verification import judge
from pp_monitor.views import contract_report, held_form, progress_page
from pp_monitor.views.attachment import attach, handed_out
from pp_monitor.views.notes import flash_notes
from pp_monitor.views.reading import Reading, read
from pp_monitor.views.verdict import judging

blueprint = Blueprint("progress", __name__)


def _project(public_id: str) -> tuple[Reading, ProjectAssessment]:
    """The project as it stands today, for who may write its progress."""
    reading = read().at_today()
    project = reading.project(public_id)
    access.require_write(find_organism(project.organism_code).id)
    return reading, project


def _form(project: ProjectAssessment, chosen: str = "", typed: TypedForm | None = None) -> ReportForm:
    """The form as it was typed, else with the chosen milestone or the first unmet one selected."""
    results = progress_page.results(project)
    first = next((row.code for row in results if not row.is_met), "")
    form = ReportForm(milestone=chosen or first, **(held_form.filled(typed) if typed else {}))
    form.milestone.choices = [
        (row.code, f"{row.code} {row.milestone.name} (planeada {date_short(row.planned)})") for row in results
    ]
    form.contract.choices = contract_report.contract_choices(project)
    return form


@blueprint.get("/proyectos/<public_id>/avance")
@access.roles(*access.REGISTRARS)
def report(public_id: str) -> ResponseReturnValue:
    """The milestones with their dates, a form for one of them, and every record."""
    reading, project = _project(public_id)
    typed = held_form.kept(request.path)
    form = _form(project, request.args.get("hito", ""), typed)
    if typed:
        attach(form, reading.cutoff.today)
    return _show(reading, project, form)


def _show(reading: Reading, project: ProjectAssessment, form: ReportForm, problems: tuple[Problem, ...] = ()) -> str:
    return render_template(
        "progress/report.html",
        reading=reading,
        project=project,
        form=form,
        problems=problems,
        page_data=progress_page.build(reading, project, form),
    )


@blueprint.post("/proyectos/<public_id>/avance")
@access.roles(*access.REGISTRARS)
def record(public_id: str) -> ResponseReturnValue:
    """Record the dates of one milestone, what backs them and why it is late."""
    reading, project = _project(public_id)
    form = _form(project)
    is_valid = form.validate_on_submit()
    document = attach(form, reading.cutoff.today)
    if form.milestone.errors:
        return _show(reading, project, form), 422
    problems = proof_problems(form.url.data or "", document)
    is_valid = is_valid and not problems and not form.file.errors
    # What can be read of a form with faults is judged too, so that all that is wrong is told at once.
    entry, explanations = progress_page.entry(project, form, document), progress_page.explanations(project, form)
    asks = is_valid and contract_report.serves_others(project, entry)
    result = _record(reading, [entry], explanations=explanations, dry_run=asks or not is_valid)
    if asks and not result.is_refused:
        return _share(reading, public_id, form, entry, explanations)
    if result.is_refused or not is_valid:
        return _show(reading, project, form, form.tell([*problems, *errors_only(result.problems)])), 422
    _tell(result)
    return redirect(url_for("progress.report", public_id=public_id))


def _share(
    reading: Reading,
    public_id: str,
    form: ReportForm,
    entry: FactEntry,
    explanations: Sequence[ExplanationEntry],
) -> ResponseReturnValue:
    """Record a report of a contract for the projects that were ticked, all at once; ask first for which it is."""
    held, told, sent = {"held": form.held.data or "", "drop": ""}, dict[str, list[str]](), request.form.get("accion")
    if sent == contract_report.CONFIRM:
        own = contract_report.own_projects(entry)
        asked = SharedReportForm().offer([choice(row.project_code, row.project_code) for row in own])
        if asked.validate():
            codes = asked.projects.data or ()
            result = _record(reading, *contract_report.for_all(own, codes, entry, explanations))
            if not result.is_refused:
                _tell(result, len(codes))
                return redirect(url_for("progress.report", public_id=public_id))
            told = {"": contract_report.named(errors_only(result.problems))}
        held["accion"] = sent
    return redirect(url_for("progress.ask_shared", public_id=public_id, escrito=held_form.keep(told, **held)))


@blueprint.get("/proyectos/<public_id>/avance/contrato")
@access.roles(*access.REGISTRARS)
def ask_shared(public_id: str) -> ResponseReturnValue:
    """Ask for which projects of a contract a report is, with what was wrong where it was refused."""
    reading, project = _project(public_id)
    report_url, code = url_for("progress.report", public_id=public_id), request.args.get(held_form.TYPED)
    typed = held_form.kept(report_url)
    if typed is None:
        return redirect(report_url)
    form, back = _form(project, typed=typed), url_for("progress.report", public_id=public_id, escrito=code)
    document = attach(form, reading.cutoff.today)
    if not form.validate() or form.file.errors:
        return redirect(back)
    entry = progress_page.entry(project, form, document)
    if not contract_report.serves_others(project, entry):
        return redirect(back)
    page = contract_report.build(reading, project, form, entry, typed)
    return render_template("progress/shared.html", project=project, form=page.form, page_data=page, back=back)


def _record(
    reading: Reading,
    entries: Sequence[FactEntry],
    explanations: Sequence[ExplanationEntry] = (),
    *,
    annul: bool = False,
    dry_run: bool = False,
) -> RecordResult:
    source = FactSource.PLANNING if access.has_role(Role.PLANEACION) else FactSource.FORM
    return record_facts(
        vigencia=reading.vigencia,
        entries=entries,
        actor=access.actor(),
        today=reading.cutoff.today,
        source=source,
        annul=annul,
        dry_run=dry_run,
        explanations=explanations,
    )


def _tell(result: RecordResult, projects: int = 1) -> None:
    """Tell what was recorded, and in how many ``projects`` where a report was of several."""
    dates, where = result.recorded - result.explained, f" en {projects} proyectos" if projects > 1 else ""
    words = [f"Fecha registrada{where}."] if dates else []
    words += [f"Explicación registrada{where}."] if result.explained else []
    flash(" ".join(words) or "Eso ya estaba registrado; no cambió nada.", "success")
    flash_notes(result.problems, names_project=projects > 1)


@blueprint.get("/proyectos/<public_id>/avance/soporte/<int:fact_id>")
@access.roles(*access.EVIDENCE_READERS)
def proof(public_id: str, fact_id: int) -> ResponseReturnValue:
    """The document that backs an actual date, for who may read its project."""
    found = fact_proof(read().at_today().project(public_id).id, fact_id)
    return handed_out(found.evidence_id if found else None)


@blueprint.get("/proyectos/<public_id>/avance/anular/<stream>/<int:fact_id>")
@access.roles(*access.REGISTRARS)
def ask_annul(public_id: str, stream: str, fact_id: int) -> ResponseReturnValue:
    """Ask why a date is withdrawn."""
    _, project = _project(public_id)
    fact = _standing(project, stream, fact_id)
    form = AnnulForm(formdata=None)
    return render_template("progress/annul.html", project=project, fact=fact, form=form)


@blueprint.post("/proyectos/<public_id>/avance/anular/<stream>/<int:fact_id>")
@access.roles(*access.REGISTRARS)
def annul(public_id: str, stream: str, fact_id: int) -> ResponseReturnValue:
    """Withdraw a date with a record of its own; what was recorded stays in the history."""
    reading, project = _project(public_id)
    fact = _standing(project, stream, fact_id)
    form = AnnulForm()
    if form.validate_on_submit():
        entry = _withdrawal(project, fact, (form.note.data or "").strip())
        result = _record(reading, [entry], annul=True)
        if not result.is_refused:
            flash("Fecha anulada. Queda en la historia.", "success")
            return redirect(url_for("progress.report", public_id=public_id))
        form.form_errors += [f"{problem.what} {problem.fix}" for problem in result.problems]
    return render_template("progress/annul.html", project=project, fact=fact, form=form), 422


def _withdrawal(project: ProjectAssessment, fact: StoryRow, note: str) -> FactEntry:
    return FactEntry(
        project.id,
        fact.milestone_code,
        actual=fact.day if fact.stream == "actual" else None,
        forecast=fact.day if fact.stream == "forecast" else None,
        note=note,
        contract_id=fact.contract_id,
        attempt_id=fact.attempt_id,
    )


def _standing(project: ProjectAssessment, stream: str, fact_id: int) -> StoryRow:
    """The record that stands; one that was withdrawn or replaced, or of another project, cannot be withdrawn."""
    found = next((row for row in fact_story(project.id) if (row.stream, row.id) == (stream, fact_id)), None)
    if found is None:
        raise NotFoundError("Esa fecha no existe.")
    if not found.is_standing:
        raise ConflictError("Esa fecha ya no está vigente: se anuló o se cambió por otra.")
    return found


@blueprint.get("/proyectos/<public_id>/avance/devolver/<int:fact_id>")
@access.roles(*access.REGISTRARS)
def ask_return(public_id: str, fact_id: int) -> ResponseReturnValue:
    """Ask why an actual date is returned, verified or not."""
    reading, project = _project(public_id)
    return _show_return(project, _returnable(reading, project, fact_id), ReturnForm(formdata=None))


@blueprint.post("/proyectos/<public_id>/avance/devolver/<int:fact_id>")
@access.roles(*access.REGISTRARS)
def give_back(public_id: str, fact_id: int) -> ResponseReturnValue:
    """Return an actual date with its reason; what stood before it stands again."""
    reading, project = _project(public_id)
    fact, form = _returnable(reading, project, fact_id), ReturnForm()
    if form.validate_on_submit():
        try:
            told = judge(judging(reading, Verdict.RETURN, [fact_id], form.reason.data or ""))
        except ProblemsError as error:
            form.reason.errors = [f"{problem.what} {problem.fix}" for problem in error.problems]
        else:
            if told.judged:
                flash("Fecha devuelta. Queda en la historia, con su motivo.", "success")
            for problem in told.problems:
                flash(f"{problem.what} {problem.fix}", "warning")
            return redirect(url_for("progress.report", public_id=public_id))
    return _show_return(project, fact, form), 422


def _show_return(project: ProjectAssessment, fact: StoryRow, form: ReturnForm) -> str:
    status = labels.FACT_STATUS[fact.status]
    return render_template("progress/return.html", project=project, fact=fact, status=status, form=form)


def _returnable(reading: Reading, project: ProjectAssessment, fact_id: int) -> StoryRow:
    """The actual date that stands by a report, verified or not, that this person judges."""
    found = [row for row in fact_story(project.id) if row.stream == "actual" and fact_id in (row.id, row.of_fact_id)]
    if not found:
        raise NotFoundError("Esa fecha no existe.")
    if found[0].source not in access.judged_sources(Reporter(reading.vigencia.reporter)):
        raise ForbiddenError("Devuelve una fecha quien la verifica.")
    standing = next((row for row in found if row.may_be_returned), None)
    if standing is None:
        raise ConflictError("Esa fecha ya no está vigente: se anuló, se devolvió o se cambió por otra.")
    return standing
