"""The workbook in which an organism reports: what it writes is what ``intake.progress`` reads back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pp_monitor.domain.agenda import AGENDA_DAYS
from pp_monitor.domain.cause import (
    LONGEST_ACTION,
    LONGEST_CAUSE_TEXT,
    LONGEST_REPLY,
    LONGEST_RESPONSIBLE,
)
from pp_monitor.labels_progress import DELAY_CAUSE, DEPENDS_ON
from pp_monitor.reports import sheet_form as parts

_PROJECT_FILL, _DATE_FILL, _REASON_FILL, _PROOF_FILL = "4B5563", "004884", "2B6CB0", "5B6B83"
_YEARS_BEFORE, _YEARS_AFTER = 1, 5
_ROW_HEIGHT = 32
_LETTERS_A_LINE = 0.95
_LINE_HEIGHT = 15
_CAUSES, _OTHERS = "Causa", "Depende de"


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """One row: a milestone to be reported, with everything that stands; empty where nothing does.

    ``cause`` and ``depends_on`` are words of their lists, ``due`` says how pressing it is.
    """

    project_code: str
    project: str
    milestone_code: str
    milestone: str
    planned: date | None
    due: str
    actual: date | None = None
    forecast: date | None = None
    cause: str = ""
    cause_text: str = ""
    depends_on: str = ""
    action: str = ""
    responsible: str = ""
    commitment_on: date | None = None
    reply: str = ""
    note: str = ""
    url: str = ""

    @property
    def named(self) -> str:
        """The milestone as a cell shows it: its code, then its name."""
        return f"{self.milestone_code} {self.milestone}"


@dataclass(frozen=True, slots=True)
class _Column:
    """One column, declared once: the field of a line that it shows, its heading, width and group."""

    field: str
    heading: str
    width: int
    fill: str
    is_open: bool = True
    is_date: bool = False
    longest: int = 0


_COLUMNS: Final = (
    _Column("project_code", "Código del proyecto", 14, _PROJECT_FILL, is_open=False),
    _Column("named", "Hito", 30, _PROJECT_FILL, is_open=False),
    _Column("project", "Proyecto", 50, _PROJECT_FILL, is_open=False),
    _Column("planned", "Fecha planeada", 12, _PROJECT_FILL, is_open=False, is_date=True),
    _Column("due", "Estado", 25, _PROJECT_FILL, is_open=False),
    _Column("actual", "Fecha real", 12, _DATE_FILL, is_date=True),
    _Column("forecast", "Fecha proyectada", 12, _DATE_FILL, is_date=True),
    _Column("cause", _CAUSES, 26, _REASON_FILL),
    _Column("cause_text", "Detalle de la causa", 28, _REASON_FILL, longest=LONGEST_CAUSE_TEXT),
    _Column("depends_on", _OTHERS, 15, _REASON_FILL),
    _Column("action", "Acción propuesta", 28, _REASON_FILL, longest=LONGEST_ACTION),
    _Column("responsible", "Responsable", 20, _REASON_FILL, longest=LONGEST_RESPONSIBLE),
    _Column("commitment_on", "Fecha de compromiso", 13, _REASON_FILL, is_date=True),
    _Column("reply", "Explicación", 34, _REASON_FILL, longest=LONGEST_REPLY),
    _Column("note", "Nota", 28, _PROOF_FILL),
    _Column("url", "Enlace SECOP II", 28, _PROOF_FILL),
)
_BANDS: Final = {
    _PROJECT_FILL: "Qué se reporta",
    _DATE_FILL: "Fechas",
    _REASON_FILL: "Si está tarde, por qué",
    _PROOF_FILL: "Soporte",
}


def build_progress_template(
    *,
    organism_name: str,
    year: int,
    cutoff: date,
    lines: Sequence[TemplateLine],
    holidays: Mapping[date, str],
    is_demo: bool = False,
) -> bytes:
    """Write the workbook: what is to be reported at ``cutoff``, instructions, holidays and a hidden sheet of lists.

    ``holidays`` are the non-working days to colour, with their names. Text is never a formula.
    """
    book = Workbook()
    table, guide, days, lists = parts.add_sheets(book, ("Avance", "Instrucciones", "Festivos", "Listas"))
    title = f"Reporte de avance · {organism_name} · corte {cutoff:%d/%m/%Y}"
    hint = "Escriba solo en las celdas blancas; una celda vacía no cambia nada. Amarillo: no es día hábil."
    parts.write_title(table, title, hint, is_demo=is_demo)
    _write_table(table, lines)
    _validate(table, len(lines), year)
    for index, column in enumerate(_COLUMNS, start=1):
        if column.is_date:
            parts.colour_days_off(table, index, len(lines), len(holidays))
    parts.write_guide(guide, _steps(cutoff, year))
    parts.write_days(days, holidays)
    parts.write_lists(lists, {_CAUSES: list(DELAY_CAUSE.values()), _OTHERS: list(DEPENDS_ON.values())})
    lists.sheet_state = "hidden"
    return parts.saved(book)


def _write_table(sheet: Worksheet, lines: Sequence[TemplateLine]) -> None:
    bands: set[str] = set()
    for index, column in enumerate(_COLUMNS, start=1):
        parts.write_heading(sheet, index, column.heading, column.width, column.fill)
        if column.fill not in bands:
            parts.write_band(sheet, index, _BANDS[column.fill], column.fill)
            bands.add(column.fill)
    sheet.row_dimensions[parts.HEADER_ROW].height = _ROW_HEIGHT
    for row, line in enumerate(lines, start=parts.FIRST_ROW):
        for index, column in enumerate(_COLUMNS, start=1):
            cell = parts.cell_at(sheet, row, index)
            value = getattr(line, column.field)
            parts.fill_cell(cell, value or None, is_open=column.is_open, is_date=column.is_date)
        sheet.row_dimensions[row].height = _height(line)
    parts.set_page(sheet, f"C{parts.FIRST_ROW}")


def _height(line: TemplateLine) -> int:
    """Of a row, so that its longest text is seen whole."""
    texts = [(len(str(getattr(line, column.field) or "")), column) for column in _COLUMNS if not column.is_date]
    most = max(-(-length // int(column.width * _LETTERS_A_LINE)) for length, column in texts)
    return max(_ROW_HEIGHT, most * _LINE_HEIGHT)


def _validate(sheet: Worksheet, count: int, year: int) -> None:
    """What Excel accepts in each open column; the reader checks again, since pasting evades it."""
    for index, column in enumerate(_COLUMNS, start=1):
        rule = _rule(column, year) if column.is_open else None
        if rule is not None:
            rule.add(parts.column_range(index, count))
            sheet.add_data_validation(rule)


def _rule(column: _Column, year: int) -> DataValidation | None:
    first, last = f"DATE({year - _YEARS_BEFORE},1,1)", f"DATE({year + _YEARS_AFTER},12,31)"
    if column.field == "actual":
        error = f"Escriba el día en que se cumplió (día/mes/año), desde {year - _YEARS_BEFORE} y hasta hoy."
        return parts.date_rule(first, "TODAY()", error)
    if column.is_date:
        years = f"de {year - _YEARS_BEFORE} a {year + _YEARS_AFTER}"
        return parts.date_rule(first, last, f"Escriba una fecha (día/mes/año) {years}.")
    if column.field == "cause":
        return parts.list_rule(f"Listas!$A$2:$A${len(DELAY_CAUSE) + 1}", "Elija una causa de la lista.")
    if column.field == "depends_on":
        return parts.list_rule(f"Listas!$B$2:$B${len(DEPENDS_ON) + 1}", "Elija de la lista de quién depende.")
    return parts.length_rule(column.longest) if column.longest else None


def _steps(cutoff: date, year: int) -> tuple[str, ...]:
    return (
        "Cómo reportar el avance",
        f"1. La hoja «Avance» trae lo vencido, lo exigible y lo que sigue en {AGENDA_DAYS} días al {cutoff:%d/%m/%Y}.",
        "2. Si un hito ya se cumplió, escriba en «Fecha real» el día en que ocurrió, como día/mes/año.",
        "3. Si aún no se cumple, escriba en «Fecha proyectada» el día en que se cumplirá.",
        "4. Si está tarde, elija la causa y de quién depende en sus listas. Con la causa «Otra», diga cuál es.",
        f"5. La explicación tiene hasta {LONGEST_REPLY} caracteres y se publica junto al semáforo.",
        "6. Copie en «Enlace SECOP II» la dirección del documento que respalda la fecha real.",
        "7. Las celdas amarillas son sábados, domingos o festivos: revise si esa es la fecha que quiere.",
        "8. Lo que no cambie se queda como está. No cambie los códigos, ni escriba fórmulas, ni combine celdas.",
        "9. Guarde el libro y súbalo en la página «Por reportar». Antes de registrar verá cada problema y cada cambio.",
        f"Nada se borra: lo que reporte en la vigencia {year} queda en la historia de cada proyecto.",
    )
