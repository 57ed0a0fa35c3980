"""One row of the registration grid: what its texts say, and everything wrong with it beside its cell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from pp_monitor import labels
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import OWN_CODES, Catalogue, CatalogueMilestone, Modality
from pp_monitor.domain.errors import Problem
from pp_monitor.domain.plan import PlanFault, PlanLine
from pp_monitor.domain.plan_draft import LEFT_OUT, MODALITY, actual_part, name_part, reason_part, stamp
from pp_monitor.domain.plan_warning import PlanReview
from pp_monitor.domain.wording import explains
from pp_monitor.labels_plan import SAY_MORE, WHOLE_PLAN, plan_fix
from pp_monitor.services.plan_cell import CellReading, read_cell, shown_text
from pp_monitor.services.plan_check import (
    ProjectPlan,
    met_but_not_applicable,
    milestone_names,
    plan_faults,
    plan_warnings,
)
from pp_monitor.services.plan_grid import Cell, GridRow, OwnLine


def row_texts(row: GridRow) -> dict[str, str]:
    """What a row shows, by part, the modality first; every row of a grid has the same parts."""
    own = {line.code: line for line in row.own}
    texts = {MODALITY: row.modality or "", **{cell.code: cell.text for cell in row.cells}}
    texts |= {actual_part(cell.code): cell.actual for cell in row.cells}
    texts |= {reason_part(cell.code): cell.reason for cell in row.cells}
    texts |= {code: own[code].text if code in own else "" for code in OWN_CODES}
    texts |= {name_part(code): own[code].name if code in own else "" for code in OWN_CODES}
    return texts | {LEFT_OUT: row.left_out}


@dataclass(frozen=True, slots=True)
class RowCheck:
    """What rows are judged by; ``with_missing`` also tells each date that is missing."""

    review: PlanReview
    today: date
    with_missing: bool = False
    _known: dict[tuple[object, ...], _Judged] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Find the rows already judged by the same once: to compare a catalogue and its rules at each row is dear."""
        object.__setattr__(self, "_known", _known(self))

    @property
    def catalogue(self) -> Catalogue:
        """The milestones, in order."""
        return self.review.catalogue

    @property
    def calendar(self) -> WorkCalendar:
        """The working days."""
        return self.review.calendar

    @property
    def year(self) -> int:
        """The vigencia."""
        return self.review.year

    def fill(self, row: GridRow, texts: Mapping[str, str]) -> GridRow:
        """The row with what these texts by part say, each cell with its problems, and their stamp."""
        said = frozenset(item for item in texts.items() if item[1])
        key = (row.code, row.number, row.modality, row.amount_cop, said)
        judged = self._known.get(key)
        if judged is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            judged = self._known[key] = self._judge(row, texts)
        return replace(
            row,
            cells=judged.cells,
            own=judged.own,
            doubts=judged.doubts,
            stamp=judged.stamp,
            left_out=texts.get(LEFT_OUT, ""),
        )

    def _judge(self, row: GridRow, texts: Mapping[str, str]) -> _Judged:
        said = _Said(self, row.modality, texts)
        found: dict[str, list[Problem]] = defaultdict(list)
        names = milestone_names(self.catalogue) | said.own_names
        for problem in self._problems(row, said):
            found[problem.milestone_code].append(placed(row, problem, names))
        cells = tuple(said.cell(milestone, found[milestone.code]) for milestone in self.catalogue.milestones)
        own = tuple(said.own_line(code, found[code]) for code in OWN_CODES if said.has_own(code))
        # The doubts about the whole plan are reached by the row's first field.
        doubts = tuple(replace(doubt, cell=WHOLE_PLAN, milestone_code=MODALITY) for doubt in found[""])
        filled = replace(row, cells=cells, own=own, left_out=texts.get(LEFT_OUT, ""))
        return _Judged(cells, own, doubts, stamp(row_texts(filled).values()))

    def _problems(self, row: GridRow, said: _Said) -> list[Problem]:
        """Errors, then the doubts of the cells without one."""
        found = [*said.refusals(), *said.unreadable_actuals(), *self._faults(said), *said.unexplained()]
        wrong = {problem.milestone_code for problem in found}
        doubts = plan_warnings(row.code, said.lines, self.review, said.modality, row.amount_cop)
        return [*found, *(doubt for doubt in doubts if doubt.milestone_code not in wrong)]

    def _faults(self, said: _Said) -> Iterator[Problem]:
        """What refuses the registration, once the cell can be read; a missing date only on review."""
        unread = {problem.milestone_code for problem in said.refusals()}
        names = milestone_names(self.catalogue) | said.own_names
        for fault in plan_faults(said.plan, self.catalogue, said.modality, self.today):
            is_silent = fault.fault is PlanFault.MISSING and not self.with_missing
            if not is_silent and fault.milestone_code not in unread:
                what, fix = plan_fix(fault, names)
                yield Problem(what, fix, milestone_code=fault.milestone_code)
        for code in met_but_not_applicable(said.plan):
            what = f"«{names[code]}» tiene fecha real y «No aplica»."
            yield Problem(what, "Quite «No aplica» o la fecha real.", milestone_code=code)


def placed(row: GridRow, problem: Problem, names: Mapping[str, str]) -> Problem:
    """The problem with its place: the project, and in words the row's number and the column."""
    name = names.get(problem.milestone_code, problem.milestone_code)
    cell = labels.short_milestone(name)
    return replace(problem, sheet=f"Fila {row.number}", cell=cell, project_code=row.code)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What the texts of a row come to."""

    cells: tuple[Cell, ...]
    own: tuple[OwnLine, ...]
    doubts: tuple[Problem, ...]
    stamp: str


_MOST_KNOWN = 4000


@lru_cache(maxsize=8)
def _known(check: RowCheck) -> dict[tuple[object, ...], _Judged]:
    """Rows already judged by these rules on this day: of an organism's rows, a save changes one."""
    return {}


class _Said:
    """What the texts of one row say once they are read."""

    def __init__(self, check: RowCheck, modality: Modality | None, texts: Mapping[str, str]) -> None:
        self.modality = modality
        self._check = check
        self._texts = texts
        codes = check.catalogue.codes
        self._readings = {code: read_cell(texts.get(code, ""), check.year) for code in (*codes, *OWN_CODES)}
        self._actuals = self._read_actuals(codes)
        self.own_names = {code: name for code in OWN_CODES if (name := texts.get(name_part(code), ""))}
        self.lines = {code: self._line(code, reading) for code, reading in self._readings.items() if self._counts(code)}
        actuals = {code: reading.line.planned for code, reading in self._actuals.items()}
        met = {code: day for code, day in actuals.items() if day}
        self.plan = ProjectPlan(self.lines, met, self.own_names)

    def _read_actuals(self, codes: Iterable[str]) -> dict[str, CellReading]:
        texts = {code: self._texts.get(actual_part(code), "") for code in codes}
        return {code: read_cell(text, self._check.year) for code, text in texts.items() if text}

    def _counts(self, code: str) -> bool:
        return code not in OWN_CODES or code in self.own_names

    def _line(self, code: str, reading: CellReading) -> PlanLine:
        milestone = self._check.catalogue.by_code(code)
        asks = milestone is not None and self._asks_reason(milestone, reading.line)
        reason = self._texts.get(reason_part(code), "") if asks else ""
        return replace(reading.line, reason=reason) if reason else reading.line

    def _asks_reason(self, milestone: CatalogueMilestone, line: PlanLine) -> bool:
        """A milestone that the modality needs may be left out, but not in silence; a compulsory one never."""
        return line.not_applicable and not milestone.compulsory and milestone.needed_by(self.modality)

    def cell(self, milestone: CatalogueMilestone, problems: Iterable[Problem]) -> Cell:
        """The cell of a milestone of the catalogue."""
        code = milestone.code
        typed, reading = self._texts.get(code, ""), self._readings[code]
        actual, done = self._texts.get(actual_part(code), ""), self._actuals.get(code)
        planned = reading.line.planned
        return Cell(
            code,
            shown_text(typed, reading),
            typed,
            self.lines[code],
            shown_text(actual, done) if done else "",
            done.line.planned if done else None,
            tuple(problems),
            self._texts.get(reason_part(code), ""),
            asks_actual=bool(actual) or (planned is not None and planned < self._check.today),
            asks_reason=self._asks_reason(milestone, reading.line),
        )

    def has_own(self, code: str) -> bool:
        """Whether anything is said of a milestone of the project's own."""
        return bool(self._texts.get(code) or code in self.own_names)

    def own_line(self, code: str, problems: Iterable[Problem]) -> OwnLine:
        """A milestone of the project's own."""
        typed, reading = self._texts.get(code, ""), self._readings[code]
        text = shown_text(typed, reading)
        return OwnLine(code, self.own_names.get(code, ""), typed, reading.line, text, tuple(problems))

    def refusals(self) -> list[Problem]:
        """Planned dates that cannot be read."""
        return [
            Problem(reading.refusal.what, reading.refusal.fix, milestone_code=code)
            for code, reading in self._readings.items()
            if reading.refusal
        ]

    def unreadable_actuals(self) -> Iterator[Problem]:
        """Actual dates that are no date."""
        for code, reading in self._actuals.items():
            if reading.refusal:
                yield Problem(f"Fecha real: {reading.refusal.what}", reading.refusal.fix, milestone_code=code)
            elif reading.line.not_applicable:
                yield Problem(
                    "La fecha real no es una fecha.", "Escriba el día en que se cumplió.", milestone_code=code
                )

    def unexplained(self) -> Iterator[Problem]:
        """Milestones left out without their reason, and own ones without their name."""
        for milestone in self._check.catalogue.milestones:
            line = self.lines[milestone.code]
            if not self._asks_reason(milestone, line) or explains(line.reason):
                continue
            what = f"Falta el motivo por el que «{milestone.name}» no aplica."
            if line.reason:
                what = f"El motivo por el que «{milestone.name}» no aplica es demasiado corto."
            fix = SAY_MORE if line.reason else "Escríbalo en su celda."
            yield Problem(what, fix, milestone_code=milestone.code)
        for code in OWN_CODES:
            if self.has_own(code) and code not in self.own_names:
                yield Problem(
                    f"El hito propio {code} no tiene nombre.", "Escríbalo o quite su fecha.", milestone_code=code
                )
            elif code in self.own_names and self._readings[code].line.not_applicable:
                yield Problem("Un hito propio siempre lleva fecha.", "Escríbala o quite el hito.", milestone_code=code)
