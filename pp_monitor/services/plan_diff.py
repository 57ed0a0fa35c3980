"""What a plan file would change of what is stored, date by date."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pp_monitor.domain.plan import PlanLine
from pp_monitor.intake.plan_rows import PlanRow
from pp_monitor.services.plan_cell import NOT_APPLICABLE, read_cell

MODALITY = ""


class Part(StrEnum):
    """What of a milestone a file gives; the modality belongs to the project."""

    MODALITY = "modality"
    PLANNED = "planned"
    ACTUAL = "actual"
    OWN_NAME = "own_name"


Key = tuple[str, Part]


@dataclass(frozen=True, slots=True)
class PlanTexts:
    """The plan of a project as text that can be compared: by milestone and part, the modality by ``MODALITY``."""

    texts: Mapping[Key, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, typed: Mapping[str, str], actuals: Mapping[str, str], names: Mapping[str, str], modality: str, year: int
    ) -> PlanTexts:
        """A draft as it is stored; a day is the same however it was typed."""
        found = {(code, Part.PLANNED): told(text, year) for code, text in typed.items()}
        found |= {(code, Part.ACTUAL): told(text, year) for code, text in actuals.items()}
        found |= {(code, Part.OWN_NAME): name for code, name in names.items()}
        return cls({key: text for key, text in (found | {(MODALITY, Part.MODALITY): modality}).items() if text})


@dataclass(frozen=True, slots=True)
class CellDiff:
    """One thing that changes; ``before`` is empty for what is added."""

    milestone_code: str
    part: Part
    before: str
    after: str

    @property
    def is_added(self) -> bool:
        """Whether nothing was stored."""
        return not self.before


@dataclass(frozen=True, slots=True)
class ProjectDiff:
    """What changes in one project; ``unchanged`` counts what the file gives and is stored already."""

    code: str
    name: str
    cells: tuple[CellDiff, ...]
    unchanged: int

    @property
    def added(self) -> tuple[CellDiff, ...]:
        """What had no value."""
        return tuple(cell for cell in self.cells if cell.is_added)

    @property
    def changed(self) -> tuple[CellDiff, ...]:
        """What had another value."""
        return tuple(cell for cell in self.cells if not cell.is_added)


def told(typed: str, year: int) -> str:
    """A cell in one form: ``18/04/2022``, *No aplica*, or as it was typed when it cannot be read."""
    return line_text(read_cell(typed, year).line) or typed


def line_text(line: PlanLine) -> str:
    """A planned date as ``18/04/2022``, *No aplica*, or nothing."""
    if line.not_applicable:
        return NOT_APPLICABLE
    return f"{line.planned:%d/%m/%Y}" if line.planned else ""


def given_cells(rows: Mapping[str, PlanRow]) -> frozenset[Key]:
    """The planned and actual dates that a file gives of one project, *No aplica* among them."""
    planned = {(code, Part.PLANNED) for code, row in rows.items() if row.planned or row.not_applicable}
    return frozenset(planned | {(code, Part.ACTUAL) for code, row in rows.items() if row.actual})


def project_diff(code: str, name: str, before: PlanTexts, after: PlanTexts, given: Collection[Key]) -> ProjectDiff:
    """What is different in ``after``, in order of milestone; ``given`` are the cells that the file fills."""
    keys = sorted({*before.texts, *after.texts})
    cells = tuple(
        CellDiff(*key, before.texts.get(key, ""), after.texts.get(key, ""))
        for key in keys
        if before.texts.get(key) != after.texts.get(key)
    )
    different = {(cell.milestone_code, cell.part) for cell in cells}
    return ProjectDiff(code, name, cells, len(set(given) - different))
