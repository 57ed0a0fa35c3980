"""Everything on one machine: started, used, stopped, killed and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.client import HTTPConnection
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select

from pp_monitor import create_app, mailer
from pp_monitor.config import Settings
from pp_monitor.extensions import db
from pp_monitor.local_run import BusyPortError, Mailbox, local_key, prepare_database, web_port, welcome
from pp_monitor.models.project import Project
from pp_monitor.models.report import IssuedFile
from pp_monitor.services import demo
from pp_monitor.services.demo_data import PASSWORD
from pp_monitor.services.entity import the_entity
from tests.engines import free_port
from tests.portfolio_db import NewProject, open_vigencia
from tests.services.outbox import queue


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    port = free_port()
    controller = Controller(Mailbox(tmp_path, ZoneInfo("America/Bogota")), hostname="127.0.0.1", port=port)
    controller.start()
    yield f"smtp://127.0.0.1:{port}", tmp_path
    controller.stop()


def a_mail(subject: str) -> EmailMessage:
    message = EmailMessage(policy=mailer.WIRE)
    message["From"] = "planeacion@example.org"
    message["To"] = "enlace@example.org"
    message["Subject"] = subject
    message["Date"] = datetime(2022, 4, 19, 0, 30, tzinfo=UTC)
    message.set_content("Ocho días hábiles.")
    return message


def test_each_mail_is_a_file_whose_name_can_be_read(mailbox: tuple[str, Path]) -> None:
    url, folder = mailbox
    subject = "[DATOS DE DEMOSTRACIÓN] Informe n.º 1 – desviación: ../../etc"
    mailer.send(url, a_mail(subject), ["enlace@example.org"])

    [path] = folder.iterdir()
    assert path.name == "2022-04-18-193000-enlace@example.org-Informe-n.o-1-desviacion-..-..-etc.eml"
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["Subject"] == subject


def test_two_mails_alike_are_two_files(mailbox: tuple[str, Path]) -> None:
    url, folder = mailbox
    for _ in range(3):
        mailer.send(url, a_mail("Informe"), ["enlace@example.org"])

    names = sorted(path.name for path in folder.iterdir())
    start = "2022-04-18-193000-enlace@example.org-Informe"
    assert names == [f"{start}-2.eml", f"{start}-3.eml", f"{start}.eml"]


def test_the_key_of_a_folder_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = local_key(tmp_path)
    assert local_key(tmp_path) == first
    assert len(first) >= 32
    [path] = tmp_path.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_busy_port_is_told_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(BusyPortError, match=f"El puerto {port} está ocupado.*PP_PORT={port + 1} make run"):
            web_port({"PP_PORT": str(port)})
    assert web_port({"PP_PORT": str(port)}) == port


@pytest.mark.parametrize("text", ["ocho", "0", "70000"])
def test_a_port_that_is_none_is_told(text: str) -> None:
    with pytest.raises(BusyPortError, match="no es un puerto"):
        web_port({"PP_PORT": text})


@pytest.mark.slow
def test_the_demonstration_is_put_in_place_whole_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "UNTIL", date(2022, 4, 19))
    settings = Settings(instance_dir=tmp_path)
    (tmp_path / "en-preparacion.sqlite3").write_text("de una vez anterior, interrumpida")
    prepare_database(settings)
    assert "Preparando la demostración" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["pp_monitor.sqlite3"]

    prepare_database(settings)
    assert capsys.readouterr().out == ""
    app = create_app(settings)
    with app.app_context():
        assert db.session.scalar(select(func.count(Project.id))) == 278
        assert db.session.scalar(select(func.count(IssuedFile.id))) == 16
        db.engine.dispose()
    text = welcome(app, tmp_path / "correos")
    for part in (
        "DATOS DE DEMOSTRACIÓN al 19/04/2022",
        PASSWORD,
        "planeacion@example.org",
        "contratacion@example.org",
        "control@example.org",
        "admin@example.org",
        "enlace.bienestar@example.org\n",
        "enlace.datic@example.org  (su organismo aún no registra)",
        "despacho.datic@example.org  (su organismo aún no registra)",
        "http://127.0.0.1:8000",
    ):
        assert part in text


@pytest.fixture
def instance(tmp_path: Path, sqlite_template: Path) -> Path:
    """A folder with a database that has a project, and a mail that waits."""
    folder = tmp_path / "instancia"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "pp_monitor.sqlite3")
    app = create_app(Settings(instance_dir=folder))
    with app.app_context():
        open_vigencia([NewProject("BP1")])
        queue(the_entity().id, "k", ["ana@example.org"], subject="Informe", recorded_at=datetime.now(UTC))
        db.session.remove()
        db.engine.dispose()
    return folder


@contextmanager
def local_run(instance: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """`make run` once its pages answer."""
    environment = os.environ | {"PP_INSTANCE_DIR": str(instance), "PP_PORT": str(port)}
    words = [sys.executable, "-m", "pp_monitor.local_run"]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        assert run.stdout
        assert any("Ctrl-C detiene todo" in line for line in run.stdout)
        line = HTTPConnection("127.0.0.1", port, timeout=60)
        line.request("GET", "/healthz")
        assert line.getresponse().status == 200
        line.close()
        yield run


def wait_until_no_scheduler(instance: Path) -> None:
    """Return once nobody holds the scheduler's lease."""
    lock = instance / "pp_monitor.sqlite3.scheduler.lock"
    subprocess.run(["flock", "-x", str(lock), "true"], check=True, timeout=60)


def wait_for_mail(instance: Path) -> None:
    """Return once the scheduler's log says that the mail that waited was sent."""
    log = instance / "tareas-programadas.log"
    with subprocess.Popen(["tail", "-n", "+1", "-F", str(log)], stdout=subprocess.PIPE, text=True) as tail:
        assert tail.stdout
        assert any("Correo: 1 entregados" in line for line in tail.stdout)
        tail.terminate()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_everything_and_keeps_the_data(instance: Path, number: signal.Signals) -> None:
    port = free_port()
    with local_run(instance, port) as run:
        wait_for_mail(instance)
        run.send_signal(number)
        rest, _ = run.communicate(timeout=60)
    assert (run.returncode, rest.strip()) == (0, "Todo detenido. Los datos se conservan.")
    wait_until_no_scheduler(instance)
    assert [path.name[-len("ana@example.org-Informe.eml") :] for path in (instance / "correos").iterdir()] == [
        "ana@example.org-Informe.eml"
    ]
    assert web_port({"PP_PORT": str(port)}) == port


@pytest.mark.slow
def test_the_scheduler_does_not_outlive_a_killed_parent(instance: Path) -> None:
    port = free_port()
    with local_run(instance, port) as run:
        wait_for_mail(instance)
        run.kill()
        run.wait(60)
    wait_until_no_scheduler(instance)
    assert web_port({"PP_PORT": str(port)}) == port
    assert len(list((instance / "correos").iterdir())) == 1


@pytest.mark.slow
def test_a_second_run_on_the_same_port_says_what_to_do(instance: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        environment = os.environ | {"PP_INSTANCE_DIR": str(instance), "PP_PORT": str(port)}
        words = [sys.executable, "-m", "pp_monitor.local_run"]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: El puerto {port} está ocupado por otro programa.")
