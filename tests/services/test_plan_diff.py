"""What a file would change is told date by date, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.plan_draft import TypedRow
from pp_monitor.services.plan_diff import CellDiff, Part, ProjectDiff
from pp_monitor.services.plan_draft import load_grid, save_drafts
from tests.plan_data import TODAY, City, build_city, project_code, set_modality
from tests.services.test_plan import HEADER, load, read

FIRST, SECOND = project_code(1), project_code(2)


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()


def type_in_grid(city: City, **cells: str) -> None:
    """As the organism types in the grid, in whatever form."""
    row = load_grid(city.vigencia, city.organism(), TODAY).rows[0]
    texts = {cell.code: cell.text for cell in row.cells} | cells
    typed = {row.project_id: TypedRow(texts, row.modality or "", row.stamp)}
    save_drafts(vigencia=city.vigencia, organism=city.organism(), typed=typed, actor=city.actor, today=TODAY)


def diffs(city: City, *rows: str, header: str = HEADER) -> tuple[ProjectDiff, ...]:
    result = load(city, read(city, *rows, header=header), dry_run=True)
    assert result.problems == ()
    return result.diffs


def test_each_date_says_what_it_was_and_what_it_becomes(city: City) -> None:
    type_in_grid(city, H01="25/4", H02="2022-05-10", H05="pronto")
    (diff,) = diffs(
        city,
        f"{FIRST};H01;26/04/2022;;11/04/2022",
        f"{FIRST};H02;10/05/2022;;",
        f"{FIRST};H04;;SI;",
        f"{FIRST};H05;02/06/2022;;",
        f"{FIRST};P01 Entrega;08/11/2022;;",
    )
    assert diff.cells == (
        CellDiff("H01", Part.ACTUAL, "", "11/04/2022"),
        CellDiff("H01", Part.PLANNED, "25/04/2022", "26/04/2022"),
        CellDiff("H04", Part.PLANNED, "", "No aplica"),
        CellDiff("H05", Part.PLANNED, "pronto", "02/06/2022"),
        CellDiff("P01", Part.OWN_NAME, "", "Entrega"),
        CellDiff("P01", Part.PLANNED, "", "08/11/2022"),
    )
    assert (len(diff.added), len(diff.changed), diff.unchanged) == (4, 2, 1)
    assert diff.name == "Mejoramiento de la comuna 1 de Santiago de Cali"


def test_only_the_projects_of_the_file_are_told_and_touched(city: City) -> None:
    type_in_grid(city, H01="25/04/2022")
    assert [diff.code for diff in diffs(city, f"{SECOND};H01;26/04/2022;;")] == [SECOND]
    load(city, read(city, f"{SECOND};H01;26/04/2022;;"))
    rows = load_grid(city.vigencia, city.organism(), TODAY).rows
    assert [row.cells[0].text for row in rows] == ["25/04/22", "26/04/22", ""]


def test_a_new_name_of_an_own_milestone_is_a_change_that_is_saved(city: City) -> None:
    load(city, read(city, f"{FIRST};P01 Entrega;08/11/2022;;"))
    renamed = f"{FIRST};P01 Entrega a la comunidad;08/11/2022;;"
    (diff,) = diffs(city, renamed)
    assert diff.cells == (CellDiff("P01", Part.OWN_NAME, "Entrega", "Entrega a la comunidad"),)
    load(city, read(city, renamed))
    assert load_grid(city.vigencia, city.organism(), TODAY).rows[0].own[0].name == "Entrega a la comunidad"


def test_a_modality_tells_what_stops_applying_and_what_is_asked_again(city: City) -> None:
    set_modality(city, city.id(1), Modality.CDPS)
    type_in_grid(city, H01="25/04/2022")
    rows = [f"{FIRST};H01;25/04/2022;;;CI"]
    (diff,) = diffs(city, *rows, header=f"{HEADER};modalidad")
    # A direct contract with a person needs neither selection nor settlement; an agreement between entities both.
    assert diff.cells == (
        CellDiff("", Part.MODALITY, "CDPS", "CI"),
        CellDiff("H06", Part.PLANNED, "No aplica", ""),
        CellDiff("H14", Part.PLANNED, "No aplica", ""),
    )
    load(city, read(city, *rows, header=f"{HEADER};modalidad"))
    row = load_grid(city.vigencia, city.organism(), TODAY).rows[0]
    assert {cell.code: cell.text for cell in row.cells if cell.code in ("H03", "H06", "H14")} == {
        "H03": "No aplica",
        "H06": "",
        "H14": "",
    }


def test_what_the_grid_already_offers_as_no_aplica_is_no_change(city: City) -> None:
    set_modality(city, city.id(1), Modality.CDPS)
    (diff,) = diffs(city, *[f"{FIRST};{code};;SI;" for code in ("H03", "H04", "H05", "H06", "H14")])
    assert (diff.cells, diff.unchanged) == ((), 5)
