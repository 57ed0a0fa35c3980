"""The audit trail on a page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.services.audit import Actor, record
from pp_monitor.services.transaction import writing
from tests.factories_db import make_entity, make_user
from tests.pages import Pages, counted_queries

# 1 May 2022, 23:30 in Cali.
SUNDAY_NIGHT = datetime(2022, 5, 2, 4, 30, tzinfo=UTC)


def add_events(count: int, actor: Actor | None = None, *, action: str = "add", code: str = "plan") -> None:
    who = actor or Actor(make_entity().id, "Luz Control", None, "192.0.2.7")
    details = {"antes": None, "códigos": ["a", "b"], "ninguno": [], "firme": True}
    with writing():
        for number in range(count):
            at = SUNDAY_NIGHT + timedelta(hours=number)
            record(who, action, "vigencia", f"{code} {number + 1}", at, details | {"después": {"año": number}})


@pytest.fixture
def pages(app: Flask) -> Pages:
    with app.app_context():
        user = make_user(Role.CONTROL, email="control@example.org")
    return Pages(app).log_in(user)


@pytest.mark.parametrize("role", [Role.PLANEACION, Role.CONTRATACION, Role.LECTURA, None])
def test_the_trail_is_for_control_and_administration_only(app: Flask, role: Role | None) -> None:
    with app.app_context():
        admin, other = make_user(Role.ADMIN), make_user(role)
    assert Pages(app).log_in(admin).get("/auditoria").title == "Auditoría"
    Pages(app).log_in(other).get("/auditoria", 403)


def test_an_empty_trail_says_so(pages: Pages) -> None:
    assert "Ningún registro coincide" in pages.get("/auditoria")


def test_the_newest_event_stands_first_with_all_its_facts(app: Flask, pages: Pages) -> None:
    with app.app_context():
        add_events(2)
    page = pages.get("/auditoria")
    assert page.text.index("plan 2") < page.text.index("plan 1")
    row = "1 01/05/2022 23:30 Luz Control 192.0.2.7 Agregar Vigencia plan 1"
    assert row in page
    assert "antes : — códigos : a, b ninguno : — firme : sí después : año: 0" in page
    assert "2 registros, del más nuevo al más antiguo" in page


def test_the_changes_of_an_event_are_lines_in_spanish_with_its_dates(app: Flask, pages: Pages) -> None:
    change = {"project": "BP26000001", "milestone": "H07", "stream": "actual", "before": None, "after": "2022-07-08"}
    with app.app_context(), writing():
        who = Actor(make_entity().id, "Luz Control")
        details = {"source": "form", "opened": 1200, "reason": "", "changes": [change]}
        record(who, "close", "cutoff", "2022-09-16", SUNDAY_NIGHT, details)
    page = pages.get("/auditoria")
    assert "Cerrar Corte 16/09/2022 fuente : formulario abiertas : 1.200 motivo : — cambios: 1 renglón" in page
    assert "proyecto: BP26000001 · hito: H07 · clase: fecha real · antes: — · después: 08/07/2022" in page


def test_what_people_typed_is_text_on_the_page(app: Flask, pages: Pages) -> None:
    with app.app_context():
        actor = Actor(make_entity().id, "<script>alert(1)</script>")
        add_events(1, actor, action="raro<b>", code="<i>x</i>")
    page = pages.get("/auditoria")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.html
    assert "&lt;i&gt;x&lt;/i&gt;" in page.html


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("who=luz", ["plan 3", "plan 2", "plan 1"]),
        ("who=CONTROL@example", ["cierre 1"]),
        ("who=nadie", []),
        ("what=PLAN+2", ["plan 2"]),
        ("what=%25", []),
        ("what=%00plan+2", ["plan 2"]),
        ("action=close", ["cierre 1"]),
        ("action=add&who=luz&what=3", ["plan 3"]),
        ("since=02/05/2022", ["plan 3", "plan 2"]),
        ("until=01/05/2022", ["cierre 1", "plan 1"]),
        ("since=02/05/2022&until=2022-05-02", ["plan 3", "plan 2"]),
        ("since=03/05/2022", []),
    ],
)
def test_the_trail_is_filtered_by_who_what_and_days_of_the_city(
    app: Flask, pages: Pages, query: str, shown: list[str]
) -> None:
    with app.app_context():
        add_events(3)
        user = make_user(Role.CONTROL, email="control@example.org.co", label="Eva")
        add_events(1, Actor(user.entity_id, user.label, user.id), action="close", code="cierre")
    page = pages.get(f"/auditoria?{query}")
    codes = ["cierre 1", "plan 3", "plan 2", "plan 1"]
    assert [code for code in codes if f"Vigencia {code}" in page] == shown


def test_a_day_that_cannot_be_read_is_told_and_shown_as_typed(pages: Pages) -> None:
    page = pages.get("/auditoria?since=31/02/2022&until=ayer", 422)
    assert "Desde:" in page
    assert 'value="31/02/2022"' in page.html
    assert 'value="ayer"' in page.html


def test_long_trails_come_in_pages_that_keep_the_filters(app: Flask, pages: Pages) -> None:
    with app.app_context():
        add_events(120)
    first = pages.get("/auditoria?who=luz")
    assert "1 a 50 de 120 registros · página 1 de 3" in first
    assert 'href="/auditoria?who=luz&amp;page=2" rel="next"' in first.html
    assert 'rel="prev"' not in first.html
    last = pages.get("/auditoria?who=luz&page=3")
    assert "101 a 120 de 120" in last
    assert 'href="/auditoria?who=luz&amp;page=2" rel="prev"' in last.html
    for odd in ("99", "0", "-1", "x"):
        pages.get(f"/auditoria?page={odd}")


def test_a_changed_event_breaks_the_chain_and_is_named(app: Flask, pages: Pages) -> None:
    with app.app_context():
        add_events(5)
    assert 'href="/auditoria?who=luz&amp;check=1"' in pages.get("/auditoria?who=luz").html
    assert "La cadena está completa" in pages.get("/auditoria?check=1")
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER tr_audit_event_update"))
        connection.execute(text("UPDATE audit_event SET object_code = 'otro' WHERE sequence = 3"))
    assert "La cadena se rompe en el registro 3" in pages.get("/auditoria?check=1")


def test_a_page_of_the_trail_costs_a_constant_number_of_queries(app: Flask, pages: Pages) -> None:
    with app.app_context():
        add_events(3)
    with counted_queries(app) as few:
        pages.get("/auditoria")
    with app.app_context():
        add_events(100)
    with counted_queries(app) as many:
        pages.get("/auditoria")
    # Reader (3), frame (1), count, page, actions.
    assert len(few) == len(many) == 7


def test_who_may_not_see_the_city_is_sent_back_to_a_page_of_their_own(app: Flask) -> None:
    with app.app_context():
        admin = make_user(Role.ADMIN)
    page = Pages(app).log_in(admin).get("/informes", 403)
    assert 'href="/personas">Volver al inicio' in page.html
