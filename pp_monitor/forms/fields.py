"""Fields as people in Colombia fill them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import Field, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from pp_monitor.domain.link import link_problem
from pp_monitor.domain.wording import explains
from pp_monitor.formatters import cop
from pp_monitor.intake.parsing import parse_cop, parse_date
from pp_monitor.labels_plan import SAY_MORE, TOO_SHORT


def clean_line(text: str | None) -> str | None:
    """One line of text: no control characters, which no database or workbook takes, and no spaces around."""
    if text is None:
        return None
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cc").strip()


def with_year(filled: Mapping[str, Any], year: int) -> dict[str, Any]:
    """What a form is filled with, so that a day typed without its year is one of ``year``."""
    return {**filled, "meta": {"year": year, **filled.get("meta", {})}}


def choice(value: str, label: str) -> Any:
    """An option of a list, as a field takes it."""
    return SelectChoice(value, label)


def says_enough(_form: Any, field: Field) -> None:
    """Refuse a reason that was written and has not the letters to be understood."""
    if field.data and field.data.strip() and not explains(field.data):
        raise ValidationError(f"{TOO_SHORT} {SAY_MORE}")


def hidden_number(text: str | None, otherwise: int = 0) -> int:
    """The number in a hidden box, ``otherwise`` where what came is none that the page can have put there."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 9 else otherwise


class LineField(StringField):
    """A line of text, cleaned."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        options["filters"] = (clean_line, *options.get("filters", ()))
        super().__init__(*arguments, **options)


class LinkField(LineField):
    """The address of a document; what a browser should not open is refused."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not a web address."""
        if problem := link_problem(self.data or ""):
            raise ValidationError(f"{problem.what} {problem.fix}")


class DayField(Field):
    """A day written dd/mm/aaaa; what cannot be read for certain is refused and shown again as typed.

    In a form whose ``meta`` has a ``year``, a day without its own is one of that year.
    """

    widget = TextInput()
    data: date | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%d/%m/%Y}" if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; an empty box is no day."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        year = getattr(self.meta, "year", None)
        day = parse_date(valuelist[0], year=year)
        if not isinstance(day, date):
            raise ValueError(f"{day.what} {day.fix}")
        self.data = day


class MoneyField(Field):
    """Whole pesos as ``$100.000.000`` or ``100000000``; what cannot be read is refused and shown again as typed."""

    widget = TextInput()
    data: int | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return cop(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; an empty box is no amount."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        amount = parse_cop(valuelist[0])
        if not isinstance(amount, int):
            raise ValueError(f"{amount.what} {amount.fix}")
        self.data = amount


class CountField(Field):
    """A whole number, zero or more; what is none is refused and shown again as typed."""

    widget = TextInput()
    data: int | None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return str(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; an empty box is no number."""
        self.data = None
        text = valuelist[0].strip() if valuelist else ""
        if text and not (text.isascii() and text.isdigit() and len(text) <= 6):
            raise ValueError("Escriba un número entero, sin puntos ni letras.")
        self.data = int(text) if text else None


class CheckboxesField(SelectMultipleField):
    """Several of a few options, each with its box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
