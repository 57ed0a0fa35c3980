"""The registration table: a project in each row, a milestone in each column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from pp_monitor.domain.catalogue import OWN_CODES
from pp_monitor.intake.plan_cells import Place, split_milestone
from pp_monitor.intake.plan_rows import PlanReader
from pp_monitor.intake.sheet import Row, Sheet
from pp_monitor.intake.text import Refusal, is_blank, normalise, normalise_project_code, plain

_ROWS_SEARCHED = 25
_CODE_COLUMNS = 5
_SEVERAL = 2
_CODE_HEADERS = frozenset(
    normalise(name)
    for name in ("Código", "Código BP", "Cód BP", "BP", "Código del proyecto", "Código proyecto", "Proyecto")
)
_CODE_LIKE = re.compile(r"bp ?[0-9]")
_MODALITY_HEADERS = frozenset({"modalidad", "modalidad de seleccion", "modalidad de contratacion"})


class Role(StrEnum):
    """What a milestone's column holds."""

    PLANNED = "planned"
    ACTUAL = "actual"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class MilestoneColumn:
    """A column of the table; ``name`` is the own milestone's that its header carries."""

    index: int
    code: str
    role: Role
    name: str = ""


@dataclass(frozen=True, slots=True)
class PlanHeader:
    """Where the registration table of a sheet has its code, its modality and its milestones."""

    sheet: Sheet
    row: Row
    code_index: int
    modality_index: int | None
    columns: tuple[MilestoneColumn, ...]

    def place(self, row: Row, index: int) -> Place:
        """The place of one cell."""
        return Place(self.sheet.name, self.sheet.ref(row, index, plain(self.row.value(index))))

    def body(self) -> tuple[Row, ...]:
        """The rows below the header."""
        return tuple(row for row in self.sheet.rows if row.number > self.row.number)


def find_plan_header(sheet: Sheet, reader: PlanReader) -> PlanHeader | None:
    """The header of the registration table of a sheet: the row that names most milestones, if any.

    A lone milestone in a row is only a header beside a column of codes: lists of milestones are not tables.
    """
    letters = {code[0] for code in (*reader.milestones, *OWN_CODES)}
    rows = sheet.rows[:_ROWS_SEARCHED]
    row = max(rows, key=lambda one: len(_milestone_columns(one, letters)))
    columns = _milestone_columns(row, letters)
    code_index = _code_index(sheet, row)
    if not columns or (code_index is None and len(columns) == 1):
        return None
    modality = next((i for i, cell in enumerate(row.values) if normalise(plain(cell)) in _MODALITY_HEADERS), None)
    return PlanHeader(sheet, row, code_index or 0, modality, columns)


def _code_index(sheet: Sheet, header: Row) -> int | None:
    """The column, among the first five, with most project codes; without any, the one whose header says so."""
    body = [row for row in sheet.rows if row.number > header.number]
    counts = [
        sum(not isinstance(normalise_project_code(row.value(index)), Refusal) for row in body)
        for index in range(_CODE_COLUMNS)
    ]
    if any(counts):
        return counts.index(max(counts))
    return next((i for i in range(_CODE_COLUMNS) if normalise(plain(header.value(i))) in _CODE_HEADERS), None)


def _milestone_columns(row: Row, letters: set[str]) -> tuple[MilestoneColumn, ...]:
    found = ((index, split_milestone(value)) for index, value in enumerate(row.values) if isinstance(value, str))
    return tuple(
        MilestoneColumn(index, one.code, *_role(one.code, one.rest))
        for index, one in found
        if one is not None and one.code[0] in letters
    )


def _role(code: str, rest: str) -> tuple[Role, str]:
    words = normalise(rest)
    if words.startswith(("real", "fecha real")) or words.endswith("fecha real"):
        return Role.ACTUAL, ""
    if words == "nombre" and code in OWN_CODES:
        return Role.NAME, ""
    return Role.PLANNED, "" if words in {"", "fecha", "fecha planeada", "planeada"} else rest


def read_plan_sheet(reader: PlanReader, header: PlanHeader) -> None:
    """Read every project of the table into ``reader``."""
    columns = _checked_columns(reader, header)
    _refuse_merged(reader, header, {column.index for column in columns.values() if column.role is not Role.NAME})
    for row in header.body():
        if _is_project(reader, header, row, columns):
            _read_project(reader, header, row, columns)


def _refuse_merged(reader: PlanReader, header: PlanHeader, indexes: set[int]) -> None:
    """A date that was joined over several cells: nobody knows whether it was meant for all of them."""
    rows = {row.number: row for row in header.body()}
    for block in header.sheet.merged:
        first = rows.get(block.first_row)
        dates = indexes & set(range(block.first_column, block.last_column + 1))
        cells = len(dates) * (block.last_row - block.first_row + 1)
        if first is None or cells < _SEVERAL or is_blank(first.value(block.first_column)):
            continue
        what = f"Las celdas {block.ref} están combinadas y solo la primera guarda la fecha."
        reader.refuse(Place(header.sheet.name, block.first_cell), what, "Sepárelas y escriba la fecha en cada una.")


def _checked_columns(reader: PlanReader, header: PlanHeader) -> Mapping[tuple[str, Role], MilestoneColumn]:
    columns: dict[tuple[str, Role], MilestoneColumn] = {}
    for column in header.columns:
        place = header.place(header.row, column.index)
        if reader.milestone(header.row.value(column.index), place) is None:
            continue
        first = columns.setdefault((column.code, column.role), column)
        if first is not column:
            cell = header.place(header.row, first.index).cell
            reader.refuse(place, f"{column.code} está en dos columnas; la primera es {cell}.", "Deje una sola columna.")
    return columns


def _is_project(
    reader: PlanReader, header: PlanHeader, row: Row, columns: Mapping[tuple[str, Role], MilestoneColumn]
) -> bool:
    """Whether a row is a project; notes and totals under the table are not, dates without a code are a problem."""
    code = row.value(header.code_index)
    has_dates = any(not is_blank(row.value(column.index)) for column in columns.values())
    if is_blank(code) and has_dates:
        what = "La fila trae fechas y no tiene código de proyecto."
        fix = "Escriba el código en cada fila; si la celda está combinada, sepárela."
        reader.refuse(header.place(row, header.code_index), what, fix)
        return False
    return has_dates or _CODE_LIKE.match(normalise(plain(code))) is not None


def _read_project(
    reader: PlanReader, header: PlanHeader, row: Row, columns: Mapping[tuple[str, Role], MilestoneColumn]
) -> None:
    place = header.place(row, header.code_index)
    project = reader.project(row.value(header.code_index), place)
    first = reader.first_places.get(project)
    if first is not None:
        where = f"{first.cell} de la hoja {first.sheet}" if first.sheet else first.cell
        reader.refuse(place, f"{project} ya está en {where}.", "Deje una sola fila para cada proyecto.", project)
        project = ""
    reader.name_project(project, place)
    if header.modality_index is not None and not is_blank(row.value(header.modality_index)):
        reader.modality(project, row.value(header.modality_index), header.place(row, header.modality_index))
    for code in dict.fromkeys(code for code, _ in columns):
        _read_milestone(reader, header, row, project, code, columns)


def _read_milestone(
    reader: PlanReader,
    header: PlanHeader,
    row: Row,
    project: str,
    code: str,
    columns: Mapping[tuple[str, Role], MilestoneColumn],
) -> None:
    planned, actual, name = (columns.get((code, role)) for role in (Role.PLANNED, Role.ACTUAL, Role.NAME))
    own_name = plain(row.value(name.index)) if name else ""
    if not own_name and planned is not None:
        own_name = planned.name
    places = [header.place(row, column.index) for column in (planned, actual) if column is not None]
    reader.add(
        project,
        code,
        planned=row.value(planned.index) if planned else None,
        actual=row.value(actual.index) if actual else None,
        not_applicable=False,
        own_name=own_name,
        place=places[0] if places else header.place(row, header.code_index),
        actual_place=places[-1] if places else header.place(row, header.code_index),
    )
