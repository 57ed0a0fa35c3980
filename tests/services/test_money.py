"""Money as at a budget cut-off: recorded beside what was there, never over it."""

from __future__ import annotations

from datetime import date

from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.money import MoneySnapshot
from pp_monitor.extensions import db
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.project import Project
from pp_monitor.services.history import load_histories
from pp_monitor.services.money import MoneyRow, record_snapshots
from tests.portfolio_db import NewProject, an_actor, open_vigencia

APRIL = date(2022, 4, 30)


def snapshots() -> list[MoneySnapshot]:
    vigencia = db.session.scalars(select(Vigencia)).one()
    return list(load_histories(vigencia.id, vigencia.last_recorded_at)[0].snapshots)


def test_a_second_record_of_a_day_stands_beside_the_first(any_app: Flask) -> None:
    with any_app.app_context():
        open_vigencia([NewProject("BP26000001")])
        project_id = db.session.scalars(select(Project.id)).one()
        for committed in (0, 7_000_000_000):
            vigencia = db.session.scalars(select(Vigencia)).one()
            row = MoneyRow(project_id, 9_000_000_000, 0, 0, -1, 8_999_999_999, committed, committed, 0, 0)
            record_snapshots(vigencia, APRIL, [row], an_actor())

        first, second = snapshots()
        assert (first.commitments_cop, second.commitments_cop) == (0, 7_000_000_000)
        assert (second.current_cop, second.transfers_cop) == (8_999_999_999, -1)
        assert first.recorded_at < second.recorded_at
        events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "record_money")).all()
        assert [event.details for event in events] == [{"cutoff": "2022-04-30", "projects": 1}] * 2
        db.session.remove()
