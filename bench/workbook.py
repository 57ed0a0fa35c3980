"""What the monthly workbooks cost: the consolidated one against a bare write of its cells, and all sixteen."""

from __future__ import annotations

import io
import random
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import holidays
from openpyxl import Workbook, load_workbook

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE, Modality
from pp_monitor.domain.dated import Dated, View
from pp_monitor.domain.plan import Baseline, BaselineKind, PlanLine
from pp_monitor.domain.portfolio import Names, OrganismLabel, Portfolio, TerritoryLabel, assess
from pp_monitor.domain.progress import Fact, FactStatus
from pp_monitor.domain.project import Frame, ProjectHistory, TerritoryShare
from pp_monitor.domain.threshold import Thresholds
from pp_monitor.reports.scope import Holiday, ReportInfo
from pp_monitor.reports.workbook import build_workbook

CUTOFF = date(2022, 7, 15)
REGISTERED_ON = date(2022, 4, 8)
PROJECTS, ORGANISMS = 278, 15
RATIO_LIMIT, SECONDS_LIMIT = 1.5, 4.0
_PLANNED = (18, 25, 36, 46, 57, 71, 85, 92, 102, 165, 232, 246, 253, 260)


@dataclass(frozen=True, slots=True)
class WorkbookFigures:
    """Seconds of each build; ``ratio`` is that of the consolidated one to the bare write of the same cells."""

    cells: int
    consolidated_s: float
    bare_s: float
    all_s: float

    @property
    def ratio(self) -> float:
        """How many times a bare write the consolidated workbook costs."""
        return self.consolidated_s / self.bare_s


def measure() -> WorkbookFigures:
    """Build, time and print; each time is the best of three."""
    portfolio = synthetic_portfolio()
    info = report_info(portfolio)
    data = build_workbook(portfolio, info)
    values = [[list(row) for row in sheet.iter_rows(values_only=True)] for sheet in load_workbook(io.BytesIO(data))]
    codes = [None, *(group.code for group in portfolio.organisms)]
    figures = WorkbookFigures(
        cells=sum(value is not None for sheet in values for row in sheet for value in row),
        consolidated_s=_best(lambda: build_workbook(portfolio, info)),
        bare_s=_best(lambda: _bare(values)),
        all_s=_best(lambda: [build_workbook(portfolio, info, organism_code=code) for code in codes]),
    )
    print(
        f"workbook: {figures.cells} cells, {figures.consolidated_s:.2f} s, bare write {figures.bare_s:.2f} s, "
        f"ratio {figures.ratio:.2f} (at most {RATIO_LIMIT}); "
        f"{len(codes)} workbooks {figures.all_s:.2f} s (at most {SECONDS_LIMIT:.0f} s)"
    )
    return figures


def _best(work: object, times: int = 3) -> float:
    assert callable(work)
    found = []
    for _ in range(times):
        start = time.process_time()
        work()
        found.append(time.process_time() - start)
    return min(found)


def _bare(sheets: list[list[list[Any]]]) -> bytes:
    book = Workbook()
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def report_info(portfolio: Portfolio) -> ReportInfo:
    """The identity of a made-up report over ``portfolio``."""
    days = holidays.country_holidays("CO", years=range(2021, 2026), language="es")
    return ReportInfo(
        number=4,
        version=1,
        year=2022,
        cutoff=CUTOFF,
        known_at=datetime(2022, 7, 18, 8, 0),  # noqa: DTZ001
        issued_on=date(2022, 7, 18),
        entity="Alcaldía de Santiago de Cali",
        author="Equipo de Planeación",
        catalogue_version="1",
        data_sha256="0" * 64,
        is_demo=True,
        public_url="https://pp.example.org",
        holidays=[Holiday(day, name) for day, name in sorted(days.items())],
        project_urls={row.public_id: f"https://pp.example.org/proyectos/{row.public_id}" for row in portfolio.projects},
    )


def synthetic_portfolio() -> Portfolio:
    """A vigencia of 278 projects in 15 organisms, always the same."""
    chance = random.Random(2022)
    off = holidays.country_holidays("CO", years=range(2021, 2026))
    codes = [f"{4133 + place}" for place in range(ORGANISMS)]
    names = Names(
        "Santiago de Cali",
        {code: OrganismLabel(code, f"Secretaría de Prueba {code}", f"Prueba {code}") for code in codes},
        {f"{n:02d}": TerritoryLabel(f"{n:02d}", f"Comuna {n}") for n in range(1, 23)},
        {milestone.code: milestone.name for milestone in DEFAULT_CATALOGUE.milestones},
    )
    frame = Frame(
        2022,
        View(CUTOFF, datetime(2022, 7, 18, 13, tzinfo=UTC)),
        WorkCalendar.of(off),
        DEFAULT_CATALOGUE,
        Thresholds(),
        dict.fromkeys(codes, date(2022, 4, 22)),
    )
    histories = [_history(place, codes[place % ORGANISMS], chance) for place in range(1, PROJECTS + 1)]
    return assess(frame, histories, names, is_demo=True)


def _history(place: int, organism: str, chance: random.Random) -> ProjectHistory:
    entered, at = date(2022, 1, 3), datetime(2022, 1, 3, 13, tzinfo=UTC)
    has_plan = organism != "4134" and chance.random() > 0.02
    shift, pace = chance.randrange(0, 30), chance.choice((0, 0, 0, 2, 9, 25))
    planned = [date(2022, 4, 1) + timedelta(days=day + shift) for day in _PLANNED]
    lines = {row.code: PlanLine(day) for row, day in zip(DEFAULT_CATALOGUE.milestones, planned, strict=True)}
    met = [(code, line.planned + timedelta(days=pace)) for code, line in lines.items() if line.planned]
    seen = [(code, day) for code, day in met if day <= CUTOFF and chance.random() > 0.03]
    facts = [
        Fact(n, code, day, FactStatus.REPORTED, datetime(day.year, day.month, day.day, 15, tzinfo=UTC), day)
        for n, (code, day) in enumerate(seen, start=1)
    ]
    b0 = Baseline(0, BaselineKind.REGISTRATION, REGISTERED_ON, datetime(2022, 4, 8, 13, tzinfo=UTC), lines)
    name = f"Mejoramiento de los espacios comunitarios y deportivos del barrio de prueba número {place}"
    shares = (TerritoryShare(f"{1 + place % 22:02d}", 0),)
    return ProjectHistory(
        id=place,
        public_id=f"p{place:06d}",
        code=f"BP26{place:06d}",
        entered_on=entered,
        recorded_at=at,
        names=[Dated(name, entered, at)],
        organisms=[Dated(organism, entered, at)],
        modalities=[Dated(chance.choice(list(Modality)), entered, at)],
        territories=[Dated(shares, entered, at)],
        allocations=[Dated(chance.randrange(20_000_000, 900_000_000), entered, at)],
        baselines=[b0] if has_plan else [],
        actuals=facts if has_plan else [],
    )


if __name__ == "__main__":
    measure()
