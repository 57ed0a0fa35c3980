"""Progress of milestones: real and forecast dates, with the cause of a delay and a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pp_monitor.domain.catalogue import CatalogueMilestone
from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.intake.columns import Column, Header, best_header, missing_problem
from pp_monitor.intake.parsing import YEAR_RANGE
from pp_monitor.intake.plan_cells import CellReader, Place
from pp_monitor.intake.sheet import Limits, Row
from pp_monitor.intake.table import read_table
from pp_monitor.intake.text import is_blank, match_word, shown

LIMITS: Final = Limits(max_bytes=10 * 2**20, max_rows=20_000, max_columns=60)
COLUMNS: Final = (
    Column("project", "proyecto", ("Código del proyecto", "Código proyecto", "Código BP", "Código", "BP")),
    Column("milestone", "hito", ("Código hito", "Código del hito")),
    Column("actual", "fecha_real", ("Real",), required=False),
    Column("forecast", "fecha_proyectada", ("Proyectada",), required=False),
    Column("cause", "causa", required=False),
    Column("note", "nota", ("Observación", "Observaciones"), required=False),
)
_DATES: Final = ("actual", "forecast")


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """What a file says of one milestone; what is none or empty changes nothing."""

    project_code: str
    milestone_code: str
    actual: date | None
    forecast: date | None
    cause: str
    note: str
    place: Place
    forecast_place: Place


@dataclass(frozen=True, slots=True)
class ProgressFile:
    """Progress as read: what could be read stands in ``rows`` even when there are errors.

    A row of which only a date or a cause cannot be read stands there without it, so that rules can judge the rest.
    """

    rows: tuple[ProgressRow, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems for which nothing may be written."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)


def read_progress_file(
    filename: str,
    content: bytes,
    *,
    milestones: Sequence[CatalogueMilestone],
    known_projects: Mapping[str, str],
    causes: Mapping[str, str] | None = None,
    year_range: tuple[int, int] = YEAR_RANGE,
) -> ProgressFile:
    """Read ``proyecto;hito;fecha_real;fecha_proyectada;causa;nota`` from a CSV or a workbook.

    With ``causes`` (code to name) a cause must be one of them and its code is given; without, its text is.
    """
    table = read_table(filename, content, LIMITS)
    if not table.sheets:
        return ProgressFile((), table.problems)
    header = best_header(table.sheets, COLUMNS)
    problem = missing_problem(header, COLUMNS) or _no_dates(header)
    if problem is not None:
        return ProgressFile((), (*table.problems, problem))
    reader = _ProgressReader(header, CellReader(milestones, known_projects, year_range), causes)
    rows = [read for row in header.body() if (read := reader.row(row)) is not None]
    problems = [*table.problems, *reader.cells.problems]
    if not rows and not problems:
        problems.append(Problem("El archivo no trae ningún avance.", "Escriba una fecha real o una proyectada."))
    return ProgressFile(tuple(rows), tuple(problems))


def _no_dates(header: Header) -> Problem | None:
    if any(header.has(key) for key in _DATES):
        return None
    what = "Falta la columna «fecha_real» o la columna «fecha_proyectada»."
    return Problem(what, "Agregue al menos una.", sheet=header.sheet.name, cell=header.sheet.row_ref(header.row))


class _ProgressReader:
    def __init__(self, header: Header, cells: CellReader, causes: Mapping[str, str] | None) -> None:
        self.header = header
        self.cells = cells
        self._causes = causes
        self._seen: dict[tuple[str, str], Place] = {}

    def row(self, row: Row) -> ProgressRow | None:
        """A row of the file as facts; none when it is empty or faulty, its problems noted."""
        surplus = self.header.surplus(row)
        if surplus is not None:
            self.cells.problems.append(surplus)
            return None
        if not any(self._given(row, column.key) for column in COLUMNS[2:]):
            return None
        project = self.cells.project(self.header.value(row, "project"), self._place(row, "project"))
        milestone = self.cells.milestone(self.header.value(row, "milestone"), self._place(row, "milestone"), project)
        code = milestone.code if milestone else ""
        actual = self._date(row, "actual", project, code)
        forecast = self._date(row, "forecast", project, code)
        cause = self._cause(row, project, code)
        if not project or not code or not self._is_first(row, project, code):
            return None
        place, forecast_place = self._place(row, "actual"), self._place(row, "forecast")
        note = self.header.text(row, "note")
        return ProgressRow(project, code, actual, forecast, cause, note, place, forecast_place)

    def _given(self, row: Row, key: str) -> bool:
        return not is_blank(self.header.value(row, key))

    def _place(self, row: Row, key: str) -> Place:
        sheet = self.header.sheet
        return Place(sheet.name, self.header.ref(row, key) if self.header.has(key) else sheet.row_ref(row))

    def _date(self, row: Row, key: str, project: str, milestone: str) -> date | None:
        if not self._given(row, key):
            return None
        return self.cells.date(self.header.value(row, key), self._place(row, key), project, milestone)

    def _cause(self, row: Row, project: str, milestone: str) -> str:
        value = self.header.text(row, "cause")
        if not value or self._causes is None:
            return value
        code = match_word(value, self._causes)
        if not code:
            fix = f"Use una de estas: {', '.join(self._causes.values())}."
            place = self._place(row, "cause")
            self.cells.refuse(place, f"«{shown(value)}» no es una causa conocida.", fix, project, milestone)
        return code

    def _is_first(self, row: Row, project: str, milestone: str) -> bool:
        """Whether no row above tells of the same milestone; a problem is kept when one does."""
        place = self._place(row, "milestone")
        first = self._seen.setdefault((project, milestone), place)
        if first is not place:
            what = f"{milestone} de {project} ya está en {first.cell}."
            self.cells.refuse(place, what, "Deje una sola fila para cada hito.", project, milestone)
        return first is place
