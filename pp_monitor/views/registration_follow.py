"""Following who has registered: more time, reminders and *requerimientos*."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from pp_monitor import access, clock
from pp_monitor.access import Role
from pp_monitor.domain.errors import ConflictError, PpMonitorError, ProblemsError
from pp_monitor.formatters import plural
from pp_monitor.forms.fields import with_year
from pp_monitor.forms.notice import ExtensionForm, NoticeForm
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.entity import Organism
from pp_monitor.services.notice import NewNotice, add_notice, deadline_history, extend_deadline, notices
from pp_monitor.services.plan_board import owed_projects, plan_board
from pp_monitor.services.reminder import remind_now
from pp_monitor.views import held_form, plan_board_page
from pp_monitor.views.plan_access import open_vigencia, seen_organism
from pp_monitor.views.reading import read

blueprint = Blueprint("registration_follow", __name__)
EXTEND, REQUIRE = "extend", "require"
_FORMS: dict[str, tuple[type[FlaskForm], str]] = {
    EXTEND: (ExtensionForm, "plazo-"),
    REQUIRE: (NoticeForm, "requerimiento-"),
}


@blueprint.get("/registro/<code>/seguimiento")
@access.roles(*access.READERS)
def show(code: str) -> ResponseReturnValue:
    """How the registration of an organism was followed: deadlines, reminders, *requerimientos*."""
    return _page(seen_organism(code))


def _page(organism: Organism) -> str:
    reading = read().at_today()
    board = plan_board(reading.vigencia, reading.portfolio)
    found = next((row for row in board if row.code == organism.code), None)
    names = {project.id: project.name for project in reading.portfolio.of_organism(organism.code)}
    deadlines = deadline_history(reading.vigencia.id, organism.id, list(names))
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
        forms=_forms(organism.code, reading.vigencia.year),
        can_write=access.has_role(Role.PLANEACION),
    )


def _address(code: str, act: str) -> str:
    return url_for(f"registration_follow.{act}", code=code)


def _forms(code: str, year: int) -> dict[str, FlaskForm]:
    """The two forms of the page, blank or as one was typed with what is wrong."""
    typed = held_form.kept(_address(code, EXTEND), _address(code, REQUIRE))
    forms = {}
    for act in (EXTEND, REQUIRE):
        own = typed if typed and typed.place == _address(code, act) else None
        form = forms[act] = _form(act, year, **held_form.filled(own))
        if own:
            form.validate()
            held_form.tell(form, own)
    return forms


def _form(act: str, year: int, **filled: Any) -> FlaskForm:
    """A form of the page; a day typed without its year is one of ``year``."""
    form, prefix = _FORMS[act]
    return form(prefix=prefix, **with_year(filled, year))


def _ask_again(code: str, told: Sequence[str] = ()) -> ResponseReturnValue:
    """To the page with what was typed and what was told of it."""
    typed = held_form.keep({"": told} if told else None)
    return redirect(url_for("registration_follow.show", code=code, escrito=typed))


@blueprint.post("/registro/<code>/plazo")
@access.roles(Role.PLANEACION)
def extend(code: str) -> ResponseReturnValue:
    """Give an organism another deadline, with its reason."""
    organism = seen_organism(code)
    vigencia = open_vigencia()
    form = _form(EXTEND, vigencia.year)
    if not form.validate_on_submit():
        return _ask_again(code)
    try:
        reason, actor = form["reason"].data or "", access.actor()
        extend_deadline(vigencia, organism, form["deadline"].data, reason, clock.today(), actor)
    except ProblemsError as error:
        return _ask_again(code, _told(error))
    flash("Nuevo plazo guardado.", "success")
    return redirect(url_for("registration_follow.show", code=code))


@blueprint.post("/registro/<code>/requerimiento")
@access.roles(Role.PLANEACION)
def require(code: str) -> ResponseReturnValue:
    """Log a *requerimiento* and mail it where that is asked."""
    organism = seen_organism(code)
    vigencia = open_vigencia()
    form = _form(REQUIRE, vigencia.year)
    if not form.validate_on_submit():
        return _ask_again(code)
    try:
        new = NewNotice(form["sent_on"].data, form["filing_number"].data or "", form["text"].data or "")
        render = render_mail if form["is_mailed"].data else None
        mailed = add_notice(vigencia, organism, new, clock.today(), access.actor(), render=render)
    except (ProblemsError, ConflictError) as error:
        return _ask_again(code, _told(error))
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
