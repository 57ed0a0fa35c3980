"""What the product hands out as a workbook is what it takes in: nothing changes on the way."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import load_workbook

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.errors import Severity
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.plan_draft import TypedRow
from pp_monitor.services.plan import PlanLoadResult
from pp_monitor.services.plan_draft import load_grid, save_drafts
from pp_monitor.services.plan_template import build_template
from tests.plan_data import SALUD, TODAY, City, build_city, plan, project_code, set_modality
from tests.reports.books import saved_by_libreoffice
from tests.services.test_plan import HEADER, lines, load, read, read_file
from tests.submissions import send

FIRST, SECOND, THIRD = (project_code(number) for number in (1, 2, 3))
OWN = "P02 Entrega a la comunidad;08/11/2022;;"


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()


def back_again(city: City) -> PlanLoadResult:
    """The workbook of the organism, loaded as it was handed out."""
    return load(city, read_file(city, build_template(city.vigencia, city.organism(), TODAY).content))


def test_drafts_come_back_unchanged(city: City) -> None:
    set_modality(city, city.id(2), Modality.CDPS)
    rows = [*lines(FIRST, H01="25/04/2022;;11/04/2022", H04=";SI;"), f"{FIRST};{OWN}", f"{THIRD};H01;;;11/04/2022"]
    assert load(city, read(city, *rows)).changed == 2
    result = back_again(city)
    assert (result.problems, result.changed, result.projects) == ((), 0, 3)
    assert [(diff.code, diff.cells, diff.unchanged) for diff in result.diffs] == [
        (FIRST, (), 16),
        (SECOND, (), 5),
        (THIRD, (), 1),
    ]


def test_registered_plans_come_back_unchanged(city: City) -> None:
    rows = [f"{row};MC" for row in lines(FIRST, H04="")] + [f"{FIRST};{OWN};MC"]
    rows += [f"{row};" for code in (SECOND, THIRD) for row in lines(code, H01="25/04/2022;;11/04/2022", H10=";SI;")]
    assert load(city, read(city, *rows, header=f"{HEADER};modalidad"), register=True).problems == ()
    result = back_again(city)
    assert (result.problems, result.changed, result.projects) == ((), 0, 3)
    assert [diff.unchanged for diff in result.diffs] == [15, 14, 14]


def test_plans_in_approval_come_back_unchanged(city: City) -> None:
    sent = plan(H04=PlanLine(not_applicable=True), P01=PlanLine(date(2022, 11, 8)))
    send(city, plan_=replace(sent, actuals={"H01": date(2022, 4, 11)}, own_names={"P01": "Entrega"}))
    result = back_again(city)
    assert ([str(problem) for problem in result.problems], result.changed) == ([], 0)
    assert [diff.unchanged for diff in result.diffs] == [16, 16, 16]


def test_what_is_still_to_be_registered_is_handed_out_alone(city: City) -> None:
    load(city, read(city, *lines(FIRST)), register=True)
    built = build_template(city.vigencia, city.organism(), TODAY)
    assert (built.projects, built.filename) == (2, f"plan-2022-{SALUD}.xlsx")
    assert read_file(city, built.content).projects == (SECOND, THIRD)


@pytest.mark.slow
@pytest.mark.parametrize("register", [False, True])
def test_a_workbook_that_libreoffice_saved_changes_nothing_either(city: City, tmp_path: Path, register: bool) -> None:
    rows = [f"{row};MC" for row in [*lines(FIRST, H01="25/04/2022;;11/04/2022", H04=""), f"{FIRST};{OWN}"]]
    rows += [f"{row};" for code in (SECOND, THIRD) for row in lines(code, H10=";SI;")]
    assert load(city, read(city, *rows, header=f"{HEADER};modalidad"), register=register).problems == ()
    handed = build_template(city.vigencia, city.organism(), TODAY, with_actuals=True).content
    result = load(city, read_file(city, saved_by_libreoffice(handed, tmp_path)))
    assert ([str(problem) for problem in result.problems], result.changed, result.projects) == ([], 0, 3)


def test_real_dates_have_a_column_each_when_asked_for(city: City) -> None:
    for asked in (False, True):
        built = build_template(city.vigencia, city.organism(), TODAY, with_actuals=asked)
        headings = [cell.value for cell in load_workbook(io.BytesIO(built.content))["Plan"][5]]
        assert sum("fecha real" in str(heading) for heading in headings) == (14 if asked else 0)


def type_in_grid(city: City, cells: dict[str, str]) -> None:
    """Save what a person typed of the first project, right or wrong."""
    shown = load_grid(city.vigencia, city.organism(), TODAY).rows[0]
    typed = {shown.project_id: TypedRow(cells, cells.get("modalidad", ""), shown.stamp)}
    save_drafts(vigencia=city.vigencia, organism=city.organism(), typed=typed, actor=city.actor, today=TODAY)


@pytest.mark.parametrize(
    "cells",
    [
        {"H07": "No aplica"},
        {"P03": "08/11/2022"},
        {"P03": "08/11/2022", "P03-nombre": "Entrega  a la comunidad"},
        {"P02": "No aplica", "P02-nombre": "Entrega"},
        {"H12": "01/06/2022", "H09": "01/07/2022"},
        {"H04": "No aplica", "H04-real": "11/04/2022"},
        {"H04-real": "11/04/2022", "modalidad": "MC"},
        {"H01": "25/04/2022", "H01-real": "30/04/2022"},
        {"H01": "25/04/2022", "H01-real": "mañana"},
        {"H01": "31/02/2022", "H03": "ABC", "H04": "No aplica"},
        {"H06": "01/06/2022", "modalidad": "CDPS"},
        {"fuera": "La comunidad aún no decide."},
    ],
    ids=str,
)
def test_a_draft_with_faults_comes_back_unchanged_and_keeps_them(city: City, cells: dict[str, str]) -> None:
    type_in_grid(city, cells)
    result = back_again(city)
    assert ([str(problem) for problem in result.problems], result.changed) == ([], 0)
    assert all(diff.cells == () for diff in result.diffs)


def test_a_fault_that_is_repeated_beside_a_new_date_stays_told(city: City) -> None:
    type_in_grid(city, {"H07": "No aplica"})
    result = load(city, read(city, f"{FIRST};H07;;SI;", f"{FIRST};H01;25/04/2022;;"))
    assert (result.problems, result.changed) == ((), 1)
    assert [(one.milestone_code, one.severity) for one in result.warnings] == [("H07", Severity.WARNING)]
    again = load(city, read(city, f"{FIRST};H09;;SI;"))
    assert [one.milestone_code for one in again.problems] == ["H09"]
