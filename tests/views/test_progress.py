"""A date reported, corrected and withdrawn on its page, with everything that was ever recorded."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from pp_monitor.domain.account import Role
from pp_monitor.domain.verification import Reporter, Verdict
from pp_monitor.extensions import db
from pp_monitor.models.progress import ActualFact, Evidence, ForecastFact
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.verification import Judging, judge, set_reporter, waiting_facts
from tests.documents import PDF
from tests.pages import FORBIDDEN, NOT_FOUND, Page, Pages, counted_queries
from tests.portfolio_db import PLANNED, NewProject, an_actor
from tests.views.followed import HEALTH, LATE, NO_PLAN, ON_TIME, WITHDRAWN, WORKS, follow, reader, seen
from tests.views.registering import count

TODAY = date(2022, 7, 15)


@pytest.fixture
def followed(app: Flask) -> Flask:
    follow(app)
    return app


def address(app: Flask, project: NewProject) -> str:
    found = next(row for row in seen(app).projects if row.code == project.code)
    return f"/proyectos/{found.public_id}/avance"


def enlace(app: Flask, organism: str = HEALTH) -> Pages:
    return reader(app, Role.ENLACE, organism)


def report(pages: Pages, url: str, status: int = 302, /, **fields: Any) -> Page:
    return pages.post(url, {"milestone": "H03", "actual": "", "forecast": "", "note": ""} | fields, status)


def newest(app: Flask) -> ActualFact:
    fact = db.session.scalars(select(ActualFact).order_by(ActualFact.id.desc())).first()
    assert fact is not None
    return fact


def test_a_date_is_reported_and_shown_with_its_author(followed: Flask) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    page = pages.get(url)
    assert "Reportar avance" in page
    assert f"H03 Proceso publicado (planeada {PLANNED['H03']:%d/%m/%Y})" in page

    assert report(pages, url, actual="20/5/2022", note="Aviso en SECOP").location == url
    page = pages.get(url)
    assert "Fecha registrada." in page
    assert "20/05/2022" in page
    assert "Aviso en SECOP" in page
    with followed.app_context():
        fact = newest(followed)
        assert (fact.milestone_code, fact.day, fact.status, fact.source) == (
            "H03",
            date(2022, 5, 20),
            "reported",
            "form",
        )
        assert fact.user_id is not None


def test_planning_reports_too_and_it_is_told_apart(followed: Flask) -> None:
    planner, url = reader(followed, Role.PLANEACION), address(followed, LATE)
    assert "Falta el soporte de la fecha real: la registra Planeación" in report(planner, url, 422, actual="20/5/2022")
    report(planner, url, actual="20/5/2022", url="https://community.secop.gov.co/acta")
    with followed.app_context():
        assert newest(followed).source == "planning"
    page = planner.get(url)
    assert "registrado por Planeación" in page
    assert "Registrado por Planeación" in page
    shown = planner.get(url.removesuffix("/avance"))
    assert "«Proceso publicado» se cumplió el 20/05/2022 (registrado por Planeación)." in shown


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"actual": "16/07/2022"}, "La fecha real de «Proceso publicado», 16/07/2022, está en el futuro."),
        ({"actual": "31/02/2022"}, "«31/02/2022»"),
        ({"actual": "04/18/2022"}, "«04/18/2022» parece mes/día/año."),
        ({}, "Escriba la fecha real, la proyectada o la explicación del retraso."),
        ({"reply": "Falta el CDP"}, "Falta la causa del retraso. Elíjala de la lista."),
        ({"cause": "lluvia", "actual": "20/5/2022"}, "Causa del retraso: Opción inválida"),
        ({"cause": "other"}, "Falta decir cuál es la otra causa."),
        ({"cause": "budget", "reply": "a" * 281}, "La explicación tiene 281 caracteres y caben 280."),
        ({"cause": "budget", "commitment_on": "14/07/2022"}, "La fecha de compromiso, 14/07/2022, ya pasó."),
        ({"actual": "20/5/2022", "url": "javascript:alert(1)"}, "Enlace del soporte"),
        ({"milestone": "H99", "actual": "20/5/2022"}, "Hito"),
        ({"milestone": "H01", "actual": "20/5/2022"}, "Falta el motivo de la corrección"),
    ],
)
def test_what_cannot_be_recorded_is_told_and_what_was_typed_stays(
    followed: Flask, fields: dict[str, str], told: str
) -> None:
    before = count(followed, ActualFact)
    page = report(enlace(followed), address(followed, LATE), 422, **fields)
    assert told in page
    assert f'value="{fields.get("actual", "")}"' in page.html
    assert count(followed, ActualFact) == before


def test_a_date_that_cannot_be_read_hides_nothing_else_that_is_wrong(followed: Flask) -> None:
    before = count(followed, ActualFact)
    page = report(enlace(followed), address(followed, LATE), 422, actual="16/07/2022", forecast="31/02/2022")
    assert "La fecha real de «Proceso publicado», 16/07/2022, está en el futuro." in page
    assert "«31/02/2022» no existe" in page
    assert count(followed, ActualFact) == before


def test_a_good_date_beside_a_bad_one_is_not_recorded(followed: Flask) -> None:
    before = count(followed, ActualFact)
    report(enlace(followed), address(followed, LATE), 422, actual="20/5/2022", forecast="ayer")
    assert count(followed, ActualFact) == before


def test_a_correction_with_its_reason_shows_what_was_before(followed: Flask) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    report(pages, url, milestone="H01", actual="20/4/2022", note="El acta dice 20")
    page = pages.get(url)
    assert "20/04/2022 22/04/2022" in page
    assert "El acta dice 20" in page


def test_the_same_date_again_says_so_and_records_nothing(followed: Flask) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    before = count(followed, ForecastFact)
    report(pages, url, forecast="05/08/2022")
    assert "Eso ya estaba registrado; no cambió nada." in pages.get(url)
    assert count(followed, ForecastFact) == before


def test_a_late_forecast_without_cause_is_recorded_with_a_word_about_it(followed: Flask) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    report(pages, url, milestone="H04", forecast="20/08/2022")
    assert "Falta la causa del retraso de «Apertura y pliego definitivo»." in pages.get(url)


def test_a_date_is_withdrawn_with_its_reason_and_stays_in_the_history(followed: Flask) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    report(pages, url, actual="20/5/2022")
    with followed.app_context():
        fact_id = newest(followed).id
    annul = f"{url}/anular/actual/{fact_id}"
    assert annul in pages.get(url).html
    assert "Fecha real: 20/05/2022" in pages.get(annul)

    assert "Este campo es obligatorio." in pages.post(annul, {"note": ""}, 422)
    assert pages.post(annul, {"note": "Era de otro proyecto"}).location == url
    page = pages.get(url)
    assert "Anulado" in page
    assert "Era de otro proyecto" in page
    gone = "Esa fecha ya no está vigente: se anuló o se cambió por otra."
    assert gone in pages.get(annul, 409)
    assert gone in pages.post(annul, {"note": "Otra vez"}, 409)


def test_the_record_of_another_project_cannot_be_withdrawn_here(followed: Flask) -> None:
    pages = enlace(followed)
    report(pages, address(followed, LATE), actual="20/5/2022")
    with followed.app_context():
        fact_id = newest(followed).id
    assert NOT_FOUND in pages.post(f"{address(followed, ON_TIME)}/anular/actual/{fact_id}", {"note": "x"}, 404)
    assert NOT_FOUND in pages.get(f"{address(followed, LATE)}/anular/otra/{fact_id}", 404)
    assert "Anulado" not in pages.get(address(followed, LATE))


def test_another_organisms_project_does_not_exist(followed: Flask) -> None:
    other, url = enlace(followed, WORKS), address(followed, LATE)
    before = count(followed, ActualFact)
    assert NOT_FOUND in other.get(url, 404)
    assert NOT_FOUND in report(other, url, 404, actual="20/5/2022")
    assert count(followed, ActualFact) == before


@pytest.mark.parametrize("role", [Role.ORDENADOR, Role.CONTROL, Role.LECTURA, Role.CONTRATACION])
def test_who_only_reads_cannot_report(followed: Flask, role: Role) -> None:
    organism = HEALTH if role is Role.ORDENADOR else ""
    pages, url, before = reader(followed, role, organism), address(followed, LATE), count(followed, ActualFact)
    assert FORBIDDEN in report(pages, url, 403, actual="20/5/2022")
    assert count(followed, ActualFact) == before


def test_without_a_plan_there_is_nothing_to_report(followed: Flask) -> None:
    page = reader(followed, Role.PLANEACION).get(address(followed, NO_PLAN))
    assert "Este proyecto no tiene plan registrado" in page
    assert 'name="actual"' not in page.html


def test_a_withdrawn_project_takes_no_dates(followed: Flask) -> None:
    page = report(enlace(followed), address(followed, WITHDRAWN), 422, actual="20/5/2022")
    assert "El proyecto está retirado." in page


def test_the_page_of_the_project_leads_here(followed: Flask) -> None:
    url = address(followed, LATE)
    assert f'href="{url}"' in enlace(followed).get(url.removesuffix("/avance")).html


def test_queries_do_not_grow_with_the_records(followed: Flask) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    pages.get(url)
    with counted_queries(followed) as few:
        pages.get(url)
    for day in range(1, 9):
        report(pages, url, forecast=f"{day}/09/2022", note="Lluvia")
    pages.get(url)
    with counted_queries(followed) as many:
        pages.get(url)
    assert len(few) == len(many) <= 25


def file(content: bytes, name: str = "Acta.pdf") -> dict[str, Any]:
    return {"file": (BytesIO(content), name)}


def proof_url(app: Flask, project: NewProject) -> str:
    with app.app_context():
        return f"{address(app, project)}/soporte/{newest(app).id}"


def test_a_date_goes_with_its_file_which_only_who_may_opens(followed: Flask) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    assert "Para H03 adjunte: Aviso de convocatoria o constancia de publicación." in pages.get(f"{url}?hito=H03")
    report(pages, url, actual="20/5/2022", **file(PDF))
    page = pages.get(url)
    assert "Descargar el soporte" in page
    assert "Acta.pdf" in page
    proof = proof_url(followed, LATE)
    got = pages.get(proof).response
    assert (got.data, got.mimetype) == (PDF, "application/pdf")
    assert got.headers["Content-Disposition"].startswith('attachment; filename="soporte-')
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    for role, organism, status in (
        (Role.CONTROL, "", 200),
        (Role.CONTRATACION, "", 200),
        (Role.ORDENADOR, HEALTH, 200),
        (Role.LECTURA, "", 403),
        (Role.ADMIN, "", 403),
        (Role.ENLACE, WORKS, 404),
    ):
        reader(followed, role, organism).get(proof, status)
    pages.get(f"{address(followed, ON_TIME)}/soporte/{proof.rpartition('/')[2]}", 404)


def test_a_date_without_a_document_is_flagged_until_it_gets_one(followed: Flask) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    report(pages, url, actual="20/5/2022")
    assert "20/05/2022 sin soporte, reportado tarde" in pages.get(url)
    report(pages, url, actual="20/5/2022", url="https://community.secop.gov.co/acta")
    page = pages.get(url)
    assert "20/05/2022 reportado tarde" in page
    assert "Abrir el soporte" in page


def test_a_file_is_held_while_the_form_is_mended(followed: Flask) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    page = report(pages, url, 422, actual="16/07/2022", **file(PDF))
    assert "Archivo adjunto: Acta.pdf" in page
    held = re.findall(r'name="held"[^>]*value="([0-9a-f]{64})"', page.html)
    report(pages, url, actual="20/5/2022", held=held[0])
    assert pages.get(proof_url(followed, LATE)).response.data == PDF


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"MZ" + PDF, "acta.pdf", "El archivo no es un PDF, una imagen, un libro de Excel ni un documento de Word."),
        (b"<html><script>alert(1)</script>", "acta.pdf", "El archivo no es un PDF, una imagen"),
        (b"GIF89a" + PDF, "acta.png", "El archivo no es un PDF, una imagen"),
        (b"PK\x03\x04" + b"\0" * 40 + PDF, "acta.docx", "El archivo no es un PDF, una imagen"),
        (b"", "acta.pdf", "El archivo está vacío."),
    ],
    ids=["executable", "page", "gif", "archive", "empty"],
)
def test_a_file_that_is_no_document_is_refused_by_its_bytes(
    followed: Flask, content: bytes, name: str, told: str
) -> None:
    before = count(followed, ActualFact)
    page = report(enlace(followed), address(followed, LATE), 422, actual="20/5/2022", **file(content, name))
    assert told in page
    assert 'value="20/5/2022"' in page.html
    assert count(followed, ActualFact) == before


def test_a_file_of_eleven_megabytes_is_refused(followed: Flask) -> None:
    pages, url, before = enlace(followed), address(followed, LATE), count(followed, ActualFact)
    head = b'--x\r\nContent-Disposition: form-data; name="%s"'
    parts = [head % name + b"\r\n\r\n" + value for name, value in ((b"milestone", b"H03"), (b"actual", b"20/5/2022"))]
    parts.append(head % b"file" + b'; filename="acta.pdf"\r\n\r\n' + PDF + bytes(11 * 1024 * 1024))
    body = b"\r\n".join([*parts, b"--x--\r\n"])
    page = pages.request("POST", url, 422, data=body, content_type="multipart/form-data; boundary=x")
    assert "El archivo pesa más de 10 MB." in page
    assert count(followed, ActualFact) == before


def test_a_polyglot_leaves_as_a_file_of_its_first_kind_and_is_never_opened_here(followed: Flask) -> None:
    both = PDF + b"<html><script>alert(document.cookie)</script></html>"
    pages, url = enlace(followed), address(followed, LATE)
    report(pages, url, actual="20/5/2022", **file(both, "acta.html"))
    got = pages.get(proof_url(followed, LATE)).response
    assert got.mimetype == "application/pdf"
    assert got.headers["Content-Disposition"].endswith('.pdf"')
    assert "attachment" in got.headers["Content-Disposition"]
    assert got.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "/etc/passwd.pdf", "etc/b/../passwd.pdf"])
def test_of_a_name_with_a_path_only_its_end_is_kept_and_shown(followed: Flask, name: str) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    report(pages, url, actual="20/5/2022", **file(PDF, name))
    page = pages.get(url)
    assert "passwd.pdf" in page
    assert "etc/" not in page.text
    assert ".." not in pages.get(proof_url(followed, LATE)).response.headers["Content-Disposition"]


def test_a_withdrawn_project_keeps_no_file(followed: Flask) -> None:
    page = report(enlace(followed), address(followed, WITHDRAWN), 422, actual="20/5/2022", **file(PDF))
    assert "El proyecto está retirado." in page
    with followed.app_context():
        assert db.session.scalar(select(func.count(Evidence.id))) == 0


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"url": "https://secop.gov.co/1"}, "El enlace respalda una fecha real y no la hay."),
        (file(PDF), "El archivo respalda una fecha real y no la hay."),
        ({"note": "Va tarde", "forecast": "", "cause": "budget"}, "La nota acompaña una fecha y no la hay."),
    ],
)
def test_what_goes_with_a_date_is_not_dropped_without_a_word(
    followed: Flask, fields: dict[str, Any], told: str
) -> None:
    before = count(followed, ActualFact) + count(followed, ForecastFact)
    page = report(enlace(followed), address(followed, LATE), 422, **{"forecast": "20/08/2022"} | fields)
    assert told in page
    assert count(followed, ActualFact) + count(followed, ForecastFact) == before


def test_a_link_and_a_file_are_not_both_taken(followed: Flask) -> None:
    page = report(
        enlace(followed), address(followed, LATE), 422, actual="20/5/2022", url="https://secop.gov.co/1", **file(PDF)
    )
    assert "Hay un enlace y un archivo. Deje solo uno de los dos." in page


def test_an_explanation_is_told_with_the_date_and_stands_under_its_milestone(followed: Flask) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    told = {"cause": "legal_review", "depends_on": "contracting", "reply": "Se radica el lunes."}
    report(pages, url, forecast="20/08/2022", commitment_on="01/08/2022", responsible="Ana Ruiz", **told)
    page = pages.get(url)
    assert "Fecha registrada. Explicación registrada." in page
    line = "Observaciones de DACP/jurídica · Se radica el lunes. · Ana Ruiz · compromiso 01/08/2022"
    assert line in page
    report(pages, url, action="Mesa de trabajo")
    page = pages.get(url)
    assert "Explicación registrada." in page
    assert "Mesa de trabajo" in page
    assert "Se radica el lunes." in page


def test_where_planning_reports_the_organism_foretells_and_explains_only(followed: Flask) -> None:
    with followed.app_context():
        set_reporter(find_vigencia(2022), Reporter.PLANNING, an_actor())
    pages, url = enlace(followed), address(followed, LATE)
    page = report(pages, url, 422, actual="20/5/2022")
    assert "En esta vigencia Planeación registra las fechas reales." in page
    report(pages, url, forecast="20/08/2022", cause="budget")
    assert "Fecha registrada. Explicación registrada." in pages.get(url)
    report(reader(followed, Role.PLANEACION), url, actual="20/5/2022")


def test_what_the_organism_says_stands_beside_the_light_and_ends_the_silence(followed: Flask) -> None:
    pages, url = enlace(followed), address(followed, LATE)
    project = url.removesuffix("/avance")
    assert "Vencido · sin reporte desde 16/05" in pages.get(project)
    told = {"milestone": "H04", "cause": "void_process", "reply": "Se abre de nuevo el lunes."}
    report(pages, url, **told)
    page = pages.get(project)
    assert "sin reporte desde 16/05" not in page
    said = "Proceso desierto · Se abre de nuevo el lunes."
    assert f"Apertura y pliego definitivo, dice el organismo (15/07/2022): {said}" in page
    for address_ in (f"/organismos/{HEALTH}", "/proyectos"):
        assert said in reader(followed, Role.LECTURA).get(address_)


def test_what_was_never_reported_says_since_when(followed: Flask) -> None:
    page = enlace(followed).get(address(followed, LATE))
    assert "H04 Apertura y pliego definitivo Vencido · sin reporte desde" in page


def waiting_h02(app: Flask) -> int:
    """The date of H02 that LATE reported and nobody has judged."""
    with app.app_context():
        rows = waiting_facts(find_vigencia(2022))
        return next(row.id for row in rows if (row.project_id, row.milestone_code) == (2, "H02"))


def verified_h02(app: Flask) -> int:
    fact_id = waiting_h02(app)
    with app.app_context():
        judge(Judging(find_vigencia(2022), [fact_id], Verdict.VERIFY, an_actor(), TODAY))
    return fact_id


@pytest.mark.parametrize("is_verified", [False, True])
def test_planning_returns_a_date_from_the_page_of_its_project(followed: Flask, *, is_verified: bool) -> None:
    fact_id = verified_h02(followed) if is_verified else waiting_h02(followed)
    pages, url = reader(followed, Role.PLANEACION), address(followed, LATE)
    way = f"{url}/devolver/{fact_id}"
    assert pages.get(url).html.count(f'href="{way}"') == 2
    assert ("Verificado" if is_verified else "Reportado") in pages.get(way)
    assert "Falta el motivo de la devolución." in pages.post(way, {"reason": ""}, 422)
    assert "El motivo es demasiado corto." in pages.post(way, {"reason": "mal"}, 422)
    pages.post(way, {"reason": "El CDP es de otro proyecto"})
    page = pages.get(url)
    assert "Fecha devuelta. Queda en la historia, con su motivo." in page
    assert "El CDP es de otro proyecto" in page
    assert way not in page.html
    assert "Fechas devueltas" in enlace(followed).get("/por-reportar")
    assert "ya no está vigente" in pages.get(way, 409)


def test_only_who_verifies_a_date_returns_it(followed: Flask) -> None:
    way = f"{address(followed, LATE)}/devolver/{verified_h02(followed)}"
    pages = enlace(followed)
    assert "/devolver/" not in pages.get(address(followed, LATE)).html
    assert FORBIDDEN in pages.get(way, 403)
    pages.post(way, {"reason": "El CDP es de otro proyecto"}, 403)
    other = f"{address(followed, ON_TIME)}/devolver/{way.rpartition('/')[2]}"
    assert NOT_FOUND in reader(followed, Role.PLANEACION).get(other, 404)
    with followed.app_context():
        assert db.session.scalar(select(func.count(ActualFact.id)).where(ActualFact.status == "returned")) == 0
