"""Progress of milestones: real and forecast dates, why they are late, a note and where the document lies.

The planned date is only read to tell one that was changed, which a progress file cannot do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pp_monitor.domain.catalogue import CatalogueMilestone
from pp_monitor.domain.cause import DelayCause, DependsOn
from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.domain.link import link_problem
from pp_monitor.intake.columns import Column, Header, best_header, missing_problem
from pp_monitor.intake.parsing import YEAR_RANGE
from pp_monitor.intake.plan_cells import CellReader, MilestoneRef, Place
from pp_monitor.intake.sheet import Limits, Row
from pp_monitor.intake.table import read_table
from pp_monitor.intake.text import Refusal, is_blank, match_word, normalise, shown
from pp_monitor.labels_progress import DELAY_CAUSE, DEPENDS_ON

LIMITS: Final = Limits(max_bytes=10 * 2**20, max_rows=20_000, max_columns=60)
COLUMNS: Final = (
    Column("project", "proyecto", ("Código del proyecto", "Código proyecto", "Código BP", "Código", "BP")),
    Column("milestone", "hito", ("Código hito", "Código del hito")),
    Column("actual", "fecha_real", ("Real",), required=False),
    Column("forecast", "fecha_proyectada", ("Proyectada",), required=False),
    Column("cause", "causa", ("Causa del retraso",), required=False),
    Column("note", "nota", ("Observación", "Observaciones"), required=False),
    Column("url", "enlace_soporte", ("Enlace SECOP II", "Enlace del soporte", "Enlace"), required=False),
    Column("cause_text", "texto_causa", ("Texto de la causa", "Detalle de la causa"), required=False),
    Column("depends_on", "depende_de", required=False),
    Column("action", "accion", ("Acción propuesta",), required=False),
    Column("responsible", "responsable", required=False),
    Column("commitment_on", "fecha_compromiso", ("Fecha de compromiso", "Compromiso"), required=False),
    Column("reply", "respuesta", ("Explicación", "Explicación del organismo"), required=False),
    Column("planned", "fecha_planeada", ("Planeada",), required=False),
)
_CAUSES: Final[Mapping[str, str]] = {code.value: word for code, word in DELAY_CAUSE.items()}
_DEPENDS_ON: Final[Mapping[str, str]] = {code.value: word for code, word in DEPENDS_ON.items()}
_DATES: Final = ("actual", "forecast")
_NAMING: Final = ("project", "milestone", "planned")
_REASONS: Final = ("cause_text", "depends_on", "action", "responsible", "commitment_on", "reply")
# What goes with a date, told without one.
NOTE_ALONE: Final = Refusal("La nota acompaña una fecha y no la hay.", "Escriba la fecha real o la proyectada.")
LINK_ALONE: Final = Refusal("El enlace respalda una fecha real y no la hay.", "Escriba también la fecha real.")
FILE_ALONE: Final = Refusal("El archivo respalda una fecha real y no la hay.", "Escriba también la fecha real.")
_CAUSE_ALONE: Final = Refusal("La causa acompaña una fecha y no la hay.", "Escriba la fecha proyectada.")


@dataclass(frozen=True, slots=True)
class ToldReasons:
    """Why a milestone is late, as a row says it; what is none or empty changes nothing."""

    cause: DelayCause | None = None
    cause_text: str = ""
    depends_on: DependsOn | None = None
    action: str = ""
    responsible: str = ""
    commitment_on: date | None = None
    reply: str = ""


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """What a file says of one milestone; what is none or empty changes nothing.

    ``cause`` is a text that is none of the list, ``reasons`` hold one of the list and what was said with it.
    ``planned`` is the planned date that the row shows. ``is_typed`` tells whether it has anything to be recorded,
    readable or not. ``places`` are its cells, by the key of their column.
    """

    project_code: str
    milestone_code: str
    actual: date | None
    forecast: date | None
    cause: str
    note: str
    url: str
    reasons: ToldReasons
    planned: date | None
    is_typed: bool
    places: Mapping[str, Place]

    @property
    def place(self) -> Place:
        """Where its date stands: the real one, else the forecast, whether or not it could be read."""
        return self.places["actual" if self.actual else "forecast"]


@dataclass(frozen=True, slots=True)
class ProgressFile:
    """Progress as read: what could be read stands in ``rows`` even when there are errors.

    A row of which only a date or a cause cannot be read stands there without it, so that rules can judge the rest.
    ``untouched`` rows only name a milestone with its planned date, in which nobody typed anything to be recorded.
    """

    rows: tuple[ProgressRow, ...]
    problems: tuple[Problem, ...]
    untouched: tuple[ProgressRow, ...] = ()

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
    year_range: tuple[int, int] = YEAR_RANGE,
    year: int | None = None,
) -> ProgressFile:
    """Read ``proyecto;hito;fecha_real;fecha_proyectada;causa;nota`` from a CSV or a workbook.

    The columns of the template (``depende_de``, ``accion`` …) may be there too, in any order. With any of them a cause
    must be one of the list; without, another text is kept as it is. A day without year is one of the vigencia ``year``.
    """
    table = read_table(filename, content, LIMITS)
    if not table.sheets:
        return ProgressFile((), table.problems)
    header = best_header(table.sheets, COLUMNS)
    problem = missing_problem(header, COLUMNS) or _no_dates(header)
    if problem is not None:
        return ProgressFile((), (*table.problems, problem))
    reader = _ProgressReader(header, CellReader(milestones, known_projects, year_range, year))
    read = [one for row in header.body() if (one := reader.row(row)) is not None]
    rows = [row for row in read if row.is_typed]
    problems = [*table.problems, *reader.cells.problems]
    if not rows and not problems:
        # A workbook that comes back before anybody typed in it is no error.
        severity = Severity.NOTE if reader.has_empty_rows else Severity.ERROR
        fix = "Escriba una fecha real o una proyectada."
        problems.append(Problem("El archivo no trae ningún avance.", fix, severity))
    return ProgressFile(tuple(rows), tuple(problems), tuple(row for row in read if not row.is_typed))


def _no_dates(header: Header) -> Problem | None:
    if any(header.has(key) for key in _DATES):
        return None
    what = "Falta la columna «fecha_real» o la columna «fecha_proyectada»."
    return Problem(what, "Agregue al menos una.", sheet=header.sheet.name, cell=header.sheet.row_ref(header.row))


@dataclass(frozen=True, slots=True)
class _Subject:
    """The row that is being read, with the codes that it is about."""

    row: Row
    project: str
    milestone: str


class _ProgressReader:
    def __init__(self, header: Header, cells: CellReader) -> None:
        self.header = header
        self.cells = cells
        self.has_empty_rows = False
        self._needs_list = any(header.has(key) for key in _REASONS)
        self._seen: dict[tuple[str, str], Place] = {}

    def row(self, row: Row) -> ProgressRow | None:
        """A row of the file as facts; none when it names nothing or is faulty, its problems noted."""
        surplus = self.header.surplus(row)
        if surplus is not None:
            self.cells.problems.append(surplus)
            return None
        is_typed = any(self._given(row, column.key) for column in COLUMNS if column.key not in _NAMING)
        if not is_typed:
            self.has_empty_rows |= self._given(row, "project")
            if not self._given(row, "project") or not any(self._given(row, key) for key in _NAMING[1:]):
                return None
        project = self.cells.project(self.header.value(row, "project"), self._place(row, "project"))
        milestone = self.cells.milestone(self.header.value(row, "milestone"), self._place(row, "milestone"), project)
        one = _Subject(row, project, milestone.code if milestone else "")
        self._check_name(one, milestone)
        actual, forecast, planned = (self._date(one, key) for key in (*_DATES, "planned"))
        reasons, url = self._reasons(one), self._url(one)
        self._check_alone(one, reasons)
        if not one.project or not one.milestone or not self._is_first(one):
            return None
        text = self.header.text(row, "cause")
        return ProgressRow(
            project_code=one.project,
            milestone_code=one.milestone,
            actual=actual,
            forecast=forecast,
            cause="" if reasons.cause or self._needs_list else text,
            note=self.header.text(row, "note"),
            url=url,
            reasons=reasons,
            planned=planned,
            is_typed=is_typed,
            places={column.key: self._place(row, column.key) for column in COLUMNS},
        )

    def _given(self, row: Row, key: str) -> bool:
        return not is_blank(self.header.value(row, key))

    def _place(self, row: Row, key: str) -> Place:
        sheet = self.header.sheet
        return Place(sheet.name, self.header.ref(row, key) if self.header.has(key) else sheet.row_ref(row))

    def _date(self, one: _Subject, key: str) -> date | None:
        if not self._given(one.row, key):
            return None
        return self.cells.date(self.header.value(one.row, key), self._place(one.row, key), one.project, one.milestone)

    def _reasons(self, one: _Subject) -> ToldReasons:
        cause = self._code(one, "cause", _CAUSES, "una causa conocida") if self._takes_cause(one) else ""
        depends_on = self._code(one, "depends_on", _DEPENDS_ON, "alguien de quien dependa")
        return ToldReasons(
            cause=DelayCause(cause) if cause else None,
            cause_text=self.header.text(one.row, "cause_text"),
            depends_on=DependsOn(depends_on) if depends_on else None,
            action=self.header.text(one.row, "action"),
            responsible=self.header.text(one.row, "responsible"),
            commitment_on=self._date(one, "commitment_on"),
            reply=self.header.text(one.row, "reply"),
        )

    def _takes_cause(self, one: _Subject) -> bool:
        """Whether the cause is one of the list, or has to be."""
        return self._needs_list or bool(match_word(self.header.text(one.row, "cause"), _CAUSES))

    def _code(self, one: _Subject, key: str, words: Mapping[str, str], wanted: str) -> str:
        value = self.header.text(one.row, key)
        code = match_word(value, words) if value else ""
        if value and not code:
            fix = f"Use una de estas: {', '.join(words.values())}."
            what = f"«{shown(value)}» no es {wanted}."
            self.cells.refuse(self._place(one.row, key), what, fix, one.project, one.milestone)
        return code

    def _url(self, one: _Subject) -> str:
        url = self.header.text(one.row, "url")
        problem = link_problem(url) or (LINK_ALONE if url and not self._given(one.row, "actual") else None)
        if problem:
            self.cells.refuse(self._place(one.row, "url"), problem.what, problem.fix, one.project, one.milestone)
            return ""
        return url

    def _check_name(self, one: _Subject, found: MilestoneRef | None) -> None:
        """Refuse a code beside the name of another milestone, as where only one of the two was changed."""
        if found is None or not found.rest:
            return
        named = {normalise(row.name): row.code for row in self.cells.milestones.values()}
        code = named.get(normalise(found.rest), found.code)
        if code != found.code:
            what = f"El código es {found.code} y el nombre, «{shown(found.rest)}», es de {code}."
            place = self._place(one.row, "milestone")
            self.cells.refuse(place, what, "Deje el código y el nombre del mismo hito.", one.project, one.milestone)

    def _check_alone(self, one: _Subject, reasons: ToldReasons) -> None:
        """Refuse a note, and a cause in other words than those of the list, where the row has no date."""
        has_date = any(self._given(one.row, key) for key in _DATES)
        alone = {"note": NOTE_ALONE} if not has_date else {}
        if not has_date and not self._needs_list and not reasons.cause:
            alone["cause"] = _CAUSE_ALONE
        for key, refusal in alone.items():
            if self._given(one.row, key):
                place = self._place(one.row, key)
                self.cells.refuse(place, refusal.what, refusal.fix, one.project, one.milestone)

    def _is_first(self, one: _Subject) -> bool:
        """Whether no row above tells of the same milestone; a problem is kept when one does."""
        place = self._place(one.row, "milestone")
        first = self._seen.setdefault((one.project, one.milestone), place)
        if first is not place:
            what = f"{one.milestone} de {one.project} ya está en {first.cell}."
            self.cells.refuse(place, what, "Deje una sola fila para cada hito.", one.project, one.milestone)
        return first is place
