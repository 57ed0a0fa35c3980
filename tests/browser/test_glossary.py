"""What explains a figure opens by keyboard beside it, and paper leaves it out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.site import Visitor, assert_sound, visiting

PLANNING = "planeacion@example.org"


@pytest.fixture
def planning(browser: Browser, demo_address: str) -> Iterator[Visitor]:
    with visiting(browser, demo_address) as visitor:
        visitor.log_in(PLANNING)
        yield visitor
        assert visitor.complaints == []


def test_a_figure_is_explained_by_keyboard(planning: Visitor) -> None:
    page = planning.page
    button = page.get_by_role("button", name="¿Cómo se calcula: Cobertura de registro?")
    told = page.locator("#como-cobertura-de-registro")
    expect(told).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(told).to_contain_text("Proyectos con plan registrado sobre proyectos.")
    assert_sound(page)
    page.keyboard.press("Tab")
    expect(told.get_by_role("link", name="Glosario")).to_be_focused()
    page.keyboard.press("Escape")
    expect(told).to_be_hidden()
    expect(button).to_be_focused()


def test_a_table_explains_its_columns_without_a_script(browser: Browser, demo_address: str) -> None:
    with visiting(browser, demo_address, has_script=False) as visitor:
        visitor.log_in(PLANNING)
        visitor.go("/organismos")
        fold = visitor.page.get_by_text("¿Cómo se calcula cada columna?").first
        fold.focus()
        visitor.page.keyboard.press("Enter")
        assert visitor.page.get_by_text("Avance real menos programado, en puntos porcentuales").first.is_visible()


def test_paper_leaves_explanations_out(planning: Visitor) -> None:
    page = planning.page
    page.get_by_role("button", name="¿Cómo se calcula: Pagos?").click()
    page.emulate_media(media="print")
    expect(page.locator("#como-pagos")).to_be_hidden()
    expect(page.get_by_text("¿Cómo se calcula cada columna?").first).to_be_hidden()


def test_a_link_from_a_figure_leads_to_its_word(planning: Visitor) -> None:
    page = planning.page
    page.get_by_role("button", name="¿Cómo se calcula: Valor en riesgo?").click()
    page.locator("#como-valor-en-riesgo").get_by_role("link", name="Glosario").click()
    expect(page).to_have_url(f"{planning.address}/glosario#value_at_risk_cop")
    expect(page.locator("#value_at_risk_cop")).to_be_in_viewport()
