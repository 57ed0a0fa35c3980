"""Re-planning as an enlace asks for it and Planning decides, on their pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.domain.project import ProjectState
from pp_monitor.models.plan import BaselineRow
from pp_monitor.models.replanning import ReplanningRequest
from pp_monitor.services.event import Act, change_state
from tests.pages import Page, Pages
from tests.plan_data import VIAS, City, set_state
from tests.portfolio_db import add_actual
from tests.replanned import asked
from tests.views.registering import count, fields, person
from tests.views.test_project_edit import typed

PROJECT = "/proyectos/pp-2022-bp26450001"
ASK = f"{PROJECT}/reprogramar"
WISH = {
    "fecha_H07": "26/07/2022",
    "cause": "void_process",
    "justification": "Se declaró desierta.",
    "document": "Resolución 12 del 10/05/2022",
}
APPROVAL = {"aprobar-act": "Oficio 7", "aprobar-day": "16/05/2022", "aprobar-understood": "y"}


def requested(app: Flask, city: City) -> str:
    """The address of an open request."""
    with app.app_context():
        return f"/reprogramaciones/{asked(city, city.id(1))}"


def send(pages: Pages, changes: Mapping[str, str] | None = None, status: int = 302) -> Page:
    """Fill the form, look at what it would do, send it."""
    review = pages.send(ASK, WISH | dict(changes or {}) | {"accion": "revisar"})
    return pages.post(ASK, fields(review) | WISH | dict(changes or {}) | {"accion": "enviar"}, status)


def test_from_the_project_to_the_new_plan_in_force(app: Flask, city: City) -> None:
    ana, luz = person(app).pages, person(app, Role.PLANEACION, label="Luz Plan").pages
    assert "Pedir reprogramación" in ana.get(PROJECT)
    page = ana.get(ASK)
    assert "Contrato firmado" in page
    review = ana.send(ASK, WISH | {"accion": "revisar"})
    assert "Así quedarían las fechas" in review
    assert "+4" in review
    sent = ana.post(ASK, fields(review) | WISH | {"accion": "enviar"})
    assert ana.get(ASK, 302).location == sent.location

    assert "Por decidir" in luz.get("/reprogramaciones")
    page = luz.get(sent.location)
    for words in ("Declaratoria de desierta", "Se declaró desierta.", "19/07/2022", "26/07/2022", "Por decidir"):
        assert words in page
    luz.post(f"{sent.location}/aprobar", APPROVAL)
    page = luz.get(sent.location)
    assert "Aprobada" in page
    assert "Acto: Oficio 7." in page
    page = ana.get(PROJECT)
    for words in ("reprogramado 1 vez, +4 días hábiles", "Vigente", "Reprogramación n.º 1. Acto: Oficio 7."):
        assert words in page


def test_a_returned_request_can_be_asked_again_as_it_was(app: Flask, city: City) -> None:
    ana, luz = person(app).pages, person(app, Role.PLANEACION).pages
    address = requested(app, city)
    luz.post(f"{address}/devolver", {"devolver-reason": "Adjunte el acta."})
    page = ana.get(address)
    assert "Adjunte el acta." in page
    again = ana.get(f"{ASK}?de={address.rpartition('/')[2]}")
    assert fields(again)["fecha_H07"] == "26/07/2022"
    assert "Se declaró desierta." in again


def test_a_request_of_a_project_that_left_the_vigencia_is_not_asked_again(app: Flask, city: City) -> None:
    ana, luz = person(app).pages, person(app, Role.PLANEACION).pages
    address = requested(app, city)
    act = {"act": "Decreto 5", "day": "16/05/2022", "reason": "Lo pidió la comunidad.", "destination": "Al fondo"}
    luz.post(f"{PROJECT}/cambios/retiro", {f"retiro-{name}": text for name, text in act.items()})
    page = ana.get(address)
    assert "El proyecto fue retirado: Decreto 5." in page
    assert "Pedir otra vez" not in page


def test_the_organism_withdraws_its_request(app: Flask, city: City) -> None:
    ana = person(app).pages
    address = requested(app, city)
    assert "Retirar la solicitud" in ana.get(address)
    ana.post(f"{address}/retirar")
    assert "El organismo la retiró." in ana.get(address)
    assert "Esta solicitud ya fue retirada por " in ana.send(f"{address}/retirar")


@pytest.mark.parametrize(
    ("role", "organism", "asks", "sees", "decides", "withdraws"),
    [
        (Role.ENLACE, "4145", 200, 200, 403, 302),
        (Role.ENLACE, VIAS, 404, 404, 403, 404),
        (Role.ORDENADOR, "4145", 403, 200, 403, 403),
        (Role.PLANEACION, "", 403, 200, 302, 403),
        (Role.CONTRATACION, "", 403, 200, 403, 403),
        (Role.LECTURA, "", 403, 200, 403, 403),
        (Role.CONTROL, "", 403, 200, 403, 403),
        (Role.ADMIN, "", 403, 403, 403, 403),
    ],
)
def test_who_may_do_what(
    app: Flask, city: City, role: Role, organism: str, asks: int, sees: int, decides: int, withdraws: int
) -> None:
    pages = person(app, role, organism or "4145").pages
    assert pages.client.get(ASK).status_code == asks
    assert pages.client.post(ASK, data=WISH).status_code == (302 if asks == 200 else asks)
    address = requested(app, city)
    assert pages.client.get(address).status_code == sees
    assert pages.client.get("/reprogramaciones").status_code == (403 if role is Role.ADMIN else 200)
    assert pages.client.post(f"{address}/retirar").status_code == withdraws
    if withdraws == 302:
        return
    assert (
        pages.client.post(f"{address}/devolver", data={"devolver-reason": "Falta el acta del comité."}).status_code
        == decides
    )
    assert pages.client.post(f"{address}/aprobar", data=APPROVAL).status_code == decides
    assert count(app, BaselineRow) == 1


def test_another_organism_does_not_know_of_a_request(app: Flask, city: City) -> None:
    requested(app, city)
    assert "No hay solicitudes" in person(app, organism=VIAS).pages.get("/reprogramaciones")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"fecha_H07": ""}, "No hay fechas nuevas."),
        ({"fecha_H07": "31/02/2022"}, "31/02/2022"),
        ({"fecha_H07": "13/05/2022"}, "La fecha nueva de «Contrato firmado» ya pasó."),
        ({"fecha_H07": "19/07/2022"}, "«Contrato firmado» ya tiene esa fecha."),
        ({"fecha_H08": "04/05/2023", "fecha_H07": "05/05/2023"}, "está antes de «Contrato firmado»"),
        ({"cause": ""}, "Elija la causa."),
        ({"cause": "otra cosa"}, "Causa"),
        ({"justification": ""}, "Explique por qué se mueven las fechas."),
        ({"document": ""}, "Escriba el documento que lo respalda."),
        ({"url": "ftp://acta"}, "El enlace no es una dirección web."),
    ],
)
def test_what_is_wrong_is_told_at_its_box_and_nothing_is_lost(
    app: Flask, city: City, changes: dict[str, str], told: str
) -> None:
    typed = WISH | changes
    page = person(app).pages.send(ASK, typed | {"accion": "revisar"})
    assert told in page
    assert fields(page)["fecha_H07"] == typed["fecha_H07"]
    assert typed["justification"] in page
    assert count(app, ReplanningRequest) == 0


def test_doubts_are_shown_before_the_request_is_sent(app: Flask, city: City) -> None:
    ana = person(app).pages
    page = ana.send(ASK, WISH | {"fecha_H14": "24/12/2022", "accion": "revisar"})
    assert "«Liquidación»: 24/12/2022 no es día hábil." in page
    other = ana.send(ASK, fields(page) | WISH | {"fecha_H14": "22/12/2022", "accion": "enviar"})
    assert "Así quedarían las fechas" in other
    assert count(app, ReplanningRequest) == 0
    assert send(ana, {"fecha_H14": "24/12/2022"}).location.startswith("/reprogramaciones/")


def test_the_review_can_be_reloaded_and_once_sent_leads_to_the_request(app: Flask, city: City) -> None:
    ana = person(app).pages
    review = ana.post(ASK, WISH | {"accion": "revisar"}).location
    for _ in range(2):
        page = ana.get(review)
        assert "Así quedarían las fechas" in page
        assert "Enviar solicitud a Planeación" in page
        assert "Se declaró desierta." in page
    assert count(app, ReplanningRequest) == 0
    request = ana.post(ASK, fields(page) | WISH | {"accion": "enviar"}).location
    assert ana.get(review, 302).location == request
    assert count(app, ReplanningRequest) == 1


def test_dates_that_were_not_seen_are_not_sent(app: Flask, city: City) -> None:
    page = person(app).pages.send(ASK, WISH | {"accion": "enviar"})
    assert "Así quedarían las fechas" in page
    assert count(app, ReplanningRequest) == 0


def test_a_justification_of_blanks_is_none(app: Flask, city: City) -> None:
    ana = person(app).pages
    page = ana.send(ASK, WISH | {"justification": "   ", "accion": "revisar"})
    assert "justificación" in ana.send(ASK, fields(page) | WISH | {"justification": "   ", "accion": "enviar"}).text
    assert count(app, ReplanningRequest) == 0


def test_two_enlaces_ask_at_once_and_the_second_keeps_what_was_typed(app: Flask, city: City) -> None:
    ana, eva = person(app).pages, person(app, label="Eva Prueba").pages
    review = eva.send(ASK, WISH | {"accion": "revisar"})
    send(ana)
    page = eva.send(ASK, fields(review) | WISH | {"accion": "enviar"})
    assert "ya tiene una solicitud abierta" in page
    assert fields(page)["fecha_H07"] == "26/07/2022"


def test_two_planners_decide_at_once_and_the_second_is_told(app: Flask, city: City) -> None:
    address = requested(app, city)
    luz, iris = person(app, Role.PLANEACION).pages, person(app, Role.PLANEACION, label="Iris Plan").pages
    luz.get(address)
    iris.post(f"{address}/aprobar", APPROVAL)
    page = luz.send(f"{address}/devolver", {"devolver-reason": "Falta el acta del comité."})
    assert "Esta solicitud ya fue decidida por Iris Plan el 16/05/2022: aprobada." in page
    assert "Falta el acta del comité." in page
    assert "Devolver al organismo" not in page
    assert "Acto: Oficio 7." in page
    assert "decidida por Iris Plan" in luz.send(f"{address}/aprobar", APPROVAL)
    assert count(app, BaselineRow) == 2


@pytest.mark.parametrize(
    ("address", "typed", "told"),
    [
        ("aprobar", APPROVAL | {"aprobar-act": ""}, "Escriba el acto."),
        ("aprobar", APPROVAL | {"aprobar-day": ""}, "Escriba la fecha del acto."),
        ("aprobar", APPROVAL | {"aprobar-day": "17/05/2022"}, "un día entre el 18/04/2022 y hoy, 16/05/2022"),
        ("aprobar", {"aprobar-act": "Oficio 7", "aprobar-day": "16/05/2022"}, "Marque la casilla"),
        ("devolver", {"devolver-reason": " "}, "Diga qué debe cambiar el organismo."),
        ("devolver", {"devolver-reason": "No."}, "El motivo es demasiado corto. Escriba al menos 10 letras"),
    ],
)
def test_a_decision_without_what_it_needs_is_told_at_its_box(
    app: Flask, city: City, address: str, typed: dict[str, str], told: str
) -> None:
    page = person(app, Role.PLANEACION).pages.send(f"{requested(app, city)}/{address}", typed)
    assert told in page
    if address == "aprobar":
        assert fields(page)["aprobar-act"] == typed["aprobar-act"]
    assert typed.get("devolver-reason", "").strip() in page
    assert count(app, BaselineRow) == 1


def test_a_project_without_plan_has_nothing_to_move(app: Flask, city: City) -> None:
    ana = person(app).pages
    other = PROJECT.replace("0001", "0002")
    assert "Pedir reprogramación" not in ana.get(other)
    page = ana.get(f"{other}/reprogramar", 409)
    assert "no tiene plan registrado" in page
    assert f'href="{other}"' in page.html


def test_a_suspended_project_says_why_it_cannot_move(app: Flask, city: City) -> None:
    ana = person(app).pages
    with app.app_context():
        set_state(city, city.id(1), ProjectState.SUSPENDED, date(2022, 5, 10))
    for page in (ana.get(ASK, 409), ana.send(ASK, WISH, 409)):
        assert "está suspendido: el reinicio corre sus fechas." in page
        assert "Volver al proyecto" in page


def test_the_page_of_a_project_leads_to_its_requests(app: Flask, city: City) -> None:
    ana = person(app).pages
    assert "Solicitudes de reprogramación" not in ana.get(PROJECT)
    address = requested(app, city)
    page = ana.get(PROJECT)
    assert "Solicitudes de reprogramación: n.º 1, por decidir" in page
    assert f'href="{address}"' in page.html
    person(app, Role.PLANEACION).pages.post(f"{address}/aprobar", APPROVAL)
    page = ana.get(PROJECT)
    assert "n.º 1, aprobada" in page
    assert "Acto: Oficio 7. Ver la solicitud" in page


def test_a_withdrawn_project_leaves_no_request_to_decide(app: Flask, city: City) -> None:
    address = requested(app, city)
    luz = person(app, Role.PLANEACION).pages
    assert "Por decidir 1" in luz.get(PROJECT)
    with app.app_context():
        change_state(city.vigencia, city.id(1), ProjectState.WITHDRAWN, Act("Decreto 4", date(2022, 5, 16)), city.actor)
    page = luz.get(address)
    assert "El proyecto fue retirado: Decreto 4." in page
    assert "Aprobar" not in page
    assert "Por decidir 1" not in page


def test_a_request_ends_where_its_project_goes_and_can_be_asked_there_again(app: Flask, city: City) -> None:
    address = requested(app, city)
    luz, eva = person(app, Role.PLANEACION).pages, person(app, organism=VIAS).pages
    luz.post(f"{PROJECT}/cambios/organismo", typed("organismo"))
    page = luz.get(address)
    assert "El proyecto pasó a otro organismo: Decreto 5." in page
    assert "Aprobar" not in page
    assert "Por decidir 1" not in page
    page = eva.get(address)
    assert "Dejó de tener objeto." in page
    again = eva.get(f"{ASK}?de={address.rpartition('/')[2]}")
    assert f"{ASK}?de=" in page.html
    assert fields(again)["fecha_H07"] == "26/07/2022"
    assert eva.get("/reprogramaciones").html.count(address) == 1


@pytest.mark.parametrize("restarts", [False, True])
def test_a_request_that_cannot_be_approved_can_only_go_back(app: Flask, city: City, restarts: bool) -> None:
    address = requested(app, city)
    with app.app_context():
        acts = [(ProjectState.SUSPENDED, Act("Acta 1", date(2022, 5, 9)))]
        acts += [(ProjectState.ACTIVE, Act("Acta 2", date(2022, 5, 16)))] if restarts else []
        for state, act in acts:
            change_state(city.vigencia, city.id(1), state, act, city.actor)
    luz = person(app, Role.PLANEACION).pages
    page = luz.get(address)
    assert ("El plan vigente cambió" if restarts else "está suspendido") in page
    assert "Aprobar la reprogramación" not in page
    assert "Devolver al organismo" in page
    page = luz.send(f"{address}/aprobar", APPROVAL)
    assert "No se puede aprobar así" in page
    assert ("El plan vigente cambió" if restarts else "está suspendido") in page


def test_a_decided_request_shows_what_held_when_it_was_asked(app: Flask, city: City) -> None:
    address = requested(app, city)
    luz = person(app, Role.PLANEACION).pages
    luz.post(f"{address}/aprobar", APPROVAL)
    page = luz.get(address)
    assert "Vigente al pedirla" in page
    assert "19/07/2022 19/07/2022 26/07/2022 +4 +4" in page


@pytest.mark.parametrize("typed", ["26/7", "26-7", "26 de julio", "26/7/22"])
def test_dates_are_read_as_in_the_grid(app: Flask, city: City, typed: str) -> None:
    page = person(app).pages.send(ASK, WISH | {"fecha_H07": typed, "accion": "revisar"})
    assert "Así quedarían las fechas" in page
    assert "26/07/2022" in page


def test_what_is_wrong_is_told_once(app: Flask, city: City) -> None:
    wrong = {"fecha_H07": "31/02/2022", "url": "ftp://acta", "accion": "revisar"}
    page = person(app).pages.send(ASK, WISH | wrong)
    assert "No hay fechas nuevas." not in page
    # Above the form and at its box.
    assert page.text.count("El enlace no es una dirección web.") == 2


def test_what_was_met_meanwhile_is_told_to_who_decides(app: Flask, city: City) -> None:
    address = requested(app, city)
    with app.app_context():
        add_actual("BP26450001", "H07", date(2022, 5, 16))
    page = person(app, Role.PLANEACION).pages.get(address)
    assert "No se puede aprobar así" in page
    assert "«Contrato firmado» ya se cumplió." in page
