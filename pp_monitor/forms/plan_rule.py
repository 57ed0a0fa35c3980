"""What Contratación confirms and changes of the rules that plans are reviewed against."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from pp_monitor.domain.catalogue import Modality
from pp_monitor.forms.fields import CheckboxesField, DayField, LineField, MoneyField, choice
from pp_monitor.labels import MODALITY


def _norm_field() -> LineField:
    return LineField(
        "Norma",
        validators=[DataRequired("Escriba la norma."), Length(max=200)],
        description="Ley o decreto y artículo. Por ejemplo: Ley 80 de 1993, art. 30.",
        render_kw={"maxlength": "200"},
    )


class TermForm(FlaskForm):
    """Who answers for a term, with its value and norm."""

    term_id = SelectField("Plazo", coerce=int)
    workdays = IntegerField(
        "Plazo mínimo, en días hábiles",
        validators=[
            InputRequired("Escriba el plazo."),
            NumberRange(1, 250, message="Escriba un plazo entre 1 y 250 días hábiles."),
        ],
    )
    norm = _norm_field()
    name = LineField(
        "Quién lo confirma",
        validators=[DataRequired("Escriba el nombre de quien confirma."), Length(max=200)],
        description="Nombre y cargo. Queda en la historia con la fecha de hoy.",
        render_kw={"maxlength": "200"},
    )


class WindowForm(FlaskForm):
    """Days on which contracts of some modalities may not be signed."""

    norm = _norm_field()
    first = DayField("Primer día", validators=[InputRequired("Escriba el primer día.")])
    last = DayField("Último día", validators=[InputRequired("Escriba el último día.")])
    modalities = CheckboxesField(
        "Modalidades que restringe",
        choices=[choice(code.value, MODALITY[code]) for code in Modality],
        validators=[InputRequired("Marque al menos una modalidad.")],
    )


class BandForm(FlaskForm):
    """The amounts of a vigencia."""

    year = IntegerField(
        "Vigencia",
        validators=[InputRequired("Escriba el año."), NumberRange(2015, 2059, message="Escriba un año válido.")],
    )
    least = MoneyField("Mínima cuantía, hasta", validators=[InputRequired("Escriba el valor.")])
    minor = MoneyField("Menor cuantía, hasta", validators=[InputRequired("Escriba el valor.")])
    norm = _norm_field()
