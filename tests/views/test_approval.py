"""Two signatures as people give them: the head on one page, Planning and Contratación after, each only their part."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.plan import Registration
from pp_monitor.services.approval import register_due
from tests.pages import FORBIDDEN, NOT_FOUND
from tests.plan_data import SALUD, VIAS, City
from tests.submissions import approve, send
from tests.views.approving import FIRST, SECOND, SENT, THIRD, approved, decide, person, sent_city, steps
from tests.views.registering import count, fields, let_through

PDF = b"%PDF-1.7\nAprobado\n"
NEXT_MONTH = date(2022, 5, 16)


@pytest.fixture
def city_app(app: Flask) -> Flask:
    """A city where Salud has sent three plans."""
    return sent_city(app)


def test_the_head_sees_the_plan_in_plain_words_and_approves_it(city_app: Flask) -> None:
    head = person(city_app, Role.ORDENADOR)
    page = head.get(SENT)
    assert "Enviado, en aprobación desde el 18/04/2022: lo tiene el ordenador del gasto." in page
    assert "3 proyectos" in page
    assert "$600.000.000" in page
    assert "26/04/2022" in page
    assert "Aprobar el plan" in page
    assert "Esperan por usted" in head.get("/registro/envios")

    decide(head)
    page = head.get(SENT)
    assert "3 proyectos quedaron aprobados. Ahora lo ven Planeación y Contratación." in page
    assert "en comentarios hasta el 21 de abril de 2022" in page
    assert "Aprobar el plan" not in page
    assert steps(city_app) == {"approved": [FIRST, SECOND, THIRD]}


def test_the_head_returns_one_project_and_approves_the_rest(city_app: Flask) -> None:
    decide(person(city_app, Role.ORDENADOR), **{f"motivo_{SECOND}": "La obra empieza después"})
    assert steps(city_app) == {"approved": [FIRST, THIRD], "returned": [SECOND]}
    page = person(city_app, Role.ENLACE).get(f"/registro/{SALUD}")
    assert "«La obra empieza después»" in page
    assert f"{SECOND}-H01" in fields(page)
    assert f"{FIRST}-H01" not in fields(page)


def test_the_head_returns_the_whole_only_with_a_reason(city_app: Flask) -> None:
    head = person(city_app, Role.ORDENADOR)
    assert "Falta el motivo por el que se devuelve." in head.get(decide(head, "devolver").location)
    decide(head, "devolver", reason="Faltan soportes")
    assert steps(city_app) == {"returned": [FIRST, SECOND, THIRD]}
    assert "El envío se devolvió." in head.get(SENT)


BRIEF = "Mal 1234567890"
SHORT = "El motivo es demasiado corto. Escriba al menos 10 letras: quien lo lea debe entender el motivo."


@pytest.mark.parametrize(
    ("act", "who", "stage", "typed"),
    [
        ("decision", Role.ORDENADOR, "with head", {"accion": "devolver", "shown": FIRST, "reason": BRIEF}),
        ("decision", Role.ORDENADOR, "with head", {"accion": "aprobar", "shown": FIRST, f"motivo_{FIRST}": BRIEF}),
        ("comentarios", Role.PLANEACION, "in comments", {"project": "", "text": BRIEF, "accion": "devolver"}),
        ("recoger", Role.ENLACE, "with head", {"reason": BRIEF}),
    ],
)
def test_a_reason_too_short_to_be_understood_is_asked_again_and_moves_nothing(
    city_app: Flask, act: str, who: Role, stage: str, typed: dict[str, str]
) -> None:
    if stage == "in comments":
        approved(city_app)
    before = steps(city_app)
    page = person(city_app, who).send(f"{SENT}/{act}", dict(typed))
    assert SHORT in page
    assert BRIEF in page
    assert steps(city_app) == before


def test_a_page_that_is_old_decides_nothing(city_app: Flask) -> None:
    head, other = person(city_app, Role.ORDENADOR), person(city_app, Role.ORDENADOR)
    old = fields(head.get(SENT)) | {"accion": "devolver", "reason": "Faltan soportes"}
    decide(other)
    head.post(f"{SENT}/decision", old)
    assert "Este envío ya no espera la aprobación del despacho." in head.get(SENT)
    assert steps(city_app) == {"approved": [FIRST, SECOND, THIRD]}


def test_planning_comments_returns_and_lets_through(city_app: Flask) -> None:
    approved(city_app)
    planner = person(city_app, Role.PLANEACION)
    said = {"project": FIRST, "text": "¿Y la interventoría?"}
    planner.post(f"{SENT}/comentarios", said | {"accion": "comentar"})
    assert "¿Y la interventoría?" in planner.get(SENT)
    planner.post(f"{SENT}/comentarios", {"project": THIRD, "text": "Corrija la modalidad", "accion": "devolver"})
    assert steps(city_app)["returned"] == [THIRD]
    let_through(planner, SENT)
    assert steps(city_app)["registered"] == [FIRST, SECOND]
    page = planner.get(SENT)
    assert "Registrado, constancia n.º 1." in page
    assert "Registrar ya" not in page
    assert planner.get(f"{SENT}/registro", 302).location == SENT
    assert "no tiene proyectos aprobados" in planner.get(SENT)


def test_an_empty_comment_is_asked_for(city_app: Flask) -> None:
    approved(city_app)
    told = person(city_app, Role.CONTRATACION).send(f"{SENT}/comentarios", {"project": "", "text": ""})
    assert "Escriba el comentario o el motivo." in told


def test_the_enlace_hands_in_the_signed_approval_and_anybody_who_may_see_it_reads_it(city_app: Flask) -> None:
    enlace = person(city_app, Role.ENLACE)
    signed = {"signed_by": "Ana Ruiz, secretaria", "act": "Oficio 12", "file": (io.BytesIO(b"MZ"), "oficio.pdf")}
    nameless = signed | {"signed_by": "", "file": (io.BytesIO(PDF), "oficio.pdf")}
    assert "Escriba quién firmó" in enlace.send(f"{SENT}/aprobacion-firmada", nameless)
    assert "no es un PDF ni una imagen" in enlace.send(f"{SENT}/aprobacion-firmada", signed)
    enlace.get(f"{SENT}/soporte", 404)
    enlace.post(f"{SENT}/aprobacion-firmada", signed | {"file": (io.BytesIO(PDF), "oficio.pdf")})
    page = enlace.get(SENT)
    assert "Aprobado con documento firmado" in page
    assert "Firmó Ana Ruiz, secretaria. Lo adjuntó Ana Prueba" in page
    found = person(city_app, Role.CONTROL).get(f"{SENT}/soporte").response
    assert (found.data, found.mimetype) == (PDF, "application/pdf")
    assert "attachment" in found.headers["Content-Disposition"]
    person(city_app, Role.ENLACE, VIAS).get(f"{SENT}/soporte", 404)


def test_the_enlace_takes_it_back_with_a_reason(city_app: Flask) -> None:
    enlace = person(city_app, Role.ENLACE)
    assert "Escriba por qué recoge el envío." in enlace.send(f"{SENT}/recoger", {})
    enlace.post(f"{SENT}/recoger", {"reason": "Falta una fecha"})
    assert steps(city_app) == {"recalled": [FIRST, SECOND, THIRD]}
    assert "recogido el 18/04/2022" in enlace.get(f"/registro/{SALUD}")


ACTS: dict[str, dict[str, Any]] = {
    "decision": {"accion": "confirmar", "shown": f"{FIRST} {SECOND} {THIRD}"},
    "comentarios": {"project": "", "text": "x", "accion": "comentar"},
    "registro": {"shown": f"{FIRST} {SECOND} {THIRD}"},
    "recoger": {"reason": "Falta una fecha"},
    "aprobacion-firmada": {"signed_by": "Ana Ruiz, secretaria", "act": "Oficio 12"},
}
PEOPLE = {
    "enlace": (Role.ENLACE, SALUD),
    "ordenador": (Role.ORDENADOR, SALUD),
    "planeacion": (Role.PLANEACION, SALUD),
    "contratacion": (Role.CONTRATACION, SALUD),
    "lectura": (Role.LECTURA, SALUD),
    "control": (Role.CONTROL, SALUD),
    "admin": (Role.ADMIN, SALUD),
    "other enlace": (Role.ENLACE, VIAS),
    "other ordenador": (Role.ORDENADOR, VIAS),
}
# Who is let in; what they then do depends on the stage. Others of the city: 403; of another organism: 404.
LET_IN = {
    "decision": {"ordenador"},
    "comentarios": {"planeacion", "contratacion"},
    "registro": {"planeacion"},
    "recoger": {"enlace"},
    "aprobacion-firmada": {"enlace"},
}


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("stage", ["with head", "in comments"])
def test_every_act_is_allowed_to_its_role_at_its_stage_and_to_nobody_else(
    city_app: Flask, who: str, stage: str
) -> None:
    if stage == "in comments":
        approved(city_app)
    before = steps(city_app)
    role, organism = PEOPLE[who]
    pages = person(city_app, role, organism)
    for act, typed in ACTS.items():
        if who in LET_IN[act]:
            continue
        is_same_kind = any(PEOPLE[one][0] is role for one in LET_IN[act])
        pages.post(f"{SENT}/{act}", dict(typed), 404 if is_same_kind else 403)
    assert steps(city_app) == before


@pytest.mark.parametrize(
    ("act", "who", "stage", "after"),
    [
        ("decision", "ordenador", "with head", "approved"),
        ("decision", "ordenador", "in comments", "approved"),
        ("comentarios", "planeacion", "with head", "sent"),
        ("comentarios", "contratacion", "in comments", "approved"),
        ("registro", "planeacion", "with head", "sent"),
        ("registro", "planeacion", "in comments", "registered"),
        ("recoger", "enlace", "with head", "recalled"),
        ("recoger", "enlace", "in comments", "approved"),
        ("aprobacion-firmada", "enlace", "with head", "approved"),
        ("aprobacion-firmada", "enlace", "in comments", "approved"),
    ],
)
def test_every_transition_by_role_and_stage(city_app: Flask, act: str, who: str, stage: str, after: str) -> None:
    if stage == "in comments":
        approved(city_app)
    pages = person(city_app, *PEOPLE[who])
    typed = dict(ACTS[act])
    if act == "aprobacion-firmada":
        typed["file"] = (io.BytesIO(PDF), "oficio.pdf")
    pages.post(f"{SENT}/{act}", typed)
    assert steps(city_app) == {after: [FIRST, SECOND, THIRD]}
    assert count(city_app, Registration) == (after == "registered")


@pytest.mark.parametrize(
    ("who", "status", "told"),
    [
        *((who, 200, FIRST) for who in ("ordenador", "enlace", "control", "lectura")),
        ("admin", 403, FORBIDDEN),
        ("other enlace", 404, NOT_FOUND),
    ],
)
def test_a_submission_is_read_by_those_who_read_its_organism(city_app: Flask, who: str, status: int, told: str) -> None:
    page = person(city_app, *PEOPLE[who]).get(SENT, status)
    assert told in page
    assert (FIRST in page) == (status == 200)


def test_the_inbox_shows_only_what_a_person_may_see_and_what_waits_for_them_first(city_app: Flask) -> None:
    assert "No hay planes en aprobación" in person(city_app, Role.ORDENADOR, VIAS).get("/registro/envios")
    planner = person(city_app, Role.PLANEACION)
    assert "Los tienen otros" in planner.get("/registro/envios")
    approved(city_app)
    assert "Esperan por usted" in planner.get("/registro/envios")
    let_through(planner, SENT)
    assert "Terminados" in planner.get("/registro/envios")
    planner.get("/registro/envios/2", 404)


def test_the_page_of_a_project_says_who_has_its_plan(city_app: Flask) -> None:
    page = person(city_app, Role.CONTROL).get(f"/proyectos/pp-2022-{FIRST.lower()}")
    assert "Enviado, en aprobación desde el 18/04/2022: lo tiene el ordenador del gasto" in page


def test_the_page_says_whether_planning_or_silence_registered_it(city_app: Flask) -> None:
    approved(city_app)
    planner = person(city_app, Role.PLANEACION)
    let_through(planner, SENT)
    page = planner.get(SENT)
    assert "Lo registró Ana Prueba, sin esperar a que venciera el plazo de comentarios." in page
    with city_app.app_context():
        city: City = city_app.extensions["test_city"]
        approve(city, send(city, (1,), organism=VIAS))
        register_due(city.vigencia, city.actor, NEXT_MONTH, render_mail)
    page = planner.get("/registro/envios/2")
    assert "constancia n.º 2. Por vencimiento del plazo de comentarios, sin que nadie lo devolviera." in page


def test_what_was_returned_is_counted_apart_while_it_waits_and_once_registered(city_app: Flask) -> None:
    decide(person(city_app, Role.ORDENADOR), **{f"motivo_{SECOND}": "La obra empieza después"})
    planner = person(city_app, Role.PLANEACION)
    for standing in ("En aprobación", "Registrados"):
        page = planner.get(SENT)
        assert f"{standing} 2 proyectos Valor $400.000.000 Aparte, devuelto 1 proyecto por $200.000.000" in page
        listed = planner.get("/registro/envios")
        assert "aparte, 1 proyecto por $200.000.000 devuelto 2 $400.000.000" in listed
        if standing == "En aprobación":
            let_through(planner, SENT)


@pytest.mark.parametrize("role", [Role.PLANEACION, Role.CONTRATACION])
def test_those_who_comment_return_the_whole_with_its_reason(city_app: Flask, role: Role) -> None:
    approved(city_app)
    pages = person(city_app, role)
    assert "Escriba el comentario o el motivo." in pages.send(
        f"{SENT}/comentarios", {"project": "", "text": "", "accion": "devolver"}
    )
    pages.post(f"{SENT}/comentarios", {"project": "", "text": "La modalidad no es esa", "accion": "devolver"})
    assert steps(city_app) == {"returned": [FIRST, SECOND, THIRD]}
    assert "«La modalidad no es esa»" in person(city_app, Role.ENLACE).get(f"/registro/{SALUD}")
