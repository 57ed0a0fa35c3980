"""The table of jobs: what each does, at which hour, and for which periods it falls due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time

from pp_monitor import clock
from pp_monitor.domain.calendar import ReportDates, WorkCalendar
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.domain.report import follow_up_dates, reports_due
from pp_monitor.extensions import db
from pp_monitor.formatters import plural
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.entity import Vigencia
from pp_monitor.services import (
    alert,
    approval,
    cutoff_warning,
    digest,
    held_file,
    milestone_reminder,
    reminder,
    report,
    role_end,
    session,
)
from pp_monitor.services.audit import Actor
from pp_monitor.services.calendar import follow_up, work_calendar
from pp_monitor.services.held_document import purge_held_documents
from pp_monitor.services.held_form import purge_held_forms
from pp_monitor.services.job import RunKey, settled_periods

# The one piece of work that no ledger counts: it is done each minute, and not a job of this table.
SEND_OUTBOX = "send_outbox"


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


def _workday_due(vigencia: Vigencia, today: date) -> Sequence[Period]:
    """The same, on working days alone: nobody is written to on a day off."""
    return _daily_due(vigencia, today) if _calendar(vigencia).is_working(today) else []


def _workday_next(vigencia: Vigencia, today: date) -> date:
    return _calendar(vigencia).effective(_daily_next(vigencia, today))


def _daily_next(vigencia: Vigencia, today: date) -> date:
    following = date.fromordinal(today.toordinal() + 1)
    return max(following, vigencia.opened_on)


def _daily_job(name: str, label: str, at: time, run: Run, *, past: str = "", writes_mail: bool = False) -> Job:
    """A job of every day, of every working day where it ``writes_mail``.

    ``past`` is what is answered to who asks for another day, where that makes no sense.
    """

    def run_today(period: Period, today: date, actor: Actor) -> str:
        if past and period.day != today:
            raise NotFoundError(past)
        return run(period, today, actor)

    due, following = (_workday_due, _workday_next) if writes_mail else (_daily_due, _daily_next)
    return Job(name, label, at, due, _daily, following, run_today)


def _refresh_alerts(period: Period, today: date, actor: Actor) -> str:
    done = alert.refresh_alerts(period.vigencia_id, period.day, actor)
    changed = done.raised + done.lowered + done.updated
    return f"Alertas: {done.opened} abiertas, {changed} cambiadas, {done.closed} cerradas."


def _calendar(vigencia: Vigencia) -> WorkCalendar:
    return work_calendar(vigencia.entity_id, clock.utc_now())


def _monthly(vigencia: Vigencia, dates: ReportDates) -> Period:
    code = f"{vigencia.year}/{dates.issue:%Y-%m}"
    return Period(vigencia.id, vigencia.entity_id, code, dates.issue, dates.cutoff)


def monthly_due(vigencia: Vigencia, today: date) -> Sequence[Period]:
    """The reports that should have gone out by ``today`` since the vigencia opened."""
    return [_monthly(vigencia, dates) for dates in reports_due(follow_up(vigencia), today, _calendar(vigencia))]


def monthly_on(vigencia: Vigencia, day: date) -> Period:
    """The report of the month of ``day``; raise ``NotFoundError`` outside the follow-up calendar."""
    for dates in follow_up_dates(follow_up(vigencia), _calendar(vigencia)):
        if (dates.issue.year, dates.issue.month) == (day.year, day.month):
            return _monthly(vigencia, dates)
    raise NotFoundError(f"La vigencia {vigencia.year} no tiene informe en {day:%m/%Y}.")


def monthly_next(vigencia: Vigencia, today: date) -> date | None:
    """The day of the first report after ``today``."""
    days = (dates.issue for dates in follow_up_dates(follow_up(vigencia), _calendar(vigencia)))
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


def _mailing(what: str, send: Callable[..., int]) -> Run:
    """A job that queues one mail a person; ``send`` gives to how many."""

    def run(period: Period, today: date, actor: Actor) -> str:
        sent = send(db.session.get_one(Vigencia, period.vigencia_id), today, actor, render=render_mail)
        return f"{what}: {plural(sent, 'persona', 'personas')}."

    return run


def _register_plans(period: Period, today: date, actor: Actor) -> str:
    """Every plan whose days for comments are over, whichever day that was: a day missed is caught up."""
    vigencia = db.session.get_one(Vigencia, period.vigencia_id)
    numbers = approval.register_due(vigencia, actor, today, render_mail)
    if not numbers:
        return "No hay planes por registrar."
    return f"Planes registrados, constancias n.º {', '.join(str(number) for number in numbers)}."


REGISTER_PLANS = _daily_job(
    "register_plans",
    "Registra los planes aprobados cuyos días de comentarios pasaron, cada día hábil a las 05:30",
    time(5, 30),
    _register_plans,
    past="Los planes solo se registran a la fecha de hoy.",
    writes_mail=True,
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
    "Avisa los enlaces cuya función termina en diez días, cada día hábil a las 06:30",
    time(6, 30),
    _notify_role_ends,
    past="El fin de las funciones solo se avisa a la fecha de hoy.",
    writes_mail=True,
)
SEND_DIGESTS = _daily_job(
    "send_digests",
    "Pone el resumen de casos de cada persona, cada día hábil a las 07:30",
    time(7, 30),
    _mailing("Resúmenes de casos", digest.send_digests),
    past="Los resúmenes solo salen con la fecha de hoy.",
    writes_mail=True,
)
WARN_CUTOFF = _daily_job(
    "warn_cutoff",
    "Avisa qué saldrá atrasado en el corte, tres días hábiles antes, a las 07:40",
    time(7, 40),
    _mailing("Preavisos de corte", cutoff_warning.send_cutoff_warnings),
    past="Los preavisos solo salen con la fecha de hoy.",
    writes_mail=True,
)
REMIND_MILESTONES = _daily_job(
    "remind_milestones",
    "Recuerda los hitos cinco días hábiles antes y el siguiente a su fecha, a las 07:50",
    time(7, 50),
    _mailing("Recordatorios de hitos", milestone_reminder.send_milestone_reminders),
    past="Los recordatorios solo salen con la fecha de hoy.",
    writes_mail=True,
)
REMIND = _daily_job(
    "remind",
    "Recuerda a quienes deben su plan, alrededor del plazo y solo en días hábiles, a las 08:00",
    time(8),
    _remind,
    past="Los recordatorios solo salen con la fecha de hoy.",
    writes_mail=True,
)
JOBS: tuple[Job, ...] = (
    REGISTER_PLANS,
    REFRESH_ALERTS,
    ROLE_ENDS,
    CLOSE_MONTH,
    SEND_DIGESTS,
    WARN_CUTOFF,
    REMIND_MILESTONES,
    REMIND,
    PURGE_TRIES,
    PURGE_HELD,
)


def was_run(job: Job, vigencia: Vigencia, day: date) -> bool:
    """Whether a job has nothing left to do of a day; what failed waits for its next try."""
    settled = settled_periods(vigencia.entity_id, job.name, clock.utc_now())
    return all(period.code in settled for period in job.due(vigencia, day) if period.day == day)


def find_job(name: str, jobs: Sequence[Job] = JOBS) -> Job:
    """The job called ``name``; raise ``NotFoundError`` listing those that exist."""
    for each in jobs:
        if each.name == name:
            return each
    names = ", ".join([*(each.name for each in jobs), SEND_OUTBOX])
    raise NotFoundError(f"La tarea «{name}» no existe. Las que hay son: {names}.")
