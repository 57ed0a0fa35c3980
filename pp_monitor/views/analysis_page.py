"""What *Análisis* shows: sentences, cells and pictures out of one reading."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from flask import request, url_for

from pp_monitor import labels
from pp_monitor.domain.catalogue import Phase
from pp_monitor.domain.curve import Curve, CurvePoint, progress_curve
from pp_monitor.domain.errors import Problem
from pp_monitor.domain.group import Member
from pp_monitor.domain.lost_time import Spread, by_milestone, by_phase, city_by_phase
from pp_monitor.domain.ratio import Ratio
from pp_monitor.formatters import date_long, date_short, percent, plural, points
from pp_monitor.plot import CurvePlot, curve_plot, table_points
from pp_monitor.views import figures
from pp_monitor.views.analysis_ahead import TrendTable, WaveTable, trend_table, wave_tables
from pp_monitor.views.analysis_money import MoneyPicture, PhysicalPicture, money_picture, physical_picture
from pp_monitor.views.procurement_page import OfficeSum, build_offices
from pp_monitor.views.project_list import Filter
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import short_name


@dataclass(frozen=True, slots=True)
class CurveRow:
    """A line of the curve's table: fractions 0-1, none where a curve has no value that day."""

    day: str
    planned: float | None
    actual: float | None
    earliest: float | None


@dataclass(frozen=True, slots=True)
class CurvePicture:
    """The S-curve: what it says in one sentence, its plot (none without a plan) and its table.

    ``data`` are the points as the script reads them: days in ISO, percent with one decimal, null where none.
    """

    sentence: str
    plot: CurvePlot | None
    rows: list[CurveRow]
    data: str


@dataclass(frozen=True, slots=True)
class PhaseCell:
    """Delays of an organism in a phase; ``tone`` goes with the words, never alone."""

    spread: Spread | None
    tone: str


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """An organism with a cell for each phase; ``url`` is that of its page."""

    name: str
    url: str
    cells: list[PhaseCell]


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """Delays of a milestone; ``share`` is its part of all the days lost, 0-1."""

    name: str
    phase: str
    spread: Spread
    share: float


@dataclass(frozen=True, slots=True)
class AnalysisPage:
    """Everything that *Análisis* shows; ``kept`` goes along when the cut-off changes."""

    title: str
    subtitle: str
    filters: list[Filter]
    kept: list[tuple[str, str]]
    problems: list[Problem]
    curve: CurvePicture
    phases: list[str]
    phase_rows: list[PhaseRow]
    phase_total: list[PhaseCell]
    milestones: list[MilestoneRow]
    milestones_sentence: str
    offices: list[OfficeSum]
    money: MoneyPicture
    physical: PhysicalPicture
    waves: list[WaveTable]
    trend: TrendTable | None


def build(asked: Reading) -> AnalysisPage:
    """The page of the organism in the address, or of all that this person sees."""
    organisms = {group.code: short_name(asked.portfolio.names, group.code) for group in asked.portfolio.organisms}
    reading, chosen, problems = _narrowed(asked, organisms)
    projects = reading.portfolio.projects
    frame = reading.portfolio.frame
    curve = progress_curve([Member.whole(project) for project in projects], frame)
    who = organisms[chosen] if chosen else "La ciudad" if asked.is_city else "Su organismo"
    milestones = _milestone_rows(reading)
    return AnalysisPage(
        title=f"Análisis con corte al {date_long(reading.cutoff.day)}",
        subtitle=figures.subtitle(reading),
        filters=[Filter("organismo", "Organismo", [("", "Todos"), *_by_name(organisms)], chosen)]
        if len(organisms) > 1
        else [],
        kept=[("organismo", chosen)] if chosen else [],
        problems=problems,
        curve=_curve_picture(curve, who, frame.year),
        phases=[labels.PHASE[phase] for phase in Phase],
        phase_rows=_phase_rows(reading, organisms),
        phase_total=_cells(city_by_phase(projects)),
        milestones=milestones,
        milestones_sentence=_milestones_sentence(milestones),
        offices=build_offices(reading, {}).sums,
        money=money_picture(reading, organisms),
        physical=physical_picture(reading),
        waves=wave_tables(reading),
        trend=trend_table(reading) if reading.organism_codes else None,
    )


def _by_name(organisms: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(organisms.items(), key=lambda pair: pair[1])


def _narrowed(reading: Reading, organisms: Mapping[str, str]) -> tuple[Reading, str, list[Problem]]:
    """The reading of the organism in the address, and what was wrong with the address."""
    code = request.args.get("organismo", "").strip()
    if not code:
        return reading, "", []
    if code not in organisms:
        what = f"El filtro «organismo» no tiene la opción «{code[:40]}»."
        return reading, "", [Problem(what, "Se muestran todos.")]
    return reading.of_organism(code), code, []


def _curve_picture(curve: Curve, who: str, year: int) -> CurvePicture:
    rows = [
        CurveRow(
            date_short(point.day),
            point.planned.value,
            point.actual.value if point.actual else None,
            point.earliest.value if point.earliest else None,
        )
        for point in table_points(curve)
    ]
    has_value = any(row.planned is not None for row in rows)
    plot = curve_plot(curve, year) if has_value else None
    return CurvePicture(_curve_sentence(curve, who, year), plot, rows, _curve_data(curve, year))


def _curve_data(curve: Curve, year: int) -> str:
    def percents(figure: Callable[[CurvePoint], Ratio | None]) -> list[float | None]:
        ratios = (figure(point) for point in curve.points)
        return [None if ratio is None or ratio.value is None else round(100 * ratio.value, 1) for ratio in ratios]

    return json.dumps(
        {
            "days": [point.day.isoformat() for point in curve.points],
            "planned": percents(lambda point: point.planned),
            "actual": percents(lambda point: point.actual),
            "earliest": percents(lambda point: point.earliest),
            "cutoff": curve.cutoff.isoformat(),
            "yearEnd": date(year, 12, 31).isoformat(),
        }
    )


def _curve_sentence(curve: Curve, who: str, year: int) -> str:
    """What the curve shows: how far behind, and where it would end the year."""
    now, end = curve.at(curve.cutoff), curve.at(date(year, 12, 31))
    if not now or now.planned.value is None or not now.actual or now.actual.value is None:
        return "Ningún proyecto tiene plan registrado a este corte: no hay curva que mostrar."
    gap = Fraction(now.actual.numerator) - Fraction(now.planned.numerator)
    apart = points(abs(100 * gap / now.planned.denominator)).removeprefix("+")
    side = "debajo" if gap < 0 else "encima"
    place = f"va {apart} puntos por {side} de lo programado" if gap else "va como lo programado"
    said = f"{who} {place}: {percent(now.actual.value)} real frente a {percent(now.planned.value)}."
    if end and end.earliest and end.earliest.value is not None:
        said += f" Si lo vencido se cumpliera hoy, llegaría al {percent(end.earliest.value)} el 31 de diciembre."
    return said


def _phase_rows(reading: Reading, organisms: Mapping[str, str]) -> list[PhaseRow]:
    """Organisms with something exigible, the one with the highest delay first."""
    spreads = by_phase(reading.portfolio.projects)
    rows = []
    for group in reading.portfolio.organisms:
        own = {phase: spreads.get((group.code, phase)) for phase in Phase}
        if any(own.values()):
            url = url_for("dashboard.organism", code=group.code, **reading.cutoff.args)
            high = [each.high_workdays if each else -1 for each in own.values()]
            rows.append((high, PhaseRow(organisms[group.code], url, _cells(own))))
    rows.sort(key=lambda pair: pair[0], reverse=True)
    return [row for _, row in rows]


# Of the 90th percentile in working days, as the levels of overdue milestones: from 1 and from 11.
_TONES = ((10, "late"), (0, "warn"), (-1, "ok"))


def _cells(spreads: Mapping[Phase, Spread | None]) -> list[PhaseCell]:
    return [_cell(spreads.get(phase)) for phase in Phase]


def _cell(spread: Spread | None) -> PhaseCell:
    if spread is None:
        return PhaseCell(None, "none")
    return PhaseCell(spread, next(tone for over, tone in _TONES if spread.high_workdays > over))


def _milestone_rows(reading: Reading) -> list[MilestoneRow]:
    """Milestones with something exigible, those that lose most days first."""
    spreads = by_milestone(reading.portfolio.projects)
    total = sum(spread.total_workdays for spread in spreads.values())
    rows = [
        MilestoneRow(
            milestone.name,
            labels.PHASE[milestone.phase],
            spread,
            spread.total_workdays / total if total else 0.0,
        )
        for milestone in reading.portfolio.frame.catalogue.milestones
        if (spread := spreads.get(milestone.code))
    ]
    return sorted(rows, key=lambda row: -row.spread.total_workdays)


def _milestones_sentence(rows: Sequence[MilestoneRow]) -> str:
    lost = [row for row in rows if row.spread.total_workdays]
    if not lost:
        return "Ningún hito exigible tiene retraso."
    first = lost[0]
    late = plural(first.spread.late, "hito tarde", "hitos tarde")
    part = f"{percent(first.share)} de los días perdidos, con {late} de {first.spread.n}"
    return f"Donde más días se pierden es en «{first.name}»: {part}."
