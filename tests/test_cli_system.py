"""The commands of whoever keeps the installation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from pp_monitor import clock
from pp_monitor.cli import pp
from pp_monitor.extensions import db
from pp_monitor.models.job import Heartbeat
from pp_monitor.services.entity import load_reference_data, the_entity

KEY = "0123456789abcdef0123456789abcdef"


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(pp, words)


@pytest.fixture
def city(migrated_url: str, make_app: Callable[..., Flask]) -> Flask:
    """An installation as `init` leaves it, with its own key, once on each engine."""
    app = make_app(migrated_url, secret_key=KEY)
    with app.app_context():
        load_reference_data()
    return app


def test_a_backup_can_be_restored_elsewhere(city: Flask, make_app: Callable[..., Flask], tmp_path: Path) -> None:
    file = tmp_path / "copia.zip"
    done = run(city, "backup", str(file))
    assert (done.exit_code, done.stdout.startswith("Copia completa en «")) == (0, True)

    elsewhere = make_app(f"sqlite:///{tmp_path / 'otra.sqlite3'}")
    done = run(elsewhere, "restore", str(file))
    assert (done.exit_code, done.stdout.startswith("Copia restaurada: ")) == (0, True)
    with elsewhere.app_context():
        assert the_entity().code == "76001"


def test_restoring_over_data_is_refused_on_stderr(city: Flask, tmp_path: Path) -> None:
    file = tmp_path / "copia.zip"
    assert run(city, "backup", str(file)).exit_code == 0
    done = run(city, "restore", str(file))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "ya tiene datos" in done.stderr


def test_a_backup_before_init_says_what_to_run(app: Flask, tmp_path: Path) -> None:
    done = run(app, "backup", str(tmp_path / "copia.zip"))
    assert (done.exit_code, "pp-monitor init" in done.stderr) == (1, True)
    assert not (tmp_path / "copia.zip").exists()


def test_check_lists_one_line_a_fact_and_fails_while_one_is_wrong(city: Flask) -> None:
    done = run(city, "check")
    lines = done.stdout.splitlines()
    assert done.exit_code == 1
    assert [line.split()[0] for line in lines] == ["OK", "OK", "OK", "REVISAR", "OK", "OK", "OK"]
    assert "Programador: Nunca ha corrido." in lines[3]

    with city.app_context():
        db.session.add(Heartbeat(entity_id=the_entity().id, process="scheduler", beat_at=clock.utc_now()))
        db.session.commit()
    done = run(city, "check")
    assert (done.exit_code, "REVISAR" in done.stdout) == (0, False)


@pytest.mark.parametrize("command", ["backup", "restore", "check"])
def test_every_command_explains_itself_in_spanish(app: Flask, command: str) -> None:
    done = run(app, command, "--help")
    assert done.exit_code == 0
    assert done.stdout.startswith("Uso: ")
