"""Changes of a project by act: added, renamed, corrected, transferred, withdrawn, suspended and restarted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.access import Role
from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.errors import ConflictError, NotFoundError, Problem, ProblemsError
from pp_monitor.domain.evidence import Document
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.forms.project_change import FEWEST_TERRITORIES, AddForm, OrderForm, RestartForm, sent_rows
from pp_monitor.mail_templates import render_mail
from pp_monitor.services import project_change as service
from pp_monitor.services.event import Act
from pp_monitor.services.held_form import TypedForm
from pp_monitor.services.project_addition import NewProject, add_project
from pp_monitor.services.project_change import Order
from pp_monitor.services.project_change_read import project_changes
from pp_monitor.views import held_form
from pp_monitor.views import project_edit_page as pages
from pp_monitor.views.attachment import attach, handed_out
from pp_monitor.views.reading import Reading, read

blueprint = Blueprint("project_edit", __name__)
SAVE, MORE = "registrar", "territorios"


def _rows(names: Iterable[str], prefix: str = "", *, more: bool = False) -> int:
    """How many rows for territories the form has that sent these names, with ``more`` if they are asked for."""
    return sent_rows(names, prefix) + (FEWEST_TERRITORIES if more else 0)


def _wants_rows(boxes: Mapping[str, str]) -> bool:
    """Whether only more rows are asked for."""
    return boxes.get("accion") == MORE


def _check(form: OrderForm, reading: Reading) -> tuple[bool, Document | None]:
    """Whether the form can be recorded, and the document that came with it."""
    is_valid, attached = form.validate_on_submit(), attach(form, reading.cutoff.today)
    return is_valid and not form.file.errors, attached


def _judge(form: OrderForm, reading: Reading, typed: TypedForm) -> Document | None:
    """Say what is wrong with what was typed, but where only more rows were asked for; give its document."""
    if not _wants_rows(dict(typed.boxes)):
        form.validate()
    attached = attach(form, reading.cutoff.today)
    held_form.tell(form, typed)
    return attached


def _ask_again(
    page: str, form: OrderForm, told: Mapping[str, Sequence[str]] | None = None, **changed: str
) -> ResponseReturnValue:
    """To the page with what was typed and what was told of it; the document that came with it waits there too.

    ``changed`` replaces what was typed, by the name of a box of the form.
    """
    said = {name: texts for name, texts in (told or {}).items() if texts}
    boxes = {form[name].name: text for name, text in {"held": form.held.data or "", "drop": "", **changed}.items()}
    wants = {"accion": MORE} if _wants_rows(request.form) else {}
    return redirect(f"{page}?{held_form.TYPED}={held_form.keep(said, **boxes, **wants)}")


def _told(problems: Sequence[Problem]) -> dict[str, list[str]]:
    """What is wrong, by the name of the box that it is about."""
    found: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        found[problem.cell].append(f"{problem.what} {problem.fix}")
    return found


def _order(form: OrderForm, attached: Document | None) -> Order:
    assert form.day.data
    act = Act(form.act.data or "", form.day.data, (form.reason.data or "").strip())
    return Order(act, form.url.data or "", form.seen.data or "", attached)


@blueprint.get("/proyectos/nuevo")
@access.roles(Role.PLANEACION)
def ask_new() -> ResponseReturnValue:
    """The form of a project that enters later, blank or as it was typed with what is wrong."""
    reading, typed = read().at_today(), held_form.kept(request.path)
    if typed is None:
        return render_template("project_edit/new.html", form=pages.add_form(reading, day=reading.cutoff.today))
    boxes = dict(typed.boxes)
    form = pages.add_form(reading, _rows(boxes, more=_wants_rows(boxes)), typed)
    _judge(form, reading, typed)
    return render_template("project_edit/new.html", form=form)


@blueprint.post("/proyectos/nuevo")
@access.roles(Role.PLANEACION)
def add() -> ResponseReturnValue:
    """Add the project."""
    reading = read().at_today()
    form, page = pages.add_form(reading, _rows(request.form)), url_for("project_edit.ask_new")
    is_valid, attached = _check(form, reading)
    if _wants_rows(request.form) or not is_valid:
        return _ask_again(page, form, {"file": form.file.errors})
    try:
        today = reading.cutoff.today
        public_id = add_project(reading.vigencia, _new(form), _order(form, attached), access.actor(), today)
    except ProblemsError as error:
        return _ask_again(page, form, _told(error.problems))
    flash("Proyecto agregado a la vigencia.", "success")
    return redirect(url_for("project_edit.show", public_id=public_id))


def _new(form: AddForm) -> NewProject:
    return NewProject(
        form.code.data or "",
        form.name.data or "",
        form.organism.data,
        form.amount.data or 0,
        form.shares(),
        Modality(form.modality.data) if form.modality.data else None,
        form.bpin.data or "",
        form.deadline.data,
    )


def _project(public_id: str) -> tuple[Reading, ProjectAssessment]:
    reading = read().at_today()
    return reading, reading.project(public_id)


@blueprint.get("/proyectos/<public_id>/cambios")
@access.roles(*access.READERS)
def show(public_id: str) -> ResponseReturnValue:
    """The changes that acts ordered, and for Planning the forms of the next one."""
    reading, project = _project(public_id)
    typed = held_form.kept(*(f"{request.path}/{kind}" for kind in _CHANGES))
    if typed is None or not access.has_role(Role.PLANEACION):
        return _page(reading, project)
    kind, boxes = typed.place.rpartition("/")[2], dict(typed.boxes)
    form = pages.change_form(reading, kind, _rows(boxes, f"{kind}-", more=_wants_rows(boxes)), typed)
    attached = _judge(form, reading, typed)
    if isinstance(form, RestartForm) and (preview := _preview(reading, project, form, attached)):
        return preview
    return _page(reading, project, (kind, form))


def _page(reading: Reading, project: ProjectAssessment, sent: tuple[str, OrderForm] | None = None) -> str:
    forms = pages.change_forms(reading, project, sent) if access.has_role(Role.PLANEACION) else []
    return render_template(
        "project_edit/show.html", project=project, forms=forms, changes=pages.change_rows(project), sent=sent
    )


@blueprint.post("/proyectos/<public_id>/cambios/<kind>")
@access.roles(Role.PLANEACION)
def change(public_id: str, kind: str) -> ResponseReturnValue:
    """Record one change; the dates of a restart are shown first."""
    reading, project = _project(public_id)
    if kind not in _CHANGES:
        raise NotFoundError("Ese cambio no existe.")
    form = pages.change_form(reading, kind, _rows(request.form, f"{kind}-"))
    page = url_for("project_edit.show", public_id=public_id)
    is_valid, attached = _check(form, reading)
    if _wants_rows(request.form) or not is_valid or (isinstance(form, RestartForm) and not _is_seen(form)):
        return _ask_again(page, form, {"file": form.file.errors})
    try:
        _CHANGES[kind](reading, project, form, _order(form, attached))
    except ProblemsError as error:
        return _ask_again(page, form, _told(error.problems))
    except ConflictError as error:
        return _ask_again(page, form, {"": [str(error)]}, seen="")
    flash("Cambio registrado. Queda en la historia del proyecto.", "success")
    return redirect(page)


@blueprint.get("/proyectos/<public_id>/cambios/<int:change_id>/soporte")
@access.roles(*access.READERS)
def document(public_id: str, change_id: int) -> ResponseReturnValue:
    """The act that was attached to a change."""
    _, project = _project(public_id)
    proofs = [row.proof for row in project_changes(project.id) if row.id == change_id and row.proof]
    return handed_out(proofs[0].evidence_id if proofs else None)


def _is_seen(form: RestartForm) -> bool:
    """Whether the new dates of a restart were shown for the day that is sent."""
    return request.form.get("accion") == SAVE and bool(
        form.day.data and form.reviewed.data == form.day.data.isoformat()
    )


def _preview(reading: Reading, project: ProjectAssessment, form: RestartForm, attached: Document | None) -> str | None:
    """The new dates of a restart; none for an act that cannot order it, which is told: its dates would be false."""
    if form.errors or not form.day.data:
        return None
    standing = pages.standing_of(reading, project)
    if problems := service.restart_problems(standing, _order(form, attached), reading.cutoff.today):
        form.tell(problems)
        return None
    form.reviewed.data = form.day.data.isoformat()
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


def _withdraw(reading: Reading, project: ProjectAssessment, form: OrderForm, order: Order) -> None:
    destination, today = form["destination"].data, reading.cutoff.today
    service.withdraw(reading.vigencia, project.id, destination, order, access.actor(), today, render_mail)


_CHANGES: dict[str, Change] = {
    "nombre": _call(service.rename, "name"),
    "valor": _call(service.revalue, "amount"),
    "territorio": _relocate,
    "bpin": _call(service.correct_bpin, "bpin"),
    "organismo": _transfer,
    "retiro": _withdraw,
    "regreso": _call(service.bring_back),
    "suspension": _call(service.suspend, "expected"),
    "reinicio": _call(service.restart),
}
