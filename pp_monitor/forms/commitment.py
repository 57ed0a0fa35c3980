"""What people write about commitments: a new one, and each step of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from pp_monitor.domain.commitment import CommitmentStep
from pp_monitor.domain.errors import Problem
from pp_monitor.forms.fields import DayField, LineField, choice, hidden_number, with_year

WHOLE_CITY = ""
_TEXT = {"rows": "3", "maxlength": "2000"}
_LONG = Length(max=2000, message="Escriba máximo 2.000 caracteres.")


def _line(label: str, missing: str = "", description: str = "") -> LineField:
    first = InputRequired(missing) if missing else Optional()
    return LineField(
        label, validators=[first, Length(max=200)], description=description, render_kw={"maxlength": "200"}
    )


class TellingForm(FlaskForm):
    """A form that shows each problem at its box, else above itself."""

    def tell(self, problems: Sequence[Problem]) -> None:
        """Show the problems; ``cell`` names the box. A box that could not be read says only that."""
        unread = {name for name, field in self._fields.items() if field.errors}
        for problem in problems:
            if problem.cell in unread:
                continue
            field, text = self._fields.get(problem.cell), f"{problem.what} {problem.fix}".strip()
            if field is None:
                self.form_errors.append(text)
            else:
                field.errors = [*field.errors, text]


class CommitmentForm(TellingForm):
    """What was agreed at a meeting; `commitment_form` gives the organisms to choose from."""

    meeting_on = DayField("Fecha de la reunión", validators=[InputRequired("Escriba la fecha de la reunión.")])
    meeting = _line("Reunión", "Escriba qué reunión fue.", "Por ejemplo: Comité de seguimiento de septiembre.")
    what = TextAreaField(
        "Compromiso",
        validators=[InputRequired("Escriba qué se acordó."), _LONG],
        description="Qué se entrega o se hace.",
        render_kw=_TEXT,
    )
    responsible = _line("Quién responde", "Escriba quién responde.", "Nombre o cargo.")
    responsible_organism = SelectField("Organismo que responde", validators=[Optional()])
    due_on = DayField("Para cuándo", validators=[InputRequired("Escriba la fecha acordada.")])
    project = _line("Código del proyecto", description="Si el compromiso es de un proyecto. Por ejemplo: BP26005101.")
    organism = SelectField("De qué trata", validators=[Optional()], description="Se usa si no hay proyecto.")


def commitment_form(organisms: Mapping[str, str], *, has_city: bool, year: int, **given: Any) -> CommitmentForm:
    """The form with the organisms that a person may name, by code; the whole city only where ``has_city``.

    A day typed without its year is one of ``year``.
    """
    form = CommitmentForm(**with_year(given, year))
    options = [choice(code, name) for code, name in organisms.items()]
    form.organism.choices = [choice(WHOLE_CITY, "Toda la ciudad"), *options] if has_city else options
    form.responsible_organism.choices = [choice("", "Sin organismo"), *options]
    return form


class StepForm(TellingForm):
    """A step of a commitment over the ``version`` that was seen; which boxes it shows depends on the step."""

    version = HiddenField()
    text = TextAreaField("Texto", validators=[InputRequired("Escriba el texto."), _LONG], render_kw=_TEXT)
    day = DayField("Fecha")

    @property
    def seen_version(self) -> int:
        """The version that was seen, -1 where what came is none."""
        return hidden_number(self.version.data, -1)

    @property
    def chosen_day(self) -> date | None:
        """The day typed, none where the step has none."""
        field = self._fields.get("day")
        return field.data if field else None


_WORDS = {
    CommitmentStep.COMMENTED: ("Comentario", ""),
    CommitmentStep.DONE: ("Qué se entregó", "Fecha de la entrega"),
    CommitmentStep.POSTPONED: ("Motivo del aplazamiento", "Fecha nueva"),
    CommitmentStep.CANCELLED: ("Motivo de la cancelación", ""),
    CommitmentStep.REOPENED: ("Motivo para reabrirlo", ""),
}


def step_form(step: CommitmentStep, year: int, **given: Any) -> StepForm:
    """The form of one step with its words; a day typed without its year is one of ``year``."""
    form = StepForm(prefix=f"{step}-", **with_year(given, year))
    text, day = _WORDS[step]
    form.text.label.text = text
    if day:
        form.day.label.text = day
    else:
        del form.day
    if step is CommitmentStep.POSTPONED:
        form.day.validators = [InputRequired("Escriba la fecha nueva.")]
        form.day.flags.required = True
    return form
