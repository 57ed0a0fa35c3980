"""Planning changes projects on their page; everybody else reads the history."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.domain.plan import PlanLine
from pp_monitor.models.plan import BaselineRow
from pp_monitor.models.project import Project, ProjectChange
from tests.plan_data import VIAS, City, build_city, project_code
from tests.replanned import ASKED_ON, register
from tests.views.registering import count, fields, person

PROJECT = "/proyectos/pp-2022-bp26450001"
CHANGES = f"{PROJECT}/cambios"
ACT = {"act": "Decreto 5", "day": "09/05/2022", "reason": "Lo pidió la comunidad."}
# What each form adds to the act, and a word of the history that follows.
KINDS: dict[str, tuple[dict[str, str], str]] = {
    "nombre": ({"name": "Nombre nuevo"}, "Nombre nuevo"),
    "valor": ({"amount": "$77.000"}, "$77.000"),
    "territorio": ({"territory_1": "01", "territory_2": "51"}, "Comuna 1, Navarro"),
    "bpin": ({"bpin": "2021760010123"}, "2021760010123"),
    "organismo": ({"organism": VIAS}, "Secretaría de Infraestructura"),
    "retiro": ({"destination": "Al proyecto BP26450002"}, "Destino: Al proyecto BP26450002"),
    "suspension": ({"expected": "01/06/2022"}, "Suspendido, reinicio previsto el 01/06/2022"),
}
NEW = ACT | {
    "code": "BP26009999",
    "name": "Parque nuevo",
    "organism": "4145",
    "amount": "$900",
    "territory_1": "01",
}


def typed(kind: str, **changes: str) -> dict[str, str]:
    """What a browser sends of one form."""
    values = ACT | KINDS.get(kind, ({}, ""))[0] | changes
    return {f"{kind}-{name}": value for name, value in values.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_each_change_is_recorded_with_its_act(app: Flask, city: City, kind: str) -> None:
    luz = person(app, Role.PLANEACION, label="Luz Plan").pages
    assert "No ha tenido cambios por acto." in luz.get(CHANGES)
    luz.post(f"{CHANGES}/{kind}", typed(kind))
    page = luz.get(CHANGES)
    for words in (KINDS[kind][1], "Decreto 5", "Luz Plan", "Lo pidió la comunidad."):
        assert words in page


def test_a_suspended_project_restarts_once_its_new_dates_were_seen(app: Flask, city: City) -> None:
    luz = person(app, Role.PLANEACION).pages
    luz.post(f"{CHANGES}/suspension", typed("suspension"))
    assert "Lleva 5 días hábiles en suspensión. Reinicio previsto: 01/06/2022." in luz.get(PROJECT)
    page = luz.send(f"{CHANGES}/reinicio", typed("reinicio", day="13/05/2022"))
    for words in ("suspendido desde el 09/05/2022: 4 días hábiles", "25/10/2022", "31/10/2022", "Nueva"):
        assert words in page
    again = luz.send(
        f"{CHANGES}/reinicio", fields(page) | typed("reinicio", day="16/05/2022") | {"accion": "registrar"}
    )
    assert "5 días hábiles" in again
    assert count(app, BaselineRow) == 1
    luz.post(f"{CHANGES}/reinicio", fields(again) | typed("reinicio", day="16/05/2022") | {"accion": "registrar"})
    assert count(app, BaselineRow) == 2
    assert "corrido por suspensión, +5 días hábiles" in luz.get(PROJECT)


def test_the_days_of_a_suspension_are_told_of_a_project_without_plan_too(app: Flask, city: City) -> None:
    luz = person(app, Role.PLANEACION, label="Luz Plan").pages
    project = f"/proyectos/pp-2022-{project_code(3).lower()}"
    luz.post(f"{project}/cambios/suspension", typed("suspension"))
    page = luz.send(f"{project}/cambios/reinicio", typed("reinicio", day="13/05/2022"))
    for words in ("suspendido desde el 09/05/2022: 4 días hábiles", "No hay fechas por correr."):
        assert words in page
    luz.post(
        f"{project}/cambios/reinicio", fields(page) | typed("reinicio", day="13/05/2022") | {"accion": "registrar"}
    )
    story = luz.get(project).text
    assert "Volvió a estar activo. Acto: Decreto 5. Lo pidió la comunidad." in story
    assert story.count("Luz Plan") >= 2


def test_a_restart_before_its_suspension_shows_no_dates(app: Flask, city: City) -> None:
    luz = person(app, Role.PLANEACION).pages
    luz.post(f"{CHANGES}/suspension", typed("suspension"))
    page = luz.send(f"{CHANGES}/reinicio", typed("reinicio", day="06/05/2022"))
    assert "El acto debe regir desde un día entre el 09/05/2022 y hoy, 16/05/2022." in page
    assert "Fechas nuevas" not in page
    assert fields(page)["reinicio-day"] == "06/05/2022"


def test_a_day_without_its_year_is_one_of_the_vigencia(app: Flask, city: City) -> None:
    luz = person(app, Role.PLANEACION).pages
    luz.post(f"{CHANGES}/nombre", typed("nombre", day="9/5"))
    assert "09/05/2022" in luz.get(CHANGES)


def test_a_bad_link_is_told_once(app: Flask, city: City) -> None:
    page = person(app, Role.PLANEACION).pages.send(f"{CHANGES}/nombre", typed("nombre", url="ftp://acta"))
    # Above the form and at its box.
    assert page.text.count("El enlace no es una dirección web.") == 2


def test_a_project_with_its_plan_is_transferred_without_a_deadline(app: Flask, city: City) -> None:
    luz = person(app, Role.PLANEACION).pages
    page = luz.send(f"{CHANGES}/organismo", typed("organismo", deadline="10/06/2022"))
    assert "Este proyecto ya tiene plan registrado: no lleva plazo para registrar." in page
    assert fields(page)["organismo-deadline"] == "10/06/2022"
    luz.post(f"{CHANGES}/organismo", typed("organismo"))
    assert count(app, ProjectChange) == 1


def test_why_a_milestone_does_not_apply_stays_on_the_page_after_a_restart(app: Flask) -> None:
    told = "Avance físico 50 % no aplica porque: «Compra con una sola entrega»"
    with app.app_context():
        register(
            build_city(demo_today=ASKED_ON), H10=PlanLine(not_applicable=True, reason="Compra con una sola entrega")
        )
    luz = person(app, Role.PLANEACION).pages
    assert told in luz.get(PROJECT)
    luz.post(f"{CHANGES}/suspension", typed("suspension"))
    page = luz.send(f"{CHANGES}/reinicio", typed("reinicio"))
    luz.post(f"{CHANGES}/reinicio", fields(page) | typed("reinicio") | {"accion": "registrar"})
    assert count(app, BaselineRow) == 2
    assert told in luz.get(PROJECT)


def test_a_withdrawn_project_comes_back(app: Flask, city: City) -> None:
    luz = person(app, Role.PLANEACION).pages
    luz.post(f"{CHANGES}/retiro", typed("retiro"))
    luz.post(f"{CHANGES}/regreso", typed("regreso", day="16/05/2022"))
    assert "Regreso a la vigencia" in luz.get(CHANGES)
    assert "no está retirado" in luz.send(f"{CHANGES}/regreso", typed("regreso", day="16/05/2022"))


@pytest.mark.parametrize(
    ("kind", "changes", "told"),
    [
        ("nombre", {"name": ""}, "Escriba el nombre."),
        ("nombre", {"act": ""}, "Escriba el acto."),
        ("nombre", {"reason": " "}, "Falta el motivo."),
        ("nombre", {"day": "31/02/2022"}, "31/02/2022"),
        ("nombre", {"day": "17/05/2022"}, "y hoy, 16/05/2022"),
        ("nombre", {"url": "acta"}, "El enlace no es una dirección web."),
        ("valor", {"amount": "mucho"}, "mucho"),
        ("bpin", {"bpin": "abc"}, "Ese no es un BPIN."),
        ("organismo", {"organism": ""}, "Elija el organismo."),
        ("organismo", {"organism": "9999"}, "Organismo"),
        ("organismo", {"deadline": "02/05/2022"}, "El plazo debe ser un día entre hoy y el 31/12/2022."),
        ("territorio", {"territory_2": "01"}, "Ese territorio ya está."),
        ("territorio", {"territory_2": "", "amount_2": "$5"}, "Elija el territorio de este valor."),
        ("territorio", {"amount_1": "$5", "amount_2": "$6"}, "Los territorios suman $11"),
        ("retiro", {"destination": ""}, "Diga a dónde va el dinero."),
        ("suspension", {"expected": "02/05/2022"}, "El reinicio previsto debe ser posterior a la suspensión."),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(
    app: Flask, city: City, kind: str, changes: dict[str, str], told: str
) -> None:
    page = person(app, Role.PLANEACION).pages.send(f"{CHANGES}/{kind}", typed(kind, **changes))
    assert told in page
    if "act" not in changes:
        assert fields(page)[f"{kind}-act"] == "Decreto 5"
    assert count(app, ProjectChange) == 0


def splits(*rows: tuple[str, str], prefix: str = "territorio-") -> dict[str, str]:
    """Territories with their amounts as they are typed, from the first row on."""
    return {
        f"{prefix}{part}_{number}": text
        for number, row in enumerate(rows, start=1)
        for part, text in zip(("territory", "amount"), row, strict=True)
    }


MANY = [(f"{number:02d}", "$10.000.000") for number in range(1, 11)]


@pytest.mark.parametrize(("address", "sent"), [(f"{CHANGES}/nombre", typed("nombre")), ("/proyectos/nuevo", NEW)])
def test_a_reason_must_be_understood(app: Flask, city: City, address: str, sent: dict[str, str]) -> None:
    box = next(name for name in sent if name.endswith("reason"))
    page = person(app, Role.PLANEACION).pages.send(address, sent | {box: "porque sí"})
    assert "El motivo es demasiado corto." in page
    assert fields(page)[box.replace("reason", "act")] == "Decreto 5"
    assert count(app, ProjectChange) == 0


def test_a_document_waits_with_what_was_typed(app: Flask, city: City) -> None:
    luz = person(app, Role.PLANEACION).pages
    sent: dict[str, Any] = typed("nombre", name="") | {"nombre-file": (io.BytesIO(b"%PDF-1.4 acto"), "decreto.pdf")}
    page = luz.send(f"{CHANGES}/nombre", sent)
    assert "decreto.pdf" in page
    luz.post(f"{CHANGES}/nombre", fields(page) | typed("nombre"))
    assert "decreto.pdf" in luz.get(CHANGES)


def test_more_territories_are_asked_for_and_nothing_typed_is_lost(app: Flask, city: City) -> None:
    luz = person(app, Role.PLANEACION).pages
    sent = typed("territorio") | splits(*MANY[:5])
    page = luz.send(f"{CHANGES}/territorio", sent | {"accion": "territorios"})
    assert "Territorio 10" in page
    assert "Revise lo siguiente" not in page
    assert fields(page)["territorio-amount_5"] == "$10.000.000"
    assert fields(page)["territorio-act"] == "Decreto 5"
    assert count(app, ProjectChange) == 0
    luz.post(f"{CHANGES}/territorio", fields(page) | typed("territorio") | splits(*MANY))
    page = luz.get(CHANGES)
    assert "Comuna 10 $10.000.000" in page
    assert fields(page)["territorio-amount_10"] == "$10.000.000"
    assert "Territorio 11" not in page


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ("$9.000.000", "Los territorios suman $99.000.000 y el proyecto vale $100.000.000: faltan $1.000.000."),
        ("$11.000.000", "Los territorios suman $101.000.000 y el proyecto vale $100.000.000: sobran $1.000.000."),
        ("", "Falta el valor de un territorio."),
    ],
)
def test_all_territories_together_make_the_value(app: Flask, city: City, last: str, told: str) -> None:
    luz = person(app, Role.PLANEACION).pages
    sent = typed("territorio") | splits(*MANY[:9], (MANY[9][0], last))
    page = luz.send(f"{CHANGES}/territorio", sent)
    assert told in page
    assert fields(page)["territorio-amount_9"] == "$10.000.000"


def test_two_people_at_once_and_the_second_keeps_what_was_typed(app: Flask, city: City) -> None:
    luz, iris = person(app, Role.PLANEACION).pages, person(app, Role.PLANEACION).pages
    mark = fields(luz.get(CHANGES))["nombre-seen"]
    iris.post(f"{CHANGES}/valor", typed("valor", seen=mark))
    page = luz.send(f"{CHANGES}/nombre", typed("nombre", seen=mark))
    assert "Otra persona cambió este proyecto" in page
    assert fields(page)["nombre-name"] == "Nombre nuevo"
    luz.post(f"{CHANGES}/nombre", typed("nombre", seen=fields(page)["nombre-seen"]))


@pytest.mark.parametrize(
    ("role", "organism", "reads", "changes"),
    [
        (Role.PLANEACION, "4145", 200, 302),
        (Role.ENLACE, "4145", 200, 403),
        (Role.ENLACE, VIAS, 404, 403),
        (Role.ORDENADOR, "4145", 200, 403),
        (Role.CONTRATACION, "4145", 200, 403),
        (Role.LECTURA, "4145", 200, 403),
        (Role.CONTROL, "4145", 200, 403),
        (Role.ADMIN, "4145", 403, 403),
    ],
)
def test_who_reads_and_who_changes(app: Flask, city: City, role: Role, organism: str, reads: int, changes: int) -> None:
    pages = person(app, role, organism).pages
    assert pages.client.get(CHANGES).status_code == reads
    if reads == 200:
        assert ("Registrar un cambio" in pages.get(CHANGES)) == (changes == 302)
    assert pages.client.get("/proyectos/nuevo").status_code == (200 if changes == 302 else 403)
    assert pages.client.post("/proyectos/nuevo", data=NEW).status_code == changes
    for kind in (*KINDS, "regreso", "reinicio"):
        sent = pages.client.post(f"{CHANGES}/{kind}", data=typed(kind, day="16/05/2022"))
        if changes != 302:
            assert sent.status_code == changes
    assert (count(app, ProjectChange) > 0) == (changes == 302)


def test_a_kind_that_does_not_exist_is_not_found(app: Flask, city: City) -> None:
    person(app, Role.PLANEACION).pages.get(f"{CHANGES}", 200)
    assert person(app, Role.PLANEACION).pages.client.post(f"{CHANGES}/nada", data=ACT).status_code == 404


def test_a_new_project_lies_in_as_many_territories_as_it_has(app: Flask, city: City) -> None:
    luz = person(app, Role.PLANEACION).pages
    page = luz.send("/proyectos/nuevo", NEW | {"accion": "territorios"})
    assert "Territorio 10" in page
    assert fields(page)["code"] == NEW["code"]
    seven = splits(*((code, "") for code, _ in MANY[:7]), prefix="")
    added = luz.post("/proyectos/nuevo", fields(page) | NEW | seven).location
    assert "Comuna 7" in luz.get(added.removesuffix("/cambios"))


def test_a_project_is_added(app: Flask, city: City) -> None:
    luz = person(app, Role.PLANEACION).pages
    assert "Agregar proyecto" in luz.get("/proyectos")
    added = luz.post("/proyectos/nuevo", NEW).location
    page = luz.get(added)
    assert "Entró a la vigencia" in page
    assert "Parque nuevo, $900" in page
    assert "BP26009999" in luz.get("/proyectos")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"code": "4119"}, "no es un código de proyecto"),
        ({"code": "BP26450001"}, "ya está en la vigencia"),
        ({"name": ""}, "Escriba el nombre."),
        ({"amount": ""}, "Escriba el valor."),
        ({"territory_1": ""}, "Falta el territorio."),
        ({"amount_1": "$5"}, "Los territorios suman $5"),
        ({"act": ""}, "Escriba el acto."),
    ],
)
def test_a_new_project_with_faults_is_told_and_nothing_is_lost(
    app: Flask, city: City, changes: dict[str, str], told: str
) -> None:
    page = person(app, Role.PLANEACION).pages.send("/proyectos/nuevo", NEW | changes)
    assert told in page
    assert "Lo pidió la comunidad." in page
    assert count(app, Project) == 5
