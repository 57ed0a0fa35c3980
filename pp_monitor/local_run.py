"""Everything on one machine for ``make run``: demonstration, web pages, scheduler and a mailbox that is a folder.

Nothing here needs root or leaves the machine: the pages listen on 127.0.0.1, and every mail
becomes a file, whatever mail server the environment names.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import signal
import socket
import subprocess  # nosec B404
import sys
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

import flask_migrate
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask
from sqlalchemy import select
from waitress.server import create_server

from pp_monitor import create_app, labels
from pp_monitor.cli import main as run_command
from pp_monitor.config import Settings
from pp_monitor.domain.account import Role
from pp_monitor.domain.errors import PpMonitorError
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.project import Project
from pp_monitor.services import demo
from pp_monitor.services.account import list_users
from pp_monitor.services.demo_data import PASSWORD
from pp_monitor.services.entity import load_reference_data, the_entity

HOST = "127.0.0.1"
WEB_PORT = 8000
SMTP_PORT = 1025
_PATIENCE_SECONDS = 20
_NAME_LENGTH = 180


class BusyPortError(PpMonitorError):
    """Another program listens where the pages should be."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mail server that takes everything and keeps each message as a file of ``folder``."""

    folder: Path
    zone: ZoneInfo

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a message; its name says when it was written, to whom and what about."""
        content = envelope.content
        assert isinstance(content, bytes)
        with self._new_file(self._name(content, envelope.rcpt_tos)).open("wb") as file:
            file.write(content)
        return "250 OK"

    def _name(self, content: bytes, recipients: list[str]) -> str:
        message = message_from_bytes(content, policy=policy.default)
        written: datetime = message["Date"].datetime
        # Every mail of a demonstration begins with the same words in brackets.
        subject = re.sub(r"^\[.*?\]", "", str(message["Subject"]))
        words = f"{written.astimezone(self.zone):%Y-%m-%d %H%M%S} {recipients[0]} {subject}"
        plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
        return re.sub(r"[^\w@.-]+", "-", plain)[:_NAME_LENGTH].strip("-.")

    def _new_file(self, name: str) -> Path:
        number, path = 1, self.folder / f"{name}.eml"
        while path.exists():
            number += 1
            path = self.folder / f"{name}-{number}.eml"
        return path


def main() -> None:
    """Run all of it in the foreground until Ctrl-C or SIGTERM; ``scheduler`` as argument runs only that child."""
    if sys.argv[1:] == ["scheduler"]:
        _be_scheduler()
        return
    # Started in the background, a process inherits that Ctrl-C is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        _run(os.environ)
    except KeyboardInterrupt:
        print("Interrumpido.", file=sys.stderr)
        sys.exit(130)
    except PpMonitorError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(1)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _run(environ: Mapping[str, str]) -> None:
    port = web_port(environ)
    smtp_port = SMTP_PORT if _is_free(SMTP_PORT) else _any_port()
    environment = dict(environ) | _environment(environ, port, smtp_port)
    settings = Settings.from_environment(environment)
    with _mailbox(settings, smtp_port) as folder:
        prepare_database(settings)
        app = create_app(settings)
        with _scheduler(environment, settings.instance_dir):
            server = create_server(app, host=HOST, port=port, threads=8)
            print(welcome(app, folder), flush=True)
            server.run()  # ends at Ctrl-C, or at SIGTERM that looks the same
            server.close()
    print("Todo detenido. Los datos se conservan.", flush=True)


def web_port(environ: Mapping[str, str]) -> int:
    """The port of the pages (``PP_PORT``, 8000); raise ``BusyPortError`` when it is taken."""
    text = environ.get("PP_PORT", "").strip() or str(WEB_PORT)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise BusyPortError(f"PP_PORT: «{text}» no es un puerto entre 1 y 65535.")
    if not _is_free(int(text)):
        raise BusyPortError(
            f"El puerto {text} está ocupado por otro programa. Ciérrelo o use otro: PP_PORT={int(text) + 1} make run"
        )
    return int(text)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers do: a port just left by another run can be taken again.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _environment(environ: Mapping[str, str], port: int, smtp_port: int) -> dict[str, str]:
    """What a local run sets itself: its own key, the mailbox, its address."""
    instance_dir = Settings.from_environment(environ).instance_dir
    instance_dir.mkdir(parents=True, exist_ok=True)
    return {
        "PP_INSTANCE_DIR": str(instance_dir),
        "PP_SECRET_KEY": local_key(instance_dir),
        "PP_SMTP_URL": f"smtp://{HOST}:{smtp_port}",
        "PP_PUBLIC_URL": f"http://{HOST}:{port}",
    }


def local_key(instance_dir: Path) -> str:
    """The key of this folder, made the first time, so that a second run keeps the sessions."""
    path = instance_dir / "clave-local"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def prepare_database(settings: Settings) -> None:
    """Bring the database up to date, with the demonstration in it if it has no project.

    A new SQLite file is made aside and put in place whole: interrupted half-way, the next run begins again.
    """
    target = settings.instance_dir / "pp_monitor.sqlite3"
    if settings.database_url or target.exists():
        _fill(settings)
        return
    aside = settings.instance_dir / "en-preparacion.sqlite3"
    for leftover in settings.instance_dir.glob(f"{aside.name}*"):
        leftover.unlink()
    _fill(replace(settings, database_url=f"sqlite:///{aside}"))
    aside.replace(target)
    for leftover in settings.instance_dir.glob(f"{aside.name}*"):
        leftover.unlink()


def _fill(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        load_reference_data()
        if db.session.scalar(select(Project.id).limit(1)) is None:
            print("Preparando la demostración, una sola vez…", flush=True)
            demo.build_demo(demo.UNTIL, render=render_mail, tell=lambda text: print(f"  {text}", flush=True))
        db.session.remove()
        # Closing the last connection folds SQLite's journal into the file.
        db.engine.dispose()


@contextlib.contextmanager
def _mailbox(settings: Settings, port: int) -> Iterator[Path]:
    folder = settings.instance_dir / "correos"
    folder.mkdir(exist_ok=True)
    controller = Controller(Mailbox(folder, ZoneInfo(settings.timezone)), hostname=HOST, port=port)
    controller.start()
    try:
        yield folder
    finally:
        controller.stop()


@contextlib.contextmanager
def _scheduler(environment: Mapping[str, str], instance_dir: Path) -> Iterator[None]:
    """The scheduler as a child that ends with us: when asked, or when the pipe to it breaks."""
    words = [sys.executable, "-m", "pp_monitor.local_run", "scheduler"]
    with (instance_dir / "tareas-programadas.log").open("ab") as log:
        child = subprocess.Popen(words, env=environment, stdin=subprocess.PIPE, stdout=log, stderr=log)  # noqa: S603  # nosec B603
    try:
        yield
    finally:
        assert child.stdin
        child.stdin.close()
        try:
            child.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _be_scheduler() -> None:
    """Run ``pp-monitor scheduler`` until the parent's end of our input closes, even if it was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def follow_parent() -> None:
        sys.stdin.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=follow_parent, daemon=True).start()
    sys.argv = ["pp-monitor", "scheduler"]
    run_command()


def welcome(app: Flask, mails: Path) -> str:
    """What to open, with which accounts, and where things land."""
    settings: Settings = app.config["SETTINGS"]
    with app.app_context():
        entity = the_entity()
        title = "Seguimiento a proyectos de presupuesto participativo"
        lines = [
            "",
            f"{title} · DATOS DE DEMOSTRACIÓN al {entity.demo_today:%d/%m/%Y}" if entity.demo_today else title,
            "",
            f"  Página     {settings.public_url}",
            f"  Correos    {mails}{os.sep}  (cada uno es un archivo .eml)",
            "  Informes   en la página, menú «Informes», y adjuntos a los correos",
            f"  Registro   {settings.instance_dir / 'tareas-programadas.log'}",
        ]
        if entity.demo_today:
            lines += [
                "",
                f"  Cuentas de la demostración, todas con la contraseña {PASSWORD}",
                *_accounts(entity.id),
            ]
        return "\n".join([*lines, "", "  Ctrl-C detiene todo. Los datos se conservan.", ""])


def _accounts(entity_id: int) -> list[str]:
    """One account for each role, and those of an organism that has still to register."""
    first: dict[tuple[Role, bool], str] = {}
    for user in list_users(entity_id):
        for grant in user.grants:
            first.setdefault((grant.role, grant.organism_code in demo.UNREGISTERED), user.email)
    note = "  (su organismo aún no registra)"
    return [f"    {labels.ROLE[role]:<28} {email}{note if owes else ''}" for (role, owes), email in first.items()]


if __name__ == "__main__":
    main()
