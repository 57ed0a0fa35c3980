"""The file of a workbook: what openpyxl makes of it, with the rows of each sheet put in as it is packed."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

_EPOCH = (1980, 1, 1, 0, 0, 0)
_SHEET_DATA = re.compile(r"<sheetData\s*/>|<sheetData>.*</sheetData>", re.DOTALL)


def packed(book: Workbook, rows: Sequence[Sequence[str]]) -> bytes:
    """The file of ``book``; ``rows`` are the ``<row>`` elements of each sheet, in the order of its sheets.

    They take the place of the cells that openpyxl knows of. The same book gives the same bytes.
    """
    stream = io.BytesIO()
    ExcelWriter(book, _Package(stream, rows)).save()
    return stream.getvalue()


class _Package(ZipFile):
    """An archive without the hour of its making, whose sheets get their rows on the way in."""

    def __init__(self, stream: io.BytesIO, rows: Sequence[Sequence[str]]) -> None:
        super().__init__(stream, "w", ZIP_DEFLATED)
        self._rows = {f"xl/worksheets/sheet{place}.xml": found for place, found in enumerate(rows, start=1)}

    def write(self, filename: str | os.PathLike[str], arcname: Any = None, *_: object, **__: object) -> None:
        """Pack a sheet from its file, row by row, so that no sheet is held twice."""
        before, after = _SHEET_DATA.split(Path(filename).read_text("utf-8"), maxsplit=1)
        with self.open(_part(arcname), "w") as part:
            for text in (before, "<sheetData>", *self._rows.pop(arcname), "</sheetData>", after):
                part.write(text.encode())

    def writestr(self, zinfo_or_arcname: str | ZipInfo, data: Any, *_: object, **__: object) -> None:
        """Pack a part from its content."""
        super().writestr(_part(zinfo_or_arcname), data)


def _part(name: str | ZipInfo) -> ZipInfo:
    part = ZipInfo(name if isinstance(name, str) else name.filename, _EPOCH)
    part.compress_type = ZIP_DEFLATED
    return part
