"""A scheduler that tests drive minute by minute with a written clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import time_machine
from flask import Flask
from sqlalchemy import select

from pp_monitor import job_table
from pp_monitor.extensions import db
from pp_monitor.job_table import Job, Period
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.job import JobRun
from pp_monitor.scheduler import Ticker
from pp_monitor.services.audit import Actor
from tests.portfolio_db import NewProject, met_through, open_vigencia_early

BOGOTA = ZoneInfo("America/Bogota")
LATE = NewProject("BP1", actual=met_through("H02"))
APRIL_18 = date(2022, 4, 18)


@contextmanager
def early_vigencia(app: Flask) -> Iterator[Vigencia]:
    """Vigencia 2022 with a late project, recorded when it opened."""
    with app.app_context():
        yield open_vigencia_early([LATE])
        db.session.remove()


def at(day: date, hour: int = 8, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), BOGOTA)


def tick(ticker: Ticker, now_local: datetime) -> bool:
    """A tick at which the true clock says ``now_local`` too."""
    with time_machine.travel(now_local.astimezone(UTC), tick=False):
        return ticker.tick(now_local, now_local.date())


def runs() -> Sequence[str]:
    """The periods that have run, in that order."""
    return db.session.scalars(select(JobRun.period).order_by(JobRun.id)).all()


@dataclass(slots=True)
class Diary:
    """A job that only notes what it was asked; it fails as long as it is told to."""

    asked: list[tuple[str, date]] = field(default_factory=list)
    is_failing: bool = False

    def run(self, period: Period, _today: date, _actor: Actor) -> str:
        self.asked.append((period.code, period.cutoff))
        if self.is_failing:
            raise ValueError("sin disco")
        return f"Cerrado {period.cutoff}."

    def job(self) -> Job:
        return Job(
            name="close_month",
            label="Cierra el mes",
            at=time(7),
            due=job_table.monthly_due,
            period_on=job_table.monthly_on,
            next_day=job_table.monthly_next,
            run=self.run,
        )
