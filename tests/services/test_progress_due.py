"""What is to be reported with what stands, and the workbook that comes back as it was handed out."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.domain.cause import DelayCause, DependsOn
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.intake.progress import read_progress_file
from pp_monitor.models.progress import FactSource
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.explanation import ExplanationEntry
from pp_monitor.services.progress import (
    FactEntry,
    ProgressLoadResult,
    load_progress_file,
    progress_targets,
    record_facts,
)
from pp_monitor.services.progress_due import DueRow, count_pressing, due_items, due_rows
from pp_monitor.services.progress_template import build_template, template_bytes
from tests.pages import counted_queries
from tests.plan_data import SALUD, VIAS, City, build_city, plan, project_code, register_plans
from tests.reports.books import saved_by_libreoffice

MAY_13 = date(2022, 5, 13)
JUNE_1 = date(2022, 6, 1)
ACTUAL = "La fecha real de «Estudios previos aprobados»"
LINK = "https://www.contratos.gov.co/acta.pdf"


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    """Two registered projects of Salud and one of Vías."""
    with any_app.app_context():
        city = build_city()
        register_plans(city, {city.id(1): plan(), city.id(2): plan()})
        register_plans(city, {city.id(1, VIAS): plan()}, organism=VIAS)
        yield city


def tell(city: City) -> None:
    """Something of every kind on the first two milestones of the first project."""
    why = ExplanationEntry(
        *(city.id(1), "H02", DelayCause.OTHER, "=se perdió el oficio", DependsOn.COMMUNITY, "Insistir", "Ana"),
        date(2022, 6, 20),
        "Va en camino",
    )
    record_facts(
        vigencia=city.vigencia,
        entries=[
            FactEntry(city.id(1), "H01", actual=date(2022, 5, 20), forecast=date(2022, 5, 18), note="Acta", url=LINK),
            FactEntry(city.id(1), "H02", forecast=date(2022, 6, 20), note="Oficio 7"),
        ],
        actor=city.actor,
        today=JUNE_1,
        source=FactSource.FORM,
        explanations=[why],
    )


def rows(city: City, cutoff: date = MAY_13) -> dict[tuple[str, str], DueRow]:
    found = due_rows(city.vigencia, due_items(assess_portfolio(city.vigencia, cutoff)))
    return {(row.item.project.code, row.item.code): row for row in found}


def load(city: City, content: bytes, *, dry_run: bool = False) -> ProgressLoadResult:
    file = read_progress_file(
        "avance.xlsx",
        content,
        milestones=DEFAULT_CATALOGUE.milestones,
        known_projects=progress_targets(city.vigencia),
        year=2022,
    )
    return load_progress_file(file, vigencia=city.vigencia, actor=city.actor, today=JUNE_1, dry_run=dry_run)


def test_each_row_has_what_stands_and_when_it_was_last_told(city: City) -> None:
    tell(city)
    found = rows(city)
    first, second = found[project_code(1), "H01"], found[project_code(1), "H02"]
    assert (first.actual, first.forecast, first.note, first.url) == (
        date(2022, 5, 20),
        date(2022, 5, 18),
        "Acta",
        LINK,
    )
    assert (second.actual, second.forecast, second.note) == (None, date(2022, 6, 20), "Oficio 7")
    assert second.explanation is not None
    assert second.explanation.reply == "Va en camino"
    assert {first.last_report_on, second.last_report_on} == {JUNE_1}
    assert found[project_code(2), "H01"].last_report_on is None


def test_reading_more_projects_asks_no_more_queries(city: City, any_app: Flask) -> None:
    portfolio = assess_portfolio(city.vigencia, MAY_13)
    items = due_items(portfolio)
    with counted_queries(any_app) as few:
        due_rows(city.vigencia, items[:1])
    with counted_queries(any_app) as all_of_them:
        due_rows(city.vigencia, items)
    assert len(few) == len(all_of_them)


def test_what_is_coming_is_not_counted_as_pressing(city: City) -> None:
    pressing = [row for row in rows(city).values() if row.item.is_pressing and row.item.project.organism_code == SALUD]
    assert 0 < len(pressing) < len([key for key in rows(city) if "BP2645" in key[0]])
    assert count_pressing(city.vigencia_id, MAY_13, {SALUD}) == len(pressing)


def test_the_workbook_asks_exactly_what_is_to_be_reported_by_the_organism(city: City) -> None:
    built = build_template(city.vigencia, SALUD, MAY_13)
    sheet = load_workbook(io.BytesIO(built.content))["Avance"]
    asked = {(row[0].value, str(row[1].value)[:3]) for row in sheet.iter_rows(min_row=6)}
    assert asked == {key for key, row in rows(city).items() if row.item.project.organism_code == SALUD}
    assert (built.filename, built.rows, built.projects) == (f"avance-2022-{SALUD}-2022-05-13.xlsx", len(asked), 2)
    assert load_workbook(io.BytesIO(template_bytes(city.vigencia, SALUD, MAY_13)))["Avance"].max_row == sheet.max_row


def test_an_organism_that_is_not_there_has_no_workbook(city: City) -> None:
    with pytest.raises(NotFoundError, match="No existe el organismo 9999"):
        build_template(city.vigencia, "9999", MAY_13)


@pytest.mark.parametrize("told", [False, True])
def test_untouched_it_loads_without_changing_anything(city: City, told: bool) -> None:
    if told:
        tell(city)
    result = load(city, build_template(city.vigencia, SALUD, MAY_13).content)
    assert ([str(problem) for problem in result.problems], result.recorded, result.differences) == ([], 0, ())
    assert result.unchanged == (4 if told else 0)


@pytest.mark.slow
def test_untouched_but_saved_by_libreoffice_it_changes_nothing_either(city: City, tmp_path: Path) -> None:
    tell(city)
    saved = saved_by_libreoffice(build_template(city.vigencia, SALUD, MAY_13).content, tmp_path)
    result = load(city, saved)
    assert ([str(problem) for problem in result.problems], result.recorded, result.unchanged) == ([], 0, 4)


def typed(content: bytes, **cells: Any) -> bytes:
    book = load_workbook(io.BytesIO(content))
    for place, value in cells.items():
        book["Avance"][place] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_what_was_typed_is_recorded_and_told_in_words(city: City) -> None:
    cells: dict[str, Any] = {
        "F6": date(2022, 5, 20),
        "P6": LINK,
        "G7": "20/6",
        "H7": "Ley de garantías",
        "N7": "Va en camino",
    }
    content = typed(build_template(city.vigencia, SALUD, MAY_13).content, **cells)
    result = load(city, content, dry_run=True)
    assert [(one.milestone_code, one.what, one.after) for one in result.differences] == [
        ("H01", "Fecha real", "20/05/2022"),
        ("H01", "Enlace del soporte", LINK),
        ("H02", "Fecha proyectada", "20/06/2022"),
        ("H02", "Causa", "Ley de garantías"),
        ("H02", "Explicación", "Va en camino"),
    ]
    assert load(city, content).recorded == 3
    assert load(city, content).recorded == 0


@pytest.mark.parametrize(
    ("cells", "place", "what"),
    [
        (
            {"F6": date(2022, 6, 2)},
            "F6",
            "La fecha real de «Estudios previos aprobados», 02/06/2022, está en el futuro.",
        ),
        ({"N6": "No sé"}, "H6", "Falta la causa del retraso."),
        ({"H6": "Otra", "I6": "no sé"}, "I6", "Falta decir cuál es la otra causa."),
        ({"H6": "Ley de garantías", "M6": date(2022, 5, 31)}, "M6", "La fecha de compromiso, 31/05/2022, ya pasó."),
        ({"H6": "Ley de garantías", "N6": "x" * 281}, "N6", "La explicación tiene 281 caracteres y caben 280."),
        ({"P6": "acta.pdf"}, "P6", "El enlace no es una dirección web."),
        ({"P6": LINK}, "P6", "El enlace respalda una fecha real y no la hay."),
        ({"O6": "Acta en camino"}, "O6", "La nota acompaña una fecha y no la hay."),
        (
            {"D6": date(2022, 6, 1)},
            "D6",
            "La fecha planeada de «Estudios previos aprobados» es 26/04/2022; el archivo dice 01/06/2022.",
        ),
        ({"B6": "H14"}, "D6", "La fecha planeada de «Liquidación» es 25/10/2022; el archivo dice 26/04/2022."),
    ],
)
def test_what_is_wrong_is_told_at_its_cell(city: City, cells: dict[str, Any], place: str, what: str) -> None:
    result = load(city, typed(build_template(city.vigencia, SALUD, MAY_13).content, **cells))
    assert [(problem.sheet, problem.cell, problem.what) for problem in result.problems] == [("Avance", place, what)]
    assert result.recorded == 0
