"""Dates from a file, all or nothing, and the story that every record leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.progress import FactStatus
from pp_monitor.extensions import db
from pp_monitor.intake.progress import read_progress_file
from pp_monitor.models.account import User
from pp_monitor.models.progress import ActualFact, FactSource, ForecastFact
from pp_monitor.models.project import Load
from pp_monitor.services.audit import Actor
from pp_monitor.services.progress import (
    FactEntry,
    ProgressLoadResult,
    fact_story,
    load_progress_file,
    progress_targets,
    record_facts,
)
from tests.factories_db import make_user
from tests.plan_data import VIAS, City, build_city, plan, project_code, register_plans
from tests.rows import count

FIRST, SECOND, THIRD = project_code(1), project_code(2), project_code(3)
NOW = date(2022, 6, 1)


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    """The first two projects of Salud and one of Vías are registered."""
    with any_app.app_context():
        city = build_city()
        for organism, numbers in (("4145", (1, 2)), (VIAS, (1,))):
            plans = {city.id(number, organism): plan(H04=PlanLine(not_applicable=True)) for number in numbers}
            register_plans(city, plans, organism=organism)
        yield city


def load(city: City, *rows: str, **changes: Any) -> ProgressLoadResult:
    header = "proyecto;hito;fecha_real;fecha_proyectada;causa;nota"
    file = read_progress_file(
        "avance.csv",
        "\n".join((header, *rows)).encode(),
        milestones=DEFAULT_CATALOGUE.milestones,
        known_projects=progress_targets(city.vigencia),
    )
    facts: dict[str, Any] = {"actor": city.actor, "today": NOW, "filename": "avance.csv", "sha256": "a" * 64}
    return load_progress_file(file, vigencia=city.vigencia, **facts | changes)


def test_a_file_of_several_organisms_is_recorded_with_its_load(city: City) -> None:
    result = load(
        city,
        f"{FIRST};H01;26/04/2022;;;Firmados",
        f"{FIRST};H02;;20/06/2022;Falta concepto;",
        f"{project_code(1, VIAS)};H01;2022-05-02;;;",
        f"{SECOND};H03;;;;",
    )
    assert (result.rows, result.projects, result.recorded, result.unchanged) == (3, 2, 3, 0)
    assert (count(ActualFact), count(ForecastFact)) == (2, 1)
    fact = db.session.scalars(select(ActualFact).order_by(ActualFact.id)).first()
    assert fact is not None
    assert (fact.note, fact.source, fact.load_id) == ("Firmados", "file", db.session.scalar(select(Load.id)))


def test_the_same_file_again_changes_nothing(city: City) -> None:
    rows = f"{FIRST};H01;26/04/2022;;;Firmados", f"{FIRST};H02;;20/06/2022;Falta concepto;"
    load(city, *rows)
    again = load(city, *rows)
    assert (again.recorded, again.unchanged, count(Load)) == (0, 2, 1)


def test_a_dry_run_records_nothing(city: City) -> None:
    assert load(city, f"{FIRST};H01;26/04/2022;;;", dry_run=True).recorded == 1
    assert (count(ActualFact), count(Load)) == (0, 0)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (f"{FIRST};H01;02/06/2022;;;", "línea 3, columna fecha_real: La fecha real de «Estudios previos aprobados»"),
        (f"{THIRD};H01;02/05/2022;;;", "línea 3, columna fecha_real: El proyecto no tiene plan registrado."),
        (f"{FIRST};H04;02/05/2022;;;", "línea 3, columna fecha_real: «Apertura y pliego definitivo» no aplica"),
        (f"{FIRST};H01;31/02/2022;;;", "línea 3, columna fecha_real: «31/02/2022»"),
        (f"{FIRST};H99;02/05/2022;;;", "línea 3, columna hito: «H99»"),
        ("BP26999999;H01;02/05/2022;;;", "línea 3, columna proyecto: BP26999999 no está"),
        (f"{SECOND};H02;03/05/2022;;;", "línea 3, columna hito: H02 de"),
    ],
)
def test_one_problem_refuses_the_whole_file_at_its_cell(city: City, row: str, told: str) -> None:
    result = load(city, f"{SECOND};H02;02/05/2022;;;", row)
    assert any(str(problem).startswith(told) for problem in result.problems), result.problems
    assert (result.recorded, count(ActualFact), count(Load)) == (0, 0, 0)


def test_every_problem_of_reading_and_of_rules_is_listed_at_once_down_the_file(city: City) -> None:
    result = load(
        city,
        f"{FIRST};H07;02/06/2022;31/02/2022;;",
        f"{THIRD};H02;03/06/2022;;;",
        f"{FIRST};H99;02/05/2022;;;",
        f"{SECOND};H04;;ayer;;",
        f"{SECOND};H05;02/05/2022;;;",
        f"{SECOND};H05;02/05/2022;;;",
    )
    assert [(problem.cell, problem.what) for problem in result.problems] == [
        ("línea 2, columna fecha_proyectada", "«31/02/2022» no existe: febrero de 2022 tiene 28 días."),
        (
            "línea 2, columna fecha_real",
            "La fecha real de «Contrato firmado», 02/06/2022, está en el futuro.",
        ),
        ("línea 3, columna fecha_real", "El proyecto no tiene plan registrado."),
        ("línea 3, columna fecha_real", "La fecha real de «CDP expedido», 03/06/2022, está en el futuro."),
        ("línea 4, columna hito", "«H99» no es un hito de esta vigencia."),
        ("línea 5, columna fecha_proyectada", "«ayer» no es una fecha."),
        ("línea 5, columna fecha_proyectada", "«Apertura y pliego definitivo» no aplica en el plan del proyecto."),
        ("línea 7, columna hito", f"H05 de {SECOND} ya está en línea 6, columna hito."),
    ]
    assert (result.recorded, count(ActualFact), count(Load)) == (0, 0, 0)


@pytest.mark.parametrize("turn", [1, -1])
def test_a_closure_before_the_start_is_refused_at_its_cell_in_whatever_order_they_come(city: City, turn: int) -> None:
    rows = [f"{FIRST};H09;18/05/2022;;;", f"{FIRST};H12;17/05/2022;;;"][::turn]
    [problem] = load(city, *rows).problems
    assert problem.cell == f"línea {rows.index(f'{FIRST};H12;17/05/2022;;;') + 2}, columna fecha_real"
    assert "17/05/2022, es anterior a la de «Acta de inicio», 18/05/2022." in problem.what
    assert (count(ActualFact), count(Load)) == (0, 0)


def test_only_the_new_date_of_a_file_is_told_and_not_those_that_stand(city: City) -> None:
    load(city, f"{FIRST};H09;18/05/2022;;;", f"{FIRST};H12;19/05/2022;;;")
    again = load(city, f"{FIRST};H09;18/05/2022;;;", f"{FIRST};H12;19/05/2022;;;", f"{FIRST};H13;17/05/2022;;;")
    assert [problem.cell for problem in again.problems] == ["línea 4, columna fecha_real"]


def test_a_missing_cause_is_listed_by_cell_and_recorded(city: City) -> None:
    result = load(city, f"{FIRST};H02;;20/06/2022;;")
    assert [str(note) for note in result.notes] == [
        "línea 2, columna causa: Falta la causa del retraso de «CDP expedido». Elija una causa de la lista."
    ]
    assert result.recorded == 1


def tell(city: City, actor: Actor, entry: FactEntry, *, annul: bool = False) -> None:
    result = record_facts(
        vigencia=city.vigencia, entries=[entry], actor=actor, today=NOW, source=FactSource.FORM, annul=annul
    )
    assert result.recorded == 1


def test_the_story_tells_every_record_newest_first_with_what_it_replaced(city: City) -> None:
    user: User = make_user(label="Ana Prueba")
    ana = Actor(user.entity_id, user.label, user.id)
    load(city, f"{FIRST};H01;26/04/2022;;;")
    tell(city, ana, FactEntry(city.id(1), "H01", actual=date(2022, 4, 28), note="El acta dice 28"))
    tell(city, ana, FactEntry(city.id(1), "H01", actual=date(2022, 4, 28), note="No era este"), annul=True)

    story = fact_story(city.id(1))
    assert [(row.day, row.before, row.status, row.who, row.note) for row in story] == [
        (None, date(2022, 4, 28), FactStatus.ANNULLED, "Ana Prueba", "No era este"),
        (date(2022, 4, 28), date(2022, 4, 26), FactStatus.REPORTED, "Ana Prueba", "El acta dice 28"),
        (date(2022, 4, 26), None, FactStatus.REPORTED, "Archivo cargado por Planeación", ""),
    ]
    assert story[0].milestone == "Estudios previos aprobados"
    assert fact_story(city.id(2)) == ()
