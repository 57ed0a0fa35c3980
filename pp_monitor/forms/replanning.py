"""What an enlace types to ask for new dates, and what Planning types to decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from pp_monitor.domain.errors import Problem
from pp_monitor.domain.replanning import ReplanningCause
from pp_monitor.forms.attachment import AttachedForm
from pp_monitor.forms.fields import DayField, LineField, LinkField, choice, says_enough, with_year
from pp_monitor.labels_plan import REPLANNING_CAUSE

_TEXT = {"rows": "3", "maxlength": "2000"}
_PREFIX = "fecha_"


def _text(label: str, missing: str, description: str = "", more: Sequence[Any] = ()) -> TextAreaField:
    return TextAreaField(
        label,
        validators=[InputRequired(missing), Length(max=2000, message="Escriba máximo 2.000 caracteres."), *more],
        description=description,
        render_kw=_TEXT,
    )


def act_field() -> LineField:
    """The act that orders something."""
    return LineField(
        "Acto",
        validators=[InputRequired("Escriba el acto."), Length(max=200)],
        description="Clase, número y fecha. Por ejemplo: Oficio 4132 del 10/06/2022.",
        render_kw={"maxlength": "200"},
    )


class WishForm(AttachedForm):
    """New dates with their cause; `wish_form` adds a date for each milestone that can move."""

    cause = SelectField(
        "Causa",
        choices=[choice("", "Elija…"), *(choice(code.value, REPLANNING_CAUSE[code]) for code in ReplanningCause)],
        validators=[InputRequired("Elija la causa.")],
    )
    justification = _text(
        "Justificación",
        "Explique por qué se mueven las fechas.",
        "Qué pasó, desde cuándo y qué se hizo para evitarlo.",
        (says_enough,),
    )
    document = LineField(
        "Documento de soporte",
        validators=[InputRequired("Escriba el documento que lo respalda."), Length(max=200)],
        description="Clase, número y fecha. Por ejemplo: Acta de suspensión 3 del 02/06/2022.",
        render_kw={"maxlength": "200"},
    )
    url = LinkField(
        "Enlace al documento",
        validators=[Length(max=400)],
        description="Dirección en SECOP II o en el archivo de la entidad.",
        render_kw={"maxlength": "400", "inputmode": "url"},
    )
    past_reason = TextAreaField(
        "Por qué pide fechas que ya pasaron",
        validators=[Length(max=1000)],
        description="Solo si alguna fecha nueva es anterior a hoy.",
        render_kw={"rows": "2", "maxlength": "1000"},
    )
    reviewed = HiddenField()

    def dates(self) -> dict[str, date]:
        """The new dates by milestone code; an empty box moves nothing."""
        return {code: field.data for code, field in self.date_fields() if field.data}

    def date_fields(self) -> Iterator[tuple[str, DayField]]:
        """The box of each milestone."""
        for field in self:
            if isinstance(field, DayField):
                yield field.short_name.removeprefix(_PREFIX), field

    def tell(self, problems: Sequence[Problem]) -> None:
        """Show each problem at the box it is about, else above the form; a date that is not one is not missing."""
        boxes = dict(self.date_fields())
        for problem in problems:
            text = f"{problem.what} {problem.fix}"
            if problem.cell == "dates" and any(box.errors for box in boxes.values()):
                continue
            self.tell_once(boxes.get(problem.milestone_code) or self._fields.get(problem.cell), text)


def wish_form(names: Mapping[str, str], year: int, **given: Any) -> WishForm:
    """The form with a box for each milestone of ``names``; ``given`` is what it is filled with at first.

    A day typed without its year is one of ``year``; a ``meta`` among ``given`` is kept beside it.
    """
    boxes = {f"{_PREFIX}{code}": DayField(f"Fecha nueva de {name}") for code, name in names.items()}
    filled: type[WishForm] = type("FilledWishForm", (WishForm,), boxes)
    return filled(**with_year(given, year))


def date_data(dates: Mapping[str, date]) -> dict[str, date]:
    """Dates by milestone as the form is filled with them."""
    return {f"{_PREFIX}{code}": day for code, day in dates.items()}


class ApproveForm(FlaskForm):
    """The act that approves."""

    act = act_field()
    day = DayField("Fecha del acto", validators=[InputRequired("Escriba la fecha del acto.")])
    understood = BooleanField(
        "Revisé las fechas. La línea base no cambia y las fechas nuevas quedan como plan vigente.",
        validators=[InputRequired("Marque la casilla para aprobar.")],
    )


class ReturnForm(FlaskForm):
    """Why a request goes back."""

    reason = _text("Motivo de la devolución", "Diga qué debe cambiar el organismo.", more=(says_enough,))


@dataclass(frozen=True, slots=True)
class DecisionForms:
    """The two ways to decide."""

    approve: ApproveForm
    give_back: ReturnForm

    @property
    def typed_text(self) -> str:
        """What a person wrote to decide, to be copied where it could not be recorded."""
        return self.approve.act.data or self.give_back.reason.data or ""
