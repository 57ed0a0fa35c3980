"""Commands over the accounts of people."""

from __future__ import annotations

import sys
from datetime import date

import click
from flask.cli import with_appcontext

from pp_monitor import clock, labels
from pp_monitor.cli_types import DateType, console_actor, reading_day
from pp_monitor.domain.account import Grant, Role
from pp_monitor.services import account as accounts
from pp_monitor.services import invitation as invitations
from pp_monitor.services import password_link as links
from pp_monitor.services.account import NewRole, NewUser, UserRow
from pp_monitor.services.entity import the_entity
from pp_monitor.services.invitation import Invitee
from pp_monitor.services.session import normal_email
from pp_monitor.views.password import letter, link_address

role_option = click.option(
    "--role", required=True, type=click.Choice([role.value for role in Role]), help="Función en el seguimiento."
)
organism_option = click.option(
    "--organism",
    "organisms",
    multiple=True,
    metavar="CÓDIGO",
    help="Organismo de la función, por ejemplo 4145; se puede repetir.",
)


@click.group("users", help="Cuentas de las personas.")
def users_group() -> None:
    """Hold the commands over accounts."""


@users_group.command("add", help="Abre una cuenta. Sin contraseña, muestra un enlace para fijarla.")
@click.option("--email", required=True, metavar="CORREO", help="Correo con el que ingresa.")
@click.option("--label", required=True, metavar="NOMBRE", help="Nombre de la persona.")
@role_option
@organism_option
@click.option("--password-stdin", is_flag=True, help="Lee la contraseña de la entrada estándar.")
@click.option("--send-link", is_flag=True, help="Envía por correo el enlace para fijar la contraseña.")
@with_appcontext
def add(email: str, label: str, role: str, organisms: tuple[str, ...], password_stdin: bool, send_link: bool) -> None:
    """Open an account and say how its person enters."""
    if password_stdin and send_link:
        raise click.UsageError("Use --password-stdin o --send-link, no los dos.")
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
    if password_stdin and not password:
        raise click.UsageError("La entrada estándar no trae la contraseña.")
    actor, today = console_actor(), clock.today()
    user_id = accounts.add_user(actor, NewUser(email, label, Role(role), organisms, password), today)
    click.echo(f"Cuenta abierta: {email}.")
    if password:
        return
    if send_link:
        last_day = invitations.invite_again(actor, user_id, letter(), allowed=frozenset(Role), today=today)
        click.echo(f"El enlace para fijar la contraseña sale por correo y sirve hasta el {last_day:%d/%m/%Y}.")
    else:
        token = links.new_token()
        last_day = links.invite(actor, email, token)
        click.echo(f"Enlace para fijar la contraseña, sirve una vez, hasta el {last_day:%d/%m/%Y}:")
        click.echo(link_address(token))


@users_group.command(
    "invite",
    help="Invita a una persona: abre su cuenta con una función y le envía por correo un enlace de un solo uso. "
    "Repetido para quien no ha ingresado, le envía otro enlace y el anterior deja de servir.",
)
@click.option("--email", required=True, metavar="CORREO", help="Correo con el que ingresa.")
@click.option("--label", default="", metavar="NOMBRE", help="Nombre de la persona; sobra si ya tiene cuenta.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="Función; sobra al invitar de nuevo.")
@click.option("--organism", default="", metavar="CÓDIGO", help="Organismo de la función, por ejemplo 4145.")
@click.option("--until", type=DateType(), metavar="FECHA", help="Último día de la función. Por defecto, sin fecha.")
@with_appcontext
def invite(email: str, label: str, role: str | None, organism: str, until: date | None) -> None:
    """Open an account with its role and mail its link, or mail another link."""
    actor, today, everything = console_actor(), clock.today(), frozenset(Role)
    if role is None:
        user_id = accounts.get_user(actor.entity_id, normal_email(email)).id
        last_day = invitations.invite_again(actor, user_id, letter(), allowed=everything, today=today)
    else:
        known = accounts.find_user(actor.entity_id, normal_email(email))
        new = Invitee(email, label or (known.label if known else ""), Role(role), organism, until)
        last_day = invitations.invite_person(actor, new, letter(), allowed=everything, today=today)
    click.echo(f"Invitación para {email}: el enlace sale por correo y sirve hasta el {last_day:%d/%m/%Y}.")


@users_group.command("list", help="Muestra las cuentas, una por línea.")
@with_appcontext
def list_users() -> None:
    """Print address, name, state and roles in force, a row a line."""
    today = reading_day()
    for row in accounts.list_users(the_entity().id):
        held = ", ".join(_told(grant) for grant in row.grants if grant.holds_on(today)) or "sin función vigente"
        click.echo("\t".join((row.email, row.label, _state(row), held)))


def _told(grant: Grant) -> str:
    return " ".join(part for part in (labels.ROLE[grant.role], grant.organism_code) if part)


def _state(row: UserRow) -> str:
    if not row.is_enabled:
        return "deshabilitada"
    return "activa" if row.has_password else "sin contraseña"


@users_group.command("role", help="Cambia la función de una persona: termina la que tiene y empieza otra.")
@click.argument("email", metavar="CORREO")
@role_option
@organism_option
@click.option(
    "--from", "valid_from", type=DateType(), metavar="FECHA", help="Primer día de la función. Por defecto, hoy."
)
@with_appcontext
def change_role(email: str, role: str, organisms: tuple[str, ...], valid_from: date | None) -> None:
    """End what a person is and begin something else."""
    actor, today = console_actor(), clock.today()
    new = NewRole(Role(role), valid_from or today, organisms)
    accounts.change_role(actor, email, new, today)
    held = " ".join((labels.ROLE[new.role], *organisms))
    click.echo(f"Función de {email} desde el {new.valid_from:%d/%m/%Y}: {held}.")


@users_group.command("disable", help="Cierra una cuenta y todas sus sesiones.")
@click.argument("email", metavar="CORREO")
@with_appcontext
def disable(email: str) -> None:
    """Close an account."""
    accounts.disable_user(console_actor(), email, clock.today())
    click.echo(f"Cuenta deshabilitada: {email}.")


COMMANDS = (users_group,)
