"""Which revision of the schema the database has, and which one this version of the product needs."""

from __future__ import annotations

from functools import lru_cache

import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from pp_monitor.domain.errors import ConflictError
from pp_monitor.extensions import MIGRATIONS, db


def current_revision() -> str | None:
    """The revision the database is at, or none before the first migration."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@lru_cache(maxsize=1)
def newest_revision() -> str:
    """The revision that this version of the product was written for."""
    head = _scripts().get_current_head()
    assert head is not None, "the product carries no migration"
    return head


def is_known(revision: str | None) -> bool:
    """Whether this version of the product knows ``revision``; before the first migration there is none to know."""
    return revision is None or revision in {step.revision for step in _scripts().walk_revisions()}


def upgrade_schema() -> None:
    """Bring the database to the newest revision; nothing happens when it is there.

    Raises ``ConflictError`` when the database is of a newer version, or of another program.
    """
    revision = current_revision()
    if not is_known(revision):
        raise ConflictError(
            f"El esquema de la base de datos es {revision}, que este programa no conoce. Actualice el programa."
        )
    flask_migrate.upgrade()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))
