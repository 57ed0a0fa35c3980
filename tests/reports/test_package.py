"""The file of a workbook: its rows in their sheets, its links, the same bytes each time."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell

from pp_monitor.reports.package import packed

ONE = '<row r="1"><c r="A1"><v>1</v></c></row>'
TWO = '<row r="1"><c r="A1"><v>2</v></c><c r="B1"><v>3</v></c></row>'


def book(*, is_write_only: bool = True) -> Workbook:
    made = Workbook(write_only=is_write_only)
    for sheet in made.worksheets:
        made.remove(sheet)
    made.create_sheet("Uno")
    made.create_sheet("Dos")
    return made


@pytest.mark.parametrize("is_write_only", [True, False])
def test_each_sheet_gets_its_own_rows(is_write_only: bool) -> None:
    read = load_workbook(io.BytesIO(packed(book(is_write_only=is_write_only), [[ONE], [TWO]])))
    assert [list(sheet.values) for sheet in read.worksheets] == [[(1,)], [(2, 3)]]


def test_of_the_cells_that_the_library_was_given_only_the_links_stay() -> None:
    made = book()
    cell = WriteOnlyCell(made["Uno"], "otra cosa")
    cell.hyperlink = "https://pp.example.org/proyectos/p1"
    made["Uno"].append([cell])
    read = load_workbook(io.BytesIO(packed(made, [[ONE], [TWO]])))["Uno"]["A1"]
    assert read.hyperlink is not None
    assert (read.value, read.hyperlink.target) == (1, "https://pp.example.org/proyectos/p1")


def test_parts_are_compressed_and_do_not_tell_the_hour() -> None:
    with ZipFile(io.BytesIO(packed(book(), [[ONE * 1000], [TWO]]))) as found:
        assert {part.date_time[:3] for part in found.infolist()} == {(1980, 1, 1)}
        sheet = found.getinfo("xl/worksheets/sheet1.xml")
    assert sheet.compress_size < sheet.file_size / 10
