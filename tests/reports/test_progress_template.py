"""The workbook of what is to be reported: only what is reported can be typed in, and it is read back as it went."""

import io
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.domain.cause import DelayCause, DependsOn
from pp_monitor.intake.progress import ProgressFile, ToldReasons, read_progress_file
from pp_monitor.reports.progress_template import TemplateLine, build_progress_template
from tests.reports.books import saved_by_libreoffice

HOLIDAYS = {date(2022, 5, 30): "Ascensión"}
FULL = TemplateLine(
    *("BP26000001", "Dotación de sedes", "H07", "Contrato firmado", date(2022, 5, 10), "Vencido, 3 días hábiles"),
    actual=date(2022, 5, 16),
    forecast=date(2022, 6, 1),
    cause="Otra",
    cause_text="=CMD()|'/c calc'!A1",
    depends_on="Tercero",
    action="Llamar al contratista",
    responsible="Ana Díaz",
    commitment_on=date(2022, 5, 31),
    reply="ñ" * 280,
    note="Acta 4\x07",
    url="https://www.contratos.gov.co/acta.pdf",
)
BARE = TemplateLine(
    "BP26000002", "Mirador", "P01", "Entrega a la comunidad", date(2022, 6, 9), "Próximo, en 18 días hábiles"
)
LINES = (FULL, BARE)


def build(lines: tuple[TemplateLine, ...] = LINES, *, is_demo: bool = False) -> bytes:
    return build_progress_template(
        organism_name="Secretaría de Salud Pública",
        year=2022,
        cutoff=date(2022, 5, 13),
        lines=lines,
        holidays=HOLIDAYS,
        is_demo=is_demo,
    )


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def read(content: bytes) -> ProgressFile:
    known = {line.project_code: line.project for line in LINES}
    return read_progress_file("a.xlsx", content, milestones=DEFAULT_CATALOGUE.milestones, known_projects=known)


def assert_read(content: bytes) -> None:
    file = read(content)
    assert [str(problem) for problem in file.problems] == []
    [row] = file.rows
    assert (row.project_code, row.milestone_code, row.actual, row.forecast) == (
        "BP26000001",
        "H07",
        FULL.actual,
        FULL.forecast,
    )
    assert (row.cause, row.note, row.url) == ("", "Acta 4", FULL.url)
    assert row.reasons == ToldReasons(
        *(DelayCause.OTHER, FULL.cause_text, DependsOn.THIRD_PARTY, FULL.action, FULL.responsible),
        commitment_on=FULL.commitment_on,
        reply=FULL.reply,
    )
    assert (row.place.sheet, row.place.cell) == ("Avance", "F6")


def test_what_it_writes_is_read_back() -> None:
    assert_read(build())


@pytest.mark.slow
def test_libreoffice_opens_and_saves_it_without_changing_it(tmp_path: Path) -> None:
    saved = saved_by_libreoffice(build(), tmp_path)
    assert_read(saved)
    sheet = opened(saved)["Avance"]
    assert sheet.protection.sheet
    assert [cell.protection.locked for cell in sheet[6]] == [True] * 5 + [False] * 11
    assert {rule.type for rule in sheet.data_validations.dataValidation} == {"date", "list", "textLength"}


def test_only_what_is_reported_can_be_typed_in() -> None:
    book = opened(build())
    assert all(sheet.protection.sheet for sheet in book.worksheets)
    sheet = book["Avance"]
    assert [head.value for head, cell in zip(sheet[5], sheet[6], strict=True) if not cell.protection.locked] == [
        *("Fecha real", "Fecha proyectada", "Causa", "Detalle de la causa", "Depende de", "Acción propuesta"),
        *("Responsable", "Fecha de compromiso", "Explicación", "Nota", "Enlace SECOP II"),
    ]
    assert (sheet["D6"].value, sheet["D6"].number_format) == (datetime(2022, 5, 10), "dd/mm/yyyy")  # noqa: DTZ001
    assert [sheet.cell(7, column).value for column in range(6, 17)] == [None] * 11


def test_dates_lists_and_lengths_are_checked_while_typing() -> None:
    book = opened(build())
    rules = {str(rule.sqref): rule for rule in book["Avance"].data_validations.dataValidation}
    assert {place: rule.type for place, rule in rules.items()} == {
        **dict.fromkeys(("F6:F7", "G6:G7", "M6:M7"), "date"),
        **dict.fromkeys(("H6:H7", "J6:J7"), "list"),
        **dict.fromkeys(("I6:I7", "K6:K7", "L6:L7", "N6:N7"), "textLength"),
    }
    assert (rules["F6:F7"].formula1, rules["F6:F7"].formula2) == ("DATE(2021,1,1)", "TODAY()")
    assert (rules["H6:H7"].formula1, rules["J6:J7"].formula1) == ("Listas!$A$2:$A$14", "Listas!$B$2:$B$6")
    assert all(rule.showErrorMessage and rule.errorTitle == "Dato no válido" and rule.error for rule in rules.values())
    lists = book["Listas"]
    assert (lists.sheet_state, lists["A2"].value, lists["B6"].value) == (
        "hidden",
        "Estudios previos incompletos",
        "Tercero",
    )


def test_days_off_are_coloured() -> None:
    formulas = [rule.formula[0] for ranges in opened(build())["Avance"].conditional_formatting for rule in ranges.rules]
    assert any("COUNTIF(Festivos!$A$2:$A$2,F6)" in formula for formula in formulas)


def test_no_cell_is_a_formula_whatever_people_wrote() -> None:
    kinds = {cell.data_type for sheet in opened(build()).worksheets for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


@pytest.mark.parametrize("is_demo", [True, False])
def test_demonstration_data_say_so(is_demo: bool) -> None:
    texts = {cell.value for row in opened(build(is_demo=is_demo))["Avance"].iter_rows() for cell in row}
    assert ("DATOS DE DEMOSTRACIÓN" in texts) is is_demo


def test_an_organism_with_nothing_to_report_gets_an_empty_table() -> None:
    assert [problem.what for problem in read(build(())).problems] == ["El archivo no trae ningún avance."]
