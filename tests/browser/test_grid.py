"""The registration grid as people work in it: by keyboard, with pasted blocks, with its tools, without a script."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from pp_monitor.extensions import db
from pp_monitor.models.plan import PlanDraftLine
from pp_monitor.models.project import Project
from pp_monitor.services.audit import Actor
from tests.browser.grid_site import ANA, GRID, GridPage, Hand, city_app, email_of, stored
from tests.browser.site import serving, visiting
from tests.factories_db import PASSWORD
from tests.plan_data import City, plan, project_code, register_plans
from tests.services.test_plan_cell import READ_AS_18_APRIL, REFUSED


def test_the_grid_is_worked_by_keyboard_alone(grid_app: Flask, ana: GridPage) -> None:
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
    assert stored(grid_app)["H02"] == "18/05/22"


def test_a_block_of_a_spreadsheet_is_pasted_and_undone_as_one_act(grid_app: Flask, ana: GridPage) -> None:
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


def test_a_block_of_cells_is_chosen_copied_emptied_and_filled_down(grid_app: Flask, ana: GridPage) -> None:
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
    assert set(stored(grid_app)) == {"H01", "H02"}


def test_a_copied_block_keeps_the_line_of_a_closed_row(grid_app: Flask, ana: GridPage) -> None:
    with grid_app.app_context():
        row = db.session.scalars(select(Project).where(Project.code == project_code(2))).one()
        planner = Actor(row.entity_id, "Planeación")
        register_plans(City(row.vigencia_id, planner, {row.code: row.id}), {row.id: plan()}, "Oficio 1")
    ana.open()
    page = ana.visitor.page
    ana.cell(1, "H01").focus()
    ana.paste("26/4\t27/4\n\t\n3/5\t4/5")
    ana.press("Shift+ArrowRight", "Shift+ArrowDown")
    expect(page.locator("td.pp-range")).to_have_count(4)
    ana.press("Control+c")
    copied = page.get_by_role("status").filter(has_text="4 celdas en el portapapeles")
    expect(copied).to_contain_text("la fila 2 no recibe cambios y va en blanco")
    page.context.grant_permissions(["clipboard-read"])
    assert page.evaluate("navigator.clipboard.readText()") == "26/04/22\t27/04/22\n\t\n03/05/22\t04/05/22"

    ana.cell(1, "H05").focus()
    ana.press("Control+v")
    assert ana.values(1, "H05", "H06") == ["26/04/22", "27/04/22"]
    assert ana.values(3, "H05", "H06") == ["03/05/22", "04/05/22"]
    told = page.locator("#aviso-borrador")
    expect(told).to_have_text("Se pegaron 4 celdas.")

    # Where the closed row of what was copied lands on an open one, nothing is emptied.
    ana.cell(4, "H07").focus()
    ana.type("1/6")
    ana.cell(3, "H07").focus()
    ana.press("Control+v")
    assert ana.values(3, "H07", "H08") == ["26/04/22", "27/04/22"]
    assert ana.values(4, "H07", "H08") == ["01/06/22", ""]
    expect(told).to_contain_text("La fila 4 no cambió: en lo copiado, ahí había una fila cerrada.")
    expect(told).to_contain_text("1 línea sobraba abajo.")


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


def test_dates_are_generated_into_the_cells_and_undone(grid_app: Flask, ana: GridPage) -> None:
    page = ana.visitor.page
    page.get_by_text("Generar fechas…").click()
    page.get_by_label("Modalidad", exact=True).select_option("LP")
    page.get_by_label("Fecha del primer hito").fill("18/4")
    page.get_by_label("Filas", exact=True).select_option("vacias")
    page.get_by_role("button", name="Generar", exact=True).click()
    expect(ana.cell(4, "H04")).to_have_value("16/05/22")
    ana.wait()
    assert stored(grid_app)["H03"] == "29/04/22"
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


def test_the_script_reads_dates_as_the_server_does(ana: GridPage) -> None:
    read = """async texts => {
      const { compact } = await import("/static/js/grid-dates.js");
      return texts.map(text => compact(text, 2022));
    }"""
    assert ana.visitor.page.evaluate(read, READ_AS_18_APRIL) == ["18/04/22"] * len(READ_AS_18_APRIL)
    assert ana.visitor.page.evaluate(read, REFUSED) == list(REFUSED)


def test_a_passed_day_asks_in_place_whether_it_was_met(grid_app: Flask, ana: GridPage) -> None:
    ana.cell(1, "H01").fill("11/4")
    ana.cell(1, "H02").focus()
    ana.wait()
    ana.cell(1, "H01").focus()
    ana.press("Tab")
    expect(ana.cell(1, "H01-real")).to_be_focused()
    ana.type("12/4")
    ana.press("Tab")
    expect(ana.visitor.page.locator(".pp-cell-real")).to_have_text("real 12/04/22")


def test_everything_works_without_javascript(browser: Browser, grid_address: str) -> None:
    with visiting(browser, grid_address, has_script=False) as visitor:
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
        hand.send()
        assert hand.count <= 60
        with capsys.disabled():
            print(f" {hand.count} interactions", end="")  # noqa: T201 - the count is what this test tells
    with app.app_context():
        assert len(db.session.scalars(select(PlanDraftLine.id)).all()) == 18 * 14
