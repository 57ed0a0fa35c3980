"""The working-day calendar: national holidays and the city's own dated table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

import holidays
from sqlalchemy import select

from pp_monitor.domain.calendar import FIRST_DAY, LAST_DAY, WorkCalendar
from pp_monitor.domain.report import FollowUp
from pp_monitor.extensions import db
from pp_monitor.models.entity import LocalDay, Vigencia


@lru_cache(maxsize=1)
def national_holidays() -> dict[date, str]:
    """Colombia's holidays from 2000 to 2100 with their Spanish names (package ``holidays``)."""
    years = range(FIRST_DAY.year, LAST_DAY.year + 1)
    return dict(holidays.country_holidays("CO", years=years, language="es"))


def holiday_norm(name: str) -> str:
    """The law behind a national holiday, by its Spanish name; empty for a day that is none.

    >>> holiday_norm("Día de Nuestra Señora del Rosario de Chiquinquirá (observado)")
    'Ley 2578 de 2026'
    """
    if not name:
        return ""
    return "Ley 2578 de 2026" if "Chiquinquirá" in name else "Ley 51 de 1983"


@lru_cache(maxsize=8)
def _calendar(added: frozenset[date], removed: frozenset[date]) -> WorkCalendar:
    return WorkCalendar.of((national_holidays().keys() | added) - removed)


def calendar_of(non_working: Iterable[date]) -> WorkCalendar:
    """The calendar that a closed cut-off kept, from its own list of days."""
    return WorkCalendar.of(non_working)


def local_days(entity_id: int, known_at: datetime) -> dict[date, LocalDay]:
    """The newest record by ``known_at`` of each local day."""
    rows = (
        select(LocalDay)
        .where(LocalDay.entity_id == entity_id, LocalDay.recorded_at <= known_at)
        .order_by(LocalDay.recorded_at, LocalDay.id)
    )
    return {row.day: row for row in db.session.scalars(rows)}


def follow_up(vigencia: Vigencia) -> FollowUp:
    """The months of a vigencia whose cut-offs are reported."""
    return FollowUp(vigencia.opened_on, vigencia.follow_from, vigencia.follow_until)


def work_calendar(entity_id: int, known_at: datetime) -> WorkCalendar:
    """The working days of the city as recorded by ``known_at``; one query."""
    newest = local_days(entity_id, known_at)
    added = frozenset(day for day, row in newest.items() if row.is_non_working)
    removed = frozenset(newest) - added
    return _calendar(added, removed)
