"""What a reader of the audit trail may ask."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms.validators import Length, Optional

from pp_monitor.forms.fields import DayField, LineField


class TrailForm(FlaskForm):
    """Filters of the trail, from the address; the days are those of the city."""

    FILTERS = frozenset({"who", "action", "what", "since", "until"})

    class Meta:
        csrf = False  # it changes nothing

    who = LineField("Quién", validators=[Optional(), Length(max=100)])
    action = LineField("Acción", validators=[Optional(), Length(max=40)])
    what = LineField("Objeto", validators=[Optional(), Length(max=100)])
    since = DayField("Desde", validators=[Optional()])
    until = DayField("Hasta", validators=[Optional()])
