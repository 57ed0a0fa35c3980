"""Sheets as they open: named tables, headings in sight, print set-up."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from pp_monitor.reports.cells import Look
from pp_monitor.reports.columns import Column, Kind, Table
from pp_monitor.reports.scope import DEMO_MARK
from pp_monitor.reports.sheet import Book, Canvas, Section, lines_of

COLUMNS: Table[tuple[str, int]] = Table(
    "tPrueba", (Column("Proyecto", lambda row: row[0], 14), Column("Valor", lambda row: row[1], 12, Kind.MONEY)), 1
)
ROWS = (("BP26000001", 7_000_000), ("BP26000002", 0))


def new_book(*, is_demo: bool = False) -> Book:
    return Book(title="Informe", author="Planeación", subject="Corte", footer="Cali & 4145", is_demo=is_demo)


def opened(book: Book) -> Workbook:
    return load_workbook(io.BytesIO(book.data()))


def test_a_table_is_named_filtered_and_keeps_its_heading_in_sight() -> None:
    book = new_book()
    book.table("01", COLUMNS, ROWS, total={"Proyecto": "Total", "Valor": 7_000_000})
    sheet = opened(book)["01"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Proyecto", "Valor"],
        ["BP26000001", 7_000_000],
        ["BP26000002", 0],
        ["Total", 7_000_000],
    ]
    assert (sheet.tables["tPrueba"].ref, sheet.freeze_panes) == ("A1:B3", "B2")
    assert sheet.tables["tPrueba"].autoFilter.ref == "A1:B3"
    assert sheet["B2"].number_format == '"$"#,##0'
    assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$1:$1", "landscape")


def test_an_empty_table_says_so() -> None:
    book = new_book()
    book.table("01", COLUMNS, ())
    assert opened(book)["01"]["A2"].value == "Sin registros"


def test_a_second_table_stands_below_with_its_heading() -> None:
    book = new_book()
    other = Table("tOtra", COLUMNS.columns)
    book.table("01", COLUMNS, ROWS, below=Section("Detalle", other, ROWS[:1]))
    sheet = opened(book)["01"]
    assert (sheet["A5"].value, sheet.tables["tOtra"].ref) == ("Detalle", "A6:B7")


def test_a_demonstration_is_marked_in_every_row_and_on_every_printed_page() -> None:
    book = new_book(is_demo=True)
    book.table("01", COLUMNS, ROWS)
    sheet: Any = opened(book)["01"]
    assert [row[-1].value for row in sheet.iter_rows(min_row=2)] == [DEMO_MARK] * 2
    assert sheet.oddHeader.center.text == DEMO_MARK


def test_the_footer_tells_the_page_and_an_ampersand_stays_one() -> None:
    book = new_book()
    book.table("01", COLUMNS, ROWS)
    footer: Any = opened(book)["01"].oddFooter
    assert (footer.left.text, footer.right.text) == ("Cali && 4145", "Página &P de &N")


def test_cells_placed_by_hand_stand_where_they_were_put() -> None:
    canvas = Canvas()
    canvas.line(30)
    canvas.put(1, "Título", Look(role="title"), until=3)
    canvas.line()
    canvas.line()
    canvas.put(2, datetime.fromisoformat("2022-07-18T08:00"), Look(Kind.INSTANT))
    canvas.formula(3, "=B3", Look())
    book = new_book()
    book.canvas("00", canvas, (10, 20, 30))
    sheet = opened(book)["00"]
    assert (sheet["A1"].value, [str(area) for area in sheet.merged_cells.ranges]) == ("Título", ["A1:C1"])
    assert (sheet.row_dimensions[1].height, sheet.column_dimensions["B"].width) == (30, 20)
    assert (sheet["B3"].value, sheet["C3"].value) == (datetime.fromisoformat("2022-07-18T08:00"), "=B3")


@pytest.mark.parametrize(("value", "lines"), [("", 1), ("x" * 19, 1), ("x" * 20, 2), ("x" * 100, 6), (5, 1), (None, 1)])
def test_the_height_of_a_row_follows_from_its_longest_text(value: str | int | None, lines: int) -> None:
    assert lines_of(value, 20) == lines
