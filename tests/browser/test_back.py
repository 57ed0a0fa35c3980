"""Back and reload after a form was answered: the answer is there again, and nothing is sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from tests.browser.site import Visitor, copy_of, serving, visiting
from tests.browser.test_registration import codes_owed
from tests.portfolio_db import PLANNED

DATIC = "/registro/4134"


@pytest.fixture
def own_demo(demo_folder: Path, tmp_path: Path) -> Iterator[Flask]:
    with copy_of(demo_folder, tmp_path) as app:
        yield app


@pytest.fixture
def visitor(own_demo: Flask, browser: Browser) -> Iterator[Visitor]:
    with serving(own_demo) as address, visiting(browser, address) as visitor:
        visitor.log_in("enlace.datic@example.org")
        yield visitor
        assert visitor.complaints == []


def goes_and_comes_back(visitor: Visitor, words: str) -> None:
    """Another page, *Back*, and a reload: each time ``words`` are on the page."""
    page = visitor.page
    expect(page.get_by_text(words).first).to_be_visible()
    visitor.go("/cuenta")
    page.go_back()
    expect(page.get_by_text(words).first).to_be_visible()
    page.reload()
    expect(page.get_by_text(words).first).to_be_visible()


def plan_csv(app: Flask) -> bytes:
    """Complete plans of what DATIC owes."""
    rows = [f"{code};{milestone};{day:%d/%m/%Y};" for code in codes_owed(app) for milestone, day in PLANNED.items()]
    return "\n".join(["proyecto;hito;fecha_planeada;no_aplica", *rows]).encode()


def upload(visitor: Visitor, content: bytes) -> None:
    visitor.go(f"{DATIC}/archivo")
    file = {"name": "plan.csv", "mimeType": "text/csv", "buffer": content}
    visitor.page.get_by_label("Archivo del plan").set_input_files(file)
    visitor.page.get_by_role("button", name="Revisar archivo").click()


def test_what_was_missing_to_send_a_plan_is_told_again_with_what_was_typed(own_demo: Flask, visitor: Visitor) -> None:
    page = visitor.page
    upload(visitor, plan_csv(own_demo))
    page.get_by_role("button", name="Guardar como borrador").click()
    visitor.go(f"{DATIC}/enviar")
    page.get_by_label("Acto con que se registra").fill("Acta 3 del comité")
    page.get_by_role("button", name="Enviar").click()
    goes_and_comes_back(visitor, "Marque la casilla para enviar.")
    expect(page.get_by_label("Acto con que se registra")).to_have_value("Acta 3 del comité")
