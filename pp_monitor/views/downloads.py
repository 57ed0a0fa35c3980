"""Tables as files: exactly the rows of the page that they are taken from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Response

from pp_monitor.reports.table_csv import MEDIA_TYPE, Cell, write_csv

Table = tuple[Sequence[str], list[Sequence[Cell]]]


def csv(filename: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """The table as a file to keep."""
    return attached(write_csv(headings, rows), MEDIA_TYPE, filename)


def attached(content: bytes, media_type: str, filename: str) -> Response:
    """A file to keep, never opened in the browser."""
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
