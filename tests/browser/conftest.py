"""The demonstration, built once for all browser tests and served while they run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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
