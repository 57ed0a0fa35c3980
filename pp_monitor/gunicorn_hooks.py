"""What the web server of ``serve`` does with each of its workers; read by gunicorn as its configuration."""

from __future__ import annotations

import gc
from typing import Any


def post_worker_init(_worker: Any) -> None:
    """Leave what the application is made of out of later collections of garbage, which hold up whoever asks then."""
    gc.collect()
    gc.freeze()
