"""Following who has registered: more time, reminders and *requerimientos*."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from pp_monitor import access, clock
from pp_monitor.access import Role
from pp_monitor.domain.errors import ConflictError, PpMonitorError, ProblemsError
from pp_monitor.formatters import plural
from pp_monitor.forms.notice import ExtensionForm, NoticeForm
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.entity import Organism
from pp_monitor.services.notice import NewNotice, add_notice, deadline_history, extend_deadline, notices
from pp_monitor.services.plan_board import owed_projects, plan_board
from pp_monitor.services.reminder import remind_now
from pp_monitor.views import plan_board_page
from pp_monitor.views.plan_access import open_vigencia, seen_organism
from pp_monitor.views.reading import read

blueprint = Blueprint("registration_follow", __name__)


@blueprint.get("/registro/<code>/seguimiento")
@access.roles(*access.READERS)
def show(code: str) -> ResponseReturnValue:
    """How the registration of an organism was followed: deadlines, reminders, *requerimientos*."""
    return _page(seen_organism(code))


def _page(organism: Organism, **sent: FlaskForm) -> str:
    reading = read().at_today()
    board = plan_board(reading.vigencia, reading.portfolio)
    found = next((row for row in board if row.code == organism.code), None)
    names = {project.id: project.name for project in reading.portfolio.of_organism(organism.code)}
    deadlines = deadline_history(reading.vigencia.id, organism.id, list(names))
    forms: dict[str, FlaskForm] = {
        "extension": ExtensionForm(formdata=None, prefix="plazo-"),
        "notice": NoticeForm(formdata=None, prefix="requerimiento-"),
    } | sent
    return render_template(
        "plan/follow.html",
        code=organism.code,
        label=reading.portfolio.names.organisms[organism.code],
        row=found,
        stage=plan_board_page.STAGE[found.stage] if found else "",
        due=plan_board_page.due_text(found) if found else "—",
        deadlines=plan_board_page.deadlines(deadlines, names, reading.portfolio.frame.calendar),
        owed=plan_board_page.owed(owed_projects(reading.portfolio, organism.code)),
        notices=notices(reading.vigencia.id).get(organism.id, ()),
        forms=forms,
        can_write=access.has_role(Role.PLANEACION),
    )


@blueprint.post("/registro/<code>/plazo")
@access.roles(Role.PLANEACION)
def extend(code: str) -> ResponseReturnValue:
    """Give an organism another deadline, with its reason."""
    organism = seen_organism(code)
    form = ExtensionForm(prefix="plazo-")
    if not form.validate_on_submit():
        return _page(organism, extension=form), 422
    assert form.deadline.data
    try:
        extend_deadline(
            open_vigencia(), organism, form.deadline.data, form.reason.data or "", clock.today(), access.actor()
        )
    except ProblemsError as error:
        form.form_errors += [str(problem) for problem in error.problems]
        return _page(organism, extension=form), 422
    flash("Nuevo plazo guardado.", "success")
    return redirect(url_for("registration_follow.show", code=code))


@blueprint.post("/registro/<code>/requerimiento")
@access.roles(Role.PLANEACION)
def require(code: str) -> ResponseReturnValue:
    """Log a *requerimiento* and mail it where that is asked."""
    organism = seen_organism(code)
    form = NoticeForm(prefix="requerimiento-")
    if not form.validate_on_submit():
        return _page(organism, notice=form), 422
    assert form.sent_on.data
    try:
        new = NewNotice(form.sent_on.data, form.filing_number.data or "", form.text.data or "")
        render = render_mail if form.is_mailed.data else None
        mailed = add_notice(open_vigencia(), organism, new, clock.today(), access.actor(), render=render)
    except (ProblemsError, ConflictError) as error:
        form.form_errors += _told(error)
        return _page(organism, notice=form), 422
    flash(f"Requerimiento guardado. Correos por enviar: {mailed}.", "success")
    return redirect(url_for("registration_follow.show", code=code))


def _told(error: PpMonitorError) -> list[str]:
    return [str(problem) for problem in error.problems] if isinstance(error, ProblemsError) else [str(error)]


@blueprint.post("/registro/recordar")
@access.roles(Role.PLANEACION)
def remind() -> ResponseReturnValue:
    """Remind everybody who owes today, and nobody else."""
    done = remind_now(open_vigencia(), clock.today(), access.actor(), render=render_mail)
    if done.persons:
        people, organisms = (
            plural(done.persons, "persona", "personas"),
            plural(done.organisms, "organismo", "organismos"),
        )
        flash(f"Recordatorio para {people} de {organisms}.", "success")
    else:
        flash("Hoy ya se les recordó a todos los que deben, o nadie debe.", "info")
    if done.without_person:
        flash(f"No tienen a quién escribirle: {', '.join(done.without_person)}.", "warning")
    return redirect(url_for("plan.overview"))
