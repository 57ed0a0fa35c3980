"""Commands that bring data in: the database itself, projects, vigencias."""

from __future__ import annotations

import sys
from datetime import date

import click
from flask.cli import with_appcontext

from pp_monitor import clock
from pp_monitor.cli_types import (
    DateType,
    FileType,
    InputFile,
    console_actor,
    dry_run_option,
    tell_problems,
    year_option,
)
from pp_monitor.formatters import cop, plural
from pp_monitor.intake.budget import read_project_list
from pp_monitor.mail_templates import render_mail
from pp_monitor.services import entity as entity_service
from pp_monitor.services.project import (
    ImportSummary,
    SourceFile,
    import_projects,
    organism_codes,
    territory_names,
)
from pp_monitor.services.schema import upgrade_schema


@click.command("init", help="Crea o actualiza la base de datos y carga organismos, territorios y catálogo.")
@with_appcontext
def init() -> None:
    """Upgrade the schema and load what is missing."""
    upgrade_schema()
    entity_service.load_reference_data()
    click.echo("Base de datos lista.")


@click.group("import", help="Carga archivos de la ciudad.")
def import_group() -> None:
    """Hold the importers."""


@import_group.command(
    "projects", help="Proyectos: Ejecución presupuestal, o lista codigo;organismo;nombre;territorio;valor."
)
@click.argument("file", metavar="ARCHIVO", type=FileType())
@year_option
@dry_run_option
@with_appcontext
def import_projects_command(file: InputFile, year: int, dry_run: bool) -> None:
    """Proyectos: Ejecución presupuestal, o una lista codigo;organismo;nombre;territorio;valor."""
    read = read_project_list(file.name, file.content, territories=territory_names(), organism_codes=organism_codes())
    summary = import_projects(
        read,
        SourceFile(file.name, file.content),
        year=year,
        today=clock.today(),
        actor=console_actor(),
        dry_run=dry_run,
        is_demo=clock.is_fixed(),
        render=render_mail,
    )
    tell_problems(summary.problems)
    click.echo(summary_line(summary, dry_run=dry_run))
    if summary.errors:
        sys.exit(1)


def summary_line(summary: ImportSummary, *, dry_run: bool) -> str:
    """What an import read and did, in one line."""
    read = (
        f"{plural(summary.rows_read, 'fila leída', 'filas leídas')}, "
        f"{plural(summary.projects, 'proyecto', 'proyectos')}, "
        f"{plural(summary.organisms, 'organismo', 'organismos')}, "
        f"apropiación vigente {cop(summary.current_cop)}, "
        f"{plural(len(summary.errors), 'problema', 'problemas')}, {plural(len(summary.notes), 'nota', 'notas')}."
    )
    if summary.errors:
        return f"{read} No se guardó nada."
    done = f"{len(summary.added)} nuevos, {len(summary.altered)} actualizados"
    absent = f", {len(summary.absent)} de la vigencia no están en el archivo" if summary.absent else ""
    return f"{read} {'Sin guardar (ensayo): ' if dry_run else ''}{done}{absent}."


@click.group("vigencia", help="Calendario de la vigencia.")
def vigencia_group() -> None:
    """Hold what a vigencia can set."""


@vigencia_group.command("set", help="Fija el plazo de registro de la vigencia.")
@year_option
@click.option("--deadline", type=DateType(), required=True, help="Último día para registrar el plan.")
@with_appcontext
def vigencia_set(year: int, deadline: date) -> None:
    """Record the deadline."""
    entity_service.set_deadline(year, deadline, console_actor())
    click.echo(f"Plazo de registro de la vigencia {year}: {deadline:%d/%m/%Y}.")


COMMANDS = (init, import_group, vigencia_group)
