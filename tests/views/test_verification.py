"""The queue of dates to verify: who opens it, what it shows, one by one and in batches."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.account import Role
from pp_monitor.domain.verification import Reporter
from pp_monitor.extensions import db
from pp_monitor.models.progress import ActualFact
from pp_monitor.services.entity import find_vigencia
from pp_monitor.services.verification import set_reporter
from tests.pages import FORBIDDEN, Page, Pages, counted_queries
from tests.portfolio_db import an_actor
from tests.views.followed import HEALTH, LATE, NO_PLAN, follow, reader

URL = "/verificar"
REASON = "El acta no tiene firma"


@pytest.fixture
def followed(app: Flask) -> Flask:
    follow(app)
    return app


@pytest.fixture
def pages(followed: Flask) -> Pages:
    return reader(followed, Role.PLANEACION)


def shown(page: Page) -> list[int]:
    return [int(found) for found in re.findall(r'name="fecha" value="(\d+)"', page.html)]


def statuses(app: Flask, of_fact_id: int) -> list[str]:
    with app.app_context():
        query = select(ActualFact.status).where(ActualFact.of_fact_id == of_fact_id).order_by(ActualFact.id)
        return list(db.session.scalars(query))


@pytest.mark.parametrize(
    ("role", "organism", "status"),
    [
        (Role.PLANEACION, "", 200),
        (Role.ENLACE, HEALTH, 403),
        (Role.ORDENADOR, HEALTH, 403),
        (Role.CONTRATACION, "", 403),
        (Role.LECTURA, "", 403),
        (Role.CONTROL, "", 403),
        (Role.ADMIN, "", 403),
    ],
)
def test_where_organisms_report_planning_alone_verifies(
    followed: Flask, role: Role, organism: str, status: int
) -> None:
    page = reader(followed, role, organism).get(URL, status)
    assert (FORBIDDEN in page) is (status == 403)
    assert ("Por verificar" in page) is (status == 200)


def test_the_menu_counts_what_waits_and_each_row_says_what_it_is(pages: Pages) -> None:
    page = pages.get(URL)
    total = int(re.findall(r"Por verificar (\d+)", page.text)[0])
    assert total > 25
    assert f"Lo más antiguo primero {total} fechas" in page
    assert len(shown(page)) == 25
    assert "sin soporte" in page
    assert "Salud" in page


def test_one_row_is_verified_with_its_own_button(followed: Flask, pages: Pages) -> None:
    first = shown(pages.get(URL))[0]
    assert pages.post(URL, {"una": str(first)}).location.startswith(URL)
    page = pages.get(URL)
    assert "1 fecha verificada." in page
    assert first not in shown(page)
    assert statuses(followed, first) == ["verified"]


def test_the_ticked_rows_of_a_narrowed_list_are_verified_and_the_list_stays_narrowed(
    followed: Flask, pages: Pages
) -> None:
    url = f"{URL}?organismo={HEALTH}&soporte=sin"
    page = pages.get(url)
    assert LATE.name in page
    assert "Malla vial" not in page
    ticked = shown(page)[:3]
    sent = pages.post(url, {"accion": "verificar", "fecha": [str(id_) for id_ in ticked]})
    assert f"organismo={HEALTH}" in sent.location
    assert "3 fechas verificadas." in pages.get(sent.location)
    assert [statuses(followed, id_) for id_ in ticked] == [["verified"]] * 3


def test_all_of_the_page_goes_at_once(pages: Pages) -> None:
    page = pages.get(URL)
    ids = re.findall(r'name="pagina" value="(\d+)"', page.html)
    assert len(ids) == 25
    pages.post(URL, {"accion": "verificar-pagina", "pagina": ids})
    after = pages.get(URL)
    assert "25 fechas verificadas." in after
    assert not {int(id_) for id_ in ids} & set(shown(after))


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"accion": "verificar"}, "No marcó ninguna fecha. Marque al menos una."),
        ({"accion": "devolver", "reason": REASON}, "No marcó ninguna fecha. Marque al menos una."),
        ({"accion": "verificar", "fecha": "una"}, "No marcó ninguna fecha. Marque al menos una."),
        ({"accion": "devolver", "fecha": "{id}"}, "Falta el motivo de la devolución."),
        ({"accion": "devolver", "fecha": "{id}", "reason": "mal"}, "El motivo es demasiado corto."),
    ],
)
def test_what_cannot_be_done_is_told_and_the_ticks_stay(pages: Pages, sent: dict[str, str], told: str) -> None:
    first = shown(pages.get(URL))[0]
    page = pages.post(URL, {name: value.format(id=first) for name, value in sent.items()}, 422)
    assert told in page
    assert (f'value="{first}" checked' in page.html) is ("{id}" in sent.get("fecha", ""))


def test_a_date_is_returned_with_its_reason_and_whoever_reported_reads_it(followed: Flask, pages: Pages) -> None:
    page = pages.get(f"{URL}?organismo={HEALTH}&hito=H02")
    returned = shown(page)[0]
    pages.post(URL, {"accion": "devolver", "fecha": str(returned), "reason": REASON})
    assert "1 fecha devuelta." in pages.get(URL)
    assert statuses(followed, returned) == ["returned"]
    with followed.app_context():
        fact = db.session.get_one(ActualFact, returned)
        public_id = f"p-bp2600000{fact.project_id}"
    story = reader(followed, Role.ENLACE, HEALTH).get(f"/proyectos/{public_id}/avance")
    assert REASON in story
    assert "Devuelto" in story


def test_what_was_judged_in_between_is_told(pages: Pages) -> None:
    first = shown(pages.get(URL))[0]
    pages.post(URL, {"una": str(first)})
    pages.post(URL, {"una": str(first)})
    assert "ya estaba verificada. No se cambió." in pages.get(URL)


def test_an_unknown_filter_is_told(pages: Pages) -> None:
    assert "El filtro «hito» no tiene la opción «H99»." in pages.get(f"{URL}?hito=H99")
    assert "Ninguna fecha cumple estos filtros" in pages.get(f"{URL}?soporte=con")


def verify_all(pages: Pages) -> None:
    while ids := re.findall(r'name="pagina" value="(\d+)"', pages.get(URL).html):
        pages.post(URL, {"accion": "verificar-pagina", "pagina": ids})


def test_what_organisms_reported_goes_on_waiting_when_planning_reports_and_the_page_tells_it(
    followed: Flask, pages: Pages
) -> None:
    page = pages.get(URL)
    total = int(re.findall(r"Por verificar (\d+)", page.text)[0])
    told = f"Fechas que ya reportaron los organismos: {total} siguen aquí, por verificar por Planeación."
    assert f"Si lo cambia: {told}" in page
    pages.post(f"{URL}/quien-reporta", {"reporter": "planning"})
    page = pages.get(URL)
    assert f"Guardado. Lo ya verificado no cambia. {told}" in page
    assert f"Por verificar {total}" in page
    first = shown(page)[0]
    pages.post(URL, {"una": str(first)})
    assert "1 fecha verificada." in pages.get(URL)
    enlace = reader(followed, Role.ENLACE, HEALTH)
    assert shown(enlace.get(URL)) == []
    mine = shown(pages.get(URL))[0]
    enlace.post(URL, {"una": str(mine)})
    assert statuses(followed, mine) == []


def test_what_planning_recorded_waits_for_nobody_once_organisms_report_and_the_page_tells_it(
    followed: Flask, pages: Pages
) -> None:
    pages.post(f"{URL}/quien-reporta", {"reporter": "planning"})
    with followed.app_context():
        db.session.execute(ActualFact.__table__.insert(), [a_fact(1), a_fact(5)])
        db.session.commit()
    told = "Fechas que registró Planeación y nadie ha confirmado: 2 ya no esperan al enlace"
    assert told in pages.get(URL)
    pages.post(f"{URL}/quien-reporta", {"reporter": "organism"})
    assert told in pages.get(URL)
    assert FORBIDDEN in reader(followed, Role.ENLACE, HEALTH).get(URL, 403)


def test_where_planning_reports_the_enlace_confirms_its_own(followed: Flask, pages: Pages) -> None:
    verify_all(pages)
    pages.post(f"{URL}/quien-reporta", {"reporter": "planning"})
    assert shown(pages.get(URL)) == []
    with followed.app_context():
        db.session.execute(ActualFact.__table__.insert(), [a_fact(1), a_fact(5)])
        db.session.commit()
    enlace = reader(followed, Role.ENLACE, HEALTH)
    mine = enlace.get(URL)
    assert re.findall(r'Por verificar <span class="pp-count">(\d+)', mine.html) == ["1"]
    (own,) = shown(mine)
    with followed.app_context():
        other = db.session.scalars(select(ActualFact.id).order_by(ActualFact.id.desc())).first()
    assert FORBIDDEN in enlace.post(URL, {"una": str(other)}, 403)
    enlace.post(URL, {"una": str(own)})
    assert statuses(followed, own) == ["verified"]
    pages.post(URL, {"una": str(other)})
    assert "no la verifica usted" in pages.get(URL)
    assert statuses(followed, other or 0) == []


def a_fact(project_id: int) -> dict[str, object]:
    now = find_vigencia(2022).last_recorded_at
    return {
        "entity_id": 1,
        "project_id": project_id,
        "milestone_code": "H12",
        "day": date(2022, 7, 1),
        "status": "reported",
        "source": "planning",
        "reported_on": date(2022, 7, 1),
        "note": "",
        "cause": "",
        "recorded_at": now,
    }


def test_only_planning_says_who_reports(followed: Flask) -> None:
    with followed.app_context():
        set_reporter(find_vigencia(2022), Reporter.PLANNING, an_actor())
    enlace = reader(followed, Role.ENLACE, HEALTH)
    assert "Quién reporta en esta vigencia" not in enlace.get(URL)
    assert FORBIDDEN in enlace.post(f"{URL}/quien-reporta", {"reporter": "organism"}, 403)
    assert NO_PLAN.name not in enlace.get(URL)


def test_the_queue_asks_the_database_a_constant_number_of_times(followed: Flask, pages: Pages) -> None:
    pages.get(URL)
    with counted_queries(followed) as many:
        pages.get(URL)
    with counted_queries(followed) as few:
        pages.get(f"{URL}?hito=H09")
    assert len(many) == len(few) <= 14


def test_a_number_that_no_record_has_is_not_taken(pages: Pages) -> None:
    page = pages.post(URL, {"accion": "verificar", "fecha": "9" * 22}, 422)
    assert "No marcó ninguna fecha." in page
