"""Money of the projects as at a budget cut-off, one snapshot a project and load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import insert

from pp_monitor.extensions import db
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.project import MoneySnapshotRow
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.transaction import writing_vigencia


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """The budget chain of one project, in COP; ``transfers_cop`` is signed."""

    project_id: int
    initial_cop: int
    additions_cop: int
    reductions_cop: int
    transfers_cop: int
    current_cop: int
    cdp_cop: int
    commitments_cop: int
    obligations_cop: int
    payments_cop: int


def record_snapshots(
    vigencia: Vigencia, cutoff_on: date, rows: Sequence[MoneyRow], actor: Actor, load_id: int | None = None
) -> None:
    """Record the money of projects as at ``cutoff_on``; a later record of the same day stands in its place."""
    with writing_vigencia(vigencia.id) as now:
        shared = {
            "entity_id": vigencia.entity_id,
            "load_id": load_id,
            "cutoff_on": cutoff_on,
            "recorded_at": now,
        }
        db.session.execute(insert(MoneySnapshotRow), [asdict(row) | shared for row in rows])
        details = {"cutoff": cutoff_on.isoformat(), "projects": len(rows)}
        record(actor, "record_money", "vigencia", str(vigencia.year), now, details)
