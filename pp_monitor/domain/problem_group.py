"""Problems of a file told once for each sentence, with all the cells that it is said of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pp_monitor.domain.errors import Problem, Severity

_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]*)")
_LINE = re.compile(r"línea ([1-9][0-9]*)(?:, columna (.+))?")
_LETTERS = 26


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """One sentence of problems of one sheet; ``cells`` names its places, ``count`` says how many problems say it."""

    what: str
    fix: str
    severity: Severity
    sheet: str
    cells: str
    count: int


def group_problems(problems: Iterable[Problem]) -> tuple[ProblemGroup, ...]:
    """The problems with equal ones told together, errors first, each where it is first met.

    >>> rows = [Problem("Falta la fecha.", sheet="Plan", cell=cell) for cell in ("F6", "F7", "G6", "G7", "K9")]
    >>> [(group.cells, group.count) for group in group_problems(rows)]
    [('F6:G7, K9', 5)]
    """
    found: dict[tuple[str, str, Severity, str], list[str]] = {}
    for problem in problems:
        key = (problem.what, problem.fix, problem.severity, problem.sheet)
        found.setdefault(key, []).append(problem.cell)
    groups = [ProblemGroup(*key, compact_cells(cells), len(cells)) for key, cells in found.items()]
    return tuple(sorted(groups, key=lambda group: group.severity is not Severity.ERROR))


def compact_cells(cells: Sequence[str]) -> str:
    """The cells of a workbook or the lines of a CSV, neighbours written as one range; other places as they are.

    >>> compact_cells(["C7", "C8", "C9", "AA1"]), compact_cells(["línea 2, columna hito", "línea 3, columna hito"])
    ('C7:C9, AA1', 'líneas 2 a 3, columna hito')
    """
    named = list(dict.fromkeys(cell for cell in cells if cell))
    in_sheet = [match for cell in named if (match := _CELL.fullmatch(cell))]
    in_lines = [match for cell in named if (match := _LINE.fullmatch(cell))]
    rest = [cell for cell in named if not _CELL.fullmatch(cell) and not _LINE.fullmatch(cell)]
    blocks = _blocks({(_index(match[1]), int(match[2])) for match in in_sheet})
    lines: dict[str, list[int]] = {}
    for match in in_lines:
        lines.setdefault(match[2] or "", []).append(int(match[1]))
    told = [", ".join([*blocks, *rest])] if blocks or rest else []
    return "; ".join([*told, *(_lines(numbers, column) for column, numbers in lines.items())])


def _index(letters: str) -> int:
    """The number of a column, from 1."""
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number


def _name(index: int) -> str:
    letters = ""
    while index:
        index, rest = divmod(index - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def _blocks(cells: set[tuple[int, int]]) -> list[str]:
    """Rectangles that hold exactly these (column, row) cells, from left to right."""
    open_blocks: dict[tuple[int, int], tuple[int, int]] = {}
    done: list[tuple[int, int, int, int]] = []
    for column in sorted({column for column, _ in cells}):
        runs = _runs(sorted(row for other, row in cells if other == column))
        for run in runs:
            first, last = open_blocks.get(run, (column, column - 1))
            if last != column - 1:
                done.append((first, run[0], last, run[1]))
                first = column
            open_blocks[run] = (first, column)
    done += [(first, top, last, bottom) for (top, bottom), (first, last) in open_blocks.items()]
    return [_block(*block) for block in sorted(done)]


def _block(first: int, top: int, last: int, bottom: int) -> str:
    start, end = f"{_name(first)}{top}", f"{_name(last)}{bottom}"
    return start if start == end else f"{start}:{end}"


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """The first and last of each run of consecutive numbers."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _lines(numbers: Sequence[int], column: str) -> str:
    told = [str(first) if first == last else f"{first} a {last}" for first, last in _runs(sorted(set(numbers)))]
    listed = told[0] if len(told) == 1 else f"{', '.join(told[:-1])} y {told[-1]}"
    word = "línea" if listed.isdigit() else "líneas"
    return f"{word} {listed}, columna {column}" if column else f"{word} {listed}"
