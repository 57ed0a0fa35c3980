"""A list of cases of alerts as a file: its columns, declared once for CSV and workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pp_monitor.reports.columns import Column, Kind, Table
from pp_monitor.reports.sheet import Book
from pp_monitor.reports.table_csv import write_csv


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
TABLE: Table[CaseLine] = Table("Alertas", COLUMNS, frozen_columns=3)


@dataclass(frozen=True, slots=True)
class CaseListInfo:
    """What a workbook of cases says of itself; ``known_at`` is UTC, ``narrowed`` the filters in words."""

    entity: str
    year: int
    day: date
    known_at: datetime
    narrowed: str
    is_demo: bool


def case_csv(lines: Sequence[CaseLine]) -> bytes:
    """The cases as CSV, in the order given."""
    return write_csv(
        [column.heading for column in COLUMNS], ([column.get(line) for column in COLUMNS] for line in lines)
    )


def case_workbook(lines: Sequence[CaseLine], info: CaseListInfo) -> bytes:
    """The same as a workbook of one sheet."""
    what = f"Alertas de la vigencia {info.year}"
    book = Book(
        title=what,
        author=info.entity,
        subject=f"{info.day:%d/%m/%Y} – {info.narrowed}",
        footer=f"{info.entity} · {what} · {info.day:%d/%m/%Y} · {info.narrowed}",
        is_demo=info.is_demo,
    )
    book.created_at(info.known_at)
    book.table("Alertas", TABLE, lines)
    return book.data()
