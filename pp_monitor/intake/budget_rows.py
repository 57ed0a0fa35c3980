"""Rows of the two lists of projects, read one by one into lines of budget."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.intake import budget_layout as layout
from pp_monitor.intake.columns import Header
from pp_monitor.intake.parsing import parse_cop
from pp_monitor.intake.sheet import Row
from pp_monitor.intake.territory import UNIDENTIFIED, TerritoryIndex
from pp_monitor.intake.text import Refusal, is_blank, normalise, normalise_project_code, shown

_TERRITORIAL = "territorio"
_RESERVE = "reserva"
_ORGANISM = re.compile(r"([0-9]{4})(?![0-9]).*")


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One row of a list of projects; amounts in whole pesos, none when the file has no such column."""

    number: int
    sheet: str
    place: str
    code: str
    organism_code: str
    organism_name: str
    name: str
    territory_code: str
    initial_cop: int
    current_cop: int
    bpin: str = ""
    additions_cop: int | None = None
    reductions_cop: int | None = None
    transfers_cop: int | None = None
    postponed_cop: int | None = None
    cdp_cop: int | None = None
    commitments_cop: int | None = None
    obligations_cop: int | None = None
    payments_cop: int | None = None
    is_reserve: bool = False

    def problem(self, what: str, fix: str, severity: Severity = Severity.ERROR) -> Problem:
        """A problem of this row."""
        return Problem(what, fix, severity, sheet=self.sheet, cell=self.place, project_code=self.code)


class LineReader:
    """Reads the cells of the rows of one list, keeping every problem met."""

    def __init__(self, header: Header, territories: TerritoryIndex) -> None:
        self.header = header
        self.problems: list[Problem] = []
        self._territories = territories
        self._empty: dict[str, int] = {}

    def refuse(self, row: Row, key: str, refusal: Refusal, severity: Severity = Severity.ERROR) -> None:
        """Keep a problem at one cell."""
        place = self.header.ref(row, key)
        self.problems.append(Problem(refusal.what, refusal.fix, severity, sheet=self.header.sheet.name, cell=place))

    def code(self, row: Row) -> str:
        """The project code, or ``""`` with its problem kept."""
        read = normalise_project_code(self.header.value(row, layout.CODE))
        if isinstance(read, Refusal):
            self.refuse(row, layout.CODE, read)
            return ""
        return read

    def organism(self, row: Row) -> str:
        """The four digits with which the organism's cell begins, or ``""`` with its problem kept."""
        text = self.header.text(row, layout.ORGANISM)
        match = _ORGANISM.fullmatch(text)
        if match is None:
            what = f"«{shown(text)}» no es un código de organismo." if text else "Falta el código del organismo."
            self.refuse(row, layout.ORGANISM, Refusal(what, "Escriba sus cuatro cifras, por ejemplo 4145."))
            return ""
        return match[1]

    def name(self, row: Row) -> str:
        """The project's name, or ``""`` with its problem kept."""
        name = self.header.text(row, layout.NAME)
        if not name:
            self.refuse(row, layout.NAME, Refusal("Falta el nombre del proyecto.", "Escriba el nombre."))
        return name

    def territory(self, row: Row) -> str:
        """The territory's code, ``99`` with a note when the cell is empty."""
        found = self._territories.find(self.header.value(row, layout.TERRITORY))
        if isinstance(found, Refusal):
            self.refuse(row, layout.TERRITORY, found)
            return UNIDENTIFIED
        if found == UNIDENTIFIED and not normalise(self.header.text(row, layout.TERRITORY)):
            note = Refusal("No dice el territorio.", "Se lee como «Sin territorio identificado».")
            self.refuse(row, layout.TERRITORY, note, Severity.NOTE)
        return found

    def required_cop(self, row: Row, key: str) -> int:
        """A sum that must be there; 0 with its problem kept when it cannot be read."""
        read = parse_cop(self.header.value(row, key))
        if isinstance(read, Refusal):
            self.refuse(row, key, read)
            return 0
        return read

    def optional_cop(self, row: Row, key: str) -> int | None:
        """A sum whose column may be absent (none) and whose cell may be empty (0, told in one note)."""
        if not self.header.has(key):
            return None
        if is_blank(self.header.value(row, key)):
            self._empty[key] = self._empty.get(key, 0) + 1
            return 0
        return self.required_cop(row, key)

    def fits(self, row: Row) -> bool:
        """Whether the row has a cell for each column of the header; a problem is kept when it has not.

        Only a CSV tells: a workbook does not store the empty cells at the end of a row.
        """
        width, cells = len(self.header.row.values), len(row.values)
        surplus = any(not is_blank(value) for value in row.values[width:])
        needed = max(min(indexes) for indexes in self.header.positions.values())
        if not surplus and (cells > needed or not self.header.sheet.is_csv):
            return True
        what = f"La fila tiene {cells} celdas y el encabezado {width}."
        fix = "Revise que no falte ni sobre un separador; un texto con «;» o «,» va entre comillas."
        place = self.header.sheet.row_ref(row)
        self.problems.append(Problem(what, fix, sheet=self.header.sheet.name, cell=place))
        return False

    def note_empty(self) -> None:
        """Tell, once for each column, how many of its cells were empty."""
        titles = {column.key: column.title for column in layout.EXECUTION_COLUMNS}
        for key, count in self._empty.items():
            what = f"La columna «{titles[key]}» tiene {count} {'celdas vacías' if count > 1 else 'celda vacía'}."
            self.problems.append(self._note(what, "Se leen como 0."))

    def note_absent(self, keys: Sequence[str]) -> None:
        """Tell in one note which of these optional columns the file does not carry."""
        absent = [key for key in keys if not self.header.has(key)]
        titles = [f"«{column.title}»" for column in layout.EXECUTION_COLUMNS if column.key in absent]
        if titles:
            self.problems.append(self._note(f"El archivo no trae {', '.join(titles)}.", "Esos datos quedan vacíos."))

    def _note(self, what: str, fix: str) -> Problem:
        return Problem(what, fix, Severity.NOTE, sheet=self.header.sheet.name)


def read_plain_lines(header: Header, territories: TerritoryIndex) -> tuple[list[BudgetLine], list[Problem]]:
    """The rows of ``codigo;organismo;nombre;territorio;valor``, and everything wrong with them."""
    reader = LineReader(header, territories)
    rows = [row for row in header.body() if reader.fits(row)]
    lines = [_plain_line(reader, row) for row in rows]
    if not lines and not reader.problems:
        reader.problems.append(Problem("La lista no trae proyectos.", "Escriba un proyecto en cada fila."))
    return [line for line in lines if line.code], reader.problems


def read_execution_lines(header: Header, territories: TerritoryIndex) -> tuple[list[BudgetLine], list[Problem]]:
    """The territorial rows of *Ejecución presupuestal* and everything wrong with them; no other row is looked at."""
    reader = LineReader(header, territories)
    rows = [row for row in header.body() if _is_territorial(reader, row)]
    lines = [_execution_line(reader, row) for row in rows]
    if not lines and not reader.problems:
        what = "Ninguna fila tiene «Territorio» en la columna «Origen»."
        reader.problems.append(Problem(what, "Revise que sea la ejecución presupuestal completa."))
    reader.note_absent((layout.BUDGET_YEAR, *layout.OPTIONAL_MONEY))
    reader.note_empty()
    return [line for line in lines if line.code], reader.problems


def _is_territorial(reader: LineReader, row: Row) -> bool:
    """Whether the row is participatory budget; one that may be, but does not fit the header, is a problem."""
    if normalise(reader.header.text(row, layout.ORIGIN)) == _TERRITORIAL:
        return reader.fits(row)
    says_so = any(isinstance(value, str) and value.casefold() == _TERRITORIAL for value in row.values)
    is_footer = sum(not is_blank(value) for value in row.values) == 1
    is_cut = reader.header.sheet.is_csv and len(row.values) <= reader.header.index(row, layout.ORIGIN)
    if says_so or (is_cut and not is_footer):
        reader.fits(row)
    return False


def _plain_line(reader: LineReader, row: Row) -> BudgetLine:
    value = reader.required_cop(row, layout.VALUE)
    if value < 0:
        reader.refuse(row, layout.VALUE, Refusal("El valor es negativo.", "Escriba un valor de 0 o más."))
        value = 0
    return BudgetLine(
        number=row.number,
        sheet=reader.header.sheet.name,
        place=reader.header.sheet.row_ref(row),
        code=reader.code(row),
        organism_code=reader.organism(row),
        organism_name="",
        name=reader.name(row),
        territory_code=reader.territory(row),
        initial_cop=value,
        current_cop=value,
    )


def _execution_line(reader: LineReader, row: Row) -> BudgetLine:
    return BudgetLine(
        number=row.number,
        sheet=reader.header.sheet.name,
        place=reader.header.sheet.row_ref(row),
        code=reader.code(row),
        organism_code=reader.organism(row),
        organism_name=reader.header.text(row, layout.ORGANISM_NAME),
        name=reader.name(row),
        territory_code=reader.territory(row),
        initial_cop=reader.required_cop(row, layout.INITIAL),
        current_cop=reader.required_cop(row, layout.CURRENT),
        bpin=reader.header.text(row, layout.BPIN),
        additions_cop=_size(reader.optional_cop(row, layout.ADDITIONS)),
        reductions_cop=_size(reader.optional_cop(row, layout.REDUCTIONS)),
        transfers_cop=_net(reader, row, layout.CREDITS, layout.CONTRACREDITS),
        postponed_cop=_net(reader, row, layout.POSTPONED, layout.RESTORED),
        cdp_cop=reader.optional_cop(row, layout.CDP),
        commitments_cop=reader.optional_cop(row, layout.COMMITMENTS),
        obligations_cop=reader.optional_cop(row, layout.OBLIGATIONS),
        payments_cop=reader.optional_cop(row, layout.PAYMENTS),
        is_reserve=normalise(reader.header.text(row, layout.BUDGET_YEAR)) == _RESERVE,
    )


def _size(amount: int | None) -> int | None:
    """SAP writes what leaves a line with a minus in some months and without in others; the column says which."""
    return None if amount is None else abs(amount)


def _net(reader: LineReader, row: Row, plus: str, minus: str) -> int | None:
    added = _size(reader.optional_cop(row, plus))
    taken = _size(reader.optional_cop(row, minus))
    return None if added is None and taken is None else (added or 0) - (taken or 0)
