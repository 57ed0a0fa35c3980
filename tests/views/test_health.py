"""What proxies and monitors ask, without entering."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from pp_monitor import clock
from pp_monitor.extensions import db
from pp_monitor.models.job import Heartbeat
from pp_monitor.services.entity import load_reference_data, the_entity
from tests.pages import Pages, counted_queries

KEY = "0123456789abcdef0123456789abcdef"


def test_the_process_says_it_is_alive_without_asking_the_database(app: Flask) -> None:
    with counted_queries(app) as statements:
        page = Pages(app).get("/healthz")
    assert (page.response.json, page.response.headers["Cache-Control"]) == ({"status": "ok"}, "no-store")
    assert statements == []


def test_readiness_names_each_fact_and_no_value(migrated_url: str, make_app: Callable[..., Flask]) -> None:
    app = make_app(migrated_url, secret_key=KEY)
    with app.app_context():
        load_reference_data()
    page = Pages(app).get("/readyz", status=503)
    well = dict.fromkeys(("schema", "references", "audit", "scheduler", "outbox", "disk", "key"), "ok")
    assert page.response.json == {"status": "review", "checks": well | {"scheduler": "review"}}

    with app.app_context():
        db.session.add(Heartbeat(entity_id=the_entity().id, process="scheduler", beat_at=clock.utc_now()))
        db.session.commit()
    assert Pages(app).get("/readyz").response.json == {"status": "ok", "checks": well}


def test_a_monitor_that_asks_often_does_not_read_everything_again(app: Flask) -> None:
    pages = Pages(app)
    pages.get("/readyz", status=503)
    with counted_queries(app) as statements:
        pages.get("/readyz", status=503)
    assert len(statements) <= 9


def test_a_database_that_does_not_answer_is_an_answer_too(tmp_path: Path, make_app: Callable[..., Flask]) -> None:
    app = make_app(f"sqlite:///{tmp_path / 'no-hay' / 'base.sqlite3'}", secret_key=KEY)
    page = Pages(app).get("/readyz", status=503)
    assert page.response.json == {"status": "review", "checks": {"schema": "review", "disk": "ok", "key": "ok"}}


def test_a_database_behind_the_program_is_not_ready(app: Flask) -> None:
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '000'"))
        db.session.commit()
    answer = Pages(app).get("/readyz", status=503).response.json
    assert answer is not None
    assert answer["checks"]["schema"] == "review"
