"""The inbox in a real browser: a case from its opening to its end by keyboard, with JavaScript and without it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.site import Visitor, assert_sound, visiting

PLANNING = "planeacion@example.org"
MARK = "window.isTheSamePage"


@pytest.fixture
def planner(browser: Browser, demo_address: str) -> Iterator[Visitor]:
    """Planning at the inbox, which this person only reads; the browser must have nothing to complain of."""
    with visiting(browser, demo_address) as visitor:
        visitor.log_in(PLANNING)
        visitor.go("/alertas")
        mark(visitor.page)
        yield visitor
        assert visitor.complaints == []


def mark(page: Page) -> None:
    """Leave something in the window that a page loaded whole would not have."""
    page.evaluate(f"{MARK} = true")


def is_marked(page: Page) -> bool:
    return bool(page.evaluate(f"{MARK} === true"))


def rows(page: Page) -> Locator:
    return page.locator("#casos .pp-table").first.locator("tbody tr")


def test_a_filter_changes_the_list_in_place_and_keeps_the_keyboard(planner: Visitor) -> None:
    page = planner.page
    level = page.get_by_label("Nivel")
    level.focus()
    level.select_option("critical")
    page.wait_for_url("**nivel=critical**")
    expect(page.locator(".pp-told")).to_contain_text("en total")
    expect(page.get_by_role("status").first).to_contain_text("en total")
    assert set(page.locator("#casos .pp-table").first.locator(".pp-tag").all_text_contents()) <= {"Crítico", "vencido"}
    expect(level).to_be_focused()
    assert is_marked(page)
    page.reload()
    expect(page.get_by_label("Nivel")).to_have_value("critical")
    page.go_back()
    expect(page.get_by_label("Nivel")).to_have_value("")


def test_words_are_sought_while_they_are_typed(planner: Visitor) -> None:
    page = planner.page
    box = page.get_by_label("Proyecto u organismo")
    box.press_sequentially("educacion")
    page.wait_for_url("**q=educacion**")
    expect(page.locator(".pp-told")).to_contain_text("en total")
    expect(box).to_be_focused()
    expect(box).to_have_value("educacion")
    assert is_marked(page)
    page.get_by_role("link", name="Quitar filtros").press("Enter")
    page.wait_for_url("**/alertas")
    expect(box).to_have_value("")
    assert is_marked(page)


def test_pages_turn_in_place_and_the_keyboard_stays_on_the_link(planner: Visitor) -> None:
    page = planner.page
    first = rows(page).first.text_content()
    page.get_by_role("link", name="Siguiente").press("Enter")
    page.wait_for_url("**pagina=2")
    expect(rows(page).first).not_to_have_text(first or "")
    expect(page.get_by_role("link", name="Siguiente")).to_be_focused()
    assert is_marked(page)


def test_a_counter_narrows_the_list_and_its_controls(planner: Visitor) -> None:
    page = planner.page
    page.locator("#cuenta-critical").press("Enter")
    page.wait_for_url("**nivel=critical")
    expect(page.get_by_label("Nivel")).to_have_value("critical")
    expect(page.locator("#cuenta-critical")).to_be_focused()
    assert is_marked(page)


def test_a_lost_connection_is_told_and_nothing_is_lost(planner: Visitor) -> None:
    page = planner.page
    page.context.set_offline(True)
    page.get_by_label("Nivel").select_option("critical")
    expect(page.get_by_text("No se pudo enviar: revise la conexión")).to_be_visible()
    assert rows(page).count() > 0
    page.context.set_offline(False)
    planner.complaints.clear()


def test_an_ended_session_asks_to_enter_again(planner: Visitor) -> None:
    page = planner.page
    page.context.clear_cookies()
    page.get_by_label("Nivel").select_option("critical")
    page.wait_for_url("**/ingresar**")
    expect(page.get_by_label("Correo")).to_be_visible()


def open_step(page: Page, name: str) -> None:
    """Unfold a step by keyboard."""
    summary = page.locator("#pasos summary", has_text=name)
    summary.focus()
    page.keyboard.press("Enter")


def handle_by_keyboard(page: Page) -> None:
    """From the list to a case of nobody, through each of its steps."""
    open_case_of_nobody(page)
    take_in_hand(page)
    say_and_answer(page)
    let_rest_and_wake(page)
    dismiss_and_open_again(page)


def open_case_of_nobody(page: Page) -> None:
    page.locator("#cuenta-nadie").press("Enter")
    page.wait_for_url("**responsable=nadie**")
    rows(page).first.locator("th a").first.press("Enter")
    expect(page.get_by_text("Nadie todavía")).to_be_visible()


def take_in_hand(page: Page) -> None:
    open_step(page, "Tomar en gestión")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Responsable")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("30/09/2022")
    page.keyboard.press("Enter")
    expect(page.get_by_text("El caso está en gestión.")).to_be_visible()


def say_and_answer(page: Page) -> None:
    open_step(page, "Agregar una observación")
    page.get_by_label("Observación").fill("¿Qué falta?")
    page.get_by_role("button", name="Agregar una observación").press("Enter")
    expect(page.locator(".pp-thread").get_by_text("¿Qué falta?")).to_be_visible()
    summary = page.locator("#observaciones summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Respuesta").fill("El visto bueno.")
    page.get_by_role("button", name="Enviar la respuesta").press("Enter")
    expect(page.locator(".pp-thread").get_by_text("El visto bueno.")).to_be_visible()


def let_rest_and_wake(page: Page) -> None:
    """A day that is too early is refused, and what was typed stays."""
    open_step(page, "Posponer")
    page.get_by_label("Posponer hasta").fill("18/09/2022")
    page.get_by_label("Motivo").first.fill("Se espera el concepto de Hacienda.")
    page.get_by_role("button", name="Posponer").press("Enter")
    expect(page.get_by_text("El caso debe despertar después de hoy.").first).to_be_visible()
    expect(page.get_by_label("Motivo").first).to_have_value("Se espera el concepto de Hacienda.")
    page.get_by_label("Posponer hasta").fill("03/10/2022")
    page.get_by_role("button", name="Posponer").press("Enter")
    expect(page.get_by_text("El caso se pospuso.")).to_be_visible()
    open_step(page, "Despertar ahora")
    page.get_by_role("button", name="Despertar ahora").press("Enter")
    expect(page.locator(".pp-notice", has_text="El caso despertó.")).to_be_visible()


def dismiss_and_open_again(page: Page) -> None:
    open_step(page, "Descartar")
    page.locator("#descartar-text").fill("El organismo lo explicó con su acta.")
    page.get_by_role("button", name="Descartar").press("Enter")
    expect(page.locator(".pp-notice", has_text="El caso se descartó.")).to_be_visible()
    open_step(page, "Abrir de nuevo")
    page.locator("#reabrir-text").fill("El acta no explicaba el retraso.")
    page.get_by_role("button", name="Abrir de nuevo").press("Enter")
    expect(page.get_by_text("El caso está abierto de nuevo.")).to_be_visible()


def test_a_case_is_handled_to_its_end_by_keyboard(visitor: Visitor) -> None:
    visitor.log_in(PLANNING)
    visitor.go("/alertas")
    handle_by_keyboard(visitor.page)
    assert_sound(visitor.page)


def test_a_step_is_taken_in_place_and_the_keyboard_goes_to_what_is_told(visitor: Visitor) -> None:
    page = visitor.page
    visitor.log_in(PLANNING)
    visitor.go("/alertas?responsable=nadie&estado=open")
    rows(page).first.locator("th a").first.click()
    mark(page)
    open_step(page, "Tomar en gestión")
    page.get_by_label("Fecha de compromiso").fill("30/09/2022")
    page.get_by_role("button", name="Tomar en gestión").press("Enter")
    expect(page.locator(".pp-notice", has_text="El caso está en gestión.")).to_be_focused()
    assert is_marked(page)


def test_everything_works_without_javascript(browser: Browser, own_address: str) -> None:
    with visiting(browser, own_address, has_script=False) as visitor:
        visitor.log_in(PLANNING)
        filter_and_turn_pages(visitor)
        visitor.go("/alertas")
        handle_by_keyboard(visitor.page)
        postpone_two(visitor)
        assert visitor.complaints == []


def filter_and_turn_pages(visitor: Visitor) -> None:
    """Each with its button or link, since nothing happens by itself."""
    page = visitor.page
    visitor.go("/alertas")
    page.get_by_label("Nivel").select_option("serious")
    page.get_by_role("button", name="Filtrar").click()
    assert "nivel=serious" in page.url
    expect(page.get_by_label("Nivel")).to_have_value("serious")
    page.get_by_role("link", name="Quitar filtros").click()
    page.get_by_role("link", name="Siguiente").click()
    assert "pagina=2" in page.url


def postpone_two(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/alertas?responsable=nadie&estado=open")
    for box in page.get_by_role("checkbox").all()[:2]:
        box.check()
    page.get_by_text("Posponer los marcados").first.click()
    page.get_by_label("Posponer hasta").fill("03/10/2022")
    page.get_by_label("Motivo").fill("Se espera el concepto de Hacienda.")
    page.get_by_role("button", name="Posponer los marcados").click()
    expect(page.get_by_text("2 casos pospuestos.")).to_be_visible()


def test_enter_in_a_reason_does_what_its_block_says(visitor: Visitor) -> None:
    page = visitor.page
    visitor.log_in(PLANNING)
    visitor.go("/alertas?responsable=nadie&estado=open")
    page.get_by_role("link", name="Marcar los").press("Enter")
    page.wait_for_url("**marcar=pagina**")
    expect(page.get_by_role("checkbox").first).to_be_checked()
    page.get_by_text("Posponer los marcados").first.click()
    page.get_by_label("Posponer hasta").fill("03/10/2022")
    page.get_by_label("Motivo").fill("Se espera el concepto de Hacienda.")
    page.get_by_label("Motivo").press("Enter")
    expect(page.get_by_text("casos pospuestos.")).to_be_visible()
