"""Reading a workbook back, by sheet and heading, and recalculating it as a reader's program would."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.reports.evaluation import evaluation
from pp_monitor.reports.scope import Holiday, PreviousCut, ReportInfo
from pp_monitor.reports.workbook import build_workbook
from tests.reports.portfolios import CUTOFF, portfolio

SHEETS = [
    "00_Portada",
    "01_Resumen",
    "02_Organismos",
    "03_Desviaciones",
    "05_Sin_plan",
    "09_Proyectos",
    "10_Hitos",
    "11_Festivos",
    "12_Ficha_técnica",
]


def info(**changes: Any) -> ReportInfo:
    """The identity of the report on the small vigencia."""
    base = ReportInfo(
        number=4,
        version=1,
        year=2022,
        cutoff=CUTOFF,
        known_at=datetime.fromisoformat("2022-07-18T08:00:00"),
        issued_on=date(2022, 7, 18),
        entity="Alcaldía de Santiago de Cali",
        author="Equipo de Planeación",
        catalogue_version="1",
        data_sha256="5f" * 32,
        budget_cutoff=date(2022, 6, 30),
        public_url="https://pp.example.org",
        holidays=[
            Holiday(date(2022, 7, 4), "San Pedro y San Pablo"),
            Holiday(date(2022, 7, 13), "Día local", is_local=True),
        ],
        project_urls={f"p{n:04d}": f"https://pp.example.org/proyectos/p{n:04d}" for n in range(1, 30)},
    )
    return replace(base, **changes)


def previous(of: Portfolio | None = None) -> PreviousCut:
    """The cut of 17/06/2022 of the small vigencia, as a closed cut-off keeps it."""
    answer = evaluation(of or portfolio(cutoff=date(2022, 6, 17)))
    return PreviousCut.of(3, date(2022, 6, 17), answer["city"], {row["code"]: row for row in answer["organisms"]})


def book(of: Portfolio | None = None, *, report: ReportInfo | None = None, **options: Any) -> Workbook:
    """The workbook, written and read back."""
    return load_workbook(io.BytesIO(build_workbook(of or portfolio(), report or info(), **options)))


def rows(sheet: Worksheet, first: int = 1) -> list[dict[str, Any]]:
    """The rows of the table that begins at row ``first``, by heading, down to the first empty row."""
    headings = [cell.value for cell in sheet[first] if cell.value is not None]
    found = []
    for line in sheet.iter_rows(min_row=first + 1, max_col=len(headings), values_only=True):
        if all(value is None for value in line):
            break
        found.append(dict(zip(headings, line, strict=True)))
    return found


def cells(workbook: Workbook) -> Iterator[Cell]:
    """Every cell with a value."""
    for sheet in workbook.worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                if isinstance(cell, Cell) and cell.value is not None:
                    yield cell


def column_cells(sheet: Worksheet, heading: str) -> list[Cell]:
    """The cells under a heading."""
    place = next(cell.column for cell in sheet[1] if cell.value == heading)
    return [cell for (cell,) in sheet.iter_rows(min_row=2, min_col=place, max_col=place) if isinstance(cell, Cell)]


def recalculated(data: bytes, folder: Path) -> Workbook:
    """The workbook after LibreOffice has computed every formula."""
    return load_workbook(io.BytesIO(saved_by_libreoffice(data, folder)), data_only=True)


def saved_by_libreoffice(data: bytes, folder: Path) -> bytes:
    """The workbook opened by LibreOffice and saved as ``.xlsx``."""
    (folder / "book.xlsx").write_bytes(data)
    target = folder / "out"
    subprocess.run(
        [
            "soffice",
            f"-env:UserInstallation=file://{folder}/profile",
            "--headless",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(target),
            str(folder / "book.xlsx"),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return (target / "book.xlsx").read_bytes()
