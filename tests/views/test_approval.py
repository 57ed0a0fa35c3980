"""Two signatures as people give them: the head on one page, Planning and Contratación after, each only their part."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.mail_templates import render_mail
from pp_monitor.models.plan import Registration, RegistrationStep
from pp_monitor.models.submission import PlanSubmission
from pp_monitor.services.approval import register_due
from pp_monitor.services.submission import at_step
from tests.pages import FORBIDDEN, NOT_FOUND, Page, Pages, as_role
from tests.plan_data import SALUD, TODAY, VIAS, City, build_city, project_code
from tests.submissions import approve, send
from tests.views.registering import count, fields, let_through

SENT = "/registro/envios/1"
FIRST, SECOND, THIRD = (project_code(number) for number in (1, 2, 3))
PDF = b"%PDF-1.7\nAprobado\n"
LATER = "La obra empieza después"
NEXT_MONTH = date(2022, 5, 16)


@pytest.fixture
def city_app(app: Flask) -> Flask:
    """A city where Salud has sent three plans."""
    with app.app_context():
        city = build_city(demo_today=TODAY)
        send(city)
        app.extensions["test_city"] = city
    return app


def person(app: Flask, role: Role, organism: str = SALUD) -> Pages:
    with app.app_context():
        city: City = app.extensions["test_city"]
        own = city.organism(organism) if role in (Role.ENLACE, Role.ORDENADOR) else None
    return as_role(app, role, own)


def approved(app: Flask) -> None:
    with app.app_context():
        city: City = app.extensions["test_city"]
        approve(city, db.session.scalars(select(PlanSubmission)).one())


def steps(app: Flask) -> dict[str, list[str]]:
    """Which projects stand at which step."""
    with app.app_context():
        city: City = app.extensions["test_city"]
        names = {id_: code for code, id_ in city.ids.items()}
        submission = db.session.scalars(select(PlanSubmission)).one()
        found = {step.value: sorted(names[id_] for id_ in at_step(submission, step)) for step in RegistrationStep}
    return {step: codes for step, codes in found.items() if codes}


def decide(head: Pages, action: str = "aprobar", **typed: str) -> Page:
    page = head.get(SENT)
    if action == "aprobar":
        page = head.send(f"{SENT}/decision", fields(page) | {"accion": action} | typed)
        action, typed = "confirmar", {}
    return head.post(f"{SENT}/decision", fields(page) | {"accion": action} | typed)


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
    person(city_app, Role.ENLACE).get(f"{SENT}/decision", 403)
    person(city_app, Role.ORDENADOR, VIAS).get(f"{SENT}/decision", 404)


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


@pytest.mark.parametrize(
    ("who", "status"), [("enlace", 403), ("ordenador", 403), ("contratacion", 403), ("control", 403), ("admin", 403)]
)
def test_only_planning_is_asked_to_register(city_app: Flask, who: str, status: int) -> None:
    approved(city_app)
    person(city_app, *PEOPLE[who]).get(f"{SENT}/registro", status)


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
