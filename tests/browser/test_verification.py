"""A date is reported by its enlace and verified by Planning, with the keyboard alone."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Page, expect

from pp_monitor.domain.light import Light
from pp_monitor.services import demo
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.entity import find_vigencia
from tests.browser.site import Visitor, assert_sound

WORKS, FAR = "4151", 400


def late_project(app: Flask) -> tuple[str, str, str]:
    """Public id, code and first overdue milestone of a red project of Infraestructura."""
    with app.app_context():
        portfolio = assess_portfolio(find_vigencia(2022), demo.UNTIL)
        project = next(row for row in portfolio.of_organism(WORKS) if row.light is Light.RED)
        assert project.current is not None
        return project.public_id, project.code, project.current.overdue[0].code


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(FAR):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {selector}")


def press_at(page: Page, selector: str) -> None:
    """Go to a button with Tab and press Enter there, which opens another page."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def report_by_keyboard(page: Page) -> None:
    """Fill the form of a date that is late, at first without its cause."""
    for selector, text in (
        ("#actual", f"{demo.UNTIL:%d/%m/%Y}"),
        ("#url", "https://community.secop.gov.co/acta"),
        ("#note", "Acta del comité"),
        ("#reply", "Se cumplió tarde"),
    ):
        tab_to(page, selector)
        page.keyboard.type(text)
    expect(page.locator("#reply-ayuda")).to_contain_text("Quedan 264.")
    tab_to(page, "#cause")
    press_at(page, ".pp-form button[type=submit]")
    expect(page.get_by_role("alert")).to_contain_text("Falta la causa del retraso.")
    assert_sound(page)
    tab_to(page, "#cause")
    page.keyboard.type("Cambio de alcance")
    press_at(page, ".pp-form button[type=submit]")
    expect(page.get_by_text("Fecha registrada. Explicación registrada.")).to_be_visible()
    assert_sound(page)


def verify_by_keyboard(page: Page, code: str) -> None:
    """Tick the only date of the project in the queue and verify it."""
    assert_sound(page)
    row = page.get_by_role("row").filter(has_text=code)
    expect(row).to_have_count(1)
    id_ = row.get_by_role("checkbox").get_attribute("value")
    tab_to(page, f"#fecha-{id_}")
    page.keyboard.press("Space")
    press_at(page, "button[value=verificar]")
    expect(page.get_by_text("1 fecha verificada.")).to_be_visible()
    assert_sound(page)


def test_a_date_is_reported_and_verified_by_keyboard(own_demo: Flask, visitor: Visitor) -> None:
    page = visitor.page
    public_id, code, milestone = late_project(own_demo)
    visitor.log_in("enlace.infraestructura@example.org")
    visitor.go(f"/proyectos/{public_id}/avance?hito={milestone}")
    report_by_keyboard(page)
    page.get_by_role("button", name="Salir").press("Enter")
    visitor.log_in("planeacion@example.org")
    queue = f"/verificar?organismo={WORKS}&hito={milestone}&soporte=con"
    visitor.go(queue)
    verify_by_keyboard(page, code)
    visitor.go(queue)
    expect(page.get_by_role("row").filter(has_text=code)).to_have_count(0)
