"""One transaction a use case: the lock that writers and closings share, and the instant they record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql, sqlite

from pp_monitor import clock
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.extensions import Model, db
from pp_monitor.models.entity import Vigencia

_TICK = timedelta(microseconds=1)
# Any number, the same in every process: the lock of writers that touch no vigencia.
_GENERAL_LOCK = 7_041_995


@contextmanager
def writing() -> Iterator[datetime]:
    """Open the one write transaction of a use case; commit at its end, roll back on any error.

    Gives the instant (UTC) to record. What was read before is forgotten: the rule is
    checked again inside. On SQLite the transaction is immediate; on PostgreSQL the
    lock of general writers is held until the end.
    """
    _begin()
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _GENERAL_LOCK})
    with _committing():
        yield clock.utc_now()


@contextmanager
def writing_vigencia(vigencia_id: int, *, is_trial: bool = False) -> Iterator[datetime]:
    """Like ``writing``, holding the lock of one vigencia, whose newest fact moves to the instant given.

    Instants of a vigencia never repeat nor go backwards, so that nothing recorded before
    a ``K`` appears after it. What a trial writes is undone at its end: it only learns what is
    wrong. Raises ``NotFoundError`` for an unknown vigencia.
    """
    vigencia = _locked(vigencia_id)
    vigencia.last_recorded_at = max(clock.utc_now(), vigencia.last_recorded_at + _TICK)
    with _committing(is_trial=is_trial):
        yield vigencia.last_recorded_at


@contextmanager
def beside_vigencia(vigencia_id: int) -> Iterator[datetime]:
    """Like ``writing_vigencia`` for what is no fact of it, as a step on a case: its newest fact stays where it is.

    Whoever writes facts waits, so that nothing is lost between the two, and the figures in memory stay good.
    """
    vigencia = _locked(vigencia_id)
    with _committing():
        yield max(clock.utc_now(), vigencia.last_recorded_at)


def _locked(vigencia_id: int) -> Vigencia:
    _begin()
    vigencia = db.session.scalar(select(Vigencia).where(Vigencia.id == vigencia_id).with_for_update())
    if vigencia is None:
        db.session.rollback()
        raise NotFoundError("Esa vigencia no existe.")
    return vigencia


def insert_once(model: type[Model], **values: Any) -> int | None:
    """Insert a row within the caller's write transaction; none when a unique key already holds one like it.

    Gives the id of the new row. Two transactions with the same key: the second waits for the first.
    """
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    statement = (
        dialect.insert(model.__table__).values(**values).on_conflict_do_nothing().returning(model.__table__.c.id)
    )
    row_id: int | None = db.session.scalar(statement)
    return row_id


def _begin() -> None:
    """Leave the read transaction and begin a writing one."""
    db.session.rollback()
    db.session.connection(execution_options={"sqlite_immediate": True})


@contextmanager
def _committing(*, is_trial: bool = False) -> Iterator[None]:
    try:
        yield
        if is_trial:
            db.session.rollback()
        else:
            db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
