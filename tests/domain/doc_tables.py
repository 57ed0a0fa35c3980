"""The tables of docs/deviation-rules.md, which are the cases of these tests."""

from __future__ import annotations

from datetime import date
from pathlib import Path

_DOCUMENT = Path(__file__).parents[2] / "docs" / "deviation-rules.md"

Row = dict[str, str]


def doc_table(title: str) -> list[Row]:
    """The rows of the table that follows the line ``Table: title``, by heading, markup taken off."""
    lines = _DOCUMENT.read_text(encoding="utf-8").splitlines()
    start = lines.index(f"Table: {title}") + 2
    table: list[list[str]] = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        table.append([cell.strip().replace("`", "") for cell in line.strip("|").split("|")])
    headings, _rule, *rows = table
    return [dict(zip(headings, row, strict=True)) for row in rows]


def day(cell: str) -> date:
    """The ISO date that a cell begins with; what follows explains it."""
    return date.fromisoformat(cell[:10])


def optional_day(cell: str) -> date | None:
    """The date of a cell, or none where it shows a dash."""
    return None if cell == "—" else day(cell)
