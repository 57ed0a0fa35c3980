"""An organism registers its plan in a real browser, and Planning downloads the report of the city."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from pathlib import Path

from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from pp_monitor.domain.light import Light
from pp_monitor.extensions import db
from pp_monitor.models.report import IssuedFile
from pp_monitor.services import demo
from pp_monitor.services.demo_data import PASSWORD
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.entity import find_vigencia
from tests.browser.site import Visitor, assert_sound, visiting
from tests.portfolio_db import PLANNED

DATIC = "4134"


def codes_owed(app: Flask) -> list[str]:
    with app.app_context():
        portfolio = assess_portfolio(find_vigencia(2022), demo.UNTIL)
        return [project.code for project in portfolio.of_organism(DATIC) if not (project.has_plan or project.approval)]


def type_plan(visitor: Visitor, codes: list[str], planned: dict[str, date]) -> None:
    for code in codes:
        for milestone, day in planned.items():
            visitor.page.locator(f"#cell-{code}-{milestone}").fill(f"{day.day}/{day.month}/{day.year}")


def approve(visitor: Visitor, path: str) -> None:
    """The head approves on the page that the mail leads to, and Planning lets the plan through at once."""
    page = visitor.page
    for email in ("despacho.datic@example.org", "planeacion@example.org"):
        page.get_by_role("button", name="Salir").click()
        visitor.log_in(email)
        visitor.go(path)
        if email.startswith("despacho"):
            page.get_by_role("button", name="Aprobar el plan").click()
        else:
            page.get_by_role("link", name="Registrar ya").click()
        assert_sound(page)
        page.get_by_role("button", name="Sí, ").click()
    visitor.page.get_by_role("link", name="Constancia n.º").click()
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("Constancia de registro")


def test_an_organism_registers_its_plan_once(own_demo: Flask, visitor: Visitor) -> None:
    codes = codes_owed(own_demo)
    visitor.log_in("enlace.datic@example.org")
    visitor.go(f"/registro/{DATIC}")
    type_plan(visitor, codes, {**PLANNED, "H08": date(2022, 6, 1)})
    visitor.page.get_by_role("button", name="Revisar y enviar").click()
    expect(visitor.page.get_by_text("está antes de «Contrato firmado»").first).to_be_visible()
    visitor.go(f"/registro/{DATIC}")
    # The RP cannot come before the contract: said at its cell, and nothing typed is lost.
    cell = visitor.page.locator(f"#cell-{codes[0]}-H08")
    expect(cell).to_have_value("01/06/22")
    expect(cell).to_have_attribute("aria-invalid", "true")
    type_plan(visitor, codes, {"H08": PLANNED["H08"]})
    visitor.page.get_by_role("button", name="Revisar y enviar").click()
    expect(visitor.page.get_by_role("heading", name="¿Ya se cumplió?")).to_be_visible()
    visitor.page.get_by_role("link", name=f"Continuar con {len(codes)} proyectos").click()
    visitor.page.locator("input[type=checkbox]").check()
    visitor.page.get_by_role("button", name=f"Enviar {len(codes)} proyectos").click()
    expect(visitor.page.get_by_text("lo tiene el ordenador del gasto")).to_be_visible()
    approve(visitor, visitor.page.url.removeprefix(visitor.address))
    assert codes_owed(own_demo) == []
    visitor.go(f"/registro/{DATIC}")
    expect(visitor.page.locator(f"#cell-{codes[0]}-H01[type=text]:not([readonly])")).to_have_count(0)


def test_a_head_signs_on_a_phone_with_targets_for_a_finger(own_demo: Flask, visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": 360, "height": 740})
    visitor.log_in("despacho.datic@example.org")
    visitor.go("/registro/envios/1")
    page = visitor.page
    page.get_by_text("Devolver este proyecto").first.click()
    page.get_by_label("Motivo para devolver").first.fill("Corrija la fecha del contrato")
    for target in (*page.locator("main summary").all(), *page.locator("main .btn:visible").all()):
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= 44, target.inner_text()
    page.get_by_role("button", name="Aprobar el plan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Aprobar 1 proyecto y devolver 1")
    yes = page.get_by_role("button", name="Sí, aprobar 1 proyecto y devolver 1")
    box = yes.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["x"] + box["width"] <= 360
    yes.click()
    expect(page.get_by_text("1 proyecto quedó aprobado y 1 se devolvió")).to_be_visible()


def test_planning_downloads_the_workbook_that_was_issued(own_demo: Flask, visitor: Visitor) -> None:
    visitor.log_in("planeacion@example.org")
    visitor.go("/informes")
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name="consolidado").first.click()
    content = Path(download.value.path()).read_bytes()
    with own_demo.app_context():
        query = select(IssuedFile.sha256).where(IssuedFile.filename == download.value.suggested_filename)
        assert db.session.scalars(query).one() == hashlib.sha256(content).hexdigest()
    assert "09_Proyectos" in load_workbook(io.BytesIO(content), read_only=True).sheetnames


def test_the_city_is_read_without_javascript(own_demo: Flask, own_address: str, browser: Browser) -> None:
    with own_demo.app_context():
        red = assess_portfolio(find_vigencia(2022), demo.UNTIL).city.count(Light.RED)
    with visiting(browser, own_address, has_script=False) as plain:
        plain.log_in("gabinete@example.org")
        plain.go("/proyectos?semaforo=red")
        expect(plain.page.get_by_text(f"{red} proyectos").first).to_be_visible()


def test_a_person_logs_in_and_finds_a_project_with_the_keyboard_alone(visitor: Visitor) -> None:
    visitor.go("/ingresar")
    keyboard = visitor.page.keyboard
    visitor.page.get_by_label("Correo").focus()
    keyboard.type("planeacion@example.org")
    keyboard.press("Tab")
    keyboard.type(PASSWORD)
    with visitor.page.expect_navigation():
        keyboard.press("Enter")
    keyboard.press("Tab")
    expect(visitor.page.locator(":focus")).to_contain_text("contenido")
    for _ in range(40):
        if visitor.page.locator(":focus").inner_text() == "Proyectos":
            break
        keyboard.press("Tab")
    with visitor.page.expect_navigation():
        keyboard.press("Enter")
    assert "Proyectos" in visitor.page.title()
