"""What a person may report of a milestone: when it happened, when it will, why it is late, and what is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from pp_monitor.domain.cause import (
    LONGEST_ACTION,
    LONGEST_CAUSE_TEXT,
    LONGEST_REPLY,
    LONGEST_RESPONSIBLE,
    DelayCause,
    DependsOn,
)
from pp_monitor.domain.errors import Problem
from pp_monitor.forms.attachment import AttachedForm
from pp_monitor.forms.fields import CheckboxesField, DayField, LineField, LinkField, choice
from pp_monitor.intake.progress import FILE_ALONE, LINK_ALONE, NOTE_ALONE
from pp_monitor.labels_progress import DELAY_CAUSE, DEPENDS_ON

_NOTE = {"rows": "2", "maxlength": "1000"}
EXPLANATION = ("cause", "cause_text", "depends_on", "action", "responsible", "commitment_on", "reply")


class ReportForm(AttachedForm):
    """One milestone with its dates, what backs them, and why it is late; what is empty changes nothing."""

    milestone = SelectField("Hito", validators=[InputRequired()])
    contract = SelectField(
        "Contrato",
        default="",
        choices=[choice("", "Todo el proyecto")],
        description="De H07 a H14, si el proyecto tiene varios contratos o el contrato sirve a varios proyectos.",
    )
    actual = DayField("Fecha real", description="El día en que ocurrió, dd/mm/aaaa. Vacía no cambia nada.")
    forecast = DayField("Fecha proyectada", description="Si aún no ocurre: el día en que ocurrirá, dd/mm/aaaa.")
    url = LinkField(
        "Enlace del soporte",
        validators=[Length(max=400)],
        description="Dirección del documento en SECOP II o en el archivo de la entidad.",
        render_kw={"maxlength": "400", "inputmode": "url"},
    )
    note = TextAreaField(
        "Nota",
        validators=[Length(max=1000)],
        description="Al corregir una fecha real, escriba aquí el motivo.",
        render_kw=_NOTE,
    )
    cause = SelectField(
        "Causa del retraso",
        default="",
        choices=[choice("", "Elija…"), *(choice(code.value, DELAY_CAUSE[code]) for code in DelayCause)],
    )
    cause_text = LineField(
        "Detalle de la causa",
        description="Necesario si la causa es «Otra».",
        render_kw={"maxlength": str(LONGEST_CAUSE_TEXT)},
    )
    depends_on = SelectField(
        "Depende de",
        default="",
        choices=[choice("", "Elija…"), *(choice(code.value, DEPENDS_ON[code]) for code in DependsOn)],
    )
    action = LineField("Acción propuesta", render_kw={"maxlength": str(LONGEST_ACTION)})
    responsible = LineField(
        "Responsable", description="Nombre y cargo.", render_kw={"maxlength": str(LONGEST_RESPONSIBLE)}
    )
    commitment_on = DayField("Fecha de compromiso", description="De hoy en adelante, dd/mm/aaaa.")
    reply = TextAreaField(
        "Explicación",
        description=f"Se lee al lado del semáforo y en el informe. Caben {LONGEST_REPLY} caracteres.",
        render_kw={"rows": "3", "maxlength": str(LONGEST_REPLY), "data-counted": str(LONGEST_REPLY)},
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Ask for at least one date or a word about the delay."""
        is_valid = super().validate(extra_validators)
        if is_valid and not (self.actual.data or self.forecast.data or self.explains):
            self.actual.errors = ["Escriba la fecha real, la proyectada o la explicación del retraso."]
            return False
        return bool(is_valid) and self._goes_with_a_date()

    def _goes_with_a_date(self) -> bool:
        """Whether note, link and document have the date that they go with; what lacks it is told at its box."""
        has_file = bool(self.file.data or self.held.data) and not self.drop.data
        alone = (
            (self.note, bool(self.note.data) and not (self.actual.data or self.forecast.data), NOTE_ALONE),
            (self.url, bool(self.url.data) and not self.actual.data, LINK_ALONE),
            (self.file, has_file and not self.actual.data, FILE_ALONE),
        )
        for box, is_alone, refusal in alone:
            if is_alone:
                self.tell_once(box, f"{refusal.what} {refusal.fix}")
        return not any(is_alone for _, is_alone, _ in alone)

    @property
    def explains(self) -> bool:
        """Whether anything is said about a delay."""
        return any(self._fields[name].data for name in EXPLANATION)

    @property
    def has_explanation_faults(self) -> bool:
        """Whether something is wrong in what is said about a delay."""
        return any(self._fields[name].errors for name in EXPLANATION)

    def tell(self, problems: Sequence[Problem]) -> tuple[Problem, ...]:
        """Show each problem at the box it is about, and give those that are about none."""
        elsewhere = []
        for problem in problems:
            if box := self._fields.get(problem.cell):
                self.tell_once(box, f"{problem.what} {problem.fix}")
            else:
                elsewhere.append(problem)
        return tuple(elsewhere)


class SharedReportForm(FlaskForm):
    """The projects of a contract that one report is for."""

    projects = CheckboxesField("Proyectos", validators=[InputRequired("Elija al menos un proyecto.")])

    def offer(self, choices: Sequence[Any]) -> SharedReportForm:
        """Take the projects that there are; give the form itself."""
        self.projects.choices = list(choices)
        return self


class AnnulForm(FlaskForm):
    """The reason for which a record is withdrawn."""

    note = TextAreaField("Motivo de la anulación", validators=[InputRequired(), Length(max=1000)], render_kw=_NOTE)


class ProgressFileForm(FlaskForm):
    """A progress file to be reviewed."""

    file = FileField(
        "Archivo de avance",
        validators=[FileRequired("Elija un archivo.")],
        description="La plantilla .xlsx con lo reportado, o un CSV: proyecto, hito, fecha_real y fecha_proyectada.",
        render_kw={"accept": ".xlsx,.csv"},
    )
