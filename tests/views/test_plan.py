"""Registration as a person does it: draft, review, last word, approval, receipt; with files; two people at once."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.account import User, UserSession
from pp_monitor.models.entity import Entity, Vigencia
from pp_monitor.models.plan import BaselineRow, PlanDraft, Registration
from pp_monitor.models.submission import PlanSubmission
from pp_monitor.services import session as sessions
from pp_monitor.services.entity import load_reference_data
from tests.factories_db import PASSWORD, make_actor
from tests.pages import NOT_FOUND, counted_queries
from tests.plan_data import SALUD, TODAY, VIAS, add_projects, project_code
from tests.views.registering import (
    FIRST,
    GRID,
    SECOND,
    THIRD,
    count,
    fields,
    fill,
    full,
    person,
    refused,
    register,
    send,
)


def test_from_an_empty_grid_to_the_receipt(city_app: Flask) -> None:
    ana = person(city_app)
    page = ana.open()
    assert "Registro del plan · Secretaría de Salud Pública" in page
    assert "Plazo: viernes 22 de abril de 2022, faltan 4 días hábiles." in page
    assert "0 de 42" in page

    fill(ana, FIRST, SECOND, THIRD)
    page = ana.open()
    assert "42 de 42" in page
    assert "por Ana Prueba" in page
    assert ana.save(action="revisar").location == f"{GRID}/revisar"
    assert ana.pages.get(f"{GRID}/revisar", 302).location == f"{GRID}/enviar"
    page = ana.pages.get(f"{GRID}/enviar")
    assert "Su despacho lo aprueba con estas fechas" in page

    register(city_app, ana, act="Oficio 12")
    page = ana.pages.get("/registro/constancia/1")
    assert "Constancia de registro n.º 1" in page
    assert "Lo guardado coincide con lo registrado" in page
    with city_app.app_context():
        registration = db.session.scalars(select(Registration)).one()
        assert registration.plan_sha256 in page
        assert registration.act == "Oficio 12"
        assert registration.user_id is not None
        assert registration.declared_on == TODAY
    page = ana.open()
    assert ana.shown.keys().isdisjoint({f"{FIRST}-H01", f"{FIRST}-huella"})
    assert "26/04/22" in page
    assert "Guardar borrador" not in page


def test_what_is_wrong_stands_beside_its_cell_and_in_a_summary_that_leads_to_it(city_app: Flask) -> None:
    ana = person(city_app)
    ana.open()
    ana.save(full(FIRST) | {f"{FIRST}-H08": "02/05/2022", f"{SECOND}-H01": "31/02/2022"})
    page = ana.open()

    assert f'href="#cell-{FIRST}-H08"' in page.html
    assert f'id="cell-{FIRST}-H08"' in page.html
    assert "Fila 1, RP: «Registro presupuestal (RP)» está antes de «Contrato firmado»." in page
    assert "31/02/2022" in ana.shown[f"{SECOND}-H01"]
    assert page.html.count('aria-invalid="true"') == 2


def test_review_tells_everything_at_once_and_registers_nothing(city_app: Flask) -> None:
    ana = person(city_app)
    ana.open()
    ana.save(action="revisar", cells=full(FIRST) | {f"{SECOND}-H01": "26/4"})
    page = ana.pages.get(f"{GRID}/revisar")

    assert "Faltan 13 fechas: CDP, Publicación" in page
    assert "Todavía no tiene ninguna fecha." in page
    assert f'href="{GRID}#cell-{SECOND}-H02"' in page.html
    assert "Continuar con 1 proyecto" in page
    assert count(city_app, BaselineRow) == 0


def test_projects_stay_out_only_with_a_reason(city_app: Flask) -> None:
    ana = person(city_app)
    fill(ana, FIRST)
    page = refused(ana)
    assert "Falta el motivo por el que quedan por fuera 2 proyectos." in page
    register(city_app, ana, reason="Sin estudio de suelos")
    assert count(city_app, BaselineRow) == 1


def test_nothing_is_sent_without_the_last_word(city_app: Flask) -> None:
    ana = person(city_app)
    fill(ana, FIRST, SECOND, THIRD)
    page = ana.pages.get(f"{GRID}/enviar")
    typed = fields(page) | {"act": "Acta 3 del comité"}
    again = ana.pages.post(f"{GRID}/enviar", typed).location
    for _ in range(2):
        page = ana.pages.get(again)
        assert "Marque la casilla para enviar." in page
        assert fields(page)["act"] == "Acta 3 del comité"
    assert "Marque la casilla" not in ana.pages.get(f"{GRID}/enviar")
    assert count(city_app, BaselineRow) == 0
    ana.pages.post(f"{GRID}/enviar", fields(page) | {"understood": "y"})
    assert count(city_app, PlanSubmission) == 1


def test_there_is_no_last_word_for_an_empty_draft(city_app: Flask) -> None:
    ana = person(city_app)
    assert ana.pages.get(f"{GRID}/enviar", 302).location == GRID
    assert "Aún no hay proyectos completos" in ana.open()


def test_what_was_sent_or_registered_is_not_sent_again(city_app: Flask) -> None:
    ana = person(city_app)
    fill(ana, FIRST, SECOND, THIRD)
    page = ana.pages.get(f"{GRID}/enviar")
    sent = fields(page) | {"understood": "y"}
    ana.pages.post(f"{GRID}/enviar", sent)
    assert ana.pages.post(f"{GRID}/enviar", sent).location == GRID
    assert f"Ya se enviaron y están en aprobación: {FIRST}, {SECOND}, {THIRD}." in ana.open()
    assert count(city_app, PlanSubmission) == 1


def test_a_plan_in_approval_is_read_and_not_typed_in(city_app: Flask) -> None:
    ana, eva = person(city_app), person(city_app, label="Eva Prueba")
    fill(ana, FIRST)
    eva.open()
    send(ana, reason="Sin estudio de suelos")
    page = ana.open()
    assert "Enviado, en aprobación desde el 18/04/2022: lo tiene el ordenador del gasto" in page
    assert "26/04/22" in page
    assert f"{FIRST}-H01" not in ana.shown
    told = eva.follow(eva.save({f"{FIRST}-H01": "27/04/2022"}))
    assert f"Ya se enviaron y están en aprobación: {FIRST}." in told


def test_a_draft_that_changed_after_the_last_word_was_shown_is_not_sent(city_app: Flask) -> None:
    ana, eva = person(city_app), person(city_app, label="Eva Prueba")
    fill(ana, FIRST, SECOND, THIRD)
    page = ana.pages.get(f"{GRID}/enviar")
    eva.open()
    eva.save({f"{SECOND}-H14": "20/12/2022"})
    ana.pages.post(f"{GRID}/enviar", fields(page) | {"understood": "y"})
    assert f"Alguien cambió el borrador de {SECOND}" in ana.open()
    assert count(city_app, BaselineRow) == 0


def test_two_people_in_one_cell_see_both_texts_and_the_second_save_decides(city_app: Flask) -> None:
    ana, eva = person(city_app), person(city_app, label="Eva Prueba")
    ana.open()
    eva.open()
    ana.save({f"{FIRST}-H01": "26/04/2022", f"{FIRST}-H02": "10/05/2022"})

    page = eva.follow(eva.save({f"{FIRST}-H01": "27/04/2022", f"{SECOND}-H01": "28/04/2022"}))
    assert "Ana Prueba guardó «26/04/22» y usted escribió «27/04/2022»." in page
    assert "Todavía no se guardó nada" in page
    assert (eva.shown[f"{FIRST}-H01"], eva.shown[f"{SECOND}-H01"]) == ("27/04/22", "28/04/22")
    eva.save()
    eva.open()
    assert [eva.shown[f"{FIRST}-{code}"] for code in ("H01", "H02")] == ["27/04/22", "10/05/22"]
    assert eva.shown[f"{SECOND}-H01"] == "28/04/22"


def test_what_was_typed_is_shown_again_when_a_project_was_registered_meanwhile(city_app: Flask) -> None:
    ana, eva = person(city_app), person(city_app, label="Eva Prueba")
    fill(ana, FIRST)
    eva.open()
    register(city_app, ana, reason="Irá más adelante")
    page = eva.follow(eva.save({f"{FIRST}-H01": "27/04/2022", f"{SECOND}-H01": "28/04/2022"}))
    assert f"El proyecto {FIRST} ya está registrado." in page
    assert eva.shown[f"{SECOND}-H01"] == "28/04/22"
    assert f"{FIRST}-H01" not in eva.shown


def test_a_modality_offers_no_aplica(city_app: Flask) -> None:
    ana = person(city_app)
    ana.open()
    ana.save({f"{FIRST}-modalidad": "CDPS"})
    ana.open()
    assert [ana.shown[f"{FIRST}-{code}"] for code in ("H03", "H06", "H14", "H01")] == [*(["No aplica"] * 3), ""]
    assert ana.shown[f"{FIRST}-modalidad"] == "CDPS"


def test_an_expired_session_loses_nothing_of_what_was_typed(city_app: Flask) -> None:
    ana = person(city_app)
    ana.open()
    with city_app.app_context():
        user = db.session.scalars(select(User)).one()
        for session_id in db.session.scalars(select(UserSession.id)).all():
            sessions.revoke_session(make_actor(user), session_id)

    same_site = {"Origin": "http://localhost"}
    typed = ana.shown | {f"{FIRST}-H01": "26/4/2022", f"{SECOND}-H02": "31/02/2022", "accion": "guardar"}
    page = ana.pages.post(GRID, typed, 401, headers=same_site)
    assert "Lo que escribió no se ha perdido" in page
    kept = fields(page)
    page = ana.pages.post("/ingresar", kept | {"email": ana.email, "password": PASSWORD}, 200, headers=same_site)
    assert count(city_app, PlanDraft) == 0
    ana.pages.post(GRID, fields(page), headers=same_site)
    ana.open()
    assert (ana.shown[f"{FIRST}-H01"], ana.shown[f"{SECOND}-H02"]) == ("26/04/22", "31/02/2022")


@pytest.mark.parametrize("path", ["", "/revisar", "/enviar", "/archivo", "/plantilla.xlsx"])
def test_another_organism_does_not_exist_for_an_enlace(city_app: Flask, path: str) -> None:
    other = person(city_app, organism=VIAS)
    assert NOT_FOUND in other.pages.get(f"{GRID}{path}", 404)


@pytest.mark.parametrize("path", ["", "/enviar", "/archivo", "/archivo/R7K2-4F"])
def test_nobody_registers_for_another_organism(city_app: Flask, path: str) -> None:
    ana = person(city_app)
    fill(ana, FIRST, SECOND, THIRD)
    sent = fields(ana.pages.get(f"{GRID}/enviar")) | {"understood": "y"}
    person(city_app, organism=VIAS).pages.post(f"{GRID}{path}", sent, 404)
    for role in (Role.PLANEACION, Role.ORDENADOR, Role.CONTROL):
        person(city_app, role).pages.post(f"{GRID}{path}", sent, 403)
    assert count(city_app, BaselineRow) == 0


def test_the_receipt_of_another_organism_does_not_exist(city_app: Flask) -> None:
    ana = person(city_app)
    fill(ana, FIRST, SECOND, THIRD)
    register(city_app, ana)
    assert FIRST in person(city_app, Role.CONTROL).pages.get("/registro/constancia/1")
    other = person(city_app, organism=VIAS).pages
    for page in (other.get("/registro/constancia/1", 404), ana.pages.get("/registro/constancia/2", 404)):
        assert NOT_FOUND in page
        assert FIRST not in page


def test_a_registered_plan_asks_for_nothing_more(city_app: Flask) -> None:
    ana = person(city_app)
    page = ana.open()
    assert "El plazo" in page or "Plazo:" in page
    assert "CI: Contrato o convenio interadministrativo" in page
    fill(ana, FIRST, SECOND, THIRD)
    register(city_app, ana)
    page = ana.open()
    assert "El plan ya está registrado: las fechas son la línea base y aquí no se cambian." in page
    assert not [words for words in ("Plazo", "plazo", "Errores por corregir", "Avisos por revisar") if words in page]
    assert "CI: Contrato o convenio interadministrativo" not in page


@pytest.mark.parametrize("role", [Role.PLANEACION, Role.ORDENADOR, Role.CONTRATACION, Role.LECTURA, Role.CONTROL])
def test_who_is_not_the_enlace_reads_the_grid_and_cannot_type(city_app: Flask, role: Role) -> None:
    ana = person(city_app)
    fill(ana, FIRST)
    reader = person(city_app, role)
    page = reader.open()
    assert "26/04/22" in page
    assert "Guardar borrador" not in page
    assert not any(name.startswith("BP26") for name in reader.shown)


def test_the_board_names_the_late_first_and_the_enlace_goes_to_the_grid(city_app: Flask) -> None:
    ana = person(city_app)
    fill(ana, FIRST)
    assert ana.pages.get("/registro", 302).location == GRID
    page = person(city_app, Role.PLANEACION).pages.get("/registro")
    assert "0 de 5" in page
    assert page.text.index("Secretaría de Salud Pública") < page.text.index("Secretaría de Infraestructura")
    assert "22/04/2022, faltan 4 días hábiles" in page

    with city_app.app_context():
        db.session.scalars(select(Entity)).one().demo_today = date(2022, 5, 2)
        db.session.commit()
    page = person(city_app, Role.PLANEACION).pages.get("/registro")
    assert "6 días hábiles de retraso" in page
    assert "Plazo vencido" in page


def test_sixty_projects_are_saved_in_one_go_with_as_many_queries_as_three(city_app: Flask) -> None:
    ana = person(city_app)
    with counted_queries(city_app) as few:
        ana.open()
    with city_app.app_context():
        add_projects(db.session.scalars(select(Vigencia.id)).one(), SALUD, range(4, 61))
    with counted_queries(city_app) as many:
        ana.open()
    assert len(few) == len(many) == 34

    codes = [project_code(number) for number in range(1, 61)]
    ana.save({name: text for code in codes for name, text in full(code).items()})
    page = ana.open()
    assert "840 de 840" in page
    register(city_app, ana)
    assert count(city_app, BaselineRow) == 60


def test_the_pages_wait_for_a_vigencia(app: Flask) -> None:
    with app.app_context():
        load_reference_data()
    assert "Aún no hay una vigencia abierta" in person(app).pages.get(GRID)
