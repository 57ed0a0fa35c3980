"""What a person may report of a milestone: when it happened, when it will, and what is withdrawn."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from pp_monitor.forms.fields import DayField, LineField

_NOTE = {"rows": "2", "maxlength": "1000"}


class ReportForm(FlaskForm):
    """One milestone with its dates; an empty date changes nothing."""

    milestone = SelectField("Hito", validators=[InputRequired()])
    actual = DayField("Fecha real", description="El día en que ocurrió, dd/mm/aaaa. Vacía no cambia nada.")
    forecast = DayField("Fecha proyectada", description="Si aún no ocurre: el día en que ocurrirá, dd/mm/aaaa.")
    cause = LineField(
        "Causa del retraso",
        validators=[Length(max=300)],
        description="Si la fecha proyectada es posterior a la planeada.",
        render_kw={"maxlength": "300"},
    )
    note = TextAreaField(
        "Nota",
        validators=[Length(max=1000)],
        description="Al corregir una fecha real, escriba aquí el motivo.",
        render_kw=_NOTE,
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Ask for at least one date."""
        is_valid = super().validate(extra_validators)
        if is_valid and not (self.actual.data or self.forecast.data):
            self.actual.errors = ["Escriba la fecha real o la proyectada."]
            return False
        return bool(is_valid)


class AnnulForm(FlaskForm):
    """The reason for which a record is withdrawn."""

    note = TextAreaField("Motivo de la anulación", validators=[InputRequired(), Length(max=1000)], render_kw=_NOTE)
