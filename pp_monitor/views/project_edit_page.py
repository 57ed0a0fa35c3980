"""What the pages of a project's changes show: the forms that its state allows, its history, the dates of a restart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from pp_monitor.domain.project import ProjectAssessment, ProjectState
from pp_monitor.domain.replanning import moves, planned_dates
from pp_monitor.forms.attachment import ATTACHMENT_FIELDS
from pp_monitor.forms.fields import choice, with_year
from pp_monitor.forms.project_change import (
    AddForm,
    AmountForm,
    BpinForm,
    NameForm,
    OrderForm,
    OrganismForm,
    RestartForm,
    SuspendForm,
    TerritoryForm,
    WithdrawalForm,
    share_data,
    territory_form,
)
from pp_monitor.labels import PROJECT_CHANGE
from pp_monitor.services.deviation import Standing, project_standing
from pp_monitor.services.event import restart_shift, suspended_workdays
from pp_monitor.services.held_form import TypedForm
from pp_monitor.services.project_change import stamp
from pp_monitor.services.project_change_read import ToldChange, project_bpin, project_changes
from pp_monitor.views import held_form
from pp_monitor.views.attachment import ProofLink, proof_link
from pp_monitor.views.reading import Reading
from pp_monitor.views.replanning_page import MoveRow, move_rows

_FORMS: dict[str, tuple[str, str, type[OrderForm]]] = {
    "nombre": ("Cambiar el nombre", "Registrar el nombre", NameForm),
    "valor": ("Cambiar el valor", "Registrar el valor", AmountForm),
    "territorio": ("Corregir el territorio", "Registrar el territorio", TerritoryForm),
    "bpin": ("Corregir el BPIN", "Registrar el BPIN", BpinForm),
    "organismo": ("Trasladar a otro organismo", "Registrar el traslado", OrganismForm),
    "suspension": ("Suspender", "Registrar la suspensión", SuspendForm),
    "reinicio": ("Reiniciar", "Ver las fechas nuevas", RestartForm),
    "retiro": ("Retirar de la vigencia", "Registrar el retiro", WithdrawalForm),
    "regreso": ("Regresar a la vigencia", "Registrar el regreso", OrderForm),
}
_ALWAYS = ("nombre", "valor", "territorio", "bpin")
_BY_STATE = {
    ProjectState.ACTIVE: ("organismo", "suspension", "retiro"),
    ProjectState.SUSPENDED: ("reinicio", "organismo", "retiro"),
    ProjectState.WITHDRAWN: ("regreso",),
}
_NOTES = {
    "retiro": "Una solicitud de fechas por decidir se cierra, y se avisa a quien la pidió.",
    "valor": "Mientras haya un corte presupuestal cargado, las cifras usan el valor de ese corte.",
    "organismo": "El plan y su historia viajan con el proyecto; cada corte anterior conserva lo que vio. "
    "Una solicitud de fechas por decidir se cierra, y se avisa a quien la pidió.",
    "territorio": "Deje todos los valores vacíos para repartir por partes iguales.",
    "reinicio": "Corre lo que falta por cumplir los días hábiles suspendidos. No cuenta como reprogramación.",
    "suspension": "Los días vencidos siguen corriendo y se muestran; el semáforo pasa a «Suspendido».",
}
_ORDER_FIELDS = ("act", "day", "reason", "url", "seen", *ATTACHMENT_FIELDS)


@dataclass(frozen=True, slots=True)
class ChangeForm:
    """One form of the page; ``fields`` are its own boxes, before those of the act."""

    kind: str
    title: str
    button: str
    note: str
    form: OrderForm
    fields: list[Any]
    is_open: bool


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change of the history."""

    valid_from: date
    what: str
    before: str
    after: str
    act: str
    proof: ProofLink | None
    reason: str
    author: str


def _organisms(reading: Reading) -> list[Any]:
    names = reading.portfolio.names.organisms
    return [choice("", "Elija…"), *(choice(code, names[code].name) for code in sorted(names))]


def _territories(reading: Reading) -> dict[str, str]:
    return {code: label.name for code, label in reading.portfolio.names.territories.items()}


def _filled(reading: Reading, typed: TypedForm | None, given: dict[str, Any]) -> dict[str, Any]:
    """What a form is made with: what was ``typed`` before, else ``given``, else what is sent.

    A day without its year is one of the vigencia.
    """
    filled: dict[str, Any] = {"formdata": None, "data": given} if given else {}
    filled = held_form.filled(typed) if typed else filled
    return with_year(filled, reading.vigencia.year)


def add_form(reading: Reading, rows: int = 0, typed: TypedForm | None = None, **given: Any) -> AddForm:
    """The form of a new project with its lists filled and that many rows for territories; ``given`` as below."""
    form = territory_form(AddForm, rows)(**_filled(reading, typed, given))
    form.organism.choices = _organisms(reading)
    form.offer_territories(_territories(reading))
    return form


def change_form(reading: Reading, kind: str, rows: int = 0, typed: TypedForm | None = None, **given: Any) -> OrderForm:
    """One form with its lists filled and what was ``typed``, or ``given`` at first; without them what is sent."""
    base = _FORMS[kind][2]
    kept = territory_form(base, rows) if issubclass(base, TerritoryForm) else base
    form = kept(prefix=f"{kind}-", **_filled(reading, typed, given))
    if isinstance(form, OrganismForm):
        form.organism.choices = _organisms(reading)
    if isinstance(form, TerritoryForm):
        form.offer_territories(_territories(reading))
    return form


def change_forms(reading: Reading, project: ProjectAssessment, sent: tuple[str, OrderForm] | None) -> list[ChangeForm]:
    """The forms that the state of the project allows; one that was sent stays as it was typed."""
    given = _given(reading, project)
    kinds = (*_BY_STATE[project.state], *_ALWAYS)
    if sent and sent[0] not in kinds:
        kinds = (sent[0], *kinds)
    found = []
    for kind in kinds:
        title, button, _ = _FORMS[kind]
        form = sent[1] if sent and sent[0] == kind else change_form(reading, kind, len(project.territories), **given)
        if not form.seen.data:
            form.seen.data = given["seen"]
        fields = [field for field in form if field.short_name not in _ORDER_FIELDS and field.type != "CSRFTokenField"]
        found.append(
            ChangeForm(kind, title, button, _NOTES.get(kind, ""), form, fields, bool(sent and sent[0] == kind))
        )
    return found


def _given(reading: Reading, project: ProjectAssessment) -> dict[str, Any]:
    """What the forms show at first: the project as it is."""
    standing = standing_of(reading, project)
    shares = [(share.territory_code, share.amount_cop) for share in project.territories]
    return {
        "seen": stamp(standing.history),
        "name": project.name,
        "bpin": project_bpin(project.id),
        "day": reading.cutoff.today,
        **share_data(shares),
    }


def change_rows(project: ProjectAssessment) -> list[ChangeRow]:
    """The history of the project's changes, the newest first."""
    return [
        ChangeRow(
            row.valid_from,
            PROJECT_CHANGE[row.kind],
            row.before,
            f"{row.after}. Destino: {row.destination}" if row.destination else row.after,
            row.act,
            proof_link(row.proof, _document_url(project, row)),
            row.reason,
            row.author,
        )
        for row in project_changes(project.id)
    ]


def _document_url(project: ProjectAssessment, row: ToldChange) -> str:
    return url_for("project_edit.document", public_id=project.public_id, change_id=row.id)


def standing_of(reading: Reading, project: ProjectAssessment) -> Standing:
    """Everything recorded about a project, today."""
    return project_standing(reading.vigencia, project.id, reading.cutoff.today, reading.vigencia.last_recorded_at)


def restart_dates(reading: Reading, project: ProjectAssessment, standing: Standing, form: OrderForm) -> dict[str, Any]:
    """The suspended working days, and each date that they put off beside the original and the one in force."""
    known_at = reading.vigencia.last_recorded_at
    calendar, since, day = standing.frame.calendar, project.state_since, form.day.data
    shift = restart_shift(standing.history, since, day, known_at, calendar) if since and day else None
    rows: list[MoveRow] = []
    if shift:
        before, after = planned_dates(shift.plans.current.lines), planned_dates(shift.lines)
        moved = {code: day for code, day in after.items() if day != before.get(code)}
        rows = move_rows(reading, project, moves(shift.plans, before, moved, calendar))
    stopped = suspended_workdays(since, day, calendar) if since and day else 0
    return {"rows": rows, "suspended_workdays": stopped, "since": since}
