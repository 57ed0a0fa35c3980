"""What people write about cases of alerts: a step on one, or the same step on several."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from wtforms import Field, HiddenField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length

from pp_monitor.domain.case import LONGEST_TEXT, CaseStep
from pp_monitor.formatters import integer
from pp_monitor.forms.commitment import TellingForm
from pp_monitor.forms.fields import DayField, LineField, choice, hidden_number, says_enough, with_year

NOBODY_YET = ""
_MOST = f"Máximo {integer(LONGEST_TEXT)} caracteres."
_LONG = Length(max=LONGEST_TEXT, message=f"Escriba máximo {integer(LONGEST_TEXT)} caracteres.")
_OWNER = "Elija quién responde por el caso."
_REASON = "Queda en la historia del caso."


def _owner() -> SelectField:
    return SelectField("Responsable", validators=[InputRequired(_OWNER)])


def _reason(label: str, missing: str) -> LineField:
    return LineField(label, validators=[InputRequired(missing), _LONG, says_enough], description=f"{_REASON} {_MOST}")


def _offer(field: SelectField, owners: Iterable[tuple[int, str]]) -> None:
    field.choices = [choice(NOBODY_YET, "Elija"), *(choice(str(number), name) for number, name in owners)]


def _is_typed(*fields: Field) -> bool:
    return any(text.strip() for field in fields for text in field.raw_data or ())


class AssignForm(TellingForm):
    """Who answers for the ticked cases, and until when."""

    owner = _owner()
    commitment_on = DayField("Fecha de compromiso", validators=[InputRequired("Escriba la fecha de compromiso.")])

    @property
    def is_filled(self) -> bool:
        """Whether anything was typed."""
        return _is_typed(self.owner, self.commitment_on)

    @property
    def chosen_day(self) -> date:
        """The commitment date, once the form is valid."""
        return _known(self.commitment_on)


def assign_form(owners: Iterable[tuple[int, str]], year: int, **given: Any) -> AssignForm:
    """The form with the people to choose from, by id; a day typed without its year is one of ``year``."""
    form = AssignForm(prefix="asignar-", **with_year(given, year))
    _offer(form.owner, owners)
    return form


class SnoozeForm(TellingForm):
    """Until when the ticked cases rest, and why."""

    until = DayField("Posponer hasta", validators=[InputRequired("Escriba hasta cuándo.")])
    reason = _reason("Motivo", "Escriba el motivo por el que se posponen.")

    @property
    def is_filled(self) -> bool:
        """Whether anything was typed."""
        return _is_typed(self.until, self.reason)

    @property
    def chosen_day(self) -> date:
        """The day on which the cases wake, once the form is valid."""
        return _known(self.until)

    @property
    def said(self) -> str:
        """The reason that was typed."""
        return self.reason.data or ""


def snooze_form(year: int, **given: Any) -> SnoozeForm:
    """The form; a day typed without its year is one of ``year``."""
    return SnoozeForm(prefix="posponer-", **with_year(given, year))


class CaseStepForm(TellingForm):
    """A step on a case over the ``version`` that was seen; ``seen`` is the newest event that the page showed.

    Which other boxes it has depends on the step.
    """

    version = HiddenField()
    seen = HiddenField()
    owner = _owner()
    day = DayField("Fecha", validators=[InputRequired("Escriba la fecha.")])
    text = TextAreaField("Texto", render_kw={"rows": "3", "data-counted": str(LONGEST_TEXT)}, description=_MOST)

    @property
    def seen_version(self) -> int:
        """The version that was seen, -1 where what came is none."""
        return hidden_number(self.version.data, -1)

    @property
    def seen_event(self) -> int:
        """The newest event that was seen, 0 where what came is none."""
        return hidden_number(self.seen.data)

    @property
    def chosen_day(self) -> date:
        """The day that was typed, once the form of a step that has one is valid."""
        return _known(self.day)

    @property
    def said(self) -> str:
        """The text that was typed."""
        return self.text.data or ""


def _known(field: DayField) -> date:
    if field.data is None:
        raise ValueError(f"{field.name} is not valid")
    return field.data


_DAYS = {CaseStep.HANDLE: "Fecha de compromiso", CaseStep.SNOOZE: "Posponer hasta"}
_TEXTS = {
    CaseStep.SNOOZE: ("Motivo", "Escriba el motivo por el que se pospone."),
    CaseStep.DISMISS: ("Motivo", "Escriba el motivo por el que se descarta."),
    CaseStep.REOPEN: ("Motivo", "Escriba el motivo por el que se abre de nuevo."),
    CaseStep.COMMENT: ("Observación", "Escriba la observación."),
    CaseStep.ANSWER: ("Respuesta", "Escriba la respuesta."),
}


def case_step_form(
    step: CaseStep, name: str, year: int, owners: Iterable[tuple[int, str]] = (), **given: Any
) -> CaseStepForm:
    """The form of one step, its boxes named after ``name``; a day typed without its year is one of ``year``."""
    form = CaseStepForm(prefix=f"{name}-", **with_year(given, year))
    if step is CaseStep.HANDLE:
        _offer(form.owner, owners)
    else:
        del form.owner
    if step in _DAYS:
        form.day.label.text = _DAYS[step]
    else:
        del form.day
    if step not in _TEXTS:
        del form.text
        return form
    label, missing = _TEXTS[step]
    form.text.label.text = label
    talks = step in (CaseStep.COMMENT, CaseStep.ANSWER)
    form.text.validators = [DataRequired(missing), _LONG, *([] if talks else [says_enough])]
    form.text.flags.required = True
    return form
