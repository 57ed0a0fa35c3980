"""A list of cases as a file: the same columns and rows in CSV and workbook, and nothing that runs."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook

from pp_monitor.reports.case_list import COLUMNS, CaseLine
from pp_monitor.reports.list_file import ListInfo, list_csv, list_workbook

LINE = CaseLine(
    number=7,
    project_code="BP26000001",
    name='=HYPERLINK("x")',
    organism_code="4145",
    organism="Salud Pública",
    level="Crítico",
    rule="Hitos vencidos",
    workdays=46,
    cause="«Proceso publicado» era para el 06/05/2022 y lleva 46 días hábiles de retraso.",
    more="Sin modalidad.",
    state="En gestión",
    opened_on=date(2022, 7, 1),
    age_workdays=9,
    escalated_to="a Planeación",
    owner="Ana Prueba",
    commitment_on=date(2022, 7, 29),
    snoozed_until=None,
    reason="",
    closed_on=None,
    ending="",
)
INFO = ListInfo(
    "Alertas", "Alcaldía de Cali", 2022, date(2022, 7, 15), datetime(2022, 7, 15, tzinfo=UTC), "1 caso", is_demo=False
)


def test_both_files_have_the_same_columns_and_rows() -> None:
    lines = [LINE, replace(LINE, number=8, name="Malla vial", commitment_on=None)]
    read = list(csv.reader(io.StringIO(list_csv(COLUMNS, lines).decode("utf-8-sig")), delimiter=";"))
    sheet = load_workbook(io.BytesIO(list_workbook(COLUMNS, lines, INFO)))["Alertas"]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert read[0] == cells[0]
    assert [row[0] for row in read[1:]] == [str(row[0]) for row in cells[1:]] == ["7", "8"]
    assert read[1][15] == "2022-07-29"
    assert cells[1][15].date() == date(2022, 7, 29)  # type: ignore[union-attr]
    assert read[2][15] == ""


def test_what_a_person_typed_is_never_a_formula() -> None:
    assert b";\"'=HYPERLINK" in list_csv(COLUMNS, [LINE])
    cell = load_workbook(io.BytesIO(list_workbook(COLUMNS, [LINE], INFO)))["Alertas"]["C2"]
    assert (cell.value, cell.data_type) == (LINE.name, "s")


@pytest.mark.parametrize("is_demo", [True, False])
def test_a_demonstration_says_so_on_every_row(is_demo: bool) -> None:
    sheet = load_workbook(io.BytesIO(list_workbook(COLUMNS, [LINE], replace(INFO, is_demo=is_demo))))["Alertas"]
    assert (sheet.cell(2, sheet.max_column).value == "DATOS DE DEMOSTRACIÓN") == is_demo


def test_no_case_is_said() -> None:
    sheet = load_workbook(io.BytesIO(list_workbook(COLUMNS, [], INFO)))["Alertas"]
    assert sheet["A2"].value == "Sin registros"
