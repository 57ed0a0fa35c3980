"""The commands about jobs, mails and the two processes of production."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest
import time_machine
from click.testing import Result
from flask import Flask

from pp_monitor.cli import pp
from pp_monitor.cli_server import gunicorn_options, worker_count
from pp_monitor.config import Settings
from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.labels import DELIVERY_STATE, JOB_STATE
from pp_monitor.models.entity import Entity, Vigencia
from pp_monitor.models.job import JobState
from pp_monitor.models.mail import DeliveryState
from pp_monitor.services.entity import load_reference_data, the_entity
from tests.conftest import AppFactory
from tests.engines import SmtpServer, free_port
from tests.factories_db import make_organism, make_user
from tests.portfolio_db import NewProject, met_through, open_vigencia
from tests.services.outbox import queue

KEY = "0123456789abcdef0123456789abcdef"
MAY_13 = date(2022, 5, 13)
MORNING = datetime(2022, 5, 13, 15, 0, tzinfo=UTC)


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(pp, words)


def told(app: Flask, *words: str) -> str:
    """What a command that succeeds prints."""
    done = run(app, *words)
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


def refused(app: Flask, *words: str) -> str:
    """What a command that fails says on stderr."""
    done = run(app, *words)
    assert done.exit_code != 0
    return done.stderr


@pytest.fixture
def city(migrated_url: str, make_app: AppFactory, smtp_server: SmtpServer) -> Flask:
    """A demonstration with one late project, its date standing at 13/05/2022, once on each engine."""
    app = make_app(migrated_url, smtp_url=smtp_server.url, secret_key=KEY)
    with app.app_context():
        open_vigencia([NewProject("BP1", actual=met_through("H02"))], staffed=True)
        db.session.query(Entity).one().demo_today = MAY_13
        db.session.query(Vigencia).one().is_demo = True
        db.session.commit()
    return app


def put_in_outbox(app: Flask, key: str, *recipients: str) -> None:
    with app.app_context():
        queue(the_entity().id, key, recipients, subject=f"Informe {key}")


def test_a_job_is_run_by_hand_and_listed(city: Flask) -> None:
    assert re.search(r"^refresh_alerts +nunca +próxima: ya ", told(city, "jobs", "list"), re.MULTILINE)

    assert "refresh_alerts 2022/2022-05-13: Alertas: 1 abiertas" in told(city, "jobs", "run", "refresh_alerts")
    assert "0 abiertas" in told(city, "jobs", "run", "refresh_alerts", "--date", "2022-05-13")

    with time_machine.travel(MORNING, tick=False):
        row = next(line for line in told(city, "jobs", "list").splitlines() if line.startswith("refresh_alerts"))
    assert "2022/2022-05-13 hecha, 2 intentos. Alertas: 0 abiertas" in row
    assert "próxima: 14/05/2022 06:00" in row


def test_the_ends_of_roles_are_told_once_by_their_job(city: Flask) -> None:
    with city.app_context():
        make_user(Role.PLANEACION)
        make_user(Role.ENLACE, make_organism(), valid_until=date(2022, 5, 20))
    assert "role_ends 2022/2022-05-13: Avisos nuevos de funciones de enlaces por terminar: 1." in told(
        city, "jobs", "run", "role_ends"
    )
    assert "por terminar: 0." in told(city, "jobs", "run", "role_ends")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("role_ends", "--date", "2022-05-12"), "solo se avisa a la fecha de hoy"),
        (("otra",), "La tarea «otra» no existe"),
        (("refresh_alerts", "--date", "2022-05-14"), "14/05/2022 está en el futuro"),
        (("refresh_alerts", "--date", "2022-05-12"), "solo se actualizan a la fecha de hoy"),
        (("refresh_alerts", "--date", "2019-05-12"), "no había ninguna vigencia"),
        (("refresh_alerts", "--date", "mañana"), "no es una fecha"),
    ],
)
def test_a_job_that_cannot_run_says_why(city: Flask, words: tuple[str, ...], message: str) -> None:
    assert message in refused(city, "jobs", "run", *words)


def test_the_outbox_is_sent_and_listed_a_row_a_line(city: Flask, smtp_server: SmtpServer) -> None:
    smtp_server.refuse("nadie@example.org")
    put_in_outbox(city, "uno", "ana@example.org")
    put_in_outbox(city, "dos", "ana@example.org", "nadie@example.org")
    assert "ana@example.org: por enviar" in told(city, "mail", "list")

    done = run(city, "mail", "send")
    assert "Mensajes intentados: 2. Destinatarios: entregados 2, pendientes 0, rechazados 1" in done.stdout
    assert (done.exit_code, "No todo llegó" in done.stderr) == (1, True)

    dos, uno = told(city, "mail", "list").splitlines()
    assert "Informe uno | ana@example.org: entregado" in uno
    assert "ana@example.org: entregado; nadie@example.org: rechazado (550 5.1.1 Mailbox unavailable)" in dos
    assert told(city, "mail", "list", "--undelivered").splitlines() == [dos]


def test_a_refused_mail_is_retried_by_its_number(city: Flask, smtp_server: SmtpServer) -> None:
    smtp_server.refuse("ana@example.org")
    put_in_outbox(city, "uno", "ana@example.org")
    run(city, "mail", "send")
    number = told(city, "mail", "list").split()[0]
    smtp_server.behave()

    assert "se intentará de nuevo con 1 destinatario." in told(city, "mail", "retry", number)
    assert "entregados 1" in told(city, "jobs", "run", "send_outbox")
    assert len(smtp_server.received) == 1
    assert "no tiene destinatarios por atender" in refused(city, "mail", "retry", number)
    assert "no existe" in refused(city, "mail", "retry", "999")


def test_a_mail_server_that_is_down_loses_nothing_and_says_so(city: Flask) -> None:
    city.config["SETTINGS"] = replace(city.config["SETTINGS"], smtp_url="smtp://127.0.0.1:9")
    put_in_outbox(city, "uno", "ana@example.org")

    assert "No se pudo hablar con el servidor de correo" in refused(city, "mail", "send")
    assert "por enviar" in told(city, "mail", "list")
    assert "próximo intento" in told(city, "mail", "list")


@pytest.fixture
def misdated(city: Flask) -> Flask:
    """The same city with real data and a date fixed by mistake."""
    with city.app_context():
        vigencia = db.session.query(Vigencia).one()
        vigencia.is_demo = False
        db.session.get_one(Entity, vigencia.entity_id).demo_today = None
        db.session.commit()
    city.config["SETTINGS"] = replace(city.config["SETTINGS"], today=MAY_13)
    return city


def test_a_fixed_date_beside_real_data_lets_nothing_be_written_or_sent(
    misdated: Flask, smtp_server: SmtpServer, tmp_path: Path
) -> None:
    put_in_outbox(misdated, "uno", "ana@example.org")
    file = tmp_path / "datos.csv"
    file.write_text("proyecto;hito;fecha_real\nBP26000001;H01;02/05/2022\n", encoding="utf-8")
    year = ("--year", "2022")
    for words in (
        ("serve",),
        ("scheduler",),
        ("jobs", "run", "refresh_alerts"),
        ("jobs", "run", "send_outbox"),
        ("mail", "send"),
        ("mail", "retry", "1"),
        ("vigencia", "set", *year, "--deadline", "2022-04-22"),
        ("close", *year, "--cutoff", "2022-05-13"),
        ("progress", "load", str(file), *year),
        ("users", "add", "--email", "eva@example.org", "--label", "Eva", "--role", "lectura"),
        ("users", "disable", "ana@example.org"),
        ("backup", str(tmp_path / "copia")),
    ):
        assert "PP_TODAY" in refused(misdated, *words), words
    assert smtp_server.received == []


@pytest.mark.parametrize(
    "words",
    [
        ("jobs", "list"),
        ("users", "list"),
        ("alerts", "list", "--year", "2022", "--json"),
        ("evaluate", "--year", "2022", "--cutoff", "2022-05-13"),
        ("report", "--year", "2022", "--cutoff", "2022-05-13", "--out", "{folder}"),
        ("plan", "template", "--year", "2022", "--organism", "4145", "--out", "{folder}.xlsx"),
    ],
)
def test_what_only_reads_is_refused_too(misdated: Flask, tmp_path: Path, words: Sequence[str]) -> None:
    assert "PP_TODAY" in refused(misdated, *(word.format(folder=tmp_path / "salida") for word in words))


@pytest.mark.parametrize("command", ["serve", "scheduler"])
@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("secret_key", "solo-para-desarrollo", "PP_SECRET_KEY"),
        ("secret_key", "corta", "PP_SECRET_KEY"),
        ("smtp_url", "", "PP_SMTP_URL"),
    ],
)
def test_production_needs_a_key_and_a_mail_server(
    city: Flask, command: str, setting: str, value: str, message: str
) -> None:
    changed: Callable[..., Settings] = replace
    city.config["SETTINGS"] = changed(city.config["SETTINGS"], **{setting: value})
    assert message in refused(city, command)


@pytest.mark.parametrize("command", ["serve", "scheduler"])
def test_an_empty_database_is_told(database_url: str, make_app: AppFactory, command: str) -> None:
    app = make_app(database_url, smtp_url="smtp://127.0.0.1:9", secret_key=KEY)
    assert "pp-monitor init" in refused(app, command)


def test_every_stored_state_has_its_word() -> None:
    assert set(JOB_STATE) == {state.value for state in JobState}
    assert set(DELIVERY_STATE) == {state.value for state in DeliveryState}


@pytest.mark.parametrize(("cores", "gigabytes", "workers"), [(1, 8, 3), (2, 8, 5), (16, 1, 2), (64, 64, 129)])
def test_workers_fit_cores_and_memory(cores: int, gigabytes: int, workers: int) -> None:
    assert worker_count(cores, gigabytes * 1024**3) == workers


def test_the_web_server_opens_nothing_in_a_home() -> None:
    assert "--no-control-socket" in gunicorn_options("127.0.0.1", 8000)


def environment(app: Flask, home: Path) -> dict[str, str]:
    settings: Settings = app.config["SETTINGS"]
    return os.environ | {
        "HOME": str(home),
        "PP_INSTANCE_DIR": str(settings.instance_dir),
        "PP_DATABASE_URL": settings.database_url,
        "PP_SECRET_KEY": settings.secret_key,
        "PP_SMTP_URL": settings.smtp_url,
    }


def command(*words: str) -> list[str]:
    return [sys.executable, "-c", "from pp_monitor.cli import main; main()", *words]


@pytest.mark.slow
def test_the_web_server_answers_and_stops_when_asked(app: Flask, tmp_path: Path) -> None:
    settings = replace(app.config["SETTINGS"], secret_key=KEY, smtp_url="smtp://127.0.0.1:9")
    app.config["SETTINGS"] = settings
    with app.app_context():
        load_reference_data()
    port = free_port()
    words, where = command("serve", "--port", str(port), "--workers", "1"), environment(app, tmp_path)
    with subprocess.Popen(words, env=where, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr
        assert any("Listening at" in line for line in server.stderr)
        line = HTTPConnection("127.0.0.1", port, timeout=120)
        line.request("GET", "/healthz")
        assert line.getresponse().status == 200
        line.close()
        server.send_signal(signal.SIGTERM)
        _, rest = server.communicate(timeout=120)
    assert "Traceback" not in rest
    assert server.returncode == 0
    assert not (tmp_path / ".gunicorn").exists()


@pytest.mark.slow
def test_the_scheduler_sends_what_waits_and_stops_when_asked(
    city: Flask, tmp_path: Path, smtp_server: SmtpServer
) -> None:
    put_in_outbox(city, "uno", "ana@example.org")
    words = command("scheduler")
    with subprocess.Popen(words, env=environment(city, tmp_path), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert "Tareas programadas en marcha" in process.stderr.readline()
        assert any("Correo: 1 entregados" in line for line in process.stderr)
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=60)
    assert process.returncode == 0
    assert rest.endswith("Tareas programadas detenidas.\n")
    # The tasks that are due on the day of the test may write mails of their own.
    assert [mail.recipients for mail in smtp_server.received].count(("ana@example.org",)) == 1
    assert "ana@example.org: entregado" in told(city, "mail", "list")
