"""Cells that keep their kind, and one object for each look."""

from __future__ import annotations

from typing import Any

import pytest
from openpyxl import Workbook

from pp_monitor.reports.cells import Look, Palette, fill
from pp_monitor.reports.columns import FORMATS, Formula, Kind, Tone


@pytest.fixture
def palette() -> Palette:
    """The palette of a sheet in the making."""
    sheet: Any = Workbook(write_only=True).create_sheet("Hoja")
    return Palette(sheet)


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("x")', "#REF!", "+57", "@SUM(A1)", "-3"])
def test_what_a_person_typed_is_text(palette: Palette, text: str) -> None:
    cell = palette.write(text, Look())
    assert (cell.value, cell.data_type) == (text, "s")


def test_a_formula_of_ours_is_a_formula(palette: Palette) -> None:
    assert fill(palette.of(Look()), Formula("=A1")).data_type == "f"


def test_no_value_is_a_dash_and_zero_is_zero(palette: Palette) -> None:
    assert palette.write(None, Look()).value == "—"
    assert palette.write(0, Look()).value == 0


@pytest.mark.parametrize("kind", list(Kind))
def test_the_format_follows_from_the_kind(palette: Palette, kind: Kind) -> None:
    assert palette.of(Look(kind)).number_format == FORMATS[kind]


def test_cells_of_one_look_are_one_object(palette: Palette) -> None:
    late = Look(Kind.TAG, Tone.LATE)
    assert palette.of(late) is palette.of(Look(Kind.TAG, Tone.LATE))
    assert palette.of(late) is not palette.of(Look(Kind.TAG, Tone.OK))


def test_a_tint_is_bold_so_that_it_is_seen_in_print(palette: Palette) -> None:
    assert palette.of(Look(Kind.TAG, Tone.LATE)).font.bold
    assert not palette.of(Look(Kind.TAG)).font.bold


def test_a_link_has_its_address(palette: Palette) -> None:
    cell = palette.write("BP26000001", Look(is_link=True), "https://pp.example.org/proyectos/p1")
    assert cell.hyperlink is not None
    assert cell.hyperlink.target == "https://pp.example.org/proyectos/p1"
