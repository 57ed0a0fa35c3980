"""The monthly workbook as a file: types, tables, names, marks, editions, and its own controls."""

from __future__ import annotations

import io
import warnings
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pp_monitor.reports.evaluation import evaluation
from pp_monitor.reports.scope import DEMO_MARK
from pp_monitor.reports.workbook import build_workbook, workbook_name
from tests.reports.books import SHEETS, book, cells, column_cells, info, previous, recalculated, rows
from tests.reports.portfolios import HEALTH, SPORT, named, portfolio

M = 1_000_000


def test_dates_money_and_fractions_are_typed_and_formatted() -> None:
    sheet = book()["09_Proyectos"]
    formats = {
        "Fecha de registro": "dd/mm/yyyy",
        "Valor vigente": '"$"#,##0',
        "Avance real": "0.0 %",
        "ICC": "0.00",
        "Desviación (p. p.)": '"+"0.0;"−"0.0;0.0',
    }
    for heading, wanted in formats.items():
        filled = [cell for cell in column_cells(sheet, heading) if cell.value not in (None, "—")]
        assert filled, heading
        assert {cell.number_format for cell in filled} == {wanted}
        assert {cell.data_type for cell in filled} <= {"n", "d"}, heading


def test_every_text_that_a_person_typed_stays_text() -> None:
    read = book()
    typed = [cell for cell in cells(read) if cell.value == "=1+1 Andenes"]
    assert len(typed) >= 1
    assert {cell.data_type for cell in typed} == {"s"}
    formulas = [cell for cell in cells(read) if cell.data_type == "f"]
    assert formulas
    assert all(str(cell.value).startswith(("=IFERROR(IF(", "=COUNT", "=SUM")) for cell in formulas)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("+1", "+1"),
        ("-1", "-1"),
        ("@SUM(A1)", "@SUM(A1)"),
        ("#REF!", "#REF!"),
        ("a\x0bb\x00c\ud800", "a b c"),
    ],
)
def test_hostile_names_open_as_plain_text(name: str, shown: str) -> None:
    late = portfolio([named(name, actual={"H01": date(2022, 4, 25)}), named(name, project_id=2, planned=None)])
    read = book(late)
    found = [
        cell
        for title in ("03_Desviaciones", "05_Sin_plan", "09_Proyectos")
        for line in read[title].iter_rows()
        for cell in line
        if cell.value == shown
    ]
    assert {cell.parent.title for cell in found} == {"03_Desviaciones", "05_Sin_plan", "09_Proyectos"}
    assert {cell.data_type for cell in found} == {"s"}


def test_codes_of_projects_lead_to_their_pages() -> None:
    cell = book()["09_Proyectos"]["A2"]
    assert cell.hyperlink.target == "https://pp.example.org/proyectos/p0001"


def test_tables_are_native_named_filtered_and_frozen() -> None:
    read = book()
    names = {name: sheet.title for sheet in read.worksheets for name in sheet.tables}
    assert names == {
        "tOrg": "02_Organismos",
        "tDesv": "03_Desviaciones",
        "tSinPlan": "05_Sin_plan",
        "tSinPlanProy": "05_Sin_plan",
        "tProy": "09_Proyectos",
        "tHito": "10_Hitos",
        "tFest": "11_Festivos",
        "tFicha": "12_Ficha_técnica",
        "tControl": "12_Ficha_técnica",
    }
    sheet = read["09_Proyectos"]
    table = sheet.tables["tProy"]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("C2", "$1:$1")
    assert table.autoFilter.ref == table.ref
    assert [column.name for column in table.tableColumns] == [cell.value for cell in sheet[1]]
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.oddFooter.right.text == "Página &P de &N"
    assert "corte 15/07/2022" in sheet.oddFooter.left.text


def test_document_tells_its_title_and_author() -> None:
    about = book().properties
    assert about.title == "Seguimiento a presupuesto participativo 2022 – Informe n.º 4 · corte 15/07/2022"
    assert (about.creator, about.subject) == ("Equipo de Planeación", "Consolidado – corte de hitos 15/07/2022")


def test_tints_always_stand_with_their_word() -> None:
    sheet = book()["09_Proyectos"]
    fills = {cell.value: cell.fill.fgColor.rgb for cell in column_cells(sheet, "Semáforo")}
    assert fills["Atrasado"] == "00FBDFE2"
    assert fills["A tiempo"] == "00D9F0E3"


def test_demonstration_is_marked_on_every_sheet_in_every_row() -> None:
    read = book(portfolio(is_demo=True), report=info(is_demo=True))
    for sheet in read.worksheets:
        values = [str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value]
        assert any(DEMO_MARK in value for value in values), sheet.title
        assert sheet.oddHeader.center.text == DEMO_MARK
    assert {row["Aviso"] for row in rows(read["10_Hitos"])} == {DEMO_MARK}
    assert not any(DEMO_MARK in str(cell.value) for cell in cells(book()))


def test_edition_of_an_organism_holds_nothing_of_the_others() -> None:
    read = book(organism_code=HEALTH, previous=previous())
    shown = "\n".join(str(cell.value) for cell in cells(read))
    links = "\n".join(str(cell.hyperlink.target) for cell in cells(read) if cell.hyperlink)
    others = evaluation(portfolio())["projects"]
    for project in others:
        if project["organism"] != HEALTH:
            for trace in (project["code"], project["name"], project["organism"]):
                assert trace not in shown
            assert project["public_id"] not in links
    for name in ("Infraestructura", "Deporte", "Parque", str(2680 * M + 1), str(700 * M)):
        assert name not in shown
    assert [row["Código"] for row in rows(read["02_Organismos"])] == [HEALTH, "Total"]
    assert read["00_Portada"]["B5"].value == datetime.fromisoformat("2022-07-15")
    assert len(rows(read["09_Proyectos"])) == 5


def test_edition_of_an_organism_without_plans_is_whole() -> None:
    read = book(organism_code=SPORT)
    assert read.sheetnames == SHEETS
    assert read["10_Hitos"]["A2"].value == "Sin registros"
    assert read["03_Desviaciones"]["A2"].value == "Sin registros"


def test_file_names_tell_year_cut_off_and_edition() -> None:
    assert workbook_name(info()) == "pp-2022-2022-07-15-consolidado.xlsx"
    assert workbook_name(info(), HEALTH) == "pp-2022-2022-07-15-4145.xlsx"


def test_a_workbook_written_again_is_the_same_file() -> None:
    assert build_workbook(portfolio(), info()) == build_workbook(portfolio(), info())


def test_writing_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert build_workbook(portfolio(), info(), previous=previous())


@pytest.mark.slow
@pytest.mark.parametrize("organism_code", [None, HEALTH, SPORT])
def test_every_control_says_ok_once_recalculated(organism_code: str | None, tmp_path: Path) -> None:
    data = build_workbook(portfolio(), info(), organism_code=organism_code, previous=previous())
    read = recalculated(data, tmp_path)
    verdicts = [cell.value for cell in cells(read) if cell.value in ("OK", "Revisar")]
    wanted = sum(1 for cell in cells(load_workbook(io.BytesIO(data))) if str(cell.value).startswith("=IFERROR(IF("))
    assert verdicts == ["OK"] * wanted
    assert not [cell.coordinate for cell in cells(read) if str(cell.value).startswith("#")]


@pytest.mark.slow
def test_controls_notice_a_value_that_was_changed(tmp_path: Path) -> None:
    read = book()
    column_cells(read["10_Hitos"], "Desviación (días háb.)")[15].value = 99
    column_cells(read["09_Proyectos"], "Valor vigente")[0].value = 1
    read["01_Resumen"]["E16"].value = 77
    changed = io.BytesIO()
    read.save(changed)
    again = recalculated(changed.getvalue(), tmp_path)
    asked = {cell.parent.title for cell in cells(again) if cell.value == "Revisar"}
    assert {"01_Resumen", "02_Organismos", "10_Hitos", "12_Ficha_técnica"} <= asked
