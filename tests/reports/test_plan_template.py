"""The registration workbook: what it writes is read back unchanged, and nothing in it is a formula."""

import io
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE, Modality
from pp_monitor.domain.plan import PlanLine
from pp_monitor.intake.plan_template import PlanFile, read_plan_file
from pp_monitor.labels import MODALITY, PHASE
from pp_monitor.reports.plan_template import TemplateLabels, TemplateProject, build_plan_template
from tests.reports.books import saved_by_libreoffice

LABELS = TemplateLabels(MODALITY, PHASE)
HOLIDAYS = {date(2022, 4, 14): "Jueves Santo", date(2022, 4, 15): "Viernes Santo"}
PLANNED = {
    one.code: PlanLine(date(2022, 4, 1 + one.position)) if one.position != 4 else PlanLine(not_applicable=True)
    for one in DEFAULT_CATALOGUE.milestones
}
PROJECTS = (
    TemplateProject(
        *("BP26000001", "Dotación de sedes", "Comuna 1", 49_564_317_004, Modality.SAMC),
        lines=PLANNED | {"P02": PlanLine(date(2022, 11, 25))},
        actuals={"H01": date(2022, 4, 4)},
        own_names={"P02": "Entrega a la comunidad"},
    ),
    TemplateProject(
        "BP26000001-02", "=CMD()|'/c calc'!A1", "Pance\x07", None, lines={"H01": PlanLine(date(2022, 5, 2))}
    ),
    TemplateProject("BP26000003", "Sin fechas todavía", "Sin territorio identificado", 5),
)


def build(
    projects: tuple[TemplateProject, ...] = PROJECTS, *, is_demo: bool = False, with_actuals: bool = False
) -> bytes:
    return build_plan_template(
        organism_name="Secretaría de Salud Pública",
        year=2022,
        milestones=DEFAULT_CATALOGUE.milestones,
        projects=projects,
        labels=LABELS,
        holidays=HOLIDAYS,
        is_demo=is_demo,
        with_actuals=with_actuals,
    )


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def read(content: bytes) -> PlanFile:
    return read_plan_file(
        "plantilla.xlsx",
        content,
        milestones=DEFAULT_CATALOGUE.milestones,
        known_projects={project.code: project.name for project in PROJECTS},
        modality_names=MODALITY,
    )


@pytest.mark.parametrize("with_actuals", [False, True])
def test_what_it_writes_is_read_back_unchanged(with_actuals: bool) -> None:
    file = read(build(with_actuals=with_actuals))
    assert [str(problem) for problem in file.problems] == []
    assert file.projects == tuple(project.code for project in PROJECTS)
    assert file.modalities == {"BP26000001": Modality.SAMC}
    for project in PROJECTS:
        rows = [row for row in file.rows if row.project_code == project.code]
        assert {row.milestone_code: PlanLine(row.planned, row.not_applicable) for row in rows} == project.lines
        assert {row.milestone_code: row.actual for row in rows if row.actual} == project.actuals
        assert {row.milestone_code: row.own_name for row in rows if row.own_name} == project.own_names


def test_dates_are_real_dates_and_money_a_number() -> None:
    sheet = opened(build())["Plan"]
    cell = sheet["F6"]
    assert (cell.value, cell.number_format) == (datetime(2022, 4, 2), "dd/mm/yyyy")  # noqa: DTZ001
    assert (sheet["D6"].value, sheet["D6"].number_format) == (49_564_317_004, '"$"#,##0')


def test_every_milestone_has_a_column_that_begins_with_its_code() -> None:
    headings = [str(cell.value) for cell in opened(build())["Plan"][5]]
    assert headings[:6] == [
        "Código",
        "Proyecto",
        "Territorio",
        "Asignación",
        "Modalidad",
        "H01 Estudios previos aprobados",
    ]
    assert all(any(one.startswith(f"{code} ") for one in headings) for code in DEFAULT_CATALOGUE.codes)
    assert "H10 Avance físico 50 % (opcional)" in headings


def test_only_what_the_organism_fills_in_is_unlocked() -> None:
    sheet = opened(build())["Plan"]
    assert sheet.protection.sheet
    assert [cell.protection.locked for cell in sheet[6]][:7] == [True, True, True, True, False, False, False]
    assert sheet["F5"].protection.locked


def test_no_cell_is_a_formula_whatever_the_names_say() -> None:
    book = opened(build())
    kinds = {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert book["Plan"]["B7"].value == "=CMD()|'/c calc'!A1"
    assert book["Plan"]["C7"].value == "Pance "


def test_modalities_are_offered_from_a_hidden_list() -> None:
    book = opened(build())
    rules = {rule.type: rule for rule in book["Plan"].data_validations.dataValidation}
    assert rules["list"].formula1 == "Listas!$A$2:$A$14"
    assert book["Listas"].sheet_state == "hidden"
    assert book["Listas"]["A2"].value == "LP – Licitación pública"
    assert book["Listas"]["A14"].value is not None


def test_no_aplica_may_be_typed_only_where_a_milestone_may_not_apply() -> None:
    rules = opened(build())["Plan"].data_validations.dataValidation
    kinds = {str(rule.sqref).split(":")[0]: rule.type for rule in rules}
    assert (kinds["F6"], kinds["I6"], kinds["J6"]) == ("date", "custom", "custom")


def test_holidays_are_listed_and_coloured() -> None:
    book = opened(build())
    assert [cell.value for cell in book["Festivos"][2]] == [datetime(2022, 4, 14), "Jueves Santo"]  # noqa: DTZ001
    formulas = [rule.formula[0] for ranges in book["Plan"].conditional_formatting for rule in ranges.rules]
    assert any("COUNTIF(Festivos!$A$2:$A$3,F6)" in formula for formula in formulas)


@pytest.mark.parametrize("is_demo", [True, False])
def test_demonstration_data_say_so(is_demo: bool) -> None:
    texts = {cell.value for row in opened(build(is_demo=is_demo))["Plan"].iter_rows() for cell in row}
    assert ("DATOS DE DEMOSTRACIÓN" in texts) is is_demo


def test_an_organism_without_projects_gets_an_empty_table() -> None:
    assert [problem.what for problem in read(build(())).errors] == ["El archivo no trae ninguna fecha."]


def test_a_real_date_may_not_be_after_today_and_a_planned_one_stays_near_the_vigencia() -> None:
    rules = opened(build(with_actuals=True))["Plan"].data_validations.dataValidation
    by_top = {str(rule.sqref).split(":")[0]: rule for rule in rules}
    planned, actual = by_top["F6"], by_top["G6"]
    assert (planned.formula1, planned.formula2) == ("DATE(2020,1,1)", "DATE(2027,12,31)")
    assert planned.error == "Escriba una fecha (día/mes/año) de 2020 a 2027."
    assert (actual.type, actual.formula2) == ("date", "TODAY()")
    assert all(rule.showErrorMessage and rule.errorTitle == "Dato no válido" for rule in rules)


@pytest.mark.slow
@pytest.mark.parametrize("with_actuals", [False, True])
def test_libreoffice_opens_and_saves_it_without_changing_the_plan(tmp_path: Path, with_actuals: bool) -> None:
    content = build(with_actuals=with_actuals)
    saved = saved_by_libreoffice(content, tmp_path)
    file, before = read(saved), read(content)
    assert [str(problem) for problem in file.problems] == []
    assert (file.rows, file.modalities, file.projects) == (before.rows, before.modalities, before.projects)
    sheet = opened(saved)["Plan"]
    assert sheet.protection.sheet
    assert [cell.protection.locked for cell in sheet[6]][3:7] == [True, False, False, False]
    kinds = {rule.type for rule in sheet.data_validations.dataValidation}
    assert {"date", "list", "custom"} <= kinds
