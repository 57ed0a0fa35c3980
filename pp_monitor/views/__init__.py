"""Pages: address, access, one service call, render or redirect."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register every blueprint, error page and template context."""
