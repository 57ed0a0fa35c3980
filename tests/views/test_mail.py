"""*Correos*: who opens it, what will be sent, what was sent, and another try."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.mail import DeliveryState, OutboxRecipient
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.mail import RenderedMail, queue_message
from pp_monitor.services.transaction import writing
from tests.factories_db import make_organism, make_user
from tests.pages import FORBIDDEN, NOT_FOUND, Page, Pages, counted_queries
from tests.portfolio_db import an_actor
from tests.views.followed import HEALTH, TODAY, follow, reader

URL, SENT = "/correos", "/correos?vista=enviados"
NOW = datetime(2022, 7, 15, 12, 0, tzinfo=UTC)


@pytest.fixture
def followed(app: Flask) -> Flask:
    follow(app)
    with app.app_context():
        make_user(Role.ENLACE, make_organism(HEALTH), email="enlace.salud@example.org", label="Enlace de Salud")
        make_user(Role.LECTURA, email="gabinete@example.org", label="Gabinete")
        refresh_alerts(find_vigencia(2022).id, TODAY, an_actor())
        db.session.remove()
    return app


@pytest.fixture
def pages(followed: Flask) -> Pages:
    return reader(followed, Role.PLANEACION)


def write(
    app: Flask, key: str, *, kind: str = "case_digest", to: Sequence[str] = ("ana@example.org",), when: datetime = NOW
) -> int:
    """One message in the outbox; the last of its recipients is refused by the mail server."""
    with app.app_context():
        with writing():
            message = queue_message(
                entity_id=1,
                vigencia_id=None,
                kind=kind,
                idempotency_key=key,
                recipients=to,
                mail=RenderedMail(f"Asunto {key}", "Hola <b>mundo</b>\nhttps://example.org/clave/abc\n", "<p>Hola</p>"),
                recorded_at=when,
            )
            assert message
            row = db.session.query(OutboxRecipient).filter_by(message_id=message.id).order_by(OutboxRecipient.id).all()
            row[-1].state, row[-1].smtp_code, row[-1].smtp_text = DeliveryState.REFUSED, 550, "No such user"
            number = message.id
        db.session.remove()
        return number


@pytest.mark.parametrize(
    ("role", "organism", "status"),
    [
        (Role.PLANEACION, "", 200),
        (Role.CONTROL, "", 200),
        (Role.ENLACE, HEALTH, 403),
        (Role.ORDENADOR, HEALTH, 403),
        (Role.CONTRATACION, "", 403),
        (Role.LECTURA, "", 403),
        (Role.ADMIN, "", 403),
    ],
)
def test_planning_and_control_read_it_and_planning_alone_tries_again(
    followed: Flask, role: Role, organism: str, status: int
) -> None:
    number = write(followed, "a")
    visitor = reader(followed, role, organism)
    for url in (URL, SENT):
        page = visitor.get(url, status)
        assert (FORBIDDEN in page) is (status == 403)
        assert ('href="/correos"' in page.html) is (status == 200)
    if role is not Role.PLANEACION:
        assert "Reintentar" not in visitor.get(SENT, status)
        assert FORBIDDEN in visitor.post(f"/correos/{number}/reintentar", {}, 403)


def test_what_will_be_sent_says_when_to_whom_and_why(pages: Pages) -> None:
    page = pages.get(URL)
    assert "viernes 15 de julio de 2022" in page
    assert "enlace.salud@example.org" in page
    assert "2022: 1 caso con novedad Resumen de casos" in page
    assert "Se abrió" in page
    assert "Ver el texto Cordial saludo, Enlace de Salud:" in page
    assert "1 caso con novedad. Es su primer resumen" in page
    monthly = pages.get(f"{URL}?clase=monthly_report")
    assert "El texto se escribe ese día, con el informe." in monthly
    assert "Ver el texto" not in monthly
    assert "Informe del mes" in pages.get(f"{URL}?clase=monthly_report")
    assert "Cierre del corte 15/07/2022" in pages.get(f"{URL}?clase=monthly_report")
    assert "Recordatorio de hitos" in pages.get(f"{URL}?clase=milestone_reminder")


def test_to_look_ahead_writes_nothing_and_asks_a_constant_number_of_times(followed: Flask, pages: Pages) -> None:
    before = rows(pages.get(URL))
    with counted_queries(followed) as first:
        assert rows(pages.get(URL)) == before
    with counted_queries(followed) as second:
        pages.get(f"{URL}?persona=enlace.salud")
    assert not [statement for statement in first if statement.lstrip().upper().startswith(("INSERT", "UPDATE"))]
    assert len(first) == len(second) <= 200


def rows(page: Page) -> list[str]:
    return re.findall(r"[\w.]+@example\.org", page.html)


def test_a_person_narrows_both_lists(followed: Flask, pages: Pages) -> None:
    write(followed, "a", to=["ana@example.org"])
    write(followed, "b", to=["beto@example.org"])
    assert set(rows(pages.get(f"{URL}?persona=SALUD"))) == {"enlace.salud@example.org"}
    assert set(rows(pages.get(f"{SENT}&persona=Beto"))) == {"beto@example.org"}
    assert "Ningún correo" in pages.get(f"{SENT}&persona=nadie")


def test_what_was_sent_shows_its_text_and_what_failed(followed: Flask, pages: Pages) -> None:
    write(followed, "hoy", to=["ana@example.org", "beto@example.org"])
    write(followed, "viejo", when=datetime(2022, 7, 7, 12, 0, tzinfo=UTC))
    page = pages.get(SENT)
    assert "Asunto hoy" in page
    assert "Asunto viejo" not in page
    assert "Hola &lt;b&gt;mundo&lt;/b&gt;" in page.html
    assert "beto@example.org Rechazado 550 No such user" in page
    assert "ana@example.org Por enviar" in page
    assert "Asunto hoy" in pages.get(f"{SENT}&estado=refused&clase=case_digest")
    assert "Ningún correo" in pages.get(f"{SENT}&estado=sent")
    assert "El filtro «estado» no tiene la opción «nada»." in pages.get(f"{SENT}&estado=nada")


@pytest.mark.parametrize("kind", ["invitation", "password_reset"])
def test_a_text_with_a_personal_link_is_never_shown(followed: Flask, kind: str) -> None:
    write(followed, "clave", kind=kind)
    for role in (Role.PLANEACION, Role.CONTROL):
        page = reader(followed, role).get(SENT)
        assert "El texto lleva un enlace personal y no se muestra." in page
        assert "/clave/abc" not in page.html


def test_a_refused_message_goes_in_line_again_and_the_list_stays_narrowed(followed: Flask, pages: Pages) -> None:
    number = write(followed, "a")
    page = pages.get(f"{SENT}&estado=refused")
    assert f"Reintentar el mensaje n.º {number}" in page
    (action,) = re.findall(r'action="(/correos/\d+/reintentar[^"]*)"', page.html)
    answer = pages.post(action.replace("&amp;", "&"), {})
    assert "vista=enviados" in answer.location
    after = pages.get(SENT)
    assert "El mensaje se intentará de nuevo con 1 destinatario." in after
    assert "ana@example.org Por enviar" in after
    assert "Reintentar" not in after


def test_an_unknown_message_is_not_found(pages: Pages) -> None:
    assert NOT_FOUND in pages.post("/correos/99/reintentar", {}, 404)
