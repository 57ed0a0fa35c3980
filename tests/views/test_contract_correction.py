"""What was mistyped of a contract or a process is corrected on its page, and the page tells what it was."""

from __future__ import annotations

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.models.contract import ContractingCorrection
from tests.pages import Pages
from tests.plan_data import VIAS, City, build_city
from tests.replanned import ASKED_ON, register
from tests.views.registering import count, fields, person
from tests.views.test_contract import CONTRACT, CONTRACTS, NUMBER, PROCESS, PROJECT, REFERENCE, typed

RIGHT, REASON = "4145.010.26.1.0686-2022", "Se cambiaron dos cifras"
FIX = {"number": RIGHT, "url": "", "reason": REASON, "seen": "0"}


@pytest.fixture
def city(app: Flask) -> City:
    with app.app_context():
        found = build_city(demo_today=ASKED_ON)
        register(found, 1)
        return found


@pytest.fixture
def ana(app: Flask, city: City) -> Pages:
    """The enlace of Salud, whose project has its process and its contract."""
    found = person(app, label="Ana Enlace").pages
    found.post(f"{CONTRACTS}/nuevo-proceso", typed("proceso", PROCESS))
    found.post(f"{CONTRACTS}/nuevo-contrato", typed("contrato", CONTRACT))
    return found


def test_a_contract_is_corrected_and_its_page_and_history_tell_what_it_was(ana: Pages) -> None:
    shown = fields(ana.get(f"{CONTRACTS}/1"))
    assert (shown["corregir-number"], shown["corregir-seen"]) == (NUMBER, "0")
    page = ana.send(f"{CONTRACTS}/1/corregir", typed("corregir", FIX))
    for words in (f"Contrato {RIGHT}", f"Número corregido: antes {NUMBER}", REASON, "Ana Enlace"):
        assert words in page
    assert f"Se corrigió el número del contrato {NUMBER}: es {RIGHT}." in ana.get(PROJECT)


def test_a_process_is_corrected_and_its_table_tells_what_it_was(ana: Pages) -> None:
    right = {"number": REFERENCE, "url": "", "reason": REASON, "seen": "0"}
    page = ana.send(f"{CONTRACTS}/procesos/1/corregir", typed("corregir-1", right))
    assert f"Enlace corregido: antes {PROCESS['url']}" in page
    assert f"Se corrigió el enlace al SECOP II del proceso {REFERENCE}." in ana.get(PROJECT)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"number": NUMBER}, "No cambia nada."),
        ({"reason": "no"}, "El motivo es demasiado corto."),
        ({"url": "secop"}, "El enlace no es una dirección web."),
        ({"seen": "7"}, "Otra persona lo corrigió mientras usted escribía."),
    ],
)
def test_what_is_wrong_is_told_and_what_was_typed_stays(
    app: Flask, ana: Pages, changes: dict[str, str], told: str
) -> None:
    page = ana.send(f"{CONTRACTS}/1/corregir", typed("corregir", FIX | changes))
    assert told in page
    assert fields(page)["corregir-number"] == (FIX | changes)["number"]
    assert count(app, ContractingCorrection) == 0


def test_only_who_writes_the_project_corrects(app: Flask, ana: Pages) -> None:
    for role in (Role.CONTROL, Role.ORDENADOR):
        pages = person(app, role).pages
        assert "Corregir número o enlace" not in pages.get(CONTRACTS)
        pages.post(f"{CONTRACTS}/1/corregir", typed("corregir", FIX), 403)
    person(app, organism=VIAS).pages.post(f"{CONTRACTS}/1/corregir", typed("corregir", FIX), 404)
    ana.post(f"{CONTRACTS}/procesos/9/corregir", typed("corregir-9", FIX), 404)
    assert count(app, ContractingCorrection) == 0
