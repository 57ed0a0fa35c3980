"""Processes and contracts of a project: read by its readers, written by its enlace and by Planning."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.forms.contract import GuaranteeForm, LinkForm, ProcessForm, ToldForm, UnlinkForm
from pp_monitor.forms.fields import hidden_number
from pp_monitor.services import contract as service
from pp_monitor.services.contract import By, NewContract, NewProcess
from pp_monitor.services.contract_read import is_contracting_proof
from pp_monitor.services.process import take_step
from pp_monitor.views import contract_page as pages
from pp_monitor.views import process_dependency_page, procurement_page
from pp_monitor.views.attachment import handed_out
from pp_monitor.views.contract_form import Scene, Write, own_scene, scene_of, send, typed_scene
from pp_monitor.views.contract_one import build_contract

blueprint = Blueprint("contract", __name__)


def own_contract(public_id: str, contract_id: int) -> Scene:
    """The project for who may write it; raise ``NotFoundError`` for a contract that never served it."""
    scene = own_scene(public_id)
    pages.contract_of(scene.project, contract_id)
    return scene


def send_here(scene: Scene, form: ToldForm, write: Write) -> ResponseReturnValue:
    """Write what a form of the page of the project's contracts holds, and go back there."""
    return send(scene, form, write, url_for("contract.show", public_id=scene.project.public_id))


def send_contract(scene: Scene, contract_id: int, form: ToldForm, write: Write) -> ResponseReturnValue:
    """Write what a form of the page of one contract holds, and go back there."""
    page = url_for("contract.show_contract", public_id=scene.project.public_id, contract_id=contract_id)
    return send(scene, form, write, page)


@blueprint.get("/proyectos/<public_id>/contratos")
@access.roles(*access.READERS)
def show(public_id: str) -> ResponseReturnValue:
    """The processes and contracts of the project, with the forms of who may write them."""
    scene = typed_scene(public_id)
    page, file, waits = pages.build(scene), procurement_page.build(scene), process_dependency_page.build(scene)
    blocks = [*page.all_blocks, *file.step_blocks, *file.package_blocks, *waits.blocks]
    return render_template(
        "contract/show.html",
        project=scene.project,
        page_data=page,
        file=file,
        waits=waits,
        blocks=blocks,
        lost=scene.lost(blocks),
    )


@blueprint.get("/proyectos/<public_id>/contratos/soporte/<int:evidence_id>")
@access.roles(*access.EVIDENCE_READERS)
def document(public_id: str, evidence_id: int) -> ResponseReturnValue:
    """The document that backs an act on a contract or a process of the project."""
    project = scene_of(public_id).project
    return handed_out(evidence_id if is_contracting_proof(project.id, evidence_id) else None)


@blueprint.post("/proyectos/<public_id>/contratos/nuevo-proceso")
@access.roles(*access.REGISTRARS)
def add_process(public_id: str) -> ResponseReturnValue:
    """Add a process, or link one that is known."""
    scene = own_scene(public_id)
    form = scene.form(ProcessForm, "proceso")

    def write(by: By) -> str:
        new = NewProcess(form.reference.data or "", form.url.data or "", form.day.data or by.today)
        added = service.add_process(scene.reading.vigencia, scene.project.id, new, by)
        return pages.added_text("proceso", new.reference, is_known=added.is_known)

    return send_here(scene, form, write)


@blueprint.post("/proyectos/<public_id>/contratos/nuevo-contrato")
@access.roles(*access.REGISTRARS)
def add_contract(public_id: str) -> ResponseReturnValue:
    """Add a contract, or link one that is known."""
    scene = own_scene(public_id)
    form = pages.contract_form(scene)

    def write(by: By) -> str:
        process_id = hidden_number(form.origin.data) or None
        amount, day = form.amount.data or 0, form.day.data or by.today
        new = NewContract(form.number.data or "", form.url.data or "", day, amount, process_id)
        added = service.add_contract(scene.reading.vigencia, scene.project.id, new, by)
        return pages.added_text("contrato", new.number, is_known=added.is_known)

    return send_here(scene, form, write)


@blueprint.post("/proyectos/<public_id>/contratos/procesos/<int:process_id>/<step>")
@access.roles(*access.REGISTRARS)
def change_process(public_id: str, process_id: int, step: str) -> ResponseReturnValue:
    """Declare a process *desierto*, suspend, restart or abandon it."""
    scene = own_scene(public_id)
    known = pages.STEP_SLUGS.get(step)
    if known is None or process_id not in {row.id for row in scene.processes}:
        raise NotFoundError("Ese paso no existe.")
    form = scene.form(pages.STEP_FORMS[known], pages.step_name(process_id, known))

    def write(by: By) -> str:
        take_step(scene.reading.vigencia, process_id, known, pages.order_of(form, scene.project, by.today), by)
        return pages.STEP_DONE[known]

    return send_here(scene, form, write)


@blueprint.get("/proyectos/<public_id>/contratos/<int:contract_id>")
@access.roles(*access.READERS)
def show_contract(public_id: str, contract_id: int) -> ResponseReturnValue:
    """One contract: the projects that it serves, its guarantees, and the forms of who may write it."""
    scene = typed_scene(public_id)
    page = build_contract(scene, contract_id)
    return render_template(
        "contract/contract.html", project=scene.project, page_data=page, lost=scene.lost(page.blocks)
    )


@blueprint.post("/proyectos/<public_id>/contratos/<int:contract_id>/vincular")
@access.roles(*access.REGISTRARS)
def link(public_id: str, contract_id: int) -> ResponseReturnValue:
    """Make the contract serve more projects."""
    scene = own_contract(public_id, contract_id)
    form = scene.form(LinkForm, "vincular")

    def write(by: By) -> str:
        day, act = form.day.data or by.today, form.act.data or ""
        count = service.link_projects(scene.reading.vigencia, contract_id, form.amounts(), day, act, by)
        return f"Contrato vinculado a {count} proyectos más." if count > 1 else "Contrato vinculado a un proyecto más."

    return send_contract(scene, contract_id, form, write)


@blueprint.post("/proyectos/<public_id>/contratos/<int:contract_id>/desvincular")
@access.roles(*access.REGISTRARS)
def unlink(public_id: str, contract_id: int) -> ResponseReturnValue:
    """Make the contract serve this project no longer."""
    scene = own_contract(public_id, contract_id)
    form = scene.form(UnlinkForm, "desvincular")

    def write(by: By) -> str:
        day, act, backing = form.day.data or by.today, form.act.data or "", pages.backing_of(form)
        service.unlink(scene.reading.vigencia, contract_id, scene.project.id, day, act, by, backing)
        return "El contrato deja de servir a este proyecto desde ese día. Lo que vio cada corte no cambia."

    return send_contract(scene, contract_id, form, write)


@blueprint.post("/proyectos/<public_id>/contratos/<int:contract_id>/garantias")
@access.roles(*access.REGISTRARS)
def approve_guarantees(public_id: str, contract_id: int) -> ResponseReturnValue:
    """Record when the guarantees of the contract were approved."""
    scene = own_contract(public_id, contract_id)
    form = scene.form(GuaranteeForm, "garantias")

    def write(by: By) -> str:
        day, act, seen = form.approved.data, form.act.data or "", hidden_number(form.seen.data)
        backing = pages.backing_of(form)
        service.approve_guarantees(scene.reading.vigencia, contract_id, day, act, seen, by, backing)
        return "Garantías registradas." if day else "Se quitó la aprobación de las garantías."

    return send_contract(scene, contract_id, form, write)
