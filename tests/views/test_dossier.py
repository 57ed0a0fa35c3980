"""The file of a project: what it tells, for whom, and at which cut-off."""

from __future__ import annotations

import ctypes
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from pp_monitor import formatters
from pp_monitor.domain.account import Role
from pp_monitor.extensions import db
from pp_monitor.models.progress import ActualFact, FactSource
from pp_monitor.models.project import Project
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.evidence import store_document
from pp_monitor.services.mail import RenderedMail, queue_message
from pp_monitor.services.transaction import writing_vigencia
from tests.documents import acta
from tests.pages import FORBIDDEN, NOT_FOUND, Pages
from tests.portfolio_db import PLANNED, NewProject, close_by_hand, met_through, staff_every_organism
from tests.reports.pdfs import info, language, words
from tests.views.followed import HEALTH, SPORT, WORKS, follow, reader

PAGE = "/proyectos/p-bp26000002"
FILE = f"{PAGE}/ficha.pdf"
HASH = acta().sha256


def content_of(pages: Pages, url: str = FILE) -> bytes:
    response = pages.get(url).response
    assert response.mimetype == "application/pdf"
    content: bytes = response.data
    return content


def back_and_tell(app: Flask) -> None:
    """A date with its document, and a mail about the project."""
    with app.app_context():
        vigencia = find_vigencia(2022)
        project = db.session.query(Project).filter_by(code="BP26000002").one()
        with writing_vigencia(vigencia.id) as now:
            evidence = store_document(vigencia.entity_id, acta(), now)
            row = ActualFact(
                entity_id=vigencia.entity_id, project_id=project.id, milestone_code="H03", day=date(2022, 7, 11),
                status="reported", source=FactSource.FORM, reported_on=date(2022, 7, 12), evidence_id=evidence.id,
                recorded_at=now,
            )  # fmt: skip
            db.session.add(row)
            told = RenderedMail("Resumen de casos", "El proyecto BP26000002 va tarde.", "")
            queue_message(
                entity_id=vigencia.entity_id, vigencia_id=vigencia.id, kind="case_digest", idempotency_key="k",
                recipients=["ana@example.org"], mail=told, recorded_at=now,
            )  # fmt: skip


def test_the_file_tells_plan_dates_documents_and_mails(app: Flask, tmp_path: Path) -> None:
    follow(app)
    back_and_tell(app)
    control = reader(app, Role.CONTROL)
    content = content_of(control)
    found, text = info(content, tmp_path), words(content, tmp_path)
    assert (found["Tagged"], language(content)) == ("yes", "es-CO")
    assert found["Title"] == "Ficha del proyecto BP26000002 · Jornadas de vacunación · corte 15/07/2022"
    for told in ("Corte de hitos", "15 de julio de 2022", "Hecha el", "hora de Bogotá", "B0 · Registro", "Línea base"):
        assert told in text
    assert "Proceso publicado: reportado el 11/07/2022" in text
    assert HASH in text
    assert f"acta 3.pdf, {formatters.file_size(len(acta().content))}, SHA-256" in text
    assert "ana@example.org (por enviar)" in text
    assert f'href="{FILE}"' in control.get(PAGE).html


def test_who_may_not_open_documents_reads_neither_their_names_nor_addresses(app: Flask, tmp_path: Path) -> None:
    follow(app)
    back_and_tell(app)
    text = words(content_of(reader(app, Role.LECTURA)), tmp_path)
    assert HASH in text
    assert "acta 3.pdf" not in text
    assert "ana@example.org" not in text
    assert "1 destinatario" in text


def test_the_file_is_for_who_may_see_the_project(app: Flask) -> None:
    follow(app)
    assert content_of(reader(app, Role.ENLACE, HEALTH)).startswith(b"%PDF-")
    assert NOT_FOUND in reader(app, Role.ENLACE, SPORT).get(FILE, 404)
    assert FORBIDDEN in reader(app, Role.ADMIN).get(FILE, 403)


def test_a_closed_cutoff_holds_what_was_known_then(app: Flask, tmp_path: Path) -> None:
    follow(app)
    with app.app_context():
        close_by_hand(date(2022, 6, 17))
    back_and_tell(app)
    control = reader(app, Role.CONTROL)
    assert f'href="{FILE}?corte=2022-06-17"' in control.get(f"{PAGE}?corte=2022-06-17").html
    response = control.get(f"{FILE}?corte=2022-06-17").response
    assert response.headers["Content-Disposition"] == 'attachment; filename="ficha-BP26000002-2022-06-17.pdf"'
    text = words(response.data, tmp_path)
    assert "17 de junio de 2022" in text
    assert HASH not in text
    assert "Resumen de casos" not in text


def test_a_cutoff_that_is_not_understood_gives_no_file(app: Flask) -> None:
    follow(app)
    assert "Fecha de corte" in reader(app, Role.CONTROL).get(f"{FILE}?corte=ayer", 422)


def test_a_project_without_plan_has_its_file(app: Flask, tmp_path: Path) -> None:
    follow(app)
    text = words(content_of(reader(app, Role.CONTROL), "/proyectos/p-bp26000008/ficha.pdf"), tmp_path)
    assert "El proyecto no tiene plan registrado." in text


def test_a_server_without_pango_offers_no_file(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, *_: Any) -> None:
        raise OSError(f"cannot load library {name}")

    follow(app)
    monkeypatch.setattr(ctypes, "CDLL", refuse)
    control = reader(app, Role.CONTROL)
    assert FILE not in control.get(PAGE).html
    assert "Este servidor no hace archivos PDF" in control.get(FILE, 503)


def test_a_territory_is_one_sheet_however_many_projects_it_has(app: Flask, tmp_path: Path) -> None:
    name = (
        "Mejoramiento de la infraestructura de las instituciones educativas oficiales {} de Santiago de Cali, comuna 1"
    )
    organisms = (HEALTH, SPORT, WORKS)
    crowd = tuple(
        NewProject(
            f"BP2600{number:04}",
            organisms[number % len(organisms)],
            name.format(number),
            planned=dict(PLANNED) | {code: date(2022, 7, 25) for code in ("H10", "H11", "H12")},
            actual=met_through("H02", days_late=4),
            territories=("01",),
        )
        for number in range(1, 41)
    )
    follow(app, crowd)
    with app.app_context():
        staff_every_organism()
    control = reader(app, Role.CONTROL)
    content = content_of(control, "/territorios/01/ficha.pdf")
    found, text = info(content, tmp_path), words(content, tmp_path)
    assert (found["Pages"], found["Tagged"], language(content)) == ("1", "yes", "es-CO")
    assert found["Title"] == "Comuna 1 · presupuesto participativo 2022 · corte 15/07/2022"
    assert "40 proyectos" in text
    assert "Y 30 proyectos más." in text
    assert "Quién responde hoy" in text
    assert "Y 115 hitos más." in text
    assert 'href="/territorios/01/ficha.pdf"' in control.get("/territorios/01").html


def test_the_sheet_of_a_territory_has_only_what_its_reader_may_see(app: Flask, tmp_path: Path) -> None:
    follow(app)
    file = "/territorios/01/ficha.pdf"
    assert "BP26000002" in words(content_of(reader(app, Role.ENLACE, HEALTH), file), tmp_path)
    none = words(content_of(reader(app, Role.ENLACE, SPORT), "/territorios/51/ficha.pdf"), tmp_path)
    assert "Ningún proyecto que usted pueda consultar está aquí." in none
    assert NOT_FOUND in reader(app, Role.CONTROL).get("/territorios/xx/ficha.pdf", 404)


def test_the_sheet_of_a_territory_says_the_figures_of_its_page(app: Flask, tmp_path: Path) -> None:
    follow(app)
    control = reader(app, Role.CONTROL)
    page = control.get("/territorios/51")
    text = words(content_of(control, "/territorios/51/ficha.pdf"), tmp_path)
    for label in ("Cobertura de registro", "Avance de hitos", "Valor en riesgo"):
        value = re.search(rf"{re.escape(label)} \? (\S+)", page.text)
        assert value
        assert value[1] in text
