"""Money from light to light between two cut-offs, with totals that close."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pp_monitor.domain.light import Light, light_gain, light_rank
from pp_monitor.domain.project import ProjectAssessment


@dataclass(frozen=True, slots=True)
class Cell:
    """Projects that went from one light to another, with their money (COP)."""

    projects: int
    amount_cop: int


# A light, or none for what is not counted at that cut-off: not there yet, withdrawn, of another organism.
Place: TypeAlias = Light | None
# A project as it was and as it is; none where it is not counted.
Counted: TypeAlias = tuple[ProjectAssessment | None, ProjectAssessment | None]


@dataclass(frozen=True, slots=True)
class MoneyMatrix:
    """Money from light to light: as at the later cut-off, or as it was for what left.

    Rows are lights of the earlier cut-off, columns of the later one, worst first; none is what is not counted there.
    """

    rows: tuple[Place, ...]
    columns: tuple[Place, ...]
    cells: Mapping[tuple[Place, Place], Cell]
    before_cop: Mapping[Place, int]

    def cell(self, row: Place, column: Place) -> Cell:
        """What went from ``row`` to ``column``."""
        return self.cells.get((row, column), Cell(0, 0))

    def row_total(self, row: Place) -> Cell:
        """Everything that stood in ``row``, at its later value."""
        return _sum(self.cell(row, column) for column in self.columns)

    def column_total(self, column: Place) -> Cell:
        """Everything that stands in ``column``."""
        return _sum(self.cell(row, column) for row in self.rows)

    def revaluation_cop(self, row: Place) -> int:
        """By how much (COP) the value of what stood in ``row`` changed; 0 for what was not there."""
        return self.row_total(row).amount_cop - self.before_cop[row] if row else 0

    @property
    def total(self) -> Cell:
        """The sum of all rows, which is that of all columns."""
        return _sum(self.cells.values())

    @property
    def improved_cop(self) -> int:
        """Money (COP) whose light got better."""
        return self._moved_cop(1)

    @property
    def worsened_cop(self) -> int:
        """Money (COP) whose light got worse."""
        return self._moved_cop(-1)

    def _moved_cop(self, sign: int) -> int:
        moved = ((light_gain(row, column), cell) for (row, column), cell in self.cells.items() if row and column)
        return sum(cell.amount_cop for gain, cell in moved if gain * sign > 0)


def _sum(cells: Iterable[Cell]) -> Cell:
    found = list(cells)
    return Cell(sum(cell.projects for cell in found), sum(cell.amount_cop for cell in found))


@dataclass(frozen=True, slots=True)
class Bridge:
    """From the value at one cut-off to that of the other (COP); ``left_cop`` is what is taken away, as it was."""

    before_cop: int
    entered_cop: int
    left_cop: int
    revaluation_cop: int

    @property
    def after_cop(self) -> int:
        """The value at the later cut-off: what its four parts come to.

        >>> Bridge(before_cop=100, entered_cop=30, left_cop=20, revaluation_cop=-5).after_cop
        105
        """
        return self.before_cop + self.entered_cop - self.left_cop + self.revaluation_cop


def money_matrix(pairs: Iterable[Counted]) -> MoneyMatrix:
    """What went from which light to which, over the projects counted at either cut-off."""
    sums: dict[tuple[Place, Place], list[int]] = defaultdict(list)
    before_cop: dict[Place, int] = defaultdict(int)
    for was, now in pairs:
        if project := now or was:
            place = (was.light if was else None, now.light if now else None)
            sums[place].append(project.allocation_cop)
            before_cop[place[0]] += was.allocation_cop if was else 0
    cells = {place: Cell(len(amounts), sum(amounts)) for place, amounts in sums.items()}
    rows, columns = ({place[side] for place in cells} for side in (0, 1))
    return MoneyMatrix(_worst_first(rows), _worst_first(columns), cells, dict(before_cop))


def _worst_first(places: Collection[Place]) -> tuple[Place, ...]:
    """Lights from the worst, and what is not counted last."""
    order = list(Light)
    lights = sorted((place for place in places if place), key=lambda light: (light_rank(light), order.index(light)))
    return (*lights, None) if None in places else tuple(lights)


def money_bridge(matrix: MoneyMatrix) -> Bridge:
    """From the value at the earlier cut-off to that at the later one."""
    return Bridge(
        before_cop=sum(matrix.before_cop.values()),
        entered_cop=matrix.row_total(None).amount_cop,
        left_cop=matrix.column_total(None).amount_cop,
        revaluation_cop=sum(matrix.revaluation_cop(row) for row in matrix.rows),
    )
