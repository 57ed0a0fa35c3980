"""The work list at a keyboard: typed, saved, refused and corrected, with and without the script."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from tests.browser.site import Visitor, assert_sound, visiting
from tests.documents import PDF

ENLACE = "enlace.infraestructura@example.org"


@pytest.fixture
def enlace(visitor: Visitor) -> Visitor:
    """The enlace of Infraestructura at the list, who works with the keyboard."""
    return at_the_list(visitor)


def at_the_list(visitor: Visitor) -> Visitor:
    visitor.log_in(ENLACE)
    visitor.go("/por-reportar")
    return visitor


def rows(page: Page) -> int:
    return page.locator("tr.pp-due-line").count()


def test_a_date_is_typed_and_saved_with_the_keyboard_alone(enlace: Visitor) -> None:
    page = enlace.page
    before = rows(page)
    box = page.get_by_label("Fecha real, Terminación (100 %)").first
    box.focus()
    page.keyboard.type("5 de septiembre")
    page.keyboard.press("Tab")
    expect(box).to_have_value("05/09/22")
    expect(page.locator("[data-told]")).to_have_text("1 hito escrito y sin guardar.")
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Guardado: 1 dato nuevo.")
    assert rows(page) == before - 1


def test_what_is_refused_is_told_at_its_box_and_stays_after_back(enlace: Visitor) -> None:
    page = enlace.page
    page.get_by_label("Fecha real, Terminación (100 %)").first.fill("20/12/2022")
    page.get_by_text("Soporte, nota, explicación, acción y compromiso").nth(2).click()
    page.get_by_label("Acción propuesta").nth(2).fill("Insistir")
    acta = {"name": "acta.pdf", "mimeType": "application/pdf", "buffer": PDF}
    page.get_by_label("Archivo del soporte, en vez del enlace").nth(2).set_input_files(acta)
    with page.expect_navigation():
        page.get_by_role("button", name="Guardar todo lo escrito").click()
    sentence = page.get_by_role("link", name="está en el futuro")
    sentence.click()
    box = page.get_by_label("Fecha real, Terminación (100 %)").first
    expect(box).to_be_focused()
    expect(box).to_have_value("20/12/22")
    assert_sound(page)
    assert page.get_by_label("Acción propuesta").nth(2).input_value() == "Insistir"
    expect(page.get_by_text("Archivo adjunto: acta.pdf")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(box).to_have_value("20/12/22")


def test_more_files_than_one_save_takes_are_told_before_anything_is_sent(enlace: Visitor) -> None:
    page = enlace.page
    scan = {"name": "acta.pdf", "mimeType": "application/pdf", "buffer": PDF + bytes(24 * 2**20)}
    page.get_by_label("Archivo del soporte, en vez del enlace").first.set_input_files(scan)
    page.get_by_role("button", name="Guardar todo lo escrito").click()
    expect(page.locator("[data-told]")).to_contain_text("Los archivos suman 25 MB y en un guardado caben 22.")


def test_the_review_of_a_file_is_sound_and_there_again_after_back(enlace: Visitor) -> None:
    page = enlace.page
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar plantilla").click()
    book = load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    book["Avance"]["F6"], book["Avance"]["H7"] = "5/9", "pereza"
    stream = io.BytesIO()
    book.save(stream)
    page.get_by_role("link", name="Subir archivo").click()
    file = {"name": "avance.xlsx", "mimeType": "application/octet-stream", "buffer": stream.getvalue()}
    page.get_by_label("Archivo de avance").set_input_files(file)
    page.get_by_role("button", name="Revisar archivo").click()
    expect(page.get_by_role("heading", name="El archivo tiene 1 problema")).to_be_visible()
    assert_sound(page)
    enlace.go("/cuenta")
    page.go_back()
    expect(page.get_by_role("heading", name="El archivo tiene 1 problema")).to_be_visible()


def test_without_the_script_a_row_is_saved_by_its_button(browser: Browser, own_address: str) -> None:
    with visiting(browser, own_address, has_script=False) as visitor:
        page = at_the_list(visitor).page
        page.get_by_label("Fecha proyectada, Terminación (100 %)").first.fill("3/10")
        page.get_by_label("Fecha proyectada, Recibo final").first.fill("4/10")
        page.get_by_role("button", name="Guardar Terminación (100 %)").first.click()
        expect(page.get_by_text("Guardado: 1 dato nuevo.")).to_be_visible()
        expect(page.get_by_label("Fecha proyectada, Recibo final").first).to_have_value("4/10")
        expect(page.get_by_text("vigente: 03/10/2022").first).to_be_visible()
