"""The registration grid of sixty projects: until it can be used, from key to screen, and the saving of a draft."""

from __future__ import annotations

import re
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import select
from waitress.server import create_server
from werkzeug.test import TestResponse

from bench import demo
from bench.measure import Figure, median_seconds, tell
from bench.pages import client_of
from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.gunicorn_hooks import post_worker_init
from pp_monitor.models.account import RoleAssignment, User
from pp_monitor.models.entity import Organism
from pp_monitor.models.project import Project, ProjectAllocation, ProjectName, ProjectOrganism
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.transaction import writing_vigencia

PROJECTS = 60
USABLE_LIMIT_MS = 1000
KEY_LIMIT_MS = 50
SAVE_LIMIT_MS = 100
KEYS = 20
TIMES = 5
_PATH = "/registro/{}"
_STAMP = re.compile(r'name="([^"]+)-huella" value="([^"]*)"')
_MEASURE_KEYS = """() => {
  window.keyTimes = [];
  let pressed = 0;
  document.addEventListener("keydown", () => { pressed = performance.now(); }, true);
  document.addEventListener("input", () => {
    const from = pressed;
    // The message after a frame comes once that frame has been drawn.
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => window.keyTimes.push(performance.now() - from);
      channel.port2.postMessage(null);
    });
  });
}"""


def measure(instance: Path) -> list[Figure]:
    """Medians on the organism of the first enlace, with sixty projects more and a draft in each."""
    app = demo.application(demo.copied(instance, "grid"))
    post_worker_init(None)
    codes = _add_projects(app)
    client, organism = client_of(app, Role.ENLACE), _organism(app)
    save = _Saver(client, organism, codes)
    whole = 1000 * median_seconds(save.send, before=lambda: save.type(codes), times=TIMES)
    one = 1000 * median_seconds(save.send, before=lambda: save.type(codes[:1]), times=TIMES)
    usable, key = _in_browser(app, client, _PATH.format(organism))
    return [
        Figure("Registro: 60 proyectos listos para escribir", usable, USABLE_LIMIT_MS, "ms"),
        Figure("Registro: de la tecla a la pantalla", key, KEY_LIMIT_MS, "ms"),
        Figure("Registro: guardar la fila que cambió", one, SAVE_LIMIT_MS, "ms"),
        Figure("Registro: guardar 60 filas de una vez", whole, SAVE_LIMIT_MS, "ms"),
    ]


def _organism(app: Flask) -> str:
    """The code of the organism of the first enlace, the one whose session is used."""
    with app.app_context():
        query = select(Organism.code).join(RoleAssignment, RoleAssignment.organism_id == Organism.id)
        found = query.where(RoleAssignment.role == Role.ENLACE).order_by(RoleAssignment.id)
        code: str = db.session.scalars(found).first() or ""
        assert db.session.scalar(select(User.id).limit(1)), "nobody has an account"
        return code


def _add_projects(app: Flask) -> list[str]:
    """Sixty projects without plan in that organism; their codes."""
    code = _organism(app)
    codes = [f"BP2699{number:04d}" for number in range(1, PROJECTS + 1)]
    with app.app_context():
        vigencia = find_vigencia(demo.YEAR)
        organism_id = db.session.scalars(select(Organism.id).where(Organism.code == code)).one()
        with writing_vigencia(vigencia.id) as now:
            for one in codes:
                project = Project(
                    entity_id=vigencia.entity_id,
                    vigencia_id=vigencia.id,
                    public_id=one.lower(),
                    code=one,
                    bpin="",
                    is_reserve=False,
                    entered_on=vigencia.opened_on,
                    recorded_at=now,
                )
                db.session.add(project)
                db.session.flush()
                dated = {
                    "entity_id": vigencia.entity_id,
                    "project_id": project.id,
                    "valid_from": vigencia.opened_on,
                    "recorded_at": now,
                }
                db.session.add(ProjectName(**dated, name=f"Proyecto de prueba {one}"))
                db.session.add(ProjectOrganism(**dated, organism_id=organism_id))
                db.session.add(ProjectAllocation(**dated, amount_cop=100_000_000))
    return codes


class _Saver:
    """Saves rows as the script does, each time with other dates, over the stamps of the answer before."""

    def __init__(self, client: FlaskClient, organism: str, codes: list[str]) -> None:
        self._client = client
        self._address = f"{_PATH.format(organism)}/borrador"
        shown = dict(_STAMP.findall(client.get(_PATH.format(organism)).text))
        self._stamps = {code: shown[code] for code in codes}
        self._day = 0
        self._body = b""
        self._answer: TestResponse | None = None

    def type(self, codes: list[str]) -> None:
        """Take the stamps of the answer before, and get the next request ready: the browser's part."""
        if self._answer is not None:
            told = self._answer.json
            assert told is not None, self._answer.status
            self._stamps |= {code: row["stamp"] for code, row in told["rows"].items()}
        self._day += 1
        typed = {f"{code}-huella": self._stamps[code] for code in codes}
        for code in codes:
            typed[f"{code}-modalidad"] = "LP"
            typed |= {f"{code}-H{n:02d}": f"{1 + self._day:02d}/{5 + n // 3:02d}/22" for n in range(1, 15)}
        self._body = urlencode(typed).encode()

    def send(self) -> None:
        """The server's part."""
        kind = "application/x-www-form-urlencoded"
        self._answer = self._client.post(self._address, data=self._body, content_type=kind)


@contextmanager
def _serving(app: Flask) -> Iterator[str]:
    server = create_server(app, host="127.0.0.1", port=0, threads=8)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


def _in_browser(app: Flask, client: FlaskClient, path: str) -> tuple[float, float]:
    """Milliseconds until the grid can be used, and from a key to the frame that shows it."""
    cookie = client.get_cookie("session")
    assert cookie is not None
    with _serving(app) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(viewport={"width": 1366, "height": 900})
        context.add_cookies([{"name": "session", "value": cookie.value, "url": address}])
        page = context.new_page()
        usable = median(_usable(page, f"{address}{path}") for _ in range(TIMES))
        key = _key_to_screen(page)
        browser.close()
    return usable, key


def _usable(page: Page, address: str) -> float:
    page.goto(address)
    page.wait_for_selector('#plan[data-ready="yes"]')
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    ready: float = page.evaluate(
        """() => Math.max(
          performance.getEntriesByName("pp-grid-ready")[0].startTime,
          performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0)"""
    )
    return ready


def _key_to_screen(page: Page) -> float:
    page.evaluate(_MEASURE_KEYS)
    page.locator("td.pp-cell > input").nth(100).focus()
    for _ in range(KEYS):
        page.keyboard.press("1")
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    times: list[float] = page.evaluate("() => window.keyTimes")
    return median(times)


if __name__ == "__main__":
    tell(measure(Path(sys.argv[1])))
