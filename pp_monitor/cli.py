"""The ``pp-monitor`` command, also ``flask pp``."""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask.cli import FlaskGroup


@click.group("pp", help="Seguimiento a proyectos de presupuesto participativo.")
def pp() -> None:
    """Hold every subcommand."""


def init_app(app: Flask) -> None:
    """Offer the same subcommands as ``flask pp …``."""
    app.cli.add_command(pp)


def main() -> None:
    """Run the command line with an application built from the environment."""
    sys.exit(FlaskGroup()())
