"""Signs of life for proxies and monitors: no page, no secret, no figure."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from pp_monitor import access, clock
from pp_monitor.services.health import check_system

blueprint = Blueprint("health", __name__)

# A monitor asks every few seconds; what has to be read whole is read this often.
LONGEST_MEMORY = timedelta(minutes=10)
NOT_STORED = {"Cache-Control": "no-store"}


@blueprint.get("/healthz")
@access.public
def alive() -> ResponseReturnValue:
    """Say that this process answers; nothing else is asked."""
    return jsonify(status="ok"), 200, NOT_STORED


@blueprint.get("/readyz")
@access.public
def ready() -> ResponseReturnValue:
    """Say of each fact of ``pp-monitor check`` whether it is well; 503 when one is not."""
    checks = check_system(clock.utc_now(), longest_memory=LONGEST_MEMORY)
    is_ready = all(check.is_ok for check in checks)
    facts = {check.name.value: "ok" if check.is_ok else "review" for check in checks}
    return jsonify(status="ok" if is_ready else "review", checks=facts), 200 if is_ready else 503, NOT_STORED
