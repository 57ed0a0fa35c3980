"""What the database holds, counted."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from pp_monitor.extensions import db


def count(table: Any) -> int:
    """How many rows a table has, within an application context."""
    return db.session.scalar(select(func.count()).select_from(table)) or 0
