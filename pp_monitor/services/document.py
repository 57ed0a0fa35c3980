"""Links to documents that back a fact or a decision."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from pp_monitor.extensions import db
from pp_monitor.models.progress import Evidence


def keep_link(entity_id: int, url: str, now: datetime) -> int | None:
    """Keep the address of a document within the caller's transaction; its id, none for an empty one."""
    if not url:
        return None
    found = db.session.scalar(
        select(Evidence.id).where(Evidence.entity_id == entity_id, Evidence.url == url, Evidence.sha256 == "")
    )
    if found:
        return found
    row = Evidence(entity_id=entity_id, filename="", media_type="", size_bytes=0, sha256="", url=url, recorded_at=now)
    db.session.add(row)
    db.session.flush()
    return row.id
