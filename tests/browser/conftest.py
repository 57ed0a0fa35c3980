"""What browsers open: the demonstration, built once for all of them, and an organism at the grid."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from pp_monitor.domain.plan_draft import TypedRow
from pp_monitor.services import demo
from pp_monitor.services.audit import Actor
from pp_monitor.services.entity import find_organism, find_vigencia
from pp_monitor.services.plan_draft import load_grid, save_drafts
from tests.browser.grid_site import GridPage, at_grid, city_app
from tests.browser.site import copy_of, serving
from tests.portfolio_db import PLANNED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def demo_address(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration served; tests only read it."""
    with copy_of(demo_folder, tmp_path_factory.mktemp("served")) as app:
        complete_a_draft(app, "4134")
        with serving(app) as address:
            yield address


def complete_a_draft(app: Flask, organism_code: str) -> None:
    """One project of an organism that owes its plan could be sent."""
    with app.app_context():
        vigencia, organism = find_vigencia(2022), find_organism(organism_code)
        row = load_grid(vigencia, organism, demo.UNTIL).open_rows[0]
        cells = {code: f"{day:%d/%m/%Y}" for code, day in PLANNED.items()}
        save_drafts(
            vigencia=vigencia,
            organism=organism,
            typed={row.project_id: TypedRow(cells, "LP", row.stamp)},
            actor=Actor(organism.entity_id, "Enlace"),
            today=demo.UNTIL,
        )


@pytest.fixture
def grid_app(sqlite_template: Path, tmp_path: Path) -> Iterator[Flask]:
    """An organism that still has to register, of this test alone."""
    with city_app(sqlite_template, tmp_path) as app:
        yield app


@pytest.fixture
def grid_address(grid_app: Flask) -> Iterator[str]:
    """The same, served."""
    with serving(grid_app) as address:
        yield address


@pytest.fixture
def ana(browser: Browser, grid_address: str) -> Iterator[GridPage]:
    """Its enlace at the grid; the browser must have nothing to complain of."""
    with at_grid(browser, grid_address) as page:
        yield page
        assert page.visitor.complaints == []
