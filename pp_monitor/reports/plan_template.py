"""The registration workbook of one organism: what it writes is what ``intake.plan_template`` reads back."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from pp_monitor.domain.catalogue import OWN_CODES, CatalogueMilestone, Modality, Phase
from pp_monitor.domain.plan import PlanLine

NOT_APPLICABLE = "No aplica"
DATE_FORMAT = "dd/mm/yyyy"
MONEY_FORMAT = '"$"#,##0'
HEADER_ROW = 5
_FIRST_ROW = HEADER_ROW + 1
_PHASE_ROW = HEADER_ROW - 1
_YEARS_BEFORE, _YEARS_AFTER = 2, 5
_PHASE_FILLS = {Phase.PRECONTRACTUAL: "004884", Phase.EXECUTION: "2B6CB0", Phase.CLOSURE: "5B6B83"}
_OWN_FILL = "4B5563"
_FONT = "Calibri"
_LINE = Side(style="thin", color="DFE4EC")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_LOCKED_FILL = PatternFill("solid", fgColor="F5F7FA")
_NOT_WORKING = DifferentialStyle(fill=PatternFill("solid", bgColor="FDF0C4"))
_QUIET = Font(name=_FONT, color="5B6472", italic=True)
_QUIET_STYLE = DifferentialStyle(font=Font(color="5B6472", italic=True))
_ROW_HEIGHT = 32
_INK = "14213D"


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
    plan, guide, example, days, lists = _sheets(book, ("Plan", "Instrucciones", "Ejemplo", "Festivos", "Listas"))
    title = f"Registro del plan · {organism_name} · vigencia {year}"
    _write_table(plan, title, columns, projects, labels, is_demo=is_demo)
    _validate(plan, columns, len(projects), year, len(labels.modalities))
    _colour(plan, columns, len(projects), len(holidays))
    _write_guide(guide, milestones, year)
    example_columns = template_columns(milestones, ())
    _write_table(example, "Ejemplo: esta hoja no se lee", example_columns, _examples(milestones, year), labels)
    _write_days(days, holidays)
    _write_lists(lists, labels)
    for sheet in book.worksheets:
        _protect(sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


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


def _sheets(book: Workbook, titles: Sequence[str]) -> list[Worksheet]:
    book.remove(book.worksheets[0])
    return [book.create_sheet(title) for title in titles]


def _write(cell: Cell, value: object) -> Cell:
    """Put a value in a cell; text stays text whatever it begins with."""
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", value)
        cell.data_type = "s"
    else:
        cell.value = value  # type: ignore[assignment]
    return cell


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    return cell


def _write_table(
    sheet: Worksheet,
    title: str,
    columns: Sequence[TemplateColumn],
    projects: Sequence[TemplateProject],
    labels: TemplateLabels,
    *,
    is_demo: bool = False,
) -> None:
    _write(_cell(sheet, 1, 1), title).font = Font(name=_FONT, size=14, bold=True, color=_INK)
    hint = (
        "Escriba las fechas como día/mes/año. Donde un hito no aplica, escriba «No aplica». Amarillo: no es día hábil."
    )
    _write(_cell(sheet, 2, 1), hint).font = _QUIET
    if is_demo:
        _write(_cell(sheet, 3, 1), "DATOS DE DEMOSTRACIÓN").font = Font(name=_FONT, bold=True, color="6B4A00")
    _write_headings(sheet, columns, labels)
    for row, project in enumerate(projects, start=_FIRST_ROW):
        for index, column in enumerate(columns, start=1):
            _fill(_cell(sheet, row, index), column, _value(column, project, labels))
        sheet.row_dimensions[row].height = _ROW_HEIGHT
    sheet.freeze_panes = f"C{_FIRST_ROW}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A3
    sheet.page_margins = PageMargins(left=0.3, right=0.3, top=0.4, bottom=0.4)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{_PHASE_ROW}:{HEADER_ROW}"


def _write_headings(sheet: Worksheet, columns: Sequence[TemplateColumn], labels: TemplateLabels) -> None:
    bands: dict[str, tuple[int, str]] = {}
    for index, column in enumerate(columns, start=1):
        fill = _PHASE_FILLS[column.phase] if column.phase else _OWN_FILL
        cell = _write(_cell(sheet, HEADER_ROW, index), column.heading)
        cell.font, cell.fill = Font(name=_FONT, bold=True, color="FFFFFF"), PatternFill("solid", fgColor=fill)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        cell.border = _BORDER
        sheet.column_dimensions[get_column_letter(index)].width = column.width
        band = labels.phases.get(column.phase, "") if column.phase else "Hitos propios" if column.code else "Proyecto"
        if band not in bands:
            bands[band] = (index, fill)
    sheet.row_dimensions[HEADER_ROW].height = 62
    for name, (index, fill) in bands.items():
        cell = _write(_cell(sheet, _PHASE_ROW, index), name)
        cell.font = Font(name=_FONT, bold=True, color=fill)


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
    _write(cell, value)
    cell.border = _BORDER
    cell.alignment = Alignment(vertical="center", wrap_text=not column.is_date)
    if column.is_open:
        cell.protection = Protection(locked=False)
    else:
        cell.fill = _LOCKED_FILL
    if column.is_date:
        cell.number_format = DATE_FORMAT
        cell.alignment = Alignment(horizontal="center", vertical="center")
    if column.kind is Kind.VALUE:
        cell.number_format = MONEY_FORMAT


def _range(index: int, count: int) -> str:
    letter = get_column_letter(index)
    return f"{letter}{_FIRST_ROW}:{letter}{_FIRST_ROW + max(count, 1) - 1}"


def _validate(sheet: Worksheet, columns: Sequence[TemplateColumn], count: int, year: int, modalities: int) -> None:
    """What Excel accepts in each open column; the reader checks again, since pasting evades it."""
    first, last = f"DATE({year - _YEARS_BEFORE},1,1)", f"DATE({year + _YEARS_AFTER},12,31)"
    years = f"de {year - _YEARS_BEFORE} a {year + _YEARS_AFTER}"
    for index, column in enumerate(columns, start=1):
        rule: DataValidation | None = None
        if column.kind is Kind.MODALITY:
            rule = DataValidation("list", formula1=f"Listas!$A$2:$A${modalities + 1}", allow_blank=True)
            rule.error = "Elija una modalidad de la lista."
        elif column.is_date and column.may_not_apply:
            top = f"{get_column_letter(index)}{_FIRST_ROW}"
            is_date = f"AND(ISNUMBER({top}),{top}>={first},{top}<={last})"
            rule = DataValidation("custom", formula1=f'OR({is_date},{top}="{NOT_APPLICABLE}")', allow_blank=True)
            rule.error = f"Escriba una fecha (día/mes/año) {years}, o «{NOT_APPLICABLE}»."
        elif column.kind is Kind.ACTUAL:
            rule = DataValidation("date", operator="between", formula1=first, formula2="TODAY()", allow_blank=True)
            rule.error = f"Escriba el día en que se cumplió (día/mes/año), desde {year - _YEARS_BEFORE} y hasta hoy."
        elif column.is_date:
            rule = DataValidation("date", operator="between", formula1=first, formula2=last, allow_blank=True)
            rule.error = f"Escriba una fecha (día/mes/año) {years}."
        if rule is not None:
            rule.errorTitle, rule.showErrorMessage = "Dato no válido", True
            rule.add(_range(index, count))
            sheet.add_data_validation(rule)


def _colour(sheet: Worksheet, columns: Sequence[TemplateColumn], count: int, holidays: int) -> None:
    """Weekends and holidays in yellow, as the plan may name them but nothing is done on them."""
    for index, column in enumerate(columns, start=1):
        if not column.is_date:
            continue
        top = f"{get_column_letter(index)}{_FIRST_ROW}"
        days = f"Festivos!$A$2:$A${max(holidays, 1) + 1}"
        off = f"AND(ISNUMBER({top}),OR(WEEKDAY({top},2)>5,COUNTIF({days},{top})>0))"
        sheet.conditional_formatting.add(_range(index, count), Rule("expression", dxf=_NOT_WORKING, formula=[off]))
        none = f'{top}="{NOT_APPLICABLE}"'
        sheet.conditional_formatting.add(_range(index, count), Rule("expression", dxf=_QUIET_STYLE, formula=[none]))


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
    for row, text in enumerate(steps, start=1):
        cell = _write(_cell(sheet, row, 1), text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    _cell(sheet, 1, 1).font = Font(name=_FONT, size=14, bold=True, color=_INK)
    _cell(sheet, len(steps), 1).font = Font(name=_FONT, bold=True, color=_INK)
    sheet.column_dimensions["A"].width = 110


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


def _write_days(sheet: Worksheet, holidays: Mapping[date, str]) -> None:
    _headings(sheet, ("Fecha", "Festivo o día no hábil"))
    for row, (day, name) in enumerate(sorted(holidays.items()), start=2):
        _write(_cell(sheet, row, 1), day).number_format = DATE_FORMAT
        _write(_cell(sheet, row, 2), name)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 14, 48


def _write_lists(sheet: Worksheet, labels: TemplateLabels) -> None:
    _headings(sheet, ("Modalidad",))
    for row, code in enumerate(labels.modalities, start=2):
        _write(_cell(sheet, row, 1), labels.modality(code))
    sheet.column_dimensions["A"].width = 60
    sheet.sheet_state = "hidden"


def _headings(sheet: Worksheet, names: Sequence[str]) -> None:
    for column, name in enumerate(names, start=1):
        _write(_cell(sheet, 1, column), name).font = Font(name=_FONT, bold=True, color=_INK)


def _protect(sheet: Worksheet) -> None:
    """Only the open cells can be typed in; without a password, so that nobody is locked out of a file of theirs."""
    sheet.protection.sheet = True
    sheet.protection.formatColumns = False
    sheet.protection.formatRows = False
