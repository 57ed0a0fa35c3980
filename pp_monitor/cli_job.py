"""Commands about the scheduled jobs."""

from __future__ import annotations

from datetime import date, datetime

import click
from flask.cli import with_appcontext

from pp_monitor import clock, job_table, labels, scheduler
from pp_monitor.cli_types import DateType, console_actor, reading_day, send_and_tell
from pp_monitor.domain.errors import ConflictError, NotFoundError
from pp_monitor.job_table import Job
from pp_monitor.models.entity import Vigencia
from pp_monitor.services import job as job_service


@click.group("jobs", help="Tareas programadas.")
def jobs() -> None:
    """Hold what can be done with jobs."""


@jobs.command("list", help="Tareas con su última ejecución y la próxima, una por línea.")
@with_appcontext
def list_jobs() -> None:
    """Print a row for each job: name, last run, next run, what it does."""
    now, today = clock.utc_now().astimezone(clock.zone()), reading_day()
    for job in job_table.JOBS:
        click.echo(f"{job.name:<16} {_last(job):<60} próxima: {_next(job, now, today):<18} {job.label}")
    beat = job_service.last_beat(job_table.SEND_OUTBOX)
    last = f"última: {_moment(beat)}" if beat else "nunca"
    click.echo(f"{job_table.SEND_OUTBOX:<16} {last:<60} próxima: {'cada minuto':<18} Envía los correos pendientes")


def _last(job: Job) -> str:
    run = job_service.last_run(job.name)
    if run is None:
        return "nunca"
    state = labels.JOB_STATE[run.state].lower()
    return f"última: {_moment(run.started_at)} {run.period} {state}, {_tries(run.tries)}. {run.outcome}"


def _tries(count: int) -> str:
    return "1 intento" if count == 1 else f"{count} intentos"


def _next(job: Job, now: datetime, today: date) -> str:
    moment = scheduler.next_run(job, now, today)
    if moment is None:
        return "ninguna"
    return "ya" if moment <= now and moment.date() == now.date() else _moment(moment)


def _moment(instant: datetime) -> str:
    return f"{instant.astimezone(clock.zone()):%d/%m/%Y %H:%M}"


_NAMES = ", ".join([*(job.name for job in job_table.JOBS), job_table.SEND_OUTBOX])


@jobs.command("run", help=f"Ejecuta ya una tarea, aunque el periodo esté hecho. Tareas: {_NAMES}.")
@click.argument("name", metavar="NOMBRE")
@click.option("--date", "day", type=DateType(), metavar="FECHA", help="Día del periodo. Por defecto, hoy.")
@with_appcontext
def run_job(name: str, day: date | None) -> None:
    """Run one job in every vigencia to which the day belongs; its error is told, with status 1."""
    if name == job_table.SEND_OUTBOX:
        send_and_tell()
        return
    job, today = job_table.find_job(name), clock.today()
    day = day or today
    if day > today:
        raise click.BadParameter(f"{day:%d/%m/%Y} está en el futuro.", param_hint="--date")
    actor = console_actor()
    for period in [job.period_on(vigencia, day) for vigencia in _followed(day)]:
        outcome = scheduler.run_period(job, period, today, actor, again=True)
        if outcome is None:
            raise ConflictError(f"La tarea {name} está en curso en otro proceso. Espere a que termine.")
        click.echo(f"{name} {period.code}: {outcome}")


def _followed(day: date) -> list[Vigencia]:
    """The vigencias open on ``day`` whose follow-up has not ended; raise ``NotFoundError`` when there is none."""
    found = [vigencia for vigencia in scheduler.vigencias() if job_table.is_followed(vigencia, day)]
    if not found:
        raise NotFoundError(f"El {day:%d/%m/%Y} no había ninguna vigencia en seguimiento.")
    return found


COMMANDS = (jobs,)
