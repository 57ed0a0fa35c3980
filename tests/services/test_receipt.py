"""The receipt tells what was registered, and whether it still is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import text

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.errors import NotFoundError
from pp_monitor.domain.plan import PlanLine
from pp_monitor.extensions import db
from pp_monitor.services.plan import ProjectPlan
from pp_monitor.services.receipt import Receipt, find_receipt
from tests.plan_data import SALUD, TODAY, City, build_city, plan, plan_lines, register_plans, set_modality


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    """A city whose first registration has two projects, once on each engine."""
    with any_app.app_context():
        city = build_city()
        register_plans(city, {city.id(1): plan(), city.id(2): plan()}, "Acta 7")
        yield city
        db.session.remove()


def receipt(city: City) -> Receipt:
    return find_receipt(city.vigencia, 1)


def test_a_receipt_tells_act_day_and_every_planned_date(city: City) -> None:
    found = receipt(city)
    assert (found.number, found.organism_code, found.act, found.declared_on) == (1, SALUD, "Acta 7", TODAY)
    assert [project.plan.lines for project in found.projects] == [plan_lines()] * 2
    assert found.dates == 2 * sum(line.planned is not None for line in plan_lines().values())
    assert found.is_intact


def test_a_receipt_of_an_act_names_the_modality_of_its_day(city: City) -> None:
    set_modality(city, city.id(3), Modality.LP)
    register_plans(city, {city.id(3): plan()}, "Acta 8")
    set_modality(city, city.id(3), Modality.CI)
    assert [project.modality for project in find_receipt(city.vigencia, 2).projects] == [Modality.LP]


def test_a_change_behind_the_program_breaks_its_hash(city: City) -> None:
    place = " ON baseline_line" if db.engine.dialect.name == "postgresql" else ""
    with db.engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER tr_baseline_line_update{place}"))
        connection.execute(text("UPDATE baseline_line SET planned_on = '2022-12-30' WHERE milestone_code = 'H07'"))
    db.session.rollback()
    assert not receipt(city).is_intact


def test_an_unknown_receipt_is_told(city: City) -> None:
    with pytest.raises(NotFoundError, match="La constancia 2 no existe"):
        find_receipt(city.vigencia, 2)


def test_actual_dates_and_own_milestones_are_part_of_what_is_proved(city: City) -> None:
    lines = plan_lines(date(2022, 3, 8)) | {"P01": PlanLine(date(2022, 11, 8)), "H04": PlanLine(not_applicable=True)}
    whole = ProjectPlan(lines, {"H01": date(2022, 3, 9)}, {"P01": "Entrega a la comunidad"})
    register_plans(city, {city.id(3): whole})
    found = find_receipt(city.vigencia, 2)
    assert found.projects[0].plan == whole
    assert found.is_intact
