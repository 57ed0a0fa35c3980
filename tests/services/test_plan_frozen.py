"""Registered plans in a file: what is registered may be said again, nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from pp_monitor.domain.plan import PlanLine
from pp_monitor.models.plan import BaselineRow, PlanDraft
from tests.plan_data import City, build_city, plan, project_code
from tests.rows import count
from tests.services.test_plan import HEADER, lines, load, read
from tests.submissions import send

FIRST, SECOND = project_code(1), project_code(2)
OWN = f"{FIRST};P01 Entrega a la comunidad;08/11/2022;;"


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        found = build_city()
        rows = [f"{row};CI" for row in [*lines(H01="25/04/2022;;11/04/2022", H04=";SI;", H03="", H05=""), OWN]]
        assert load(found, read(found, *rows, header=f"{HEADER};modalidad"), register=True).problems == ()
        yield found


def test_the_same_plan_again_changes_nothing_and_other_projects_of_the_file_are_saved(city: City) -> None:
    again = lines(H01="25/04/2022;;11/04/2022", H04=";SI;", H03=";SI;", H05=";SI;")
    result = load(city, read(city, *again, OWN, *lines(SECOND)))
    assert (result.problems, result.changed) == ((), 1)
    assert [(diff.code, len(diff.cells), diff.unchanged) for diff in result.diffs] == [(FIRST, 0, 16), (SECOND, 14, 0)]
    assert (count(BaselineRow), count(PlanDraft)) == (1, 1)


@pytest.mark.parametrize(
    ("row", "cell", "what"),
    [
        (
            f"{FIRST};H02;11/05/2022;;",
            "línea 2, columna fecha_planeada",
            f"H02 de {FIRST} quedó registrado como 10/05/2022 y la línea base no se cambia.",
        ),
        (
            f"{FIRST};H04;11/05/2022;;",
            "línea 2, columna fecha_planeada",
            f"H04 de {FIRST} quedó registrado como No aplica y la línea base no se cambia.",
        ),
        (
            f"{FIRST};P02 Cabildo;11/05/2022;;",
            "línea 2, columna fecha_planeada",
            f"P02 de {FIRST} no se registró y la línea base no se cambia.",
        ),
        (
            f"{FIRST};H01;25/04/2022;;12/04/2022",
            "línea 2, columna fecha_real",
            f"{FIRST} ya está registrado: este archivo no cambia la fecha real de H01.",
        ),
        (
            f"{FIRST};H01;25/04/2022;;;LP",
            "línea 2, columna proyecto",
            f"{FIRST} ya está registrado: este archivo no cambia su modalidad.",
        ),
    ],
)
def test_what_would_change_a_registered_plan_is_told_at_its_cell_and_nothing_is_saved(
    city: City, row: str, cell: str, what: str
) -> None:
    header = f"{HEADER};modalidad"
    result = load(city, read(city, row, *[f"{one};" for one in lines(SECOND)], header=header))
    assert [(problem.cell, problem.what) for problem in result.problems] == [(cell, what)]
    assert result.problems[0].fix
    assert count(PlanDraft) == 0


def test_a_plan_in_approval_may_be_said_again_and_not_changed(city: City) -> None:
    send(city, (2,), plan_=plan(H04=PlanLine(not_applicable=True)))
    again = load(city, read(city, *lines(SECOND, H04=";SI;")))
    assert (again.problems, again.changed) == ((), 0)
    result = load(city, read(city, *lines(SECOND, H02="11/05/2022;;", H04=";SI;"), f"{SECOND};H01;;;11/04/2022"))
    assert [problem.what for problem in result.problems if problem.milestone_code == "H02"] == [
        f"H02 de {SECOND} se envió como 10/05/2022 y el plan está en aprobación."
    ]
    assert count(PlanDraft) == 0
