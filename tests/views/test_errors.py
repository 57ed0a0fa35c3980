"""Pages for what went wrong, and the headers of every answer."""

from __future__ import annotations

import re

import pytest
from flask import Blueprint, Flask, abort, request
from sqlalchemy import text

from pp_monitor import access
from pp_monitor.domain.account import Role
from pp_monitor.domain.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    PpMonitorError,
    Problem,
    ProblemsError,
    SettingError,
)
from pp_monitor.extensions import db
from pp_monitor.views.headers import HEADERS
from tests.conftest import AppFactory
from tests.factories_db import make_user
from tests.pages import Pages

PROBLEMS = (Problem("Falta la fecha.", "Escríbala.", cell="C7"), Problem("Sobra la fila.", "Quítela."))
ERRORS: dict[str, Exception] = {
    "conflict": ConflictError("El plan ya está registrado."),
    "forbidden": ForbiddenError("Su cuenta no incluye esta función."),
    "missing": NotFoundError("No existe."),
    "problems": ProblemsError(PROBLEMS),
    "rule": PpMonitorError("Eso no se puede."),
    "setting": SettingError("PP_SMTP_URL", "falta"),
    "bug": ZeroDivisionError(),
}


@pytest.fixture
def broken_app(app: Flask) -> Flask:
    """The application with pages that fail, as in production."""
    probe = Blueprint("probe", __name__)

    @probe.get("/prueba/<name>")
    @access.public
    def fail(name: str) -> str:
        raise ERRORS[name]

    @probe.get("/prueba/carpeta/")
    @access.public
    def folder() -> str:
        return "carpeta"

    @probe.get("/prueba/http/<int:code>")
    @access.public
    def stop(code: int) -> str:
        abort(code)

    @probe.post("/prueba/archivo")
    @access.public
    def upload() -> str:
        return str(len(request.files))

    app.register_blueprint(probe)
    app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    return app


@pytest.mark.parametrize(
    ("name", "status", "told"),
    [
        ("conflict", 409, "El plan ya está registrado. Vuelva atrás"),
        ("forbidden", 403, "Usted no tiene permiso"),
        ("missing", 404, "No encontramos esta página"),
        ("problems", 422, "C7: Falta la fecha. Escríbala. Error Sobra la fila. Quítela."),
        ("rule", 422, "Eso no se puede."),
        ("setting", 422, "PP_SMTP_URL: falta"),
        ("bug", 500, "Algo falló de nuestro lado"),
    ],
)
def test_a_broken_rule_has_its_page(broken_app: Flask, name: str, status: int, told: str) -> None:
    assert told in Pages(broken_app).get(f"/prueba/{name}", status)


@pytest.mark.parametrize("code", [400, 403, 404, 413, 405, 410, 415, 429])
def test_every_http_error_has_a_page_in_spanish(broken_app: Flask, code: int) -> None:
    page = Pages(broken_app).get(f"/prueba/http/{code}", code)
    assert f"Error {code}" in page


def test_an_address_that_is_not_there_has_its_page(broken_app: Flask) -> None:
    assert "No encontramos esta página" in Pages(broken_app).get("/no/existe", 404)
    assert "Error 405" in Pages(broken_app).get("/salir", 405)


def test_a_number_that_no_row_has_is_an_address_that_is_not_there(broken_app: Flask) -> None:
    with broken_app.app_context():
        user = make_user(Role.PLANEACION)
    pages = Pages(broken_app).log_in(user)
    rules = broken_app.url_map.iter_rules()
    numbered = [rule.rule for rule in rules if "<int:" in rule.rule and "GET" in (rule.methods or ())]
    assert len(numbered) > 10
    urls = [re.sub(r"<int:\w+>", str(2**31), re.sub(r"<\w+>", "x", rule)) for rule in numbered]
    # Refused with other words where the same address is a form's.
    assert {pages.client.get(url).status_code for url in urls} <= {403, 404, 405}
    assert "No encontramos esta página" in pages.get(f"/alertas/{2**63}", 404)


def test_a_redirect_is_not_an_error(broken_app: Flask) -> None:
    assert Pages(broken_app).get("/prueba/carpeta", 308).location.endswith("/prueba/carpeta/")


def test_a_file_that_is_too_large_has_its_page(broken_app: Flask) -> None:
    broken_app.config["MAX_CONTENT_LENGTH"] = 1000
    page = Pages(broken_app).post("/prueba/archivo", {"f": "x" * 2000}, status=413)
    assert "El archivo es demasiado grande" in page


def test_a_file_that_is_too_large_leads_back_to_its_form(broken_app: Flask) -> None:
    broken_app.config["MAX_CONTENT_LENGTH"] = 1000
    page = Pages(broken_app).post("/ingresar", {"email": "x" * 2000}, status=413)
    assert '<a class="btn btn-primary" href="/ingresar">Volver al formulario</a>' in page.html


def test_a_database_that_is_down_has_its_page(broken_app: Flask) -> None:
    with broken_app.app_context():
        user = make_user()
    pages = Pages(broken_app).log_in(user)
    with broken_app.app_context(), db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE user_session RENAME TO elsewhere"))
    assert "Algo falló de nuestro lado" in pages.get("/cuenta", 500)


def test_every_answer_carries_the_headers(broken_app: Flask) -> None:
    client = broken_app.test_client()
    for url in ("/ingresar", "/static/app.css", "/no/existe", "/prueba/bug", "/cuenta"):
        response = client.get(url, buffered=True)
        assert {name: response.headers[name] for name in HEADERS} == dict(HEADERS), url
        assert "Strict-Transport-Security" not in response.headers


def test_a_site_over_tls_stays_there(app: Flask, make_app: AppFactory) -> None:
    secure = make_app(app.config["SQLALCHEMY_DATABASE_URI"], public_url="https://pp.example.org")
    response = secure.test_client().get("/ingresar")
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "Secure" in response.headers["Set-Cookie"]


def test_private_pages_are_stored_nowhere(broken_app: Flask) -> None:
    with broken_app.app_context():
        pages = Pages(broken_app).log_in(make_user())
    assert pages.get("/cuenta").response.headers["Cache-Control"] == "no-store"
    assert pages.get("/no/existe", 404).response.headers["Cache-Control"] == "no-store"
    assert pages.client.get("/static/app.css", buffered=True).headers["Cache-Control"] == "no-cache"


def test_the_login_cookie_is_kept_from_scripts_and_other_sites(broken_app: Flask) -> None:
    cookie = broken_app.test_client().get("/ingresar").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
