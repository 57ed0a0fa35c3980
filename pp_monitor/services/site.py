"""What the frame of every page tells: whose follow-up this is, of which vigencia, how many alerts are open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from pp_monitor.extensions import db
from pp_monitor.models.alert import Alert
from pp_monitor.models.entity import Entity, Vigencia


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """The city and its newest vigencia; no vigencia before the first one opens."""

    entity_name: str = ""
    demo_today: date | None = None
    vigencia_id: int | None = None
    year: int | None = None
    is_demo: bool = False


def site_facts() -> SiteFacts:
    """Read them; one query."""
    query = (
        select(Entity.name, Entity.demo_today, Vigencia.id, Vigencia.year, Vigencia.is_demo)
        .outerjoin(Vigencia, Vigencia.entity_id == Entity.id)
        .order_by(Entity.id, Vigencia.year.desc())
        .limit(1)
    )
    found = db.session.execute(query).first()
    if found is None:
        return SiteFacts()
    name, demo_today, vigencia_id, year, is_demo = found
    return SiteFacts(name, demo_today, vigencia_id, year, bool(is_demo or demo_today))


def count_open_alerts(vigencia_id: int, organism_ids: Collection[int] | None) -> int:
    """Open alerts of a vigencia, of these organisms or, with none given, of all; one query."""
    query = select(func.count()).select_from(Alert).where(Alert.vigencia_id == vigencia_id, Alert.closed_at.is_(None))
    if organism_ids is not None:
        query = query.where(Alert.organism_id.in_(organism_ids))
    return db.session.scalar(query) or 0
