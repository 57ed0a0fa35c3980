"""What keeps an installation from working is told in one Spanish sentence, never as a trace."""

from __future__ import annotations

import re
import socket
import sqlite3
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.exc import IntegrityError

from pp_monitor import create_app, labels
from pp_monitor.cli import pp
from pp_monitor.config import Settings
from pp_monitor.domain.errors import SettingError
from tests.engines import free_port
from tests.plan_data import build_city

EVALUATE = ("evaluate", "--year", "2022", "--cutoff", "2022-05-13")


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(pp, words)


def told(done: Result) -> str:
    """The sentence on stderr, after which nothing else may have happened."""
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.mark.parametrize("words", [("init",), EVALUATE, ("jobs", "list")])
def test_a_database_that_does_not_answer_is_named(make_app: Callable[..., Flask], words: tuple[str, ...]) -> None:
    app = make_app(f"postgresql+psycopg://postgres@127.0.0.1:{free_port()}/pp")
    assert "La base de datos no responde. Revise PP_DATABASE_URL" in told(run(app, *words))


@pytest.mark.postgres
def test_a_database_that_is_not_there_asks_to_make_it(make_app: Callable[..., Flask], postgres_url: str) -> None:
    app = make_app(postgres_url.replace("/postgres", "/nadie_la_creo").replace("//nadie_la_creo", "//postgres"))
    assert "PP_DATABASE_URL no existe. Créela vacía" in told(run(app, "init"))


@pytest.mark.parametrize("words", [("init",), EVALUATE, ("backup", "copia.zip")])
def test_a_damaged_file_is_called_damaged(
    make_app: Callable[..., Flask], tmp_path: Path, words: tuple[str, ...]
) -> None:
    file = tmp_path / "roto.sqlite3"
    file.write_bytes(b"esto no es una base de datos" * 300)
    assert "está dañado o no es de este programa" in told(run(make_app(f"sqlite:///{file}"), *words))


def test_check_says_that_a_damaged_file_does_not_answer(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    file = tmp_path / "roto.sqlite3"
    file.write_bytes(b"esto no es una base de datos" * 300)
    done = run(make_app(f"sqlite:///{file}"), "check")
    assert (done.exit_code, "Esquema: La base de datos no responde." in done.stdout) == (1, True)


def test_a_schema_of_a_newer_version_asks_for_a_newer_program(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    app = make_app(
        _sqlite(
            tmp_path, "CREATE TABLE alembic_version (version_num TEXT)", "INSERT INTO alembic_version VALUES ('999')"
        )
    )
    assert "es 999, que este programa no conoce. Actualice el programa." in told(run(app, "init"))
    assert "Está en 999" in (checked := run(app, "check").stdout)
    assert "Actualice el programa." in checked


def test_tables_of_another_program_are_left_alone(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    app = make_app(_sqlite(tmp_path, "CREATE TABLE project (id INTEGER)"))
    assert "tablas que no hizo este programa" in told(run(app, "init"))


def _sqlite(folder: Path, *statements: str) -> str:
    file = folder / "ajena.sqlite3"
    connection = sqlite3.connect(file)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
    return f"sqlite:///{file}"


def test_an_instance_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "archivo").write_text("x")
    with pytest.raises(SettingError, match=r"PP_INSTANCE_DIR: .*ya existe y es un archivo, no una carpeta"):
        create_app(Settings(instance_dir=tmp_path / "archivo"))


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("PP_DATABASE_URL", "zzz", "debe comenzar por"),
        ("PP_DATABASE_URL", "mysql://usuario@servidor/pp", "debe comenzar por"),
        ("PP_DATABASE_URL", "postgresql+psycopg://a@b:puerto/pp", "debe comenzar por"),
        ("PP_TIMEZONE", "Marte/Uno", "no es una zona horaria"),
        ("PP_TIMEZONE", "/etc/passwd", "no es una zona horaria"),
        ("PP_TODAY", "ayer", "no es una fecha"),
        ("PP_PUBLIC_URL", "pp.example.org", "debe comenzar por"),
        ("PP_MAIL_FROM", "Planeación", "no es un correo"),
    ],
)
def test_a_setting_that_nothing_can_read_is_named(name: str, text: str, reason: str) -> None:
    with pytest.raises(SettingError, match=f"{name}: .*{reason}"):
        Settings.from_environment({name: text})


def test_a_bad_setting_is_told_on_stderr(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PP_INSTANCE_DIR", str(tmp_path))
    monkeypatch.setenv("PP_TIMEZONE", "Marte/Uno")
    done = CliRunner().invoke(pp, ["jobs", "list"], obj=ScriptInfo(create_app=create_app))
    assert "PP_TIMEZONE: «Marte/Uno» no es una zona horaria" in told(done)


@pytest.mark.parametrize(("place", "why"), [("archivo", "ya existe y es un archivo"), ("archivo/x", "es un archivo")])
def test_a_report_folder_that_cannot_be_written_is_told_before_building(
    app: Flask, tmp_path: Path, place: str, why: str
) -> None:
    with app.app_context():
        build_city()
    (tmp_path / "archivo").write_text("x")
    done = run(app, "report", "--year", "2022", "--cutoff", "2022-05-13", "--out", str(tmp_path / place))
    assert f"No se pudo escribir en «{tmp_path / place}»: " in told(done)
    assert why in done.stderr


def test_every_help_is_in_spanish_and_explains_every_option() -> None:
    commands = list(_commands(pp, ()))
    assert len(commands) > 25
    for words, command in commands:
        done = CliRunner().invoke(pp, [*words, "--help"])
        assert done.exit_code == 0
        assert not re.findall(r"\b(OPTIONS|ARGS|COMMAND|required|default|TEXT|INTEGER|PATH)\b", done.stdout), words
        assert command.help, words
        assert all(option.help for option in command.params if isinstance(option, click.Option)), words


def _commands(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from _commands(below, (*words, name))


def test_a_broken_rule_of_the_database_stays_loud(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = IntegrityError("INSERT", {}, Exception("Key (code)=(BP26000001) already exists."))
    monkeypatch.setattr("pp_monitor.cli_report.find_vigencia", _raising(broken))
    assert run(app, *EVALUATE).exception is broken


def _raising(error: Exception) -> Callable[[int], None]:
    def fail(_year: int) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "el servidor no acepta conexiones en esa dirección"),
        (socket.gaierror(-2, "Name or service not known"), "no se encuentra el nombre del servidor"),
        (TimeoutError("timed out"), "el servidor no responde a tiempo"),
        (TimeoutError("El servidor de correo tarda demasiado."), "El servidor de correo tarda demasiado."),
        (ssl.SSLError(1, "CERTIFICATE_VERIFY_FAILED"), "no se pudo cifrar la conexión"),
        (NotADirectoryError(20, "Not a directory"), "una parte de la ruta es un archivo"),
        (OSError(5, "Input/output error"), "Input/output error"),
    ],
)
def test_what_the_system_answers_is_said_in_spanish(error: OSError, words: str) -> None:
    assert labels.system_trouble(error).startswith(words)
