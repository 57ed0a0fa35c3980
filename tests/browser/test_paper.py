"""Wide sheets on a narrow screen, documents read whole, and what comes out on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.site import Visitor, visiting
from tests.reports.pdfs import info, words


@pytest.fixture
def reader(browser: Browser, demo_address: str) -> Iterator[Visitor]:
    """Planning on a small screen."""
    with visiting(browser, demo_address, width=768) as visitor:
        visitor.log_in("planeacion@example.org")
        yield visitor
        assert visitor.complaints == []


def test_the_name_of_a_phase_stays_in_sight_while_its_columns_scroll(reader: Visitor) -> None:
    reader.go("/registro/4145")
    reader.page.locator(".pp-sheet-scroll").evaluate("box => box.scrollTo({left: 300, behavior: 'instant'})")
    lead = reader.page.locator(".pp-sheet tbody th").first.bounding_box()
    name = reader.page.get_by_text("Precontractual", exact=True).first.bounding_box()
    assert lead
    assert name
    assert lead["x"] + lead["width"] <= name["x"] <= 768 - name["width"]


def test_a_receipt_is_as_tall_as_its_projects(reader: Visitor) -> None:
    reader.go("/registro/constancia/1")
    hidden = reader.page.locator(".pp-sheet-scroll").evaluate("box => box.scrollHeight - box.clientHeight")
    assert hidden <= 1


def test_a_receipt_is_printed_whole_on_lying_sheets(reader: Visitor, tmp_path: Path) -> None:
    reader.go("/registro/constancia/1")
    sha256 = reader.page.locator(".sha").inner_text()
    codes = reader.page.locator(".pp-sheet tbody th .pp-small").all_inner_texts()
    printed = reader.page.pdf(prefer_css_page_size=True, tagged=True)
    found, text = info(printed, tmp_path), words(printed, tmp_path)
    assert found["Page size"] == "792 x 612 pts (letter)"
    assert sha256 in text
    assert codes
    assert all(code in text for code in codes)
    assert f"Página {found['Pages']} de {found['Pages']}" in text
    assert "Descargar PDF" not in text


def test_what_is_folded_is_printed(reader: Visitor) -> None:
    reader.go("/informes")
    folds = reader.page.locator(".pp-fold:not([open]) > .pp-fold-body")
    assert folds.count()
    assert not any(fold.is_visible() for fold in folds.all())
    reader.page.emulate_media(media="print")
    assert all(fold.is_visible() for fold in folds.all())
