"""The review of a plan before it is sent: what is wrong, what is doubtful, and why it stays so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from pp_monitor import access, clock
from pp_monitor.access import Role
from pp_monitor.domain.errors import ConflictError, ProblemsError
from pp_monitor.domain.plan_doubt import DoubtGroup
from pp_monitor.domain.plan_warning import PlanDoubt
from pp_monitor.forms.plan_review import GroupForm, group_forms
from pp_monitor.models.entity import Organism, Vigencia
from pp_monitor.services.audit import Actor
from pp_monitor.services.plan_draft import load_grid
from pp_monitor.services.plan_grid import Grid
from pp_monitor.services.plan_reason import justify
from pp_monitor.services.plan_review import drop_not_needed, load_review, use_next_working_days
from pp_monitor.views import held_form, plan_page
from pp_monitor.views.plan_access import open_vigencia, own_organism

blueprint = Blueprint("plan_review", __name__)
CONTINUE = "continuar"


@blueprint.get("/registro/<code>/revisar")
@access.roles(Role.ENLACE)
def show(code: str) -> ResponseReturnValue:
    """Everything that keeps the plan from being sent and everything doubtful, at once."""
    changes = [url_for(f"plan_review.{name}", code=code) for name in ("next_working_days", "no_dates_not_needed")]
    organism, typed = own_organism(code), held_form.kept(request.path, *changes)
    grid, groups = load_review(open_vigencia(), organism, clock.today())
    if grid.registrable_rows and not grid.unexplained_rows and not groups:
        return redirect(url_for("plan.confirm", code=code))
    forms = group_forms(groups, MultiDict(typed.boxes) if typed else None)
    for one in forms if typed else ():
        one.form.validate()
    return _page(grid, groups, forms, typed.told.get("", ()) if typed else ())


def _page(grid: Grid, groups: Sequence[DoubtGroup], forms: Sequence[GroupForm], problems: Sequence[str]) -> str:
    return render_template(
        "plan/review.html",
        grid=grid,
        errors=plan_page.error_summary(grid),
        maybe_met=plan_page.group_of(groups, PlanDoubt.MAYBE_MET),
        not_needed=plan_page.group_of(groups, PlanDoubt.NOT_NEEDED),
        days_off=plan_page.group_of(groups, PlanDoubt.NOT_WORKING_DAY),
        forms=forms,
        open_count=sum(group.is_open for group in groups),
        problems=problems,
    )


@blueprint.post("/registro/<code>/revisar")
@access.roles(Role.ENLACE)
def save(code: str) -> ResponseReturnValue:
    """Keep the reasons typed so far; on to the last word when none is missing."""
    vigencia, organism = open_vigencia(), own_organism(code)
    grid, groups = load_review(vigencia, organism, clock.today())
    forms = group_forms(groups, request.form)
    if not all(one.form.validate() for one in forms):
        return _ask_again(code)
    given = {one.group.key: one.form.justification() for one in forms}
    try:
        justify(vigencia, organism, given, access.actor())
    except ProblemsError as error:
        return _ask_again(code, [str(problem) for problem in error.problems])
    missing = [one.group.title for one in forms if one.group.is_going and not given[one.group.key].reason]
    if request.form.get("accion") == CONTINUE and missing:
        return _ask_again(code, [f"Falta la justificación de «{title}»." for title in missing])
    if request.form.get("accion") == CONTINUE and grid.registrable_rows:
        return redirect(url_for("plan.confirm", code=code))
    flash("Justificaciones guardadas.", "success")
    return redirect(url_for("plan_review.show", code=code))


def _ask_again(code: str, problems: Sequence[str] = ()) -> ResponseReturnValue:
    """The review with what was typed, what is wrong with it, and what was told of it."""
    return redirect(url_for("plan_review.show", code=code, escrito=held_form.keep({"": problems})))


@blueprint.post("/registro/<code>/habiles")
@access.roles(Role.ENLACE)
def next_working_days(code: str) -> ResponseReturnValue:
    """Put every date that is a day off on the next working day, because the person asks for it."""
    return _change(code, use_next_working_days, "Fechas que pasaron al siguiente día hábil")


@blueprint.post("/registro/<code>/no-aplican")
@access.roles(Role.ENLACE)
def no_dates_not_needed(code: str) -> ResponseReturnValue:
    """Take away the dates of milestones that the modality does not need, because the person asks for it."""
    return _change(code, drop_not_needed, "Hitos que quedaron como «No aplica»")


def _change(
    code: str, change: Callable[[Vigencia, Organism, Grid, Actor, date], int], done: str
) -> ResponseReturnValue:
    """Change the drafts of an organism, tell how many dates it was, and show the review again as it was typed."""
    organism, vigencia, today = own_organism(code), open_vigencia(), clock.today()
    try:
        count = change(vigencia, organism, load_grid(vigencia, organism, today), access.actor(), today)
    except ConflictError as error:
        flash(str(error), "error")
    else:
        flash(f"{done}: {count}.", "success")
    typed = held_form.keep() if any(name.endswith("-reason") for name in request.form) else None
    return redirect(url_for("plan_review.show", code=code, escrito=typed))
