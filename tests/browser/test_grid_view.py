"""How the grid looks: on a desk, on a phone, on paper, and to who does not see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from tests.browser.grid_site import GridPage, at_grid
from tests.plan_data import project_code
from tests.reports.pdfs import words


def test_the_box_of_a_state_closes_when_work_goes_on_elsewhere(ana: GridPage) -> None:
    page = ana.visitor.page
    box, summary = page.locator(".pp-more-box").nth(1), page.locator(".pp-more summary").nth(1)
    for leave in (
        lambda: ana.press("Escape"),
        lambda: ana.cell(3, "H01").focus(),
        lambda: page.mouse.click(5, 300),
    ):
        summary.click()
        expect(box).to_be_visible()
        expect(box).to_contain_text(page.locator(".pp-sheet-title").nth(1).inner_text())
        leave()
        expect(box).to_be_hidden()


def test_escape_closes_the_box_of_a_row_and_keeps_what_was_typed_there(ana: GridPage) -> None:
    page = ana.visitor.page
    page.locator(".pp-more summary").first.click()
    ana.cell(1, "fuera").focus()
    ana.type("Falta el aval de la JAL")
    ana.press("Escape")
    expect(page.locator(".pp-more-box").first).to_be_hidden()
    ana.wait()
    assert ana.values(1, "fuera") == ["Falta el aval de la JAL"]
    expect(page.locator(".pp-state").first).to_have_text("Por fuera")

    ana.cell(2, "H01").fill("11/4")
    ana.cell(2, "H03").focus()
    expect(ana.cell(2, "H01-real")).to_be_attached()
    ana.cell(2, "H01").focus()
    ana.press("Tab")
    ana.type("12/4")
    ana.press("Escape")
    expect(ana.cell(2, "H01")).to_be_focused()
    expect(ana.cell(2, "H01-real")).to_be_hidden()
    assert ana.values(2, "H01-real") == ["12/04/22"]


def test_a_wrong_milestone_of_its_own_is_told_in_its_box_and_found_by_its_link(ana: GridPage) -> None:
    page = ana.visitor.page
    page.locator(".pp-more summary").nth(3).click()
    ana.cell(4, "P02").fill("3/5")
    ana.cell(4, "P03-nombre").focus()
    told = page.locator(".pp-own").filter(has_text="El hito propio P02 no tiene nombre.")
    expect(told).to_be_visible()
    ana.press("Escape")
    expect(told).to_be_hidden()
    ana.cell(1, "H01").focus()
    page.locator("#problemas a").click()
    expect(ana.cell(4, "P02")).to_be_focused()
    expect(told).to_be_in_viewport(ratio=1)


def test_what_is_told_stays_in_sight_over_a_grid_that_was_scrolled_to(ana: GridPage) -> None:
    page = ana.visitor.page
    page.set_viewport_size({"width": 1366, "height": 600})
    page.get_by_label("Elegir la fila 1,").check()
    page.get_by_text("Generar fechas…").click()
    page.locator("#generar-inicio").fill("18/4")
    page.mouse.wheel(0, 2000)
    page.get_by_role("button", name="Generar", exact=True).click()
    told = page.locator("#aviso-borrador")
    expect(told).to_contain_text("Falta la modalidad.")
    expect(told).to_be_in_viewport(ratio=1)
    told.get_by_role("button", name="Cerrar").click()
    expect(told).to_be_hidden()
    ana.cell(4, "H02").focus()
    ana.type("26/4")
    ana.wait()
    expect(page.locator("#guardado")).to_be_in_viewport(ratio=1)
    assert Axe().run(page).response["violations"] == []


def test_a_note_stays_inside_the_window(ana: GridPage) -> None:
    page = ana.visitor.page
    ana.cell(4, "H14").fill("31/02/2022")
    ana.cell(4, "H12").focus()
    ana.wait()
    ana.cell(4, "H14").focus()
    note = page.locator(".pp-cell-note").filter(has_text="31/02/2022")
    expect(note).to_be_in_viewport(ratio=1)
    assert note.evaluate("note => getComputedStyle(note).backgroundColor") != "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("width", [360, 683, 1366])
def test_the_grid_with_everything_open_is_accessible(browser: Browser, grid_address: str, width: int) -> None:
    # 683 is what a screen of 1366 leaves at 200 %.
    with at_grid(browser, grid_address, width=width) as ana:
        ana.cell(1, "H01").fill("11/4")
        ana.cell(1, "H10").fill("No aplica")
        ana.cell(1, "H02").fill("pronto")
        ana.cell(1, "H01").focus()
        ana.wait()
        ana.press("Shift+ArrowDown", "Shift+ArrowRight")
        ana.visitor.page.locator(".pp-more summary").first.click()
        ana.visitor.page.get_by_text("Generar fechas…").click()
        violations = Axe().run(ana.visitor.page).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []
        assert ana.visitor.page.evaluate("document.documentElement.scrollWidth") <= width
        assert ana.visitor.complaints == []


def test_every_milestone_is_on_paper_and_nothing_to_press(ana: GridPage, tmp_path: Path) -> None:
    page = ana.visitor.page
    ana.cell(1, "H01").focus()
    ana.paste("\t".join(["18/4"] * 13) + "\t30/11")
    ana.wait()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 980, "height": 700})
    last = page.get_by_role("columnheader", name="Liquidación").bounding_box()
    assert last
    assert last["x"] + last["width"] <= 980
    assert not page.get_by_role("checkbox").first.is_visible()
    assert not page.get_by_text("Generar fechas…").is_visible()
    text = words(page.pdf(prefer_css_page_size=True), tmp_path)
    assert "30/11/22" in text


def test_a_finger_hits_everything_on_a_phone(browser: Browser, grid_address: str) -> None:
    with at_grid(browser, grid_address, width=360) as ana:
        page = ana.visitor.page
        ana.cell(1, "H02").fill("pronto")
        ana.cell(1, "H03").focus()
        ana.wait()
        heights = "all => all.filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect().height)"
        assert min(page.locator("main :is(a, button, summary, input:not([type=hidden]))").evaluate_all(heights)) >= 24
        assert min(page.locator(".pp-head-tools .btn").evaluate_all(heights)) >= 44


def test_a_project_takes_one_low_row_with_its_whole_name_at_hand(browser: Browser, grid_address: str) -> None:
    with at_grid(browser, grid_address) as ana:
        row = ana.visitor.page.locator("tr[data-code]").first
        box = row.bounding_box()
        assert box
        assert box["height"] <= 46
        name = row.locator(".pp-sheet-title").inner_text()
        assert name in (row.get_by_role("rowheader").get_attribute("title") or "")


def test_a_summary_link_leads_to_its_cell(ana: GridPage) -> None:
    ana.cell(1, "H02").fill("31/02/2022")
    ana.cell(1, "H03").focus()
    ana.wait()
    ana.visitor.page.locator("#problemas a").click()
    assert ana.visitor.page.evaluate("location.hash") == f"#cell-{project_code(1)}-H02"
