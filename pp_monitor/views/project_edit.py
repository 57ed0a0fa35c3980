"""Changes of a project by act: added, renamed, corrected, transferred, withdrawn, suspended and restarted."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.access import Role
from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.errors import ConflictError, NotFoundError, ProblemsError
from pp_monitor.domain.evidence import Document
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.forms.project_change import FEWEST_TERRITORIES, AddForm, OrderForm, RestartForm, sent_rows
from pp_monitor.mail_templates import render_mail
from pp_monitor.services import project_change as service
from pp_monitor.services.event import Act
from pp_monitor.services.project_addition import NewProject, add_project
from pp_monitor.services.project_change import Order
from pp_monitor.services.project_change_read import project_changes
from pp_monitor.views import project_edit_page as pages
from pp_monitor.views.attachment import attach, handed_out
from pp_monitor.views.reading import Reading, read

blueprint = Blueprint("project_edit", __name__)
SAVE, MORE = "registrar", "territorios"


def _rows(prefix: str = "") -> int:
    """How many rows for territories the form has, with those that are asked for."""
    return sent_rows(request.form, prefix) + (FEWEST_TERRITORIES if request.form.get("accion") == MORE else 0)


def _wants_rows(form: OrderForm, reading: Reading) -> bool:
    """Whether only more rows are asked for; what is attached already is kept along with what was typed."""
    is_asked = request.form.get("accion") == MORE
    if is_asked:
        attach(form, reading.cutoff.today)
    return is_asked


def _check(form: OrderForm, reading: Reading) -> tuple[bool, Document | None]:
    """Whether the form can be recorded, and the document that came with it."""
    is_valid, attached = form.validate_on_submit(), attach(form, reading.cutoff.today)
    return is_valid and not form.file.errors, attached


def _order(form: OrderForm, attached: Document | None) -> Order:
    assert form.day.data
    act = Act(form.act.data or "", form.day.data, (form.reason.data or "").strip())
    return Order(act, form.url.data or "", form.seen.data or "", attached)


@blueprint.get("/proyectos/nuevo")
@access.roles(Role.PLANEACION)
def ask_new() -> ResponseReturnValue:
    """The form of a project that enters later."""
    reading = read().at_today()
    return _new_page(pages.add_form(reading, day=reading.cutoff.today))


def _new_page(form: AddForm) -> str:
    return render_template("project_edit/new.html", form=form)


@blueprint.post("/proyectos/nuevo")
@access.roles(Role.PLANEACION)
def add() -> ResponseReturnValue:
    """Add the project."""
    reading = read().at_today()
    form = pages.add_form(reading, _rows())
    if _wants_rows(form, reading):
        return _new_page(form)
    is_valid, attached = _check(form, reading)
    if not is_valid:
        return _new_page(form), 422
    new = NewProject(
        form.code.data or "",
        form.name.data or "",
        form.organism.data,
        form.amount.data or 0,
        form.shares(),
        Modality(form.modality.data) if form.modality.data else None,
        form.bpin.data or "",
        form.deadline.data,
    )
    try:
        public_id = add_project(reading.vigencia, new, _order(form, attached), access.actor(), reading.cutoff.today)
    except ProblemsError as error:
        form.tell(error.problems)
        return _new_page(form), 422
    flash("Proyecto agregado a la vigencia.", "success")
    return redirect(url_for("project_edit.show", public_id=public_id))


def _project(public_id: str) -> tuple[Reading, ProjectAssessment]:
    reading = read().at_today()
    return reading, reading.project(public_id)


@blueprint.get("/proyectos/<public_id>/cambios")
@access.roles(*access.READERS)
def show(public_id: str) -> ResponseReturnValue:
    """The changes that acts ordered, and for Planning the forms of the next one."""
    reading, project = _project(public_id)
    return _page(reading, project)


def _page(reading: Reading, project: ProjectAssessment, sent: tuple[str, OrderForm] | None = None) -> str:
    forms = pages.change_forms(reading, project, sent) if access.has_role(Role.PLANEACION) else []
    return render_template(
        "project_edit/show.html", project=project, forms=forms, changes=pages.change_rows(project), sent=sent
    )


@blueprint.post("/proyectos/<public_id>/cambios/<kind>")
@access.roles(Role.PLANEACION)
def change(public_id: str, kind: str) -> ResponseReturnValue:
    """Record one change."""
    reading, project = _project(public_id)
    if kind not in _CHANGES:
        raise NotFoundError("Ese cambio no existe.")
    form = pages.change_form(reading, kind, _rows(f"{kind}-"))
    if _wants_rows(form, reading):
        return _page(reading, project, (kind, form))
    is_valid, attached = _check(form, reading)
    if not is_valid:
        return _page(reading, project, (kind, form)), 422
    try:
        if kind == "reinicio" and (preview := _preview(reading, project, form, attached)):
            return preview
        _CHANGES[kind](reading, project, form, _order(form, attached))
    except ProblemsError as error:
        form.tell(error.problems)
        return _page(reading, project, (kind, form)), 422
    except ConflictError as error:
        form.form_errors.append(str(error))
        form.seen.data = ""
        return _page(reading, project, (kind, form)), 409
    flash("Cambio registrado. Queda en la historia del proyecto.", "success")
    return redirect(url_for("project_edit.show", public_id=public_id))


@blueprint.get("/proyectos/<public_id>/cambios/<int:change_id>/soporte")
@access.roles(*access.READERS)
def document(public_id: str, change_id: int) -> ResponseReturnValue:
    """The act that was attached to a change."""
    _, project = _project(public_id)
    proofs = [row.proof for row in project_changes(project.id) if row.id == change_id and row.proof]
    return handed_out(proofs[0].evidence_id if proofs else None)


def _preview(reading: Reading, project: ProjectAssessment, form: OrderForm, attached: Document | None) -> str | None:
    """The new dates of a restart, until they were seen for the day that is sent; none once they were.

    Raises ``ProblemsError`` for an act that cannot order it: its dates would be false.
    """
    assert isinstance(form, RestartForm)
    day, seen = form.day.data.isoformat() if form.day.data else "", form.reviewed.data
    if request.form.get("accion") == SAVE and seen == day:
        return None
    standing = pages.standing_of(reading, project)
    if problems := service.restart_problems(standing, _order(form, attached), reading.cutoff.today):
        raise ProblemsError(problems)
    form.reviewed.data = day
    dates = pages.restart_dates(reading, project, standing, form)
    return render_template("project_edit/restart.html", project=project, form=form, **dates)


Change = Callable[[Reading, ProjectAssessment, OrderForm, Order], None]


def _call(function: Callable[..., None], *fields: str) -> Change:
    """A change whose service takes what these boxes hold."""

    def call(reading: Reading, project: ProjectAssessment, form: OrderForm, order: Order) -> None:
        values = [form[name].data for name in fields]
        function(reading.vigencia, project.id, *values, order, access.actor(), reading.cutoff.today)

    return call


def _relocate(reading: Reading, project: ProjectAssessment, form: OrderForm, order: Order) -> None:
    shares = form.shares()
    service.relocate(reading.vigencia, project.id, shares, order, access.actor(), reading.cutoff.today)


def _transfer(reading: Reading, project: ProjectAssessment, form: OrderForm, order: Order) -> None:
    code, deadline = form["organism"].data, form["deadline"].data
    today = reading.cutoff.today
    service.transfer(reading.vigencia, project.id, code, order, access.actor(), today, render_mail, deadline)


_CHANGES: dict[str, Change] = {
    "nombre": _call(service.rename, "name"),
    "valor": _call(service.revalue, "amount"),
    "territorio": _relocate,
    "bpin": _call(service.correct_bpin, "bpin"),
    "organismo": _transfer,
    "retiro": _call(service.withdraw, "destination"),
    "regreso": _call(service.bring_back),
    "suspension": _call(service.suspend, "expected"),
    "reinicio": _call(service.restart),
}
