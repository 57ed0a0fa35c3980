"""Note that a process of a project waits for another, and that it waits no longer."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.services import process_dependency as service
from pp_monitor.services.process_dependency import DependencyNote
from pp_monitor.views import process_dependency_page as pages
from pp_monitor.views.contract import here, own_scene, page_of, send

blueprint = Blueprint("process_dependency", __name__)


@blueprint.post("/proyectos/<public_id>/contratos/dependencia")
@access.roles(*access.REGISTRARS)
def note(public_id: str) -> ResponseReturnValue:
    """Note that a process waits for another."""
    scene = own_scene(public_id)
    form = pages.dependency_form(scene.reading, scene.project)

    def write() -> str:
        assert form.day.data
        new = DependencyNote(int(form.waiter.data), int(form.needs.data), form.day.data, form.note.data or "")
        service.note_dependency(scene.reading.vigencia, scene.project.id, new, scene.by)
        return "Dependencia anotada."

    return send(form, write, here(scene), lambda: page_of(scene, (pages.NOTE, form)))


@blueprint.post("/proyectos/<public_id>/contratos/dependencia/quitar")
@access.roles(*access.REGISTRARS)
def end(public_id: str) -> ResponseReturnValue:
    """Note that a process waits for another no longer."""
    scene = own_scene(public_id)
    form = pages.end_form(scene.reading, scene.project)

    def write() -> str:
        assert form.day.data
        process_id, needs_id = (int(part) for part in form.pair.data.split("-"))
        new = DependencyNote(process_id, needs_id, form.day.data, form.note.data or "", is_standing=False)
        service.note_dependency(scene.reading.vigencia, scene.project.id, new, scene.by)
        return "Anotado: ya no depende. La nota queda en la historia."

    return send(form, write, here(scene), lambda: page_of(scene, (pages.END, form)))
