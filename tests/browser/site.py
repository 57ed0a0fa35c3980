"""A real server and a real browser: the demonstration served on a free port, people who log in by the form."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response
from waitress.server import create_server

from pp_monitor import create_app
from pp_monitor.config import Settings
from pp_monitor.extensions import db
from pp_monitor.services.demo_data import PASSWORD
from tests.engines import free_port

ROOT = Path(__file__).parents[2]
# The code of a form that the demonstration holds for the sweep.
SHARED_REPORT = "varios-proyectos"


@contextmanager
def copy_of(demo_folder: Path, folder: Path) -> Iterator[Flask]:
    """An application on a copy of the demonstration that a test may change."""
    shutil.copytree(demo_folder, folder, dirs_exist_ok=True)
    app = create_app(Settings(instance_dir=folder))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application behind a real web server on a free port; gives its address."""
    server = create_server(app, host="127.0.0.1", port=free_port(), threads=4)

    def run() -> None:
        # Closing takes the socket from under the loop that waits on it.
        with suppress(OSError):
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(timeout=5)


@contextmanager
def killable(folder: Path, port: int) -> Iterator[str]:
    """The application on the data of ``folder`` as a process of its own, killed at the end; gives its address."""
    command = [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}", "wsgi:app"]
    environment = os.environ | {"PP_INSTANCE_DIR": str(folder)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        told = next((line for line in process.stderr if "Serving" in line), "")
        assert told, "the server did not start"
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


@dataclass(slots=True)
class Visitor:
    """A person at a browser; whatever the browser complains of is kept in ``complaints``."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Keep every error of the console: a violation of the security policy is one, a refused form is none."""

        def note(message: ConsoleMessage) -> None:
            is_refused_form = "status of 422" in message.text or "status of 409" in message.text
            if message.type in ("error", "warning") and not is_refused_form:
                self.complaints.append(message.text)

        self.page.on("console", note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def log_in(self, email: str, password: str = PASSWORD) -> None:
        """By the form, as anybody."""
        self.go("/ingresar")
        self.page.get_by_label("Correo").fill(email)
        self.page.get_by_label("Contraseña", exact=True).fill(password)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Ingresar").click()

    def go(self, path: str) -> Response:
        """Open a page; it must answer."""
        response = self.page.goto(f"{self.address}{path}")
        assert response is not None
        return response


def assert_sound(page: Page) -> None:
    """Fail on a page that not everybody can read, or that is wider than a phone or a desk."""
    for width in (360, 1366):
        page.set_viewport_size({"width": width, "height": 900})
        violations = Axe().run(page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@contextmanager
def visiting(browser: Browser, address: str, width: int = 1366, *, has_script: bool = True) -> Iterator[Visitor]:
    """A fresh browser window of that width, with JavaScript or without it."""
    context: BrowserContext = browser.new_context(
        locale="es-CO",
        timezone_id="America/Bogota",
        viewport={"width": width, "height": 900},
        accept_downloads=True,
        java_script_enabled=has_script,
    )
    visitor = Visitor(context.new_page(), address)
    visitor.listen()
    try:
        yield visitor
    finally:
        context.close()
