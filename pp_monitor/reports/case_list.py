"""A list of cases of alerts as a file: its columns, declared once for CSV and workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pp_monitor.reports.columns import Column, Kind


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in words; ``workdays`` is the delay of its gravest cause, if any, ``age_workdays`` its age."""

    number: int
    project_code: str
    name: str
    organism_code: str
    organism: str
    level: str
    rule: str
    workdays: int | None
    cause: str
    more: str
    state: str
    opened_on: date
    age_workdays: int
    escalated_to: str
    owner: str
    commitment_on: date | None
    snoozed_until: date | None
    reason: str
    closed_on: date | None
    ending: str


COLUMNS: Sequence[Column[CaseLine]] = (
    Column("Caso", lambda row: row.number, 8, Kind.COUNT),
    Column("Código del proyecto", lambda row: row.project_code, 14, Kind.CODE),
    Column("Proyecto u organismo", lambda row: row.name, 44, Kind.WRAP),
    Column("Código organismo", lambda row: row.organism_code, 11, Kind.CODE),
    Column("Organismo", lambda row: row.organism, 26),
    Column("Nivel", lambda row: row.level, 10),
    Column("Regla", lambda row: row.rule, 26),
    Column("Retraso (días hábiles)", lambda row: row.workdays, 12, Kind.COUNT),
    Column("Causa principal", lambda row: row.cause, 50, Kind.WRAP),
    Column("Otras causas", lambda row: row.more, 50, Kind.WRAP),
    Column("Estado", lambda row: row.state, 12),
    Column("Abierto el", lambda row: row.opened_on, 12, Kind.DATE),
    Column("Edad (días hábiles)", lambda row: row.age_workdays, 11, Kind.COUNT),
    Column("Escalado", lambda row: row.escalated_to, 24),
    Column("Responsable", lambda row: row.owner, 26),
    Column("Fecha de compromiso", lambda row: row.commitment_on, 13, Kind.DATE),
    Column("Pospuesto hasta", lambda row: row.snoozed_until, 12, Kind.DATE),
    Column("Motivo", lambda row: row.reason, 36, Kind.WRAP),
    Column("Cerrado el", lambda row: row.closed_on, 12, Kind.DATE),
    Column("Cómo se cerró", lambda row: row.ending, 44, Kind.WRAP),
)
