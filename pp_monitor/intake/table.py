"""One reader of tables, whatever the file: CSV or workbook, to sheets of rows with their places."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from pp_monitor.domain.errors import Problem, Severity
from pp_monitor.intake.sheet import MEGABYTE, Limits, Row, Sheet, TableFile, refused, too_many_rows
from pp_monitor.intake.text import shown
from pp_monitor.intake.workbook import read_workbook

_CSV_FIX = "Guárdelo en Excel como «CSV UTF-8 (delimitado por comas)» o como libro .xlsx."
_SIGNATURES: Final = (
    (b"%PDF", "Es un PDF."),
    (b"\x89PNG", "Es una imagen."),
    (b"\xff\xd8\xff", "Es una imagen."),
    (b"GIF8", "Es una imagen."),
    (b"Rar!", "Es un archivo comprimido .rar."),
    (b"7z\xbc\xaf", "Es un archivo comprimido .7z."),
    (b"\x1f\x8b", "Es un archivo comprimido .gz."),
    (b"{\\rtf", "Es un documento de texto."),
)
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml")
_OLE = b"\xd0\xcf\x11\xe0"
_ZIP = b"PK\x03\x04"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_table(filename: str, content: bytes, limits: Limits | None = None) -> TableFile:
    """Read a CSV or an ``.xlsx`` workbook by what it contains; its name only serves the messages.

    A file that is empty, too large, damaged, protected or of another kind gives one error and no sheets.
    """
    limits = limits or Limits()
    if not content.strip():
        return refused("El archivo está vacío.", "Elija un archivo con datos.")
    if len(content) > limits.max_bytes:
        size = limits.max_bytes // MEGABYTE or 1
        return refused(f"El archivo pesa más de {size} MB.", "Quite hojas o filas que no se usan y envíelo otra vez.")
    if content.startswith(_ZIP):
        return read_workbook(content, limits)
    wrong = _wrong_kind(filename, content)
    return wrong or _read_csv(content, limits)


def _wrong_kind(filename: str, content: bytes) -> TableFile | None:
    head = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            return refused("El libro tiene contraseña.", "Guárdelo sin contraseña y envíelo otra vez.")
        return refused("Es un libro de Excel antiguo (.xls).", "Ábralo y guárdelo como libro de Excel (.xlsx).")
    for signature, what in _SIGNATURES:
        if content.startswith(signature):
            return refused(what, "Envíe un libro de Excel (.xlsx) o un archivo CSV.")
    if head.lower().startswith(_MARKUP):
        return refused("Es una página web, no una tabla.", "Ábralo en Excel y guárdelo como libro .xlsx.")
    if content.startswith(_UTF16):
        return refused("El texto está en UTF-16.", _CSV_FIX)
    if b"\x00" in content:
        name = shown(filename) or "El archivo"
        return refused(f"{name} no es una tabla que se pueda leer.", "Envíe un libro de Excel (.xlsx) o un CSV.")
    return None


def _read_csv(content: bytes, limits: Limits) -> TableFile:
    notes: tuple[Problem, ...] = ()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
        what = "El archivo no está en UTF-8; se leyó como Windows (Latin-1)."
        notes = (Problem(what, f"Revise las tildes y las eñes. {_CSV_FIX}", Severity.NOTE),)
    text = text.removeprefix("\ufeff")
    rows: list[Row] = []
    records = _records(text)
    try:
        for row in records:
            if any(value for value in row.values):
                rows.append(row)
            if len(rows) > limits.max_rows:
                return TableFile((), (too_many_rows(limits.max_rows),))
            if len(row.values) > limits.max_columns and any(row.values[limits.max_columns :]):
                return refused(
                    f"La línea {row.number} tiene más de {limits.max_columns} columnas.",
                    "Deje solo las columnas de la tabla.",
                )
    except csv.Error as error:
        return refused(*_csv_error(str(error), rows))
    if not rows:
        return refused("El archivo no trae ninguna fila.", "Elija un archivo con datos.")
    return TableFile((Sheet("", tuple(rows), is_csv=True),), notes)


def _csv_error(reason: str, rows: list[Row]) -> tuple[str, str]:
    line = rows[-1].number + 1 if rows else 1
    what = f"Desde la línea {line} hay comillas sin cerrar o mal puestas."
    if "field limit" in reason:
        what = f"Desde la línea {line} hay una celda demasiado larga; parece que faltan unas comillas."
    return what, "Revise las comillas de esa línea o guarde la tabla como libro .xlsx."


def _records(text: str) -> Iterator[Row]:
    """Rows with the number of the line on which each begins; a first line ``sep=;`` is Excel's, not data."""
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    for values in reader:
        if not (line == 1 and values and values[0].casefold().startswith("sep=")):
            yield Row(line, tuple(value.strip() for value in values))
        line = reader.line_num + 1


def _delimiter(text: str) -> str:
    """The separator of the first line with data: ``;`` unless outside quotes there are more commas."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    if first.casefold().startswith("sep=") and len(first.strip()) == len("sep=;"):
        return first.strip()[-1]
    outside = "".join(part for index, part in enumerate(first.split('"')) if index % 2 == 0)
    return "," if outside.count(",") > outside.count(";") else ";"
