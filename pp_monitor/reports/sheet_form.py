"""What the workbooks that organisms fill in share: cells, headings, dates, days off, protection.

What one writes, ``intake`` reads back.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date

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

DATE_FORMAT = "dd/mm/yyyy"
HEADER_ROW = 5
FIRST_ROW = HEADER_ROW + 1
BAND_ROW = HEADER_ROW - 1
FONT = "Calibri"
INK = "14213D"
QUIET = Font(name=FONT, color="5B6472", italic=True)
_LINE = Side(style="thin", color="DFE4EC")
BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_LOCKED_FILL = PatternFill("solid", fgColor="F5F7FA")
_NOT_WORKING = DifferentialStyle(fill=PatternFill("solid", bgColor="FDF0C4"))


def add_sheets(book: Workbook, titles: Sequence[str]) -> list[Worksheet]:
    """Empty sheets with these titles, in place of the one that a new book has."""
    book.remove(book.worksheets[0])
    return [book.create_sheet(title) for title in titles]


def write(cell: Cell, value: object) -> Cell:
    """Put a value in a cell; text stays text whatever it begins with."""
    if isinstance(value, str):
        cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", value)
        cell.data_type = "s"
    else:
        cell.value = value  # type: ignore[assignment]
    return cell


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """The cell of a row and a column, both counted from 1."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    return cell


def write_title(sheet: Worksheet, title: str, hint: str, *, is_demo: bool) -> None:
    """Title, how to fill it in, and a warning where the data are invented."""
    write(cell_at(sheet, 1, 1), title).font = Font(name=FONT, size=14, bold=True, color=INK)
    write(cell_at(sheet, 2, 1), hint).font = QUIET
    if is_demo:
        write(cell_at(sheet, 3, 1), "DATOS DE DEMOSTRACIÓN").font = Font(name=FONT, bold=True, color="6B4A00")


def write_heading(sheet: Worksheet, index: int, heading: str, width: int, fill: str) -> None:
    """The heading of a column, counted from 1, on a colour."""
    cell = write(cell_at(sheet, HEADER_ROW, index), heading)
    cell.font, cell.fill = Font(name=FONT, bold=True, color="FFFFFF"), PatternFill("solid", fgColor=fill)
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    cell.border = BORDER
    sheet.column_dimensions[get_column_letter(index)].width = width


def write_band(sheet: Worksheet, index: int, name: str, fill: str) -> None:
    """The name of a group of columns over its first one."""
    write(cell_at(sheet, BAND_ROW, index), name).font = Font(name=FONT, bold=True, color=fill)


def fill_cell(cell: Cell, value: object, *, is_open: bool, is_date: bool) -> None:
    """A value of the table; only what is open can be typed in."""
    write(cell, value)
    cell.border = BORDER
    cell.alignment = Alignment(vertical="center", wrap_text=not is_date)
    if is_open:
        cell.protection = Protection(locked=False)
    else:
        cell.fill = _LOCKED_FILL
    if is_date:
        cell.number_format = DATE_FORMAT
        cell.alignment = Alignment(horizontal="center", vertical="center")


def set_page(sheet: Worksheet, frozen: str) -> None:
    """Keep headings and first columns in sight, on the screen and on A3 paper."""
    sheet.freeze_panes = frozen
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A3
    sheet.page_margins = PageMargins(left=0.3, right=0.3, top=0.4, bottom=0.4)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{BAND_ROW}:{HEADER_ROW}"


def column_range(index: int, count: int) -> str:
    """The cells of a column, counted from 1, under its heading."""
    letter = get_column_letter(index)
    return f"{letter}{FIRST_ROW}:{letter}{FIRST_ROW + max(count, 1) - 1}"


def list_rule(formula: str, error: str) -> DataValidation:
    """What Excel accepts of a list."""
    return _rule(DataValidation("list", formula1=formula, allow_blank=True), error)


def date_rule(first: str, last: str, error: str) -> DataValidation:
    """A day between two, each as Excel calculates it."""
    return _rule(DataValidation("date", operator="between", formula1=first, formula2=last, allow_blank=True), error)


def custom_rule(formula: str, error: str) -> DataValidation:
    """What a formula finds true."""
    return _rule(DataValidation("custom", formula1=formula, allow_blank=True), error)


def length_rule(longest: int) -> DataValidation:
    """A text of at most so many characters."""
    rule = DataValidation("textLength", operator="lessThanOrEqual", formula1=str(longest), allow_blank=True)
    return _rule(rule, f"Escriba hasta {longest} caracteres.")


def _rule(rule: DataValidation, error: str) -> DataValidation:
    rule.error, rule.errorTitle, rule.showErrorMessage = error, "Dato no válido", True
    return rule


def colour_days_off(sheet: Worksheet, index: int, count: int, holidays: int) -> None:
    """Weekends and holidays of a column in yellow, as one may name them but nothing is done on them."""
    top = f"{get_column_letter(index)}{FIRST_ROW}"
    days = f"Festivos!$A$2:$A${max(holidays, 1) + 1}"
    off = f"AND(ISNUMBER({top}),OR(WEEKDAY({top},2)>5,COUNTIF({days},{top})>0))"
    rule = Rule("expression", dxf=_NOT_WORKING, formula=[off])
    sheet.conditional_formatting.add(column_range(index, count), rule)


def write_guide(sheet: Worksheet, steps: Sequence[str]) -> None:
    """A sheet of instructions: its title, the steps, and what matters most at the end."""
    for row, text in enumerate(steps, start=1):
        write(cell_at(sheet, row, 1), text).alignment = Alignment(wrap_text=True, vertical="top")
    cell_at(sheet, 1, 1).font = Font(name=FONT, size=14, bold=True, color=INK)
    cell_at(sheet, len(steps), 1).font = Font(name=FONT, bold=True, color=INK)
    sheet.column_dimensions["A"].width = 110


def write_days(sheet: Worksheet, holidays: Mapping[date, str]) -> None:
    """The days off with their names, which the colours look up."""
    days = sorted(holidays)
    write_lists(sheet, {"Fecha": days, "Festivo o día no hábil": [holidays[day] for day in days]})
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 14, 48


def write_lists(sheet: Worksheet, lists: Mapping[str, Sequence[object]]) -> None:
    """Each list in a column under its heading."""
    for column, (name, values) in enumerate(lists.items(), start=1):
        write(cell_at(sheet, 1, column), name).font = Font(name=FONT, bold=True, color=INK)
        sheet.column_dimensions[get_column_letter(column)].width = 60
        for row, value in enumerate(values, start=2):
            cell = write(cell_at(sheet, row, column), value)
            if isinstance(value, date):
                cell.number_format = DATE_FORMAT


def saved(book: Workbook) -> bytes:
    """The book with every sheet protected, so that only its open cells can be typed in.

    Without a password: nobody is locked out of a file of theirs.
    """
    for sheet in book.worksheets:
        sheet.protection.sheet = True
        sheet.protection.formatColumns = False
        sheet.protection.formatRows = False
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
