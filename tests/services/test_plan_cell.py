"""A cell of the grid reads a day as people of the city write it, and nothing by guessing."""

from __future__ import annotations

from datetime import date

import pytest

from pp_monitor.domain.plan import PlanLine
from pp_monitor.services.plan_cell import read_cell, shown_text

DAY = date(2022, 4, 18)
# What the grid's own script reads too: tests/browser asks it for each of these.
READ_AS_18_APRIL = (
    *(
        "18/4",
        "18/04",
        "18-4",
        "18.4",
        "18/04/22",
        "18/4/22",
        "18/4/2022",
        "18-4-2022",
        "18-04-22",
        "180422",
        "18.04.2022",
        "18042022",
    ),
    *("2022-04-18", "2022/4/18", "20220418", "18 abr", "18 abr.", "18 ABRIL", "18 de abril", "18 abr 22"),
    *("18 de abril de 2022", "18 abril del 2022", " 18/4 "),
    *(
        "lunes, 18 de abril de 2022",
        "lunes 18 de abril",
        "Lun 18 abr 22",
        "lun. 18/04/2022",
        "18 / 4",
        "18 /04/ 2022",
        "18abr",
    ),
)
REFUSED = (
    "04/18/2022",
    "4/18",
    "31/02/2022",
    "18/13/2022",
    "22-04-18",
    "pronto",
    "18",
    "44669",
    "18/4/1822",
    "18 xyz",
    "martes 18 de abril",
    "lunes",
)


@pytest.mark.parametrize("text", READ_AS_18_APRIL)
def test_a_day_is_read_in_every_usual_form(text: str) -> None:
    reading = read_cell(text, 2022)
    assert reading.line == PlanLine(DAY)
    assert shown_text(text, reading) == "18/04/22"


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_certain_day_is_refused_and_stays_as_typed(text: str) -> None:
    reading = read_cell(text, 2022)
    assert reading.refusal is not None
    assert shown_text(text, reading) == text


def test_a_day_in_the_order_of_another_country_is_told_how_to_be_written() -> None:
    reading = read_cell("04/18/2022", 2022)
    assert reading.refusal is not None
    assert reading.refusal.what == "«04/18/2022» parece mes/día/año."
    assert reading.refusal.fix == "Escriba día/mes/año: 18/04/2022."


def test_a_day_with_another_day_of_the_week_is_told_which_it_is() -> None:
    reading = read_cell("martes 18 de abril", 2022)
    assert reading.refusal is not None
    assert reading.refusal.what == "«martes 18 de abril» no puede ser: el 18/04/2022 es lunes."


@pytest.mark.parametrize("text", ["No aplica", "no aplica", "N/A", "na", "NO  APLICA"])
def test_no_aplica_is_read_in_every_usual_form(text: str) -> None:
    assert read_cell(text, 2022).line == PlanLine(not_applicable=True)
