"""The registration grid of an organism: a row a project, a cell a milestone, everything wrong beside its cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pp_monitor.domain.catalogue import CatalogueMilestone, Modality
from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.submission import Approval
from pp_monitor.domain.wording import explains
from pp_monitor.services.plan_check import ProjectPlan
from pp_monitor.services.submission_step import Step


class RowState(StrEnum):
    """How far the row of a project is."""

    REGISTERED = "registered"
    LEFT_OUT = "left_out"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    ERROR = "error"
    INCOMPLETE = "incomplete"
    WARNING = "warning"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Cell:
    """One milestone of one project; ``text`` as shown in the grid, ``typed`` as it is kept.

    ``actual_on`` is the day as which ``actual`` can be read. ``asks_actual`` when its planned day has passed,
    ``asks_reason`` when it is *No aplica* and the modality needs it.
    """

    code: str
    text: str
    typed: str
    line: PlanLine
    actual: str = ""
    actual_on: date | None = None
    problems: tuple[Problem, ...] = ()
    reason: str = ""
    asks_actual: bool = False
    asks_reason: bool = False

    @property
    def is_missing(self) -> bool:
        """Whether nothing is said yet."""
        return not self.text


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A milestone of the project's own in a draft or a plan; ``text`` as shown, ``typed`` as it is kept."""

    code: str
    name: str
    typed: str
    line: PlanLine
    text: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def is_missing(self) -> bool:
        """Whether it has a name and no date yet."""
        return bool(self.name) and not self.typed


@dataclass(frozen=True, slots=True)
class GridRow:
    """One project; money in COP, ``number`` from 1 as the person sees it.

    ``stamp`` marks what is stored, for a form to carry, also where ``cells`` show what was typed over it.
    ``doubts`` are those about the whole plan, which stand beside no cell.
    ``approval`` tells who has a plan that was sent, ``returned`` is the step that brought it back.
    ``left_out`` is the reason why it stays without dates for now, empty when it does not. ``replannings`` counts what
    came after its registration, ``postponed_workdays`` is the most that a date was put off by it, ``moved`` the dates
    in force that are not those registered.
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
    doubts: tuple[Problem, ...] = ()
    is_registered: bool = False
    is_withdrawn: bool = False
    registered_on: date | None = None
    saved_at: datetime | None = None
    saved_by: str = ""
    stamp: str = ""
    left_out: str = ""
    approval: Approval | None = None
    returned: Step | None = None
    replannings: int = 0
    postponed_workdays: int = 0
    moved: Mapping[str, date] = field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether it can still be typed in."""
        return not (self.is_registered or self.is_withdrawn or self.approval)

    @property
    def all_cells(self) -> tuple[Cell | OwnLine, ...]:
        """The milestones of the catalogue, then those of its own."""
        return (*self.cells, *self.own)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything wrong or doubtful, in order of milestone, then what is about the whole plan."""
        return (*(problem for cell in self.all_cells for problem in cell.problems), *self.doubts)

    def count(self, severity: Severity) -> int:
        """How many problems weigh that much."""
        return sum(problem.severity is severity for problem in self.problems)

    @property
    def errors(self) -> int:
        """How many cells are wrong; a missing one only counts when it is told."""
        return self.count(Severity.ERROR)

    @property
    def warnings(self) -> int:
        """How many doubts there are, those about the whole plan among them."""
        return self.count(Severity.WARNING)

    @property
    def missing(self) -> int:
        """How many cells say nothing yet."""
        return sum(cell.is_missing for cell in self.all_cells)

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
        if self.approval:
            return RowState.SENT
        if self.left_out:
            return RowState.LEFT_OUT
        if self.errors and self.errors > self.missing_told:
            return RowState.ERROR
        if self.missing:
            return RowState.INCOMPLETE
        return RowState.WARNING if self.warnings else RowState.COMPLETE

    @property
    def missing_told(self) -> int:
        """How many of the errors only say that a date is missing."""
        return sum(cell.is_missing and bool(cell.problems) for cell in self.all_cells)

    @property
    def is_registrable(self) -> bool:
        """Whether its plan could be registered as it stands."""
        return self.state in (RowState.COMPLETE, RowState.WARNING)

    @property
    def plan(self) -> ProjectPlan:
        """The plan as it would be registered."""
        named = [own for own in self.own if own.name]
        lines = {cell.code: cell.line for cell in self.cells} | {own.code: own.line for own in named}
        actuals = {cell.code: cell.actual_on for cell in self.cells if cell.actual_on}
        return ProjectPlan(lines, actuals, {own.code: own.name for own in named})


@dataclass(frozen=True, slots=True)
class Grid:
    """The projects of an organism with their plans; ``days_left`` in working days, negative past the deadline.

    ``deadline`` is the last day of what is to be registered first; ``is_suspended`` tells that all of it is suspended.
    """

    organism_code: str
    organism_name: str
    short_name: str
    year: int
    milestones: tuple[CatalogueMilestone, ...]
    rows: tuple[GridRow, ...]
    deadline: date | None
    days_left: int | None
    is_late: bool
    is_suspended: bool
    receipts: tuple[int, ...] = ()
    submissions: tuple[int, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem of every row that can still be typed in and does not stay out."""
        return tuple(problem for row in self.staying_rows for problem in row.problems)

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
    def staying_rows(self) -> tuple[GridRow, ...]:
        """Those of them that do not stay without dates for now."""
        return tuple(row for row in self.open_rows if not row.left_out)

    @property
    def registered_rows(self) -> tuple[GridRow, ...]:
        """The projects whose plan is frozen."""
        return tuple(row for row in self.rows if row.is_registered)

    @property
    def sent_rows(self) -> tuple[GridRow, ...]:
        """The projects whose plan is in approval."""
        return tuple(row for row in self.rows if row.state is RowState.SENT)

    @property
    def registrable_rows(self) -> tuple[GridRow, ...]:
        """The projects whose plan could be registered now."""
        return tuple(row for row in self.rows if row.is_registrable)

    @property
    def left_rows(self) -> tuple[GridRow, ...]:
        """The projects that would stay without plan."""
        return tuple(row for row in self.open_rows if not row.is_registrable)

    @property
    def unexplained_rows(self) -> tuple[GridRow, ...]:
        """Those of them that give no reason for staying out, or one that says too little."""
        return tuple(row for row in self.left_rows if not explains(row.left_out))

    @property
    def left_out_reasons(self) -> dict[str, str]:
        """Why each project stays without dates for now, by project code."""
        return {row.code: row.left_out for row in self.left_rows if row.left_out}

    @property
    def complete(self) -> int:
        """How many projects are registered, in approval or ready to be sent."""
        return len(self.registered_rows) + len(self.sent_rows) + len(self.registrable_rows)

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
