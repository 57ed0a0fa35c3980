"""Commitments on pages: who writes, who answers, who only reads, and where they are shown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.commitment import CommitmentEventRow, CommitmentRow
from pp_monitor.models.project import Project
from pp_monitor.services.commitment import NewCommitment, add_commitment
from pp_monitor.services.entity import find_organism, find_vigencia
from tests.pages import Pages
from tests.portfolio_db import an_actor
from tests.views.followed import HEALTH, WORKS, follow, reader
from tests.views.registering import count, fields

NEW = {
    "meeting_on": "11/07/2022",
    "meeting": "Comité de julio",
    "what": "Entregar el cronograma ajustado.",
    "responsible": "Directora de obra",
    "due_on": "29/07",
    "project": "BP26000002",
}
ANSWERS = {
    "comentario": {"comentario-text": "Va en camino."},
    "cumplido": {"cumplido-text": "Se entregó el cronograma.", "cumplido-day": "14/07/2022"},
    "aplazamiento": {"aplazamiento-text": "El contratista pidió más días.", "aplazamiento-day": "12/08/2022"},
    "cancelacion": {"cancelacion-text": "Ya no hace falta: se adjudicó."},
    "reapertura": {"reapertura-text": "Lo entregado no era lo acordado."},
}


def typed(word: str, version: int = 0) -> dict[str, str]:
    """What a person sends for a step, with the names that the form gives its boxes."""
    codes = {
        "comentario": "commented",
        "cumplido": "done",
        "aplazamiento": "postponed",
        "cancelacion": "cancelled",
        "reapertura": "reopened",
    }
    sent = {name.replace(word, codes[word]): text for name, text in ANSWERS[word].items()}
    return sent | {f"{codes[word]}-version": str(version)}


def add(app: Flask, *, by_planning: bool = True, project: str = "", organism: str = "", **changes: Any) -> None:
    with app.app_context():
        values: dict[str, Any] = {
            "meeting_on": date(2022, 6, 1),
            "meeting": "Comité de junio",
            "what": "Entregar los soportes de las actas.",
            "responsible": "Subdirector",
            "due_on": date(2022, 7, 8),
            "project_id": db.session.query(Project).filter_by(code=project).one().id if project else None,
            "organism_id": find_organism(organism).id if organism else None,
        }
        new = NewCommitment(**(values | changes))
        add_commitment(find_vigencia(2022), new, an_actor(), date(2022, 7, 1), is_by_planning=by_planning)


@pytest.fixture
def followed(app: Flask) -> Flask:
    follow(app)
    return app


def test_from_the_meeting_to_the_delivery(followed: Flask) -> None:
    luz, ana = reader(followed, Role.PLANEACION), reader(followed, Role.ENLACE, HEALTH)
    assert "Aún no hay compromisos" in luz.get("/compromisos")
    address = luz.post("/compromisos/nuevo", NEW).location
    assert address == "/compromisos/1"
    page = ana.get(address)
    for words in ("Entregar el cronograma ajustado.", "Directora de obra", "29/07/2022", "Jornadas de vacunación"):
        assert words in page
    assert "Aplazar" not in page
    luz.post(f"{address}/aplazamiento", typed("aplazamiento"))
    assert "aplazado 1 vez; era para el 29/07/2022" in ana.get(address)
    ana.post(f"{address}/cumplido", typed("cumplido", 1))
    page = luz.get(address)
    for words in ("Cumplido", "a tiempo", "Se entregó el cronograma.", "El contratista pidió más días."):
        assert words in page
    luz.post(f"{address}/reapertura", typed("reapertura", 2))
    assert "Reabierto" in luz.get(address)


@pytest.mark.parametrize(
    ("role", "organism", "by_planning", "word", "status"),
    [
        (Role.PLANEACION, "", True, "comentario", 302),
        (Role.PLANEACION, "", True, "cumplido", 302),
        (Role.PLANEACION, "", True, "aplazamiento", 302),
        (Role.PLANEACION, "", True, "cancelacion", 302),
        (Role.PLANEACION, "", False, "cancelacion", 302),
        (Role.ENLACE, HEALTH, True, "comentario", 302),
        (Role.ENLACE, HEALTH, True, "cumplido", 302),
        (Role.ENLACE, HEALTH, True, "aplazamiento", 403),
        (Role.ENLACE, HEALTH, True, "cancelacion", 403),
        (Role.ENLACE, HEALTH, False, "aplazamiento", 302),
        (Role.ENLACE, HEALTH, False, "cancelacion", 302),
        (Role.ORDENADOR, HEALTH, True, "comentario", 302),
        (Role.ORDENADOR, HEALTH, True, "cumplido", 302),
        (Role.ORDENADOR, HEALTH, True, "aplazamiento", 403),
        (Role.ORDENADOR, HEALTH, False, "aplazamiento", 302),
        (Role.ENLACE, WORKS, True, "comentario", 404),
        (Role.ORDENADOR, WORKS, False, "cumplido", 404),
        (Role.CONTRATACION, "", True, "comentario", 403),
        (Role.LECTURA, "", True, "comentario", 403),
        (Role.CONTROL, "", True, "cumplido", 403),
        (Role.ADMIN, "", True, "comentario", 403),
    ],
)
def test_who_takes_which_step(
    followed: Flask, role: Role, organism: str, word: str, status: int, *, by_planning: bool
) -> None:
    add(followed, by_planning=by_planning, project="BP26000002")
    pages = reader(followed, role, organism)
    seen = {Role.ADMIN: 403}.get(role, 404 if organism == WORKS else 200)
    page = pages.get("/compromisos/1", seen)
    assert (f"/compromisos/1/{word}" in page.html) == (status == 302)
    pages.post(f"/compromisos/1/{word}", typed(word), status)
    assert count(followed, CommitmentEventRow) == (status == 302)


@pytest.mark.parametrize(
    ("role", "organism", "status"),
    [
        (Role.PLANEACION, "", 302),
        (Role.ENLACE, HEALTH, 302),
        (Role.ORDENADOR, HEALTH, 302),
        (Role.ENLACE, WORKS, 200),
        (Role.CONTRATACION, "", 403),
        (Role.LECTURA, "", 403),
        (Role.CONTROL, "", 403),
        (Role.ADMIN, "", 403),
    ],
)
def test_who_writes_a_commitment_of_a_project_down(followed: Flask, role: Role, organism: str, status: int) -> None:
    pages = reader(followed, role, organism)
    pages.get("/compromisos/nuevo", 403 if status == 403 else 200)
    given = {"organism": organism} if organism else {}
    answer = pages.post("/compromisos/nuevo", NEW | given, 302 if status == 200 else status)
    assert count(followed, CommitmentRow) == (status == 302)
    if status == 200:
        assert "Ese proyecto no existe." in pages.get(answer.location)
    listed = pages.get("/compromisos", 403 if role is Role.ADMIN else 200)
    assert ("Agregar compromiso" in listed) == (status in (302, 200))


def test_an_organism_writes_only_of_itself(followed: Flask) -> None:
    ana = reader(followed, Role.ENLACE, HEALTH)
    page = ana.get("/compromisos/nuevo")
    assert "Toda la ciudad" not in page
    assert "Infraestructura" not in page
    ana.send("/compromisos/nuevo", NEW | {"project": "", "organism": WORKS})
    assert count(followed, CommitmentRow) == 0
    ana.post("/compromisos/nuevo", NEW | {"project": "", "organism": HEALTH})
    assert "Salud Pública" in ana.get("/compromisos/1")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"meeting_on": ""}, "Escriba la fecha de la reunión."),
        ({"meeting_on": "01/08/2022"}, "La reunión está en el futuro."),
        ({"due_on": "31/02/2022"}, "31/02/2022"),
        ({"due_on": "01/07/2022"}, "La fecha es anterior a la reunión."),
        ({"what": "Ya"}, "El texto es demasiado corto."),
        ({"responsible": ""}, "Escriba quién responde."),
        ({"project": "BP26999999"}, "Ese proyecto no existe."),
    ],
)
def test_what_is_wrong_is_told_at_its_box_and_nothing_is_lost(
    followed: Flask, changes: dict[str, str], told: str
) -> None:
    page = reader(followed, Role.PLANEACION).send("/compromisos/nuevo", NEW | changes)
    assert told in page
    assert fields(page)["meeting"] == NEW["meeting"]
    assert count(followed, CommitmentRow) == 0


def test_two_people_answer_at_once_and_the_second_keeps_what_was_typed(followed: Flask) -> None:
    add(followed, project="BP26000002")
    luz, ana = reader(followed, Role.PLANEACION), reader(followed, Role.ENLACE, HEALTH)
    luz.post("/compromisos/1/comentario", typed("comentario"))
    page = ana.send("/compromisos/1/cumplido", typed("cumplido"))
    assert "Ana Prueba hizo otro cambio" in page
    assert "Se entregó el cronograma." in page
    assert "Va en camino." in page
    ana.post("/compromisos/1/cumplido", typed("cumplido") | {"done-version": fields(page)["done-version"]})
    assert "Cumplido" in ana.get("/compromisos/1")


@pytest.mark.parametrize(
    ("word", "changes", "told"),
    [
        ("cumplido", {"done-text": "", "done-day": "20/07/2022"}, ("Escriba el texto.", "La entrega debe estar entre")),
        ("aplazamiento", {"postponed-text": "no", "postponed-day": ""}, ("Escriba la fecha nueva.", "demasiado corto")),
        ("aplazamiento", {"postponed-day": "08/07/2022"}, ("La fecha nueva debe ser posterior al 08/07/2022",)),
        ("cumplido", {"done-version": "x"}, ("hizo otro cambio",)),
    ],
)
def test_a_step_that_cannot_be_is_told_at_an_address(
    followed: Flask, word: str, changes: dict[str, str], told: tuple[str, ...]
) -> None:
    add(followed, project="BP26000002")
    luz = reader(followed, Role.PLANEACION)
    luz.post("/compromisos/1/comentario", typed("comentario"))
    answer = luz.post(f"/compromisos/1/{word}", typed(word, 1) | changes)
    for _ in range(2):
        page = luz.get(answer.location)
        assert [words for words in told if words not in page] == []
    luz.post("/compromisos/1/otra-cosa", {}, 404)
    assert count(followed, CommitmentEventRow) == 1


def test_what_was_typed_for_a_commitment_that_was_cancelled_meanwhile_can_be_copied(followed: Flask) -> None:
    add(followed, project="BP26000002")
    luz, ana = reader(followed, Role.PLANEACION), reader(followed, Role.ENLACE, HEALTH)
    luz.post("/compromisos/1/cancelacion", typed("cancelacion"))
    page = ana.send("/compromisos/1/cumplido", typed("cumplido"))
    for words in ("No se pudo: marcar cumplido", "hizo otro cambio", "Se entregó el cronograma."):
        assert words in page


def test_all_that_is_wrong_with_a_new_commitment_is_told_at_once(followed: Flask) -> None:
    wrong = {"meeting_on": "ayer", "due_on": "01/06/2022", "what": "Ya", "responsible": "", "project": "BP26999999"}
    page = reader(followed, Role.PLANEACION).send("/compromisos/nuevo", NEW | wrong)
    for words in ("«ayer»", "demasiado corto", "Escriba quién responde.", "Ese proyecto no existe."):
        assert words in page
    assert "anterior a la reunión" not in page


def listed(pages: Pages, query: str) -> str:
    return pages.get(f"/compromisos?{query}").text


def test_the_list_puts_the_overdue_first_and_is_narrowed_by_its_address(followed: Flask) -> None:
    add(followed, organism=WORKS, what="Radicar los diseños.", responsible="Óscar", due_on=date(2022, 8, 1))
    add(followed, project="BP26000002")
    pages = reader(followed)
    page = pages.get("/compromisos")
    assert "2 compromisos, 1 vencido" in page
    assert page.text.index("Entregar los soportes") < page.text.index("Radicar los diseños")
    assert "vencido hace 5 días hábiles" in page
    for query in (f"organismo={WORKS}", "estado=open", "responsable=oscar"):
        text = listed(pages, query)
        assert "Radicar los diseños" in text
        assert "Entregar los soportes" not in text
    assert "Radicar" not in listed(pages, "proyecto=bp-26000002")
    assert "Ningún compromiso cumple estos filtros" in listed(pages, "estado=cancelled")
    for query in ("estado=x", "organismo=zz", "proyecto=BP26999999", "pagina=x"):
        assert "no tiene la opción" in listed(pages, query) or "no existe" in listed(pages, query)


def test_the_file_has_the_rows_of_the_list(followed: Flask) -> None:
    add(followed, project="BP26000002")
    add(followed, organism=WORKS, due_on=date(2022, 8, 1))
    pages = reader(followed)
    lines = pages.get("/compromisos.csv?estado=overdue").response.get_data(as_text=True).splitlines()
    assert len(lines) == 2
    assert "BP26000002" in lines[1]
    assert ";Vencido;5;" in lines[1]
    pages.get("/compromisos.csv?estado=x", 422)
    assert len(pages.get("/compromisos.csv").response.get_data(as_text=True).splitlines()) == 3


def test_an_organism_reads_its_own_alone(followed: Flask) -> None:
    add(followed, organism=WORKS, what="Radicar los diseños.")
    add(followed, what="Publicar el informe del mes.")
    ana = reader(followed, Role.ORDENADOR, HEALTH)
    assert "Aún no hay compromisos" in ana.get("/compromisos")
    assert "Radicar" not in ana.get("/alertas/proximos-30-dias")
    ana.get("/compromisos/1", 404)
    ana.get("/compromisos/2", 404)
    assert len(ana.get("/compromisos.csv").response.get_data(as_text=True).splitlines()) == 1


def test_commitments_stand_on_agenda_project_and_organism(followed: Flask) -> None:
    add(followed, project="BP26000002")
    add(followed, organism=WORKS, what="Radicar los diseños.", due_on=date(2022, 8, 1))
    add(followed, what="Publicar el informe de fin de año.", due_on=date(2022, 12, 20))
    pages = reader(followed)
    agenda = pages.get("/alertas/proximos-30-dias")
    assert "vencido hace 5 días hábiles" in agenda
    assert "Radicar los diseños." in agenda
    assert "fin de año" not in agenda
    assert "Entregar los soportes" not in pages.get(f"/alertas/proximos-30-dias?organismo={WORKS}")
    assert "Ningún compromiso está vencido" in pages.get("/alertas/proximos-30-dias?corte=2022-05-20")
    assert "Entregar los soportes" in pages.get("/proyectos/p-bp26000002")
    assert 'id="compromisos"' not in pages.get("/proyectos/p-bp26000001").html
    assert "Radicar los diseños." in pages.get(f"/organismos/{WORKS}")
    assert "Radicar los diseños." not in pages.get(f"/organismos/{HEALTH}")


def test_the_page_of_a_project_leads_to_a_new_commitment_of_it(followed: Flask) -> None:
    ana = reader(followed, Role.ENLACE, HEALTH)
    assert 'href="/compromisos/nuevo?proyecto=BP26000002"' in ana.get("/proyectos/p-bp26000002").html
    assert fields(ana.get("/compromisos/nuevo?proyecto=BP26000002"))["project"] == "BP26000002"
    assert "Agregar compromiso" not in reader(followed).get("/proyectos/p-bp26000002")
