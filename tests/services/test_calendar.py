"""Working days: the country's holidays and the city's own, as recorded by an instant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.extensions import db
from pp_monitor.models.entity import LocalDay, Vigencia
from pp_monitor.services.calendar import calendar_of, national_holidays, work_calendar
from pp_monitor.services.entity import the_entity
from pp_monitor.services.transaction import writing_vigencia
from tests.portfolio_db import open_vigencia

FAIR = date(2022, 12, 27)


@pytest.fixture
def entity_id(any_app: Flask) -> Iterator[int]:
    """A city with one vigencia, once on each engine."""
    with any_app.app_context():
        open_vigencia()
        yield the_entity().id
        db.session.remove()


def declare(day: date, *, is_non_working: bool) -> datetime:
    vigencia_id = db.session.scalars(select(Vigencia.id)).one()
    with writing_vigencia(vigencia_id) as now:
        db.session.add(
            LocalDay(
                entity_id=the_entity().id,
                day=day,
                is_non_working=is_non_working,
                name="Feria de Cali",
                act="Decreto 1",
                recorded_at=now,
            )
        )
    return now


@pytest.mark.parametrize(("year", "count"), [(2022, 18), (2025, 17), (2026, 19)])
def test_the_country_has_its_holidays(year: int, count: int) -> None:
    assert len([day for day in national_holidays() if day.year == year]) == count


def test_holidays_have_spanish_names() -> None:
    assert national_holidays()[date(2022, 4, 15)] == "Viernes Santo"


def test_the_holiday_of_2026_is_known() -> None:
    assert date(2026, 7, 13) in national_holidays()


def test_a_local_day_counts_from_its_record_on_until_it_is_revoked(entity_id: int) -> None:
    declared = declare(FAIR, is_non_working=True)
    revoked = declare(FAIR, is_non_working=False)
    before = declared - timedelta(microseconds=1)
    known = [work_calendar(entity_id, instant).is_working(FAIR) for instant in (before, declared, revoked)]
    assert known == [True, False, True]


def test_a_national_holiday_can_be_made_a_working_day(entity_id: int) -> None:
    holy_thursday = date(2022, 4, 14)
    now = declare(holy_thursday, is_non_working=False)
    assert work_calendar(entity_id, now).is_working(holy_thursday)


def test_a_closed_cutoff_counts_with_the_days_it_kept(entity_id: int) -> None:
    kept = calendar_of([FAIR])
    assert not kept.is_working(FAIR)
    assert kept.is_working(date(2022, 4, 14))
