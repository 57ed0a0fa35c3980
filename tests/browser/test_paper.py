"""Wide sheets on a narrow screen, documents read whole, and what comes out on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

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


def test_a_receipt_shows_every_milestone_on_a_common_screen(reader: Visitor) -> None:
    reader.page.set_viewport_size({"width": 1366, "height": 768})
    reader.go("/registro/constancia/1")
    hidden = reader.page.locator(".pp-sheet-scroll").evaluate("box => box.scrollWidth - box.clientWidth")
    assert hidden <= 0


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


def test_a_project_is_printed_with_its_story_and_its_changes_without_forms(reader: Visitor) -> None:
    reader.go("/proyectos")
    reader.page.locator(".pp-table tbody th a").first.click()
    reader.page.emulate_media(media="print")
    assert reader.page.get_by_text("Entró a la vigencia.").is_visible()
    reader.page.emulate_media(media="screen")
    reader.page.get_by_role("link", name="Cambios", exact=True).click()
    form = reader.page.get_by_text("Cambiar el nombre")
    assert form.is_visible()
    reader.page.emulate_media(media="print")
    assert not form.is_visible()


def test_inicio_is_one_screen_on_a_desk_and_one_sheet_on_paper(reader: Visitor, tmp_path: Path) -> None:
    reader.page.set_viewport_size({"width": 1366, "height": 768})
    reader.go("/")
    shown = [reader.page.locator(f".pp-home-{part}") for part in ("asks", "cards")]
    rows = reader.page.locator("#organismos tbody tr")
    assert rows.count() == 15
    for part in (*shown, rows.last):
        box = part.bounding_box()
        assert box
        assert box["y"] + box["height"] <= 768
    table = reader.page.locator("#organismos .pp-scroll")
    assert table.evaluate("box => box.scrollWidth - box.clientWidth") <= 0
    for url in ("/", "/?corte=2022-07-15"):
        reader.go(url)
        printed = reader.page.pdf(prefer_css_page_size=True)
        assert info(printed, tmp_path)["Pages"] == "1"
        text = words(printed, tmp_path)
        assert "Orden: sin plan vencido" in text
        assert "Quedan" in text
        assert ("Leve" in text) is (url == "/")


@pytest.mark.parametrize("who", ["planeacion", "enlace.educacion", "despacho.educacion", "admin"])
def test_the_menu_is_one_line_on_a_desk_and_folded_on_a_phone(browser: Browser, demo_address: str, who: str) -> None:
    for width in (1366, 360):
        with visiting(browser, demo_address, width=width) as visitor:
            visitor.log_in(f"{who}@example.org")
            entries = visitor.page.locator(".pp-menu > ul > li")
            if width == 360:
                assert not entries.first.is_visible()
                counts = entries.locator(".pp-count:not(.pp-count-fold)").all_text_contents()
                counted = sum(int(text.replace(".", "")) for text in counts)
                total = visitor.page.locator(".pp-menu > summary .pp-count")
                told = [int(text.split()[0].replace(".", "")) for text in total.all_text_contents()]
                assert told == ([counted] if counted else [])
                assert total.count() == 0 or total.is_visible()
                visitor.page.locator(".pp-menu > summary").click()
                assert not total.is_visible()
            assert all(entry.is_visible() for entry in entries.all())
            boxes = [entry.bounding_box() for entry in entries.all()]
            lines = {box["y"] for box in boxes if box}
            assert width == 360 or len(lines) == 1
            for fold in entries.locator(".pp-menu-fold").all():
                assert_a_fold_opens_by_keyboard(visitor, fold, width)
            assert visitor.complaints == []


def assert_a_fold_opens_by_keyboard(visitor: Visitor, fold: Locator, width: int) -> None:
    """Enter opens it, Tab is on its first link, in the window; Enter and Escape close it, on a desk leaving it too."""
    summary = fold.locator("summary")
    summary.focus()
    visitor.page.keyboard.press("Enter")
    visitor.page.keyboard.press("Tab")
    links = fold.locator("a")
    expect(links.first).to_be_focused()
    for box in (link.bounding_box() for link in links.all()):
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    counted = [int(text.replace(".", "")) for text in links.locator(".pp-count").all_text_contents()]
    told = summary.locator(".pp-count").all_text_contents()
    assert [int(text.replace(".", "")) for text in told] == ([sum(counted)] if counted else [])
    summary.focus()
    visitor.page.keyboard.press("Enter")
    expect(links.first).not_to_be_visible()
    leaving = [lambda: visitor.page.keyboard.press("Escape")]
    if width > 360:
        leaving += [
            lambda: visitor.page.locator("h1").click(),
            lambda: visitor.page.locator(".pp-user .pp-linklike").focus(),
        ]
    for leave in leaving:
        summary.press("Enter")
        expect(links.first).to_be_visible()
        leave()
        expect(links.first).not_to_be_visible()
