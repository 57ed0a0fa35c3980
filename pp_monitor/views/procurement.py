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
from pp_monitor.services.contract import By
from pp_monitor.services.procurement import NewStep
from pp_monitor.views import procurement_page
from pp_monitor.views.contract import send_here
from pp_monitor.views.contract_form import scene_of
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
    form = procurement_page.step_form(scene)

    def write(by: By) -> str:
        form.require_read("office", "step", "file")
        new = NewStep(
            Office(form.office.data),
            FileStep(form.step.data),
            form.day.data or by.today,
            form.office_name.data or "",
            form.note.data or "",
            hidden_number(form.file.data) or None,
        )
        service.record_step(scene.reading.vigencia, scene.project.id, new, by, procurement_page.offices())
        return "Paso registrado."

    return send_here(scene, form, write)


@blueprint.post("/proyectos/<public_id>/contratos/paso/anular")
@access.roles(*_WRITERS)
def annul(public_id: str) -> ResponseReturnValue:
    """Take a step back."""
    scene = scene_of(public_id)
    form = procurement_page.annul_form(scene)

    def write(by: By) -> str:
        form.require_read("step")
        step_id, reason, offices = int(form.step.data), form.reason.data or "", procurement_page.offices()
        service.annul_step(scene.reading.vigencia, scene.project.id, step_id, reason, by, offices)
        return "Paso anulado. Queda en la historia."

    return send_here(scene, form, write)


@blueprint.post("/proyectos/<public_id>/contratos/paquete")
@access.roles(*access.REGISTRARS)
def count_package(public_id: str) -> ResponseReturnValue:
    """Count the small contracts of a project."""
    scene = scene_of(public_id)
    form = scene.form(PackageForm, "paquete")

    def write(by: By) -> str:
        signed = form.signed.data or 0
        # Where one of the two cannot be read, the other is not judged against it.
        planned = signed if form.planned.data is None else form.planned.data
        seen, day, note = hidden_number(form.seen.data), form.day.data or by.today, form.note.data or ""
        service.count_package(scene.reading.vigencia, scene.project.id, planned, signed, day, note, seen, by)
        return "Contratos contados."

    return send_here(scene, form, write)
