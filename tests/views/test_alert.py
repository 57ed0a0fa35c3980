"""Open alerts, and the agenda of the next thirty days."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from pp_monitor.domain.account import Role
from pp_monitor.services.alert import refresh_alerts
from pp_monitor.services.entity import find_vigencia
from tests.pages import Pages, counted_queries
from tests.portfolio_db import NewProject, an_actor, met_through, staff_every_organism
from tests.views.followed import HEALTH, PROJECTS, TODAY, follow, reader, stand_at

EARLIER = date(2022, 7, 1)


def follow_with_alerts(app: Flask, projects: tuple[NewProject, ...] = PROJECTS) -> Pages:
    follow(app, projects)
    with app.app_context():
        staff_every_organism()
        vigencia_id = find_vigencia(2022).id
        for day in (EARLIER, TODAY):
            refresh_alerts(vigencia_id, day, an_actor())
    return reader(app)


def test_alerts_stand_gravest_first_with_age_and_what_is_inside(app: Flask) -> None:
    page = follow_with_alerts(app).get("/alertas")
    assert "Alertas abiertas al 15 de julio de 2022" in page
    assert "2 alertas" in page
    assert page.text.index("Secretaría del Deporte y la Recreación") < page.text.index("Jornadas de vacunación")
    assert "Debe el plan de 1 proyecto; el plazo venció hace 56 días hábiles." in page
    assert "Crítica Salud Pública +46" in page
    assert "«Proceso publicado» era para el 06/05/2022 y lleva 46 días hábiles de retraso." in page
    assert "y 7 causas más" in page
    assert "Su terminación se prevé para el" in page
    assert "«Contrato firmado» era para el 24/06/2022 y lleva 13 días hábiles de retraso." in page
    assert "01/07/2022 hace 14 días" in page
    assert "Sin responsable" in page
    assert 'href="/proyectos/p-bp26000002"' in page.html
    assert 'href="/organismos/4162"' in page.html


def test_filters_of_the_address_narrow_the_list(app: Flask) -> None:
    pages = follow_with_alerts(app)
    for query, found in {"organismo=4145": 1, "nivel=critical": 2, "regla=organism_without_plan": 1}.items():
        page = pages.get(f"/alertas?{query}")
        assert f"{found} alerta" in page
        assert "Quitar filtros" in page
    assert "Ninguna alerta cumple estos filtros" in pages.get("/alertas?nivel=mild")


def test_address_that_is_not_understood_is_told(app: Flask) -> None:
    pages = follow_with_alerts(app)
    for query in ("nivel=alto", "regla=9", "organismo=zz", "pagina=x"):
        page = pages.get(f"/alertas?{query}")
        assert "no tiene la opción" in page or "no existe" in page
        assert "2 alertas" in page


def test_alerts_are_those_of_today_whatever_the_cutoff(app: Flask) -> None:
    assert "2 alertas" in follow_with_alerts(app).get("/alertas?corte=2022-04-20")


def test_no_alert_is_said(app: Flask) -> None:
    follow(app, (NewProject("BP26000001", actual=met_through("H09")),))
    assert "No hay alertas abiertas" in reader(app).get("/alertas")


def test_long_list_is_cut_into_pages(app: Flask) -> None:
    pages = follow_with_alerts(app, tuple(NewProject(f"BP26{number:06d}") for number in range(60)))
    assert "1 a 50 de 60 alertas · página 1 de 2" in pages.get("/alertas")
    page = pages.get("/alertas?nivel=critical&pagina=2")
    assert "51 a 60 de 60 alertas" in page
    assert 'href="/alertas?nivel=critical&amp;pagina=1" rel="prev"' in page.html


def test_person_of_an_organism_sees_its_own_alerts_and_agenda(app: Flask) -> None:
    follow_with_alerts(app)
    pages = reader(app, Role.ENLACE, HEALTH)
    page = pages.get("/alertas")
    assert "1 alerta" in page
    assert "Deporte" not in page
    assert '<span class="pp-count">1</span>' in page.html
    assert "Andenes" not in pages.get("/alertas/proximos-30-dias")


def test_agenda_groups_what_is_due_by_week_and_is_no_alert(app: Flask) -> None:
    follow(app)
    page = reader(app).get("/alertas/proximos-30-dias")
    assert "Próximos 30 días desde el 15 de julio de 2022" in page
    assert "no son alertas" in page
    weeks = [
        ("Semana del 25 de julio de 2022 · 3 hitos", "=Andenes y ñandúes BP26000006 25/07/2022 Contrato firmado"),
        ("Semana del 1 de agosto de 2022 · 1 hito", "=Andenes y ñandúes BP26000006 01/08/2022 Entrega a la comunidad"),
    ]
    for title, row in weeks:
        assert row in page.text.partition(title)[2].partition("Semana del")[0]


def test_agenda_says_when_the_planned_day_is_no_working_day(app: Flask) -> None:
    follow(app, (NewProject("BP26000001", planned={"H01": date(2022, 7, 20)}),), date(2022, 7, 18))
    assert "21/07/2022 planeado 20/07/2022, día no hábil" in reader(app).get("/alertas/proximos-30-dias")


def test_agenda_can_be_narrowed_and_seen_from_another_day(app: Flask) -> None:
    follow(app)
    pages = reader(app)
    page = pages.get("/alertas/proximos-30-dias?fase=execution&corte=2022-07-14")
    assert "2 hitos" in page
    assert "Contrato firmado" not in page
    assert "no tiene la opción «zz»" in pages.get("/alertas/proximos-30-dias?fase=zz")
    assert "Ningún hito se cumple" in pages.get("/alertas/proximos-30-dias?organismo=4162")


# Reader (2), vigencia, its closed cut-offs, the cases (3) and how many are open; 26 more for the figures, until they
# are kept in memory; the frame (1).
@pytest.mark.parametrize("projects", [3, 40])
def test_number_of_queries_does_not_grow_with_the_projects(app: Flask, projects: int) -> None:
    pages = follow_with_alerts(app, tuple(NewProject(f"BP26{number:06d}") for number in range(projects)))
    for url, expected in {"/alertas": 10, "/alertas/proximos-30-dias": 7}.items():
        app.extensions.pop("pp_assessments", None)
        with counted_queries(app) as cold:
            pages.get(url)
        with counted_queries(app) as warm:
            pages.get(url)
        assert (len(cold), len(warm)) == (expected + 26, expected)


def test_stranger_is_asked_to_enter(app: Flask) -> None:
    stand_at(app)
    for url in ("/alertas", "/alertas/proximos-30-dias"):
        assert Pages(app).get(url, 302).location.startswith("/ingresar?next=")


def test_an_organism_without_enlace_says_for_how_many_projects_nobody_reports(app: Flask) -> None:
    follow(app, (NewProject("BP26000001", actual=met_through("H09")),))
    with app.app_context():
        refresh_alerts(find_vigencia(2022).id, TODAY, an_actor())
    page = reader(app).get("/alertas?regla=organism_without_enlace")
    assert "Organismo sin enlace activo" in page
    assert "nadie reporta por 1 proyecto" in page
    assert 'href="/organismos/4145"' in page.html
