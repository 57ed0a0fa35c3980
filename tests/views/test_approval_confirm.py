"""What cannot be taken back is asked once more, on a page that says what will happen."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from tests.pages import FORBIDDEN, NOT_FOUND
from tests.plan_data import VIAS
from tests.views.approving import FIRST, SECOND, SENT, THIRD, approved, decide, person, sent_city, steps
from tests.views.registering import fields

LATER = "La obra empieza después"


@pytest.fixture
def city_app(app: Flask) -> Flask:
    """A city where Salud has sent three plans."""
    return sent_city(app)


def test_nothing_is_approved_before_it_is_confirmed(city_app: Flask) -> None:
    head = person(city_app, Role.ORDENADOR)
    page = head.send(f"{SENT}/decision", fields(head.get(SENT)) | {"accion": "aprobar"})
    assert page.title == "Confirmar la decisión · envío n.º 1"
    assert "Aprueba 3 proyectos por $600.000.000. Sus fechas serán la línea base: después no se cambian." in page
    assert "Sí, aprobar 3 proyectos" in page
    assert "Se devuelven" not in page
    assert steps(city_app) == {"sent": [FIRST, SECOND, THIRD]}


def test_what_is_confirmed_tells_what_is_returned_and_leads_back_with_what_was_written(city_app: Flask) -> None:
    head = person(city_app, Role.ORDENADOR)
    typed = fields(head.get(SENT)) | {"accion": "aprobar", f"motivo_{SECOND}": "La obra empieza después"}
    page = head.send(f"{SENT}/decision", typed)
    assert "Aprueba 2 proyectos por $400.000.000." in page
    assert "Devuelve 1 proyecto: el enlace lo corrige y lo envía otra vez." in page
    assert "Sí, aprobar 2 proyectos y devolver 1" in page
    assert "La obra empieza después" in page
    (back_url,) = re.findall(r'href="([^"]+)"[^>]*>Volver sin decidir<', page.html)
    back = head.get(back_url)
    assert "La obra empieza después" in back
    assert "Aprobar el plan" in back
    every = {f"motivo_{code}": "Faltan soportes" for code in (FIRST, SECOND, THIRD)}
    assert "Sí, devolver 3 proyectos" in head.send(f"{SENT}/decision", typed | every)
    assert steps(city_app) == {"sent": [FIRST, SECOND, THIRD]}


def test_what_changed_meanwhile_is_not_even_asked(city_app: Flask) -> None:
    head = person(city_app, Role.ORDENADOR)
    asked = head.post(f"{SENT}/decision", fields(head.get(SENT)) | {"accion": "aprobar", "shown": FIRST}).location
    assert head.get(asked, 302).location == SENT
    assert "El envío cambió mientras usted lo revisaba." in head.get(SENT)


def test_the_confirmation_can_be_reloaded_and_is_of_who_asked_for_it(city_app: Flask) -> None:
    head, other = person(city_app, Role.ORDENADOR), person(city_app, Role.ORDENADOR)
    typed = fields(head.get(SENT)) | {"accion": "aprobar", f"motivo_{SECOND}": LATER}
    asked = head.post(f"{SENT}/decision", typed).location
    for _ in range(2):
        assert "Sí, aprobar 2 proyectos y devolver 1" in head.get(asked)
    assert other.get(asked, 302).location == SENT
    assert "Lo que había escrito ya no está guardado." in other.get(SENT)
    decide(other)
    assert head.get(asked, 302).location == SENT
    assert "Este envío ya no espera la aprobación del despacho." in head.get(SENT)


def test_the_confirmation_by_itself_asks_to_approve_everything(city_app: Flask) -> None:
    head = person(city_app, Role.ORDENADOR)
    page = head.get(f"{SENT}/decision")
    assert "Sí, aprobar 3 proyectos" in page
    head.post(f"{SENT}/decision", fields(page) | {"accion": "confirmar"})
    assert steps(city_app) == {"approved": [FIRST, SECOND, THIRD]}
    assert FORBIDDEN in person(city_app, Role.ENLACE).get(f"{SENT}/decision", 403)
    assert NOT_FOUND in person(city_app, Role.ORDENADOR, VIAS).get(f"{SENT}/decision", 404)


def test_planning_is_asked_once_more_before_it_registers_without_waiting(city_app: Flask) -> None:
    approved(city_app)
    planner = person(city_app, Role.PLANEACION)
    assert f'href="{SENT}/registro"' in planner.get(SENT).html
    page = planner.get(f"{SENT}/registro")
    assert page.title == "Confirmar el registro · envío n.º 1"
    assert (
        "Registra 3 proyectos por $600.000.000, sin esperar los comentarios que se reciben hasta el "
        "21 de abril de 2022: sus fechas quedan como línea base y después no se cambian."
    ) in page
    assert "Sí, registrar 3 proyectos" in page
    assert steps(city_app) == {"approved": [FIRST, SECOND, THIRD]}
    planner.post(f"{SENT}/registro", fields(page))
    assert steps(city_app) == {"registered": [FIRST, SECOND, THIRD]}


def test_what_was_returned_meanwhile_is_not_registered_unseen(city_app: Flask) -> None:
    approved(city_app)
    planner = person(city_app, Role.PLANEACION)
    old = fields(planner.get(f"{SENT}/registro"))
    person(city_app, Role.CONTRATACION).post(
        f"{SENT}/comentarios", {"project": THIRD, "text": LATER, "accion": "devolver"}
    )
    for sent in (old, {}):
        planner.post(f"{SENT}/registro", sent)
        assert "El envío cambió mientras usted lo revisaba." in planner.get(SENT)
    assert steps(city_app) == {"approved": [FIRST, SECOND], "returned": [THIRD]}


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.PLANEACION}))
def test_only_planning_is_asked_to_register(city_app: Flask, role: Role) -> None:
    approved(city_app)
    assert FORBIDDEN in person(city_app, role).get(f"{SENT}/registro", 403)
