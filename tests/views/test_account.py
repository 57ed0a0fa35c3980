"""To enter, to leave, and one's own account."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from flask import Blueprint, Flask, request
from sqlalchemy import select

from pp_monitor import access
from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.account import LoginAttempt, User
from pp_monitor.models.audit import AuditEvent
from tests.factories_db import PASSWORD, make_organism, make_user
from tests.pages import Pages, counted_queries

MONDAY = datetime(2022, 5, 2, 15, 0, tzinfo=UTC)
ENTER = "/ingresar?next=/cuenta"
REFUSED = "El correo o la contraseña no coinciden."


@pytest.fixture
def ana(app: Flask) -> User:
    """A person with an account and nothing to do yet, whose own page is the first."""
    with app.app_context():
        return make_user(None, email="ana@example.org")


@pytest.fixture
def pages(app: Flask, ana: User) -> Pages:
    return Pages(app)


def login_data(email: str = "ana@example.org", password: str = PASSWORD, **more: str) -> dict[str, str]:
    return {"email": email, "password": password, **more}


def test_a_person_enters_with_address_and_password_and_leaves(pages: Pages) -> None:
    assert "Ingresar" in pages.get("/ingresar").title
    assert pages.post("/ingresar", login_data(" ANA@Example.org ")).location == "/cuenta"
    assert "ana@example.org" in pages.get("/cuenta")

    assert pages.post("/salir").location == "/ingresar"
    assert pages.get("/cuenta", 302).location == "/ingresar?next=/cuenta"
    assert pages.post("/salir").location == "/ingresar"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ana@example.org", "otra cosa muy distinta"),
        ("nadie@example.org", PASSWORD),
        ("ana@example.org\x00", PASSWORD + "x"),
    ],
)
def test_a_refusal_is_the_same_whether_the_account_exists(pages: Pages, email: str, password: str) -> None:
    page = pages.post("/ingresar", login_data(email, password), status=422)
    assert REFUSED in page
    assert pages.get("/cuenta", 302)


def test_a_disabled_account_is_refused_like_an_unknown_one(app: Flask, pages: Pages) -> None:
    with app.app_context():
        make_user(email="fue@example.org", is_enabled=False)
    assert REFUSED in pages.post("/ingresar", login_data("fue@example.org"), status=422)


def test_empty_boxes_are_told_beside_them(pages: Pages) -> None:
    page = pages.post("/ingresar", status=422)
    assert page.text.count("Este campo es obligatorio.") == 4


def test_a_login_before_the_database_has_a_city_is_told(app: Flask) -> None:
    page = Pages(app).post("/ingresar", login_data(), status=422)
    assert "Ejecute primero «pp-monitor init»" in page


def test_too_many_tries_are_told_to_wait_even_with_the_right_password(pages: Pages) -> None:
    for _ in range(5):
        pages.post("/ingresar", login_data(password="equivocada"), status=422)
    page = pages.post("/ingresar", login_data(), status=422)
    assert "Hubo demasiados intentos. Vuelva a intentarlo en 1 minuto." in page


def test_a_person_returns_to_the_page_asked_for(pages: Pages) -> None:
    page = pages.get("/ingresar?next=/auditoria?who%3Dana")
    assert 'value="/auditoria?who=ana"' in page.html
    assert pages.post("/ingresar", login_data(next="/auditoria?who=ana")).location == "/auditoria?who=ana"
    assert pages.get("/ingresar?next=/cuenta", 302).location == "/cuenta"


def test_a_person_lands_on_the_first_page_for_their_role(app: Flask, pages: Pages) -> None:
    with app.app_context():
        make_user(Role.ADMIN, email="admin@example.org")
    assert pages.post("/ingresar", login_data("admin@example.org")).location == "/personas"


@pytest.mark.parametrize("target", ["https://malo.example/", "//malo.example", "/\\malo.example"])
def test_nobody_is_sent_to_another_site_after_entering(pages: Pages, target: str) -> None:
    assert pages.post("/ingresar", login_data(next=target)).location == "/cuenta"


def test_entering_forgets_what_the_cookie_held_before(pages: Pages) -> None:
    with pages.client.session_transaction() as cookie:
        cookie["planted"] = "x"
    pages.post("/ingresar", login_data())
    with pages.client.session_transaction() as cookie:
        assert "planted" not in cookie


def test_a_session_ends_after_twelve_hours_without_use(pages: Pages) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        pages.post("/ingresar", login_data())
        for _ in range(3):
            clock.shift(timedelta(hours=11, minutes=59))
            assert "Mi cuenta" in pages.get("/cuenta").title
        clock.shift(timedelta(hours=12))
        assert pages.get("/cuenta", 302).location == ENTER


def test_a_session_ends_after_seven_days_of_use(pages: Pages) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        pages.post("/ingresar", login_data())
        for _ in range(14):
            clock.shift(timedelta(hours=11, minutes=59))
            assert "Mi cuenta" in pages.get("/cuenta").title
        clock.shift(timedelta(minutes=15))
        assert pages.get("/cuenta", 302).location == ENTER


def test_a_page_is_read_with_a_constant_number_of_queries(app: Flask, pages: Pages) -> None:
    pages.post("/ingresar", login_data())
    with counted_queries(app) as queries:
        pages.get("/cuenta")
    # Session, roles and today of the reader; names of organisms, today, sessions; city and vigencia of the frame.
    assert len(queries) == 7
    for _ in range(3):
        Pages(app).post("/ingresar", login_data())
    with counted_queries(app) as queries:
        pages.get("/cuenta")
    assert len(queries) == 7


def test_a_person_sees_and_ends_own_sessions(app: Flask, pages: Pages) -> None:
    other = Pages(app)
    for browser in (pages, other):
        browser.post("/ingresar", login_data())
    page = pages.get("/cuenta")
    [path] = re.findall(r'action="(/cuenta/sesiones/\d+/cerrar)"', page.html)
    assert "Esta sesión" in page

    assert pages.post(path).location == "/cuenta"
    assert "La sesión quedó cerrada." in pages.get("/cuenta")
    other.get("/cuenta", 302)
    assert "no encontramos" in pages.post(path, status=404).text.lower()


def test_the_session_of_another_person_cannot_be_ended(app: Flask, pages: Pages) -> None:
    with app.app_context():
        stranger = make_user(Role.LECTURA)
    theirs = Pages(app).log_in(stranger)
    pages.post("/ingresar", login_data())
    pages.post("/cuenta/sesiones/1/cerrar", status=404)
    assert "Mi cuenta" in theirs.get("/cuenta").title


def test_all_the_other_sessions_end_at_once(app: Flask, pages: Pages) -> None:
    others = [Pages(app), Pages(app)]
    for browser in (pages, *others):
        browser.post("/ingresar", login_data())
    assert "Cerrar las demás sesiones" in pages.get("/cuenta")
    pages.post("/cuenta/sesiones/cerrar-otras")
    page = pages.get("/cuenta")
    assert "Las demás sesiones quedaron cerradas." in page
    assert "Cerrar las demás sesiones" not in page
    for browser in others:
        assert browser.get("/cuenta", 302).location == ENTER


def test_a_changed_password_ends_the_other_sessions(app: Flask, pages: Pages) -> None:
    other = Pages(app)
    for browser in (pages, other):
        browser.post("/ingresar", login_data())
    new = "cuatro perros en la Loma"
    pages.post("/cuenta/contrasena", {"current": PASSWORD, "new": new, "again": new})
    assert "La contraseña cambió." in pages.get("/cuenta")
    other.get("/cuenta", 302)
    other.post("/ingresar", login_data(), status=422)
    other.post("/ingresar", login_data(password=new))


@pytest.mark.parametrize(
    ("current", "new", "again", "told"),
    [
        ("otra", "cuatro perros en la Loma", "cuatro perros en la Loma", "La contraseña actual no coincide."),
        (PASSWORD, "corta", "corta", "La contraseña tiene menos de 12 caracteres."),
        (PASSWORD, "Contraseña2022", "Contraseña2022", "La contraseña es fácil de adivinar."),
        (PASSWORD, "ana@example.org", "ana@example.org", "La contraseña es el mismo correo."),
        (PASSWORD, "cuatro perros en la Loma", "cinco perros en la Loma", "Las dos contraseñas no son iguales."),
        (PASSWORD, "", "", "Este campo es obligatorio."),
    ],
)
def test_a_refused_password_says_why(pages: Pages, current: str, new: str, again: str, told: str) -> None:
    pages.post("/ingresar", login_data())
    page = pages.post("/cuenta/contrasena", {"current": current, "new": new, "again": again}, status=422)
    assert told in page


def test_a_person_sees_the_roles_in_force(app: Flask, pages: Pages) -> None:
    with app.app_context():
        enlace, idle = make_user(Role.ENLACE, make_organism()), make_user(None)
    assert "Enlace Salud Pública 01/01/2022 —" in pages.log_in(enlace).get("/cuenta")
    assert "Su cuenta no tiene una función vigente" in pages.log_in(idle).get("/cuenta")


def test_entering_and_leaving_are_in_the_audit_trail(app: Flask, pages: Pages) -> None:
    pages.post("/ingresar", login_data(password="equivocada"), status=422)
    pages.post("/ingresar", login_data())
    pages.post("/salir")
    with app.app_context():
        events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)).all()
        assert [(event.action, event.actor, event.object_code) for event in events] == [
            ("log_in", "Ana Prueba", "ana@example.org"),
            ("log_out", "Ana Prueba", "ana@example.org"),
        ]
        tries = db.session.scalars(select(LoginAttempt.has_succeeded).order_by(LoginAttempt.id)).all()
        assert tries == [False, True]


@pytest.fixture
def drafts(app: Flask) -> Flask:
    """The application with CSRF on and a page that saves a text."""
    probe = Blueprint("probe", __name__)

    @probe.post("/prueba/borrador")
    @access.logged_in
    def save_draft() -> str:
        return "|".join(request.form.getlist("fecha"))

    app.register_blueprint(probe)
    app.config["WTF_CSRF_ENABLED"] = True
    return app


def token_of(html: str) -> str:
    found = re.search(r'name="csrf_token" [^>]*value="([^"]+)"', html)
    assert found
    return found.group(1)


def hidden_of(html: str) -> list[tuple[str, str]]:
    return [
        (unescape(name), unescape(value))
        for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', html)
    ]


OURS = {"Origin": "http://localhost"}
TYPED = {"fecha": ["18/04/2022", "<19/04>"]}


def test_what_a_lost_session_did_not_save_is_sent_after_entering(drafts: Flask, pages: Pages) -> None:
    lost = pages.post("/prueba/borrador", TYPED, status=400, headers=OURS)
    assert "Lo que escribió no se ha perdido" in lost
    pending = re.search(r'name="pending"[^>]* value="([^"]+)"', lost.html)
    assert pending
    data = login_data(next="/prueba/borrador", pending=unescape(pending.group(1)), csrf_token=token_of(lost.html))
    again = pages.post("/ingresar", data, status=200)
    assert "Envíe de nuevo lo que escribió" in again
    hidden = dict.fromkeys(name for name, _ in hidden_of(again.html))
    kept = {name: [value for key, value in hidden_of(again.html) if key == name] for name in hidden}
    answer = pages.client.post("/prueba/borrador", data=kept)
    assert answer.text == "18/04/2022|<19/04>"


def test_what_was_typed_before_entering_again_elsewhere_is_sent_with_a_click(drafts: Flask, ana: User) -> None:
    pages = Pages(drafts).log_in(ana)
    again = pages.post("/prueba/borrador", TYPED | {"csrf_token": ["viejo"]}, status=400, headers=OURS)
    assert ("fecha", "18/04/2022") in hidden_of(again.html)
    assert "viejo" not in again.html


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://malo.example"}, {"Referer": "https://malo.example/x"}])
def test_what_another_site_sends_is_never_offered_to_be_sent_again(
    drafts: Flask, ana: User, headers: dict[str, str]
) -> None:
    for pages in (Pages(drafts), Pages(drafts).log_in(ana)):
        page = pages.post("/prueba/borrador", TYPED, status=400, headers=headers)
        assert "Su sesión venció" in page
        assert "18/04/2022" not in page.html


def test_a_session_that_expired_on_save_keeps_what_was_typed(app: Flask, drafts: Flask, pages: Pages) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    page = pages.post("/prueba/borrador", TYPED, status=401, headers=OURS)
    assert "Su sesión venció" in page
    assert "18/04/2022" in unescape(page.html)


def test_pending_text_that_is_not_ours_is_refused(pages: Pages) -> None:
    for pending in ("no es json", "[1]", "7"):
        pages.post("/ingresar", login_data(next="/cuenta", pending=pending), status=400)
    assert pages.post("/ingresar", login_data(next="//malo.example", pending="[]")).location == "/cuenta"


def test_every_form_needs_its_csrf_token(app: Flask, ana: User) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    pages = Pages(app).log_in(ana)
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            values = {name: "generar" if name == "tool" else 1 for name in rule.arguments}
            url = app.url_map.bind("localhost").build(rule.endpoint, values)
            pages.post(url, status=400)
    assert pages.get("/cuenta")
