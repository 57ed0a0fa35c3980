"""Databases that many tests fill in the same way: filled once, copied after."""

from __future__ import annotations

import atexit
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from pp_monitor import clock
from pp_monitor.extensions import db
from pp_monitor.models.entity import Entity

_STARTED_ON = clock.utc_now().date()
_FOLDER = tempfile.TemporaryDirectory(prefix="pp-monitor-filled-")
atexit.register(_FOLDER.cleanup)
_FILES: dict[str, Path] = {}


def filled(key: str, fill: Callable[[], object]) -> None:
    """Fill an empty SQLite database as ``fill`` does, copying what it did the first time for the same ``key``.

    On PostgreSQL, over data, or under a written clock, it is filled in full: instants are part of what is stored.
    """
    is_plain = db.engine.dialect.name == "sqlite" and clock.utc_now().date() == _STARTED_ON
    if not is_plain or db.session.scalar(select(Entity.id).limit(1)):
        fill()
        return
    db.session.remove()
    if key in _FILES:
        with closing(sqlite3.connect(_FILES[key])) as source:
            _copy(source)
        return
    fill()
    db.session.commit()
    file = Path(_FOLDER.name) / f"{len(_FILES)}.sqlite3"
    with closing(sqlite3.connect(file)) as target, closing(db.engine.raw_connection()) as own:
        assert isinstance(own.driver_connection, sqlite3.Connection)
        own.driver_connection.backup(target)
    _FILES[key] = file


def _copy(source: sqlite3.Connection) -> None:
    with closing(db.engine.raw_connection()) as own:
        assert isinstance(own.driver_connection, sqlite3.Connection)
        source.backup(own.driver_connection)
