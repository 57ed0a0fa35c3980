"""Leases: what one process at a time may hold, and loses the moment it dies.

On PostgreSQL a session advisory lock on a connection of its own; on SQLite a locked file
beside the database. Both are let go by the system when their holder is killed, so that holding one
proves that its last owner is gone.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from flask import current_app
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from pp_monitor.extensions import db

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Lease:
    """The lease ``name`` of this database, held from a successful ``hold`` to ``release``."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._connection: Connection | None = None
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def hold(self) -> bool:
        """Take the lease if nobody has it, or make sure that it is still ours; say whether it is."""
        if db.engine.dialect.name == "postgresql":
            return self._is_connected() or self._take_advisory_lock()
        return self._descriptor is not None or self._take_file()

    def release(self) -> None:
        """Let the lease go, if held."""
        if self._connection is not None:
            _unlock(self._connection)
            self._connection = None
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _is_connected(self) -> bool:
        """Whether the session that took the lock still lives: a server restarted forgets it."""
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            self.release()
            return False
        return True

    def _take_advisory_lock(self) -> bool:
        connection = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._connection = connection
        try:
            is_ours = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": _key(self.name)}))
        except DBAPIError:
            self.release()
            raise
        if not is_ours:
            self.release()
        return is_ours

    def _take_file(self) -> bool:
        descriptor = os.open(_lock_file(self.name), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _lock(descriptor)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True


@contextmanager
def exclusive(name: str) -> Iterator[bool]:
    """Try to hold the lease ``name`` for the length of a block; gives whether it is ours, never waits."""
    with Lease(name) as lease:
        yield lease.hold()


def _unlock(connection: Connection) -> None:
    """Unlock at once: a session that is only closed keeps its lock until the server notices."""
    try:
        if not connection.invalidated:
            connection.execute(text("SELECT pg_advisory_unlock_all()"))
    except DBAPIError:
        connection.invalidate()
    finally:
        connection.close()


def _key(name: str) -> int:
    """A number of 64 bits, the same in every process."""
    return int.from_bytes(hashlib.sha256(f"pp-monitor:{name}".encode()).digest()[:8], "big", signed=True)


def _lock_file(name: str) -> Path:
    database = db.engine.url.database
    beside = Path(database) if database and database != ":memory:" else Path(current_app.instance_path) / "memory"
    return beside.with_name(f"{beside.name}.{name}.lock")
