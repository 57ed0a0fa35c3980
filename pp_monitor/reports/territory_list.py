"""The ranking of territories as a file, declared once for its CSV and its workbook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from pp_monitor import labels
from pp_monitor.domain.catalogue import Phase
from pp_monitor.domain.light import Light
from pp_monitor.domain.listing import CLOSED_PHASE, NO_PHASE
from pp_monitor.domain.territory import TerritoryFigures
from pp_monitor.reports.columns import Column, Kind, Tone, Value, light_tone


@dataclass(frozen=True, slots=True)
class TerritoryLine:
    """A territory at ``cutoff``; its money is the part of its projects that falls to it."""

    figures: TerritoryFigures
    cutoff: date
    name: str


def _phase(code: str) -> Callable[[TerritoryLine], Value]:
    return lambda line: line.figures.phases.get(code, 0)


def _commitments(line: TerritoryLine) -> Value:
    return line.figures.money.commitments_cop if line.figures.money else None


def _tone(line: TerritoryLine) -> Tone:
    return light_tone(line.figures.group.light)


COLUMNS: Sequence[Column[TerritoryLine]] = (
    Column("Corte", lambda line: line.cutoff, 12, Kind.DATE),
    Column("Código", lambda line: line.figures.code, 9, Kind.CODE),
    Column("Territorio", lambda line: line.name, 26, Kind.WRAP),
    Column("Semáforo", lambda line: labels.LIGHT[line.figures.group.light], 14, tone=_tone),
    Column("Proyectos", lambda line: line.figures.group.projects, 10, Kind.COUNT),
    Column("Precontractual", _phase(Phase.PRECONTRACTUAL), 13, Kind.COUNT),
    Column("Ejecución", _phase(Phase.EXECUTION), 11, Kind.COUNT),
    Column("Cierre", _phase(Phase.CLOSURE), 10, Kind.COUNT),
    Column("Cerrados", _phase(CLOSED_PHASE), 10, Kind.COUNT),
    Column("Sin plan registrado", _phase(NO_PHASE), 11, Kind.COUNT),
    Column("Suspendidos", lambda line: line.figures.group.count(Light.SUSPENDED), 12, Kind.COUNT),
    Column("Avance programado (%)", lambda line: line.figures.group.planned_progress.value, 13, Kind.PERCENT),
    Column("Avance real (%)", lambda line: line.figures.group.actual_progress.value, 11, Kind.PERCENT),
    Column("Desviación (p. p.)", lambda line: line.figures.group.deviation_points, 12, Kind.POINTS),
    Column(
        "Mayor retraso (días hábiles)",
        lambda line: line.figures.group.worst_delay_workdays if line.figures.group.with_plan else None,
        13,
        Kind.COUNT,
    ),
    Column("Atrasados", lambda line: line.figures.group.count(Light.RED), 11, Kind.COUNT),
    Column("Valor vigente ($)", lambda line: line.figures.group.allocation_cop, 18, Kind.MONEY),
    Column("Compromisos ($)", _commitments, 18, Kind.MONEY),
    Column("Valor en riesgo ($)", lambda line: line.figures.group.value_at_risk_cop, 18, Kind.MONEY),
)


def total(whole: TerritoryLine) -> dict[str, Value]:
    """The row of totals by heading: all projects, each counted once."""
    return {column.heading: column.get(whole) for column in COLUMNS[4:]}
