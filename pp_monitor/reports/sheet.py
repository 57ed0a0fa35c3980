"""The one writer of workbooks: typed cells, shared styles, native tables, and print set-up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeAlias, TypeVar

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.filters import AutoFilter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table as NativeTable
from openpyxl.worksheet.table import TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from pp_monitor.reports.cells import Lines, Look, Palette, writers
from pp_monitor.reports.columns import Column, Formula, Kind, Row, Table, Value
from pp_monitor.reports.package import packed
from pp_monitor.reports.scope import DEMO_MARK

Other = TypeVar("Other")
Placed: TypeAlias = tuple[Value, Look, str]
LETTER, LEGAL = 1, 5
LINE_HEIGHT = 15.0
# A printed page as wide as this many characters can still be read.
PAGE_CHARACTERS = 240


@dataclass(slots=True)
class Canvas:
    """Cells placed by hand on a sheet, row by row, before they are written together."""

    cells: dict[int, dict[int, Placed]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    row: int = 0

    def line(self, height: float | None = None) -> int:
        """Begin the next row, of a fixed height in points if given, and tell its number."""
        self.row += 1
        if height:
            self.heights[self.row] = height
        return self.row

    def put(self, column: int, value: Value, look: Look, *, until: int = 0, link: str = "") -> None:
        """Place a value in the current row, over the columns ``until`` that one if given."""
        row = self.cells.setdefault(self.row, {})
        row[column] = (value, look, link)
        if until > column:
            for other in range(column + 1, until + 1):
                row[other] = ("", look, "")
            self.merged.append(f"{get_column_letter(column)}{self.row}:{get_column_letter(until)}{self.row}")

    def formula(self, column: int, text: str, look: Look) -> None:
        """Place a formula of ours in the current row."""
        self.cells.setdefault(self.row, {})[column] = (Formula(text), look, "")


@dataclass(frozen=True, slots=True)
class Section(Generic[Row]):
    """A second table on a sheet, under its heading."""

    heading: str
    table: Table[Row]
    rows: Sequence[Row]


class Book:
    """A workbook in the making; sheets are written in order, each once."""

    def __init__(self, *, title: str, author: str, subject: str, footer: str, is_demo: bool) -> None:
        self._book = Workbook(write_only=True)
        self._sheets: list[tuple[Worksheet, Lines]] = []
        self._footer, self._is_demo = footer.replace("&", "&&"), is_demo
        about = self._book.properties
        about.title, about.creator, about.subject, about.language = title, author, subject, "es-CO"
        about.lastModifiedBy = author
        about.keywords = DEMO_MARK if is_demo else "presupuesto participativo"
        # Values are written, formulas only check them: the reader's program computes those on opening.
        self._book.calculation.fullCalcOnLoad = True

    def name(self, name: str, where: str) -> None:
        """Give a cell a name that formulas use."""
        self._book.defined_names[name] = DefinedName(name, attr_text=where)

    def created_at(self, instant: datetime) -> None:
        """Say when the figures were known, as the creation of the document: it tells nothing of when it was written."""
        self._book.properties.created = self._book.properties.modified = instant

    def canvas(
        self, title: str, canvas: Canvas, widths: Sequence[float], *, portrait: bool = True, one_page: bool = False
    ) -> None:
        """Write a sheet of cells placed by hand."""
        sheet, lines = self._sheet(title, widths, portrait=portrait, paper=LETTER, one_page=one_page)
        sheet.sheet_view.showGridLines = False
        for row in range(1, canvas.row + 1):
            placed = canvas.cells.get(row, {})
            lines.add((lines.cell(column, *placed[column]) for column in sorted(placed)), canvas.heights.get(row))
        for area in canvas.merged:
            sheet.merged_cells.add(area)

    def table(
        self,
        title: str,
        table: Table[Row],
        rows: Sequence[Row],
        *,
        total: Mapping[str, Value] | None = None,
        below: Section[Other] | None = None,
    ) -> None:
        """Write a table from A1 on; ``total`` goes right under it, ``below`` is a second table with its heading."""
        columns = self._marked(table.columns)
        sheet, lines = self._sheet(title, [column.width for column in columns], portrait=False, paper=LEGAL)
        sheet.page_setup.fitToWidth = max(1, round(sum(column.width for column in columns) / PAGE_CHARACTERS))
        if table.frozen_columns:
            sheet.print_title_cols = f"A:{get_column_letter(table.frozen_columns)}"
        sheet.freeze_panes = f"{get_column_letter(table.frozen_columns + 1)}2"
        if below is None:
            sheet.print_title_rows = "1:1"
        sheet.print_options.gridLines = table.is_dense
        self._write_table(sheet, lines, table, rows)
        if total is not None:
            lines.add(_total_cells(lines, columns, total))
        if below is not None:
            lines.add(())
            lines.add([lines.cell(1, below.heading, Look(role="section"))])
            self._write_table(sheet, lines, below.table, below.rows)

    def data(self) -> bytes:
        """The finished file, to be asked for once."""
        for sheet, lines in self._sheets:
            _link(sheet, lines)
        return packed(self._book, [lines.rows for _, lines in self._sheets])

    def _marked(self, columns: Sequence[Column[Row]]) -> Sequence[Column[Row]]:
        """The columns, with one more that marks every row of a demonstration."""
        return [*columns, Column("Aviso", lambda _: DEMO_MARK, 28)] if self._is_demo else columns

    def _sheet(
        self, title: str, widths: Sequence[float], *, portrait: bool, paper: int, one_page: bool = False
    ) -> tuple[Worksheet, Lines]:
        sheet: Worksheet = self._book.create_sheet(title)
        lines = Lines(self._sheets[0][1].palette if self._sheets else Palette(sheet))
        self._sheets.append((sheet, lines))
        for index, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(index)].width = width
        sheet.page_setup.orientation = "portrait" if portrait else "landscape"
        sheet.page_setup.paperSize = paper
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, int(one_page)
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_margins.left = sheet.page_margins.right = 0.4
        sheet.page_margins.top, sheet.page_margins.bottom = 0.8, 0.7
        sheet.page_margins.header = sheet.page_margins.footer = 0.3
        header, footer = sheet.HeaderFooter.oddHeader, sheet.HeaderFooter.oddFooter
        assert header is not None
        assert footer is not None
        header.left.text = title
        if self._is_demo:
            header.center.text = DEMO_MARK
            sheet.sheet_properties.tabColor = "E0A800"
        footer.left.text, footer.right.text = self._footer, "Página &P de &N"
        return sheet, lines

    def _write_table(self, sheet: Worksheet, lines: Lines, table: Table[Row], rows: Sequence[Row]) -> None:
        """Write headings and rows, and name the table."""
        columns, first = self._marked(table.columns), lines.next
        heads = (lines.cell(place, column.heading, _head(column)) for place, column in enumerate(columns, start=1))
        lines.add(heads, _head_height(columns))
        row_writers = writers(lines, columns, is_dense=table.is_dense)
        wrapped = [column for column in columns if column.kind is Kind.WRAP]
        for number, row in enumerate(rows, start=lines.next):
            height = max((lines_of(column.get(row), column.width) for column in wrapped), default=1)
            cells = [write(row, number) for write in row_writers]
            lines.add(cells, height * LINE_HEIGHT if height > 1 else None)
        if not rows:
            lines.add([lines.cell(1, "Sin registros", Look())])
        sheet.tables.add(_native(table.name, columns, first, lines.next - 1))


def lines_of(value: Value, width: float) -> int:
    """Lines that a text takes in a column of ``width`` characters: no program measures them before it is opened."""
    return max(1, -(-len(value) // max(1, int(width * 0.95)))) if isinstance(value, str) else 1


def _head_height(columns: Sequence[Column[Row]]) -> float:
    # A filter's arrow takes about three characters of the heading's width, and words are not split.
    return 8 + 14 * max(lines_of(column.heading, (column.width - 3) * 0.8) for column in columns)


def _head(column: Column[Row]) -> Look:
    return Look(column.kind, role="head")


def _total_cells(lines: Lines, columns: Sequence[Column[Row]], total: Mapping[str, Value]) -> Iterator[str]:
    for place, column in enumerate(columns, start=1):
        kind = Kind.TEXT if column.kind in (Kind.CONTROL, Kind.TAG) else column.kind
        yield lines.cell(place, total.get(column.heading, ""), Look(kind, role="total"))


def _link(sheet: Worksheet, lines: Lines) -> None:
    """Tell openpyxl where the cells of a sheet lead: it takes that from cells, of which it keeps nothing else."""
    last_row = max((row for row, _ in lines.links), default=0)
    last_column = max((column for _, column in lines.links), default=0)
    for row in range(1, last_row + 1):
        sheet.append([_linked(sheet, lines.links.get((row, column))) for column in range(1, last_column + 1)])


def _linked(sheet: Worksheet, address: str | None) -> Cell | None:
    if address is None:
        return None
    cell = WriteOnlyCell(sheet)
    cell.hyperlink = address
    return cell


def _native(name: str, columns: Sequence[Column[Row]], first: int, last: int) -> NativeTable:
    ref = f"A{first}:{get_column_letter(len(columns))}{last}"
    native = NativeTable(displayName=name, name=name, ref=ref, autoFilter=AutoFilter(ref=ref))
    native.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
    native.tableColumns = [TableColumn(id=place, name=column.heading) for place, column in enumerate(columns, start=1)]
    return native
