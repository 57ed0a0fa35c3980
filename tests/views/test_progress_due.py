"""The work list: what is filled in is recorded, what is wrong is told in its box, and nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from pp_monitor.domain.account import Role
from pp_monitor.domain.verification import Reporter, Verdict
from pp_monitor.extensions import db
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.explanation import MilestoneExplanation
from pp_monitor.models.progress import ActualFact, Evidence, ForecastFact
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.verification import Judging, judge, waiting_facts
from tests.documents import PDF
from tests.pages import FORBIDDEN, Page, Pages, counted_queries
from tests.portfolio_db import an_actor
from tests.views.followed import HEALTH, LATE, MOVED, ON_TIME, TODAY, WORKS, follow, reader

URL = "/por-reportar"
HERE = f"{URL}?organismo={HEALTH}"
LINK = "https://www.contratos.gov.co/acta.pdf"


@pytest.fixture
def followed(app: Flask) -> Flask:
    """On 15 July: Salud has LATE with H03 to H09 overdue, and nothing else."""
    follow(app)
    return app


def enlace(app: Flask, organism: str = HEALTH) -> Pages:
    return reader(app, Role.ENLACE, organism)


def box(code: str, part: str) -> str:
    return f"{LATE.code}-{code}-{part}"


def counts(app: Flask) -> tuple[int, ...]:
    with app.app_context():
        tables = (ActualFact, ForecastFact, MilestoneExplanation)
        return tuple(db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def added(app: Flask, before: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(now - then for now, then in zip(counts(app), before, strict=True))


def save(pages: Pages, boxes: Mapping[str, Any], url: str = URL) -> Page:
    """Send what was typed and read the page that answers."""
    return pages.send(url, boxes)


def typed(page: Page, name: str) -> str:
    """What a box of the page shows."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.html)
    assert found is not None, name
    return found[1]


def test_each_milestone_says_how_late_it_is_and_when_it_was_last_told(followed: Flask) -> None:
    page = enlace(followed).get(URL)
    assert "Secretaría de Salud Pública" in page
    assert "Vencido: 7" in page
    assert "H03 Proceso publicado planeada 06/05/2022" in page
    assert "vigente: 05/08/2022" in page
    assert "sin reporte" in page
    assert ON_TIME.name not in page


def returned(app: Flask, code: str) -> None:
    """Planning sends back the standing date of a milestone of LATE."""
    with app.app_context():
        vigencia = find_vigencia(2022)
        fact = next(row for row in waiting_facts(vigencia) if (row.project_id, row.milestone_code) == (2, code))
        judge(Judging(vigencia, [fact.id], Verdict.RETURN, an_actor(), TODAY, "El CDP es de otro proyecto"))


def test_a_returned_date_stands_on_the_list_with_its_reason_until_it_is_reported_again(followed: Flask) -> None:
    pages = enlace(followed)
    assert "Fechas devueltas" not in pages.get(URL)
    returned(followed, "H02")
    page = pages.get(URL)
    assert "Fechas devueltas" in page
    assert "H02 CDP expedido" in page
    assert LATE.code in page
    assert "El CDP es de otro proyecto" in page
    assert re.search(r"H02 CDP expedido planeada \S+ Vencido, \d+ días hábiles sin reporte", page.text)
    assert "Fechas devueltas" not in enlace(followed, WORKS).get(URL)
    save(pages, {box("H02", "real"): "02/05/2022", box("H02", "enlace"): LINK})
    assert "Fechas devueltas" not in pages.get(URL)


def test_what_is_filled_in_is_recorded_and_empty_boxes_change_nothing(followed: Flask) -> None:
    before, pages = counts(followed), enlace(followed)
    page = save(
        pages,
        {
            box("H03", "real"): "20/5",
            box("H03", "enlace"): LINK,
            box("H04", "proyectada"): "1 de agosto",
            box("H04", "causa"): "legal_review",
            box("H04", "explicacion"): "Se responde\r\nel viernes",
            box("H05", "real"): "  ",
        },
    )
    assert "Guardado: 3 datos nuevos." in page
    assert added(followed, before) == (1, 1, 1)
    assert "H03 Proceso publicado" not in page
    assert "vigente: Se responde el viernes" in page
    assert "vigente: Observaciones de DACP/jurídica" in page
    with followed.app_context():
        fact = db.session.scalars(select(ActualFact).order_by(ActualFact.id.desc())).first()
        assert fact is not None
        assert (fact.day, fact.source, db.session.get_one(Evidence, fact.evidence_id or 0).url) == (
            date(2022, 5, 20),
            "form",
            LINK,
        )


def test_a_row_is_saved_alone_and_the_others_stay_typed(followed: Flask) -> None:
    before, pages = counts(followed), enlace(followed)
    sent = {box("H03", "real"): "20/5", box("H04", "proyectada"): "pronto", "fila": f"{LATE.code}-H03"}
    page = save(pages, sent)
    assert "Guardado: 1 dato nuevo." in page
    assert added(followed, before) == (1, 0, 0)
    assert typed(page, box("H04", "proyectada")) == "pronto"
    assert "no es una fecha" not in page


@pytest.mark.parametrize(
    ("boxes", "where", "told"),
    [
        ({"real": "16/07/2022"}, "real", "La fecha real de «Proceso publicado», 16/07/2022, está en el futuro."),
        ({"proyectada": "31/2"}, "proyectada", "«31/2/2022» no existe"),
        ({"detalle": "falta el concepto"}, "causa", "Falta la causa del retraso."),
        ({"causa": "other"}, "detalle", "Falta decir cuál es la otra causa."),
        ({"causa": "budget", "compromiso": "1/7"}, "compromiso", "La fecha de compromiso, 01/07/2022, ya pasó."),
        ({"causa": "budget", "explicacion": "x" * 281}, "explicacion", "caben 280"),
        ({"real": "20/5", "enlace": "acta.pdf"}, "enlace", "El enlace no es una dirección web."),
        ({"enlace": LINK}, "enlace", "El enlace respalda una fecha real y no la hay."),
        ({"nota": "Acta"}, "nota", "La nota acompaña una fecha y no la hay."),
        ({"real": "20/5", "nota": "x" * 1001}, "nota", "caben 1000"),
    ],
)
def test_what_is_wrong_is_told_in_its_box_and_keeps_everything_out(
    followed: Flask, boxes: dict[str, str], where: str, told: str
) -> None:
    before = counts(followed)
    sent = {box("H03", part): text for part, text in boxes.items()} | {box("H04", "real"): "21/5"}
    page = save(enlace(followed), sent)
    name = box("H03", where)
    assert told in page
    assert f'href="#{name}"' in page.html
    assert f'aria-describedby="{name}-error"' in page.html
    assert typed(page, box("H04", "real")) == "21/5"
    assert added(followed, before) == (0, 0, 0)


def attached(content: bytes = PDF, name: str = "acta.pdf") -> tuple[BytesIO, str]:
    return BytesIO(content), name


def newest_proof(app: Flask) -> Evidence:
    with app.app_context():
        fact = db.session.scalars(select(ActualFact).order_by(ActualFact.id.desc())).first()
        assert fact is not None
        return db.session.get_one(Evidence, fact.evidence_id or 0)


def test_a_file_goes_with_the_date_of_its_row(followed: Flask) -> None:
    pages = enlace(followed)
    page = pages.get(URL)
    assert 'enctype="multipart/form-data"' in page.html
    assert "Adjunte: " in page
    assert "Guardado: 1 dato nuevo." in save(pages, {box("H03", "real"): "20/5", box("H03", "archivo"): attached()})
    proof = newest_proof(followed)
    assert (proof.filename, proof.media_type, proof.url) == ("acta.pdf", "application/pdf", "")


@pytest.mark.parametrize(
    ("content", "boxes", "told"),
    [
        (b"MZ\x90\x00 programa", {"real": "20/5"}, "El archivo no es un PDF, una imagen"),
        (b"MZ\x90\x00 programa", {}, "El archivo no es un PDF, una imagen"),
        (PDF, {}, "El archivo respalda una fecha real y no la hay."),
        (PDF, {"proyectada": "1/8"}, "El archivo respalda una fecha real y no la hay."),
        (PDF, {"real": "20/5", "enlace": LINK}, "Hay un enlace y un archivo. Deje solo uno de los dos."),
    ],
)
def test_what_is_wrong_with_a_file_is_told_in_its_box(
    followed: Flask, content: bytes, boxes: dict[str, str], told: str
) -> None:
    before = counts(followed)
    sent = {box("H03", part): text for part, text in boxes.items()} | {box("H03", "archivo"): attached(content)}
    page = save(enlace(followed), sent)
    assert told in page
    assert f'href="#{box("H03", "archivo")}"' in page.html
    assert added(followed, before) == (0, 0, 0)


def test_a_file_that_is_too_large_is_told_and_what_was_typed_stays(followed: Flask) -> None:
    pages, name = enlace(followed), box("H03", "real")
    head = b'--x\r\nContent-Disposition: form-data; name="%s"'
    parts = [head % name.encode() + b"\r\n\r\n20/5"]
    parts.append(head % box("H03", "archivo").encode() + b'; filename="acta.pdf"\r\n\r\n' + PDF + bytes(11 * 2**20))
    body = b"\r\n".join([*parts, b"--x--\r\n"])
    sent = pages.request("POST", URL, 302, data=body, content_type="multipart/form-data; boundary=x")
    page = pages.get(sent.location)
    assert "El archivo pesa más de 10 MB." in page
    assert typed(page, name) == "20/5"


def test_a_file_is_kept_while_another_row_is_mended_and_may_be_taken_away(followed: Flask) -> None:
    before, pages = counts(followed), enlace(followed)
    sent = {box("H03", "real"): "20/5", box("H03", "archivo"): attached(), box("H04", "real"): "ayer"}
    page = save(pages, sent)
    assert "«ayer» no es una fecha." in page
    assert "Archivo adjunto: acta.pdf" in page
    held = typed(page, box("H03", "adjunto"))
    again = {box("H03", "real"): "20/5", box("H03", "adjunto"): held, box("H04", "real"): "21/5"}
    page = save(pages, again | {box("H04", "real"): "mañana", box("H03", "quitar"): "si"})
    assert "Archivo adjunto" not in page
    assert "Guardado: 2 datos nuevos." in save(pages, again)
    assert added(followed, before) == (2, 0, 0)
    with followed.app_context():
        fact = db.session.scalars(select(ActualFact).where(ActualFact.evidence_id.is_not(None))).one()
        assert fact.milestone_code == "H03"


def test_the_files_of_rows_that_are_not_saved_now_stay_with_what_was_typed(followed: Flask) -> None:
    before, pages = counts(followed), enlace(followed)
    sent = {box("H03", "real"): "20/5", "fila": f"{LATE.code}-H03"}
    files = {box("H04", "archivo"): attached(), box("H05", "archivo"): attached(b"texto", "nota.txt")}
    page = save(pages, sent | files)
    assert "Guardado: 1 dato nuevo." in page
    assert "Archivo adjunto: acta.pdf" in page
    assert f"H05 de {LATE.code}: El archivo no es un PDF" in page
    assert added(followed, before) == (1, 0, 0)


def test_a_file_that_is_no_longer_held_is_asked_again(followed: Flask) -> None:
    sent = {box("H03", "real"): "20/5", box("H03", "adjunto"): "0" * 64}
    page = save(enlace(followed), sent)
    assert "El archivo que adjuntó ya no está. Adjúntelo otra vez." in page


def test_everything_that_is_wrong_is_told_at_once(followed: Flask) -> None:
    page = save(
        enlace(followed),
        {box("H03", "real"): "ayer", box("H04", "real"): "16/07/2022", box("H05", "accion"): "Insistir"},
    )
    assert "«ayer» no es una fecha." in page
    assert "16/07/2022, está en el futuro" in page
    assert "Falta la causa del retraso." in page


def test_a_forecast_and_its_note_stand_beside_the_boxes_until_others_come(followed: Flask) -> None:
    pages = enlace(followed, WORKS)
    name = f"{MOVED.code}-P01"
    assert "P01 Entrega a la comunidad" in pages.get(URL)
    save(pages, {f"{name}-proyectada": "3/8"})
    assert "vigente: 03/08/2022" in pages.get(URL)
    assert "Guardado" in save(pages, {f"{name}-proyectada": "5/8", f"{name}-nota": "La comunidad lo pidió"})
    page = pages.get(URL)
    assert "vigente: 05/08/2022" in page
    assert "vigente: La comunidad lo pidió" in page
    assert "03/08/2022" not in page


def test_saving_nothing_or_the_same_again_says_so(followed: Flask) -> None:
    pages = enlace(followed)
    assert "No escribió nada para guardar." in save(pages, {})
    assert "ya estaba registrado" in save(pages, {box("H03", "proyectada"): "5/8"})


def test_filters_stand_in_the_address_and_stay_after_saving(followed: Flask) -> None:
    pages = enlace(followed)
    page = pages.get(f"{HERE}&fase=execution")
    assert "H09 Acta de inicio" in page
    assert "H03 Proceso publicado" not in page
    assert "Nada por reportar" in pages.get(f"{HERE}&estado=soon")
    assert LATE.name in pages.get(f"{HERE}&estado=overdue&proyecto={LATE.code}")
    assert "no tiene la opción «nada»" in pages.get(f"{HERE}&fase=nada")
    answer = pages.post(f"{HERE}&fase=execution", {box("H09", "proyectada"): "3/8"})
    assert (answer.location.partition("?")[2].split("&")) == [f"organismo={HEALTH}", "fase=execution"]


def test_planning_chooses_an_organism_and_records_with_a_document(followed: Flask) -> None:
    pages = reader(followed, Role.PLANEACION)
    page = pages.get(URL)
    assert "Elija un organismo" in page
    assert f'href="{HERE}"' in page.html
    assert "Falta el soporte de la fecha real: la registra Planeación" in save(
        pages, {box("H03", "real"): "20/5"}, HERE
    )
    assert "Guardado" in save(pages, {box("H03", "real"): "20/5", box("H03", "enlace"): LINK}, HERE)
    with followed.app_context():
        assert "planning" in set(db.session.scalars(select(ActualFact.source)))
        db.session.scalars(select(Vigencia)).one().reporter = Reporter.PLANNING
        db.session.commit()
    assert "Guardado" in save(pages, {box("H04", "real"): "20/5"}, HERE)
    refused = save(enlace(followed), {box("H05", "real"): "20/5"})
    assert "En esta vigencia Planeación registra las fechas reales." in refused
    pages.post(URL, {box("H05", "real"): "21/5"}, 404)


@pytest.mark.parametrize("role", [Role.ORDENADOR, Role.LECTURA, Role.CONTROL])
def test_who_does_not_report_has_no_list(followed: Flask, role: Role) -> None:
    pages = reader(followed, role, HEALTH if role is Role.ORDENADOR else "")
    assert FORBIDDEN in pages.get(URL, 403)


def test_nobody_writes_for_another_organism(followed: Flask) -> None:
    before, pages = counts(followed), enlace(followed)
    page = pages.get(f"{URL}?organismo={WORKS}")
    assert LATE.name in page
    assert f"El filtro «organismo» no tiene la opción «{WORKS}». No se tuvo en cuenta." in page
    told = save(pages, {f"{MOVED.code}-P01-proyectada": "3/8"}, f"{URL}?organismo={WORKS}")
    assert "Lo que escribió es de un hito que ya no está por reportar aquí" in told
    assert added(followed, before) == (0, 0, 0)


def test_the_menu_counts_what_is_asked_already_for_the_enlace(followed: Flask) -> None:
    assert "Por reportar 7" in enlace(followed).get("/proyectos")
    assert re.search(r"Por reportar (?!\d)", reader(followed, Role.PLANEACION).get("/proyectos").text)
    assert "Por reportar" not in reader(followed, Role.LECTURA).get("/proyectos")


def test_the_list_asks_the_same_queries_however_many_rows_there_are(followed: Flask) -> None:
    pages = enlace(followed)
    pages.get(URL)
    with counted_queries(followed) as few:
        pages.get(f"{HERE}&fase=execution")
    with counted_queries(followed) as many:
        pages.get(URL)
    assert len(few) == len(many)
