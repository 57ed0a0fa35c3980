"""The registration workbook of one organism: what it writes is what ``intake.plan_template`` reads back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Font
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pp_monitor.domain.catalogue import OWN_CODES, CatalogueMilestone, Modality, Phase
from pp_monitor.domain.plan import PlanLine
from pp_monitor.reports import sheet_form as parts

NOT_APPLICABLE = "No aplica"
MONEY_FORMAT = '"$"#,##0'
_YEARS_BEFORE, _YEARS_AFTER = 2, 5
_PHASE_FILLS = {Phase.PRECONTRACTUAL: "004884", Phase.EXECUTION: "2B6CB0", Phase.CLOSURE: "5B6B83"}
_OWN_FILL = "4B5563"
_QUIET_STYLE = DifferentialStyle(font=Font(color="5B6472", italic=True))
_ROW_HEIGHT = 32


@dataclass(frozen=True, slots=True)
class TemplateProject:
    """One row of the workbook: a project with what is known of its plan; ``value_cop`` in whole pesos.

    ``lines`` and ``actuals`` go by milestone code, ``own_names`` names the project's own (P01 … P03).
    """

    code: str
    name: str
    territory: str
    value_cop: int | None = None
    modality: Modality | None = None
    lines: Mapping[str, PlanLine] = field(default_factory=dict)
    actuals: Mapping[str, date] = field(default_factory=dict)
    own_names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TemplateLabels:
    """The Spanish words that the workbook shows for codes."""

    modalities: Mapping[Modality, str]
    phases: Mapping[Phase, str]

    def modality(self, code: Modality) -> str:
        """A modality as the list offers it: its code, then its name."""
        return f"{code.value} – {self.modalities.get(code, code.value)}"


class Kind(StrEnum):
    """What a column of the table holds."""

    CODE = "code"
    NAME = "name"
    TERRITORY = "territory"
    VALUE = "value"
    MODALITY = "modality"
    PLANNED = "planned"
    ACTUAL = "actual"
    OWN_NAME = "own_name"


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """One column of the table, declared once: heading, width and what may be typed in it."""

    kind: Kind
    heading: str
    width: int
    code: str = ""
    phase: Phase | None = None
    may_not_apply: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the organism types in it."""
        return self.kind in {Kind.MODALITY, Kind.PLANNED, Kind.ACTUAL, Kind.OWN_NAME}

    @property
    def is_date(self) -> bool:
        """Whether it holds dates."""
        return self.kind in {Kind.PLANNED, Kind.ACTUAL}


_FIXED: Final = (
    TemplateColumn(Kind.CODE, "Código", 14),
    TemplateColumn(Kind.NAME, "Proyecto", 52),
    TemplateColumn(Kind.TERRITORY, "Territorio", 18),
    TemplateColumn(Kind.VALUE, "Asignación", 17),
    TemplateColumn(Kind.MODALITY, "Modalidad", 26),
)
_EXAMPLE_DAYS: Final = ((4, 18), (4, 22), (4, 29), (5, 17), (6, 2), (6, 13), (6, 21), (6, 23), (6, 30), (9, 6), (11, 4))


def build_plan_template(
    *,
    organism_name: str,
    year: int,
    milestones: Sequence[CatalogueMilestone],
    projects: Sequence[TemplateProject],
    labels: TemplateLabels,
    holidays: Mapping[date, str],
    is_demo: bool = False,
    with_actuals: bool = False,
) -> bytes:
    """Write the workbook: plan, instructions, example, holidays and a hidden sheet of lists.

    ``holidays`` are the non-working days to colour, with their names. A column of real dates stands beside each
    milestone that has any, and beside every one ``with_actuals``. Text is never a formula.
    """
    columns = template_columns(milestones, projects, with_actuals=with_actuals)
    book = Workbook()
    plan, guide, example, days, lists = parts.add_sheets(
        book, ("Plan", "Instrucciones", "Ejemplo", "Festivos", "Listas")
    )
    title = f"Registro del plan · {organism_name} · vigencia {year}"
    _write_table(plan, title, columns, projects, labels, is_demo=is_demo)
    _validate(plan, columns, len(projects), year, len(labels.modalities))
    _colour(plan, columns, len(projects), len(holidays))
    _write_guide(guide, milestones, year)
    example_columns = template_columns(milestones, ())
    _write_table(example, "Ejemplo: esta hoja no se lee", example_columns, _examples(milestones, year), labels)
    parts.write_days(days, holidays)
    parts.write_lists(lists, {"Modalidad": [labels.modality(code) for code in labels.modalities]})
    lists.sheet_state = "hidden"
    return parts.saved(book)


def template_columns(
    milestones: Sequence[CatalogueMilestone], projects: Sequence[TemplateProject], *, with_actuals: bool = False
) -> tuple[TemplateColumn, ...]:
    """Every column of the table, from left to right."""
    dated = {code for project in projects for code in project.actuals}
    columns = list(_FIXED)
    for one in milestones:
        optional = "" if one.compulsory else " (opcional)"
        may_not_apply = not one.compulsory or bool(one.not_for)
        heading = f"{one.code} {one.name}{optional}"
        columns.append(TemplateColumn(Kind.PLANNED, heading, 13, one.code, one.phase, may_not_apply))
        if with_actuals or one.code in dated:
            columns.append(TemplateColumn(Kind.ACTUAL, f"{one.code} fecha real", 13, one.code, one.phase))
    for code in OWN_CODES:
        columns.append(TemplateColumn(Kind.OWN_NAME, f"{code} nombre", 24, code))
        columns.append(TemplateColumn(Kind.PLANNED, f"{code} fecha planeada", 13, code))
        if code in dated:
            columns.append(TemplateColumn(Kind.ACTUAL, f"{code} fecha real", 13, code))
    return tuple(columns)


def _write_table(
    sheet: Worksheet,
    title: str,
    columns: Sequence[TemplateColumn],
    projects: Sequence[TemplateProject],
    labels: TemplateLabels,
    *,
    is_demo: bool = False,
) -> None:
    hint = (
        "Escriba las fechas como día/mes/año. Donde un hito no aplica, escriba «No aplica». Amarillo: no es día hábil."
    )
    parts.write_title(sheet, title, hint, is_demo=is_demo)
    _write_headings(sheet, columns, labels)
    for row, project in enumerate(projects, start=parts.FIRST_ROW):
        for index, column in enumerate(columns, start=1):
            _fill(parts.cell_at(sheet, row, index), column, _value(column, project, labels))
        sheet.row_dimensions[row].height = _ROW_HEIGHT
    parts.set_page(sheet, f"C{parts.FIRST_ROW}")


def _write_headings(sheet: Worksheet, columns: Sequence[TemplateColumn], labels: TemplateLabels) -> None:
    bands: dict[str, tuple[int, str]] = {}
    for index, column in enumerate(columns, start=1):
        fill = _PHASE_FILLS[column.phase] if column.phase else _OWN_FILL
        parts.write_heading(sheet, index, column.heading, column.width, fill)
        band = labels.phases.get(column.phase, "") if column.phase else "Hitos propios" if column.code else "Proyecto"
        if band not in bands:
            bands[band] = (index, fill)
    sheet.row_dimensions[parts.HEADER_ROW].height = 62
    for name, (index, fill) in bands.items():
        parts.write_band(sheet, index, name, fill)


def _value(column: TemplateColumn, project: TemplateProject, labels: TemplateLabels) -> object:
    line = project.lines.get(column.code, PlanLine())
    values: dict[Kind, object] = {
        Kind.CODE: project.code,
        Kind.NAME: project.name,
        Kind.TERRITORY: project.territory,
        Kind.VALUE: project.value_cop,
        Kind.MODALITY: labels.modality(project.modality) if project.modality else None,
        Kind.PLANNED: NOT_APPLICABLE if line.not_applicable else line.planned,
        Kind.ACTUAL: project.actuals.get(column.code),
        Kind.OWN_NAME: project.own_names.get(column.code),
    }
    return values[column.kind]


def _fill(cell: Cell, column: TemplateColumn, value: object) -> None:
    parts.fill_cell(cell, value, is_open=column.is_open, is_date=column.is_date)
    if column.kind is Kind.VALUE:
        cell.number_format = MONEY_FORMAT


def _validate(sheet: Worksheet, columns: Sequence[TemplateColumn], count: int, year: int, modalities: int) -> None:
    """What Excel accepts in each open column; the reader checks again, since pasting evades it."""
    first, last = f"DATE({year - _YEARS_BEFORE},1,1)", f"DATE({year + _YEARS_AFTER},12,31)"
    years = f"de {year - _YEARS_BEFORE} a {year + _YEARS_AFTER}"
    for index, column in enumerate(columns, start=1):
        rule: DataValidation | None = None
        top = f"{get_column_letter(index)}{parts.FIRST_ROW}"
        if column.kind is Kind.MODALITY:
            rule = parts.list_rule(f"Listas!$A$2:$A${modalities + 1}", "Elija una modalidad de la lista.")
        elif column.is_date and column.may_not_apply:
            is_date = f"AND(ISNUMBER({top}),{top}>={first},{top}<={last})"
            error = f"Escriba una fecha (día/mes/año) {years}, o «{NOT_APPLICABLE}»."
            rule = parts.custom_rule(f'OR({is_date},{top}="{NOT_APPLICABLE}")', error)
        elif column.kind is Kind.ACTUAL:
            error = f"Escriba el día en que se cumplió (día/mes/año), desde {year - _YEARS_BEFORE} y hasta hoy."
            rule = parts.date_rule(first, "TODAY()", error)
        elif column.is_date:
            rule = parts.date_rule(first, last, f"Escriba una fecha (día/mes/año) {years}.")
        if rule is not None:
            rule.add(parts.column_range(index, count))
            sheet.add_data_validation(rule)


def _colour(sheet: Worksheet, columns: Sequence[TemplateColumn], count: int, holidays: int) -> None:
    """Weekends and holidays in yellow, as the plan may name them but nothing is done on them."""
    for index, column in enumerate(columns, start=1):
        if not column.is_date:
            continue
        parts.colour_days_off(sheet, index, count, holidays)
        none = f'{get_column_letter(index)}{parts.FIRST_ROW}="{NOT_APPLICABLE}"'
        rule = Rule("expression", dxf=_QUIET_STYLE, formula=[none])
        sheet.conditional_formatting.add(parts.column_range(index, count), rule)


def _write_guide(sheet: Worksheet, milestones: Sequence[CatalogueMilestone], year: int) -> None:
    optional = ", ".join(one.code for one in milestones if not one.compulsory)
    steps = (
        "Cómo llenar el plan",
        "1. Escriba en la hoja «Plan» la fecha planeada de cada hito, como día/mes/año.",
        "2. Elija la modalidad de cada proyecto en la lista.",
        f"3. Pueden no aplicar los hitos opcionales ({optional}) y los que su modalidad no exige: escriba «No aplica».",
        "4. Un proyecto puede tener hasta tres hitos propios (P01 a P03): escriba su nombre y su fecha.",
        "5. Las celdas amarillas son sábados, domingos o festivos: revise si esa es la fecha que quiere.",
        "6. No escriba fórmulas en las fechas ni combine celdas. No cambie los códigos.",
        "7. Si un hito ya se cumplió, escriba el día en su columna «fecha real» (plantilla con fechas reales).",
        "8. Puede llenar solo una parte: una celda vacía no borra lo guardado y un proyecto que no esté no se toca.",
        "9. Guarde el libro y súbalo en la página «Registro». Antes de guardar verá cada problema y cada cambio.",
        f"El plan de la vigencia {year} se registra una sola vez: al aprobarlo, las fechas quedan como línea base.",
    )
    parts.write_guide(sheet, steps)


def _examples(milestones: Sequence[CatalogueMilestone], year: int) -> tuple[TemplateProject, ...]:
    days = [date(year, month, day) for month, day in _EXAMPLE_DAYS]
    lines = {one.code: PlanLine(day) for one, day in zip(milestones, days, strict=False)}
    small = {code: line for code, line in lines.items() if code not in {"H04", "H10"}}
    small |= {code: PlanLine(not_applicable=True) for code in ("H04", "H10")}
    own = {"P01": PlanLine(date(year, 11, 25))}
    return (
        TemplateProject("BP26000001", "Proyecto de ejemplo A", "Comuna 1", 100_000_000, Modality.LP, lines),
        TemplateProject(
            *("BP26000002", "Proyecto de ejemplo B", "Pance", 40_000_000, Modality.MC),
            lines=small | own,
            own_names={"P01": "Entrega a la comunidad"},
        ),
    )
