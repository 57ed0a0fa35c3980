"""Files of every kind: what is read, what is refused, and how the refusal reads."""

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from pp_monitor.domain.errors import Severity
from pp_monitor.intake.sheet import Limits
from pp_monitor.intake.table import read_table
from pp_monitor.intake.text import Formula
from tests.intake.files import BOOK, archive, raw_workbook, repacked, saved, workbook


def values(content: bytes) -> list[tuple[object, ...]]:
    table = read_table("plan.csv", content)
    assert [str(problem) for problem in table.problems if problem.severity is Severity.ERROR] == []
    return [row.values for row in table.sheets[0].rows]


@pytest.mark.parametrize(
    "content",
    [
        "a;b\n1;ñ\n".encode(),
        "\ufeffa;b\r\n1;ñ\r\n".encode(),
        "a,b\n1,ñ\n".encode(),
        "a;b\r1;ñ\r".encode(),
        b"sep=;\na;b\n1;\xc3\xb1\n",
        b"sep=,\na,b\n1,\xc3\xb1\n",
        '"a";"b"\n"1";"ñ"'.encode(),
        "\n\n a ; b \n;;\n 1 ; ñ \n;\n".encode(),
        workbook({"Hoja1": [["a", "b"], ["1", "ñ", None, " "]]}),
    ],
)
def test_a_table_is_read_whatever_its_dialect(content: bytes) -> None:
    assert values(content) == [("a", "b"), ("1", "ñ")]


def test_a_windows_file_is_read_with_a_note() -> None:
    table = read_table("plan.csv", "año;peñón\n1;2".encode("latin-1"))
    assert table.sheets[0].rows[0].values == ("año", "peñón")
    assert [problem.severity for problem in table.problems] == [Severity.NOTE]
    assert "Latin-1" in table.problems[0].what


def test_commas_inside_quotes_do_not_decide_the_separator() -> None:
    assert values(b'"a, b, c";d\n1;2\n')[1] == ("1", "2")


def test_lines_are_numbered_as_the_reader_sees_them() -> None:
    sheet = read_table("x.csv", b'a;b\n"uno\ndos";2\n\n3;4\n').sheets[0]
    assert [row.number for row in sheet.rows] == [1, 2, 5]
    assert sheet.ref(sheet.rows[2], 1, "b") == "línea 5, columna b"


def test_cells_of_a_workbook_are_named_as_excel_names_them() -> None:
    sheet = read_table("x.xlsx", workbook({"Plan": [["a"], [None], [None, None, 5]]})).sheets[0]
    assert sheet.name == "Plan"
    assert sheet.ref(sheet.rows[-1], 2) == "C3"


def test_dates_numbers_and_formulas_of_a_workbook_keep_their_kind() -> None:
    row = values(workbook({"Plan": [[date(2022, 4, 18), 1500, "=TODAY()", "texto"]]}))[0]
    assert row == (datetime(2022, 4, 18), 1500, Formula("=TODAY()"), "texto")  # noqa: DTZ001


def test_text_that_only_looks_like_a_formula_stays_text() -> None:
    book = Workbook()
    cell = book.worksheets[0].cell(1, 1, "=1+1")
    cell.data_type = "s"
    assert values(saved(book)) == [("=1+1",)]


def test_a_workbook_counted_from_1904_gives_the_same_dates() -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.worksheets[0]["A1"] = date(2022, 4, 18)
    assert values(saved(book)) == [(datetime(2022, 4, 18),)]  # noqa: DTZ001


def test_only_the_first_cell_of_merged_ones_has_a_value() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["BP26004119", "a"])
    sheet.append([None, "b"])
    sheet.merge_cells("A1:A2")
    assert values(saved(book)) == [("BP26004119", "a"), (None, "b")]


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "El archivo está vacío."),
        (b" \r\n ", "El archivo está vacío."),
        (b"\xef\xbb\xbf", "El archivo no trae ninguna fila."),
        (b";;;\n;;;", "El archivo no trae ninguna fila."),
        (workbook({"Plan": []}), "El libro no trae ninguna fila."),
        (b"%PDF-1.7 ...", "Es un PDF."),
        (b"\x89PNG\r\n\x1a\n", "Es una imagen."),
        (OLE + b"Workbook", "Es un libro de Excel antiguo (.xls)."),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "El libro tiene contraseña."),
        (b"<html><table><tr><td>1</td></tr></table></html>", "Es una página web, no una tabla."),
        ("a;b".encode("utf-16"), "El texto está en UTF-16."),
        (b"a;b\n1;\x002\n", "plan.csv no es una tabla que se pueda leer."),
        (b'a;b\n1;2\n"3;4\n5;6\n', "Desde la línea 3 hay comillas sin cerrar o mal puestas."),
        (b'a;b\n"1"2;3\n', "Desde la línea 2 hay comillas sin cerrar o mal puestas."),
        (b"a;b\n" + b"x" * 140_000 + b";1\n", "Desde la línea 2 hay una celda demasiado larga"),
        (b"PK\x03\x04 no es un zip", "El libro de Excel está dañado y no se puede leer."),
        (archive({"leame.txt": "hola"}), "Es un archivo comprimido, no un libro de Excel."),
        (archive({"word/document.xml": "<w/>"}), "Es un documento de Word."),
        (archive({"xl/workbook.bin": b"1"}), "Es un libro de Excel binario (.xlsb)."),
        (archive({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), "Es un archivo de LibreOffice."),
        (archive({"xl/workbook.xml": "<workbook"}), "El libro de Excel está dañado y no se puede leer."),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_its_kind(content: bytes, what: str) -> None:
    table = read_table("plan.csv", content)
    assert table.sheets == ()
    assert [problem.what.startswith(what) for problem in table.problems] == [True]
    assert table.problems[0].fix


def test_a_file_over_the_size_is_refused_before_it_is_read() -> None:
    table = read_table("plan.csv", b"a;b\n" * 1000, Limits(max_bytes=2**10))
    assert [problem.what for problem in table.problems] == ["El archivo pesa más de 1 MB."]


@pytest.mark.parametrize("encoding", ["ascii", "utf-16-le"])
def test_a_workbook_that_declares_a_document_type_is_refused(encoding: str) -> None:
    book = BOOK.replace("<workbook", '<!DOCTYPE x [<!ENTITY a "b">]><workbook')
    content = repacked(raw_workbook("<row/>"), {"xl/workbook.xml": book.encode(encoding)})
    assert "DOCTYPE" in read_table("plan.xlsx", content).problems[0].what


def test_a_document_type_behind_a_long_comment_is_found() -> None:
    book = f"<!--{'x' * (2**18 - 8)}--><!DOCTYPE x>{BOOK}"
    content = repacked(raw_workbook("<row/>"), {"xl/workbook.xml": book.encode()})
    assert "DOCTYPE" in read_table("plan.xlsx", content).problems[0].what


def test_a_zip_bomb_is_refused_before_it_is_opened() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("xl/workbook.xml", BOOK)
        target.writestr("xl/sharedStrings.xml", b"0" * 60 * 2**20)
    assert len(stream.getvalue()) < 2**18
    table = read_table("plan.xlsx", stream.getvalue())
    assert [problem.what for problem in table.problems] == ["El libro es demasiado grande al descomprimirlo."]


def test_an_archive_of_too_many_members_is_refused() -> None:
    content = archive({"xl/workbook.xml": BOOK} | {f"xl/media/{number}": "" for number in range(2_001)})
    assert "demasiado grande" in read_table("plan.xlsx", content).problems[0].what


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
class TestHandWrittenSheets:
    def test_a_sheet_of_400_000_rows_is_refused_at_the_limit(self) -> None:
        rows = "".join(f'<row r="{number}"><c><v>1</v></c></row>' for number in range(1, 400_001))
        table = read_table("plan.xlsx", raw_workbook(rows))
        assert [str(problem) for problem in table.problems] == [
            "Plan: La hoja tiene más de 5.000 filas. Deje solo las filas de sus proyectos."
        ]

    def test_the_size_that_a_sheet_claims_is_not_believed(self) -> None:
        rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="B3"><v>2</v></c></row>'
        table = read_table("plan.xlsx", raw_workbook(rows, dimension="A1:XFD1048576"))
        assert [(row.number, row.values) for row in table.sheets[0].rows] == [(1, (1,)), (3, (None, 2))]

    def test_a_row_at_the_end_of_the_sheet_does_not_pass_in_silence(self) -> None:
        rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="5900"><c r="A5900"><v>2</v></c></row>'
        assert "más de 5.000 filas" in read_table("plan.xlsx", raw_workbook(rows)).problems[0].what

    def test_a_column_beyond_the_limit_is_refused(self) -> None:
        rows = '<row r="1"><c r="A1"><v>1</v></c><c r="DQ1"><v>1</v></c></row>'
        assert "más de 120 columnas" in read_table("plan.xlsx", raw_workbook(rows)).problems[0].what


def test_a_csv_beyond_its_limits_is_refused() -> None:
    limits = Limits(max_rows=3, max_columns=2)
    assert "más de 3 filas" in read_table("x.csv", b"a\n1\n2\n3\n", limits).problems[0].what
    assert "línea 2 tiene más de 2 columnas" in read_table("x.csv", b"a;b\n1;2;3\n", limits).problems[0].what
    assert read_table("x.csv", b"a;b;\n1;2;\n", limits).problems == ()


def test_a_workbook_of_too_many_sheets_is_refused() -> None:
    content = workbook({f"H{number}": [["a"]] for number in range(61)})
    assert "más de 60 hojas" in read_table("plan.xlsx", content).problems[0].what


WHOLE = workbook({"Plan": [["a", "b"], ["1", "2"]]})


@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_a_reason(content: bytes) -> None:
    table = read_table("x", content)
    assert table.sheets or table.problems


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=4))
def test_a_workbook_damaged_anywhere_gives_a_table_or_a_reason(at: int, damage: bytes) -> None:
    table = read_table("x.xlsx", WHOLE[:at] + damage + WHOLE[at + len(damage) :])
    assert table.sheets or table.problems
