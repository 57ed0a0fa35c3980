"""What browsers open: the demonstration, built once for all of them, and an organism at the grid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from pp_monitor.domain.plan_draft import TypedRow
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.models.held_form import HeldForm
from pp_monitor.models.project import Project, ProjectContract
from pp_monitor.services import demo
from pp_monitor.services.audit import Actor
from pp_monitor.services.entity import find_organism, find_vigencia
from pp_monitor.services.plan_draft import load_grid, save_drafts
from pp_monitor.services.transaction import writing
from tests.browser.grid_site import GridPage, at_grid, city_app
from tests.browser.site import SHARED_REPORT, Visitor, copy_of, serving, visiting
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
        hold_a_shared_report(app, "enlace.infraestructura@example.org")
        with serving(app) as address:
            yield address


@pytest.fixture
def own_demo(demo_folder: Path, tmp_path: Path) -> Iterator[Flask]:
    """The demonstration of one test, which may change it."""
    with copy_of(demo_folder, tmp_path) as app:
        yield app


@pytest.fixture
def own_address(own_demo: Flask) -> Iterator[str]:
    """The address of that demonstration."""
    with serving(own_demo) as address:
        yield address


@pytest.fixture
def visitor(own_address: str, browser: Browser) -> Iterator[Visitor]:
    """Somebody there; the browser must have nothing to complain of."""
    with visiting(browser, own_address) as visitor:
        yield visitor
        assert visitor.complaints == []


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


def hold_a_shared_report(app: Flask, email: str) -> None:
    """Somebody told a date of a contract of several projects, and is to say for which of them."""
    with app.app_context(), writing() as now:
        user = db.session.scalars(select(User).where(User.email == email)).one()
        row = db.session.execute(
            select(Project.public_id, ProjectContract.contract_id)
            .join(ProjectContract, ProjectContract.project_id == Project.id)
            .order_by(ProjectContract.act.desc(), ProjectContract.id)
        ).first()
        assert row is not None
        boxes = [["milestone", "H12"], ["contract", str(row.contract_id)], ["forecast", "28/12/2022"]]
        db.session.add(
            HeldForm(
                entity_id=user.entity_id,
                user_id=user.id,
                code=SHARED_REPORT,
                place=f"/proyectos/{row.public_id}/avance",
                typed=json.dumps({"boxes": boxes, "told": {}}),
                kept_until=date.max,
                recorded_at=now,
            )
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
