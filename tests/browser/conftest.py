"""What browsers open: the demonstration, built once for all of them, and an organism at the grid."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser.grid_site import GridPage, at_grid, city_app
from tests.browser.site import copy_of, serving


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def demo_address(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration served; tests only read it."""
    with copy_of(demo_folder, tmp_path_factory.mktemp("served")) as app, serving(app) as address:
        yield address


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
