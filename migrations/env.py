"""Run migrations on the application's own engine, with SQLite's foreign keys off while tables are rebuilt."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from pp_monitor import models  # noqa: F401 - declares the tables
from pp_monitor.extensions import Base, db


def run_migrations() -> None:
    """Upgrade or downgrade; on SQLite, check afterwards that every reference still holds."""
    with db.engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            _foreign_keys(connection, "OFF")
        try:
            context.configure(
                connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True
            )
            with context.begin_transaction():
                context.run_migrations()
            if is_sqlite:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                assert not broken, f"broken references after the migration: {broken[:5]}"
        finally:
            if is_sqlite:
                connection.rollback()
                _foreign_keys(connection, "ON")


def _foreign_keys(connection: Connection, state: str) -> None:
    """Set the pragma before any transaction begins: inside one SQLite ignores it."""
    raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.execute(f"PRAGMA foreign_keys={state}")  # type: ignore[attr-defined]


run_migrations()
