"""Commands that give figures and reports."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from pp_monitor import clock, formatters, labels
from pp_monitor.cli_types import DateType, InstantType, console_actor, reading_day, year_option
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.mail_templates import render_mail
from pp_monitor.reports.evaluation import Yardstick, evaluation
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.report import close_cutoff, draft_editions

cutoff_option = click.option("--cutoff", type=DateType(), required=True, metavar="FECHA", help="Fecha de corte.")


@click.command("evaluate")
@year_option
@cutoff_option
@click.option("--known-at", type=InstantType(), metavar="INSTANTE", help="Lo registrado hasta ese instante (ISO 8601).")
@click.option(
    "--baseline", type=click.Choice(["b0", "current"]), default="b0", show_default=True, help="Contra qué plan."
)
@click.option("--json", "as_json", is_flag=True, help="Todas las cifras en JSON.")
@with_appcontext
def evaluate(year: int, cutoff: date, known_at: datetime | None, baseline: str, as_json: bool) -> None:
    """Calcula todas las cifras a una fecha de corte. No guarda nada."""
    clock.check_fixed_date()
    portfolio = assess_portfolio(find_vigencia(year), cutoff, known_at)
    if as_json:
        click.echo(json.dumps(evaluation(portfolio, baseline=Yardstick(baseline)), ensure_ascii=False, indent=1))
        return
    _tell(portfolio)


def _tell(portfolio: Portfolio) -> None:
    """The city and its organisms in a few lines, the worst first."""
    city = portfolio.city
    click.echo(f"Vigencia {portfolio.year}, corte {portfolio.cutoff:%d/%m/%Y}")
    click.echo(
        f"{city.projects} proyectos, {city.with_plan} con plan. "
        f"Avance {formatters.percent(city.actual_progress.value)} de "
        f"{formatters.percent(city.planned_progress.value)} programado. "
        f"Valor en riesgo {formatters.cop(city.value_at_risk_cop)}."
    )
    for group in portfolio.organisms:
        name = portfolio.names.organisms[group.code].short_name
        click.echo(
            f"{group.code}  {labels.LIGHT[group.light]:<16} {group.projects:>4}  "
            f"{formatters.percent(group.actual_progress.value):>8}  {name}"
        )


@click.command("report")
@year_option
@cutoff_option
@click.option("--out", required=True, metavar="CARPETA", type=click.Path(path_type=Path), help="Carpeta de los libros.")
@with_appcontext
def report(year: int, cutoff: date, out: Path) -> None:
    """Escribe los libros de un corte en una carpeta, sin emitirlos."""
    vigencia = find_vigencia(year)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for edition in draft_editions(vigencia, cutoff, reading_day()):
            (out / edition.filename).write_bytes(edition.content)
            click.echo(str(out / edition.filename))
    except OSError as error:
        raise click.ClickException(f"No se pudo escribir en «{out}»: {labels.system_trouble(error)}.") from error


@click.command("close")
@year_option
@cutoff_option
@click.option("--reissue", is_flag=True, help="Emite otra versión de un corte ya cerrado.")
@click.option("--reason", default="", metavar="MOTIVO", help="Por qué se emite otra versión.")
@with_appcontext
def close(year: int, cutoff: date, reissue: bool, reason: str) -> None:
    """Cierra un corte: congela sus cifras, guarda sus libros y deja los correos en la bandeja de salida."""
    if reason and not reissue:
        raise click.UsageError("--reason solo acompaña a --reissue.")
    today = clock.today()
    result = close_cutoff(
        find_vigencia(year).id,
        cutoff,
        today,
        console_actor(),
        today,
        render=render_mail,
        reissue=reissue,
        reason=reason,
    )
    name = f"Informe n.º {result.number}, versión {result.version}, corte {cutoff:%d/%m/%Y}"
    if result.is_new:
        click.echo(f"{name}: {result.files} libros y {result.messages} correos en la bandeja de salida.")
    else:
        click.echo(f"{name}: ya estaba cerrado.")


COMMANDS = (evaluate, report, close)
