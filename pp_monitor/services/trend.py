"""What closed cut-offs said of the days of milestones, as they froze it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from pp_monitor.domain.trend import Days
from pp_monitor.extensions import db
from pp_monitor.models.report import CutoffRow, CutoffRowKind


def frozen_days(cutoff_ids: Collection[int], project_codes: Collection[str]) -> dict[int, list[Days]]:
    """What each closed cut-off, by its id, said of each of these projects; one query.

    A milestone without real date nor earliest possible one is absent, a cut-off without these projects too.
    """
    query = select(CutoffRow.cutoff_id, CutoffRow.payload).where(
        CutoffRow.cutoff_id.in_(cutoff_ids),
        CutoffRow.kind == CutoffRowKind.PROJECT,
        CutoffRow.code.in_(project_codes),
    )
    found: dict[int, list[Days]] = {}
    for cutoff_id, payload in db.session.execute(query.order_by(CutoffRow.id)):
        found.setdefault(cutoff_id, []).append(_days(payload))
    return found


def _days(payload: Mapping[str, Any]) -> Days:
    found = {}
    for row in payload["milestones"]:
        text = row["actual"] or row["forecast"]
        if text and row["state"] != "not_applicable":
            found[row["code"]] = (date.fromisoformat(text), bool(row["actual"]))
    return found
