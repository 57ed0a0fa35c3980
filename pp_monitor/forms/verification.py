"""What whoever verifies types: which dates, the verdict and its reason; and who reports in a vigencia."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from pp_monitor.domain.verification import Reporter
from pp_monitor.forms.fields import choice
from pp_monitor.labels_progress import REPORTER


class VerdictForm(FlaskForm):
    """The reason of a return; ten letters are asked where the dates are returned."""

    reason = TextAreaField(
        "Motivo de la devolución",
        validators=[Length(max=1000, message="Escriba máximo 1.000 caracteres.")],
        description="Solo para devolver: al menos diez letras. Lo lee quien reportó.",
        render_kw={"rows": "2", "maxlength": "1000"},
    )


class ReporterForm(FlaskForm):
    """Who reports what happened."""

    reporter = RadioField(
        "Quién reporta las fechas reales",
        choices=[choice(code.value, REPORTER[code]) for code in Reporter],
        validators=[InputRequired("Elija quién reporta.")],
    )
