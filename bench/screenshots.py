"""``python -m bench.screenshots``: pictures of the main pages with the demonstration, in ``docs/img``.

Three widths and print, of which the documentation shows ``inicio.png``; the others are for looking at.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from bench import demo
from bench.measure import ROOT
from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.account import RoleAssignment, User
from pp_monitor.services.demo_data import PASSWORD

TARGET = ROOT / "docs" / "img"
WIDTHS = (360, 768, 1366)
FRONT = "inicio"
# Name, who looks, where; a place that is no address is the first such link of the page before it.
SHOTS = (
    (FRONT, Role.PLANEACION, "/"),
    ("organismos", Role.PLANEACION, "/organismos"),
    ("organismo", Role.PLANEACION, 'tbody a[href^="/organismos/"]'),
    ("proyectos", Role.PLANEACION, "/proyectos?orden=retraso"),
    ("proyecto", Role.PLANEACION, 'tbody a[href^="/proyectos/"]'),
    ("alertas", Role.PLANEACION, "/alertas"),
    ("caso", Role.PLANEACION, 'tbody a[href^="/alertas/"]'),
    ("agenda", Role.PLANEACION, "/alertas/proximos-30-dias"),
    ("verificar", Role.PLANEACION, "/verificar"),
    ("comparar", Role.PLANEACION, "/comparar"),
    ("correos", Role.PLANEACION, "/correos"),
    ("informes", Role.PLANEACION, "/informes"),
    ("registro", Role.ENLACE, "/registro"),
    ("por-reportar", Role.ENLACE, "/por-reportar"),
    ("auditoria", Role.CONTROL, "/auditoria"),
)


def main() -> None:
    """Make the demonstration, serve it, and take every picture."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pp-shots-") as folder:
        instance = Path(folder) / "instance"
        demo.make(instance)
        app = demo.application(instance)
        with _served(app) as address, sync_playwright() as player:
            browser = player.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            for role in dict.fromkeys(role for _, role, _ in SHOTS):
                _shoot(_entered(app, browser, address, role), address, role)
            browser.close()


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    """The application on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def _entered(app: Flask, browser: Browser, address: str, role: Role) -> Page:
    """A page in which the first person of the demonstration with this role has entered."""
    with app.app_context():
        email = db.session.scalars(
            select(User.email)
            .join(RoleAssignment, RoleAssignment.user_id == User.id)
            .where(RoleAssignment.role == role)
            .order_by(RoleAssignment.id)
        ).first()
    assert email is not None, f"nobody is {role}"
    page = browser.new_context(locale="es-CO", timezone_id="America/Bogota").new_page()
    page.goto(f"{address}/ingresar")
    page.fill('input[name="email"]', email)
    page.fill('input[name="password"]', PASSWORD)
    page.press('input[name="password"]', "Enter")
    page.wait_for_load_state()
    assert "/ingresar" not in page.url, f"{email} could not enter"
    return page


def _shoot(page: Page, address: str, role: Role) -> None:
    for name, reader, place in SHOTS:
        if reader is not role:
            continue
        link = page.locator(place).first.get_attribute("href") if not place.startswith("/") else place
        response = page.goto(f"{address}{link}")
        assert response is not None
        assert response.ok, f"{link}: {response.status}"
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=TARGET / f"{name}-{width}.png", full_page=True)
        if name == FRONT:
            page.screenshot(path=TARGET / f"{FRONT}.png")
        page.emulate_media(media="print")
        page.screenshot(path=TARGET / f"{name}-print.png", full_page=True)
        page.emulate_media(media="screen")


if __name__ == "__main__":
    main()
