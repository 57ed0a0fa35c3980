"""One source of numbers: the same (C, K) gives the same figures, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.deviation import MilestoneState
from pp_monitor.domain.light import Light
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.extensions import db
from pp_monitor.models.contract import ContractGuarantee
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.project import Project, ProjectContract
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.transaction import writing_vigencia
from tests.portfolio_db import NewProject, add_actual, add_contracts, add_projects, met_through, open_vigencia

CUTOFF = date(2022, 7, 15)


@pytest.fixture
def city(any_app: Flask) -> Iterator[Flask]:
    """A vigencia with a project on time, one late and one without plan, once on each engine."""
    with any_app.app_context():
        open_vigencia(
            [
                NewProject("BP26000001", actual=met_through("H09")),
                NewProject("BP26000002", organism="4146", actual=met_through("H05")),
                NewProject("BP26000003", organism="4148", planned=None),
            ]
        )
        yield any_app
        db.session.remove()


def vigencia() -> Vigencia:
    return db.session.scalars(select(Vigencia)).one()


def lights(portfolio: Portfolio) -> dict[str, Light]:
    return {project.code: project.light for project in portfolio.projects}


def test_every_project_of_the_vigencia_gets_its_light(city: Flask) -> None:
    assert lights(assess_portfolio(vigencia(), CUTOFF)) == {
        "BP26000001": Light.GREEN,
        "BP26000002": Light.RED,
        "BP26000003": Light.NO_PLAN,
    }


def test_a_fact_recorded_later_changes_today_and_not_what_was_known_before(city: Flask) -> None:
    known_before = vigencia().last_recorded_at
    before = assess_portfolio(vigencia(), CUTOFF)
    add_actual("BP26000002", "H06", date(2022, 6, 10))

    after = assess_portfolio(vigencia(), CUTOFF)
    again = assess_portfolio(vigencia(), CUTOFF, known_before)
    assert state(after, "BP26000002", "H06") is MilestoneState.MET_ON_TIME
    assert state(before, "BP26000002", "H06") is MilestoneState.OVERDUE
    assert again.projects == before.projects


def test_the_guarantees_of_a_shared_contract_are_known_to_every_project_it_serves(city: Flask) -> None:
    add_contracts("BP26000001", 1, {})
    add_contracts("BP26000002", 1, {})
    [shared, _] = db.session.scalars(select(ProjectContract.contract_id).order_by(ProjectContract.id)).all()
    other = db.session.scalars(select(Project).where(Project.code == "BP26000003")).one()
    with writing_vigencia(vigencia().id) as now:
        row = {"entity_id": other.entity_id, "contract_id": shared, "recorded_at": now}
        db.session.add(ProjectContract(project_id=other.id, valid_from=CUTOFF, **row))
        db.session.add(ContractGuarantee(approved_on=date(2022, 7, 6), act="Oficio 4", **row))
    found = {row.code: row.guarantees_approved for row in assess_portfolio(vigencia(), CUTOFF).projects}
    approved = {shared: date(2022, 7, 6)}
    assert found == {"BP26000001": approved, "BP26000002": {}, "BP26000003": approved}


def state(portfolio: Portfolio, project_code: str, milestone_code: str) -> MilestoneState:
    project = next(project for project in portfolio.projects if project.code == project_code)
    assert project.b0 is not None
    return next(row.state for row in project.b0.milestones if row.code == milestone_code)


def test_what_is_remembered_and_what_is_computed_anew_are_equal(city: Flask) -> None:
    first = assess_portfolio(vigencia(), CUTOFF)
    assert assess_portfolio(vigencia(), CUTOFF) is first
    city.extensions.pop("pp_assessments")
    anew = assess_portfolio(vigencia(), CUTOFF)
    assert anew is not first
    assert (anew.projects, anew.organisms, anew.city) == (first.projects, first.organisms, first.city)


def test_the_number_of_queries_does_not_grow_with_the_projects(
    city: Flask, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    def assess() -> Portfolio:
        city.extensions.pop("pp_assessments", None)
        db.session.rollback()
        return assess_portfolio(vigencia(), CUTOFF)

    few = count_queries(assess)
    add_projects(vigencia().id, [NewProject(f"BP2600001{n}", actual=met_through("H03")) for n in range(10)])
    assert count_queries(assess) == few
    assert few <= 30
