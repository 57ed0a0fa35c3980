"""Commands that keep an installation alive: backup, restore, check."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from pp_monitor import clock
from pp_monitor.cli_types import console_actor
from pp_monitor.formatters import integer
from pp_monitor.services.backup import restore_backup, write_backup
from pp_monitor.services.health import CheckName, check_system

_WORDS = {
    CheckName.SCHEMA: "Esquema",
    CheckName.REFERENCES: "Referencias",
    CheckName.AUDIT: "Auditoría",
    CheckName.SCHEDULER: "Programador",
    CheckName.OUTBOX: "Correo",
    CheckName.DISK: "Disco",
    CheckName.KEY: "Clave",
}
file_argument = click.argument("file", metavar="ARCHIVO", type=click.Path(path_type=Path))


@click.command("backup", help="Guarda toda la instancia en un archivo.")
@file_argument
@with_appcontext
def backup(file: Path) -> None:
    """Write the one-file backup."""
    summary = write_backup(file, console_actor(), clock.utc_now())
    size = integer(file.stat().st_size // 1024)
    click.echo(f"Copia completa en «{file}»: {len(summary.tables)} tablas, {integer(summary.rows)} filas, {size} kB.")


@click.command("restore", help="Llena una instancia vacía con una copia.")
@file_argument
@with_appcontext
def restore(file: Path) -> None:
    """Read the one-file backup into an empty instance."""
    summary = restore_backup(file, f"consola ({getpass.getuser()})")
    click.echo(f"Copia restaurada: {len(summary.tables)} tablas, {integer(summary.rows)} filas.")


@click.command("check", help="Revisa esquema, referencias, auditoría, programador, correo, disco y clave.")
@with_appcontext
def check() -> None:
    """Print one line for each thing looked at; status 1 when one of them is not well."""
    checks = check_system(clock.utc_now())
    for found in checks:
        click.echo(f"{'OK' if found.is_ok else 'REVISAR':8}{_WORDS[found.name]}: {found.text}")
    if not all(found.is_ok for found in checks):
        sys.exit(1)


COMMANDS = (backup, restore, check)
