"""Accounts from the command line."""

from __future__ import annotations

import re

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from pp_monitor.cli import pp
from pp_monitor.extensions import db
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.mail import OutboxMessage
from tests.factories_db import PASSWORD, make_entity, make_organism, make_user
from tests.pages import Pages


@pytest.fixture(autouse=True)
def _city(app: Flask) -> None:
    with app.app_context():
        make_entity()
        make_organism()


def run(app: Flask, *words: str, typed: str | None = None) -> Result:
    return app.test_cli_runner().invoke(pp, ["users", *words], input=typed)


ADD_ENLACE = ("add", "--email", "eva@example.org", "--label", "Eva", "--role", "enlace", "--organism", "4145")


def test_an_account_is_opened_with_a_link_that_sets_its_password(app: Flask) -> None:
    result = run(app, *ADD_ENLACE)
    assert result.exit_code == 0
    assert "Cuenta abierta: eva@example.org." in result.stdout
    [path] = re.findall(r"^http://127\.0\.0\.1:8000(/restablecer/\S+)$", result.stdout, re.MULTILINE)
    pages = Pages(app)
    assert pages.post(path, {"new": PASSWORD, "again": PASSWORD}).location == "/"
    pages.post("/privacidad")
    assert "Enlace Salud Pública" in pages.get("/cuenta")


def test_an_account_can_be_opened_with_its_password(app: Flask) -> None:
    result = run(app, *ADD_ENLACE, "--password-stdin", typed=f"{PASSWORD}\n")
    assert (result.exit_code, result.stdout) == (0, "Cuenta abierta: eva@example.org.\n")
    Pages(app).post("/ingresar", {"email": "eva@example.org", "password": PASSWORD})


def test_the_link_can_go_by_mail(app: Flask) -> None:
    result = run(app, *ADD_ENLACE, "--send-link")
    assert re.search(r"sale por correo y sirve hasta el \d\d/\d\d/\d{4}\.", result.stdout)
    assert "/restablecer/" not in result.stdout
    with app.app_context():
        message = db.session.scalars(select(OutboxMessage)).one()
        assert message.kind == "invitation"
        assert "Usted tiene la función de enlace de la Secretaría de Salud Pública" in message.body_text


@pytest.mark.parametrize(
    ("words", "typed", "told"),
    [
        (("--role", "enlace"), None, "La función «Enlace» necesita un organismo."),
        (("--role", "enlace", "--organism", "9999"), None, "El organismo 9999 no existe."),
        (("--role", "jefe"), None, "'jefe' no es uno de estos: 'enlace'"),
        (("--role", "lectura", "--password-stdin"), "corta\n", "La contraseña tiene menos de 12 caracteres."),
        (("--role", "lectura", "--password-stdin"), "\n", "La entrada estándar no trae la contraseña."),
        (("--role", "lectura", "--password-stdin", "--send-link"), None, "no los dos"),
        (("--role", "lectura", "--email", "ana@example.org"), None, "Ya existe una cuenta"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_opened(
    app: Flask, words: tuple[str, ...], typed: str | None, told: str
) -> None:
    with app.app_context():
        make_user(email="ana@example.org")
    result = run(app, "add", "--email", "eva@example.org", "--label", "Eva", *words, typed=typed)
    assert result.exit_code != 0
    assert told in result.output
    assert "eva@example.org" not in run(app, "list").stdout


def test_accounts_are_listed_a_row_a_line(app: Flask) -> None:
    with app.app_context():
        make_user(None, email="nadie@example.org", label="Sin Rol", password_hash="")
        make_user(email="ana@example.org")
        make_user(email="fue@example.org", is_enabled=False)
    run(app, *ADD_ENLACE)
    assert run(app, "list").stdout.splitlines() == [
        "ana@example.org\tAna Prueba\tactiva\tPlaneación",
        "eva@example.org\tEva\tsin contraseña\tEnlace 4145",
        "fue@example.org\tAna Prueba\tdeshabilitada\tPlaneación",
        "nadie@example.org\tSin Rol\tsin contraseña\tsin función vigente",
    ]


def test_a_role_is_changed_and_holds_at_once_in_an_open_session(app: Flask) -> None:
    with app.app_context():
        pages = Pages(app).log_in(make_user(email="ana@example.org"))
    assert "Planeación" in pages.get("/cuenta")
    done = run(app, "role", "ana@example.org", "--role", "enlace", "--organism", "4145")
    assert (done.exit_code, done.stderr) == (0, "")
    assert re.fullmatch(r"Función de ana@example.org desde el \d\d/\d\d/\d{4}: Enlace 4145\.\n", done.stdout)
    assert "Enlace Salud Pública" in pages.get("/cuenta")
    assert "ana@example.org\tAna Prueba\tactiva\tEnlace 4145" in run(app, "list").stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("ana@example.org", "--role", "enlace"), "La función «Enlace» necesita un organismo."),
        (("ana@example.org", "--role", "planeacion"), "ya tiene esa función"),
        (("ana@example.org", "--role", "lectura", "--from", "2022-01-01"), "El 01/01/2022 ya pasó."),
        (("otra@example.org", "--role", "lectura"), "No hay una cuenta con el correo otra@example.org."),
    ],
)
def test_a_role_that_cannot_be_changed_says_why(app: Flask, words: tuple[str, ...], told: str) -> None:
    with app.app_context():
        make_user(email="ana@example.org")
    failed = run(app, "role", *words)
    assert failed.exit_code == 1
    assert told in failed.output
    assert "ana@example.org\tAna Prueba\tactiva\tPlaneación" in run(app, "list").stdout


def test_a_disabled_account_is_out_at_once(app: Flask) -> None:
    with app.app_context():
        pages = Pages(app).log_in(make_user(email="ana@example.org"))
    assert run(app, "disable", "ANA@example.org").exit_code == 0
    pages.get("/cuenta", 302)
    failed = run(app, "disable", "otra@example.org")
    assert failed.exit_code == 1
    assert "No hay una cuenta con el correo otra@example.org." in failed.stderr


def test_every_command_is_in_the_audit_trail(app: Flask) -> None:
    run(app, *ADD_ENLACE)
    run(app, "disable", "eva@example.org")
    with app.app_context():
        events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)).all()
        assert [event.action for event in events] == ["add", "invite", "disable"]
        assert {event.object_code for event in events} == {"eva@example.org"}
        assert all(event.actor.startswith("consola (") for event in events)


INVITE_EVA = ("invite", "--email", "Eva@example.org", "--label", "Eva", "--role", "enlace", "--organism", "4145")


def links_mailed(app: Flask) -> list[str]:
    with app.app_context():
        bodies = db.session.scalars(select(OutboxMessage.body_text).order_by(OutboxMessage.id)).all()
    return [found for body in bodies for found in re.findall(r"^http://127\.0\.0\.1:8000(/\S+)$", body, re.MULTILINE)]


def test_an_invitation_opens_the_account_and_mails_its_link(app: Flask) -> None:
    result = run(app, *INVITE_EVA, "--until", "2099-12-31")
    assert result.exit_code == 0, result.output
    assert "Invitación para Eva@example.org: el enlace sale por correo y sirve hasta el" in result.stdout
    [path] = links_mailed(app)
    assert path not in result.stdout
    assert Pages(app).post(path, {"new": PASSWORD, "again": PASSWORD}).location == "/"
    assert "eva@example.org\tEva\tactiva\tEnlace 4145" in run(app, "list").stdout


def test_an_invitation_again_ends_the_link_before(app: Flask) -> None:
    run(app, *INVITE_EVA)
    assert run(app, "invite", "--email", "eva@example.org").exit_code == 0
    old, new = links_mailed(app)
    assert "lo invite de nuevo" in Pages(app).get(old, 410)
    Pages(app).post(new, {"new": PASSWORD, "again": PASSWORD})
    failed = run(app, "invite", "--email", "eva@example.org")
    assert (failed.exit_code, "ya fijó su contraseña" in failed.stderr) == (1, True)


def test_a_third_enlace_is_refused_in_plain_words(app: Flask) -> None:
    run(app, *INVITE_EVA)
    run(app, "add", "--email", "ana@example.org", "--label", "Ana", "--role", "enlace", "--organism", "4145")
    third = ("--email", "luz@example.org", "--label", "Luz", "--role", "enlace", "--organism", "4145")
    for command in ("invite", "add"):
        failed = run(app, command, *third)
        assert failed.exit_code == 1
        assert "El organismo 4145 ya tiene 2 enlaces activos: Eva y Ana." in failed.stderr
    assert "luz@example.org" not in run(app, "list").stdout
