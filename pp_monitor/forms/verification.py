"""What whoever verifies types: which dates, the verdict and its reason; and who reports in a vigencia."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from pp_monitor.domain.verification import Reporter
from pp_monitor.forms.fields import choice
from pp_monitor.labels_progress import REPORTER


def _reason(description: str, *validators: Any) -> TextAreaField:
    return TextAreaField(
        "Motivo de la devolución",
        validators=[*validators, Length(max=1000, message="Escriba máximo 1.000 caracteres.")],
        description=description,
        render_kw={"rows": "2", "maxlength": "1000"},
    )


class VerdictForm(FlaskForm):
    """The reason of a return; ten letters are asked where the dates are returned."""

    reason = _reason("Solo para devolver: al menos diez letras. Lo lee quien reportó.")


class ReturnForm(FlaskForm):
    """Why one date is returned, in ten letters at least."""

    reason = _reason("Al menos diez letras. Lo lee quien reportó.", InputRequired("Falta el motivo de la devolución."))


class ReporterForm(FlaskForm):
    """Who reports what happened."""

    reporter = RadioField(
        "Quién reporta las fechas reales",
        choices=[choice(code.value, REPORTER[code]) for code in Reporter],
        validators=[InputRequired("Elija quién reporta.")],
    )
