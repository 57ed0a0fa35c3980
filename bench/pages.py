"""Server time of every kind of page, found by following its links as each kind of reader."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from html import unescape
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from bench import demo
from bench.measure import Figure, median_seconds, memory_figures, tell
from pp_monitor import clock
from pp_monitor.domain.account import Role
from pp_monitor.domain.progress import FactStatus
from pp_monitor.extensions import db
from pp_monitor.gunicorn_hooks import post_worker_init
from pp_monitor.models.account import RoleAssignment, User
from pp_monitor.models.progress import FactSource, ForecastFact
from pp_monitor.models.project import Project
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.session import open_session
from pp_monitor.services.transaction import writing, writing_vigencia

LIMIT_MS = 100
# Once in each process and on each day, by whoever asks first: the limit of assessing every milestone.
FIRST_LIMIT_MS = 500
# Once after each newer fact: its project alone is assessed again.
NEWS_LIMIT_MS = 150
OF_EACH_KIND = 3
TIMES = 7
# Open to every reader, with the navigation to all the rest.
START = "/cuenta"
READERS = (Role.PLANEACION, Role.ENLACE, Role.CONTROL, Role.ADMIN)
_LINK = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')


def measure(instance: Path) -> list[Figure]:
    """The slowest page of each kind, each a median once the application is warm."""
    app = demo.application(demo.copied(instance, "pages"))
    post_worker_init(None)
    slowest: dict[str, float] = defaultdict(float)
    for role in READERS:
        client = client_of(app, role)
        for url, rule in _crawl(app, client).items():
            seconds = median_seconds(partial(client.get, url), times=TIMES)
            slowest[rule] = max(slowest[rule], seconds)
    home = partial(client_of(app, READERS[0]).get, "/")
    news = median_seconds(home, before=_reports(app), times=TIMES)
    first = median_seconds(home, before=lambda: demo.forget_assessments(app), times=TIMES)
    figures = [Figure(f"Página {rule}", 1000 * seconds, LIMIT_MS, "ms") for rule, seconds in sorted(slowest.items())]
    return [
        *figures,
        Figure("Página / tras un dato nuevo", 1000 * news, NEWS_LIMIT_MS, "ms"),
        Figure("Página / por primera vez en el día, que la hace calcular todo", 1000 * first, FIRST_LIMIT_MS, "ms"),
        *memory_figures("mostrar todas las páginas"),
    ]


def _reports(app: Flask) -> Callable[[], None]:
    """Each call records a forecast of another project."""
    with app.app_context():
        vigencia = find_vigencia(demo.YEAR)
        waiting = iter(db.session.scalars(select(Project.id).where(Project.vigencia_id == vigencia.id)).all())
        entity_id, vigencia_id = vigencia.entity_id, vigencia.id

    def report() -> None:
        with app.app_context(), writing_vigencia(vigencia_id) as now:
            fact = ForecastFact(
                entity_id=entity_id,
                project_id=next(waiting),
                milestone_code="H11",
                day=clock.today(),
                status=FactStatus.REPORTED,
                source=FactSource.FORM,
                reported_on=clock.today(),
                recorded_at=now,
            )
            db.session.add(fact)

    return report


def client_of(app: Flask, role: Role) -> FlaskClient:
    """A browser in which the first person of the demonstration with this role has entered."""
    with app.app_context():
        user_id = db.session.scalars(
            select(RoleAssignment.user_id).where(RoleAssignment.role == role).order_by(RoleAssignment.id)
        ).first()
        assert user_id is not None, f"nobody is {role}"
        with writing() as now:
            token = open_session(db.session.get_one(User, user_id), "127.0.0.1", now)
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = token
        cookie["_fresh"] = True
    return client


def _crawl(app: Flask, client: FlaskClient) -> dict[str, str]:
    """Addresses of pages and the rule of each, a few of a kind."""
    found: dict[str, str] = {}
    counts: dict[str, int] = defaultdict(int)
    waiting = [START]
    adapter = app.url_map.bind("localhost")
    while waiting:
        url = waiting.pop(0)
        rule = _rule(adapter, url)
        if url in found or not rule or counts[rule] >= OF_EACH_KIND:
            continue
        response = client.get(url)
        if response.status_code in (301, 302, 303):
            waiting.append(response.headers["Location"])
            continue
        assert response.status_code == 200, f"{url}: {response.status_code}"
        if response.mimetype == "text/html":
            found[url] = rule
            counts[rule] += 1
            waiting += [urldefrag(unescape(link)).url for link in _LINK.findall(response.text)]
    return found


def _rule(adapter: object, url: str) -> str:
    """The rule that serves a path of this site, empty for an address of another."""
    parts = urlsplit(url)
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("/static/"):
        return ""
    rule, _ = adapter.match(parts.path, method="GET", return_rule=True)  # type: ignore[attr-defined]
    return str(rule.rule)


if __name__ == "__main__":
    tell(measure(Path(sys.argv[1])))
