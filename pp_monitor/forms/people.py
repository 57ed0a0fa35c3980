"""What a person may type to invite others, to end their roles and to hand over."""

from __future__ import annotations

from collections.abc import Sequence

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import InputRequired, Length, Optional

from pp_monitor.forms.fields import DayField, LineField

_EMAIL = {"type": "email", "autocomplete": "off", "inputmode": "email", "maxlength": "254"}
_DATE = "Día, mes y año: dd/mm/aaaa."
_MAYBE = f"{_DATE} Vacío: sin fecha final."
Options = Sequence[tuple[str, str]]


class EndForm(FlaskForm):
    """The last day of a role; empty for none."""

    until = DayField("Último día", description=_MAYBE, validators=[Optional()])


class PersonForm(FlaskForm):
    """Who is let in."""

    label = LineField(
        "Nombre", description="Como aparecerá en el sistema.", validators=[InputRequired(), Length(max=200)]
    )
    email = LineField("Correo institucional", validators=[InputRequired(), Length(max=254)], render_kw=_EMAIL)


class InviteForm(PersonForm):
    """Who is let in, with which role, where and until when."""

    role = SelectField("Función", validators=[InputRequired()])
    organism = SelectField(
        "Organismo", description="Solo para enlaces y ordenadores del gasto.", validators=[Optional()]
    )
    until = DayField(
        "Último día",
        description=f"{_DATE} El del contrato, si lo tiene. Diez días antes se avisa al despacho.",
        validators=[Optional()],
    )

    def offer(self, roles: Options, organisms: Options) -> None:
        """Fill the two lists."""
        self.role.choices = [("", "Elija una"), *roles]
        self.organism.choices = [("", "Ninguno"), *organisms]


class HandOverForm(PersonForm):
    """Who follows, and the last days of both."""

    last_day = DayField("Último día de quien entrega", description=_DATE, validators=[InputRequired()])
    until = DayField("Último día de quien sigue", description=_MAYBE, validators=[Optional()])
