"""The rules of alerts as people see and change them."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from tests.pages import FORBIDDEN, NOT_FOUND, Page, Pages
from tests.views.followed import HEALTH, follow, reader

URL = "/alertas/reglas"
WHY = "Lo acordó el comité de mayo"
OVERDUE = {
    "is_on": "y",
    "level": "",
    "recipients": ["enlace"],
    "serious_over": "4",
    "critical_over": "9",
    "key_serious_over": "0",
    "key_critical_over": "5",
    "reason": WHY,
}
STEPS = {"enlace": "0", "ordenador": "2", "planeacion": "4", "lectura": "", "reason": WHY}


def seen_seal(page: Page) -> str:
    found = re.search(r'name="visto" value="(\w+)"', page.html)
    assert found
    return found[1]


def save(pages: Pages, address: str, typed: dict[str, object]) -> Page:
    """See what a change would do, then save it."""
    return pages.post(address, typed | {"visto": seen_seal(pages.post(address, typed, 200))}, 302)


def test_every_rule_says_what_it_looks_for_with_its_numbers(app: Flask) -> None:
    follow(app)
    page = reader(app, Role.ENLACE, HEALTH).get(URL)
    for sentence in (
        "Grave con más de 10 días hábiles y crítico con más de 30; el contrato, el RP y el acta de inicio, con más",
        "Los pagos van más de 20 puntos por delante de la ejecución física.",
        "Se avisa al enlace del organismo el mismo día, al ordenador del gasto a los 3 días hábiles,",
        "Enlace; los demás por escalamiento",
        "Enlace, Contratación; los demás por escalamiento",
        "si el organismo no tiene enlace activo, el ordenador lo reemplaza",
        "De origen",
    ):
        assert sentence in page
    assert f'href="{URL}/overdue"' not in page.html


def test_planning_changes_a_rule_and_everybody_sees_who_and_why(app: Flask) -> None:
    follow(app)
    pages = reader(app, Role.PLANEACION)
    assert "Grave con más de, en días hábiles" in pages.get(f"{URL}/overdue")
    seen = pages.post(f"{URL}/overdue", OVERDUE, 200)
    assert "Todavía no se ha guardado" in seen
    assert "Hoy no cambia ningún caso." in seen
    off = {"level": "", "recipients": ["enlace"], "serious_over": "5", "critical_over": "15", "reason": WHY}
    assert "Casos que cambian hoy: 2 se cierran." in pages.post(f"{URL}/organism_without_enlace", off, 200)
    assert "De origen" in pages.get(URL)
    assert WHY not in pages.get(URL)
    assert save(pages, f"{URL}/overdue", OVERDUE).location == URL
    page = pages.get(URL)
    assert "Grave con más de 4 días hábiles y crítico con más de 9" in page
    assert f"Ana Prueba: {WHY}" in page
    save(pages, f"{URL}/zero_value", {"level": "serious", "recipients": ["control"], "reason": WHY})
    assert "Apagada" in pages.get(URL)


def test_a_rule_keeps_every_change_and_refuses_one_that_changes_nothing(app: Flask) -> None:
    follow(app)
    pages = reader(app, Role.PLANEACION)
    assert "nadie la ha cambiado" in pages.get(f"{URL}/overdue")
    save(pages, f"{URL}/overdue", OVERDUE)
    save(pages, f"{URL}/overdue", OVERDUE | {"critical_over": "20", "reason": "Se pasó de estricta"})
    page = pages.get(f"{URL}/overdue")
    assert "del último al primero" in page
    assert page.text.index("Se pasó de estricta") < page.text.index(WHY)
    assert "Encendida; nivel según la regla; avisa a Enlace" in page
    assert "No cambió nada" in pages.post(f"{URL}/overdue", OVERDUE | {"critical_over": "20"}, 422)


def test_a_change_is_saved_only_as_it_was_seen(app: Flask) -> None:
    follow(app)
    pages = reader(app, Role.PLANEACION)
    seal = seen_seal(pages.post(f"{URL}/overdue", OVERDUE, 200))
    assert "Todavía no se ha guardado" in pages.post(
        f"{URL}/overdue", OVERDUE | {"visto": seal, "critical_over": "7"}, 200
    )
    assert WHY not in pages.get(URL)


def test_planning_changes_the_escalation_of_a_level(app: Flask) -> None:
    follow(app)
    pages = reader(app, Role.PLANEACION)
    pages.get("/alertas/escalamiento/critical")
    save(pages, "/alertas/escalamiento/critical", STEPS)
    assert "al ordenador del gasto a los 2 días hábiles, a Planeación a los 4 días hábiles." in pages.get(URL)


@pytest.mark.parametrize(
    ("address", "sent", "told"),
    [
        (
            "/alertas/reglas/overdue",
            OVERDUE | {"critical_over": "2"},
            "Lo crítico empieza después de lo grave",
        ),
        ("/alertas/reglas/overdue", OVERDUE | {"critical_over": "x"}, "Crítico con más de"),
        ("/alertas/reglas/overdue", OVERDUE | {"recipients": []}, "Marque al menos una función."),
        ("/alertas/reglas/overdue", OVERDUE | {"reason": "ya"}, "motivo"),
        ("/alertas/escalamiento/mild", STEPS | {"ordenador": ""}, "Los pasos van en orden y sin huecos."),
        ("/alertas/escalamiento/mild", STEPS | {"ordenador": "900"}, "Escriba un número de 0 a 366."),
    ],
)
def test_what_makes_no_sense_is_told_and_changes_nothing(
    app: Flask, address: str, sent: dict[str, object], told: str
) -> None:
    follow(app)
    pages = reader(app, Role.PLANEACION)
    assert told in pages.post(address, sent, 422)
    assert WHY not in pages.get(URL)


@pytest.mark.parametrize("address", ["/alertas/reglas/no_such", "/alertas/escalamiento/no_such"])
def test_a_rule_that_does_not_exist_is_not_found(app: Flask, address: str) -> None:
    follow(app)
    pages = reader(app, Role.PLANEACION)
    assert NOT_FOUND in pages.get(address, 404)
    assert NOT_FOUND in pages.post(address, OVERDUE, 404)


@pytest.mark.parametrize("role", [Role.LECTURA, Role.CONTROL, Role.CONTRATACION])
def test_only_planning_changes_rules(app: Flask, role: Role) -> None:
    follow(app)
    pages = reader(app, role)
    assert FORBIDDEN in pages.get(f"{URL}/overdue", 403)
    pages.post(f"{URL}/overdue", OVERDUE, 403)
    pages.post("/alertas/escalamiento/mild", STEPS, 403)
    assert WHY not in pages.get(URL)


def test_who_comes_second_is_told_what_another_one_changed(app: Flask) -> None:
    follow(app)
    pages, address = reader(app, Role.PLANEACION), f"{URL}/overdue"
    opened = re.search(r'name="desde" value="(\w+)"', pages.get(address).html)
    assert opened
    save(pages, address, OVERDUE)
    page = pages.post(address, OVERDUE | {"critical_over": "30", "desde": opened[1]}, 409)
    assert "la cambió el" in page
    assert "crítico con más de 9" in page
    assert 'value="30"' in page.html
    assert "crítico con más de 9" in pages.get(URL)
    again = re.search(r'name="desde" value="(\w+)"', page.html)
    assert again
    assert "Todavía no se ha guardado" in pages.post(address, OVERDUE | {"critical_over": "30", "desde": again[1]}, 200)
