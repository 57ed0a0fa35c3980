"""The daily run over ten thousand projects, and the list of two thousand open cases beside a floor of the same run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from bench import demo
from bench.measure import Figure, median_seconds, tell
from bench.pages import client_of
from pp_monitor import clock
from pp_monitor.domain.account import Role
from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.extensions import Model, db
from pp_monitor.models.alert import Alert
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.plan import BaselineLine, BaselineRow
from pp_monitor.models.progress import ActualFact, ForecastFact
from pp_monitor.models.project import (
    Project,
    ProjectAllocation,
    ProjectModality,
    ProjectName,
    ProjectOrganism,
    ProjectTerritory,
)
from pp_monitor.scheduler import scheduler_actor
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.alert_read import CaseQuery, list_cases
from pp_monitor.services.calendar import work_calendar
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.transaction import writing_vigencia

MANY, ENOUGH, OPEN = 10_000, 4_000, 2_000
PAGES = {
    "Página /alertas": "/alertas",
    "Página /alertas filtrada": "/alertas?nivel=serious&edad=older&q=comuna&pagina=2",
}
_OWN: tuple[type[Model], ...] = (
    ProjectName, ProjectOrganism, ProjectModality, ProjectAllocation, ProjectTerritory, ActualFact, ForecastFact,
)  # fmt: skip


def measure(instance: Path) -> list[Figure]:
    """Copies of the demonstration's projects with all that is recorded of them, until there are ten thousand."""
    app = demo.application(demo.copied(instance, "cases"))
    with app.app_context():
        vigencia, today = find_vigencia(demo.YEAR), clock.today()
        vigencia_id, actor = vigencia.id, scheduler_actor(vigencia.entity_id)
        _multiply(vigencia_id, MANY)
        first = median_seconds(lambda: refresh_alerts(vigencia_id, today, actor), times=1)
        demo.forget_assessments(app)
        again = median_seconds(lambda: refresh_alerts(vigencia_id, _day_before(today), actor), times=1)
        _keep_open(vigencia_id, OPEN)
        assert list_cases(find_vigencia(demo.YEAR), _calendar(vigencia), today, CaseQuery()).counters.total == OPEN
        listing, floor = _listing(find_vigencia(demo.YEAR), today), _floor(vigencia_id)
    return [
        Figure("Actualizar alertas de 10.000 proyectos, primera vez", first, 20, "s"),
        Figure("Actualizar alertas de 10.000 proyectos, otro día", again, 20, "s"),
        Figure("Lista de 2.000 casos abiertos, con cuentas y edades", listing * 1000, 150, "ms"),
        Figure("La misma lista sobre leer sus filas", listing / floor, 40, "×"),
        *_pages(instance),
    ]


def _pages(instance: Path) -> list[Figure]:
    """The inbox over hardly more projects than have a case, all of it and narrowed, once the application is warm."""
    app = demo.application(demo.copied(instance, "inbox"))
    with app.app_context():
        vigencia = find_vigencia(demo.YEAR)
        vigencia_id, actor = vigencia.id, scheduler_actor(vigencia.entity_id)
        _multiply(vigencia_id, ENOUGH)
        refresh_alerts(vigencia_id, clock.today(), actor)
        _keep_open(vigencia_id, OPEN)
        assert len(list_cases(vigencia, _calendar(vigencia), clock.today(), CaseQuery()).page.rows) == OPEN
    client = client_of(app, Role.PLANEACION)
    found = []
    for name, url in PAGES.items():
        assert client.get(url).status_code == 200
        found.append(Figure(f"{name}, con 2.000 casos", 1000 * median_seconds(partial(client.get, url)), 150, "ms"))
    return found


def _day_before(today: date) -> date:
    return date.fromordinal(today.toordinal() - 1)


def _listing(vigencia: Vigencia, today: date) -> float:
    calendar = _calendar(vigencia)
    return median_seconds(lambda: list_cases(vigencia, calendar, today, CaseQuery(), page=3, size=50))


def _calendar(vigencia: Vigencia) -> WorkCalendar:
    return work_calendar(vigencia.entity_id, clock.utc_now())


def _floor(vigencia_id: int) -> float:
    """Reading the level of the same cases, which no list can do without."""
    query = select(Alert.id, Alert.level).where(Alert.vigencia_id == vigencia_id, Alert.closed_at.is_(None))
    return median_seconds(lambda: db.session.execute(query).all())


def _keep_open(vigencia_id: int, count: int) -> None:
    """Leave so many cases open."""
    query = select(Alert.id).where(Alert.vigencia_id == vigencia_id, Alert.closed_at.is_(None)).order_by(Alert.id)
    surplus = list(islice(db.session.scalars(query), count, None))
    with writing_vigencia(vigencia_id) as now:
        rows = [{"id": one, "state": "resolved", "closed_at": now, "closed_on": now.date()} for one in surplus]
        for row in rows:
            row["snoozed_until"] = None
        if rows:
            db.session.execute(db.update(Alert), rows)


def _multiply(vigencia_id: int, many: int) -> None:
    projects = db.session.execute(select(Project.__table__).where(Project.vigencia_id == vigencia_id)).mappings().all()
    times = -(-many // len(projects)) - 1
    own = {table: db.session.execute(select(table.__table__)).mappings().all() for table in _OWN}
    plans = db.session.execute(select(BaselineRow.__table__)).mappings().all()
    lines = db.session.execute(select(BaselineLine.__table__)).mappings().all()
    with writing_vigencia(vigencia_id) as now:
        for copy in range(1, times + 1):
            ids = {row["id"]: copy * 1_000_000 + row["id"] for row in projects}
            _copy(Project, projects, copy, {}, now)
            for table, rows in own.items():
                _copy(table, rows, copy, ids, now)
            _copy(BaselineRow, plans, copy, ids, now)
            _copy(BaselineLine, lines, copy, {}, now)


def _copy(table: type[Model], rows: Sequence[Any], copy: int, ids: dict[int, int], now: datetime) -> None:
    made = []
    for row in rows:
        new = dict(row) | {"id": copy * 1_000_000 + row["id"]}
        if "project_id" in new:
            new["project_id"] = ids[row["project_id"]]
        if table is Project:
            new |= {"code": f"{row['code']}-{copy}", "public_id": f"{row['public_id']}-{copy}"}
        if table is BaselineLine:
            new["baseline_id"] = copy * 1_000_000 + row["baseline_id"]
        if new.get("of_fact_id"):
            new["of_fact_id"] = copy * 1_000_000 + row["of_fact_id"]
        if "recorded_at" in new:
            new["recorded_at"] = now
        made.append(new)
    if made:
        db.session.execute(insert(table), made)


if __name__ == "__main__":
    tell(measure(Path(sys.argv[1])))
