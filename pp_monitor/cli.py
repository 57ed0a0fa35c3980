"""The ``pp-monitor`` command, also ``flask pp``."""

from __future__ import annotations

import sys
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, ScriptInfo
from sqlalchemy.exc import OperationalError, ProgrammingError

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

_NOUNS = (cli_data, cli_demo, cli_plan, cli_report, cli_account, cli_alert, cli_system, cli_job, cli_mail, cli_server)


class ErrorTellingGroup(AppGroup):
    """A group whose errors are told in plain Spanish on stderr, with status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run, and turn every known error into a sentence."""
        try:
            return super().invoke(ctx)
        except ProblemsError as error:
            for problem in error.problems:
                click.echo(str(problem))
            raise click.ClickException(f"{len(error.problems)} problemas. No se guardó nada.") from error
        except PpMonitorError as error:
            raise click.ClickException(str(error)) from error
        except (OperationalError, ProgrammingError) as error:
            if not _is_missing_table(error):
                raise
            advice = "La base de datos no está lista. Ejecute primero «pp-monitor init»."
            raise click.ClickException(advice) from error


def _is_missing_table(error: OperationalError | ProgrammingError) -> bool:
    text = str(error.orig)
    return "no such table" in text or "does not exist" in text


@click.group("pp", cls=ErrorTellingGroup, help="Seguimiento a los proyectos de presupuesto participativo.")
def pp() -> None:
    """Hold every subcommand."""


for _noun in _NOUNS:
    for _command in _noun.COMMANDS:
        pp.add_command(_command)
cli_spanish.install()


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
