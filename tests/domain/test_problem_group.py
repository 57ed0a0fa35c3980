"""Equal problems are told once, and the cells that are told are exactly those that they were said of."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.domain.problem_group import compact_cells, group_problems


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["F6"], "F6"),
        (["F6", "F7", "F8"], "F6:F8"),
        (["F6", "G6", "H6"], "F6:H6"),
        (["F6", "F7", "G6", "G7"], "F6:G7"),
        (["F6", "F8", "H6"], "F6, F8, H6"),
        (["F6", "F6"], "F6"),
        (["Z9", "AA9", "AZ1", "BA1"], "Z9:AA9, AZ1:BA1"),
        (["C2", "F2", "G2"], "C2, F2:G2"),
        (["línea 2, columna hito"], "línea 2, columna hito"),
        (
            ["línea 9, columna hito", "línea 2, columna hito", "línea 3, columna hito"],
            "líneas 2 a 3 y 9, columna hito",
        ),
        (["línea 4", "línea 6", "línea 8"], "líneas 4, 6 y 8"),
        (["línea 4, columna a", "línea 4, columna b"], "línea 4, columna a; línea 4, columna b"),
        (["fila 3", "B4"], "B4, fila 3"),
        ([""], ""),
        ([], ""),
    ],
)
def test_neighbours_are_written_as_a_range(cells: list[str], told: str) -> None:
    assert compact_cells(cells) == told


def spelled_out(told: str) -> set[tuple[str, int]]:
    """Every cell of the ranges, one by one; the columns have one letter."""
    found = set()
    for part in told.split(", "):
        ends = re.fullmatch(r"([A-Z])(\d+)(?::([A-Z])(\d+))?", part)
        assert ends is not None
        for letter in range(ord(ends[1]), ord(ends[3] or ends[1]) + 1):
            for row in range(int(ends[2]), int(ends[4] or ends[2]) + 1):
                assert (chr(letter), row) not in found
                found.add((chr(letter), row))
    return found


@given(st.sets(st.tuples(st.sampled_from("ABCDE"), st.integers(1, 8)), min_size=1))
def test_the_ranges_hold_each_cell_once_and_no_other(cells: set[tuple[str, int]]) -> None:
    assert spelled_out(compact_cells([f"{letter}{row}" for letter, row in cells])) == cells


def test_only_the_same_sentence_on_the_same_sheet_is_told_once_and_errors_come_first() -> None:
    note = Problem("Es festivo.", "Revise.", Severity.WARNING, sheet="Plan", cell="F6")
    problems = [
        note,
        Problem("Falta.", "Escríbala.", sheet="Plan", cell="F6"),
        Problem("Falta.", "Escríbala.", sheet="Otra", cell="F6"),
        Problem("Falta.", "Escríbala.", sheet="Plan", cell="F7"),
        Problem("Falta.", "Otra cosa.", sheet="Plan", cell="F8"),
    ]
    assert [(group.sheet, group.cells, group.fix, group.count) for group in group_problems(problems)] == [
        ("Plan", "F6:F7", "Escríbala.", 2),
        ("Otra", "F6", "Escríbala.", 1),
        ("Plan", "F8", "Otra cosa.", 1),
        ("Plan", "F6", "Revise.", 1),
    ]
