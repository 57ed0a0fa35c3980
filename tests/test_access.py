"""Who may do what: every page says so, and nothing is served to others."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Blueprint, Flask

from pp_monitor import access
from pp_monitor.access import Role
from tests.factories_db import make_entity, make_organism, make_user
from tests.pages import Pages, as_role


def _doors() -> Blueprint:
    """A page for each kind of declaration, and one without any."""
    probe = Blueprint("doors", __name__)

    @probe.get("/prueba/publica")
    @access.public
    def open_page() -> str:
        return "pública"

    @probe.get("/prueba/dentro")
    @access.logged_in
    def inner_page() -> str:
        return "dentro"

    @probe.route("/prueba/carga", methods=["GET", "POST"])
    @access.roles(Role.PLANEACION, Role.ENLACE)
    def upload_page() -> str:
        return "carga"

    @probe.get("/prueba/olvidada")
    def forgotten_page() -> str:
        return "olvidada"

    return probe


def _rooms() -> Blueprint:
    """Pages that show what a reader may see and write."""
    probe = Blueprint("rooms", __name__)

    @probe.get("/prueba/quien")
    @access.roles(*access.READERS)
    def who_page() -> dict[str, object]:
        ids, codes = access.visible_organism_ids(), access.visible_organism_codes()
        return {
            "ids": None if ids is None else sorted(ids),
            "codes": None if codes is None else sorted(codes),
            "label": access.actor().label,
            "address": access.actor().address,
            "plans": access.has_role(Role.PLANEACION, Role.ADMIN),
        }

    @probe.get("/prueba/organismos/<int:organism_id>")
    @access.roles(*access.READERS)
    def organism_page(organism_id: int) -> str:
        access.require_see(organism_id)
        return "organismo"

    @probe.get("/prueba/organismos/<int:organism_id>/registro")
    @access.roles(*access.READERS)
    def registration_page(organism_id: int) -> str:
        access.require_write(organism_id)
        return "registro"

    return probe


@pytest.fixture
def guarded_app(app: Flask) -> Flask:
    """The application with a page for each kind of declaration."""
    app.register_blueprint(_doors())
    app.register_blueprint(_rooms())
    return app


def test_every_page_declares_who_may_use_it(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    silent = sorted(endpoint for endpoint in endpoints if access.declared(app, endpoint) is None)
    assert silent == []


def test_a_page_that_declares_nothing_is_served_to_nobody(guarded_app: Flask) -> None:
    with guarded_app.app_context():
        pages = as_role(guarded_app, Role.ADMIN)
    with pytest.raises(RuntimeError, match=r"doors\.forgotten_page does not declare"):
        pages.client.get("/prueba/olvidada")


def test_a_session_that_ended_at_once_lets_nobody_in(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(access.LoginNeededError):
        access.enter("nunca se abrió")


def test_at_least_one_role_must_be_named() -> None:
    with pytest.raises(ValueError, match="at least one role"):
        access.roles()


def test_a_stranger_is_led_to_the_login_page_and_back(guarded_app: Flask) -> None:
    with guarded_app.app_context():
        make_entity()
    pages = Pages(guarded_app)
    assert pages.client.get("/prueba/publica").text == "pública"
    assert pages.get("/prueba/dentro", 302).location == "/ingresar?next=/prueba/dentro"
    assert pages.get("/prueba/carga?hoja=2", 302).location == "/ingresar?next=/prueba/carga?hoja%3D2"


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.PLANEACION, 200),
        (Role.ENLACE, 200),
        (Role.ORDENADOR, 403),
        (Role.CONTRATACION, 403),
        (Role.LECTURA, 403),
        (Role.CONTROL, 403),
        (Role.ADMIN, 403),
        (None, 403),
    ],
)
def test_only_the_roles_named_get_in(guarded_app: Flask, role: Role | None, status: int) -> None:
    with guarded_app.app_context():
        organism = make_organism() if role in (Role.ENLACE, Role.ORDENADOR) else None
        pages = as_role(guarded_app, role, organism)
    assert pages.client.get("/prueba/carga").status_code == status
    assert pages.client.get("/prueba/dentro").status_code == 200


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "status"),
    [
        (date(2022, 5, 2), None, 200),
        (date(2022, 5, 3), None, 403),
        (date(2022, 1, 1), date(2022, 5, 2), 200),
        (date(2022, 1, 1), date(2022, 5, 1), 302),
    ],
)
def test_a_role_counts_only_between_its_dates_and_the_session_ends_with_the_last(
    guarded_app: Flask, valid_from: date, valid_until: date | None, status: int
) -> None:
    with guarded_app.app_context():
        make_entity(demo_today=date(2022, 5, 2))
        user = make_user(Role.PLANEACION, valid_from=valid_from, valid_until=valid_until)
    assert Pages(guarded_app).log_in(user).client.get("/prueba/carga").status_code == status


@pytest.mark.parametrize(
    ("role", "own", "others", "writes_own", "writes_others"),
    [
        (Role.ENLACE, 200, 404, 200, 404),
        (Role.ORDENADOR, 200, 404, 403, 404),
        (Role.PLANEACION, 200, 200, 200, 200),
        (Role.CONTRATACION, 200, 200, 403, 403),
        (Role.LECTURA, 200, 200, 403, 403),
        (Role.CONTROL, 200, 200, 403, 403),
        (Role.ADMIN, 403, 403, 403, 403),
    ],
)
def test_another_organism_is_not_even_known_to_exist(
    guarded_app: Flask, role: Role, own: int, others: int, writes_own: int, writes_others: int
) -> None:
    with guarded_app.app_context():
        health, education = make_organism(), make_organism("4143", "Educación")
        pages = as_role(guarded_app, role, health if role in (Role.ENLACE, Role.ORDENADOR) else None)
        ids = [health.id, education.id]
    statuses = [
        pages.client.get(f"/prueba/organismos/{organism_id}{part}").status_code
        for part in ("", "/registro")
        for organism_id in ids
    ]
    assert statuses == [own, others, writes_own, writes_others]


def test_the_organisms_of_a_person_are_known_by_id_and_code(guarded_app: Flask) -> None:
    with guarded_app.app_context():
        health = make_organism()
        enlace, planner = make_user(Role.ENLACE, health), make_user(Role.PLANEACION, label="Luz Plan")
        health_id = health.id
    pages = Pages(guarded_app)
    assert pages.log_in(enlace).client.get("/prueba/quien").get_json() == {
        "ids": [health_id],
        "codes": ["4145"],
        "label": "Ana Prueba",
        "address": "127.0.0.1",
        "plans": False,
    }
    assert pages.log_in(planner).client.get("/prueba/quien").get_json() == {
        "ids": None,
        "codes": None,
        "label": "Luz Plan",
        "address": "127.0.0.1",
        "plans": True,
    }


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/proyectos?q=salud", "/proyectos?q=salud"),
        ("", ""),
        ("proyectos", ""),
        ("//malo.example/entrada", ""),
        ("/\\malo.example", ""),
        ("https://malo.example/", ""),
        ("javascript:alert(1)", ""),
        ("/\tmalo", ""),
        ("/\n/malo.example", ""),
    ],
)
def test_nobody_is_sent_to_another_site_after_entering(target: str, kept: str) -> None:
    assert access.safe_next(target) == kept
