"""Sheet ``11_Festivos``: the non-working days that the figures were counted with."""

from __future__ import annotations

from datetime import date

from pp_monitor.reports.columns import Column, Kind, Table
from pp_monitor.reports.scope import Holiday, Scope, plain

SHEET = "11_Festivos"
NAME = "tFest"
YEARS_BEFORE, YEARS_AFTER = 1, 3
_WEEK = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")


def holiday_rows(scope: Scope) -> list[Holiday]:
    """Every day off of the calendar around the vigencia, named where its name is known."""
    year = scope.info.year
    first, last = date(year - YEARS_BEFORE, 1, 1), date(year + YEARS_AFTER, 12, 31)
    named = {holiday.day: holiday for holiday in scope.info.holidays}
    days = sorted(day for day in scope.portfolio.frame.calendar.non_working if first <= day <= last)
    return [named.get(day, Holiday(day, "Día no hábil")) for day in days]


TABLE: Table[Holiday] = Table(
    NAME,
    (
        Column("Fecha", lambda row: row.day, 14, Kind.DATE),
        Column("Día", lambda row: _WEEK[row.day.weekday()], 14),
        Column("Nombre", lambda row: plain(row.name), 60),
        Column("Tipo", lambda row: "Local" if row.is_local else "Nacional", 14),
        Column("Norma", lambda row: plain(row.norm) or None, 34),
    ),
    frozen_columns=1,
    is_dense=True,
)
