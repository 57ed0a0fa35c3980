"""A list as a file: the same rows and columns in CSV and workbook, with true types, and totals under the rows."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from openpyxl import load_workbook

from pp_monitor.reports.columns import Column, Kind
from pp_monitor.reports.list_file import Choice, ListInfo, list_csv, list_workbook, totals


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    share: float | None
    day: date | None
    points: float
    amount_cop: int


COLUMNS: Sequence[Column[Line]] = (
    Column("Nombre", lambda line: line.name, 20),
    Column("Avance (%)", lambda line: line.share, 10, Kind.PERCENT),
    Column("Día", lambda line: line.day, 12, Kind.DATE),
    Column("Desviación", lambda line: line.points, 10, Kind.POINTS),
    Column("Valor ($)", lambda line: line.amount_cop, 15, Kind.MONEY),
)
LINES = (
    Line("Malla vial", 0.66666, date(2022, 7, 29), -20.005, 1_500_000),
    Line("=Andén", None, None, 0.0, 0),
)
INFO = ListInfo(
    "Proyectos", "Alcaldía de Cali", 2022, date(2022, 7, 15), datetime(2022, 7, 15, tzinfo=UTC), "2", is_demo=False
)


def test_csv_writes_shares_as_percentages_and_decimals_with_two_places() -> None:
    assert list_csv(COLUMNS, LINES).decode("utf-8-sig").splitlines() == [
        "Nombre;Avance (%);Día;Desviación;Valor ($)",
        "Malla vial;66,67;2022-07-29;-20,01;1500000",
        "'=Andén;;;0,00;0",
    ]


def test_workbook_keeps_true_numbers_and_dates_and_the_totals_are_outside_of_its_table() -> None:
    total = {"Nombre": "Total"} | totals(
        [Choice("avance", "Avance", COLUMNS[1:3], ("actual",)), Choice("valor", "Valor", COLUMNS[4:], ("amount",))],
        {"actual": 0.5, "amount": 1_500_000},
    )
    book = load_workbook(io.BytesIO(list_workbook(COLUMNS, LINES, INFO, total=total)))
    sheet = book["Proyectos"]
    first, second, last = ([cell.value for cell in row] for row in sheet.iter_rows(min_row=2))
    assert first == ["Malla vial", 0.66666, datetime(2022, 7, 29), -20.005, 1_500_000]  # noqa: DTZ001 - as a sheet has it
    assert (second[0], sheet["A3"].data_type) == ("=Andén", "s")
    assert (last[0], last[1], last[4]) == ("Total", 0.5, 1_500_000)
    assert sheet.tables["Proyectos"].ref == "A1:E3"
    assert (sheet["B2"].number_format, sheet["C2"].number_format) == ("0.0 %", "dd/mm/yyyy")
    assert book.properties.title == "Proyectos de la vigencia 2022"


def test_many_words_of_filters_are_cut_at_the_foot_of_the_page_and_whole_in_the_document() -> None:
    words = "Texto: " + "comuna " * 60
    book = load_workbook(io.BytesIO(list_workbook(COLUMNS, LINES, replace(INFO, narrowed=words))))
    foot = book["Proyectos"].oddFooter
    assert len(f"&L{foot.left.text}&R{foot.right.text}") <= 255
    assert foot.left.text.endswith("comuna …")
    assert book.properties.subject.endswith(words)
