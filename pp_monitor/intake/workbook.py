"""Reading an ``.xlsx`` workbook of unknown origin: guarded before it is opened, bounded while it is read."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import IO, Any

from openpyxl.cell.text import Text
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.cell import range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import iterparse

from pp_monitor.domain.errors import Problem
from pp_monitor.intake.sheet import Block, Limits, Row, Sheet, TableFile, refused, too_many_rows, trimmed
from pp_monitor.intake.text import Formula, is_blank

_ENCRYPTED = 0x1
_SHARED_TEXT = f"{{{SHEET_MAIN_NS}}}si"
_CHUNK = 2**18
_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
_LONGEST_DOCTYPE = max(len(doctype) for doctype in _DOCTYPES)
_ROWS_BEYOND = 1_000  # looked at past the limit, so that a gap of empty rows does not hide data
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})"')
_LONGEST_MERGED = 200
_SHARED_SHARE = 4  # texts, styles and relations are read whole: at most a quarter of the space
_RESAVE = "Ábralo en Excel, guárdelo otra vez como libro .xlsx y envíelo."
# What a damaged workbook makes zipfile, the XML parser and openpyxl raise.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    IndexError,
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
)


class _UnmeasuredSheet(ReadOnlyWorksheet):
    """A sheet read row by row; one that does not claim a size would be parsed to its end to measure it."""

    def _get_size(self) -> None:
        return


class _SharedTexts:
    """The texts that the cells of a workbook share, parsed as far as the rows that are read ask for."""

    def __init__(self, source: IO[bytes]) -> None:
        self._read: list[str] = []
        self._unread = _texts(source)

    def __getitem__(self, index: int) -> str:
        self._read.extend(islice(self._unread, max(0, index + 1 - len(self._read))))
        return self._read[index]


def _texts(source: IO[bytes]) -> Iterator[str]:
    for _, node in iterparse(source):
        if node.tag == _SHARED_TEXT:
            text: Any = Text.from_tree(node)
            yield text.content.replace("x005F_", "")
            node.clear()


class _BookReader(ExcelReader):
    """Opens the sheets of a workbook without reading any row of them, nor a text before a row asks for it."""

    def read_strings(self) -> None:
        """Leave the shared texts to be read as rows ask for them."""
        opened: Any = self
        part = opened.package.find(SHARED_STRINGS)
        if part is not None:
            opened.shared_strings = _SharedTexts(opened.archive.open(part.PartName[1:]))

    def read_worksheets(self) -> None:
        """Open each sheet unread; charts have no rows."""
        opened: Any = self  # whose parts the types of the library do not tell
        for sheet, relation in opened.parser.find_sheets():
            if relation.target in opened.valid_files and "chartsheet" not in relation.Type:
                opened.wb._sheets.append(
                    _UnmeasuredSheet(opened.wb, sheet.name, relation.target, opened.shared_strings)
                )


def read_workbook(content: bytes, limits: Limits) -> TableFile:
    """Read every sheet of a workbook up to its limits; formulas stay formulas, dates are dates."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            guarded = _guard(archive, limits)
        if guarded is not None:
            return guarded
        reader = _BookReader(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        reader.read()
        return _read_sheets(reader.wb, limits)
    except _DAMAGE:
        return refused("El libro de Excel está dañado y no se puede leer.", _RESAVE)


def _guard(archive: zipfile.ZipFile, limits: Limits) -> TableFile | None:
    members = archive.infolist()
    names = {member.filename for member in members}
    if any(member.flag_bits & _ENCRYPTED for member in members):
        return refused("El archivo tiene contraseña.", "Guárdelo sin contraseña y envíelo otra vez.")
    if "xl/workbook.xml" not in names:
        return refused(*_other_kind(names))
    unpacked = sum(member.file_size for member in members)
    whole = sum(member.file_size for member in members if not member.filename.startswith("xl/worksheets/sheet"))
    if (
        unpacked > limits.max_unpacked_bytes
        or whole > limits.max_unpacked_bytes // _SHARED_SHARE
        or len(members) > limits.max_members
    ):
        return refused(
            "El libro es demasiado grande al descomprimirlo.", "Envíe un libro solo con la tabla que se pide."
        )
    if any(_declares_a_type(archive, member) for member in members):
        return refused("El libro trae una declaración DOCTYPE, que no se acepta.", _RESAVE)
    return None


def _other_kind(names: set[str]) -> tuple[str, str]:
    save = "Guárdelo como libro de Excel (.xlsx)."
    if "xl/workbook.bin" in names:
        return "Es un libro de Excel binario (.xlsb).", save
    if "mimetype" in names:
        return "Es un archivo de LibreOffice.", save
    if "word/document.xml" in names:
        return "Es un documento de Word.", "Envíe un libro de Excel (.xlsx) o un CSV."
    return "Es un archivo comprimido, no un libro de Excel.", "Descomprímalo y envíe el libro .xlsx o el CSV."


def _declares_a_type(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    tail = b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            window = tail + chunk
            if any(doctype in window for doctype in _DOCTYPES):
                return True
            tail = window[-_LONGEST_DOCTYPE:]
    return False


def _read_sheets(book: Workbook, limits: Limits) -> TableFile:
    if len(book.worksheets) > limits.max_sheets:
        return refused(f"El libro tiene más de {limits.max_sheets} hojas.", "Deje solo las hojas que se piden.")
    sheets: list[Sheet] = []
    problems: list[Problem] = []
    for worksheet in book.worksheets:
        problem, rows = _read_sheet(worksheet, limits)
        if problem is not None:
            problems.append(problem)
        elif rows:
            sheets.append(Sheet(worksheet.title, rows, merged=_merged(worksheet)))
    if problems:
        return TableFile((), tuple(problems))
    if not sheets:
        return refused("El libro no trae ninguna fila.", "Elija un archivo con datos.")
    return TableFile(tuple(sheets))


def _read_sheet(worksheet: Worksheet, limits: Limits) -> tuple[Problem | None, tuple[Row, ...]]:
    rows: list[Row] = []
    for row in _rows(worksheet, limits):
        if row.number > limits.max_rows:
            return too_many_rows(limits.max_rows, worksheet.title), ()
        if len(row.values) > limits.max_columns:
            what = f"La hoja tiene más de {limits.max_columns} columnas."
            return Problem(what, "Deje solo las columnas de la tabla.", sheet=worksheet.title), ()
        rows.append(row)
    return None, tuple(rows)


def _merged(worksheet: Worksheet) -> tuple[Block, ...]:
    """The merged cells of a sheet, which a reading row by row does not tell."""
    streamed: Any = worksheet  # whose XML the types of the library do not tell
    refs: dict[bytes, None] = {}
    tail = b""
    with streamed._get_source() as stream:
        while chunk := stream.read(_CHUNK):
            window = tail + chunk
            refs |= dict.fromkeys(_MERGED.findall(window))
            tail = window[-_LONGEST_MERGED:]
    return tuple(_block(ref.decode("ascii")) for ref in refs)


def _block(ref: str) -> Block:
    left, top, right, bottom = (bound or 0 for bound in range_boundaries(ref))
    return Block(ref, left - 1, top, right - 1, bottom)


def _rows(worksheet: Worksheet, limits: Limits) -> Iterator[Row]:
    """The rows with something in them; the size that the sheet claims for itself is never asked."""
    found = worksheet.iter_rows(min_row=1, max_row=limits.max_rows + _ROWS_BEYOND, max_col=limits.max_columns + 1)
    for number, cells in enumerate(found, start=1):
        values = trimmed(tuple(_value(cell.value, cell.data_type) for cell in cells))
        if values:
            yield Row(number, values)


def _value(value: object, data_type: str) -> object:
    if data_type == "f":
        text = getattr(value, "text", None) or getattr(value, "ref", None) or value
        return Formula(str(text) if str(text).startswith("=") else f"={text}")
    return None if is_blank(value) else value
