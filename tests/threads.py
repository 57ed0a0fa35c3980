"""Several people at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask

from pp_monitor.domain.errors import PpMonitorError


def at_once(app: Flask, *works: Callable[[], Any]) -> list[Any]:
    """What each work gives, all begun together in threads of their own, or the broken rule that it was told of."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        with app.app_context():
            start.wait(timeout=10)
            try:
                return work()
            except PpMonitorError as error:
                return error

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works, timeout=60))
