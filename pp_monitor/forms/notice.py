"""What Planning writes to an organism that owes its plan: more time, or a *requerimiento*."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from pp_monitor.forms.fields import DayField, LineField


class ExtensionForm(FlaskForm):
    """A new deadline for one organism."""

    deadline = DayField(
        "Nuevo plazo",
        description="Posterior al plazo vigente, y no antes de hoy.",
        validators=[InputRequired("Escriba el nuevo plazo.")],
    )
    reason = LineField(
        "Motivo",
        description="Al menos diez letras.",
        validators=[DataRequired("Escriba el motivo de la prórroga."), Length(max=400)],
        render_kw={"maxlength": "400"},
    )


class NoticeForm(FlaskForm):
    """A *requerimiento* as it was filed."""

    sent_on = DayField("Fecha", validators=[InputRequired("Escriba la fecha del requerimiento.")])
    filing_number = LineField(
        "Número de radicado",
        validators=[DataRequired("Escriba el número de radicado."), Length(max=100)],
        render_kw={"maxlength": "100"},
    )
    text = TextAreaField(
        "Qué se requiere",
        validators=[DataRequired("Escriba qué se requiere."), Length(max=4000)],
        render_kw={"rows": "5", "maxlength": "4000"},
    )
    is_mailed = BooleanField("Enviarlo también por correo al enlace y al ordenador", default=True)
