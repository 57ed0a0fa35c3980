"""The mail of a step says what happened, who wrote what, and where to go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.mail import OutboxMessage
from tests.factories_db import make_user
from tests.plan_data import City, build_city
from tests.replanned import asked, register


@pytest.fixture
def city(app: Flask) -> Iterator[City]:
    with app.app_context():
        yield build_city(demo_today=date(2022, 5, 16))


def test_it_reads_the_same_as_text_and_as_html(city: City) -> None:
    make_user(Role.PLANEACION, email="plan@example.org")
    request_id = asked(city, register(city))
    mail = db.session.scalars(select(OutboxMessage)).one()

    assert mail.subject == "[DATOS DE DEMOSTRACIÓN] Para decidir: reprogramación n.º 1 de BP26450001"
    parts = (
        "Cordial saludo, equipo de Planeación:",
        "Contrato firmado: original 19/07/2022",
        "Planeación",
        "sobre BP26450001:",
        f"/reprogramaciones/{request_id}",
        "Apruebe la solicitud o devuélvala con su motivo.",
        "Ley 1581 de 2012",
    )
    for body in (mail.body_text, mail.body_html):
        assert [part for part in parts if part not in body] == []
    assert "\n\n\n" not in mail.body_text
