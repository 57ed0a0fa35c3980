"""Getting people in: who may open which page, and what the pages do."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.account import RoleAssignment, User
from pp_monitor.models.mail import OutboxMessage
from pp_monitor.services.account import assign
from pp_monitor.services.transaction import writing
from tests.factories_db import PASSWORD, make_actor, make_organism, make_user
from tests.pages import FORBIDDEN, NOT_FOUND, Pages
from tests.views.followed import HEALTH, WORKS, follow, reader

EVA = {"label": "Eva Enlace", "email": "eva@example.org", "role": "enlace", "organism": HEALTH, "until": "31/08/2022"}


@pytest.fixture
def site(app: Flask) -> Flask:
    """A vigencia followed on 15 July 2022."""
    follow(app)
    return app


@pytest.fixture
def planner(site: Flask) -> Pages:
    return reader(site, Role.PLANEACION)


def link_of(app: Flask) -> str:
    """The newest link that went by mail."""
    with app.app_context():
        body = db.session.scalars(select(OutboxMessage.body_text).order_by(OutboxMessage.id.desc())).first()
    assert body
    [path] = re.findall(r"^http://127\.0\.0\.1:8000(/restablecer/\S+)$", body, re.MULTILINE)
    return str(path)


def ids_of(app: Flask, email: str) -> tuple[int, int]:
    """Account and newest role of a person."""
    with app.app_context():
        query = select(RoleAssignment).join(User, User.id == RoleAssignment.user_id).where(User.email == email)
        row = db.session.scalars(query.order_by(RoleAssignment.id.desc())).first()
        assert row
        return row.user_id, row.id


@pytest.mark.parametrize("role", list(Role))
def test_only_planning_and_administration_look_after_people(site: Flask, role: Role) -> None:
    pages = reader(site, role, HEALTH if role in (Role.ENLACE, Role.ORDENADOR) else "")
    may = role in (Role.PLANEACION, Role.ADMIN)
    for path in ("/personas", "/personas/invitar"):
        pages.get(path, 200 if may else 403)
    pages.post("/personas/invitar", EVA, status=302 if may else 403)
    assert ('href="/personas"' in pages.get("/cuenta").html) is may


def test_an_invited_person_sets_a_password_accepts_the_notice_and_is_in(site: Flask, planner: Pages) -> None:
    assert planner.post("/personas/invitar", EVA).location == "/personas"
    listed = planner.get("/personas")
    assert "La invitación va por correo a eva@example.org. Su enlace sirve hasta el" in listed
    assert "Eva Enlace eva@example.org Enlace Salud Pública 15/07/2022 31/08/2022 — Invitada" in listed

    eva, path = Pages(site), link_of(site)
    assert "Entre por primera vez" in eva.get(path)
    assert eva.post(path, {"new": PASSWORD, "again": PASSWORD}).location == "/"
    assert eva.get("/", 302).location == "/privacidad?next=/"
    assert eva.post("/privacidad", {"next": "/"}).location == "/"
    assert "Eva Enlace" in eva.get("/")
    assert "lo invite de nuevo" in eva.get(path, 410)
    assert "Activa" in planner.get("/personas")


def test_what_is_wrong_with_an_invitation_is_told_beside_what_was_typed(planner: Pages) -> None:
    page = planner.post("/personas/invitar", EVA | {"organism": "", "until": "31/31/2022"}, status=422)
    assert "Último día:" in page
    assert 'value="eva@example.org"' in page.html
    page = planner.post("/personas/invitar", EVA | {"organism": "", "email": "eva"}, status=422)
    assert "«eva» no es un correo." in page
    assert "necesita un organismo" in page
    page = planner.post("/personas/invitar", EVA | {"role": "admin"}, status=422)
    assert "Administración" not in page


def test_a_third_enlace_is_refused_on_the_page(site: Flask, planner: Pages) -> None:
    with site.app_context():
        for name in ("Ana", "Luz"):
            make_user(Role.ENLACE, make_organism(HEALTH), label=name)
    assert "ya tiene 2 enlaces activos: Ana y Luz." in planner.post("/personas/invitar", EVA, status=422)


def test_administration_gives_every_role_and_planning_those_of_organisms(site: Flask, planner: Pages) -> None:
    admin = reader(site, Role.ADMIN)
    assert ">Control</option>" in admin.get("/personas/invitar").html
    assert ">Control</option>" not in planner.get("/personas/invitar").html
    control = {"label": "Coco", "email": "coco@example.org", "role": "control", "organism": "", "until": ""}
    planner.post("/personas/invitar", control, status=422)
    admin.post("/personas/invitar", control)
    user_id, role_id = ids_of(site, "coco@example.org")
    assert "Coco" in admin.get(f"/personas/{user_id}")
    planner.get(f"/personas/{user_id}", 404)
    planner.post(f"/personas/{user_id}/deshabilitar", status=404)
    planner.post(f"/personas/{user_id}/funciones/{role_id}/fin", status=404)


def test_an_invitation_again_a_last_day_and_a_disabling_are_on_the_page_of_the_person(
    site: Flask, planner: Pages
) -> None:
    planner.post("/personas/invitar", EVA)
    old = link_of(site)
    user_id, role_id = ids_of(site, "eva@example.org")
    page = f"/personas/{user_id}"
    planner.post(f"{page}/invitar-de-nuevo")
    Pages(site).get(old, 410)
    Pages(site).get(link_of(site))

    until = f"funcion{role_id}-until"
    assert 'value="31/08/2022"' in planner.get(page).html
    assert planner.post(f"{page}/funciones/{role_id}/fin", {until: "20/07/2022"}).location == page
    assert "20/07/2022" in planner.get(page)
    refused = planner.post(f"{page}/funciones/{role_id}/fin", {until: "14/07/2022"}, status=422)
    assert "La fecha final ya pasó." in refused
    planner.post(f"{page}/funciones/999/fin", {}, status=404)

    assert planner.post(f"{page}/deshabilitar").location == page
    assert "Deshabilitada" in planner.get(page)
    Pages(site).get(link_of(site), 410)


def test_nobody_disables_the_account_in_use(site: Flask) -> None:
    admin = reader(site, Role.ADMIN)
    with site.app_context():
        own = db.session.scalars(select(User.id)).one()
    assert "Deshabilitar" not in admin.get(f"/personas/{own}").html.split("Funciones")[0]
    assert "su propia cuenta" in admin.post(f"/personas/{own}/deshabilitar", status=409)


def test_an_enlace_sees_what_is_pending_and_hands_over(site: Flask) -> None:
    pages = reader(site, Role.ENLACE, WORKS)
    account = pages.get("/cuenta")
    assert "Entregar a otra persona" in account
    [path] = re.findall(r'href="(/entregar/\d+)"', account.html)
    page = pages.get(path)
    assert "Proyectos por registrar 0" in page
    assert "Casos abiertos 0" in page
    assert 'value="15/07/2022"' in page.html
    heir = {"label": "Eva", "email": "eva@example.org", "last_day": "22/07/2022", "until": ""}
    assert "Este campo es obligatorio." in pages.post(path, heir | {"last_day": ""}, status=422)
    assert "El último día ya pasó." in pages.post(path, heir | {"last_day": "01/07/2022"}, status=422)
    assert pages.post(path, heir).location == "/cuenta"
    told = pages.get("/cuenta")
    assert "Eva comienza el 15/07/2022." in told
    assert "22/07/2022" in told
    assert Pages(site).post(link_of(site), {"new": PASSWORD, "again": PASSWORD}).location == "/"


@pytest.mark.parametrize(
    ("role", "organism", "status", "told"),
    [
        (Role.PLANEACION, "", 200, "Proyectos por registrar"),
        (Role.ENLACE, HEALTH, 404, NOT_FOUND),
        (Role.ORDENADOR, WORKS, 403, FORBIDDEN),
        (Role.ADMIN, "", 403, FORBIDDEN),
    ],
)
def test_a_hand_over_is_for_the_enlace_and_for_planning(
    site: Flask, role: Role, organism: str, status: int, told: str
) -> None:
    with site.app_context():
        make_user(Role.ENLACE, make_organism(WORKS), email="ana@example.org")
    _, role_id = ids_of(site, "ana@example.org")
    pages = reader(site, role, organism)
    assert told in pages.get(f"/entregar/{role_id}", status)
    heir = {"label": "Eva", "email": "eva@example.org", "last_day": "22/07/2022", "until": ""}
    pages.post(f"/entregar/{role_id}", heir, status=302 if status == 200 else status)
    people = reader(site, Role.ADMIN).get("/personas")
    assert ("eva@example.org" in people) == (status == 200)


def test_an_account_of_administration_is_refused_without_a_word_about_it(site: Flask, planner: Pages) -> None:
    with site.app_context():
        make_user(Role.CONTROL, email="eva@example.org", label="Persona de Control")
    refused = planner.post("/personas/invitar", EVA | {"role": "ordenador"}, status=422)
    assert "Esa dirección no puede recibir esta función; pida a administración." in refused
    assert "Control" not in refused
    assert "Persona de Control" not in planner.get("/personas")


def test_no_button_is_offered_that_would_be_refused(site: Flask, planner: Pages) -> None:
    with site.app_context():
        user = make_user(Role.ENLACE, make_organism(HEALTH), label="Eva")
        with writing() as now:
            assign(make_actor(), user, Role.CONTROL, None, now, valid_from=date(2022, 1, 1))
        page = f"/personas/{user.id}"
    shown = planner.get(page)
    assert "pídale a ella deshabilitar la cuenta" in shown
    assert "/deshabilitar" not in shown.html
    assert "Control" not in shown.html.split("<main")[1]
    planner.post(f"{page}/deshabilitar", status=403)
    assert f"{page}/deshabilitar" in reader(site, Role.ADMIN).get(page).html
