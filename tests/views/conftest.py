"""Cities that several pages are tested on; a module with another one defines it under the same name."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.plan_data import TODAY, City, build_city
from tests.replanned import ASKED_ON, register


@pytest.fixture
def city_app(app: Flask) -> Flask:
    """A city whose organisms still have to register."""
    with app.app_context():
        build_city(demo_today=TODAY)
    return app


@pytest.fixture
def city(app: Flask) -> City:
    """A city whose first project has its plan, on a day on which somebody asks for something."""
    with app.app_context():
        found = build_city(demo_today=ASKED_ON)
        register(found)
        return found
