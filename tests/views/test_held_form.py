"""The page that answers a form: it has an address of its own, for who typed it alone."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.extensions import db
from pp_monitor.models.held_form import HeldForm
from tests.plan_data import TODAY, build_city
from tests.views.registering import FIRST, GRID, SECOND, THIRD, Person, fields, fill, person

SEND = f"{GRID}/enviar"
GONE = "Lo que había escrito ya no está guardado. Escríbalo otra vez."


@pytest.fixture
def ana(app: Flask) -> Person:
    """An enlace whose plan only waits to be sent."""
    with app.app_context():
        build_city(demo_today=TODAY)
    found = person(app)
    fill(found, FIRST, SECOND, THIRD)
    return found


def test_who_typed_it_comes_back_to_it_and_nobody_else_reads_it(app: Flask, ana: Person) -> None:
    answer = ana.pages.post(SEND, {"act": "Acta 3"}).location
    page = ana.pages.get(answer)
    assert fields(page)["act"] == "Acta 3"
    assert GONE not in page
    other = person(app, label="Eva Prueba").pages.get(answer)
    assert "act" in fields(other)
    assert fields(other)["act"] == ""
    assert GONE in other


def test_a_form_of_another_page_does_not_fill_this_one(app: Flask, ana: Person) -> None:
    answer = ana.pages.post(SEND, {"act": "Acta 3"}).location
    ana.open()
    ana.save({f"{FIRST}-H05": "06/07/2022"})
    assert GONE in ana.pages.get(answer.replace("/enviar", "/revisar"))


def test_no_token_is_kept_with_what_was_typed(app: Flask, ana: Person) -> None:
    ana.pages.post(SEND, {"act": "Acta 3", "csrf_token": "secreto"})
    with app.app_context():
        assert "secreto" not in db.session.scalars(select(HeldForm.typed)).one()
