"""The enlace of an organism and Planning keep the contracts of a project; everybody else reads them."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.models.contract import ContractGuarantee, ContractPackage, ProcessEvent
from pp_monitor.models.progress import FactSource
from pp_monitor.models.project import AttemptVoid, Contract, Process, ProjectContract
from pp_monitor.services.progress import FactEntry, record_facts
from tests.pages import NOT_FOUND, Pages
from tests.plan_data import VIAS, City, build_city, project_code
from tests.replanned import ASKED_ON, register
from tests.views.registering import count, fields, person

PROJECT = "/proyectos/pp-2022-bp26450001"
CONTRACTS = f"{PROJECT}/contratos"
NUMBER, REFERENCE = "4145.010.26.1.0668-2022", "4145.010.32.1.0012-2022"
PROCESS = {"reference": REFERENCE, "url": "https://community.secop.gov.co/1", "day": "18/04/2022"}
CONTRACT = {"number": NUMBER, "amount": "$40.000.000", "day": "02/05/2022"}
ORDER = {"act": "Resolución 41", "day": "09/05/2022", "reason": "Ningún proponente cumplió."}


def typed(name: str, values: dict[str, str], **changes: str) -> dict[str, str]:
    """What a browser sends of one form."""
    return {f"{name}-{box}": value for box, value in (values | changes).items()}


@pytest.fixture
def city(app: Flask) -> City:
    with app.app_context():
        found = build_city(demo_today=ASKED_ON)
        register(found, 1)
        register(found, 2)
        return found


@pytest.fixture
def ana(app: Flask, city: City) -> Pages:
    """The enlace of Salud, whose project has its process."""
    found = person(app, label="Ana Enlace").pages
    found.post(f"{CONTRACTS}/nuevo-proceso", typed("proceso", PROCESS))
    return found


@pytest.fixture
def linked(app: Flask, ana: Pages) -> str:
    """The page of a contract of that project."""
    ana.post(f"{CONTRACTS}/nuevo-contrato", typed("contrato", CONTRACT))
    return f"{CONTRACTS}/1"


def test_an_enlace_adds_a_process_and_a_contract(app: Flask, ana: Pages, linked: str) -> None:
    page = ana.get(CONTRACTS)
    for words in (REFERENCE, "Intento 1 abierto", NUMBER, "$40.000.000", "1 proyecto"):
        assert words in page
    assert "Contratos" in ana.get(PROJECT)


def test_a_contract_that_is_known_is_linked_and_said_so(app: Flask, ana: Pages, linked: str) -> None:
    other = f"/proyectos/pp-2022-{project_code(2).lower()}/contratos"
    ana.post(f"{other}/nuevo-contrato", typed("contrato", CONTRACT, number=f" {NUMBER} ", amount=""))
    assert f"Se vinculó el contrato {NUMBER}, que ya estaba en otro proyecto." in ana.get(other)
    assert (count(app, Contract), count(app, ProjectContract)) == (1, 2)


def test_an_unusual_number_is_taken_and_doubted(app: Flask, ana: Pages) -> None:
    ana.post(f"{CONTRACTS}/nuevo-contrato", typed("contrato", CONTRACT, number="Contrato 41"))
    assert "El número no tiene la forma usual del Distrito: revíselo." in ana.get(CONTRACTS)


def test_desierto_opens_the_second_attempt_and_its_dates_do_not_count(app: Flask, city: City, ana: Pages) -> None:
    with app.app_context():
        entry = FactEntry(city.id(1), "H03", actual=ASKED_ON.replace(day=4))
        record_facts(vigencia=city.vigencia, entries=[entry], actor=city.actor, today=ASKED_ON, source=FactSource.FORM)
    ana.post(f"{CONTRACTS}/procesos/1/desierto", typed("desierto-1", ORDER))
    page = ana.get(CONTRACTS)
    for words in ("intento 2 desde el 09/05/2022", "Resolución 41", "Ningún proponente cumplió.", "Ana Enlace"):
        assert words in page
    assert count(app, AttemptVoid) == 1


def test_desierto_sent_twice_does_not_void_the_attempt_that_the_first_one_opened(app: Flask, ana: Pages) -> None:
    assert 'name="desierto-1-seen" type="hidden" value="1"' in ana.get(CONTRACTS).html
    order = typed("desierto-1", ORDER, seen="1")
    ana.post(f"{CONTRACTS}/procesos/1/desierto", order)
    again = ana.send(f"{CONTRACTS}/procesos/1/desierto", order)
    assert "va en el intento 2: cambió desde que usted abrió la página. No se guardó nada." in again
    assert count(app, AttemptVoid) == 1


def test_a_process_is_suspended_restarted_and_abandoned(app: Flask, ana: Pages) -> None:
    url = f"{CONTRACTS}/procesos/1"
    ana.post(f"{url}/suspension", typed("suspension-1", ORDER, expected="16/06/2022"))
    page = ana.get(CONTRACTS)
    assert "Suspensión, reinicio previsto el 16/06/2022" in page
    assert "Declarar desierto" not in page
    ana.post(f"{url}/reinicio", typed("reinicio-1", ORDER, day="12/05/2022"))
    ana.post(f"{url}/abandono", typed("abandono-1", ORDER, day="13/05/2022"))
    assert "Abandonado" in ana.get(CONTRACTS)
    again = ana.send(f"{url}/desierto", typed("desierto-1", ORDER, day="13/05/2022"))
    for words in ("No se pudo registrar", "está abandonado: ese paso ya no cabe.", "Resolución 41 · 13/05/2022"):
        assert words in again
    assert count(app, ProcessEvent) == 3


def test_a_contract_serves_more_projects_and_leaves_one_by_act(app: Flask, ana: Pages, linked: str) -> None:
    rows = {"projects-0-code": "BP-26450002", "projects-0-amount": "$10.000.000", "day": "09/05/2022"}
    ana.post(f"{linked}/vincular", typed("vincular", rows))
    page = ana.get(linked)
    for words in (project_code(2), "$10.000.000", "$50.000.000"):
        assert words in page
    ana.post(f"{linked}/desvincular", typed("desvincular", ORDER))
    assert "Dejó de servir el 09/05/2022" in ana.get(linked)
    assert "Todavía no tiene contratos." in ana.get(CONTRACTS)


def test_the_act_of_each_link_is_seen_from_every_project_of_the_contract(app: Flask, ana: Pages, linked: str) -> None:
    rows = {"projects-0-code": project_code(2), "day": "09/05/2022", "act": "Otrosí 3 del contrato"}
    ana.post(f"{linked}/vincular", typed("vincular", rows))
    other = f"/proyectos/pp-2022-{project_code(2).lower()}/contratos/1"
    for url in (linked, other):
        assert "Otrosí 3 del contrato" in ana.get(url)
    ana.post(f"{other}/desvincular", backed("desvincular", ORDER | {"act": "Otrosí 4 del contrato"}))
    for url in (linked, other):
        assert "Dejó de servir el 09/05/2022 Otrosí 4 del contrato Descargar el soporte" in ana.get(url)
    document = f"{other.removesuffix('/1')}/soporte/1"
    assert f'href="{document}"' in ana.get(linked).html
    ana.get(document)
    strange = {"projects-0-code": project_code(1, VIAS), "day": "09/05/2022", "act": "Otrosí 5 del contrato"}
    person(app, Role.PLANEACION).pages.post(f"{linked}/vincular", typed("vincular", strange))
    assert "Otrosí 5" not in ana.get(linked)


def test_guarantees_are_approved_and_taken_back(app: Flask, ana: Pages, linked: str) -> None:
    values = {"approved": "06/05/2022", "act": "Oficio 12", "seen": "0"}
    ana.post(f"{linked}/garantias", typed("garantias", values))
    page = ana.get(linked)
    assert "06/05/2022 (Oficio 12, Ana Enlace)" in page
    assert fields(page)["garantias-seen"] == "1"
    late = ana.send(f"{linked}/garantias", typed("garantias", values, approved="05/05/2022"))
    assert "Otra persona registró las garantías" in late
    assert (fields(late)["garantias-approved"], fields(late)["garantias-seen"]) == ("05/05/2022", "1")
    ana.post(f"{linked}/garantias", typed("garantias", values, approved="", seen="1"))
    assert "Sin registrar" in ana.get(linked)
    assert count(app, ContractGuarantee) == 2


LINK = "https://community.secop.gov.co/acto"


def paper() -> dict[str, tuple[BytesIO, str]]:
    return {"file": (BytesIO(b"%PDF-1.7 acto"), "Acto.pdf")}


def backed(name: str, values: dict[str, Any]) -> dict[str, Any]:
    """A form with a document."""
    return typed(name, values) | {f"{name}-{box}": value for box, value in paper().items()}


def test_each_act_takes_its_document_for_who_may_read_it(app: Flask, ana: Pages, linked: str) -> None:
    guarantees = {"approved": "06/05/2022", "act": "Oficio 12", "seen": "0"}
    for url, name, values in (
        (f"{CONTRACTS}/procesos/1/desierto", "desierto-1", ORDER),
        (f"{CONTRACTS}/procesos/1/suspension", "suspension-1", ORDER | {"expected": "16/06/2022"}),
        (f"{CONTRACTS}/procesos/1/reinicio", "reinicio-1", ORDER),
        (f"{linked}/garantias", "garantias", guarantees),
        (f"{linked}/desvincular", "desvincular", ORDER),
    ):
        ana.post(url, backed(name, values))
    shown, of_contract = ana.get(CONTRACTS), ana.get(linked)
    assert shown.text.count("Descargar el soporte de Resolución 41 : Acto.pdf") == 3
    assert of_contract.text.count("Descargar el soporte") == 2
    document = f"{CONTRACTS}/soporte/1"
    assert shown.html.count(document) == 3
    assert person(app, Role.CONTROL).pages.get(document).response.data == b"%PDF-1.7 acto"
    reader = person(app, Role.LECTURA).pages
    assert "Descargar el soporte" not in reader.get(CONTRACTS)
    reader.get(document, 403)
    person(app, organism=VIAS).pages.get(document, 404)
    ana.get(f"/proyectos/pp-2022-{project_code(2).lower()}/contratos/soporte/1", 404)


def test_an_act_may_be_backed_by_its_address(ana: Pages) -> None:
    ana.post(f"{CONTRACTS}/procesos/1/desierto", typed("desierto-1", ORDER, url=LINK))
    page = ana.get(CONTRACTS)
    assert "Abrir el soporte de Resolución 41" in page
    assert f'href="{LINK}"' in page.html


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"url": LINK} | paper(), "Deje solo uno de los dos."),
        ({"url": "acto"}, "El enlace no es una dirección web."),
        ({"file": (BytesIO(b"MZ"), "Acto.exe")}, "El archivo no es un PDF"),
    ],
)
def test_a_document_that_cannot_be_kept_is_told_and_nothing_is_recorded(
    app: Flask, ana: Pages, changes: dict[str, Any], told: str
) -> None:
    sent = typed("desierto-1", ORDER) | {f"desierto-1-{box}": value for box, value in changes.items()}
    assert told in ana.send(f"{CONTRACTS}/procesos/1/desierto", sent)
    assert count(app, AttemptVoid) == 0


def test_a_document_is_not_asked_for_twice(ana: Pages) -> None:
    wrong = backed("desierto-1", ORDER | {"reason": "no"})
    page = ana.send(f"{CONTRACTS}/procesos/1/desierto", wrong)
    assert "Archivo adjunto: Acto.pdf" in page
    held = {"held": fields(page)["desierto-1-held"]}
    ana.post(f"{CONTRACTS}/procesos/1/desierto", typed("desierto-1", ORDER | held))
    assert "Descargar el soporte de Resolución 41 : Acto.pdf" in ana.get(CONTRACTS)


WRONG = [
    ("nuevo-proceso", "proceso", PROCESS, {"reference": ""}, "Escriba el número del proceso."),
    ("nuevo-proceso", "proceso", PROCESS, {"url": "secop"}, "El enlace no es una dirección web."),
    ("nuevo-proceso", "proceso", PROCESS, {}, "Ese proceso ya está en este proyecto."),
    ("nuevo-contrato", "contrato", CONTRACT, {"number": ""}, "Escriba el número del contrato."),
    ("nuevo-contrato", "contrato", CONTRACT, {"amount": "mucho"}, "mucho"),
    ("nuevo-contrato", "contrato", CONTRACT, {"day": "17/05/2022"}, "y hoy, 16/05/2022"),
    ("nuevo-contrato", "contrato", CONTRACT, {"day": ""}, "Escriba el día."),
    ("procesos/1/desierto", "desierto-1", ORDER, {"act": ""}, "Escriba el acto."),
    ("procesos/1/desierto", "desierto-1", ORDER, {"reason": "no"}, "El motivo es demasiado corto."),
    ("procesos/1/desierto", "desierto-1", ORDER, {"day": "01/04/2022"}, "entre el 18/04/2022 y hoy"),
    ("procesos/1/suspension", "suspension-1", ORDER, {}, "Escriba cuándo se prevé el reinicio."),
    ("procesos/1/abandono", "abandono-1", ORDER, {"contract": "4151.9"}, "Ese contrato no está en la vigencia."),
]


@pytest.mark.parametrize(("where", "name", "values", "changes", "told"), WRONG)
def test_what_is_wrong_is_told_at_its_box_and_nothing_is_lost(
    app: Flask, ana: Pages, where: str, name: str, values: dict[str, str], changes: dict[str, str], told: str
) -> None:
    page = ana.send(f"{CONTRACTS}/{where}", typed(name, values, **changes))
    assert told in page
    kept = fields(page)
    assert all(kept[key] == value for key, value in typed(name, values, **changes).items() if key in kept)
    assert count(app, AttemptVoid) + count(app, Contract) == 0


AT_ONCE = [
    (
        "nuevo-proceso",
        typed("proceso", PROCESS, url="secop", day="ayer"),
        ("El enlace no es una dirección web.", "«ayer»", "Ese proceso ya está en este proyecto."),
    ),
    (
        "1/vincular",
        typed(
            "vincular",
            {
                "day": "ayer",
                "projects-0-code": "BP26450001",
                "projects-1-code": "BP26510001",
                "projects-2-amount": "mucho",
            },
        ),
        (
            "«ayer»",
            "ya sirve al proyecto BP26450001",
            "BP26510001 no está entre los proyectos en los que usted escribe.",
            "Valor que pone en el proyecto 3: «mucho»",
        ),
    ),
    (
        "procesos/1/abandono",
        typed("abandono-1", ORDER, reason="no", day="01/04/2022", contract="4151.9"),
        ("El motivo es demasiado corto.", "entre el 18/04/2022 y hoy", "Ese contrato no está en la vigencia."),
    ),
    (
        "1/garantias",
        typed("garantias", {"approved": "", "act": "", "seen": "0"}),
        ("Escriba el acto.", "No cambia nada."),
    ),
    (
        "paquete",
        {"paquete-planned": "", "paquete-signed": "3", "paquete-day": "17/05/2022", "paquete-seen": "0"},
        ("Escriba cuántos se prevén.", "y hoy, 16/05/2022"),
    ),
]


@pytest.mark.parametrize(("where", "sent", "told"), AT_ONCE, ids=[row[0] for row in AT_ONCE])
def test_all_that_is_wrong_is_told_at_once(
    app: Flask, ana: Pages, linked: str, where: str, sent: dict[str, str], told: tuple[str, ...]
) -> None:
    page = ana.send(f"{CONTRACTS}/{where}", sent)
    assert [words for words in told if words not in page] == []
    assert (count(app, Process), count(app, ProjectContract), count(app, ContractPackage)) == (1, 1, 0)


def test_a_form_that_was_refused_is_a_page_that_can_be_loaded_again(app: Flask, ana: Pages) -> None:
    answer = ana.post(f"{CONTRACTS}/nuevo-contrato", typed("contrato", CONTRACT, day="ayer"))
    for _ in range(2):
        page = ana.get(answer.location)
        assert "«ayer»" in page
        assert fields(page)["contrato-number"] == NUMBER
    assert fields(ana.get(CONTRACTS))["contrato-number"] == ""
    assert NUMBER not in person(app).pages.get(answer.location)
    assert count(app, Contract) == 0


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ({}, "Escriba al menos un proyecto."),
        ({"projects-0-amount": "$5"}, "Escriba el código de este valor."),
        ({"projects-0-code": "BP26450002", "projects-1-code": "BP26450002"}, "Ese proyecto ya está."),
        ({"projects-0-code": "BP26450001"}, "ya sirve al proyecto BP26450001"),
        (
            {"projects-0-code": "", "projects-1-code": "", "projects-2-code": "BP26510001"},
            "no está entre los proyectos en los que usted escribe",
        ),
    ],
)
def test_a_wrong_project_is_told_at_its_row(
    app: Flask, ana: Pages, linked: str, rows: dict[str, str], told: str
) -> None:
    page = ana.send(f"{linked}/vincular", typed("vincular", {"day": "09/05/2022"} | rows))
    assert page.text.count(told) == 2
    assert count(app, ProjectContract) == 1


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        (Role.ENLACE, True, True),
        (Role.PLANEACION, True, True),
        (Role.ORDENADOR, True, False),
        (Role.CONTRATACION, True, False),
        (Role.LECTURA, True, False),
        (Role.CONTROL, True, False),
        (Role.ADMIN, False, False),
    ],
)
def test_each_role_reads_or_writes(
    app: Flask, ana: Pages, linked: str, role: Role, *, reads: bool, writes: bool
) -> None:
    pages = person(app, role).pages
    for url in (CONTRACTS, linked):
        page = pages.get(url, 200 if reads else 403)
        assert any(f"formulario-{name}" in page.html for name in ("contrato", "vincular")) is writes
    sent = {
        f"{CONTRACTS}/nuevo-proceso": typed("proceso", PROCESS, reference="4145.010.32.1.0013-2022"),
        f"{CONTRACTS}/nuevo-contrato": typed("contrato", CONTRACT, number="4145.010.26.1.0999-2022"),
        f"{CONTRACTS}/procesos/1/suspension": typed("suspension-1", ORDER, expected="16/06/2022"),
        f"{linked}/garantias": typed("garantias", {"approved": "06/05/2022", "act": "Oficio 12", "seen": "0"}),
        f"{linked}/vincular": typed("vincular", {"projects-0-code": "BP26450002", "day": "09/05/2022"}),
        f"{linked}/desvincular": typed("desvincular", ORDER),
    }
    for url, values in sent.items():
        pages.post(url, values, 302 if writes else 403)
    assert count(app, Process) == (2 if writes else 1)


def test_the_contracts_of_another_organism_do_not_exist(app: Flask, ana: Pages, linked: str) -> None:
    luis = person(app, organism=VIAS, label="Luis Vías").pages
    for url in (CONTRACTS, linked):
        page = luis.get(url, 404)
        assert NOT_FOUND in page
        assert CONTRACT["number"] not in page
    luis.post(f"{CONTRACTS}/nuevo-contrato", typed("contrato", CONTRACT, number="4145.010.26.1.0999-2022"), 404)
    assert "4145.010.26.1.0999-2022" not in ana.get(CONTRACTS)


@pytest.mark.parametrize(
    "url", [f"{CONTRACTS}/9", f"{CONTRACTS}/procesos/9/desierto", f"{CONTRACTS}/procesos/1/olvido"]
)
def test_what_is_not_there_is_not_found(app: Flask, ana: Pages, url: str) -> None:
    page = ana.post(url, typed("desierto-9", ORDER), 404) if "procesos" in url else ana.get(url, 404)
    assert NOT_FOUND in page


def test_the_project_of_another_organism_is_told_without_its_name(app: Flask, ana: Pages, linked: str) -> None:
    rows = {"projects-0-code": project_code(1, VIAS), "projects-0-amount": "$7", "day": "09/05/2022"}
    person(app, Role.PLANEACION).pages.post(f"{linked}/vincular", typed("vincular", rows))
    page = ana.get(linked)
    assert "Sirve también a 1 proyecto de otro organismo" in page
    assert "Proyecto de otro organismo Infraestructura" in page
    assert project_code(1, VIAS) not in page
    values = {"approved": "06/05/2022", "act": "Oficio 12", "seen": "0"}
    ana.post(f"{linked}/garantias", typed("garantias", values), 403)
    assert count(app, ContractGuarantee) == 0
