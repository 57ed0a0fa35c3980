"""What a person may type of a report: which cut-off to close by hand."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField
from wtforms.validators import InputRequired, Length

from pp_monitor.forms.fields import DayField, LineField


class CloseForm(FlaskForm):
    """A cut-off to close; another version of a closed one needs its reason."""

    cutoff = DayField("Fecha de corte", validators=[InputRequired()])
    is_reissue = BooleanField("Emitir otra versión de un corte ya cerrado")
    reason = LineField(
        "Motivo, si emite otra versión",
        validators=[Length(max=500)],
        description="Sin motivo no se emite otra versión; queda escrito en el informe.",
    )
