"""Following who has registered, as Planning and the organisms see it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.project import ProjectState
from pp_monitor.extensions import db
from pp_monitor.models.entity import Deadline
from pp_monitor.models.mail import OutboxMessage, OutboxRecipient
from pp_monitor.models.notice import FormalNotice
from tests.pages import NOT_FOUND
from tests.plan_data import SALUD, TODAY, VIAS, add_late_comer, build_city, register_all, set_state
from tests.views.registering import FIRST, count, fields, fill, full, person

URL = f"/registro/{SALUD}/seguimiento"
PLAZO, NOTICE = f"/registro/{SALUD}/plazo", f"/registro/{SALUD}/requerimiento"
EXTENSION = {"plazo-deadline": "06/05/2022", "plazo-reason": "Cambio de enlace"}
REQUIRED = {
    "requerimiento-sent_on": "18/04/2022",
    "requerimiento-filing_number": "202241450100012345",
    "requerimiento-text": "Registrar el plan de los 3 proyectos.",
    "requerimiento-is_mailed": "y",
}


def mails(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        query = select(OutboxRecipient.address, OutboxMessage.subject).join(
            OutboxMessage, OutboxMessage.id == OutboxRecipient.message_id
        )
        return list(db.session.execute(query.order_by(OutboxRecipient.id)).tuples())


@pytest.mark.parametrize(
    ("role", "sees", "writes"),
    [
        (Role.PLANEACION, True, True),
        (Role.CONTRATACION, True, False),
        (Role.CONTROL, True, False),
        (Role.LECTURA, True, False),
        (Role.ENLACE, True, False),
        (Role.ORDENADOR, True, False),
        (Role.ADMIN, False, False),
    ],
)
def test_who_follows_and_who_reads(city_app: Flask, role: Role, *, sees: bool, writes: bool) -> None:
    pages = person(city_app, role).pages
    page = pages.get(URL, 200 if sees else 403)
    assert ("Guardar el nuevo plazo" in page) == writes
    for address, sent in ((PLAZO, EXTENSION), (NOTICE, REQUIRED), ("/registro/recordar", {})):
        pages.post(address, sent, 302 if writes else 403)
    assert count(city_app, FormalNotice) == writes


def test_another_organism_does_not_know_it_exists(city_app: Flask) -> None:
    assert NOT_FOUND in person(city_app, organism=VIAS).pages.get(URL, 404)


def test_an_extension_shows_its_reason_and_moves_the_deadline(city_app: Flask) -> None:
    pages = person(city_app, Role.PLANEACION).pages
    pages.post(PLAZO, EXTENSION, 302)
    page = pages.get(URL)
    assert "06/05/2022" in page
    assert "Cambio de enlace" in page
    assert "22/04/2022" in page
    with city_app.app_context():
        assert db.session.scalars(select(Deadline.deadline_on).order_by(Deadline.id.desc())).first() == date(2022, 5, 6)


def test_a_deadline_on_a_day_off_says_to_which_day_it_counts(city_app: Flask) -> None:
    pages = person(city_app, Role.PLANEACION).pages
    pages.post(PLAZO, EXTENSION | {"plazo-deadline": "23/04/2022"}, 302)
    assert "no hábil: vale hasta el 25/04/2022" in pages.get(URL)
    assert "Plazo: lunes 25 de abril de 2022, faltan 5 días hábiles." in person(city_app).pages.get(
        f"/registro/{SALUD}"
    )


def test_the_board_says_suspended_where_nothing_else_is_missing(app: Flask) -> None:
    with app.app_context():
        city = build_city(demo_today=TODAY)
        for number in (1, 2, 3):
            set_state(city, city.id(number), ProjectState.SUSPENDED)
    pages = person(app, Role.PLANEACION).pages
    board = pages.get("/registro")
    assert "3 suspendidos" in board
    assert "Suspendido" in board
    assert "Suspendido" in pages.get(URL)
    assert "Lo que falta por registrar está suspendido." in person(app).pages.get(f"/registro/{SALUD}")


@pytest.mark.parametrize(
    ("address", "sent", "told"),
    [
        (PLAZO, EXTENSION | {"plazo-deadline": "31/04/2022"}, "31/04/2022"),
        (PLAZO, EXTENSION | {"plazo-deadline": "06/05/2023"}, "no cae en la vigencia 2022"),
        (PLAZO, EXTENSION | {"plazo-deadline": "22/04/2022"}, "El plazo vigente es el 22/04/2022"),
        (PLAZO, EXTENSION | {"plazo-deadline": "15/04/2022"}, "Escriba el 23/04/2022 o un día posterior."),
        (PLAZO, EXTENSION | {"plazo-reason": " "}, "Escriba el motivo de la prórroga."),
        (PLAZO, EXTENSION | {"plazo-reason": "Of. 12345678"}, "Escriba al menos 10 letras"),
        (NOTICE, REQUIRED | {"requerimiento-sent_on": "19/04/2022"}, "La fecha está en el futuro."),
        (NOTICE, REQUIRED | {"requerimiento-filing_number": ""}, "Escriba el número de radicado."),
        (NOTICE, REQUIRED | {"requerimiento-text": ""}, "Escriba qué se requiere."),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_kept(
    city_app: Flask, address: str, sent: dict[str, str], told: str
) -> None:
    before = count(city_app, Deadline)
    assert told in person(city_app, Role.PLANEACION).pages.send(address, sent)
    assert (count(city_app, Deadline), count(city_app, FormalNotice)) == (before, 0)


def test_a_faulty_notice_keeps_its_text_at_an_address_that_can_be_gone_back_to(city_app: Flask) -> None:
    pages = person(city_app, Role.PLANEACION).pages
    typed = {name: text for name, text in REQUIRED.items() if not name.endswith("is_mailed")}
    faulty = pages.post(NOTICE, typed | {"requerimiento-filing_number": ""}).location
    for _ in range(2):
        page = pages.get(faulty)
        assert "Registrar el plan de los 3 proyectos." in page
        assert fields(page)["requerimiento-sent_on"] == "18/04/2022"
        assert "requerimiento-is_mailed" not in fields(page)
    assert pages.get(URL).text.count("Registrar el plan de los 3 proyectos.") == 0


def test_a_day_without_its_year_is_one_of_the_vigencia(city_app: Flask) -> None:
    pages = person(city_app, Role.PLANEACION).pages
    pages.post(PLAZO, EXTENSION | {"plazo-deadline": "6/5"})
    assert "06/05/2022" in pages.get(URL)


def test_a_notice_is_mailed_to_its_organism_and_logged_once(city_app: Flask) -> None:
    ana = person(city_app)
    person(city_app, organism=VIAS)
    pages = person(city_app, Role.PLANEACION).pages
    pages.post(NOTICE, REQUIRED, 302)
    assert [address for address, _ in mails(city_app)] == [ana.email]
    assert "202241450100012345" in mails(city_app)[0][1]
    assert "Registrar el plan de los 3 proyectos." in ana.pages.get(URL)
    assert "ya está registrado" in pages.send(NOTICE, REQUIRED)
    assert len(mails(city_app)) == 1


def test_a_notice_on_paper_only_is_logged_without_mail(city_app: Flask) -> None:
    person(city_app)
    on_paper = {name: value for name, value in REQUIRED.items() if not name.endswith("is_mailed")}
    person(city_app, Role.PLANEACION).pages.post(NOTICE, on_paper, 302)
    assert (count(city_app, FormalNotice), mails(city_app)) == (1, [])


def test_one_click_reminds_those_who_owe_once_a_day(city_app: Flask) -> None:
    ana = person(city_app)
    pages = person(city_app, Role.PLANEACION).pages
    board = pages.get("/registro")
    assert "Recordar a quienes deben" in board
    pages.post("/registro/recordar", {}, 302)
    told = pages.get("/registro")
    assert "Recordatorio para 1 persona de 1 organismo." in told
    assert "No tienen a quién escribirle: Secretaría de Infraestructura." in told
    pages.post("/registro/recordar", {}, 302)
    assert [address for address, _ in mails(city_app)] == [ana.email]


def test_the_board_says_how_far_each_organism_is(city_app: Flask) -> None:
    pages = person(city_app, Role.PLANEACION).pages
    assert "Sin enlace activo" in pages.get("/registro")
    ana = person(city_app)
    assert "Ya ingresó" in pages.get("/registro")
    ana.open()
    ana.save(full(FIRST))
    assert "borrador de 1 de 3" in pages.get("/registro")
    fill(ana, FIRST)
    assert "En borrador" in pages.get(URL)


def test_a_finished_organism_with_a_later_project_is_not_late_anywhere(app: Flask) -> None:
    stand = date(2022, 9, 20)
    with app.app_context():
        city = build_city({SALUD: 3}, demo_today=stand)
        register_all(city)
        add_late_comer(city, date(2022, 10, 14))
    pages = person(app, Role.PLANEACION).pages
    person(app)
    board = pages.get("/registro")
    assert "Organismos con el plazo vencido 0" in board
    assert "En registro" in board
    assert "Registrado en parte" in board
    assert "14/10/2022, faltan 18 días hábiles" in board
    assert "de retraso" not in board
    follow = pages.get(URL)
    assert "14/10/2022, faltan 18 días hábiles" in follow
    assert "Mejoramiento de la comuna 4 de Santiago de Cali 14/10/2022 faltan 18 días hábiles" in follow
    assert "14/10/2022 Mejoramiento de la comuna 4 de Santiago de Cali Decreto 12" in follow
    assert "22/04/2022 Todos los organismos" in follow
    assert "de retraso" not in follow
    assert "Plazo: viernes 14 de octubre de 2022, faltan 18 días hábiles." in pages.get(f"/registro/{SALUD}")


def test_an_organism_without_any_plan_says_how_many_are_late_and_since_when(app: Flask) -> None:
    with app.app_context():
        add_late_comer(build_city({SALUD: 3}, demo_today=date(2022, 9, 20)), date(2022, 10, 14))
    pages = person(app, Role.PLANEACION).pages
    assert "101 días hábiles de retraso · el siguiente vence el 14/10/2022" in pages.get("/registro")
    said = "Ninguno de sus proyectos (4 proyectos) tiene plan registrado y el plazo de 3 venció el 22/04/2022."
    assert said in pages.get(f"/organismos/{SALUD}")
    assert "plazo: 22/04/2022" in pages.get("/")
