"""An organism with empty projects behind a real server, and its enlace at the grid."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Locator, expect
from sqlalchemy import select

from pp_monitor import create_app
from pp_monitor.config import Settings
from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.plan import PlanDraftLine
from pp_monitor.services.entity import find_organism
from tests.browser.site import Visitor, visiting
from tests.factories_db import PASSWORD, make_user
from tests.plan_data import SALUD, TODAY, build_city, project_code

GRID = f"/registro/{SALUD}"
ANA, EVA = "Ana Prueba", "Eva Prueba"


@contextmanager
def city_app(template: Path, folder: Path, projects: int = 4) -> Iterator[Flask]:
    """The application as it runs, protected forms included, with that many projects and two enlaces."""
    shutil.copy(template, folder / "pp_monitor.sqlite3")
    app = create_app(Settings(instance_dir=folder))
    with app.app_context():
        build_city({SALUD: projects}, demo_today=TODAY)
        for label in (ANA, EVA):
            make_user(Role.ENLACE, find_organism(SALUD), label=label, email=email_of(label))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def email_of(label: str) -> str:
    return f"{label.split()[0].lower()}@example.org"


def stored(app: Flask) -> dict[str, str]:
    """Every text of the drafts, by milestone code."""
    with app.app_context():
        lines = select(PlanDraftLine.milestone_code, PlanDraftLine.typed).where(PlanDraftLine.typed != "")
        return dict(db.session.execute(lines).tuples().all())


@dataclass(slots=True)
class GridPage:
    """The grid in a browser; cells are named by row (from 1) and part."""

    visitor: Visitor

    def cell(self, row: int, part: str) -> Locator:
        return self.visitor.page.locator(f'[name="{project_code(row)}-{part}"]')

    def values(self, row: int, *parts: str) -> list[str]:
        return [self.cell(row, part).input_value() for part in parts]

    def press(self, *keys: str) -> None:
        for key in keys:
            self.visitor.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.visitor.page.keyboard.type(text)

    def paste(self, text: str) -> None:
        """As the clipboard of a spreadsheet gives it, into the cell that has the focus."""
        self.visitor.page.evaluate(
            """text => {
              const data = new DataTransfer();
              data.setData("text/plain", text);
              const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
              document.activeElement.dispatchEvent(event);
            }""",
            text,
        )

    def open(self) -> None:
        self.visitor.go(GRID)
        expect(self.visitor.page.locator("#plan")).to_have_attribute("data-ready", "yes")

    def wait(self, state: str = "saved") -> None:
        expect(self.visitor.page.locator("#guardado")).to_have_attribute("data-state", state, timeout=8000)


@contextmanager
def at_grid(browser: Browser, address: str, label: str = ANA, width: int = 1366) -> Iterator[GridPage]:
    """An enlace logged in, at the grid."""
    with visiting(browser, address, width) as visitor:
        visitor.log_in(email_of(label), PASSWORD)
        page = GridPage(visitor)
        page.open()
        yield page


@dataclass(slots=True)
class Hand:
    """An enlace who works on a whole organism; ``count`` counts clicks, typed boxes and pastes."""

    visitor: Visitor
    count: int = 0

    def _click(self, target: Locator) -> None:
        self.count += 1
        target.click()

    def _fill(self, target: Locator, text: str) -> None:
        self.count += 1
        target.fill(text)

    def _choose(self, target: Locator, value: str) -> None:
        self.count += 1
        target.select_option(value)

    def _rows(self, *rows: int) -> None:
        """Tick these rows alone."""
        unchoose = self.visitor.page.get_by_role("button", name="Quitar marcas")
        if rows and unchoose.is_visible():
            self._click(unchoose)
        for row in rows:
            self._click(self.visitor.page.locator(f'[name="fila"][value="{project_code(row)}"]'))

    def _done(self, row: int) -> None:
        """The tool has filled the row: seen, not done."""
        expect(GridPage(self.visitor).cell(row, "H14")).not_to_have_value("")

    def enter(self) -> None:
        page = self.visitor.page
        self.visitor.go("/ingresar")
        self._fill(page.get_by_label("Correo"), email_of(ANA))
        self._fill(page.get_by_label("Contraseña", exact=True), PASSWORD)
        self._click(page.get_by_role("button", name="Ingresar"))
        self._click(page.get_by_role("navigation", name="Principal").get_by_role("link", name="Registro"))
        expect(page.locator("#plan")).to_have_attribute("data-ready", "yes")

    def generate(self, modalities: list[str], rows: tuple[int, ...], start: str) -> None:
        """For these rows, or for every empty one."""
        page = self.visitor.page
        self._rows(*rows)
        self._click(page.get_by_text("Generar fechas…"))
        self._choose(page.locator("#generar-modalidad"), modalities[0])
        self._fill(page.locator("#generar-inicio"), start)
        self._choose(page.locator("#generar-filas"), "elegidas" if rows else "vacias")
        self._click(page.get_by_role("button", name="Generar", exact=True))
        self._done(rows[-1] if rows else 18)

    def paste_into(self, row: int, part: str, text: str) -> None:
        cells = GridPage(self.visitor)
        self.count += 2
        cells.cell(row, part).focus()
        cells.paste(text)

    def copy_to_similar(self, row: int) -> None:
        page = self.visitor.page
        self._click(page.get_by_text("Copiar a similares…"))
        self._choose(page.locator("#copiar-de"), project_code(row))
        self._rows(*range(row + 1, row + 6))
        self._click(page.get_by_role("button", name="Copiar", exact=True))
        self._done(row + 5)

    def shift(self, row: int, days: str) -> None:
        page = self.visitor.page
        before = GridPage(self.visitor).cell(row, "H01").input_value()
        self._rows(row)
        self._click(page.get_by_text("Correr fila…"))
        self._fill(page.locator("#correr-dias"), days)
        self._click(page.get_by_role("button", name="Correr", exact=True))
        expect(GridPage(self.visitor).cell(row, "H01")).not_to_have_value(before)

    def review(self) -> None:
        self._click(self.visitor.page.get_by_role("button", name="Revisar y enviar"))
        expect(self.visitor.page).not_to_have_url(f"{self.visitor.address}{GRID}")

    def send(self) -> None:
        """Explain what is doubtful, where anything is, and hand the plan to the head."""
        page = self.visitor.page
        for box in page.get_by_label("Justificación").all():
            self._fill(box, "Así lo acordó el comité.")
        if page.url.endswith("/revisar"):
            self._click(page.get_by_role("main").get_by_text("Continuar con 18 proyectos"))
        self._click(page.get_by_label("Revisé las fechas"))
        self._click(page.get_by_role("button", name="Enviar 18 proyectos"))
        expect(page.get_by_text("lo tiene el ordenador del gasto")).to_be_visible()
