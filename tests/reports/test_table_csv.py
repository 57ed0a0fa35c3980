"""CSV files that Excel in Spanish opens as they are."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from pp_monitor.reports.table_csv import write_csv


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_file_has_its_mark_semicolons_iso_dates_and_decimal_commas() -> None:
    content = write_csv(["Código", "Fecha", "Avance", "Valor"], [["BP1", date(2022, 7, 15), Decimal("40.1"), 1_000]])
    assert content == "\ufeffCódigo;Fecha;Avance;Valor\r\nBP1;2022-07-15;40,1;1000\r\n".encode()


@pytest.mark.parametrize("text", ["=1+1", "+57 602", "-x", "@SUM(A1)", "\tx", "\rx"])
def test_text_is_never_a_formula(text: str) -> None:
    assert read(write_csv(["a"], [[text]]))[1] == [f"'{text}"]


def test_negative_number_stays_a_number_and_no_value_is_empty() -> None:
    assert read(write_csv(["a", "b", "c"], [[-20.5, None, -3]]))[1] == ["-20,5", "", "-3"]


def test_separators_quotes_and_line_ends_stay_inside_their_cell() -> None:
    assert read(write_csv(["a"], [['Parque; "El Ñame"\nsur']]))[1] == ['Parque; "El Ñame"\nsur']
