"""Dates for several rows at once: generated from a start, copied from another project, or shifted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.errors import Problem
from pp_monitor.domain.plan import PlanLine, shift_unmet
from pp_monitor.domain.plan_draft import MODALITY, reason_part
from pp_monitor.domain.plan_schedule import LONGEST_EXECUTION, schedule, terms_of
from pp_monitor.domain.plan_tool import Scope, Tool, ToolOrder
from pp_monitor.models.entity import Vigencia
from pp_monitor.services.calendar import work_calendar
from pp_monitor.services.entity import load_catalogue, load_terms
from pp_monitor.services.plan_cell import NOT_APPLICABLE, read_cell
from pp_monitor.services.plan_grid import Grid, GridRow
from pp_monitor.services.plan_read import modality_of

_LONGEST_SHIFT = 500


@dataclass(frozen=True, slots=True)
class Filled:
    """What a tool gives: new texts by part for each project code, and the rows that it left alone, with the cause."""

    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


Fill = Callable[[GridRow], "dict[str, str] | Problem"]


def fill_rows(grid: Grid, order: ToolOrder, vigencia: Vigencia) -> Filled:
    """The texts that a tool gives to the rows of ``grid``; nothing is saved."""
    fill = _TOOLS[order.tool](grid, order, vigencia)
    if isinstance(fill, Problem):
        return Filled(problems=(fill,))
    rows = list(_rows(grid, order))
    if not rows:
        return Filled(problems=(_NO_ROWS[order.scope],))
    texts: dict[str, dict[str, str]] = {}
    problems = []
    for row in rows:
        found = _keeps(row, order) or fill(row)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            texts[row.code] = found
    return Filled(texts, _together(problems))


def _together(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Each refusal once, at all the rows that have it."""
    rows: dict[tuple[str, str], list[str]] = {}
    for problem in problems:
        rows.setdefault((problem.what, problem.fix), []).append(problem.sheet.removeprefix("Fila "))
    return tuple(Problem(what, fix, sheet=_named(numbers)) for (what, fix), numbers in rows.items())


def _named(numbers: Sequence[str]) -> str:
    return f"Filas {', '.join(numbers[:-1])} y {numbers[-1]}" if len(numbers) > 1 else f"Fila {numbers[0]}"


_NO_ROWS = {
    Scope.CHOSEN: Problem("No hay filas elegidas.", "Marque la casilla de cada fila, a la izquierda."),
    Scope.EMPTY: Problem("No hay filas vacías.", "Marque las filas y elija «las elegidas»."),
    Scope.SIMILAR: Problem("No hay otras filas vacías de esa modalidad.", "Marque las filas y elija «las elegidas»."),
}


def _rows(grid: Grid, order: ToolOrder) -> Iterator[GridRow]:
    source = next((row for row in grid.rows if row.code == order.source), None)
    for row in grid.open_rows:
        if order.scope is Scope.CHOSEN:
            is_meant = row.code in order.chosen and row is not source
        else:
            is_meant = not _has_dates(row) and not row.left_out and row is not source
        if order.scope is Scope.SIMILAR:
            is_meant = is_meant and source is not None and row.modality in (None, source.modality)
        if is_meant:
            yield row


def _has_dates(row: GridRow) -> bool:
    return any(cell.text and not cell.line.not_applicable for cell in row.cells)


def _keeps(row: GridRow, order: ToolOrder) -> Problem | None:
    """Dates that were typed are only shifted; they are never written over unless it was asked for."""
    if order.replaces or order.tool is Tool.SHIFT or not _has_dates(row):
        return None
    return Problem("Ya hay fechas.", "Marque «Reemplazar fechas» si quiere cambiarlas.", sheet=f"Fila {row.number}")


def _generate(grid: Grid, order: ToolOrder, vigencia: Vigencia) -> Fill | Problem:
    reading = read_cell(order.start, grid.year)
    start = reading.line.planned
    if start is None:
        what = reading.refusal.what if reading.refusal else "Falta la fecha de inicio."
        return Problem(what, reading.refusal.fix if reading.refusal else "Escriba el día del primer hito.")
    execution = _whole(order.execution, 1, LONGEST_EXECUTION) if order.execution else None
    if order.execution and execution is None:
        return Problem(f"«{order.execution}» no es una duración.", f"Escriba días hábiles, de 1 a {LONGEST_EXECUTION}.")
    catalogue, terms = load_catalogue(vigencia.catalogue_version_id), load_terms(vigencia.catalogue_version_id)
    calendar = work_calendar(vigencia.entity_id, vigencia.last_recorded_at)

    def plan(modality: Modality) -> dict[str, PlanLine]:
        return schedule(start, modality, catalogue, terms_of(terms, modality), calendar, execution)

    return partial(_generated, plan, modality_of(order.modality))


def _generated(
    plan: Callable[[Modality], Mapping[str, PlanLine]], chosen: Modality | None, row: GridRow
) -> dict[str, str] | Problem:
    modality = chosen or row.modality
    if modality is None:
        return Problem("Falta la modalidad.", "Elíjala en cada fila o aquí.", sheet=f"Fila {row.number}")
    return {MODALITY: modality.value, **_texts(plan(modality))}


def _copy(grid: Grid, order: ToolOrder, vigencia: Vigencia) -> Fill | Problem:
    source = next((row for row in grid.rows if row.code == order.source), None)
    if source is None or not _has_dates(source):
        return Problem("El proyecto del que se copia no tiene fechas.", "Elija uno que las tenga.")
    return partial(_copied, source)


def _copied(source: GridRow, row: GridRow) -> dict[str, str] | Problem:
    if row.modality not in (None, source.modality):
        what = f"Su modalidad es {row.modality} y la del otro, {source.modality or 'ninguna'}."
        return Problem(what, "Solo se copia entre proyectos de la misma modalidad.", sheet=f"Fila {row.number}")
    texts = {cell.code: cell.text for cell in source.cells}
    reasons = {reason_part(cell.code): cell.reason for cell in source.cells if cell.reason}
    return {MODALITY: source.modality or "", **texts, **reasons}


def _shift(grid: Grid, order: ToolOrder, vigencia: Vigencia) -> Fill | Problem:
    workdays = _whole(order.workdays, -_LONGEST_SHIFT, _LONGEST_SHIFT)
    if not workdays:
        fix = f"Escriba los días hábiles, de 1 a {_LONGEST_SHIFT}; con un menos delante, hacia atrás."
        return Problem(f"«{order.workdays}» no dice cuánto correr.", fix)
    return partial(_shifted, workdays, work_calendar(vigencia.entity_id, vigencia.last_recorded_at))


def _shifted(workdays: int, calendar: WorkCalendar, row: GridRow) -> dict[str, str] | Problem:
    lines = {cell.code: cell.line for cell in row.all_cells}
    if not any(line.planned for line in lines.values()):
        return Problem("No hay fechas.", "", sheet=f"Fila {row.number}")
    met = {cell.code for cell in row.cells if cell.actual}
    return _texts({code: line for code, line in shift_unmet(lines, met, workdays, calendar).items() if line.planned})


_TOOLS: Mapping[Tool, Callable[[Grid, ToolOrder, Vigencia], Fill | Problem]] = {
    Tool.GENERATE: _generate,
    Tool.COPY: _copy,
    Tool.SHIFT: _shift,
}


def _texts(lines: Mapping[str, PlanLine]) -> dict[str, str]:
    return {code: f"{line.planned:%d/%m/%y}" if line.planned else NOT_APPLICABLE for code, line in lines.items()}


def _whole(text: str, least: int, most: int) -> int | None:
    digits = text.replace("−", "-").removeprefix("+")
    if not digits.removeprefix("-").isascii() or not digits.removeprefix("-").isdigit():
        return None
    return number if least <= (number := int(digits)) <= most else None
