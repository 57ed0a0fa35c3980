"""The ``pp-monitor`` command, also ``flask pp``."""

from __future__ import annotations

import sys
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, ScriptInfo
from sqlalchemy.exc import DatabaseError, IntegrityError

from pp_monitor import (
    cli_account,
    cli_alert,
    cli_data,
    cli_demo,
    cli_job,
    cli_mail,
    cli_plan,
    cli_report,
    cli_server,
    cli_spanish,
    cli_system,
)
from pp_monitor.domain.errors import PpMonitorError, ProblemsError
from pp_monitor.formatters import plural

_NOUNS = (cli_data, cli_demo, cli_plan, cli_report, cli_account, cli_alert, cli_system, cli_job, cli_mail, cli_server)

_UNREACHABLE = "La base de datos no responde. Revise PP_DATABASE_URL y que el servidor esté en marcha."
_FOREIGN = "La base de datos tiene tablas que no hizo este programa. Use una base vacía, o restaure una copia."
_DAMAGED = "El archivo de la base de datos está dañado o no es de este programa. Restaure una copia."
# What each engine says, parts joined by «…», and what it means for whoever runs a command; the first that fits.
_DATABASE_ADVICE = (
    ("no such table", "La base de datos no está lista. Ejecute primero «pp-monitor init»."),
    ("relation …does not exist", "La base de datos no está lista. Ejecute primero «pp-monitor init»."),
    ("database …does not exist", "La base de datos de PP_DATABASE_URL no existe. Créela vacía y repita."),
    ("already exists", _FOREIGN),
    ("no such column", _FOREIGN),
    ("column …does not exist", _FOREIGN),
    ("file is not a database", _DAMAGED),
    ("malformed", _DAMAGED),
    (
        "unable to open database file",
        "No se puede abrir el archivo de la base de datos. Revise la carpeta y sus permisos.",
    ),
    ("readonly database", "El archivo de la base de datos es de solo lectura. Revise sus permisos."),
    ("database is locked", "Otro proceso está escribiendo en la base de datos. Intente de nuevo en un minuto."),
    ("disk is full", "El disco está lleno. No se guardó nada."),
)


class ErrorTellingGroup(AppGroup):
    """A group whose errors are told in plain Spanish on stderr, with status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and turn every known error into a sentence."""
        try:
            return super().invoke(ctx)
        except ProblemsError as error:
            for problem in error.problems:
                click.echo(str(problem))
            count = plural(len(error.problems), "problema", "problemas")
            raise click.ClickException(f"{count}. No se guardó nada.") from error
        except PpMonitorError as error:
            raise click.ClickException(str(error)) from error
        except DatabaseError as error:
            advice = _database_advice(error)
            if advice is None:
                raise
            raise click.ClickException(advice) from error


def _database_advice(error: DatabaseError) -> str | None:
    """What to do about a database that cannot be used; none for what only a programmer can mend."""
    if isinstance(error, IntegrityError):
        return None
    text = str(error.orig)
    for words, advice in _DATABASE_ADVICE:
        if all(word in text for word in words.split("…")):
            return advice
    # Without a statement there was not even a connection.
    return _UNREACHABLE if error.statement is None else None


@click.group("pp", cls=ErrorTellingGroup, help="Seguimiento a los proyectos de presupuesto participativo.")
def pp() -> None:
    """Hold every subcommand."""


for _noun in _NOUNS:
    for _command in _noun.COMMANDS:
        pp.add_command(_command)
cli_spanish.install(pp)


def init_app(app: Flask) -> None:
    """Offer the same subcommands as ``flask pp …``."""
    app.cli.add_command(pp)


def main() -> None:
    """Run the command line with an application built from the environment."""
    from pp_monitor import create_app

    try:
        pp.main(prog_name="pp-monitor", obj=ScriptInfo(create_app=create_app))
    except PpMonitorError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
