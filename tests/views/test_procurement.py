"""Steps of files are recorded by the organism, Planning and Contratación; days by office are read by everybody."""

from __future__ import annotations

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.models.contract import ContractPackage, ProcurementStep
from tests.plan_data import SALUD, VIAS, City, build_city
from tests.replanned import ASKED_ON
from tests.views.registering import count, fields, person

PROJECT = "/proyectos/pp-2022-bp26450001"
CONTRACTS = f"{PROJECT}/contratos"
FILED = {"paso-office": "contratacion", "paso-step": "filed", "paso-day": "02/05/2022"}
PACKAGE = {"paquete-planned": "30", "paquete-signed": "12", "paquete-day": "09/05/2022", "paquete-seen": "0"}


@pytest.fixture
def city(app: Flask) -> City:
    with app.app_context():
        return build_city(demo_today=ASKED_ON)


def test_days_in_an_office_are_shown_and_summed(app: Flask, city: City) -> None:
    ana = person(app, label="Ana Enlace").pages
    ana.post(f"{CONTRACTS}/paso", FILED)
    ana.post(f"{CONTRACTS}/paso", FILED | {"paso-step": "returned", "paso-day": "05/05/2022", "paso-note": "Falta CDP"})
    page = ana.get(CONTRACTS)
    for words in ("Contratación Pública Del proyecto 3 Ya salió", "Organismo, por corregir Del proyecto 7 05/05/2022"):
        assert words in page
    for words in ("Falta CDP", "Ana Enlace"):
        assert words in page
    summed = ana.get("/expedientes")
    assert "Contratación Pública 1 3 3 0" in summed
    assert "Organismo, por corregir 1 7 7 1" in summed
    inside = ana.get("/expedientes?estado=dentro&oficina=contratacion")
    assert "Ningún expediente cumple estos filtros" in inside


def test_the_summary_is_narrowed_by_organism(app: Flask, city: City) -> None:
    luz = person(app, Role.PLANEACION).pages
    luz.post(f"{CONTRACTS}/paso", FILED)
    assert "BP26450001" in luz.get(f"/expedientes?organismo={SALUD}")
    assert "Ningún expediente" in luz.get(f"/expedientes?organismo={VIAS}")
    assert "BP26450001" not in person(app, organism=VIAS).pages.get("/expedientes")


@pytest.mark.parametrize(
    ("role", "office", "status"),
    [
        (Role.ENLACE, "contratacion", 302),
        (Role.ENLACE, "legal", 302),
        (Role.PLANEACION, "legal", 302),
        (Role.CONTRATACION, "contratacion", 302),
        (Role.ORDENADOR, "legal", 403),
        (Role.LECTURA, "contratacion", 403),
        (Role.CONTROL, "contratacion", 403),
    ],
)
def test_each_role_writes_the_steps_of_its_offices(
    app: Flask, city: City, role: Role, office: str, status: int
) -> None:
    pages = person(app, role).pages
    pages.post(f"{CONTRACTS}/paso", FILED | {"paso-office": office}, status)
    assert count(app, ProcurementStep) == (status == 302)


def test_contratacion_has_only_its_own_office(app: Flask, city: City) -> None:
    page = person(app, Role.CONTRATACION).pages.send(f"{CONTRACTS}/paso", FILED | {"paso-office": "legal"})
    assert "Oficina: Opción inválida." in page
    assert count(app, ProcurementStep) == 0


def test_contratacion_counts_no_package_and_annuls_only_its_own_steps(app: Flask, city: City) -> None:
    ana, dacp = person(app).pages, person(app, Role.CONTRATACION).pages
    ana.post(f"{CONTRACTS}/paso", FILED | {"paso-office": "legal"})
    dacp.post(f"{CONTRACTS}/paquete", PACKAGE, 403)
    dacp.post(f"{CONTRACTS}/paso/anular", {"anular-step": "1", "anular-reason": "Se radicó otro día"}, 403)
    ana.post(f"{CONTRACTS}/paso/anular", {"anular-step": "1", "anular-reason": "Se radicó otro día"})
    assert "Todavía no tiene pasos registrados." in ana.get(CONTRACTS)


def test_a_package_tells_how_many_are_signed(app: Flask, city: City) -> None:
    ana = person(app).pages
    ana.post(f"{CONTRACTS}/paquete", PACKAGE)
    page = ana.get(CONTRACTS)
    assert "12 de 30 contratos firmados, contados el 09/05/2022." in page
    assert "Paquete de contratos pequeños 12 de 30 contratos firmados, contados el 09/05/2022" in ana.get(PROJECT)
    assert "Paquete de contratos pequeños" not in ana.get(f"{PROJECT}?fecha=2022-05-08")
    assert fields(page)["paquete-seen"] == "1"
    late = ana.send(f"{CONTRACTS}/paquete", PACKAGE | {"paquete-signed": "13"})
    assert "Otra persona contó los contratos" in late
    assert (fields(late)["paquete-signed"], fields(late)["paquete-seen"]) == ("13", "1")
    assert count(app, ContractPackage) == 1


@pytest.mark.parametrize(
    ("url", "values", "told"),
    [
        ("paso", FILED | {"paso-step": "approved"}, "Ese paso no sigue: aún no está radicado ahí."),
        ("paso", FILED | {"paso-office": "other"}, "Escriba cuál oficina es."),
        ("paso", FILED | {"paso-day": "17/05/2022"}, "y hoy, 16/05/2022"),
        ("paso", FILED | {"paso-day": "ayer"}, "«ayer»"),
        ("paquete", PACKAGE | {"paquete-signed": "31"}, "Los firmados no pasan de los previstos."),
        ("paquete", PACKAGE | {"paquete-planned": "muchos"}, "Escriba un número entero, sin puntos ni letras."),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(
    app: Flask, city: City, url: str, values: dict[str, str], told: str
) -> None:
    page = person(app).pages.send(f"{CONTRACTS}/{url}", values)
    assert told in page
    assert count(app, ProcurementStep) + count(app, ContractPackage) == 0
