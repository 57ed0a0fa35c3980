"""Note that a process of a project waits for another, and that it waits no longer."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.services import process_dependency as service
from pp_monitor.services.contract import By
from pp_monitor.services.process_dependency import DependencyNote
from pp_monitor.views import process_dependency_page as pages
from pp_monitor.views.contract import send_here
from pp_monitor.views.contract_form import own_scene

blueprint = Blueprint("process_dependency", __name__)


@blueprint.post("/proyectos/<public_id>/contratos/dependencia")
@access.roles(*access.REGISTRARS)
def note(public_id: str) -> ResponseReturnValue:
    """Note that a process waits for another."""
    scene = own_scene(public_id)
    form = pages.dependency_form(scene)

    def write(by: By) -> str:
        form.require_read("waiter", "needs")
        pair = int(form.waiter.data), int(form.needs.data)
        new = DependencyNote(*pair, form.day.data or by.today, form.note.data or "")
        service.note_dependency(scene.reading.vigencia, scene.project.id, new, by)
        return "Dependencia anotada."

    return send_here(scene, form, write)


@blueprint.post("/proyectos/<public_id>/contratos/dependencia/quitar")
@access.roles(*access.REGISTRARS)
def end(public_id: str) -> ResponseReturnValue:
    """Note that a process waits for another no longer."""
    scene = own_scene(public_id)
    form = pages.end_form(scene)

    def write(by: By) -> str:
        form.require_read("pair")
        process_id, needs_id = (int(part) for part in form.pair.data.split("-"))
        day, note = form.day.data or by.today, form.note.data or ""
        new = DependencyNote(process_id, needs_id, day, note, is_standing=False)
        service.note_dependency(scene.reading.vigencia, scene.project.id, new, by)
        return "Anotado: ya no depende. La nota queda en la historia."

    return send_here(scene, form, write)
