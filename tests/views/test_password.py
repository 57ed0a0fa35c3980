"""A password set by a link that came over real SMTP's outbox."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from pp_monitor.extensions import db
from pp_monitor.models.mail import OutboxMessage
from tests.conftest import AppFactory
from tests.factories_db import PASSWORD, make_entity, make_user
from tests.pages import Pages

MONDAY = datetime(2022, 5, 2, 15, 0, tzinfo=UTC)
NEW = "cuatro perros en la Loma"


@pytest.fixture
def pages(app: Flask) -> Pages:
    with app.app_context():
        make_user(email="ana@example.org")
    return Pages(app)


def the_message(app: Flask) -> OutboxMessage:
    with app.app_context():
        return db.session.scalars(select(OutboxMessage)).one()


def link_in(message: OutboxMessage) -> str:
    [path] = re.findall(r"^http://127\.0\.0\.1:8000(/restablecer/\S+)$", message.body_text, re.MULTILINE)
    assert message.body_html.count(path) == 2
    return str(path)


def test_a_forgotten_password_is_set_by_the_link_of_a_mail(app: Flask, pages: Pages) -> None:
    assert 'href="/restablecer"' in pages.get("/ingresar").html
    assert "Enviar el enlace" in pages.get("/restablecer")
    sent = pages.post("/restablecer", {"email": " Ana@example.org"}, status=200)
    assert "Si hay una cuenta con el correo Ana@example.org" in sent

    message = the_message(app)
    assert message.subject == "Su contraseña de Presupuesto participativo"
    assert "vence en 2 horas" in message.body_text
    path = link_in(message)
    assert "ana@example.org" in pages.get(path)
    assert "Las dos contraseñas no son iguales." in pages.post(path, {"new": NEW, "again": "x"}, status=422)
    weak = pages.post(path, {"new": "Contraseña2022", "again": "Contraseña2022"}, status=422)
    assert "La contraseña es fácil de adivinar." in weak

    assert pages.post(path, {"new": NEW, "again": NEW}).location == "/ingresar"
    assert "La contraseña quedó fijada." in pages.get("/ingresar")
    pages.post("/ingresar", {"email": "ana@example.org", "password": PASSWORD}, status=422)
    pages.post("/ingresar", {"email": "ana@example.org", "password": NEW})
    assert "Este enlace ya no sirve" in pages.get(path, 410)
    pages.post(path, {"new": NEW, "again": NEW}, status=410)


def test_an_unknown_address_gets_the_same_answer_and_no_mail(app: Flask, pages: Pages) -> None:
    known = pages.post("/restablecer", {"email": "ana@example.org"}, status=200)
    unknown = pages.post("/restablecer", {"email": "nadie@example.org"}, status=200)
    assert known.html.replace("ana@example.org", "nadie@example.org") == unknown.html
    assert the_message(app).body_text


def test_too_many_requests_are_told_to_wait_whether_the_account_exists(pages: Pages) -> None:
    for email in ("ana@example.org", "nadie@example.org"):
        for _ in range(5):
            pages.post("/restablecer", {"email": email}, status=200)
        assert "Vuelva a intentarlo en 1 minuto." in pages.post("/restablecer", {"email": email}, status=422)


def test_an_empty_request_is_told(pages: Pages) -> None:
    assert "Este campo es obligatorio." in pages.post("/restablecer", status=422)


def test_a_link_that_is_old_or_made_up_says_so(app: Flask, pages: Pages) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        pages.post("/restablecer", {"email": "ana@example.org"}, status=200)
        path = link_in(the_message(app))
        clock.shift(timedelta(hours=2))
        assert 'href="/restablecer"' in pages.get(path, 410).html
    for made_up in ("/restablecer/x", "/restablecer/%00", f"/restablecer/{'a' * 3000}"):
        pages.get(made_up, 410)


def test_the_link_uses_the_public_address_and_a_demo_says_so(make_app: AppFactory, app: Flask) -> None:
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    public = make_app(url, public_url="https://pp.example.org/")
    with public.app_context():
        make_entity(demo_today=date(2022, 9, 20))
        make_user(email="ana@example.org")
    Pages(public).post("/restablecer", {"email": "ana@example.org"}, status=200)
    message = the_message(public)
    assert "https://pp.example.org/restablecer/" in message.body_text
    assert message.subject.startswith("[DATOS DE DEMOSTRACIÓN]")
    assert message.body_text.startswith("DATOS DE DEMOSTRACIÓN")
    assert "DATOS DE DEMOSTRACIÓN" in message.body_html
