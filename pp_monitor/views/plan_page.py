"""What the pages of registration show: the grid, its cards, the last look before sending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from pp_monitor import labels
from pp_monitor.domain.catalogue import COMPLETION, CONTRACT, OWN_CODES, CatalogueMilestone, Modality
from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.plan_doubt import DoubtGroup
from pp_monitor.domain.plan_draft import LEFT_OUT, MODALITY, actual_part, name_part, reason_part
from pp_monitor.domain.plan_warning import PlanDoubt
from pp_monitor.formatters import Column, cop_millions, date_weekday, plural
from pp_monitor.forms.plan import STAMP, field_name
from pp_monitor.labels_plan import answer_text, approval_text, postponed_text
from pp_monitor.models.plan import RegistrationStep
from pp_monitor.services.plan_grid import Cell, Grid, GridRow, OwnLine, RowState

_FEW = 4
MODALITIES = [("", "—"), *((code.value, code.value) for code in Modality)]
_STATES = {
    RowState.REGISTERED: ("check", "ok"),
    RowState.SENT: ("half", "done"),
    RowState.WITHDRAWN: ("cross", "none"),
    RowState.LEFT_OUT: ("ring", "none"),
    RowState.ERROR: ("square", "late"),
    RowState.INCOMPLETE: ("ring", "none"),
    RowState.WARNING: ("triangle", "warn"),
    RowState.COMPLETE: ("check", "done"),
}


@dataclass(frozen=True, slots=True)
class CellView:
    """One box of the grid with the name of its field and its label for a screen reader.

    ``asks_actual`` and ``asks_reason`` open a question under it, with fields of their own.
    """

    name: str
    text: str
    label: str
    problems: tuple[Problem, ...]
    not_applicable: bool
    actual_name: str = ""
    actual: str = ""
    asks_actual: bool = False
    reason_name: str = ""
    reason: str = ""
    asks_reason: bool = False

    @property
    def is_wrong(self) -> bool:
        """Whether it refuses the registration; errors come before doubts."""
        return bool(self.problems) and self.problems[0].severity is Severity.ERROR

    @property
    def has_note(self) -> bool:
        """Whether anything stands around the box."""
        return bool(self.problems or self.actual or self.asks_actual or self.asks_reason)

    @property
    def css(self) -> str:
        """The classes by which it is drawn."""
        found = ["pp-cell"]
        if self.problems:
            found.append("pp-cell-error" if self.is_wrong else "pp-cell-warning")
        if self.not_applicable:
            found.append("pp-cell-na")
        elif not self.text:
            found.append("pp-cell-empty")
        if self.asks_actual and not self.actual:
            found.append("pp-cell-past")
        return " ".join(found)


@dataclass(frozen=True, slots=True)
class OwnView:
    """A milestone of the project's own: the fields of its name and its date."""

    name_field: str
    name: str
    cell: CellView


@dataclass(frozen=True, slots=True)
class RowView:
    """One row of the grid; ``shape`` and ``tone`` draw its state, ``word`` says it.

    ``note`` is the second line under its name, ``facts`` what the grid has no column for.
    """

    number: int
    code: str
    name: str
    note: str
    facts: tuple[str, ...]
    modality: str
    modality_name: str
    is_open: bool
    shape: str
    tone: str
    word: str
    stamp_name: str
    stamp: str
    modality_field: str
    cells: tuple[CellView, ...]
    own: tuple[OwnView, ...]
    left_out_name: str
    left_out: str
    doubts: tuple[Problem, ...]


def phases(milestones: Sequence[CatalogueMilestone]) -> list[tuple[str, list[Column]]]:
    """The columns of the grid by phase, in catalogue order."""
    grouped = groupby(milestones, key=lambda milestone: milestone.phase)
    return [
        (labels.PHASE[phase], [Column(labels.short_milestone(one.name)) for one in members])
        for phase, members in grouped
    ]


def rows(grid: Grid) -> list[RowView]:
    """The rows of the grid, ready to be drawn."""
    return [row_view(row, grid) for row in grid.rows]


def sources(grid: Grid) -> list[tuple[str, str]]:
    """The projects whose dates may be copied, as the options of a list."""
    return [(row.code, f"{row.number}. {row.name} ({row.modality or 'sin modalidad'})") for row in grid.counted_rows]


def row_view(row: GridRow, grid: Grid) -> RowView:
    """One row of the grid, ready to be drawn."""
    names = {milestone.code: milestone.name for milestone in grid.milestones}
    shape, tone = _STATES[row.state]
    return RowView(
        number=row.number,
        code=row.code,
        name=row.name,
        note=_note(row),
        facts=_facts(row),
        modality=row.modality or "",
        modality_name=labels.MODALITY[row.modality] if row.modality else "Sin modalidad",
        is_open=row.is_open,
        shape=shape,
        tone=tone,
        word=state_word(row),
        stamp_name=field_name(row.code, STAMP),
        stamp=row.stamp,
        modality_field=field_name(row.code, MODALITY),
        cells=tuple(_cell_view(row, cell, names[cell.code]) for cell in row.cells),
        own=_own_views(row),
        left_out_name=field_name(row.code, LEFT_OUT),
        left_out=row.left_out,
        doubts=row.doubts,
    )


def _cell_view(row: GridRow, cell: Cell, name: str) -> CellView:
    return CellView(
        name=field_name(row.code, cell.code),
        text=cell.text,
        label=f"{row.name}: {name}",
        problems=cell.problems,
        not_applicable=cell.line.not_applicable,
        actual_name=field_name(row.code, actual_part(cell.code)),
        actual=cell.actual,
        asks_actual=cell.asks_actual,
        reason_name=field_name(row.code, reason_part(cell.code)),
        reason=cell.reason,
        asks_reason=cell.asks_reason,
    )


def _own_views(row: GridRow) -> tuple[OwnView, ...]:
    """The three places for milestones of its own, filled or not."""
    known = {line.code: line for line in row.own}
    found = []
    for number, code in enumerate(OWN_CODES, start=1):
        line = known.get(code, OwnLine(code, "", "", PlanLine()))
        label = f"{row.name}: fecha del hito propio {number}"
        cell = CellView(field_name(row.code, code), line.text, label, line.problems, line.line.not_applicable)
        found.append(OwnView(field_name(row.code, name_part(code)), line.name, cell))
    return tuple(found)


def _note(row: GridRow) -> str:
    """Under the name: code, territory and value."""
    return " · ".join(part for part in (row.code, row.territory, _unbroken(cop_millions(row.amount_cop))) if part)


def _facts(row: GridRow) -> tuple[str, ...]:
    """What the grid has no column for: own milestones, dates in force that are not those registered, its way so far."""
    own = [f"{line.code} {line.name}: {labels.long_date(line.line.planned)}" for line in row.own]
    moved = [f"vigente {code}: {day:%d/%m/%y}" for code, day in sorted(row.moved.items())]
    postponed = postponed_text(row.replannings, row.postponed_workdays)
    return tuple(part for part in (*own, postponed, *moved, _way(row)) if part)


def _way(row: GridRow) -> str:
    """Who has a plan that was sent, or why it came back."""
    if row.approval:
        return approval_text(row.approval)
    if row.returned and row.returned.step in (RegistrationStep.RETURNED, RegistrationStep.RECALLED):
        verb = "devuelto" if row.returned.step is RegistrationStep.RETURNED else "recogido"
        who = f" por {row.returned.who}" if row.returned.who else ""
        return f"{verb} el {labels.long_date(row.returned.day)}{who}: «{row.returned.reason}»"
    return ""


def _unbroken(text: str) -> str:
    """The text on one line: a figure never parts from its unit."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def state_word(row: GridRow) -> str:
    """The state of a row in one or two words."""
    words = {
        RowState.REGISTERED: "Registrado",
        RowState.SENT: "En aprobación",
        RowState.WITHDRAWN: "Retirado",
        RowState.LEFT_OUT: "Por fuera",
        RowState.ERROR: plural(row.errors - row.missing_told, "error", "errores"),
        RowState.INCOMPLETE: f"Faltan {row.missing}" if row.missing > 1 else "Falta 1",
        RowState.WARNING: plural(row.warnings, "aviso", "avisos"),
        RowState.COMPLETE: "Completo",
    }
    return words[row.state]


def error_summary(grid: Grid) -> list[Problem]:
    """The errors of the grid; dates that are only missing are told once for each project, at its first one."""
    found: list[Problem] = []
    for row in grid.staying_rows:
        missing = [cell for cell in row.all_cells if cell.is_missing and cell.problems]
        told = [cell for cell in row.all_cells if cell not in missing]
        found += [problem for cell in told for problem in cell.problems if problem.severity is Severity.ERROR]
        if missing:
            first = missing[0].problems[0]
            names = ", ".join(cell.problems[0].cell for cell in missing)
            what = f"Faltan {len(missing)} fechas: {names}." if len(missing) > 1 else f"Falta la fecha de {names}."
            if len(missing) == len(row.all_cells):
                what = "Todavía no tiene ninguna fecha."
            fix = "Escriba cada fecha o «No aplica»."
            found.append(replace(first, what=what, fix=fix, cell=row.name))
    return found


def group_of(groups: Sequence[DoubtGroup], doubt: PlanDoubt) -> DoubtGroup | None:
    """The one group of a doubt that is only information, none where nobody has it."""
    return next((group for group in groups if group.doubt is doubt), None)


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A group of doubts that is about to be sent, with what was answered."""

    title: str
    note: str
    answer: str


def answer_rows(groups: Sequence[DoubtGroup]) -> list[AnswerRow]:
    """What is doubtful of the plans that are about to be sent, with what was answered."""
    found = []
    for group in groups:
        given = group.justification
        answer = answer_text(given.reason, given.backing, given.document) if given else ""
        codes = sorted({problem.project_code for problem in group.problems})
        note = ", ".join(codes) if len(codes) <= _FEW else plural(len(codes), "proyecto", "proyectos")
        unanswered = "Falta la justificación." if group.needs_reason else "No pide justificación."
        found.append(AnswerRow(group.title, note, answer or unanswered))
    return found


@dataclass(frozen=True, slots=True)
class ConfirmRow:
    """A project that is about to be registered, with the dates that a person looks at last."""

    name: str
    note: str
    modality: str
    first: date | None
    contract: date | None
    completion: date | None
    last: date | None
    not_applicable: int
    given: int
    stamp_name: str
    stamp: str


def confirm_rows(grid: Grid) -> list[ConfirmRow]:
    """The projects that are about to be registered."""
    return [_confirm_row(row) for row in grid.registrable_rows]


def _confirm_row(row: GridRow) -> ConfirmRow:
    planned = {cell.code: cell.line.planned for cell in row.cells if cell.line.planned}
    actual = [f"real {cell.code}: {cell.actual}" for cell in row.cells if cell.actual]
    return ConfirmRow(
        name=row.name,
        note=" · ".join((_note(row), *actual, *_facts(row))),
        modality=row.modality or "—",
        first=min(planned.values(), default=None),
        contract=planned.get(CONTRACT),
        completion=planned.get(COMPLETION),
        last=max(planned.values(), default=None),
        not_applicable=sum(cell.line.not_applicable for cell in row.cells),
        given=row.given,
        stamp_name=field_name(row.code, STAMP),
        stamp=row.stamp,
    )


def standing_text(grid: Grid) -> str:
    """How the registration of an organism stands: its deadline while something is missing."""
    if grid.counted_rows and not grid.open_rows:
        if grid.sent_rows:
            return "El plan está en aprobación y no se cambia mientras tanto. Al registrarse será la línea base."
        return "El plan ya está registrado: las fechas son la línea base y aquí no se cambian."
    return f"Se registra una sola vez: aprobadas, las fechas quedan como línea base. {deadline_text(grid)}"


def modality_legend(grid: Grid) -> str:
    """The abbreviations of the grid's modalities in full, in alphabetical order of the abbreviation."""
    used = sorted(Modality) if grid.open_rows else sorted({row.modality for row in grid.rows if row.modality})
    return " · ".join(f"{code}: {labels.MODALITY[code]}" for code in used)


def deadline_text(grid: Grid) -> str:
    """The deadline of a grid in a sentence, with the working days that are left or have passed."""
    if grid.is_suspended:
        return "Lo que falta por registrar está suspendido."
    days_left = grid.days_left
    if grid.deadline is None or days_left is None:
        return "Sin plazo fijado."
    day = date_weekday(grid.deadline)
    if grid.is_late:
        return f"El plazo venció el {day}, hace {labels.days_text(-days_left)}."
    if days_left == 0:
        return f"El plazo vence hoy, {day}."
    verb = "falta" if days_left == 1 else "faltan"
    return f"Plazo: {day}, {verb} {labels.days_text(days_left)}."
