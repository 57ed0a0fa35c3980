"""What *Análisis* says of what comes: the wave of publications and signatures, and how expected days have moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pp_monitor import labels
from pp_monitor.domain.catalogue import AWARD, COMPLETION, CONTRACT, HALFWAY, PUBLICATION, START, Modality
from pp_monitor.domain.trend import MilestoneTrend, expected_days, milestone_trends
from pp_monitor.domain.wave import Coming, WaveCell, coming, wave, weeks_from
from pp_monitor.formatters import Column, date_compact, date_day, date_short, integer, plural, workdays
from pp_monitor.services.report_archive import ClosedReport
from pp_monitor.services.trend import frozen_days
from pp_monitor.views.reading import Reading

_FOLLOWED = (PUBLICATION, AWARD, CONTRACT, START, HALFWAY, COMPLETION)
_STEPS = {PUBLICATION: "Publicaciones", CONTRACT: "Firmas de contrato"}
_NO_MODALITY = "Sin modalidad"


@dataclass(frozen=True, slots=True)
class WaveRow:
    """A modality with how many come overdue and in each week, as text; empty where none does."""

    name: str
    cells: list[str]


@dataclass(frozen=True, slots=True)
class WaveTable:
    """The wave of one step; ``bars`` are the shares of the fullest column, 0-1, overdue first."""

    title: str
    sentence: str
    columns: list[Column]
    rows: list[WaveRow]
    total: WaveRow
    bars: list[float]


@dataclass(frozen=True, slots=True)
class TrendRow:
    """A milestone with what each cut-off said of its day, and by how many working days it moved."""

    name: str
    cells: list[str]
    moved: str
    tone: str


@dataclass(frozen=True, slots=True)
class TrendTable:
    """How the days of the milestones of an organism have moved."""

    sentence: str
    columns: list[Column]
    rows: list[TrendRow]


def wave_tables(reading: Reading) -> list[WaveTable]:
    """Publications and signatures of the twelve weeks to come; a step that nothing waits for is absent."""
    portfolio = reading.portfolio
    items = coming(portfolio.projects, portfolio.cutoff, portfolio.frame.calendar)
    weeks: list[date | None] = [None, *weeks_from(portfolio.cutoff)]
    return [
        _wave_table(title, [item for item in items if item.code == code], weeks)
        for code, title in _STEPS.items()
        if any(item.code == code for item in items)
    ]


def _wave_table(title: str, items: Sequence[Coming], weeks: Sequence[date | None]) -> WaveTable:
    cells = wave(items)
    modalities = list(dict.fromkeys(cell.modality for cell in cells))
    counts = [sum(cell.count for cell in cells if cell.week == week) for week in weeks]
    most = max(counts)
    headings = [f"sem. {date_day(week)}" if week else "Vencidas" for week in weeks]
    return WaveTable(
        title,
        _wave_sentence(title, items, counts, weeks),
        [
            Column("Modalidad", kind="nowrap"),
            *(Column(heading, numeric=True) for heading in headings),
            Column("Todas", numeric=True),
        ],
        [_wave_row(modality, cells, weeks) for modality in modalities],
        WaveRow("Todas", [*(integer(count) if count else "" for count in counts), integer(sum(counts))]),
        [count / most for count in counts],
    )


def _wave_row(modality: Modality | None, cells: Sequence[WaveCell], weeks: Sequence[date | None]) -> WaveRow:
    own = {cell.week: cell.count for cell in cells if cell.modality is modality}
    name = labels.MODALITY[modality] if modality else _NO_MODALITY
    return WaveRow(name, [*(integer(own[week]) if week in own else "" for week in weeks), integer(sum(own.values()))])


def _wave_sentence(title: str, items: Sequence[Coming], counts: Sequence[int], weeks: Sequence[date | None]) -> str:
    late, ahead = counts[0], counts[1:]
    said = f"{title}: {plural(len(items), 'pendiente', 'pendientes')}"
    if late:
        said += f", {integer(late)} con la fecha vencida"
    if any(ahead):
        number = ahead.index(max(ahead)) + 1
        said += f"; la semana más cargada es la del {date_short(weeks[number])}, con {integer(max(ahead))}"
    return f"{said}."


def trend_table(reading: Reading) -> TrendTable | None:
    """What each closed cut-off, and this one, said of the key milestones of the projects read; none before two."""
    portfolio = reading.portfolio
    reports = _newest_versions([row for row in reading.reports if row.cutoff < portfolio.cutoff])
    said = frozen_days([row.id for row in reports], [project.code for project in portfolio.projects])
    views = [(row.cutoff, said[row.id]) for row in reports if row.id in said]
    views.append((portfolio.cutoff, [expected_days(project) for project in portfolio.projects]))
    trends = milestone_trends(views, _FOLLOWED)
    cutoffs = [cutoff for cutoff, _ in views]
    if len(cutoffs) < 2 or not trends:
        return None
    columns = [Column("Hito", kind="nowrap"), *(Column(date_day(day), numeric=True) for day in cutoffs)]
    rows = [_trend_row(trend, cutoffs, reading) for trend in trends]
    return TrendTable(
        _trend_sentence(rows), [*columns, Column("Se movió, días hábiles", numeric=True, how="trend")], rows
    )


def _newest_versions(reports: Sequence[ClosedReport]) -> list[ClosedReport]:
    """The newest version of each closed cut-off, the oldest cut-off first."""
    newest: dict[date, ClosedReport] = {}
    for row in reports:
        known = newest.get(row.cutoff)
        if known is None or row.version > known.version:
            newest[row.cutoff] = row
    return [newest[day] for day in sorted(newest)]


def _trend_row(trend: MilestoneTrend, cutoffs: Sequence[date], reading: Reading) -> TrendRow:
    said = {point.cutoff: f"{date_compact(point.day)}{' ✓' if point.is_met else ''}" for point in trend.points}
    moved = trend.moved_workdays(reading.portfolio.frame.calendar)
    name = reading.portfolio.names.milestones[trend.code]
    return TrendRow(
        name,
        [said.get(day, "—") for day in cutoffs],
        workdays(moved),
        "late" if moved > 0 else "ok" if moved < 0 else "",
    )


def _trend_sentence(rows: Sequence[TrendRow]) -> str:
    late = [row for row in rows if row.tone == "late"]
    if not late:
        return "Ningún hito se espera hoy más tarde que en el primer corte."
    names = ", ".join(f"«{row.name}» ({row.moved})" for row in late[:3])
    return f"Se esperan más tarde que en el primer corte: {names}."
