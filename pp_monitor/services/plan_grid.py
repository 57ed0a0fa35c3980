"""The registration grid of an organism: a row a project, a cell a milestone, everything wrong beside its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from pp_monitor import labels
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import Catalogue, CatalogueMilestone, Modality
from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.domain.plan import PlanFault, PlanLine
from pp_monitor.domain.plan_rule import PlanRules
from pp_monitor.domain.plan_warning import PlanReview
from pp_monitor.services.plan_cell import CellReading, read_cell, shown_text
from pp_monitor.services.plan_check import ProjectPlan, milestone_names, plan_faults, plan_warnings


class RowState(StrEnum):
    """How far the row of a project is."""

    REGISTERED = "registered"
    WITHDRAWN = "withdrawn"
    ERROR = "error"
    INCOMPLETE = "incomplete"
    WARNING = "warning"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Cell:
    """One milestone of one project; ``text`` as shown in the grid, ``typed`` as it is kept."""

    code: str
    text: str
    typed: str
    line: PlanLine
    actual: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def is_missing(self) -> bool:
        """Whether nothing is said yet."""
        return not self.text


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A milestone of the project's own in a draft or a plan."""

    code: str
    name: str
    typed: str
    line: PlanLine


@dataclass(frozen=True, slots=True)
class GridRow:
    """One project; money in COP, ``number`` from 1 as the person sees it.

    ``stamp`` marks what is stored, for a form to carry, also where ``cells`` show what was typed over it.
    """

    number: int
    project_id: int
    public_id: str
    code: str
    name: str
    territory: str
    amount_cop: int
    modality: Modality | None
    cells: tuple[Cell, ...]
    own: tuple[OwnLine, ...] = ()
    is_registered: bool = False
    is_withdrawn: bool = False
    registered_on: date | None = None
    saved_at: datetime | None = None
    saved_by: str = ""
    stamp: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it can still be typed in."""
        return not (self.is_registered or self.is_withdrawn)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything wrong or doubtful, in order of milestone."""
        return tuple(problem for cell in self.cells for problem in cell.problems)

    def count(self, severity: Severity) -> int:
        """How many problems weigh that much."""
        return sum(problem.severity is severity for problem in self.problems)

    @property
    def errors(self) -> int:
        """How many cells are wrong; a missing one only counts when it is told."""
        return self.count(Severity.ERROR)

    @property
    def warnings(self) -> int:
        """How many cells are doubtful."""
        return self.count(Severity.WARNING)

    @property
    def missing(self) -> int:
        """How many cells say nothing yet."""
        return sum(cell.is_missing for cell in self.cells)

    @property
    def given(self) -> int:
        """How many cells say something that can be read."""
        return sum(cell.line.is_complete for cell in self.cells)

    @property
    def state(self) -> RowState:
        """The worst that holds."""
        if self.is_registered:
            return RowState.REGISTERED
        if self.is_withdrawn:
            return RowState.WITHDRAWN
        if self.errors and self.errors > self.missing_told:
            return RowState.ERROR
        if self.missing:
            return RowState.INCOMPLETE
        return RowState.WARNING if self.warnings else RowState.COMPLETE

    @property
    def missing_told(self) -> int:
        """How many of the errors only say that a date is missing."""
        return sum(cell.is_missing and bool(cell.problems) for cell in self.cells)

    @property
    def is_registrable(self) -> bool:
        """Whether its plan could be registered as it stands."""
        return self.state in (RowState.COMPLETE, RowState.WARNING)

    def plan(self, actuals: Mapping[str, date]) -> ProjectPlan:
        """The plan as it would be registered."""
        lines = {cell.code: cell.line for cell in self.cells} | {own.code: own.line for own in self.own}
        return ProjectPlan(lines, actuals, {own.code: own.name for own in self.own})


@dataclass(frozen=True, slots=True)
class Grid:
    """The projects of an organism with their plans; ``days_left`` in working days, negative past the deadline."""

    organism_code: str
    organism_name: str
    short_name: str
    year: int
    milestones: tuple[CatalogueMilestone, ...]
    rows: tuple[GridRow, ...]
    deadline: date | None
    days_left: int | None
    receipts: tuple[int, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem of every row that can still be typed in."""
        return tuple(problem for row in self.open_rows for problem in row.problems)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that refuse the registration."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that only ask for a second look."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.WARNING)

    @property
    def counted_rows(self) -> tuple[GridRow, ...]:
        """The projects that are not withdrawn."""
        return tuple(row for row in self.rows if not row.is_withdrawn)

    @property
    def open_rows(self) -> tuple[GridRow, ...]:
        """The projects that can still be typed in."""
        return tuple(row for row in self.rows if row.is_open)

    @property
    def registered_rows(self) -> tuple[GridRow, ...]:
        """The projects whose plan is frozen."""
        return tuple(row for row in self.rows if row.is_registered)

    @property
    def registrable_rows(self) -> tuple[GridRow, ...]:
        """The projects whose plan could be registered now."""
        return tuple(row for row in self.rows if row.is_registrable)

    @property
    def left_rows(self) -> tuple[GridRow, ...]:
        """The projects that would stay without plan."""
        return tuple(row for row in self.open_rows if not row.is_registrable)

    @property
    def complete(self) -> int:
        """How many projects are registered or ready to be."""
        return len(self.registered_rows) + len(self.registrable_rows)

    @property
    def dates_given(self) -> int:
        """How many cells say something that can be read, of the projects not withdrawn."""
        return sum(row.given for row in self.counted_rows)

    @property
    def dates_wanted(self) -> int:
        """How many cells the projects not withdrawn have."""
        return len(self.counted_rows) * len(self.milestones)

    @property
    def last_saved(self) -> GridRow | None:
        """The row saved last, or none."""
        saved = [row for row in self.open_rows if row.saved_at]
        return max(saved, key=lambda row: (row.saved_at, row.code), default=None)

    @property
    def stamps(self) -> dict[int, str]:
        """The stamp of each row that would be registered, by project id."""
        return {row.project_id: row.stamp for row in self.registrable_rows}


@dataclass(frozen=True, slots=True)
class CellCheck:
    """What cells are judged by; ``with_missing`` also tells each date that is missing."""

    catalogue: Catalogue
    calendar: WorkCalendar
    year: int
    today: date
    with_missing: bool = False
    rules: PlanRules = field(default_factory=PlanRules)

    @property
    def review(self) -> PlanReview:
        """What the doubts are told by."""
        return PlanReview(self.catalogue, self.calendar, self.year, self.rules)

    def cells(
        self, row: GridRow, typed: Mapping[str, str], actuals: Mapping[str, str], own: Sequence[OwnLine]
    ) -> tuple[Cell, ...]:
        """The cells of a row that can be typed in, each with its problems."""
        readings = {code: read_cell(typed.get(code, ""), self.year) for code in self.catalogue.codes}
        problems = self._problems(row, readings, own)
        return tuple(
            Cell(
                code,
                shown_text(typed.get(code, ""), reading),
                typed.get(code, ""),
                reading.line,
                actuals.get(code, ""),
                tuple(problem for problem in problems if problem.milestone_code == code),
            )
            for code, reading in readings.items()
        )

    def _problems(self, row: GridRow, readings: Mapping[str, CellReading], own: Sequence[OwnLine]) -> list[Problem]:
        names = milestone_names(self.catalogue) | {line.code: line.name for line in own}
        lines = {code: reading.line for code, reading in readings.items()} | {line.code: line.line for line in own}
        plan = ProjectPlan(lines, own_names={line.code: line.name for line in own})
        found = [
            reading.refusal.at("", "", project_code=row.code, milestone_code=code)
            for code, reading in readings.items()
            if reading.refusal
        ]
        unread = {problem.milestone_code for problem in found}
        for fault in plan_faults(plan, self.catalogue, row.modality, self.today):
            is_silent = fault.fault is PlanFault.MISSING and not self.with_missing
            if not is_silent and fault.milestone_code not in unread:
                what, fix = labels.plan_fix(fault, names)
                found.append(Problem(what, fix, project_code=row.code, milestone_code=fault.milestone_code))
        wrong = {problem.milestone_code for problem in found}
        doubts = plan_warnings(row.code, lines, self.review, row.modality, row.amount_cop)
        found += [doubt for doubt in doubts if doubt.milestone_code not in wrong]
        return [self.placed(row.number, problem) for problem in found]

    def placed(self, number: int, problem: Problem) -> Problem:
        """The problem with its place in words: the row's number and the column."""
        name = milestone_names(self.catalogue).get(problem.milestone_code, problem.milestone_code)
        return replace(problem, sheet=f"Fila {number}", cell=labels.short_milestone(name))
