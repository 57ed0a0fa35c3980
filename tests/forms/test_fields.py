"""What the fields make of what people type."""

from __future__ import annotations

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict
from wtforms import Form

from pp_monitor.forms.fields import DayField, LineField, hidden_number


class ExampleForm(Form):
    day = DayField("Fecha")
    line = LineField("Nombre", filters=[lambda text: text and text.title()])


def filled(**typed: str) -> ExampleForm:
    return ExampleForm(MultiDict(typed))


@pytest.mark.parametrize(
    ("typed", "day"),
    [("18/04/2022", date(2022, 4, 18)), ("2022-04-18", date(2022, 4, 18)), ("", None), ("   ", None)],
)
def test_a_day_is_read_as_people_write_it(typed: str, day: date | None) -> None:
    form = filled(day=typed)
    assert form.validate()
    assert form.day.data == day
    assert form.day._value() == typed


@pytest.mark.parametrize("typed", ["31/02/2022", "2/2/0205", "04/18/2022", "ayer"])
def test_a_day_that_cannot_be_read_is_refused_with_its_remedy_and_shown_again(typed: str) -> None:
    form = filled(day=typed)
    assert not form.validate()
    [error] = form.day.errors
    assert typed in str(error)
    assert form.day.data is None
    assert f'value="{typed}"' in form.day()


def test_a_day_already_known_is_shown_in_the_box() -> None:
    assert 'value="18/04/2022"' in ExampleForm(data={"day": date(2022, 4, 18)}).day()
    assert 'value=""' in ExampleForm().day()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  ana  ", "Ana"), ("a\x00na\x07", "Ana"), ("ana\r\nbcc: x", "Anabcc: X"), ("ñandú", "Ñandú")],
)
def test_a_line_of_text_has_no_control_characters_nor_spaces_around(typed: str, kept: str) -> None:
    assert filled(line=typed).line.data == kept


def test_a_line_that_was_not_sent_is_no_text() -> None:
    assert not ExampleForm(MultiDict({"day": ""})).line.data


@pytest.mark.parametrize(
    ("sent", "number"), [("12", 12), ("", 0), (None, 0), ("-1", 0), ("uno", 0), ("²", 0), ("9" * 5000, 0)]
)
def test_a_hidden_number_that_no_page_can_have_put_there_counts_as_none(sent: str | None, number: int) -> None:
    assert hidden_number(sent) == number
    assert hidden_number(sent, -1) == (number or -1)
