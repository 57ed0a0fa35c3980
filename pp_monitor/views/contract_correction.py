"""Correct what was mistyped of a contract or a process: its number, its address."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from pp_monitor import access
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.forms.contract import CorrectionForm
from pp_monitor.forms.fields import hidden_number
from pp_monitor.services import contract_correction as service
from pp_monitor.services.contract import By
from pp_monitor.services.contract_correction import Correction
from pp_monitor.views import contract_page as pages
from pp_monitor.views.contract import own_contract, send_contract, send_here
from pp_monitor.views.contract_form import own_scene

blueprint = Blueprint("contract_correction", __name__)


def _correction(form: CorrectionForm) -> Correction:
    number, url, reason = (form.number.data or "", form.url.data or "", form.reason.data or "")
    return Correction(number, url, reason, hidden_number(form.seen.data))


@blueprint.post("/proyectos/<public_id>/contratos/<int:contract_id>/corregir")
@access.roles(*access.REGISTRARS)
def correct_contract(public_id: str, contract_id: int) -> ResponseReturnValue:
    """Correct the number or the address of a contract."""
    scene = own_contract(public_id, contract_id)
    form = scene.form(CorrectionForm, pages.CORRECT)

    def write(by: By) -> str:
        service.correct_contract(scene.reading.vigencia, contract_id, _correction(form), by)
        return "Contrato corregido. Lo que decía antes queda en la historia."

    return send_contract(scene, contract_id, form, write)


@blueprint.post("/proyectos/<public_id>/contratos/procesos/<int:process_id>/corregir")
@access.roles(*access.REGISTRARS)
def correct_process(public_id: str, process_id: int) -> ResponseReturnValue:
    """Correct the number or the address of a process."""
    scene = own_scene(public_id)
    if process_id not in {row.id for row in scene.processes}:
        raise NotFoundError("Ese proceso no es de este proyecto.")
    form = scene.form(CorrectionForm, f"{pages.CORRECT}-{process_id}")

    def write(by: By) -> str:
        service.correct_process(scene.reading.vigencia, process_id, _correction(form), by)
        return "Proceso corregido. Lo que decía antes queda en la historia."

    return send_here(scene, form, write)
