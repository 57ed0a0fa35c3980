"""Nothing opens before the privacy notice is accepted, and nothing typed is lost for it."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from tests.conftest import AppFactory
from tests.factories_db import PASSWORD, make_entity, make_user
from tests.pages import Pages

ACCEPT = "Acepto el tratamiento de mis datos"


@pytest.fixture
def pages(app: Flask) -> Pages:
    """A browser of a person who has entered for the first time."""
    with app.app_context():
        make_user(Role.ADMIN, email="ana@example.org", has_accepted=False)
    pages = Pages(app)
    pages.post("/ingresar", {"email": "ana@example.org", "password": PASSWORD, "next": "/auditoria"})
    return pages


def test_everybody_may_read_the_notice(make_app: AppFactory, app: Flask) -> None:
    with app.app_context():
        make_entity("Alcaldía de Prueba")
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    page = Pages(app).get("/privacidad")
    assert "Los trata Alcaldía de Prueba" in page
    assert "presupuesto.participativo@example.org" in page
    assert ACCEPT not in page
    assert 'href="/privacidad"' in Pages(app).get("/ingresar").html
    other = make_app(url, privacy_contact="datos@example.org")
    assert 'href="mailto:datos@example.org"' in Pages(other).get("/privacidad").html


def test_nothing_but_the_notice_and_the_way_out_opens_before_it_is_accepted(pages: Pages) -> None:
    for path in ("/auditoria", "/cuenta"):
        assert pages.get(path, 302).location == f"/privacidad?next={path}"
    page = pages.get("/privacidad?next=/auditoria")
    assert ACCEPT in page
    assert "pp-nav" not in page.html
    pages.post("/cuenta/sesiones/cerrar-otras", status=403)
    assert pages.post("/salir").location == "/ingresar"


def test_accepting_leads_back_to_where_the_person_was_going(pages: Pages) -> None:
    assert pages.post("/privacidad", {"next": "/auditoria"}).location == "/auditoria"
    assert "Aceptar el aviso de privacidad" in pages.get("/auditoria")
    assert ACCEPT not in pages.get("/privacidad")


@pytest.mark.parametrize("target", ["", "https://malo.example/", "//malo.example"])
def test_nobody_is_sent_to_another_site_after_accepting(pages: Pages, target: str) -> None:
    assert pages.post("/privacidad", {"next": target}).location == "/personas"


def test_what_was_being_sent_goes_on_after_the_acceptance(pages: Pages) -> None:
    here = {"Origin": "http://localhost"}
    page = pages.post("/registro/4145", {"nota": "«ñ»"}, status=403, headers=here)
    [pending] = re.findall(r'name="pending"[^>]*value="([^"]*)"', page.html)
    assert json.loads(unescape(pending)) == [["nota", "«ñ»"]]
    again = pages.post("/privacidad", {"next": "/registro/4145", "pending": unescape(pending)}, status=200)
    assert "Envíe de nuevo lo que escribió" in again
    assert 'action="/registro/4145"' in again.html
    assert 'value="«ñ»"' in again.html


def test_what_carries_a_password_or_comes_from_elsewhere_is_not_kept(pages: Pages) -> None:
    for path, origin in (("/cuenta/contrasena", "http://localhost"), ("/registro/4145", "http://otro")):
        page = pages.post(path, {"current": PASSWORD}, status=403, headers={"Origin": origin})
        assert PASSWORD not in page.html


def test_a_stranger_has_nothing_to_accept(app: Flask) -> None:
    with app.app_context():
        make_entity()
    page = Pages(app).post("/privacidad", status=401)
    assert "Su sesión venció" in page
    assert ACCEPT not in page
