"""The receipt as a page and as a file: the same facts, for the same readers."""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.plan import Registration
from pp_monitor.models.project import OwnMilestone
from tests.pages import NOT_FOUND
from tests.plan_data import VIAS
from tests.reports.pdfs import info, language, words
from tests.views.registering import FIRST, SECOND, THIRD, Person, fill, full, person, register

PAGE = "/registro/constancia/1"
FILE = f"{PAGE}.pdf"


@pytest.fixture
def ana(city_app: Flask) -> Person:
    """An enlace whose plan is registered, with a milestone of its own and a date that was met."""
    ana = person(city_app)
    fill(ana, SECOND, THIRD)
    ana.open()
    own = {f"{FIRST}-P01": "01/09/2022", f"{FIRST}-P01-nombre": "Entrega a la comunidad"}
    ana.save(full(FIRST) | own)
    register(city_app, ana, act="Oficio 12")
    return ana


def pdf_of(who: Person) -> bytes:
    response = who.pages.get(FILE).response
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"] == 'attachment; filename="constancia-2022-1.pdf"'
    content: bytes = response.data
    return content


def test_the_file_says_what_was_registered(city_app: Flask, ana: Person, tmp_path: Path) -> None:
    content = pdf_of(ana)
    found, text = info(content, tmp_path), words(content, tmp_path)
    assert (found["Tagged"], language(content)) == ("yes", "es-CO")
    assert found["Title"] == "Constancia de registro n.º 1 · Secretaría de Salud Pública · vigencia 2022"
    with city_app.app_context():
        registration = db.session.scalars(select(Registration)).one()
        own = db.session.scalars(select(OwnMilestone.name)).all()
    assert registration.plan_sha256 in text
    assert all(code in text for code in (FIRST, SECOND, THIRD))
    assert all(words_ in text for words_ in ("hora de Bogotá", "Oficio 12", "Ana Prueba", "26/04/22", "Página 1 de"))
    assert own == ["Entrega a la comunidad"]
    assert "P01 Entrega a la comunidad: 01/09/2022" in text
    assert "DATOS DE DEMOSTRACIÓN" in text


def test_page_and_file_name_modality_signatures_and_what_each_hash_covers(ana: Person, tmp_path: Path) -> None:
    told = (
        "Sin modalidad",
        "Registró",
        "Huella SHA-256 de lo registrado",
        "Huella SHA-256 de lo enviado, envío n.º 1",
        "Son distintas porque cubren cosas distintas: la de lo enviado, las fechas de 3 proyectos",
    )
    page, file = ana.pages.get(PAGE), " ".join(words(pdf_of(ana), tmp_path).split())
    assert [one for one in told if one not in page] == []
    assert [one for one in told if one not in file] == []


def test_the_page_leads_to_the_file(ana: Person) -> None:
    page = ana.pages.get(PAGE)
    assert f'href="{FILE}"' in page.html
    assert "no hace archivos PDF" not in page


def test_the_file_is_for_who_may_see_the_page(city_app: Flask, ana: Person) -> None:
    assert pdf_of(person(city_app, Role.CONTROL)).startswith(b"%PDF-")
    assert NOT_FOUND in person(city_app, organism=VIAS).pages.get(FILE, 404)
    assert NOT_FOUND in ana.pages.get("/registro/constancia/2.pdf", 404)


def test_a_server_without_pango_says_what_to_install(ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, *_: Any) -> None:
        raise OSError(f"cannot load library {name}")

    monkeypatch.setattr(ctypes, "CDLL", refuse)
    page = ana.pages.get(PAGE)
    assert f'href="{FILE}"' not in page.html
    assert "Esta página se puede imprimir" in page
    assert "libpango-1.0-0" in page
    refused = ana.pages.get(FILE, 503)
    assert "Este servidor no hace archivos PDF" in refused
    assert "libpango-1.0-0, libpangoft2-1.0-0 y libharfbuzz-subset0" in refused
