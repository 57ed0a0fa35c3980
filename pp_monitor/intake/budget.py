"""Lists of projects: the city's *Ejecución presupuestal*, or a plain list of five columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.intake.budget_layout import EXECUTION_COLUMNS, PLAIN_COLUMNS
from pp_monitor.intake.budget_rows import BudgetLine, read_execution_lines, read_plain_lines
from pp_monitor.intake.columns import best_header, missing, missing_problem
from pp_monitor.intake.sheet import Limits
from pp_monitor.intake.table import read_table
from pp_monitor.intake.territory import TerritoryIndex, TerritoryName
from pp_monitor.intake.text import base_code, normalise, shown

LIMITS = Limits(max_bytes=40 * 2**20, max_rows=50_000)
_LINES_SHOWN = 5


class Layout(StrEnum):
    """Which of the two lists a file is."""

    EXECUTION = "execution"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    """One project in one territory, as a list of projects gives it; money in whole pesos.

    ``code`` is unique in the file: a BP with several territories gets ``-02``, ``-03`` … in the order of
    the file. ``transfers_cop`` are credits less contracredits, ``postponed_cop`` what is postponed and not
    restored. Amounts that the file does not carry are none.
    """

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
    only_reserve: bool = False
    lines: tuple[int, ...] = ()

    @property
    def base_code(self) -> str:
        """The BP, without the suffix of the territory."""
        return base_code(self.code)

    @property
    def unexplained_cop(self) -> int:
        """Current value less the initial one and its changes; 0 when a change is not in the file."""
        additions, reductions, transfers = self.additions_cop, self.reductions_cop, self.transfers_cop
        if additions is None or reductions is None or transfers is None:
            return 0
        return self.current_cop - (self.initial_cop + additions - reductions + transfers)


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """A list of projects as read; no projects when any problem is an error."""

    layout: Layout
    projects: tuple[ProjectRecord, ...]
    rows_read: int
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems for which nothing may be written."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What was read with a reservation."""
        return tuple(problem for problem in self.problems if problem.severity is not Severity.ERROR)

    @property
    def organism_codes(self) -> frozenset[str]:
        """The organisms that have a project in the file."""
        return frozenset(project.organism_code for project in self.projects)

    @property
    def initial_cop(self) -> int:
        """Initial allocation of the whole file, in pesos."""
        return sum(project.initial_cop for project in self.projects)

    @property
    def current_cop(self) -> int:
        """Current allocation of the whole file, in pesos."""
        return sum(project.current_cop for project in self.projects)


def read_project_list(
    filename: str,
    content: bytes,
    *,
    territories: Sequence[TerritoryName],
    organism_codes: Collection[str] | None = None,
    limits: Limits = LIMITS,
) -> ProjectFile:
    """Read either list of projects; with an error anywhere there are no projects, and every error is told.

    A code outside ``organism_codes`` (by default any is taken) is an error at its first line.

    Of *Ejecución presupuestal* only the rows whose ``Origen`` is exactly ``Territorio`` count and are
    checked; its *Reserva* rows are included.
    """
    table = read_table(filename, content, limits)
    if not table.sheets:
        return ProjectFile(Layout.EXECUTION, (), 0, table.problems)
    execution = best_header(table.sheets, EXECUTION_COLUMNS)
    plain_list = best_header(table.sheets, PLAIN_COLUMNS)
    is_plain = not missing(plain_list, PLAIN_COLUMNS) or len(plain_list.positions) > len(execution.positions)
    layout = Layout.PLAIN if is_plain and missing(execution, EXECUTION_COLUMNS) else Layout.EXECUTION
    header, columns = (plain_list, PLAIN_COLUMNS) if layout is Layout.PLAIN else (execution, EXECUTION_COLUMNS)
    absent = missing_problem(header, columns)
    if absent is not None:
        return ProjectFile(layout, (), 0, (*table.problems, absent))
    read = read_plain_lines if layout is Layout.PLAIN else read_execution_lines
    lines, problems = read(header, TerritoryIndex(territories))
    found = [*table.problems, *problems, *_conflicts(lines, layout), *_unknown_organisms(lines, organism_codes)]
    if any(problem.severity is Severity.ERROR for problem in found):
        return ProjectFile(layout, (), len(lines), tuple(found))
    projects = _projects(lines)
    return ProjectFile(layout, projects, len(lines), (*found, *_unbalanced(projects)))


def _grouped(lines: Sequence[BudgetLine]) -> dict[tuple[str, str], list[BudgetLine]]:
    groups: dict[tuple[str, str], list[BudgetLine]] = {}
    for line in lines:
        groups.setdefault((line.code, line.territory_code), []).append(line)
    return groups


def _conflicts(lines: Sequence[BudgetLine], layout: Layout) -> list[Problem]:
    """What only shows when all the lines of one code are seen together."""
    by_code: dict[str, list[BudgetLine]] = {}
    for line in lines:
        by_code.setdefault(line.code, []).append(line)
    problems: list[Problem] = []
    for code, same in by_code.items():
        problems += _organism_conflict(code, same)
        if layout is Layout.PLAIN:
            problems += _duplicates(same)
        else:
            problems += _name_notes(code, same) + _territory_notes(code, same)
    for (code, _), same in _grouped(lines).items():
        problems += _negative(code, same)
    return problems


def _places(lines: Sequence[BudgetLine]) -> str:
    numbers = ", ".join(str(line.number) for line in lines[:_LINES_SHOWN])
    return f"{numbers}…" if len(lines) > _LINES_SHOWN else numbers


def _organism_conflict(code: str, lines: Sequence[BudgetLine]) -> list[Problem]:
    given = [line for line in lines if line.organism_code]
    other = next((line for line in given if line.organism_code != given[0].organism_code), None)
    if other is None:
        return []
    first = given[0]
    what = f"{code} está en dos organismos: {first.organism_code} (fila {first.number}) y {other.organism_code}."
    return [other.problem(what, "Un proyecto es de un solo organismo. Corrija el que no es.")]


def _unknown_organisms(lines: Sequence[BudgetLine], known: Collection[str] | None) -> list[Problem]:
    if known is None:
        return []
    first = {line.organism_code: line for line in reversed(lines) if line.organism_code not in {*known, ""}}
    fix = "Corrija el código del organismo o pida que lo creen."
    return [
        line.problem(f"El organismo {code}{f' ({line.organism_name})' if line.organism_name else ''} no existe.", fix)
        for code, line in first.items()
    ]


def _duplicates(lines: Sequence[BudgetLine]) -> list[Problem]:
    seen: dict[str, BudgetLine] = {}
    problems: list[Problem] = []
    for line in lines:
        first = seen.setdefault(line.territory_code, line)
        if first is not line:
            what = f"{line.code} ya está en la fila {first.number} con el mismo territorio."
            problems.append(line.problem(what, "Deje una sola fila, o corrija el código o el territorio."))
    return problems


def _name_notes(code: str, lines: Sequence[BudgetLine]) -> list[Problem]:
    first = lines[0]
    others = [line for line in lines if normalise(line.name) != normalise(first.name)]
    if not others:
        return []
    what = f"{code} tiene otro nombre en las filas {_places(others)}: «{shown(others[0].name)}»."
    return [others[0].problem(what, f"Se tomó el primero: «{shown(first.name)}».", Severity.NOTE)]


def _territory_notes(code: str, lines: Sequence[BudgetLine]) -> list[Problem]:
    territories = list(dict.fromkeys(line.territory_code for line in lines))
    if len(territories) == 1:
        return []
    other = next(line for line in lines if line.territory_code != territories[0])
    what = f"{code} está en {len(territories)} territorios ({', '.join(territories)})."
    return [other.problem(what, f"Se lee como {len(territories)} proyectos, uno por territorio.", Severity.NOTE)]


def _negative(code: str, lines: Sequence[BudgetLine]) -> list[Problem]:
    current = sum(line.current_cop for line in lines)
    if current >= 0:
        return []
    what = f"El valor de {code} da negativo ({current})."
    return [lines[-1].problem(what, "Revise el presupuesto de sus filas.")]


def _unbalanced(projects: Sequence[ProjectRecord]) -> list[Problem]:
    """One note with the projects whose changes do not lead from the initial to the current value."""
    codes = [project.code for project in projects if project.unexplained_cop]
    if not codes:
        return []
    more = "…" if len(codes) > _LINES_SHOWN else ""
    what = f"En {len(codes)} proyectos el presupuesto modificado no sale del inicial y sus cambios"
    return [Problem(f"{what}: {', '.join(codes[:_LINES_SHOWN])}{more}.", "Se toma el modificado.", Severity.NOTE)]


def _projects(lines: Sequence[BudgetLine]) -> tuple[ProjectRecord, ...]:
    groups = _grouped(lines)
    taken = {code for code, _ in groups}
    territories: Counter[str] = Counter()
    projects: list[ProjectRecord] = []
    for (code, _), same in groups.items():
        territories[code] += 1
        unique = code if territories[code] == 1 else _next_code(code, taken)
        taken.add(unique)
        projects.append(_project(unique, same))
    return tuple(projects)


def _next_code(code: str, taken: set[str]) -> str:
    base = base_code(code)
    return next(one for number in range(2, 100) if (one := f"{base}-{number:02d}") not in taken)


def _project(code: str, lines: Sequence[BudgetLine]) -> ProjectRecord:
    first = lines[0]
    return ProjectRecord(
        code=code,
        organism_code=first.organism_code,
        organism_name=first.organism_name,
        name=first.name,
        territory_code=first.territory_code,
        initial_cop=sum(line.initial_cop for line in lines),
        current_cop=sum(line.current_cop for line in lines),
        bpin=next((line.bpin for line in lines if line.bpin), ""),
        additions_cop=_total([line.additions_cop for line in lines]),
        reductions_cop=_total([line.reductions_cop for line in lines]),
        transfers_cop=_total([line.transfers_cop for line in lines]),
        postponed_cop=_total([line.postponed_cop for line in lines]),
        cdp_cop=_total([line.cdp_cop for line in lines]),
        commitments_cop=_total([line.commitments_cop for line in lines]),
        obligations_cop=_total([line.obligations_cop for line in lines]),
        payments_cop=_total([line.payments_cop for line in lines]),
        only_reserve=all(line.is_reserve for line in lines),
        lines=tuple(line.number for line in lines),
    )


def _total(amounts: Sequence[int | None]) -> int | None:
    """The sum of a column, or none when the file does not carry it."""
    carried = [amount for amount in amounts if amount is not None]
    return sum(carried) if carried else None
