"""Procurement files: steps in each office, days by office, and packages of small contracts."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.access import Role
from pp_monitor.domain.procurement import FileStep, Office
from pp_monitor.forms.contract import PackageForm
from pp_monitor.forms.fields import hidden_number
from pp_monitor.services import procurement as service
from pp_monitor.services.procurement import NewStep
from pp_monitor.views import contract_page, procurement_page
from pp_monitor.views.contract import here, page_of, scene_of, send
from pp_monitor.views.reading import read

blueprint = Blueprint("procurement", __name__)
_WRITERS = (*access.REGISTRARS, Role.CONTRATACION)


@blueprint.get("/expedientes")
@access.roles(*access.READERS)
def offices() -> ResponseReturnValue:
    """The working days that files have spent in each office."""
    reading = read()
    page = procurement_page.build_offices(reading, request.args)
    return render_template("contract/offices.html", reading=reading, page_data=page)


@blueprint.post("/proyectos/<public_id>/contratos/paso")
@access.roles(*_WRITERS)
def add_step(public_id: str) -> ResponseReturnValue:
    """Record a step of a file."""
    scene = scene_of(public_id)
    is_writer = contract_page.can_write(scene.project)
    form = procurement_page.step_form(scene.reading, scene.project, is_writer=is_writer)

    def write() -> str:
        assert form.day.data
        new = NewStep(
            Office(form.office.data),
            FileStep(form.step.data),
            form.day.data,
            form.office_name.data or "",
            form.note.data or "",
            int(form.file.data) if form.file.data else None,
        )
        service.record_step(scene.reading.vigencia, scene.project.id, new, scene.by, procurement_page.offices())
        return "Paso registrado."

    return send(form, write, here(scene), lambda: page_of(scene, ("paso", form)))


@blueprint.post("/proyectos/<public_id>/contratos/paso/anular")
@access.roles(*_WRITERS)
def annul(public_id: str) -> ResponseReturnValue:
    """Take a step back."""
    scene = scene_of(public_id)
    form = procurement_page.annul_form(scene.reading, scene.project)

    def write() -> str:
        service.annul_step(
            scene.reading.vigencia,
            scene.project.id,
            int(form.step.data),
            form.reason.data or "",
            scene.by,
            procurement_page.offices(),
        )
        return "Paso anulado. Queda en la historia."

    return send(form, write, here(scene), lambda: page_of(scene, ("anular", form)))


@blueprint.post("/proyectos/<public_id>/contratos/paquete")
@access.roles(*access.REGISTRARS)
def count_package(public_id: str) -> ResponseReturnValue:
    """Count the small contracts of a project."""
    scene = scene_of(public_id)
    form = contract_page.form_of(PackageForm, "paquete", scene.reading)

    def write() -> str:
        assert form.day.data
        service.count_package(
            scene.reading.vigencia,
            scene.project.id,
            form.planned.data or 0,
            form.signed.data or 0,
            form.day.data,
            form.note.data or "",
            hidden_number(form.seen.data),
            scene.by,
        )
        return "Contratos contados."

    return send(form, write, here(scene), lambda: page_of(scene, ("paquete", form)))
