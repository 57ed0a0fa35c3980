"""The plan of an organism, from its registration workbook or from a CSV of one milestone a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from pp_monitor.domain.catalogue import CatalogueMilestone, Modality
from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.intake.columns import Column, Header, find_header, missing, missing_problem
from pp_monitor.intake.parsing import YEAR_RANGE
from pp_monitor.intake.plan_cells import Place
from pp_monitor.intake.plan_rows import PlanReader, PlanRow
from pp_monitor.intake.plan_sheet import find_plan_header, read_plan_sheet
from pp_monitor.intake.sheet import Limits, Row, Sheet
from pp_monitor.intake.table import read_table
from pp_monitor.intake.text import is_blank, normalise, plain

LIMITS: Final = Limits(max_bytes=10 * 2**20, max_rows=5_000, max_columns=100)
LINE_COLUMNS: Final = (
    Column("project", "proyecto", ("Código del proyecto", "Código proyecto", "Código BP", "Código", "BP")),
    Column("milestone", "hito", ("Código hito", "Código del hito")),
    Column("planned", "fecha_planeada", ("Planeada", "Fecha programada")),
    Column("not_applicable", "no_aplica", required=False),
    Column("actual", "fecha_real", ("Real",), required=False),
    Column("modality", "modalidad", required=False),
)
_EXAMPLE = "ejemplo"
_OTHER_SHEETS = ("instruccion", "lista", "festivo")
_NO_TABLE = Problem(
    "No se encontró la tabla del plan.",
    "Ponga el código del proyecto en una de las cinco primeras columnas y un hito en cada columna (H01 …).",
)


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan as read: what could be read stands in ``rows`` even when there are errors.

    ``faults`` are those of ``problems`` that are in a cell of ``rows``: it can be read and is not allowed.
    ``modalities`` holds those the file gives, ``projects`` every known project it names, in its order. ``places``
    are the cells of each project and milestone, empty ones too, and those where a project stands (milestone "").
    """

    rows: tuple[PlanRow, ...]
    modalities: Mapping[str, Modality]
    projects: tuple[str, ...]
    problems: tuple[Problem, ...]
    places: Mapping[tuple[str, str], Place] = field(default_factory=dict)
    faults: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems for which nothing may be written."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)


def read_plan_file(
    filename: str,
    content: bytes,
    *,
    milestones: Sequence[CatalogueMilestone],
    known_projects: Mapping[str, str],
    known_modalities: Mapping[str, Modality | None] | None = None,
    modality_names: Mapping[Modality, str] | None = None,
    year_range: tuple[int, int] = YEAR_RANGE,
    year: int | None = None,
) -> PlanFile:
    """Read a plan, workbook or CSV, in either layout; every problem is told at its cell.

    ``known_projects`` gives the name of each project that may appear, ``known_modalities`` the modality it has
    now: the file's own goes before it in deciding which milestones may be *No aplica*. The order of dates and
    what is missing are rules of the plan, checked elsewhere. A day without year is one of the vigencia ``year``.
    """
    table = read_table(filename, content, LIMITS)
    reader = PlanReader(milestones, known_projects, known_modalities or {}, modality_names or {}, year_range, year)
    reader.problems += table.problems
    if table.sheets:
        _read_book(reader, [sheet for sheet in table.sheets if not _is_example(sheet)])
    if not reader.problems and not reader.rows and not reader.modalities:
        # A workbook that comes back as it was handed out, before anybody typed a date, is no error.
        severity = Severity.WARNING if reader.first_places else Severity.ERROR
        what = "El archivo no trae ninguna fecha."
        reader.problems.append(Problem(what, "Escriba las fechas planeadas y envíelo otra vez.", severity))
    places = reader.places | {(code, ""): place for code, place in reader.first_places.items()}
    return PlanFile(
        tuple(reader.rows),
        dict(reader.modalities),
        tuple(reader.first_places),
        tuple(reader.problems),
        places,
        tuple(reader.faults),
    )


def _is_example(sheet: Sheet) -> bool:
    """Whether a sheet shows how to fill the others, also under another name."""
    title = next((plain(value) for value in sheet.rows[0].values if not is_blank(value)), "")
    return normalise(sheet.name).startswith(_EXAMPLE) or normalise(title).startswith(_EXAMPLE)


def _read_book(reader: PlanReader, sheets: Sequence[Sheet]) -> None:
    """The table wherever it is; sheets with the names of the template's lists only when no other has one."""
    lists = [sheet for sheet in sheets if normalise(sheet.name).startswith(_OTHER_SHEETS)]
    nearest = _read_sheets(reader, [sheet for sheet in sheets if sheet not in lists])
    if nearest is not None and _read_sheets(reader, lists) is not None:
        reader.problems.append(nearest)


def _read_sheets(reader: PlanReader, sheets: Sequence[Sheet]) -> Problem | None:
    """Read every table of these sheets; what is missing when there is none."""
    found = False
    nearest_header: Header | None = None
    for sheet in sheets:
        header = find_header(sheet, LINE_COLUMNS)
        if not missing(header, LINE_COLUMNS):
            _read_lines(reader, header)
            found = True
        elif (plan := find_plan_header(sheet, reader)) is not None:
            read_plan_sheet(reader, plan)
            found = True
        elif header.has("milestone"):
            nearest_header = header
    if found:
        return None
    problem = missing_problem(nearest_header, LINE_COLUMNS) if nearest_header else None
    return problem or _NO_TABLE


def _read_lines(reader: PlanReader, header: Header) -> None:
    for row in header.body():
        if surplus := header.surplus(row):
            reader.problems.append(surplus)
        else:
            _read_line(reader, header, row)


def _read_line(reader: PlanReader, header: Header, row: Row) -> None:
    def place(key: str) -> Place:
        return Place(header.sheet.name, header.ref(row, key) if header.has(key) else header.sheet.row_ref(row))

    project = reader.project(header.value(row, "project"), place("project"))
    reader.name_project(project, place("project"))
    milestone = reader.milestone(header.value(row, "milestone"), place("milestone"), project)
    if not is_blank(header.value(row, "modality")):
        reader.modality(project, header.value(row, "modality"), place("modality"))
    if milestone is None:
        return
    says_no = reader.yes(header.value(row, "not_applicable"), place("not_applicable"), project, milestone.code)
    reader.add(
        project,
        milestone.code,
        planned=header.value(row, "planned"),
        actual=header.value(row, "actual"),
        not_applicable=says_no,
        own_name=milestone.rest,
        place=place("planned"),
        actual_place=place("actual"),
    )
