"""The command that fills an empty database with the demonstration."""

from __future__ import annotations

from datetime import date

import click
from flask.cli import with_appcontext

from pp_monitor.cli_types import DateType
from pp_monitor.mail_templates import render_mail
from pp_monitor.services import demo as demo_service
from pp_monitor.services.demo_data import PASSWORD
from pp_monitor.services.entity import load_reference_data
from pp_monitor.services.schema import upgrade_schema


@click.command("demo")
@click.option(
    "--until",
    type=DateType(),
    default=demo_service.UNTIL.isoformat(),
    show_default=True,
    metavar="FECHA",
    help="Día en que se detiene la demostración.",
)
@with_appcontext
def demo(until: date) -> None:
    """Carga la demostración de la vigencia 2022 en una base vacía."""
    upgrade_schema()
    load_reference_data()
    demo_service.build_demo(until, render=render_mail, tell=click.echo)
    click.echo(f"Demostración lista al {until:%d/%m/%Y}. Contraseña de todas las cuentas: {PASSWORD}")


COMMANDS = (demo,)
