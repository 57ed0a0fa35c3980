"""Words and figures are explained on a page of their own and beside each figure."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import update

from pp_monitor.domain.account import Role
from pp_monitor.domain.threshold import Thresholds
from pp_monitor.extensions import db
from pp_monitor.labels_help import explanation
from pp_monitor.models.entity import ThresholdSet
from tests.factories_db import make_entity
from tests.pages import Pages, as_role
from tests.views.followed import HEALTH, follow, reader, seen


def test_the_glossary_tells_each_word_and_each_figure(app: Flask) -> None:
    follow(app)
    page = reader(app).get("/glosario")
    assert page.title == "Glosario"
    assert "Constancia Prueba de un registro" in page
    assert "Cobertura Proyectos con plan registrado sobre proyectos. Fórmula: proyectos con plan / proyectos no" in page
    assert 'id="coverage"' in page.html
    assert page.text.index("Término usual") < page.text.index("Vigencia Año del presupuesto")


def test_the_glossary_opens_before_the_first_vigencia_for_who_has_entered(app: Flask) -> None:
    with app.app_context():
        make_entity()
    assert "Umbrales iniciales" in as_role(app, Role.PLANEACION).get("/glosario")
    assert Pages(app).get("/glosario", 302).location.startswith("/ingresar")


@pytest.mark.parametrize(
    "url", ["/", "/organismos", f"/organismos/{HEALTH}", "/proyectos", "/analisis", "/proyectos/p-bp26000002"]
)
def test_each_button_opens_what_stands_on_its_page(app: Flask, url: str) -> None:
    follow(app)
    page = reader(app).get(url)
    assert bool(re.search("popovertarget=", page.html)) == (
        url in ("/", f"/organismos/{HEALTH}", "/proyectos/p-bp26000002")
    )
    assert "¿Cómo se calcula cada columna?" in page
    for anchor in re.findall(r'href="/glosario#([^"]+)"', page.html):
        assert f'id="{anchor}"' in reader(app).get("/glosario").html


def test_a_figure_tells_the_numbers_that_it_was_made_of(app: Flask) -> None:
    follow(app)
    city, page = seen(app).city, reader(app).get("/")
    assert f"Proyectos con plan registrado {city.with_plan} Proyectos no retirados {city.projects}" in page
    assert explanation("coverage", Thresholds()).definition in page


def test_a_project_tells_the_weights_of_its_progress(app: Flask) -> None:
    follow(app)
    project = next(row for row in seen(app).projects if row.code == "BP26000002")
    assert project.b0
    page = reader(app).get("/proyectos/p-bp26000002")
    weights = (project.b0.met_weight, project.b0.due_weight, project.b0.all_weight)
    assert "Peso cumplido {} Peso exigible {} Peso total {}".format(*weights) in page


def test_thresholds_told_are_those_of_the_vigencia(app: Flask) -> None:
    follow(app)
    with app.app_context():
        values = db.session.scalars(db.select(ThresholdSet.values)).one()
        db.session.execute(update(ThresholdSet).values(values=values | {"red_delay_workdays": 17}))
        db.session.commit()
    assert "con más de 17 días hábiles de retraso" in reader(app).get("/proyectos/p-bp26000002")
