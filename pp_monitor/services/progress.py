"""Progress: actual dates and declared forecasts, added as new records and never altered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert

from pp_monitor.extensions import db
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.progress import FactSource
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.plan_check import errors_only
from pp_monitor.services.progress_check import STREAMS, Checker, FactEntry, RecordResult, Reporting
from pp_monitor.services.transaction import writing_vigencia

__all__ = ["FactEntry", "RecordResult", "record_facts"]

_LISTED_CHANGES = 60


def record_facts(
    *,
    vigencia: Vigencia,
    entries: Sequence[FactEntry],
    actor: Actor,
    today: date,
    source: FactSource,
    reported_on: date | None = None,
    load_id: int | None = None,
    annul: bool = False,
) -> RecordResult:
    """Add the entries as new records, all or none; a value that already stands changes nothing.

    ``today`` bounds the actual dates; ``reported_on`` is the declared day of the report, by default ``today``.
    With ``annul`` the entries withdraw the dates that stand, each with its reason in ``note``.
    """
    how = Reporting(vigencia, actor, today, source, reported_on or today, load_id, annul)
    with writing_vigencia(vigencia.id) as now:
        return write_facts(how, entries, now)


def write_facts(how: Reporting, entries: Sequence[FactEntry], now: datetime) -> RecordResult:
    """Check and add the entries within the caller's transaction, which is left without a trace when none is added."""
    changes, problems, unchanged = Checker(how, entries, now).decide()
    is_refused = bool(errors_only(problems))
    if is_refused or not changes:
        db.session.rollback()
        return RecordResult(0, 0 if is_refused else unchanged, tuple(problems))
    for stream, table in STREAMS.items():
        rows = [change.row(how, now) for change in changes if change.stream == stream]
        if rows:
            db.session.execute(insert(table), rows)
    codes = sorted({change.project_code for change in changes})
    details: dict[str, Any] = {"source": how.source, "records": len(changes), "projects": len(codes)}
    if len(changes) <= _LISTED_CHANGES:
        details["changes"] = [change.told() for change in changes]
    subject = codes[0] if len(codes) == 1 else str(how.vigencia.year)
    record(how.actor, "annul" if how.annul else "report", "progress", subject, now, details)
    return RecordResult(len(changes), unchanged, tuple(problems))
