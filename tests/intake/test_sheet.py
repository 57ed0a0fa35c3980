"""Values with their places."""

from __future__ import annotations

import pytest

from pp_monitor.intake.sheet import Row, Sheet, refused, too_many_rows, trimmed

ROW = Row(7, ("a", None))


@pytest.mark.parametrize(("index", "place"), [(0, "A7"), (2, "C7"), (26, "AA7"), (701, "ZZ7")])
def test_a_cell_of_a_workbook_is_named_as_in_excel(index: int, place: str) -> None:
    assert Sheet("Plan", (ROW,)).ref(ROW, index) == place


@pytest.mark.parametrize(
    ("header", "place"), [("fecha_real", "línea 7, columna fecha_real"), ("", "línea 7, columna B")]
)
def test_a_cell_of_a_csv_is_named_by_its_line_and_column(header: str, place: str) -> None:
    assert Sheet("", (ROW,), is_csv=True).ref(ROW, 1, header) == place


def test_rows_are_lines_in_a_csv_and_rows_in_a_workbook() -> None:
    assert [Sheet("", (ROW,), is_csv=is_csv).row_ref(ROW) for is_csv in (True, False)] == ["línea 7", "fila 7"]


def test_beyond_its_end_a_row_is_empty() -> None:
    assert [ROW.value(index) for index in (0, 1, 2)] == ["a", None, None]


@pytest.mark.parametrize(
    ("values", "kept"), [((1, None, "x", "  ", None), (1, None, "x")), ((None, ""), ()), ((0, False), (0, False))]
)
def test_empty_cells_at_the_end_are_dropped(values: tuple[object, ...], kept: tuple[object, ...]) -> None:
    assert trimmed(values) == kept


def test_a_refused_file_has_no_sheet_and_one_problem() -> None:
    file = refused("Está vacío.", "Elija otro.")
    assert (file.sheets, [str(problem) for problem in file.problems]) == ((), ["Está vacío. Elija otro."])


def test_the_limit_of_rows_is_told_with_its_thousands() -> None:
    assert "más de 5.000 filas" in str(too_many_rows(5000, "Plan"))
