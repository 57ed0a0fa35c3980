"""The registration grid as people use it: by keyboard, with pasted blocks, two at once, without a script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from pp_monitor.extensions import db
from pp_monitor.models.account import UserSession
from pp_monitor.models.plan import PlanDraftLine
from tests.browser.grid_site import ANA, EVA, GRID, GridPage, Hand, at_grid, city_app, email_of
from tests.browser.site import Visitor, killable, serving, visiting
from tests.engines import free_port
from tests.factories_db import PASSWORD
from tests.plan_data import project_code
from tests.reports.pdfs import words
from tests.services.test_plan_cell import READ_AS_18_APRIL, REFUSED


@pytest.fixture
def app(sqlite_template: Path, tmp_path: Path) -> Iterator[Flask]:
    with city_app(sqlite_template, tmp_path) as app:
        yield app


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture
def ana(browser: Browser, address: str) -> Iterator[GridPage]:
    with at_grid(browser, address) as page:
        yield page
        assert page.visitor.complaints == []


def stored(app: Flask) -> dict[str, str]:
    """Every text of the drafts, by milestone code."""
    with app.app_context():
        lines = select(PlanDraftLine.milestone_code, PlanDraftLine.typed).where(PlanDraftLine.typed != "")
        return dict(db.session.execute(lines).tuples().all())


def test_the_grid_is_worked_by_keyboard_alone(app: Flask, ana: GridPage) -> None:
    ana.cell(1, "H01").focus()
    ana.type("26/4")
    ana.press("Enter")
    ana.type("27042022")
    ana.press("ArrowUp")
    assert ana.values(1, "H01") == ["26/04/22"]
    ana.press("ArrowRight")
    ana.type("18 may")
    ana.press("Shift+Tab")
    assert ana.values(1, "H02") == ["18/05/22"]
    expect(ana.cell(1, "H01")).to_be_focused()
    ana.press("F2", "Backspace", "Escape")
    assert ana.values(1, "H01") == ["26/04/22"]
    ana.press("Control+End")
    expect(ana.cell(4, "H14")).to_be_focused()
    ana.wait()
    assert stored(app)["H02"] == "18/05/22"


def test_a_block_of_a_spreadsheet_is_pasted_and_undone_as_one_act(app: Flask, ana: GridPage) -> None:
    ana.cell(2, "modalidad").focus()
    ana.paste('LP\t26/04/2022\t"3/5/2022"\r\nmc\tno aplica\t04/18/2022\r\n')
    assert ana.values(2, "modalidad", "H01", "H02") == ["LP", "26/04/22", "03/05/22"]
    assert ana.values(3, "modalidad", "H01", "H02") == ["MC", "No aplica", "04/18/2022"]
    ana.wait()
    expect(ana.cell(3, "H02")).to_have_attribute("aria-invalid", "true")
    expect(ana.visitor.page.locator("#problemas")).to_contain_text("parece mes/día/año")
    expect(ana.cell(3, "H04")).to_have_value("No aplica")
    ana.press("Control+z")
    assert ana.values(2, "modalidad", "H01", "H02") == ["", "", ""]
    ana.press("Control+y")
    assert ana.values(2, "modalidad", "H01", "H02") == ["LP", "26/04/22", "03/05/22"]


def test_a_date_is_filled_down_over_the_empty_cells(ana: GridPage) -> None:
    ana.cell(3, "H01").fill("2/5")
    ana.cell(1, "H01").fill("26/4")
    ana.press("Control+d")
    ana.press("Tab")
    assert [ana.values(row, "H01")[0] for row in (1, 2, 3, 4)] == ["26/04/22", "26/04/22", "02/05/22", ""]


def test_a_block_of_cells_is_chosen_copied_emptied_and_filled_down(app: Flask, ana: GridPage) -> None:
    page = ana.visitor.page
    ana.cell(1, "H01").focus()
    ana.paste("26/4\tNo aplica\n27/4\t3/5")
    ana.press("Shift+ArrowRight", "Shift+ArrowDown")
    chosen = page.locator("td.pp-range")
    expect(chosen).to_have_count(4)
    # An outline, and not the colour alone.
    assert chosen.last.evaluate("cell => getComputedStyle(cell).outlineStyle") == "solid"
    expect(page.get_by_role("status").filter(has_text="4 celdas elegidas (2 × 2), hasta la fila 2")).to_be_visible()
    ana.press("Control+c")
    ana.cell(3, "H05").focus()
    ana.press("Control+v")
    assert [ana.values(row, "H05", "H06") for row in (3, 4)] == [["26/04/22", "No aplica"], ["27/04/22", "03/05/22"]]
    ana.press("Control+z")

    ana.cell(1, "H01").focus()
    ana.press("Shift+ArrowRight", "Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown", "Control+d")
    assert [ana.values(row, "H01", "H02") for row in (2, 3, 4)] == [["26/04/22", "No aplica"]] * 3
    ana.press("Control+z")
    assert ana.values(2, "H01", "H02") == ["27/04/22", "03/05/22"]
    assert ana.values(3, "H01", "H02") == ["", ""]

    ana.cell(2, "H02").focus()
    ana.cell(1, "modalidad").click(modifiers=["Shift"])
    expect(chosen).to_have_count(6)
    ana.press("Delete")
    assert [ana.values(row, "modalidad", "H01", "H02") for row in (1, 2)] == [["", "", ""]] * 2
    ana.press("Control+z")
    assert ana.values(1, "H01", "H02") == ["26/04/22", "No aplica"]
    ana.wait()
    assert set(stored(app)) == {"H01", "H02"}


def test_letters_are_still_chosen_inside_a_cell_and_typing_ends_a_block(ana: GridPage) -> None:
    chosen = ana.visitor.page.locator("td.pp-range")
    ana.cell(1, "H01").focus()
    ana.type("26/4")
    ana.press("Shift+ArrowLeft", "Backspace", "5")
    assert ana.values(1, "H01") == ["26/5"]
    ana.press("Tab", "Shift+ArrowDown")
    expect(chosen).to_have_count(2)
    ana.type("2/6")
    expect(chosen).to_have_count(0)
    ana.press("Shift+ArrowDown", "Escape")
    expect(chosen).to_have_count(0)
    assert (ana.values(1, "H02"), ana.values(2, "H02")) == (["2/6"], [""])
    ana.press("Shift+ArrowDown")
    ana.paste("3/6")
    assert [ana.values(row, "H02")[0] for row in (1, 2, 3)] == ["03/06/22", "03/06/22", ""]


def test_dates_are_generated_into_the_cells_and_undone(app: Flask, ana: GridPage) -> None:
    page = ana.visitor.page
    page.get_by_text("Generar fechas…").click()
    page.get_by_label("Modalidad", exact=True).select_option("LP")
    page.get_by_label("Fecha del primer hito").fill("18/4")
    page.get_by_label("Filas", exact=True).select_option("vacias")
    page.get_by_role("button", name="Generar", exact=True).click()
    expect(ana.cell(4, "H04")).to_have_value("16/05/22")
    ana.wait()
    assert stored(app)["H03"] == "29/04/22"
    page.get_by_role("button", name="Deshacer", exact=True).click()
    expect(ana.cell(4, "H04")).to_have_value("")


def test_a_tool_changes_the_ticked_rows_alone_and_they_stay_ticked(ana: GridPage) -> None:
    page = ana.visitor.page
    told = page.locator("#aviso-borrador")
    for row in (1, 2):
        ana.cell(row, "H01").fill("18/4")
    ana.cell(1, "H01").focus()
    page.get_by_text("Correr fila…").click()
    page.locator("#correr-dias").fill("5")
    shift = page.get_by_role("button", name="Correr", exact=True)
    shift.click()
    expect(told).to_contain_text("No hay filas elegidas.")
    assert ana.values(1, "H01") == ["18/04/22"]

    page.get_by_label("Elegir la fila 2,").check()
    expect(page.get_by_role("status").filter(has_text="Elegida: fila 2")).to_be_visible()
    shift.click()
    expect(told).to_contain_text("Listo: fechas nuevas en la fila 2.")
    page.get_by_text("Correr fila…").click()
    shift.click()
    expect(ana.cell(2, "H01")).to_have_value("02/05/22")
    assert ana.values(1, "H01") == ["18/04/22"]
    expect(page.get_by_label("Elegir la fila 2,")).to_be_checked()
    page.get_by_role("button", name="Quitar marcas").click()
    expect(page.get_by_label("Elegir la fila 2,")).not_to_be_checked()


def test_dates_that_leave_the_year_are_counted_and_can_be_taken_back(ana: GridPage) -> None:
    page = ana.visitor.page
    ana.cell(3, "H01").focus()
    ana.paste("18/4\t20/4")
    page.get_by_label("Elegir la fila 3,").check()
    page.get_by_text("Correr fila…").click()
    page.locator("#correr-dias").fill("-300")
    page.get_by_role("button", name="Correr", exact=True).click()
    expect(page.locator("#aviso-borrador")).to_contain_text("2 fechas quedan fuera de la vigencia 2022: fila 3 (2).")
    page.get_by_role("button", name="Deshacer esto").click()
    assert ana.values(3, "H01", "H02") == ["18/04/22", "20/04/22"]


def test_a_pasted_block_tells_what_found_no_place_and_why(ana: GridPage) -> None:
    ana.cell(4, "modalidad").focus()
    ana.paste("\t".join(["XX", *["18/4"] * 16]) + "\nLP\nLP")
    told = ana.visitor.page.locator("#aviso-borrador")
    expect(told).to_contain_text("Se pegaron 14 celdas. Fila 4: «XX» no es una modalidad.")
    expect(told).to_contain_text("En la fila 4 sobraban columnas a la derecha. 2 líneas sobraban abajo.")


def test_the_last_keys_are_saved_when_the_page_is_left(app: Flask, browser: Browser, address: str) -> None:
    with at_grid(browser, address) as ana:
        ana.cell(1, "H01").fill("26/4")
        with ana.visitor.page.expect_download() as download:
            ana.visitor.page.get_by_role("link", name="Descargar plantilla").click()
        assert download.value.suggested_filename
        assert stored(app) == {"H01": "26/04/22"}
        ana.cell(1, "H02").fill("27/4")
        # Not by a link, which waits: as the button of the browser or a closed window.
        ana.visitor.go("/registro")
        ana.open()
        assert ana.values(1, "H02") == ["27/04/22"]


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


def test_a_note_stays_inside_the_window(ana: GridPage) -> None:
    page = ana.visitor.page
    ana.cell(4, "H14").fill("31/02/2022")
    ana.cell(4, "H12").focus()
    ana.wait()
    ana.cell(4, "H14").focus()
    note = page.locator(".pp-cell-note").filter(has_text="31/02/2022")
    expect(note).to_be_in_viewport(ratio=1)
    assert note.evaluate("note => getComputedStyle(note).backgroundColor") != "rgba(0, 0, 0, 0)"


def test_the_script_reads_dates_as_the_server_does(ana: GridPage) -> None:
    read = """async texts => {
      const { compact } = await import("/static/js/grid-dates.js");
      return texts.map(text => compact(text, 2022));
    }"""
    assert ana.visitor.page.evaluate(read, READ_AS_18_APRIL) == ["18/04/22"] * len(READ_AS_18_APRIL)
    assert ana.visitor.page.evaluate(read, REFUSED) == list(REFUSED)


def test_a_passed_day_asks_in_place_whether_it_was_met(app: Flask, ana: GridPage) -> None:
    ana.cell(1, "H01").fill("11/4")
    ana.cell(1, "H02").focus()
    ana.wait()
    ana.cell(1, "H01").focus()
    ana.press("Tab")
    expect(ana.cell(1, "H01-real")).to_be_focused()
    ana.type("12/4")
    ana.press("Tab")
    expect(ana.visitor.page.locator(".pp-cell-real")).to_have_text("real 12/04/22")


def test_what_is_typed_while_the_server_is_away_is_saved_when_it_returns(
    app: Flask, browser: Browser, tmp_path: Path
) -> None:
    port = free_port()
    with ExitStack() as window:
        with killable(tmp_path, port) as address:
            ana = window.enter_context(at_grid(browser, address))
        ana.cell(1, "H01").fill("26/4")
        ana.wait("offline")
        with killable(tmp_path, port):
            ana.wait()
            assert list(stored(app)) == ["H01"]


def test_what_a_closed_page_could_not_save_is_offered_again(app: Flask, browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    with ExitStack() as window:
        with killable(tmp_path, port) as address:
            ana = window.enter_context(at_grid(browser, address))
        ana.cell(1, "H01").fill("26/4")
        ana.wait("offline")
        ana.visitor.page.goto("about:blank")
        with killable(tmp_path, port):
            ana.open()
            ana.visitor.page.get_by_role("button", name="Recuperar").click()
            ana.wait()
            expect(ana.cell(1, "H01")).to_have_value("26/04/22")
            assert list(stored(app)) == ["H01"]


def test_an_expired_session_leads_through_the_login_back_to_what_was_typed(app: Flask, ana: GridPage) -> None:
    with app.app_context():
        db.session.query(UserSession).delete()
        db.session.commit()
    ana.cell(1, "H01").fill("26/4")
    ana.wait("expired")
    page = ana.visitor.page
    page.get_by_role("link", name="Ingresar otra vez").click()
    page.get_by_label("Correo").fill(email_of(ANA))
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Ingresar").click()
    page.get_by_role("button", name="Recuperar").click()
    ana.wait()
    assert list(stored(app)) == ["H01"]
    ana.visitor.complaints.clear()


@pytest.mark.parametrize(("choice", "kept"), [("Dejar la mía", "27/04/22"), ("Usar la otra", "26/04/22")])
def test_two_people_in_one_cell_see_both_texts_and_choose(
    app: Flask, browser: Browser, address: str, choice: str, kept: str
) -> None:
    with at_grid(browser, address) as ana, at_grid(browser, address, EVA) as eva:
        ana.cell(1, "H01").fill("26/4")
        ana.cell(1, "H02").fill("3/5")
        ana.cell(1, "H03").focus()
        ana.wait()
        eva.cell(1, "H01").fill("27/4")
        eva.cell(2, "H01").fill("28/4")
        eva.wait("clash")
        box = eva.visitor.page.get_by_role("group", name="Dos personas cambiaron esta celda")
        expect(eva.visitor.page.locator("#guardado")).to_contain_text("Ana Prueba cambió lo mismo que usted a las ")
        expect(box).to_contain_text("Ana Prueba guardó «26/04/22» y usted escribió «27/04/22».")
        assert eva.values(1, "H02") == ["03/05/22"]
        with eva.visitor.page.expect_response("**/borrador") if choice == "Dejar la mía" else ExitStack():
            box.get_by_role("button", name=choice).click()
        eva.open()
        assert (eva.values(1, "H01", "H02"), eva.values(2, "H01")) == ([kept, "03/05/22"], ["28/04/22"])


def test_the_same_person_in_two_tabs_is_told_so(browser: Browser, address: str) -> None:
    with at_grid(browser, address) as ana, at_grid(browser, address) as again:
        ana.cell(1, "H01").fill("26/4")
        ana.cell(1, "H03").focus()
        ana.wait()
        again.cell(1, "H01").fill("27/4")
        again.cell(1, "H03").focus()
        again.wait("clash")
        expect(again.visitor.page.locator("#guardado")).to_contain_text("Usted cambió lo mismo en otra pestaña")
        box = again.visitor.page.get_by_role("group", name="Esta celda cambió en otra pestaña")
        expect(box).to_contain_text("En otra pestaña usted guardó «26/04/22» y aquí escribió «27/04/22».")


def test_everything_works_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1366, "height": 900})
    visitor = Visitor(context.new_page(), address)
    visitor.log_in(email_of(ANA), PASSWORD)
    grid = GridPage(visitor)
    visitor.go(GRID)
    grid.cell(2, "H01").fill("11/4")
    page = visitor.page
    page.get_by_label("Elegir la fila 1,").check()
    page.get_by_text("Generar fechas…").click()
    page.get_by_label("Modalidad", exact=True).select_option("MC")
    page.get_by_label("Fecha del primer hito").fill("18/4")
    page.get_by_role("button", name="Generar", exact=True).click()
    assert (grid.values(1, "H04"), grid.values(2, "H01")) == (["No aplica"], ["11/04/22"])
    grid.cell(2, "H01").focus()
    page.get_by_label("¿Ya se cumplió? Fecha real:").fill("12/4")
    page.get_by_role("button", name="Guardar borrador").click()
    expect(page.locator(".pp-cell-real")).to_have_text("real 12/04/22")
    context.close()


@pytest.mark.parametrize("width", [360, 683, 1366])
def test_the_grid_with_everything_open_is_accessible(browser: Browser, address: str, width: int) -> None:
    # 683 is what a screen of 1366 leaves at 200 %.
    with at_grid(browser, address, width=width) as ana:
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


def test_a_finger_hits_everything_on_a_phone(browser: Browser, address: str) -> None:
    with at_grid(browser, address, width=360) as ana:
        page = ana.visitor.page
        ana.cell(1, "H02").fill("pronto")
        ana.cell(1, "H03").focus()
        ana.wait()
        heights = "all => all.filter(one => one.checkVisibility()).map(one => one.getBoundingClientRect().height)"
        assert min(page.locator("main :is(a, button, summary, input:not([type=hidden]))").evaluate_all(heights)) >= 24
        assert min(page.locator(".pp-head-tools .btn").evaluate_all(heights)) >= 44


def test_a_project_takes_one_low_row_with_its_whole_name_at_hand(browser: Browser, address: str) -> None:
    with at_grid(browser, address) as ana:
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


def test_eighteen_projects_take_at_most_sixty_interactions(
    browser: Browser, sqlite_template: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        city_app(sqlite_template, tmp_path, projects=18) as app,
        serving(app) as address,
        visiting(browser, address) as visitor,
    ):
        hand = Hand(visitor)
        hand.enter()
        hand.generate(["LP"], rows=(1, 2, 3, 4, 5), start="18/4")
        hand.generate(["MC"], rows=(6,), start="25/4")
        hand.paste_into(7, "modalidad", "MC\n" * 5)
        hand.copy_to_similar(6)
        hand.generate(["SAMC"], rows=(), start="2/5")
        hand.shift(18, "10")
        hand.review()
        assert hand.count <= 60
        with capsys.disabled():
            print(f" {hand.count} interactions", end="")  # noqa: T201 - the count is what this test tells
    with app.app_context():
        assert len(db.session.scalars(select(PlanDraftLine.id)).all()) == 18 * 14
