"""Databases that many tests fill in the same way: filled once, copied after."""

from __future__ import annotations

import atexit
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier
from sqlalchemy import select

from pp_monitor import clock
from pp_monitor.extensions import Base, db
from pp_monitor.models.entity import Entity

_STARTED_ON = clock.utc_now().date()
_FOLDER = tempfile.TemporaryDirectory(prefix="pp-monitor-filled-")
atexit.register(_FOLDER.cleanup)


@dataclass(frozen=True, slots=True)
class _Tables:
    """What a PostgreSQL database holds: rows as COPY gives them, and where each sequence stands."""

    rows: dict[str, bytes]
    sequences: list[tuple[Any, ...]]


_KEPT: dict[tuple[str, str], Path | _Tables] = {}


def filled(key: str, fill: Callable[[], object]) -> None:
    """Fill an empty database as ``fill`` does, copying what it did the first time for the same ``key`` and engine.

    Over data, or under a written clock, it is filled in full: instants are part of what is stored.
    """
    if clock.utc_now().date() != _STARTED_ON or db.session.scalar(select(Entity.id).limit(1)):
        fill()
        return
    db.session.remove()
    known = key, db.engine.dialect.name
    if kept := _KEPT.get(known):
        _give(kept)
        return
    fill()
    db.session.commit()
    _KEPT[known] = _take()


@contextmanager
def _connection() -> Iterator[Any]:
    with closing(db.engine.raw_connection()) as own:
        yield own.driver_connection


def _take() -> Path | _Tables:
    with _connection() as own:
        if isinstance(own, sqlite3.Connection):
            file = Path(_FOLDER.name) / f"{len(_KEPT)}.sqlite3"
            with closing(sqlite3.connect(file)) as target:
                own.backup(target)
            return file
        rows = {table.name: _copied_out(own, table.name) for table in Base.metadata.sorted_tables}
        query = "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
        return _Tables({name: text for name, text in rows.items() if text}, own.execute(query).fetchall())


def _copied_out(own: psycopg.Connection[Any], table: str) -> bytes:
    with own.cursor().copy(SQL("COPY {} TO STDOUT").format(Identifier(table))) as copy:
        return b"".join(bytes(part) for part in copy)


def _give(kept: Path | _Tables) -> None:
    with _connection() as own:
        if isinstance(kept, Path):
            with closing(sqlite3.connect(kept)) as source:
                source.backup(own)
            return
        cursor = own.cursor()
        # Rows that point at each other come in whatever order: what is copied has been checked.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, text in kept.rows.items():
            with cursor.copy(SQL("COPY {} FROM STDIN").format(Identifier(table))) as copy:
                copy.write(text)
        cursor.executemany("SELECT setval(%s, %s)", kept.sequences)
        own.commit()
