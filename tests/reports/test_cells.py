"""Cells that keep their kind, one style for each look, and rows as the file of a sheet holds them."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell

from pp_monitor.reports.cells import Lines, Look, Palette, cell_xml, writers
from pp_monitor.reports.columns import FORMATS, Column, Formula, Kind, Tone, Value
from pp_monitor.reports.package import packed


class Page:
    """A sheet with one row, that can be read back."""

    def __init__(self) -> None:
        self.book = Workbook(write_only=True)
        sheet: Any = self.book.create_sheet("Hoja")
        self.lines = Lines(Palette(sheet))

    def read(self) -> Any:
        return load_workbook(io.BytesIO(packed(self.book, [self.lines.rows])))["Hoja"]

    def cell(self, value: Value, look: Look | None = None) -> Cell:
        self.lines.add([self.lines.cell(1, value, look or Look())])
        found: Cell = self.read()["A1"]
        return found


@pytest.fixture
def page() -> Page:
    """A sheet in the making."""
    return Page()


@pytest.mark.parametrize(
    "text",
    ["=1+1", '=HYPERLINK("x")', "#REF!", "+57", "@SUM(A1)", "-3", "<b>&amp;</b>", "  dos  ", "a\nb", "12", "ñ€𝄞"],
)
def test_what_a_person_typed_is_text(page: Page, text: str) -> None:
    cell = page.cell(text)
    assert (cell.value, cell.data_type) == (text, "s")


def test_what_no_file_can_hold_becomes_spaces_and_the_rest_is_kept(page: Page) -> None:
    assert page.cell("a\x00b\ud800c" + "x" * 40_000).value == ("a b c" + "x" * 40_000)[:32_767]


@pytest.mark.parametrize(
    "value",
    [0, -5, 49_564_317_004, 1 / 3, 0.1 + 0.2, 1e-7, datetime.fromisoformat("2022-07-18T08:00:30")],
)
def test_a_number_or_an_instant_is_read_back_exactly(page: Page, value: Value) -> None:
    cell = page.cell(value, Look(Kind.INSTANT if isinstance(value, datetime) else Kind.TEXT))
    assert cell.value == value


def test_a_date_is_a_real_date(page: Page) -> None:
    cell = page.cell(date(2022, 2, 28), Look(Kind.DATE))
    assert (cell.value, cell.is_date) == (datetime.fromisoformat("2022-02-28"), True)


def test_a_formula_of_ours_is_a_formula(page: Page) -> None:
    cell = page.cell(Formula('=IF(A2<>"a&b",1,2)'))
    assert (cell.value, cell.data_type) == ('=IF(A2<>"a&b",1,2)', "f")


def test_no_value_is_a_dash_and_an_empty_text_an_empty_cell(page: Page) -> None:
    assert page.cell(None).value == "—"
    assert cell_xml("B1", "", "") == '<c r="B1"/>'


@pytest.mark.parametrize("kind", list(Kind))
def test_the_format_follows_from_the_kind(page: Page, kind: Kind) -> None:
    assert page.cell("x", Look(kind)).number_format == FORMATS[kind]


def test_cells_of_one_look_share_one_style(page: Page) -> None:
    late = page.lines.palette.of(Look(Kind.TAG, Tone.LATE))
    assert late == page.lines.palette.of(Look(Kind.TAG, Tone.LATE))
    assert late != page.lines.palette.of(Look(Kind.TAG, Tone.OK))


@pytest.mark.parametrize(("tone", "is_bold"), [(Tone.LATE, True), (Tone.PLAIN, False)])
def test_a_tint_is_bold_so_that_it_is_seen_in_print(page: Page, tone: Tone, is_bold: bool) -> None:
    assert bool(page.cell("Atrasado", Look(Kind.TAG, tone)).font.bold) is is_bold


def test_a_link_is_kept_with_its_row_and_column(page: Page) -> None:
    page.lines.add(())
    page.lines.cell(3, "BP26000001", Look(is_link=True), "https://pp.example.org/proyectos/p1")
    assert page.lines.links == {(2, 3): "https://pp.example.org/proyectos/p1"}


@pytest.mark.parametrize(("is_dense", "shown"), [(False, ["—", None]), (True, [None, None])])
def test_only_numbers_of_a_roomy_table_say_that_there_is_none(page: Page, is_dense: bool, shown: list[Value]) -> None:
    columns: list[Column[None]] = [
        Column("Pagos", lambda _: None, 9, Kind.MONEY),
        Column("Fecha", lambda _: None, 9, Kind.DATE),
        Column("Siempre", lambda _: "x", 9),
    ]
    page.lines.add([write(None, 1) for write in writers(page.lines, columns, is_dense=is_dense)], 33.5)
    sheet = page.read()
    assert [sheet["A1"].value, sheet["B1"].value] == shown
    assert (sheet["C1"].value, sheet.row_dimensions[1].height) == ("x", 33.5)


def test_a_control_looks_at_the_cells_of_its_own_row(page: Page) -> None:
    columns: list[Column[None]] = [
        Column("Uno", lambda _: 1, 9, Kind.COUNT),
        Column("Control", lambda _: None, 9, Kind.CONTROL, formula="=[@Uno]<2"),
    ]
    page.lines.add([write(None, 1) for write in writers(page.lines, columns, is_dense=False)])
    assert page.read()["B1"].value == "=$A1<2"
