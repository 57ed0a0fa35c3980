"""Columns are found by what their header says, wherever it stands."""

from __future__ import annotations

from pp_monitor.intake.columns import Column, Header, best_header, find_header, missing_problem
from pp_monitor.intake.sheet import Row, Sheet

COLUMNS = (Column("code", "Código BP", ("BP",)), Column("name", "Nombre"), Column("value", "Valor", required=False))


def sheet(*rows: tuple[object, ...], name: str = "Hoja 1", is_csv: bool = False) -> Sheet:
    return Sheet(name, tuple(Row(number, values) for number, values in enumerate(rows, 1)), is_csv)


def test_headers_are_found_whatever_their_order_case_spaces_and_accents() -> None:
    header = find_header(sheet(("Informe de marzo",), ("  NOMBRE ", "codigo  bp")), COLUMNS)
    assert (header.row.number, dict(header.positions)) == (2, {"name": (0,), "code": (1,)})


def test_a_synonym_counts_as_the_header() -> None:
    assert find_header(sheet(("BP", "Nombre")), COLUMNS).has("code")


def test_of_repeated_headers_each_row_reads_the_first_that_is_filled() -> None:
    header = find_header(sheet(("BP", "Nombre", "Nombre"), ("1", None, "Parque"), ("2", "Cancha", "x")), COLUMNS)
    assert [header.value(row, "name") for row in header.body()] == ["Parque", "Cancha"]


def test_a_whole_number_read_as_a_float_is_told_without_its_point() -> None:
    header = find_header(sheet(("BP", "Nombre"), (26000001.0, "Parque")), COLUMNS)
    assert header.text(header.body()[0], "code") == "26000001"


def test_the_sheet_that_carries_most_columns_is_the_table() -> None:
    best = best_header([sheet(("BP",), name="Notas"), sheet(("BP", "Nombre"), name="Datos")], COLUMNS)
    assert best.sheet.name == "Datos"


def test_missing_columns_are_told_together_with_those_that_were_not_recognised() -> None:
    header = find_header(sheet(("Valor", "Ficha")), COLUMNS)
    problem = missing_problem(header, COLUMNS)
    assert problem is not None
    assert str(problem) == (
        "Hoja 1, fila 1: Faltan las columnas «Código BP», «Nombre». "
        "El archivo trae estas, que no se reconocen: «Ficha»."
    )


def test_an_optional_column_may_be_absent() -> None:
    header = find_header(sheet(("BP", "Nombre"), ("1", "Parque")), COLUMNS)
    assert missing_problem(header, COLUMNS) is None
    assert header.value(header.body()[0], "value") is None


def places(header: Header) -> list[str]:
    return [header.ref(row, "name") for row in header.body()]


def test_the_place_of_a_cell_is_told_as_its_reader_sees_it() -> None:
    rows = (("BP", "Nombre"), ("1", "Parque"))
    assert places(find_header(sheet(*rows), COLUMNS)) == ["B2"]
    assert places(find_header(sheet(*rows, name="", is_csv=True), COLUMNS)) == ["línea 2, columna Nombre"]


def test_a_row_with_more_cells_than_the_header_is_told() -> None:
    header = find_header(sheet(("BP", "Nombre"), ("1", "Parque", None), ("2", "Cancha", "sobra")), COLUMNS)
    found = [header.surplus(row) for row in header.body()]
    assert found[0] is None
    assert str(found[1]).startswith("Hoja 1, fila 3: La fila tiene 3 celdas y el encabezado 2.")
