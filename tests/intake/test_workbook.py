"""Workbooks of unknown origin: guarded before they are opened, bounded while they are read."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest

from pp_monitor.intake.sheet import Limits
from pp_monitor.intake.text import Formula
from pp_monitor.intake.workbook import read_workbook
from tests.intake.files import MAIN, TYPES, archive, raw_workbook, repacked, workbook

PLAN = [("proyecto", "fecha"), ("BP26000001", datetime(2022, 4, 18)), (), ("BP26000002", None)]  # noqa: DTZ001 - Excel has no zone


def problems(content: bytes, limits: Limits | None = None) -> str:
    file = read_workbook(content, limits or Limits())
    assert file.sheets == ()
    return " ".join(str(problem) for problem in file.problems)


def test_values_keep_their_kind_and_their_place() -> None:
    [sheet] = read_workbook(workbook({"Plan": PLAN}), Limits()).sheets
    assert [(row.number, row.values) for row in sheet.rows] == [
        (1, ("proyecto", "fecha")),
        (2, ("BP26000001", datetime(2022, 4, 18))),  # noqa: DTZ001 - Excel has no zone
        (4, ("BP26000002",)),
    ]


def test_a_formula_stays_a_formula() -> None:
    [sheet] = read_workbook(workbook({"Plan": [("=1+1",)]}), Limits()).sheets
    assert sheet.rows[0].values == (Formula("=1+1"),)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"no es un libro", "está dañado"),
        (workbook({"Plan": PLAN})[:-200], "está dañado"),
        (archive({"hola.txt": "x"}), "Es un archivo comprimido"),
        (archive({"word/document.xml": "x"}), "Es un documento de Word"),
        (archive({"xl/workbook.bin": "x"}), "binario"),
        (archive({"mimetype": "x"}), "LibreOffice"),
        (workbook({"Plan": []}), "no trae ninguna fila"),
        (raw_workbook("", book='<?xml version="1.0"?><!DOCTYPE a><a/>'), "DOCTYPE"),
    ],
)
def test_what_is_not_a_sound_workbook_is_refused_with_its_reason(content: bytes, told: str) -> None:
    assert told in problems(content)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(workbook({"Plan": PLAN}), {"xl/media/grande.bin": bytes(3 * 2**20)})
    assert len(bomb) < 2**20
    assert "demasiado grande" in problems(bomb, Limits(max_unpacked_bytes=2**20))


def test_a_password_is_told() -> None:
    content = bytearray(workbook({"Plan": PLAN}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(mark, place + 4)
    assert zipfile.is_zipfile(io.BytesIO(bytes(content)))
    assert "tiene contraseña" in problems(bytes(content))


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        (Limits(max_rows=2), "más de 2 filas"),
        (Limits(max_columns=1), "más de 1 columnas"),
        (Limits(max_sheets=1), "más de 1 hojas"),
    ],
)
def test_a_book_beyond_its_limits_is_refused(limits: Limits, told: str) -> None:
    assert told in problems(workbook({"Plan": PLAN, "Otra": PLAN}), limits)


@pytest.mark.parametrize("dimension", ["", "A1:A20000"])
def test_a_sheet_beyond_its_rows_is_refused_without_reading_the_rest(dimension: str) -> None:
    rows = "".join(f'<row r="{number}"><c r="A{number}"><v>1</v></c></row>' for number in range(1, 20_001))
    damaged = f"{rows}<c></row>"
    assert "está dañado" in problems(raw_workbook(damaged, dimension=dimension), Limits(max_rows=50_000))
    assert "más de 2 filas" in problems(raw_workbook(damaged, dimension=dimension), Limits(max_rows=2))


def test_shared_texts_are_read_as_far_as_the_rows_ask_for_them() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n % 3}</v></c></row>' for n in range(1, 6))
    texts = "".join(f"<si><t>Texto {n}</t></si>" for n in range(20_000))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    types = TYPES.replace("</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>')
    shared = f'<?xml version="1.0"?><sst xmlns="{MAIN}">{texts}<si></sst>'
    content = repacked(
        raw_workbook(rows), {"[Content_Types].xml": types.encode(), "xl/sharedStrings.xml": shared.encode()}
    )
    [sheet] = read_workbook(content, Limits()).sheets
    assert [row.values for row in sheet.rows] == [(f"Texto {n % 3}",) for n in range(1, 6)]
    assert "más de 2 filas" in problems(content, Limits(max_rows=2))


def test_a_sheet_that_claims_a_million_rows_is_read_as_far_as_it_goes() -> None:
    row = '<row r="1"><c r="A1" t="inlineStr"><is><t>H01</t></is></c></row>'
    [sheet] = read_workbook(raw_workbook(row, dimension="A1:XFD1048576"), Limits()).sheets
    assert [row.values for row in sheet.rows] == [("H01",)]
