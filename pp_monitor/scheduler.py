"""The one process that runs the jobs.

Every minute the leading process asks what is missing in the ledger and supplies it, so that
catching up, doubles and restarts are rows in the database and not states of a process.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from threading import Event
from types import FrameType

from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask
from sqlalchemy import select

from pp_monitor import clock
from pp_monitor.domain.errors import PpMonitorError
from pp_monitor.extensions import db
from pp_monitor.job_table import JOBS, REFRESH_ALERTS, SEND_OUTBOX, Job, Period, is_followed
from pp_monitor.models.entity import Vigencia
from pp_monitor.services import alert, delivery, entity, job
from pp_monitor.services.audit import Actor
from pp_monitor.services.lease import Lease, exclusive

PROCESS = "scheduler"
ACTOR_LABEL = "tareas programadas"
_log = logging.getLogger(__name__)


def scheduler_actor(entity_id: int) -> Actor:
    """Who the audit trail says did what the scheduler did."""
    return Actor(entity_id, ACTOR_LABEL)


def vigencias() -> Sequence[Vigencia]:
    """Every vigencia, oldest first."""
    return db.session.scalars(select(Vigencia).order_by(Vigencia.year, Vigencia.id)).all()


def missing_periods(a_job: Job, now_local: datetime, today: date) -> list[Period]:
    """The periods of a job that are due by ``now_local`` and not settled in the ledger, oldest first."""
    due = [period for vigencia in vigencias() for period in a_job.due(vigencia, today)]
    settled = {
        entity_id: job.settled_periods(entity_id, a_job.name, now_local) for entity_id in {p.entity_id for p in due}
    }
    db.session.rollback()
    return [
        period
        for period in due
        if period.code not in settled[period.entity_id]
        and datetime.combine(period.day, a_job.at, now_local.tzinfo) <= now_local
    ]


def next_run(a_job: Job, now_local: datetime, today: date) -> datetime | None:
    """When a job runs next: now if something is missing, none if nothing ever falls due again."""
    if missing_periods(a_job, now_local, today):
        return now_local
    following = [a_job.next_day(vigencia, today) for vigencia in vigencias()]
    due_today = [period.day for vigencia in vigencias() for period in a_job.due(vigencia, today)]
    moments = [datetime.combine(day, a_job.at, now_local.tzinfo) for day in (*following, *due_today) if day]
    return min((moment for moment in moments if moment > now_local or moment.date() > today), default=None)


def run_period(a_job: Job, period: Period, today: date, actor: Actor, *, again: bool = False) -> str | None:
    """Run a job for a period if nobody else has it or has done it; none when it was not run.

    What goes wrong is written in the ledger, with its time for another try, and raised only when
    run by hand (``again``).
    """
    key = a_job.key(period)
    with exclusive(f"job-{a_job.name}") as is_ours:
        if not is_ours or not job.claim(key, again=again):
            return None
        try:
            outcome = a_job.run(period, today, actor)
        except Exception as error:
            db.session.rollback()
            job.fail(key, str(error) if isinstance(error, PpMonitorError) else f"{type(error).__name__}: {error}")
            _log.exception("Falló la tarea %s para %s", key.job, key.period)
            if again:
                raise
            return None
        db.session.rollback()
        job.finish(key, outcome)
        _log.info("%s %s: %s", key.job, key.period, outcome)
        return outcome


@dataclass(slots=True)
class Ticker:
    """What a scheduler process does each minute; ``stop`` ends it between two pieces of work."""

    jobs: Sequence[Job] = JOBS
    stop: Event = field(default_factory=Event)
    lease: Lease = field(default_factory=lambda: Lease(PROCESS))
    # Of each vigencia, the newest fact that its alerts know of; forgotten with the process, which costs one comparison.
    _told: dict[int, datetime] = field(default_factory=dict)

    def tick(self, now_local: datetime, today: date) -> bool:
        """Do everything that is missing at ``now_local``, if this process leads; say whether it does."""
        if not self.lease.hold():
            return False
        entity_id = entity.the_entity().id
        job.beat(entity_id, PROCESS)
        for a_job in self.jobs:
            for period in missing_periods(a_job, now_local, today):
                if self.stop.is_set():
                    return True
                run_period(a_job, period, today, scheduler_actor(entity_id))
                job.beat(entity_id, PROCESS)
        self._send(entity_id)
        if REFRESH_ALERTS in self.jobs:
            self._follow_facts(now_local, today)
        return True

    def _follow_facts(self, now_local: datetime, today: date) -> None:
        """Between two daily runs, bring the alerts to what was recorded since: a matter that is settled closes."""
        waiting = {period.vigencia_id for period in missing_periods(REFRESH_ALERTS, now_local, today)}
        for vigencia in vigencias():
            is_known = self._told.get(vigencia.id) == vigencia.last_recorded_at
            has_run = datetime.combine(today, REFRESH_ALERTS.at, now_local.tzinfo) <= now_local
            if is_known or not has_run or vigencia.id in waiting or not is_followed(vigencia, today):
                continue
            alert.refresh_alerts(vigencia.id, today, scheduler_actor(vigencia.entity_id))
            db.session.refresh(vigencia)
            self._told[vigencia.id] = vigencia.last_recorded_at

    def _send(self, entity_id: int) -> None:
        """Send what is due, one message at a time, so that a stop waits for one only."""
        while not self.stop.is_set():
            done = delivery.send_due(limit=1)
            if not done.messages or done.is_unreachable:
                break
            _log.info("Correo: %s entregados, %s pendientes", done.sent, done.pending)
            job.beat(entity_id, PROCESS)
        job.beat(entity_id, SEND_OUTBOX)


def run(app: Flask) -> None:
    """Tick every minute until SIGTERM or SIGINT; the work in hand is finished first.

    Raises ``SettingError`` or ``NotFoundError`` at once where this installation cannot run.
    """
    with app.app_context():
        clock.check_fixed_date()
        entity.the_entity()
        zone = clock.zone()
    ticker = Ticker()
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    scheduler = BlockingScheduler(timezone=zone, job_defaults=defaults)
    scheduler.add_job(partial(_tick, app, ticker), "interval", minutes=1, next_run_time=clock.utc_now())
    _stop_on_signals(ticker)
    _log.info("Tareas programadas en marcha.")
    try:
        scheduler.start()
    except _StopRequest:
        if scheduler.running:
            scheduler.shutdown(wait=True)
    finally:
        with app.app_context():
            ticker.lease.release()
    _log.info("Tareas programadas detenidas.")


class _StopRequest(BaseException):
    """Somebody asked the process to end."""


def _stop_on_signals(ticker: Ticker) -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        if not ticker.stop.is_set():
            ticker.stop.set()
            raise _StopRequest

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def _tick(app: Flask, ticker: Ticker) -> None:
    with app.app_context():
        # Real data may have come in since this process began.
        clock.check_fixed_date()
        ticker.tick(clock.utc_now().astimezone(clock.zone()), clock.today())
