"""The demonstration on which everything is measured, made once and copied for whoever writes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from flask import Flask

from bench.measure import ROOT
from pp_monitor import create_app
from pp_monitor.config import Settings

YEAR = 2022
_COMMAND = "from pp_monitor.cli import main; main()"


def make(instance: Path, command: str = "demo") -> None:
    """Fill a new instance folder with ``pp-monitor demo``, or another command."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PP_")}
    environment["PP_INSTANCE_DIR"] = str(instance)
    subprocess.run(
        [sys.executable, "-c", _COMMAND, command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=True
    )


def application(instance: Path) -> Flask:
    """The application on an instance folder, whatever the environment says."""
    app = create_app(Settings(instance_dir=instance))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return app


def copied(instance: Path, name: str) -> Path:
    """A copy of an instance folder beside it, to write in."""
    target = instance.with_name(f"{instance.name}-{name}")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(instance, target)
    return target


def forget_assessments(app: Flask) -> None:
    """Drop the figures that the application keeps in memory, as a newer fact would."""
    app.extensions.pop("pp_assessments", None)
