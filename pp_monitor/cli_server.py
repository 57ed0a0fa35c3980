"""The two commands of production: the web server and the scheduler process."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from pp_monitor import clock, scheduler
from pp_monitor.config import Settings
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.extensions import db
from pp_monitor.services.entity import the_entity
from pp_monitor.services.schema import current_revision, newest_revision

_WORKER_BYTES = 200 * 1024 * 1024
# A folder of the system, where the server keeps the pulse of its workers off the disk.
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # nosec B108


@click.command("serve", help="Servidor web de producción, detrás de un proxy.")
@click.option(
    "--host", default="127.0.0.1", show_default=True, metavar="DIRECCIÓN", help="Dirección en la que escucha."
)
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), metavar="PUERTO", help="Puerto."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    metavar="NÚMERO",
    help="Procesos. Por defecto, los que caben en la máquina.",
)
@with_appcontext
def serve(host: str, port: int, workers: int | None) -> None:
    """Check the installation, then become the web server."""
    _check_installation()
    db.session.remove()
    db.engine.dispose()
    if sys.platform == "win32":
        import waitress

        waitress.serve(_app(), host=host, port=port, threads=8)
    else:
        words = [sys.executable, "-m", "gunicorn", *gunicorn_options(host, port, workers), "pp_monitor:create_app()"]
        os.execv(sys.executable, words)  # noqa: S606  # nosec B606


@click.command("scheduler", help="El único proceso de tareas programadas.")
@with_appcontext
def scheduler_command() -> None:
    """Check the installation, then tick until asked to stop."""
    _check_installation()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    scheduler.run(_app())


def gunicorn_options(host: str, port: int, workers: int | None = None) -> list[str]:
    """The options of the web server, for slow clients behind a proxy; no control socket in anybody's home."""
    options = [
        "--config=python:pp_monitor.gunicorn_hooks",
        f"--bind={host}:{port}",
        f"--workers={workers or worker_count(os.cpu_count() or 1, _memory_bytes())}",
        "--worker-class=gthread",
        "--threads=4",
        "--timeout=60",
        "--max-requests=2000",
        "--max-requests-jitter=200",
        "--no-control-socket",
    ]
    if _SHARED_MEMORY.is_dir():
        options.append(f"--worker-tmp-dir={_SHARED_MEMORY}")
    return options


def worker_count(cores: int, memory_bytes: int) -> int:
    """Two workers a core and one more, as many as half the memory holds, two at least."""
    return max(2, min(2 * cores + 1, memory_bytes // 2 // _WORKER_BYTES))


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _check_installation() -> None:
    """Raise what keeps this installation from serving people: key, mail server, schema, fixed date."""
    settings: Settings = current_app.config["SETTINGS"]
    settings.check_production()
    if current_revision() != newest_revision():
        raise NotFoundError("La base de datos no está al día. Ejecute primero «pp-monitor init».")
    the_entity()
    clock.check_fixed_date()


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


COMMANDS = (serve, scheduler_command)
