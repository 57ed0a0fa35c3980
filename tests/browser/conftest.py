"""The demonstration, built once for all browser tests and served while they run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pp_monitor.domain.light import Light
from pp_monitor.domain.replanning import ReplanningCause
from pp_monitor.mail_templates import render_mail
from pp_monitor.services import demo
from pp_monitor.services.audit import Actor
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.replanning import Wish, ask
from tests.browser.site import copy_of, serving


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


def ask_for_dates(organism_code: str) -> None:
    """Ask to put the last milestone off of the first project of an organism that still moves."""
    vigencia = find_vigencia(2022)
    portfolio = assess_portfolio(vigencia, demo.UNTIL)
    project = next(one for one in portfolio.of_organism(organism_code) if one.light is Light.RED)
    wish = Wish({"H14": date(2023, 4, 3)}, ReplanningCause.CONTRACTOR, "El contratista pidió más tiempo.", "Oficio 12")
    actor = Actor(vigencia.entity_id, "Enlace")
    ask(vigencia, project.id, wish, actor, demo.UNTIL, render_mail)


@pytest.fixture(scope="session")
def demo_address(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demonstration served, with one request for new dates, of Infraestructura; tests only read it."""
    with copy_of(demo_folder, tmp_path_factory.mktemp("served")) as app:
        with app.app_context():
            ask_for_dates("4151")
        with serving(app) as address:
            yield address
