"""Closed cut-offs: files byte for byte, who received them, only one's own."""

from __future__ import annotations

import hashlib
import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.mail import DeliveryState, OutboxAttachment, OutboxMessage, OutboxRecipient
from pp_monitor.models.report import ClosedCutoff, IssuedFile
from tests.pages import NOT_FOUND, Pages, counted_queries
from tests.portfolio_db import close_by_hand
from tests.views.followed import HEALTH, WORKS, follow, reader

JUNE = date(2022, 6, 17)
FILES = {"": b"PK\x03\x04 la ciudad", HEALTH: b"PK\x03\x04 salud", WORKS: b"PK\x03\x04 obras"}


@pytest.fixture
def closed(app: Flask) -> Flask:
    """The vigencia with a report issued in two versions."""
    follow(app)
    with app.app_context():
        close_by_hand(date(2022, 5, 13), number=2, files={"": b"mayo"})
        close_by_hand(JUNE, number=3, files=FILES)
        close_by_hand(JUNE, number=3, version=2, files={"": b"PK\x03\x04 corregido"})
    return app


def file_id(app: Flask, content: bytes) -> int:
    with app.app_context():
        query = select(IssuedFile.id).where(IssuedFile.sha256 == hashlib.sha256(content).hexdigest())
        return db.session.scalars(query).one()


def send(app: Flask, content: bytes, states: dict[str, DeliveryState]) -> None:
    """Put a message with this file into the outbox, with what happened to each address."""
    with app.app_context():
        file = db.session.get_one(IssuedFile, file_id(app, content))
        now = db.session.get_one(ClosedCutoff, file.cutoff_id).known_at
        message = OutboxMessage(
            entity_id=file.entity_id,
            vigencia_id=None,
            kind="report",
            idempotency_key=f"report-{file.id}",
            message_id=f"<{file.id}@example.org>",
            subject="Informe",
            body_text="",
            body_html="",
            recorded_at=now,
            next_try_at=now,
        )
        db.session.add(message)
        db.session.flush()
        db.session.add(OutboxAttachment(entity_id=file.entity_id, message_id=message.id, issued_file_id=file.id))
        for address, state in states.items():
            text = "" if state is DeliveryState.SENT else "550 5.1.1 Mailbox unavailable"
            row = {"smtp_code": None, "smtp_text": text, "changed_at": now, "state": state, "address": address}
            db.session.add(OutboxRecipient(entity_id=file.entity_id, message_id=message.id, **row))
        db.session.commit()


def test_reports_stand_newest_first_with_version_reason_and_hash(closed: Flask) -> None:
    page = reader(closed).get("/informes")
    order = [
        "Informe n.º 3, versión 2 · corte al 17 de junio",
        "Informe n.º 3 · corte al 17 de junio",
        "Informe n.º 2 ·",
    ]
    assert sorted(order, key=page.text.index) == order
    assert "Motivo de la versión Se corrigió un valor" in page
    assert hashlib.sha256(FILES[HEALTH]).hexdigest() in page
    assert "Consolidado" in page
    assert 'href="/?corte=2022-06-17"' in page.html


@pytest.mark.parametrize("content", list(FILES.values()))
def test_file_is_taken_byte_for_byte(closed: Flask, content: bytes) -> None:
    response = reader(closed).get(f"/informes/archivos/{file_id(closed, content)}").response
    assert response.data == content
    assert response.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="pp-2022-2022-06-17-')
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_who_received_a_file_and_who_did_not_is_told(closed: Flask) -> None:
    sent, refused, waiting = DeliveryState.SENT, DeliveryState.REFUSED, DeliveryState.PENDING
    send(closed, FILES[""], {"a@example.org": sent, "b@example.org": refused, "c@example.org": waiting})
    page = reader(closed).get("/informes")
    assert "1 entregado, 1 sin entregar, 1 por enviar" in page
    assert "a@example.org Entregado" in page
    assert "b@example.org Rechazado 550 5.1.1 Mailbox unavailable" in page
    assert "no se envió por correo" in page


def test_person_of_an_organism_takes_only_its_own_file(closed: Flask) -> None:
    send(closed, FILES[""], {"alcalde@example.org": DeliveryState.SENT})
    pages = reader(closed, Role.ORDENADOR, HEALTH)
    page = pages.get("/informes")
    assert "pp-2022-2022-06-17-4145-v1.xlsx" in page
    assert "Este informe no trae un archivo de su organismo." in page
    for hidden in ("consolidado", "4151", "alcalde@example.org"):
        assert hidden not in page
    assert pages.get(f"/informes/archivos/{file_id(closed, FILES[HEALTH])}").response.data == FILES[HEALTH]
    for content in (FILES[""], FILES[WORKS]):
        pages.get(f"/informes/archivos/{file_id(closed, content)}", 404)


def test_unknown_file_is_not_found(closed: Flask) -> None:
    for name in ("999999", "abc"):
        assert NOT_FOUND in reader(closed).get(f"/informes/archivos/{name}", 404)


def test_before_the_first_report_the_page_says_when_it_comes(app: Flask) -> None:
    follow(app)
    assert "Aún no se ha cerrado ningún corte" in reader(app).get("/informes")


def test_stranger_is_asked_to_enter(closed: Flask) -> None:
    for url in ("/informes", f"/informes/archivos/{file_id(closed, FILES[''])}"):
        assert Pages(closed).get(url, 302).location.startswith("/ingresar?next=")
    reader(closed, Role.ADMIN).get("/informes", 403)


def test_number_of_queries_is_that_of_one_report(closed: Flask) -> None:
    pages = reader(closed)
    pages.get("/informes")
    with counted_queries(closed) as few:
        pages.get("/informes")
    with closed.app_context():
        for number in range(4, 12):
            close_by_hand(date(2022, 6, 17 + number), number=number, files=FILES)
    pages.get("/informes")
    with counted_queries(closed) as many:
        pages.get("/informes")
    # Reader, frame, vigencia, closed cut-offs (twice), files and their deliveries.
    assert len(few) == len(many) == 9


def close_data(day: str, **more: str) -> dict[str, str]:
    return {"cutoff": day, **more}


def test_planning_closes_a_cutoff_by_hand_and_takes_its_workbooks(app: Flask) -> None:
    follow(app)
    pages = reader(app, Role.PLANEACION)
    assert "no se puede deshacer" in pages.get("/informes")
    assert pages.post("/informes/cerrar", close_data("15/07/2022")).location == "/informes"
    page = pages.get("/informes")
    assert "Se cerró el corte del 15/07/2022: informe n.º 1, 4 archivos guardados" in page
    assert "Informe n.º 1 · corte al 15 de julio de 2022" in page
    for id_ in re.findall(r'href="/informes/archivos/(\d+)"', page.html):
        assert pages.get(f"/informes/archivos/{id_}").response.data.startswith(b"PK")
    assert "cifras del informe n.º 1" in pages.get("/?corte=2022-07-15")


def test_cutoff_closed_twice_says_so_and_another_version_needs_its_reason(app: Flask) -> None:
    follow(app)
    pages = reader(app, Role.PLANEACION)
    pages.post("/informes/cerrar", close_data("15/07/2022"))
    pages.post("/informes/cerrar", close_data("15/07/2022"))
    assert "El corte del 15/07/2022 ya estaba cerrado (informe n.º 1)." in pages.get("/informes")
    page = pages.post("/informes/cerrar", close_data("15/07/2022", is_reissue="y"), 422)
    assert "Para emitir otra versión escriba el motivo." in page
    pages.post("/informes/cerrar", close_data("15/07/2022", is_reissue="y", reason="Faltaba un RP"))
    page = pages.get("/informes")
    assert "informe n.º 1, versión 2" in page
    assert "Motivo de la versión Faltaba un RP" in page


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("16/07/2022", "El corte 16/07/2022 está en el futuro"),
        ("31/02/2022", "«31/02/2022» no existe"),
        ("", "Este campo es obligatorio."),
    ],
)
def test_cutoff_that_cannot_be_closed_is_told_beside_the_form(app: Flask, day: str, told: str) -> None:
    follow(app)
    pages = reader(app, Role.PLANEACION)
    assert told in pages.post("/informes/cerrar", close_data(day), 422)
    assert "Aún no se ha cerrado ningún corte" in pages.get("/informes")


def test_only_planning_closes(app: Flask) -> None:
    follow(app)
    for role, organism in ((Role.LECTURA, ""), (Role.CONTROL, ""), (Role.ENLACE, HEALTH)):
        pages = reader(app, role, organism)
        assert "Cerrar un corte" not in pages.get("/informes")
        pages.post("/informes/cerrar", close_data("15/07/2022"), 403)
