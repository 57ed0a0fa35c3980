"""Commands of the plan and of progress: the registration workbook, plans and dates from files."""

from __future__ import annotations

import hashlib
import sys
from datetime import date
from pathlib import Path

import click
from flask.cli import with_appcontext

from pp_monitor import clock, labels
from pp_monitor.cli_types import (
    YEAR,
    ActType,
    DateType,
    FileType,
    InputFile,
    console_actor,
    dry_run_option,
    reading_day,
    tell_problems,
    year_option,
)
from pp_monitor.formatters import date_time
from pp_monitor.intake.plan_template import read_plan_file
from pp_monitor.intake.progress import read_progress_file
from pp_monitor.services.entity import find_organism, find_vigencia, load_catalogue, the_entity
from pp_monitor.services.held_file import fetch_held, list_held
from pp_monitor.services.plan import PlanLoadResult, load_plan_file, plan_targets
from pp_monitor.services.plan_template import build_template
from pp_monitor.services.progress import ProgressLoadResult, load_progress_file, progress_targets
from pp_monitor.services.progress_template import build_template as build_progress

organism_option = click.option("--organism", required=True, metavar="CÓDIGO", help="Código del organismo.")
out_option = click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="ARCHIVO.xlsx",
    help="Libro que se escribe.",
)


@click.group("plan", help="Plantilla y carga del plan de un organismo.")
def plan_group() -> None:
    """Hold the commands of the plan."""


@plan_group.command("template", help="Escribe el libro de registro de un organismo.")
@organism_option
@year_option
@out_option
@click.option("--with-actuals", is_flag=True, help="Con una columna de fecha real para cada hito.")
@with_appcontext
def template(organism: str, year: int, out: Path, with_actuals: bool) -> None:
    """Write the registration workbook."""
    owner = find_organism(organism)
    built = build_template(find_vigencia(year), owner, reading_day(), with_actuals=with_actuals)
    _write_out(out, built.content)
    click.echo(f"{out}: {_counted(built.projects, 'proyecto', 'proyectos')}.")


@plan_group.command(
    "held",
    help="""Los archivos de planes que tuvieron problemas: la lista, o uno por su código.

    Con CÓDIGO y --out escribe el archivo tal como se envió.
    """,
)
@click.argument("code", metavar="[CÓDIGO]", required=False)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="ARCHIVO", help="Archivo que se escribe."
)
@with_appcontext
def held(code: str | None, out: Path | None) -> None:
    """List the refused files, or write one."""
    if bool(code) != bool(out):
        raise click.UsageError("Escriba el código y --out juntos, o ninguno de los dos para ver la lista.")
    if code and out:
        found = fetch_held(console_actor(), code)
        _write_out(out, found.content)
        click.echo(f"{out}: {found.filename}, SHA-256 {found.sha256}.")
        return
    for each in list_held(the_entity().id):
        told = (each.code, each.organism_code, date_time(each.recorded_at), each.sender or "—", each.filename)
        click.echo(" · ".join((*told, _counted(each.problems, "problema", "problemas"))))


@plan_group.command("load", help="Carga el plan de un organismo (xlsx o csv); sin --register queda en borrador.")
@click.argument("file", metavar="ARCHIVO", type=FileType())
@organism_option
@year_option
@dry_run_option
@click.option("--register", is_flag=True, help="Registra la línea base de una vez, como acto de Planeación.")
@click.option("--registered-on", type=DateType(), help="Día del acto de registro; hoy si no se dice.")
@click.option("--act", type=ActType(), metavar="TEXTO", help="Acto con que se registra.")
@with_appcontext
def load(
    file: InputFile,
    organism: str,
    year: int,
    dry_run: bool,
    register: bool,
    registered_on: date | None,
    act: str | None,
) -> None:
    """Load a plan, all or nothing."""
    if not register and (registered_on or act):
        raise click.UsageError("--registered-on y --act solo van con --register.")
    vigencia, owner = find_vigencia(year), find_organism(organism)
    targets = plan_targets(vigencia, owner, registered_on or clock.today())
    read = read_plan_file(
        file.name,
        file.content,
        milestones=load_catalogue(vigencia.catalogue_version_id).milestones,
        known_projects=targets.names,
        known_modalities=targets.modalities,
        modality_names=labels.MODALITY,
        year=vigencia.year,
    )
    result = load_plan_file(
        read,
        vigencia=vigencia,
        organism=owner,
        actor=console_actor(),
        today=clock.today(),
        register=register,
        declared_on=registered_on,
        act=act or "",
        dry_run=dry_run,
        filename=file.name,
        sha256=hashlib.sha256(file.content).hexdigest(),
    )
    tell_problems((*result.problems, *result.warnings))
    click.echo(plan_summary(result, register=register, dry_run=dry_run))
    if result.problems:
        sys.exit(1)


def plan_summary(result: PlanLoadResult, *, register: bool, dry_run: bool) -> str:
    """What a plan file brought, in one line."""
    read = (
        f"{_counted(result.projects, 'proyecto', 'proyectos')}, {_counted(result.lines, 'hito', 'hitos')}, "
        f"{_counted(len(result.problems), 'problema', 'problemas')}, "
        f"{_counted(len(result.warnings), 'aviso', 'avisos')}."
    )
    if result.problems:
        return f"{read} No se guardó nada."
    if dry_run:
        return f"{read} Sin guardar (ensayo)."
    if result.registration:
        count = _counted(result.changed, "línea base registrada", "líneas base registradas")
        return f"{read} Constancia {result.registration.number}: {count}. SHA-256 {result.registration.plan_sha256}"
    drafts = _counted(result.changed, "borrador actualizado", "borradores actualizados")
    return f"{read} {drafts}; faltan {_counted(result.missing, 'fecha', 'fechas')} para registrar."


@click.group("progress", help="Plantilla y carga del avance: fechas reales y proyectadas, y por qué hay retraso.")
def progress_group() -> None:
    """Hold the commands of progress."""


@progress_group.command(
    "template",
    help="""Escribe el libro con lo que un organismo tiene por reportar.

    Trae lo vencido, lo exigible y lo de los 30 días que siguen al corte, con lo ya reportado. Se carga de nuevo con
    «progress load».
    """,
)
@organism_option
@click.option("--cutoff", type=DateType(), required=True, help="Fecha de corte.")
@click.option("--year", type=YEAR, metavar="AÑO", help="Vigencia; la del año del corte si no se dice.")
@out_option
@with_appcontext
def progress_template(organism: str, cutoff: date, year: int | None, out: Path) -> None:
    """Write the workbook of what is to be reported."""
    owner = find_organism(organism)
    built = build_progress(find_vigencia(year or cutoff.year), owner.code, cutoff)
    _write_out(out, built.content)
    projects = _counted(built.projects, "proyecto", "proyectos")
    click.echo(f"{out}: {_counted(built.rows, 'hito por reportar', 'hitos por reportar')} de {projects}.")


@progress_group.command(
    "load",
    help="""Carga fechas reales y proyectadas (xlsx o csv).

    Columnas: proyecto;hito;fecha_real;fecha_proyectada;causa;nota, o las de «progress template» en cualquier orden.
    Una celda vacía no cambia nada.
    """,
)
@click.argument("file", metavar="ARCHIVO", type=FileType())
@year_option
@dry_run_option
@with_appcontext
def load_progress(file: InputFile, year: int, dry_run: bool) -> None:
    """Load progress, all or nothing."""
    vigencia = find_vigencia(year)
    read = read_progress_file(
        file.name,
        file.content,
        milestones=load_catalogue(vigencia.catalogue_version_id).milestones,
        known_projects=progress_targets(vigencia),
        year=vigencia.year,
    )
    result = load_progress_file(
        read,
        vigencia=vigencia,
        actor=console_actor(),
        today=clock.today(),
        dry_run=dry_run,
        filename=file.name,
        sha256=hashlib.sha256(file.content).hexdigest(),
    )
    tell_problems((*result.problems, *result.notes))
    click.echo(progress_summary(result, dry_run=dry_run))
    if result.problems:
        sys.exit(1)


def progress_summary(result: ProgressLoadResult, *, dry_run: bool) -> str:
    """What a progress file brought, in one line."""
    read = (
        f"{_counted(result.rows, 'fila', 'filas')}, {_counted(result.projects, 'proyecto', 'proyectos')}, "
        f"{_counted(len(result.problems), 'problema', 'problemas')}, {_counted(len(result.notes), 'nota', 'notas')}."
    )
    if result.problems:
        return f"{read} No se guardó nada."
    new = _counted(result.recorded - result.explained, "fecha nueva", "fechas nuevas")
    if result.explained:
        new += f", {_counted(result.explained, 'explicación nueva', 'explicaciones nuevas')}"
    dates = f"{new}, {result.unchanged} sin cambio"
    return f"{read} {'Sin guardar (ensayo): ' if dry_run else ''}{dates}."


def _write_out(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"No se pudo escribir «{out}»: {labels.system_trouble(error)}.") from error


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


COMMANDS = (plan_group, progress_group)
