"""The grid keeps what is typed: without a server, after a session, between two people and two tabs."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from pp_monitor.extensions import db
from pp_monitor.models.account import UserSession
from tests.browser.grid_site import ANA, EVA, GRID, GridPage, at_grid, email_of, stored
from tests.browser.site import killable, visiting
from tests.engines import free_port
from tests.factories_db import PASSWORD


def test_the_last_keys_are_saved_when_the_page_is_left(grid_app: Flask, browser: Browser, grid_address: str) -> None:
    with at_grid(browser, grid_address) as ana:
        ana.cell(1, "H01").fill("26/4")
        with ana.visitor.page.expect_download() as download:
            ana.visitor.page.get_by_role("link", name="Descargar plantilla").click()
        assert download.value.suggested_filename
        assert stored(grid_app) == {"H01": "26/04/22"}
        ana.cell(1, "H02").fill("27/4")
        # Not by a link, which waits: as the button of the browser or a closed window.
        ana.visitor.go("/registro")
        ana.open()
        assert ana.values(1, "H02") == ["27/04/22"]


def test_what_is_typed_while_the_server_is_away_is_saved_when_it_returns(
    grid_app: Flask, browser: Browser, tmp_path: Path
) -> None:
    port = free_port()
    with ExitStack() as window:
        with killable(tmp_path, port) as address:
            ana = window.enter_context(at_grid(browser, address))
        ana.cell(1, "H01").fill("26/4")
        ana.wait("offline")
        with killable(tmp_path, port):
            ana.wait()
            assert list(stored(grid_app)) == ["H01"]


def test_what_a_closed_page_could_not_save_is_offered_again(grid_app: Flask, browser: Browser, tmp_path: Path) -> None:
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
            assert list(stored(grid_app)) == ["H01"]


def test_an_expired_session_leads_through_the_login_back_to_what_was_typed(grid_app: Flask, ana: GridPage) -> None:
    with grid_app.app_context():
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
    assert list(stored(grid_app)) == ["H01"]
    ana.visitor.complaints.clear()


@pytest.mark.parametrize(("choice", "kept"), [("Dejar la mía", "27/04/22"), ("Usar la otra", "26/04/22")])
def test_two_people_in_one_cell_see_both_texts_and_choose(
    grid_app: Flask, browser: Browser, grid_address: str, choice: str, kept: str
) -> None:
    with at_grid(browser, grid_address) as ana, at_grid(browser, grid_address, EVA) as eva:
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


def test_without_a_script_both_texts_are_there_again_until_one_is_saved(
    browser: Browser, grid_address: str, ana: GridPage
) -> None:
    with visiting(browser, grid_address, has_script=False) as visitor:
        visitor.log_in(email_of(EVA), PASSWORD)
        visitor.go(GRID)
        eva, page = GridPage(visitor), visitor.page
        ana.cell(1, "H01").fill("26/4")
        ana.cell(1, "H03").focus()
        ana.wait()
        eva.cell(1, "H01").fill("27/4")
        eva.cell(2, "H01").fill("28/4")
        page.get_by_role("button", name="Guardar borrador").click()
        both = page.locator("#cruces").get_by_text("Ana Prueba guardó «26/04/22» y usted escribió «27/4».")
        expect(both).to_be_visible()
        visitor.go("/cuenta")
        page.go_back()
        expect(both).to_be_visible()
        page.reload()
        expect(both).to_be_visible()
        assert (eva.values(1, "H01"), eva.values(2, "H01")) == (["27/04/22"], ["28/04/22"])
        page.get_by_role("button", name="Guardar borrador").click()
        expect(page.get_by_text("Borrador guardado.")).to_be_visible()
        assert (eva.values(1, "H01"), eva.values(2, "H01")) == (["27/04/22"], ["28/04/22"])


def test_the_same_person_in_two_tabs_is_told_so(browser: Browser, grid_address: str) -> None:
    with at_grid(browser, grid_address) as ana, at_grid(browser, grid_address) as again:
        ana.cell(1, "H01").fill("26/4")
        ana.cell(1, "H03").focus()
        ana.wait()
        again.cell(1, "H01").fill("27/4")
        again.cell(1, "H03").focus()
        again.wait("clash")
        expect(again.visitor.page.locator("#guardado")).to_contain_text("Usted cambió lo mismo en otra pestaña")
        box = again.visitor.page.get_by_role("group", name="Esta celda cambió en otra pestaña")
        expect(box).to_contain_text("En otra pestaña usted guardó «26/04/22» y aquí escribió «27/04/22».")
