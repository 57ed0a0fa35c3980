"""What several commands share: dates, files, the summary of problems and who acts."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import click

from pp_monitor import clock
from pp_monitor.domain.errors import Problem
from pp_monitor.services.audit import Actor
from pp_monitor.services.delivery import send_due
from pp_monitor.services.entity import the_entity


class DateType(click.ParamType[date]):
    """A date as ``AAAA-MM-DD``."""

    name = "fecha"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date or say how to write it."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"«{value}» no es una fecha. Escríbala como AAAA-MM-DD, por ejemplo 2022-04-22.", param, ctx)


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file named on the command line, read whole."""

    name: str
    content: bytes


class InstantType(click.ParamType[datetime]):
    """An instant in ISO 8601; without zone it is taken as UTC."""

    name = "instante"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read the instant or say how to write it."""
        if isinstance(value, datetime):
            return value
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"«{value}» no es un instante. Escríbalo como 2022-05-16T15:00:00Z.", param, ctx)
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


class FileType(click.ParamType[InputFile]):
    """The path of an existing file."""

    name = "archivo"

    def convert(self, value: str | InputFile, param: click.Parameter | None, ctx: click.Context | None) -> InputFile:
        """Read the file or say why not."""
        if isinstance(value, InputFile):
            return value
        path = Path(value)
        if path.is_dir():
            self.fail(f"«{value}» es una carpeta.", param, ctx)
        try:
            return InputFile(path.name, path.read_bytes())
        except FileNotFoundError:
            self.fail(f"el archivo «{value}» no existe.", param, ctx)
        except PermissionError:
            self.fail(f"no hay permiso para leer «{value}».", param, ctx)


class ActType(click.ParamType[str]):
    """The name of an act, in one line."""

    name = "texto"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Give it without spaces around, or say that it is missing or too long."""
        act = " ".join(value.split())
        if not act:
            self.fail("el acto está vacío. Escriba cuál es, por ejemplo «Oficio 12 del 08/04/2022».", param, ctx)
        if len(act) > _LONGEST_ACT:
            self.fail(f"el acto tiene más de {_LONGEST_ACT} caracteres. Escriba solo su nombre.", param, ctx)
        return act


YEAR = click.IntRange(2015, 2059)
year_option = click.option("--year", type=YEAR, required=True, metavar="AÑO", help="Vigencia.")
dry_run_option = click.option("--dry-run", is_flag=True, help="Revisa sin guardar nada.")

_ALL_MAILS = 100_000
# As on the page of the registration.
_LONGEST_ACT = 200


def console_actor() -> Actor:
    """Whoever writes from the command line, by the name of their system account.

    Raises ``SettingError`` when the date is fixed beside real data.
    """
    clock.check_fixed_date()
    return Actor(the_entity().id, f"consola ({getpass.getuser()})")


def reading_day() -> date:
    """Today, for a command that only reads.

    Raises ``SettingError`` when the date is fixed beside real data: its ages and delays would be false.
    """
    clock.check_fixed_date()
    return clock.today()


def send_and_tell() -> None:
    """Send every mail that is due and say what became of it; status 1 unless all of it arrived.

    Raises ``SettingError`` when the date is fixed beside real data.
    """
    clock.check_fixed_date()
    done = send_due(limit=_ALL_MAILS)
    click.echo(
        f"Mensajes intentados: {done.messages}. Destinatarios: entregados {done.sent}, pendientes {done.pending}, "
        f"rechazados {done.refused}, abandonados {done.given_up}."
    )
    if done.is_unreachable:
        raise click.ClickException(
            "No se pudo hablar con el servidor de correo. Nada se pierde: se intentará de nuevo."
        )
    if done.pending or done.refused or done.given_up:
        raise click.ClickException("No todo llegó. Vea el detalle con «pp-monitor mail list --undelivered».")


def tell_problems(problems: Iterable[Problem]) -> None:
    """Print problems on stdout, one a line: sheet, cell, what, how to fix."""
    for problem in problems:
        click.echo(str(problem))
