"""Triggers that keep rows as they were first written; only migrations put them on and take them off."""

from __future__ import annotations

from collections.abc import Iterable

from alembic import op

VERBS = ("UPDATE", "DELETE")


def refuse_changes(tables: Iterable[str], verbs: Iterable[str] = VERBS) -> None:
    """Make every UPDATE and DELETE of these tables fail with a message that names the table."""
    for table in tables:
        for verb in verbs:
            trigger = f"CREATE TRIGGER {_name(table, verb)} BEFORE {verb} ON {table}"
            if _is_postgresql():
                op.execute(f"{trigger} EXECUTE FUNCTION pp_refuse_change()")
            else:
                op.execute(f"{trigger} BEGIN SELECT RAISE(ABORT, 'append-only table: {table}'); END")


def allow_changes(tables: Iterable[str], verbs: Iterable[str] = VERBS) -> None:
    """Take those triggers off, before a table is rebuilt or dropped with its data."""
    for table in tables:
        for verb in verbs:
            op.execute(f"DROP TRIGGER {_name(table, verb)}" + (f" ON {table}" if _is_postgresql() else ""))


def create_function() -> None:
    """On PostgreSQL, the function that all those triggers call; SQLite's triggers carry their own words."""
    if _is_postgresql():
        op.execute(
            "CREATE FUNCTION pp_refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'append-only table: %', TG_TABLE_NAME; END $$"
        )


def drop_function() -> None:
    """Undo `create_function`."""
    if _is_postgresql():
        op.execute("DROP FUNCTION pp_refuse_change()")


def _name(table: str, verb: str) -> str:
    return f"tr_{table}_{verb.lower()}"


def _is_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
