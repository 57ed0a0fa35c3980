"""A date is reported by its enlace and verified by Planning, with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from pp_monitor.domain.light import Light
from pp_monitor.services import demo
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.entity import find_vigencia
from tests.browser.site import Visitor, assert_sound, copy_of, serving, visiting

WORKS, FAR = "4151", 400


@pytest.fixture
def own_demo(demo_folder: Path, tmp_path: Path) -> Iterator[Flask]:
    with copy_of(demo_folder, tmp_path) as app:
        yield app


@pytest.fixture
def visitor(own_demo: Flask, browser: Browser) -> Iterator[Visitor]:
    with serving(own_demo) as address, visiting(browser, address) as visitor:
        yield visitor
        assert visitor.complaints == []


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


def test_a_date_is_reported_and_verified_by_keyboard(own_demo: Flask, visitor: Visitor) -> None:
    page = visitor.page
    public_id, code, milestone = late_project(own_demo)
    visitor.log_in("enlace.infraestructura@example.org")
    visitor.go(f"/proyectos/{public_id}/avance?hito={milestone}")
    for selector, text in (
        ("#actual", f"{demo.UNTIL:%d/%m/%Y}"),
        ("#url", "https://community.secop.gov.co/acta"),
        ("#note", "Acta del comité"),
    ):
        tab_to(page, selector)
        page.keyboard.type(text)
    tab_to(page, "#reply")
    page.keyboard.type("Se cumplió tarde")
    expect(page.locator("#reply-ayuda")).to_contain_text("Quedan 264.")
    tab_to(page, "#cause")
    tab_to(page, ".pp-form button[type=submit]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Falta la causa del retraso.")
    assert_sound(page)
    tab_to(page, "#cause")
    page.keyboard.type("Cambio de alcance")
    tab_to(page, ".pp-form button[type=submit]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("Fecha registrada. Explicación registrada.")).to_be_visible()
    assert_sound(page)

    page.get_by_role("button", name="Salir").press("Enter")
    visitor.log_in("planeacion@example.org")
    visitor.go(f"/verificar?organismo={WORKS}&hito={milestone}&soporte=con")
    assert_sound(page)
    row = page.get_by_role("row").filter(has_text=code)
    expect(row).to_have_count(1)
    id_ = row.get_by_role("checkbox").get_attribute("value")
    tab_to(page, f"#fecha-{id_}")
    page.keyboard.press("Space")
    tab_to(page, "button[value=verificar]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("1 fecha verificada.")).to_be_visible()
    assert_sound(page)
