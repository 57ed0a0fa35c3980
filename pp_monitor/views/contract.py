"""Processes and contracts of a project: read by its readers, written by its enlace and by Planning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access, clock
from pp_monitor.domain.errors import ConflictError, NotFoundError, ProblemsError
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.forms.contract import (
    BackedForm,
    GuaranteeForm,
    LinkForm,
    ProcessForm,
    ToldForm,
    UnlinkForm,
)
from pp_monitor.forms.fields import hidden_number
from pp_monitor.services import contract as service
from pp_monitor.services.contract import By, NewContract, NewProcess
from pp_monitor.services.contract_read import is_contracting_proof
from pp_monitor.services.entity import find_organism
from pp_monitor.services.evidence import proof_problems
from pp_monitor.services.process import take_step
from pp_monitor.views import contract_page as pages
from pp_monitor.views import process_dependency_page, procurement_page
from pp_monitor.views.attachment import attach, handed_out
from pp_monitor.views.contract_one import build_contract
from pp_monitor.views.reading import Reading, read

blueprint = Blueprint("contract", __name__)


@dataclass(frozen=True, slots=True)
class Scene:
    """A project as it stands today, and who looks at it."""

    reading: Reading
    project: ProjectAssessment

    @property
    def by(self) -> By:
        """Who writes, as the services take it."""
        return By(access.actor(), self.reading.cutoff.today, access.writable_organism_codes())


def scene_of(public_id: str) -> Scene:
    """The project for who may read it."""
    reading = read().at_today()
    return Scene(reading, reading.project(public_id))


def own_scene(public_id: str) -> Scene:
    """The project for who may write it."""
    scene = scene_of(public_id)
    access.require_write(find_organism(scene.project.organism_code).id)
    return scene


def own_contract(public_id: str, contract_id: int) -> Scene:
    """The project for who may write it; raise ``NotFoundError`` for a contract that never served it."""
    scene = own_scene(public_id)
    pages.contract_of(scene.project, contract_id)
    return scene


def send(form: ToldForm, write: Callable[[], str], done_url: str, again: Callable[[], str]) -> ResponseReturnValue:
    """Write what a form holds and go on to ``done_url``, or show the page ``again`` with what is wrong."""
    is_valid = form.validate_on_submit()
    if isinstance(form, BackedForm):
        is_valid = _is_backed(form) and is_valid
    if not is_valid:
        return again(), 422
    try:
        flash(write(), "success")
    except ProblemsError as error:
        form.tell(error.problems)
        return again(), 422
    except ConflictError as error:
        form.form_errors.append(str(error))
        return again(), 409
    return redirect(done_url)


def _is_backed(form: BackedForm) -> bool:
    """Take the document that came with a form; whether it, or else its address, can be kept."""
    document = attach(form, clock.today())
    if not form.url.errors:
        form.tell(proof_problems(form.url.data or "", document))
    return not form.file.errors and not form.url.errors


@blueprint.get("/proyectos/<public_id>/contratos")
@access.roles(*access.READERS)
def show(public_id: str) -> ResponseReturnValue:
    """The processes and contracts of the project, with the forms of who may write them."""
    return page_of(scene_of(public_id))


def page_of(scene: Scene, sent: tuple[str, ToldForm] | None = None) -> str:
    """The page of the project's contracts; ``sent`` is the form that has to be mended, by its name."""
    page = pages.build(scene.reading, scene.project, sent)
    file = procurement_page.build(scene.reading, scene.project, sent, is_writer=pages.can_write(scene.project))
    is_writer = pages.can_write(scene.project)
    waits = process_dependency_page.build(scene.reading, scene.project, sent, is_writer=is_writer)
    return render_template(
        "contract/show.html", project=scene.project, page_data=page, file=file, waits=waits, sent=sent
    )


@blueprint.get("/proyectos/<public_id>/contratos/soporte/<int:evidence_id>")
@access.roles(*access.EVIDENCE_READERS)
def document(public_id: str, evidence_id: int) -> ResponseReturnValue:
    """The document that backs an act on a contract or a process of the project."""
    project = scene_of(public_id).project
    return handed_out(evidence_id if is_contracting_proof(project.id, evidence_id) else None)


def here(scene: Scene) -> str:
    """The address of that page."""
    return url_for("contract.show", public_id=scene.project.public_id)


@blueprint.post("/proyectos/<public_id>/contratos/nuevo-proceso")
@access.roles(*access.REGISTRARS)
def add_process(public_id: str) -> ResponseReturnValue:
    """Add a process, or link one that is known."""
    scene = own_scene(public_id)
    form = pages.form_of(ProcessForm, "proceso", scene.reading)

    def write() -> str:
        assert form.day.data
        new = NewProcess(form.reference.data or "", form.url.data or "", form.day.data)
        added = service.add_process(scene.reading.vigencia, scene.project.id, new, scene.by)
        return pages.added_text("proceso", form.reference.data or "", is_known=added.is_known)

    return send(form, write, here(scene), lambda: page_of(scene, ("proceso", form)))


@blueprint.post("/proyectos/<public_id>/contratos/nuevo-contrato")
@access.roles(*access.REGISTRARS)
def add_contract(public_id: str) -> ResponseReturnValue:
    """Add a contract, or link one that is known."""
    scene = own_scene(public_id)
    form = pages.contract_form(scene.reading, scene.project)

    def write() -> str:
        assert form.day.data
        process_id = int(form.origin.data) if form.origin.data else None
        amount = form.amount.data or 0
        new = NewContract(form.number.data or "", form.url.data or "", form.day.data, amount, process_id)
        added = service.add_contract(scene.reading.vigencia, scene.project.id, new, scene.by)
        return pages.added_text("contrato", form.number.data or "", is_known=added.is_known)

    return send(form, write, here(scene), lambda: page_of(scene, ("contrato", form)))


@blueprint.post("/proyectos/<public_id>/contratos/procesos/<int:process_id>/<step>")
@access.roles(*access.REGISTRARS)
def change_process(public_id: str, process_id: int, step: str) -> ResponseReturnValue:
    """Declare a process *desierto*, suspend, restart or abandon it."""
    scene = own_scene(public_id)
    known = pages.STEP_SLUGS.get(step)
    if known is None or process_id not in pages.process_ids(scene.project):
        raise NotFoundError("Ese paso no existe.")
    name = pages.step_name(process_id, known)
    form = pages.form_of(pages.STEP_FORMS[known], name, scene.reading)

    def write() -> str:
        take_step(scene.reading.vigencia, process_id, known, pages.order_of(form, scene.project), scene.by)
        return pages.STEP_DONE[known]

    return send(form, write, here(scene), lambda: page_of(scene, (name, form)))


@blueprint.get("/proyectos/<public_id>/contratos/<int:contract_id>")
@access.roles(*access.READERS)
def show_contract(public_id: str, contract_id: int) -> ResponseReturnValue:
    """One contract: the projects that it serves, its guarantees, and the forms of who may write it."""
    return _contract_page(scene_of(public_id), contract_id)


def _contract_page(scene: Scene, contract_id: int, sent: tuple[str, ToldForm] | None = None) -> str:
    page = build_contract(scene.reading, scene.project, contract_id, sent)
    return render_template("contract/contract.html", project=scene.project, page_data=page, sent=sent)


def send_contract(
    scene: Scene, contract_id: int, name: str, form: ToldForm, write: Callable[[], str]
) -> ResponseReturnValue:
    """Write what a form about one contract holds, or show its page again with what is wrong."""
    back = url_for("contract.show_contract", public_id=scene.project.public_id, contract_id=contract_id)
    return send(form, write, back, lambda: _contract_page(scene, contract_id, (name, form)))


@blueprint.post("/proyectos/<public_id>/contratos/<int:contract_id>/vincular")
@access.roles(*access.REGISTRARS)
def link(public_id: str, contract_id: int) -> ResponseReturnValue:
    """Make the contract serve more projects."""
    scene = own_contract(public_id, contract_id)
    form = pages.form_of(LinkForm, "vincular", scene.reading)

    def write() -> str:
        assert form.day.data
        count = service.link_projects(
            scene.reading.vigencia, contract_id, form.amounts(), form.day.data, form.act.data or "", scene.by
        )
        return f"Contrato vinculado a {count} proyectos más." if count > 1 else "Contrato vinculado a un proyecto más."

    return send_contract(scene, contract_id, "vincular", form, write)


@blueprint.post("/proyectos/<public_id>/contratos/<int:contract_id>/desvincular")
@access.roles(*access.REGISTRARS)
def unlink(public_id: str, contract_id: int) -> ResponseReturnValue:
    """Make the contract serve this project no longer."""
    scene = own_contract(public_id, contract_id)
    form = pages.form_of(UnlinkForm, "desvincular", scene.reading)

    def write() -> str:
        assert form.day.data
        act = form.act.data or ""
        backing = pages.backing_of(form)
        service.unlink(scene.reading.vigencia, contract_id, scene.project.id, form.day.data, act, scene.by, backing)
        return "El contrato deja de servir a este proyecto desde ese día. Lo que vio cada corte no cambia."

    return send_contract(scene, contract_id, "desvincular", form, write)


@blueprint.post("/proyectos/<public_id>/contratos/<int:contract_id>/garantias")
@access.roles(*access.REGISTRARS)
def approve_guarantees(public_id: str, contract_id: int) -> ResponseReturnValue:
    """Record when the guarantees of the contract were approved."""
    scene = own_contract(public_id, contract_id)
    form = pages.form_of(GuaranteeForm, "garantias", scene.reading)

    def write() -> str:
        service.approve_guarantees(
            scene.reading.vigencia,
            contract_id,
            form.approved.data,
            form.act.data or "",
            hidden_number(form.seen.data),
            scene.by,
            pages.backing_of(form),
        )
        return "Garantías registradas." if form.approved.data else "Se quitó la aprobación de las garantías."

    return send_contract(scene, contract_id, "garantias", form, write)
