"""Commands about the outbox."""

from __future__ import annotations

from datetime import datetime

import click
from flask.cli import with_appcontext

from pp_monitor import clock, labels
from pp_monitor.cli_types import console_actor, send_and_tell
from pp_monitor.services import mail as mail_service
from pp_monitor.services.mail import ListedMessage, ListedRecipient


@click.group("mail", help="Correos de la bandeja de salida.")
def mail() -> None:
    """Hold what can be done with the outbox."""


@mail.command("list", help="Todos los mensajes, del más nuevo al más antiguo, uno por línea.")
@click.option("--undelivered", is_flag=True, help="Solo los que no han llegado a todos sus destinatarios.")
@with_appcontext
def list_mail(undelivered: bool) -> None:
    """Print a row for each message: number, when written, kind, subject, what became of each recipient."""
    for message in mail_service.list_messages(only_open=undelivered):
        click.echo(_row(message))


def _row(message: ListedMessage) -> str:
    recipients = "; ".join(_recipient(recipient) for recipient in message.recipients)
    again = f" | próximo intento {_moment(message.next_try_at)}" if message.next_try_at and message.tries else ""
    written = _moment(message.recorded_at)
    kind = labels.MAIL_KIND.get(message.kind, message.kind)
    return f"{message.id:>6}  {written}  {kind}  {message.subject} | {recipients}{again}"


def _moment(instant: datetime) -> str:
    return f"{instant.astimezone(clock.zone()):%d/%m/%Y %H:%M}"


def _recipient(recipient: ListedRecipient) -> str:
    answer = "" if recipient.state == "sent" else " ".join(f"{recipient.code or ''} {recipient.text}".split())
    state = labels.DELIVERY_STATE[recipient.state].lower()
    return f"{recipient.address}: {state}{f' ({answer})' if answer else ''}"


@mail.command("send", help="Envía ya los correos pendientes.")
@with_appcontext
def send_mail() -> None:
    """Send what is due; status 1 unless everything arrived."""
    send_and_tell()


@mail.command("retry", help="Vuelve a intentar un mensaje con quienes no lo recibieron.")
@click.argument("message_id", metavar="ID", type=int)
@with_appcontext
def retry_mail(message_id: int) -> None:
    """Put a message back in line."""
    waiting = mail_service.retry(message_id, console_actor())
    whom = "1 destinatario" if waiting == 1 else f"{waiting} destinatarios"
    click.echo(f"El mensaje {message_id} se intentará de nuevo con {whom}.")


COMMANDS = (mail,)
