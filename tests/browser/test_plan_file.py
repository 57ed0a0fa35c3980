"""An organism of eighteen projects brings its plan in a workbook, and each thing it has to do is counted."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from pp_monitor.extensions import db
from pp_monitor.models.plan import PlanDraftLine
from tests.browser.grid_site import GRID, Hand, city_app
from tests.browser.site import serving, visiting
from tests.factories_db import PASSWORD
from tests.plan_data import plan_lines

PROJECTS, MOST_INTERACTIONS = 18, 25


@dataclass(slots=True)
class FileHand(Hand):
    """Somebody who works in a spreadsheet: a block pasted there counts as one."""

    def download(self) -> bytes:
        with self.visitor.page.expect_download() as download:
            self._click(self.visitor.page.get_by_role("link", name="Descargar plantilla"))
        return Path(download.value.path()).read_bytes()

    def paste_dates(self, content: bytes, *, wrong: bool = False) -> bytes:
        """All the dates of all the projects, from a table of their own."""
        self.count += 1
        book = load_workbook(io.BytesIO(content))
        sheet = book["Plan"]
        columns = {str(cell.value)[:3]: cell.column for cell in sheet[5] if str(cell.value)[:3] in plan_lines()}
        for row in range(6, 6 + PROJECTS):
            for code, line in plan_lines().items():
                assert line.planned is not None
                sheet.cell(row, columns[code] or 0).value = line.planned + timedelta(days=(row - 6) % 5)
        if wrong:
            sheet.cell(8, columns["H01"] or 0).value = sheet.cell(9, columns["H01"] or 0).value = "31/02/2022"
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()

    def upload(self, content: bytes, link: str = "Subir archivo") -> None:
        page = self.visitor.page
        self._click(page.get_by_role("main").get_by_role("link", name=link))
        self.count += 1
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        page.get_by_label("Archivo del plan").set_input_files(
            {"name": "plan.xlsx", "mimeType": kind, "buffer": content}
        )
        self._click(page.get_by_role("button", name="Revisar archivo"))

    def save(self) -> None:
        self._click(self.visitor.page.get_by_role("button", name="Guardar como borrador"))


def test_eighteen_projects_take_at_most_twenty_five_interactions_by_file(
    browser: Browser, sqlite_template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        city_app(sqlite_template, tmp_path, projects=PROJECTS) as app,
        serving(app) as address,
        visiting(browser, address) as visitor,
    ):
        page, hand = visitor.page, FileHand(visitor)
        hand.enter()
        template = hand.download()
        hand.upload(hand.paste_dates(template, wrong=True))
        expect(page.get_by_role("heading", level=1)).to_have_text("El archivo tiene 2 problemas")
        expect(page.get_by_role("row").filter(has_text="(2 veces)")).to_contain_text("F8:F9")
        expect(page.get_by_text("Si necesita ayuda, dé este código:")).to_be_visible()
        hand.upload(hand.paste_dates(template), "Subir el archivo corregido")
        expect(page.get_by_role("heading", level=1)).to_have_text("El archivo se puede guardar como borrador")
        hand.save()
        hand.review()
        hand.send()
        assert visitor.complaints == []
        assert hand.count <= MOST_INTERACTIONS
        with capsys.disabled():
            print(f" {hand.count} interactions", end="")  # noqa: T201 - the count is what this test tells
    with app.app_context():
        assert len(db.session.scalars(select(PlanDraftLine.id)).all()) == PROJECTS * len(plan_lines())


@pytest.mark.parametrize("width", [360, 1366])
def test_both_reviews_of_a_file_are_sound(browser: Browser, sqlite_template: Path, tmp_path: Path, width: int) -> None:
    with (
        city_app(sqlite_template, tmp_path, projects=PROJECTS) as app,
        serving(app) as address,
        visiting(browser, address, width) as visitor,
    ):
        hand = FileHand(visitor)
        visitor.log_in("ana@example.org", PASSWORD)
        visitor.go(GRID)
        template = hand.download()
        for wrong in (True, False):
            visitor.go(GRID)
            hand.upload(hand.paste_dates(template, wrong=wrong))
            violations = Axe().run(visitor.page).response["violations"]
            assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []
            assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
        assert visitor.complaints == []
