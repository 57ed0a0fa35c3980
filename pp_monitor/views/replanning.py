"""Re-planning: an enlace asks for new dates, Planning approves them or sends them back."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.access import Role
from pp_monitor.domain.errors import ConflictError, ProblemsError
from pp_monitor.domain.evidence import Document
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.domain.replanning import ReplanningCause
from pp_monitor.forms.replanning import ApproveForm, ReturnForm, WishForm
from pp_monitor.mail_templates import render_mail
from pp_monitor.services import replanning as service
from pp_monitor.services.event import Act
from pp_monitor.services.held_form import TypedForm
from pp_monitor.services.replanning import Wish, WishReview
from pp_monitor.services.replanning_read import AskedRequest, asked_document, find_request, project_requests
from pp_monitor.views import held_form, replanning_page
from pp_monitor.views.attachment import attach, handed_out
from pp_monitor.views.plan_access import own_organism
from pp_monitor.views.reading import Reading, read
from pp_monitor.views.replanning_page import APPROVE, RETURN, MovableRow

blueprint = Blueprint("replanning", __name__)
SEND = "enviar"
# What is told above a form whose request ended, or can no longer be decided so.
LOST = "perdida"


def _own_project(public_id: str) -> tuple[Reading, ProjectAssessment]:
    """The project as it stands today, for the enlace of its organism."""
    reading = read().at_today()
    project = reading.project(public_id)
    own_organism(project.organism_code)
    return reading, project


@blueprint.get("/proyectos/<public_id>/reprogramar")
@access.roles(Role.ENLACE)
def ask(public_id: str) -> ResponseReturnValue:
    """The dates that may move, with a box for each; what was typed with what it would do; an open request instead."""
    reading, project = _own_project(public_id)
    typed, requests = held_form.kept(request.path), project_requests(project.id)
    if requests and requests[0].is_open and not (typed and typed.told):
        return redirect(url_for("replanning.show", request_id=requests[0].id))
    former = next((row for row in requests if str(row.id) == request.args.get("de")), None)
    try:
        rows = replanning_page.movable_rows(reading, project)
    except ConflictError as error:
        return render_template("replanning/stopped.html", project=project, why=str(error)), 409
    if typed:
        return _typed_page(reading, project, rows, typed)
    form = replanning_page.blank_form(reading, rows, former)
    _attach(form, reading, project)
    return _form_page(reading, project, rows, form)


def _attach(form: WishForm, reading: Reading, project: ProjectAssessment) -> Document | None:
    """The document of a form, that of a former request of the project included."""
    return attach(form, reading.cutoff.today, partial(asked_document, project.id))


def _typed_page(
    reading: Reading, project: ProjectAssessment, rows: Sequence[MovableRow], typed: TypedForm
) -> ResponseReturnValue:
    """What is wrong with what was typed, else what its dates would do and the way to send it."""
    form = replanning_page.typed_form(reading, rows, held_form.filled(typed))
    form.validate()
    wish = _wish(form, _attach(form, reading, project))
    review = service.review_wish(reading.vigencia, project.id, wish, reading.cutoff.today)
    form.tell(review.problems)
    held_form.tell(form, typed)
    if form.errors:
        return _form_page(reading, project, rows, form)
    form.reviewed.data = _digest(wish)
    return _form_page(reading, project, rows, form, review)


def _form_page(
    reading: Reading,
    project: ProjectAssessment,
    rows: Sequence[MovableRow],
    form: WishForm,
    review: WishReview | None = None,
) -> str:
    return render_template(
        "replanning/ask.html",
        project=project,
        form=form,
        boxes=dict(form.date_fields()),
        rows=rows,
        review=review,
        moves=replanning_page.move_rows(reading, project, review.moves) if review else [],
        today=reading.cutoff.today,
    )


@blueprint.post("/proyectos/<public_id>/reprogramar")
@access.roles(Role.ENLACE)
def send(public_id: str) -> ResponseReturnValue:
    """Record the dates that were seen as they are sent; show first what others would do, or what is wrong."""
    reading, project = _own_project(public_id)
    try:
        rows = replanning_page.movable_rows(reading, project)
    except ConflictError:
        return redirect(url_for("replanning.ask", public_id=public_id))
    form = replanning_page.typed_form(reading, rows, {})
    is_valid = form.validate_on_submit()
    wish, today = _wish(form, _attach(form, reading, project)), reading.cutoff.today
    is_seen = request.form.get("accion") == SEND and form.reviewed.data == _digest(wish)
    if form.file.errors or not (is_valid and is_seen):
        return _shown_first(public_id, form, {"file": form.file.errors})
    try:
        request_id = service.ask(reading.vigencia, project.id, wish, access.actor(), today, render_mail)
    except ProblemsError as error:
        return _shown_first(public_id, form, {"": [f"{problem.what} {problem.fix}" for problem in error.problems]})
    except ConflictError as error:
        return _shown_first(public_id, form, {"": [str(error)]})
    return _done(request_id, "Solicitud enviada a Planeación. Las fechas no cambian mientras no la apruebe.")


def _shown_first(public_id: str, form: WishForm, told: Mapping[str, Sequence[str]]) -> ResponseReturnValue:
    """To the page that judges what was typed; the document that came with it waits there too."""
    told = {name: texts for name, texts in told.items() if texts}
    code = held_form.keep(told, reviewed="", drop="", held=form.held.data or "")
    return redirect(url_for("replanning.ask", public_id=public_id, escrito=code))


def _done(request_id: int, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("replanning.show", request_id=request_id))


def _wish(form: WishForm, attached: Document | None) -> Wish:
    cause = form.cause.data
    return Wish(
        form.dates(),
        ReplanningCause(cause) if cause in list(ReplanningCause) else ReplanningCause.OTHER,
        form.justification.data or "",
        form.document.data or "",
        form.url.data or "",
        form.past_reason.data or "",
        attached,
    )


def _digest(wish: Wish) -> str:
    """What was shown before it is sent: other dates are shown first."""
    return hashlib.sha256(repr(sorted(wish.dates.items())).encode()).hexdigest()[:16]


@blueprint.get("/reprogramaciones")
@access.roles(*access.READERS)
def list_all() -> ResponseReturnValue:
    """The requests of the projects that this person may see, those that wait first."""
    reading = read().at_today()
    return render_template("replanning/list.html", rows=replanning_page.request_rows(reading))


def _seen_request(request_id: int) -> tuple[Reading, ProjectAssessment, AskedRequest]:
    reading = read().at_today()
    found = find_request(reading.vigencia.id, request_id)
    return reading, reading.project(found.public_id), found


@blueprint.get("/reprogramaciones/<int:request_id>")
@access.roles(*access.READERS)
def show(request_id: int) -> ResponseReturnValue:
    """One request: each date beside the original and the one in force, why, and what came of it."""
    reading, project, found = _seen_request(request_id)
    typed = held_form.kept(*(f"{request.path}/{act}" for act in (APPROVE, RETURN)))
    if typed and not found.is_open and LOST not in typed.told:
        typed = None
    forms = replanning_page.decision_forms(reading, typed, is_open=found.is_open)
    return render_template(
        "replanning/show.html",
        page_data=replanning_page.build(reading, project, found),
        project=project,
        request_row=found,
        forms=forms,
        typed="" if found.is_open or not typed else forms.typed_text,
    )


def _decide_again(request_id: int, told: Sequence[str] = (), about: str = "") -> ResponseReturnValue:
    """To the page of a request with what was typed to decide it, and what was told of it."""
    code = held_form.keep({about: told} if told else None)
    return redirect(url_for("replanning.show", request_id=request_id, escrito=code))


def _lost(reading: Reading, request_id: int, error: ConflictError) -> str:
    """Why a request could not be decided or withdrawn: who ended it, else what stands against it."""
    now = find_request(reading.vigencia.id, request_id)
    return str(error) if now.is_open else replanning_page.lost_race(now)


@blueprint.get("/reprogramaciones/<int:request_id>/soporte")
@access.roles(*access.READERS)
def document(request_id: int) -> ResponseReturnValue:
    """The document that was attached to a request."""
    proof = _seen_request(request_id)[2].proof
    return handed_out(proof.evidence_id if proof else None)


@blueprint.post("/reprogramaciones/<int:request_id>/retirar")
@access.roles(Role.ENLACE)
def withdraw(request_id: int) -> ResponseReturnValue:
    """End a request of one's own organism."""
    reading, project, found = _seen_request(request_id)
    own_organism(project.organism_code)
    try:
        service.withdraw(reading.vigencia, found.id, access.actor(), reading.cutoff.today, render_mail)
    except ConflictError as error:
        flash(_lost(reading, request_id, error), "error")
        return redirect(url_for("replanning.show", request_id=request_id))
    return _done(request_id, "Solicitud retirada. Las fechas no cambian.")


@blueprint.post("/reprogramaciones/<int:request_id>/" + RETURN)
@access.roles(Role.PLANEACION)
def give_back(request_id: int) -> ResponseReturnValue:
    """Send a request back with the reason."""
    reading, _, found = _seen_request(request_id)
    form = ReturnForm(prefix=f"{RETURN}-")
    if not form.validate_on_submit():
        return _decide_again(request_id)
    reason = form.reason.data or ""
    try:
        service.give_back(reading.vigencia, found.id, reason, access.actor(), reading.cutoff.today, render_mail)
    except ProblemsError as error:
        return _decide_again(request_id, [str(problem) for problem in error.problems])
    except ConflictError as error:
        return _decide_again(request_id, [_lost(reading, request_id, error)], LOST)
    return _done(request_id, "Solicitud devuelta al organismo.")


@blueprint.post("/reprogramaciones/<int:request_id>/" + APPROVE)
@access.roles(Role.PLANEACION)
def approve(request_id: int) -> ResponseReturnValue:
    """Make what was asked the plan in force."""
    reading, _, found = _seen_request(request_id)
    form = ApproveForm(prefix=f"{APPROVE}-", meta={"year": reading.vigencia.year})
    if not form.validate_on_submit():
        return _decide_again(request_id)
    assert form.day.data
    act, today = Act(form.act.data or "", form.day.data), reading.cutoff.today
    try:
        number = service.approve(reading.vigencia, found.id, act, access.actor(), today, render_mail)
    except ProblemsError as error:
        return _decide_again(request_id, [str(problem) for problem in error.problems])
    except ConflictError as error:
        return _decide_again(request_id, [_lost(reading, request_id, error)], LOST)
    return _done(request_id, f"Reprogramación aprobada: plan vigente n.º {number}. La línea base no cambia.")
