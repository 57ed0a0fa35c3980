"""The ledger of scheduled jobs: who claims a period runs it, and what came of it stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from pp_monitor.extensions import db
from pp_monitor.models.job import Heartbeat, JobRun, JobState
from pp_monitor.services.transaction import insert_once, writing

# How long a failed run waits before the next try; the last wait repeats.
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=6))


@dataclass(frozen=True, slots=True)
class RunKey:
    """What the ledger lets in once: a job of a city for a period."""

    entity_id: int
    job: str
    period: str


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A line of the ledger as an operator sees it; ``outcome`` is what the job said, or the error."""

    job: str
    period: str
    state: JobState
    tries: int
    started_at: datetime
    finished_at: datetime | None
    outcome: str


def settled_periods(entity_id: int, job: str, now: datetime) -> frozenset[str]:
    """The periods of a job that are done by ``now``, or failed and not yet to be tried again."""
    rows = db.session.scalars(select(JobRun).where(JobRun.entity_id == entity_id, JobRun.job == job))
    return frozenset(row.period for row in rows if not _is_open(row, now))


def claim(key: RunKey, *, again: bool = False) -> bool:
    """Take a period for this process; false when it is done or its next try is still to come.

    The caller holds the job's lease: a run that the ledger says is running belongs to a dead
    process and is taken over. ``again`` runs also what is done.
    """
    with writing() as now:
        if insert_once(
            JobRun,
            entity_id=key.entity_id,
            job=key.job,
            period=key.period,
            state=JobState.RUNNING,
            tries=1,
            started_at=now,
        ):
            return True
        row = _row(key)
        if not again and not _is_open(row, now):
            return False
        row.state, row.tries, row.started_at = JobState.RUNNING, row.tries + 1, now
        row.finished_at, row.outcome = None, ""
        return True


def finish(key: RunKey, outcome: str) -> None:
    """Record that a claimed run did its work; ``outcome`` is one Spanish sentence."""
    _end(key, JobState.DONE, outcome)


def fail(key: RunKey, error: str) -> None:
    """Record that a claimed run failed; it is tried again after a while."""
    _end(key, JobState.FAILED, error)


def _end(key: RunKey, state: JobState, outcome: str) -> None:
    with writing() as now:
        row = _row(key)
        row.state, row.finished_at, row.outcome = state, now, outcome


def _row(key: RunKey) -> JobRun:
    query = select(JobRun).where(JobRun.entity_id == key.entity_id, JobRun.job == key.job, JobRun.period == key.period)
    return db.session.scalars(query).one()


def _is_open(row: JobRun, now: datetime) -> bool:
    """Whether a recorded run may be taken: left running by a dead process, or failed long enough ago."""
    if row.state == JobState.FAILED and row.finished_at:
        return now >= row.finished_at + BACK_OFF[min(row.tries, len(BACK_OFF)) - 1]
    return row.state == JobState.RUNNING


def last_run(job: str) -> ListedRun | None:
    """The run of a job that started last, or none."""
    query = select(JobRun).where(JobRun.job == job).order_by(JobRun.started_at.desc(), JobRun.id.desc()).limit(1)
    row = db.session.scalar(query)
    if row is None:
        return None
    return ListedRun(row.job, row.period, JobState(row.state), row.tries, row.started_at, row.finished_at, row.outcome)


def last_day_done(entity_id: int, job: str, year: int) -> date | None:
    """The newest day for which a daily job of the vigencia ``year`` was done, or none."""
    prefix = f"{year}/"
    query = select(func.max(JobRun.period)).where(
        JobRun.entity_id == entity_id, JobRun.job == job, JobRun.state == JobState.DONE
    )
    period = db.session.scalar(query.where(JobRun.period.startswith(prefix)))
    return date.fromisoformat(period.removeprefix(prefix)) if period else None


def beat(entity_id: int, process: str) -> None:
    """Leave the sign of life of a process: the true instant."""
    with writing() as now:
        if insert_once(Heartbeat, entity_id=entity_id, process=process, beat_at=now) is None:
            query = select(Heartbeat).where(Heartbeat.entity_id == entity_id, Heartbeat.process == process)
            db.session.scalars(query).one().beat_at = now


def last_beat(process: str) -> datetime | None:
    """When a process was last alive, or none if it never was."""
    return db.session.scalar(select(func.max(Heartbeat.beat_at)).where(Heartbeat.process == process))
