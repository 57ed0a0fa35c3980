"""The table of jobs and the one process that runs them.

Every minute the leading process asks what is missing in the ledger and supplies it, so that
catching up, doubles and restarts are rows in the database and not states of a process.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from threading import Event
from types import FrameType

from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask
from sqlalchemy import select

from pp_monitor import clock
from pp_monitor.domain.calendar import ReportDates, WorkCalendar
from pp_monitor.domain.errors import NotFoundError, PpMonitorError
from pp_monitor.domain.report import FollowUp, follow_up_dates, reports_due
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.entity import Vigencia
from pp_monitor.services import alert, approval, delivery, entity, held_file, job, reminder, report, role_end, session
from pp_monitor.services.audit import Actor
from pp_monitor.services.calendar import work_calendar
from pp_monitor.services.held_document import purge_held_documents
from pp_monitor.services.held_form import purge_held_forms
from pp_monitor.services.job import RunKey
from pp_monitor.services.lease import Lease, exclusive

PROCESS = "scheduler"
SEND_OUTBOX = "send_outbox"
ACTOR_LABEL = "tareas programadas"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Period:
    """What a job does once: ``code`` names it in the ledger, ``day`` is the date on which it falls due."""

    vigencia_id: int
    entity_id: int
    code: str
    day: date
    cutoff: date


Run = Callable[[Period, date, Actor], str]


@dataclass(frozen=True, slots=True)
class Job:
    """A scheduled job: due from the hour ``at`` of its periods' days, safe to run twice.

    ``due`` gives the periods that should be done by a date; ``period_on`` the one to which a day
    belongs, raising a ``PpMonitorError`` for a day that has none. ``run`` does one with *today* and
    answers in a Spanish sentence. ``next_day`` is when the next falls due after a date.
    """

    name: str
    label: str
    at: time
    due: Callable[[Vigencia, date], Sequence[Period]]
    period_on: Callable[[Vigencia, date], Period]
    next_day: Callable[[Vigencia, date], date | None]
    run: Run

    def key(self, period: Period) -> RunKey:
        """The ledger's key of one of its periods."""
        return RunKey(period.entity_id, self.name, period.code)


def is_followed(vigencia: Vigencia, day: date) -> bool:
    """Whether a vigencia was open by ``day``: its alerts go on after its last report, until the facts close them."""
    return vigencia.opened_on <= day


def _daily(vigencia: Vigencia, day: date) -> Period:
    return Period(vigencia.id, vigencia.entity_id, f"{vigencia.year}/{day}", day, day)


def _daily_due(vigencia: Vigencia, today: date) -> Sequence[Period]:
    """Only today: what a daily job does holds now, and a day missed is not missed by anybody."""
    return [_daily(vigencia, today)] if is_followed(vigencia, today) else []


def _daily_next(vigencia: Vigencia, today: date) -> date:
    following = date.fromordinal(today.toordinal() + 1)
    return max(following, vigencia.opened_on)


def _daily_job(name: str, label: str, at: time, run: Run, *, past: str = "") -> Job:
    """A job of every day; ``past`` is what is answered to who asks for another day, where that makes no sense."""

    def run_today(period: Period, today: date, actor: Actor) -> str:
        if past and period.day != today:
            raise NotFoundError(past)
        return run(period, today, actor)

    return Job(name, label, at, _daily_due, _daily, _daily_next, run_today)


def _refresh_alerts(period: Period, today: date, actor: Actor) -> str:
    done = alert.refresh_alerts(period.vigencia_id, period.day, actor)
    changed = done.raised + done.lowered + done.updated
    return f"Alertas: {done.opened} abiertas, {changed} cambiadas, {done.closed} cerradas."


def _follow_up(vigencia: Vigencia) -> FollowUp:
    return FollowUp(vigencia.opened_on, vigencia.follow_from, vigencia.follow_until)


def _calendar(vigencia: Vigencia) -> WorkCalendar:
    return work_calendar(vigencia.entity_id, clock.utc_now())


def _monthly(vigencia: Vigencia, dates: ReportDates) -> Period:
    code = f"{vigencia.year}/{dates.issue:%Y-%m}"
    return Period(vigencia.id, vigencia.entity_id, code, dates.issue, dates.cutoff)


def monthly_due(vigencia: Vigencia, today: date) -> Sequence[Period]:
    """The reports that should have gone out by ``today`` since the vigencia opened."""
    return [_monthly(vigencia, dates) for dates in reports_due(_follow_up(vigencia), today, _calendar(vigencia))]


def monthly_on(vigencia: Vigencia, day: date) -> Period:
    """The report of the month of ``day``; raise ``NotFoundError`` outside the follow-up calendar."""
    for dates in follow_up_dates(_follow_up(vigencia), _calendar(vigencia)):
        if (dates.issue.year, dates.issue.month) == (day.year, day.month):
            return _monthly(vigencia, dates)
    raise NotFoundError(f"La vigencia {vigencia.year} no tiene informe en {day:%m/%Y}.")


def monthly_next(vigencia: Vigencia, today: date) -> date | None:
    """The day of the first report after ``today``."""
    days = (dates.issue for dates in follow_up_dates(_follow_up(vigencia), _calendar(vigencia)))
    return next((day for day in days if day > today and day >= vigencia.opened_on), None)


def _close_month(period: Period, today: date, actor: Actor) -> str:
    """A month whose day has passed is closed late, with its own cut-off and the day on which it really goes out."""
    done = report.close_cutoff(period.vigencia_id, period.cutoff, today, actor, today, render=render_mail)
    name = f"Informe n.º {done.number}, corte {period.cutoff:%d/%m/%Y}"
    return f"{name}: {done.files} libros y {done.messages} correos." if done.is_new else f"{name}: ya estaba cerrado."


def _purge_tries(_period: Period, _today: date, _actor: Actor) -> str:
    return f"Intentos de ingreso borrados: {session.purge_tries()}."


def _purge_held(period: Period, today: date, _actor: Actor) -> str:
    files = held_file.purge_held(period.entity_id, today)
    documents = purge_held_documents(period.entity_id, today)
    forms = purge_held_forms(period.entity_id, today)
    return f"Archivos subidos borrados: {files}; adjuntos sin enviar: {documents}; formularios sin enviar: {forms}."


def _notify_role_ends(period: Period, today: date, actor: Actor) -> str:
    """Ends of today's people; safe for each vigencia, since the outbox takes no notice twice."""
    told = role_end.notify_role_ends(actor, today, render=render_mail)
    return f"Avisos nuevos de funciones de enlaces por terminar: {told}."


def _remind(period: Period, today: date, actor: Actor) -> str:
    vigencia = db.session.get_one(Vigencia, period.vigencia_id)
    done = reminder.send_due_reminders(vigencia, today, actor, render=render_mail)
    return f"Recordatorios: {done.persons} personas de {done.organisms} organismos."


def _register_plans(period: Period, today: date, actor: Actor) -> str:
    """Every plan whose days for comments are over, whichever day that was: a day missed is caught up."""
    vigencia = db.session.get_one(Vigencia, period.vigencia_id)
    numbers = approval.register_due(vigencia, actor, today, render_mail)
    if not numbers:
        return "No hay planes por registrar."
    return f"Planes registrados, constancias n.º {', '.join(str(number) for number in numbers)}."


REGISTER_PLANS = _daily_job(
    "register_plans",
    "Registra los planes aprobados cuyos días de comentarios pasaron, cada día a las 05:30",
    time(5, 30),
    _register_plans,
    past="Los planes solo se registran a la fecha de hoy.",
)
REFRESH_ALERTS = _daily_job(
    "refresh_alerts",
    "Actualiza las alertas, cada día a las 06:00",
    time(6),
    _refresh_alerts,
    past="Las alertas solo se actualizan a la fecha de hoy.",
)
CLOSE_MONTH = Job(
    name="close_month",
    label="Cierra el mes y pone sus correos, el tercer lunes (o el día hábil siguiente) a las 07:00",
    at=time(7),
    due=monthly_due,
    period_on=monthly_on,
    next_day=monthly_next,
    run=_close_month,
)
PURGE_TRIES = _daily_job(
    "purge_tries",
    "Borra los intentos de ingreso que ya no cuentan, cada día a las 05:00",
    time(5),
    _purge_tries,
)
PURGE_HELD = _daily_job(
    "purge_held",
    "Borra los archivos subidos, adjuntos y formularios sin enviar cuyo tiempo pasó, cada día a las 05:10",
    time(5, 10),
    _purge_held,
)
ROLE_ENDS = _daily_job(
    "role_ends",
    "Avisa los enlaces cuya función termina en diez días, cada día a las 06:30",
    time(6, 30),
    _notify_role_ends,
    past="El fin de las funciones solo se avisa a la fecha de hoy.",
)
REMIND = _daily_job(
    "remind",
    "Recuerda a quienes deben su plan, alrededor del plazo y solo en días hábiles, a las 08:00",
    time(8),
    _remind,
    past="Los recordatorios solo salen con la fecha de hoy.",
)
JOBS: tuple[Job, ...] = (REGISTER_PLANS, REFRESH_ALERTS, ROLE_ENDS, CLOSE_MONTH, REMIND, PURGE_TRIES, PURGE_HELD)


def find_job(name: str, jobs: Sequence[Job] = JOBS) -> Job:
    """The job called ``name``; raise ``NotFoundError`` listing those that exist."""
    for each in jobs:
        if each.name == name:
            return each
    names = ", ".join([*(each.name for each in jobs), SEND_OUTBOX])
    raise NotFoundError(f"La tarea «{name}» no existe. Las que hay son: {names}.")


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
