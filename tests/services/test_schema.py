"""Which schema a database has and which one the program wants."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from sqlalchemy import inspect

from pp_monitor.extensions import MIGRATIONS, db
from pp_monitor.services.schema import current_revision, newest_revision, upgrade_schema


def test_a_database_without_tables_is_brought_to_the_newest_schema(
    database_url: str, make_app: Callable[..., Flask]
) -> None:
    with make_app(database_url).app_context():
        assert current_revision() is None
        upgrade_schema()
        assert current_revision() == newest_revision()
        upgrade_schema()
        assert inspect(db.engine).has_table("vigencia")


def test_the_newest_revision_is_that_of_the_last_file() -> None:
    assert max(MIGRATIONS.glob("versions/*.py")).name.startswith(f"{newest_revision()}_")
