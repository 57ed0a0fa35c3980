"""Which revision of the schema the database has, and which one this version of the product needs."""

from __future__ import annotations

from functools import lru_cache

import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from pp_monitor.extensions import MIGRATIONS, db


def current_revision() -> str | None:
    """The revision the database is at, or none before the first migration."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@lru_cache(maxsize=1)
def newest_revision() -> str:
    """The revision that this version of the product was written for."""
    head = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert head is not None, "the product carries no migration"
    return head


def upgrade_schema() -> None:
    """Bring the database to the newest revision; nothing happens when it is there."""
    flask_migrate.upgrade()
