"""The frame of every page: names, demo banner, navigation by role."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from flask import Blueprint, Flask, render_template_string

from pp_monitor import access
from pp_monitor.access import Role
from pp_monitor.domain.account import ORGANISM_ROLES
from pp_monitor.extensions import db
from pp_monitor.models.alert import Alert
from pp_monitor.models.entity import CatalogueVersion, Vigencia
from tests.factories_db import make_entity, make_organism, make_user
from tests.pages import Pages, counted_queries
from tests.plan_data import build_city
from tests.replanned import asked, register
from tests.submissions import send

NOW = datetime(2022, 5, 2, 15, 0, tzinfo=UTC)
PAGE = """{% extends "base.html" %}{% import "macros/page.html" as page %}
{% block title %}Prueba{% endblock %}{% block content %}{{ page.head("Prueba") }}{% endblock %}"""


def add_vigencia(year: int, *, is_demo: bool = False) -> Vigencia:
    entity = make_entity()
    version = CatalogueVersion(entity_id=entity.id, number=year, recorded_at=NOW)
    db.session.add(version)
    db.session.flush()
    vigencia = Vigencia(
        entity_id=entity.id,
        year=year,
        opened_on=date(year, 3, 1),
        recorded_at=NOW,
        catalogue_version_id=version.id,
        follow_from=date(year, 4, 1),
        follow_until=date(year, 12, 31),
        is_demo=is_demo,
        last_recorded_at=NOW,
    )
    db.session.add(vigencia)
    db.session.commit()
    return vigencia


def add_alert(vigencia: Vigencia, organism_id: int, *, is_open: bool = True) -> None:
    alert = Alert(
        entity_id=vigencia.entity_id,
        vigencia_id=vigencia.id,
        rule="organism_without_plan",
        organism_id=organism_id,
        project_id=None,
        level="serious",
        workdays=3,
        causes=[],
        rules=",organism_without_plan,",
        state="open" if is_open else "resolved",
        opened_on=date(2022, 4, 25),
        level_on=date(2022, 4, 25),
        opened_at=NOW,
        refreshed_on=date(2022, 5, 2),
        closed_on=None if is_open else date(2022, 5, 2),
        closed_at=None if is_open else NOW,
        owner_id=None,
    )
    db.session.add(alert)
    db.session.commit()


@pytest.fixture
def framed_app(app: Flask) -> Flask:
    """The application with a page that has nothing but its frame."""
    probe = Blueprint("probe", __name__)

    @probe.get("/prueba")
    @access.public
    def framed() -> str:
        return render_template_string(PAGE)

    app.register_blueprint(probe)
    return app


def links(html: str) -> list[str]:
    nav = re.search(r'<nav class="pp-nav".*?</nav>', html, re.DOTALL)
    return re.findall(r'href="([^"]+)"', nav.group()) if nav else []


def test_the_frame_names_the_city_and_its_newest_vigencia(framed_app: Flask) -> None:
    pages = Pages(framed_app)
    with framed_app.app_context():
        make_entity("Alcaldía de Prueba")
        assert "Alcaldía de Prueba · sin vigencia abierta" in pages.get("/prueba")
        add_vigencia(2022)
        add_vigencia(2025)
        add_vigencia(2024)
    page = pages.get("/prueba")
    assert "Alcaldía de Prueba · vigencia 2025" in page
    assert "DATOS DE DEMOSTRACIÓN" not in page


def test_an_installation_without_a_city_still_shows_pages(framed_app: Flask) -> None:
    assert "sin vigencia abierta" in Pages(framed_app).get("/prueba")


def test_a_demonstration_says_so_on_every_page(framed_app: Flask) -> None:
    with framed_app.app_context():
        make_entity(demo_today=date(2022, 9, 20))
    page = Pages(framed_app).get("/prueba")
    assert "DATOS DE DEMOSTRACIÓN" in page
    assert "hoy es 20 de septiembre de 2022; la hora en que se guarda cada cosa es la verdadera" in page


def test_a_vigencia_of_invented_data_says_so_too(framed_app: Flask) -> None:
    with framed_app.app_context():
        add_vigencia(2022, is_demo=True)
    assert "DATOS DE DEMOSTRACIÓN" in Pages(framed_app).get("/prueba")


def test_a_stranger_sees_no_navigation(framed_app: Flask) -> None:
    page = Pages(framed_app).get("/prueba")
    assert links(page.html) == []
    assert 'href="/ingresar"' in page.html
    assert "Salir" not in page


@pytest.mark.parametrize("role", list(Role))
def test_the_navigation_shows_exactly_the_pages_that_open(framed_app: Flask, role: Role) -> None:
    with framed_app.app_context():
        organism = make_organism() if role in (Role.ENLACE, Role.ORDENADOR) else None
        pages = Pages(framed_app).log_in(make_user(role, organism))
        add_vigencia(2022)
    shown = links(pages.get("/prueba").html)
    assert ("/auditoria" in shown) is (role in (Role.CONTROL, Role.ADMIN))
    for url in shown:
        endpoint, _ = framed_app.url_map.bind("localhost").match(url)
        declared = access.declared(framed_app, endpoint)
        assert declared is not None
        assert role in declared.roles or not declared.roles
    page = pages.get("/prueba")
    assert 'href="/cuenta">Ana Prueba</a>' in page.html
    assert "Salir" in page


def test_the_page_that_is_open_is_marked_in_the_navigation(framed_app: Flask) -> None:
    with framed_app.app_context():
        pages = Pages(framed_app).log_in(make_user(Role.CONTROL))
    assert '<a href="/auditoria" aria-current="page">' in pages.get("/auditoria").html
    assert "aria-current" not in pages.get("/prueba").html


def test_open_alerts_are_counted_for_the_organisms_of_the_reader(framed_app: Flask) -> None:
    probe = Blueprint("alert", __name__)

    @probe.get("/prueba/alertas")
    @access.roles(*access.READERS)
    def list_alerts() -> str:
        return render_template_string(PAGE)

    if "alert.list_alerts" not in framed_app.view_functions:
        framed_app.register_blueprint(probe)
    with framed_app.app_context():
        health, education = make_organism(), make_organism("4143", "Educación")
        enlace, planner = make_user(Role.ENLACE, health), make_user(Role.PLANEACION)
        vigencia = add_vigencia(2022)
        add_alert(vigencia, health.id)
        add_alert(vigencia, education.id)
        add_alert(vigencia, health.id, is_open=False)
    for user, count in ((enlace, 1), (planner, 2)):
        pages = Pages(framed_app).log_in(user)
        assert f'<span class="pp-count">{count}</span>' in pages.get("/prueba").html


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.PLANEACION, ["Por decidir 1"]),
        (Role.CONTRATACION, ["Por decidir 1"]),
        (Role.ORDENADOR, ["Por firmar 2"]),
        (Role.ENLACE, ["Por reportar 14"]),
        (Role.CONTROL, []),
    ],
)
def test_what_waits_for_a_reader_stands_in_the_navigation(app: Flask, role: Role, shown: list[str]) -> None:
    with app.app_context():
        city = build_city()
        asked(city, register(city, 3))
        send(city, (1,))
        send(city, (2,))
        pages = Pages(app).log_in(make_user(role, city.organism() if role in ORGANISM_ROLES else None))
    nav = re.search(r'<nav class="pp-nav".*?</nav>', pages.get("/proyectos").html, re.DOTALL)
    assert nav is not None
    found = re.findall(r">(Por decidir|Por firmar|Por reportar) <span class=\"pp-count\">(\d+)", nav.group())
    assert [" ".join(words) for words in found] == shown
    named = [words.rpartition(" ")[0] for words in shown if "reportar" not in words]
    assert re.findall("Por decidir|Por firmar", nav.group()) == named
    total = re.search(r'<summary>.*pp-count-all">(\d+)<', nav.group())
    counts = [int(number) for number in re.findall(r'<span class="pp-count">(\d+)', nav.group())]
    assert (int(total.group(1)) if total else 0) == sum(counts)
    assert bool(total) == bool(shown)


@pytest.mark.parametrize(("role", "is_there"), [(Role.ENLACE, True), (Role.ORDENADOR, False), (Role.PLANEACION, False)])
def test_an_enlace_goes_to_its_requests_from_the_menu(app: Flask, role: Role, is_there: bool) -> None:
    with app.app_context():
        city = build_city()
        pages = Pages(app).log_in(make_user(role, city.organism() if role in ORGANISM_ROLES else None))
    html = pages.get("/reprogramaciones").html
    entry = '<a href="/reprogramaciones" aria-current="page">Reprogramaciones</a>'
    assert (entry in html) == is_there


def test_the_frame_costs_a_constant_number_of_queries(framed_app: Flask) -> None:
    with framed_app.app_context():
        pages = Pages(framed_app).log_in(make_user(Role.PLANEACION))
        vigencia = add_vigencia(2022)
        add_alert(vigencia, make_organism().id)
    has_alerts = "alert.list_alerts" in framed_app.view_functions
    with counted_queries(framed_app) as queries:
        pages.get("/prueba")
    # Session, roles and today of the reader; city with vigencia; open alerts.
    assert len(queries) == 4 + has_alerts
