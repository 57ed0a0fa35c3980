"""Links to documents are kept once."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from pp_monitor.extensions import db
from pp_monitor.models.progress import Evidence
from pp_monitor.services.document import keep_link
from pp_monitor.services.transaction import writing
from tests.factories_db import make_entity

ACT = "https://example.org/acta.pdf"


def test_the_same_link_is_kept_once_and_none_is_nothing(any_app: Flask) -> None:
    with any_app.app_context():
        entity_id = make_entity().id
        with writing() as now:
            first = keep_link(entity_id, ACT, now)
            again = keep_link(entity_id, ACT, now)
            other = keep_link(entity_id, f"{ACT}?v=2", now)
            nothing = keep_link(entity_id, "", now)
        assert (first == again, first == other, nothing) == (True, False, None)
        assert set(db.session.scalars(select(Evidence.url))) == {ACT, f"{ACT}?v=2"}
