"""Which projects were touched since an instant: nothing that figures are made of may be missed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert, select

from pp_monitor.extensions import Model, db
from pp_monitor.models.contract import ContractGuarantee
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.explanation import MilestoneExplanation
from pp_monitor.models.plan import BaselineRow, RegistrationEvent
from pp_monitor.models.progress import ActualFact, ForecastFact
from pp_monitor.models.project import (
    Attempt,
    AttemptVoid,
    MoneySnapshotRow,
    OwnMilestone,
    Process,
    Project,
    ProjectAllocation,
    ProjectBacking,
    ProjectContract,
    ProjectModality,
    ProjectName,
    ProjectOrganism,
    ProjectProcess,
    ProjectStateRow,
    ProjectTerritory,
)
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.history import load_histories
from pp_monitor.services.history_change import changed_projects
from pp_monitor.services.transaction import writing_vigencia
from tests.filling import row
from tests.portfolio_db import NewProject, add_actual, add_contracts, add_projects, met_through, open_vigencia

CUTOFF = date(2022, 7, 15)
_READ = re.compile(r"(?:FROM|JOIN) (\w+)")
# They never change once there, or come with a row of their own that is watched.
_STILL = {"organism", "territory", "baseline_line", "project_territory_share", "vigencia"}


@pytest.fixture
def city(any_app: Flask) -> Iterator[Flask]:
    """Three projects, the last of which has no plan, once on each engine."""
    with any_app.app_context():
        late = NewProject("BP26000002", actual=met_through("H05"))
        open_vigencia(
            [NewProject("BP26000001", actual=met_through("H09")), late, NewProject("BP26000003", planned=None)]
        )
        add_contracts("BP26000003", 1, {})
        add_row(Process)
        add_row(Process)
        add_row(Attempt, process_id=1, number=1)
        add_row(ProjectProcess, process_id=1)
        yield any_app
        db.session.remove()


def vigencia() -> Vigencia:
    return db.session.scalars(select(Vigencia)).one()


def project_id(code: str = "BP26000003") -> int:
    return db.session.scalars(select(Project.id).where(Project.code == code)).one()


def add_row(model: type[Model], **values: Any) -> None:
    """A row of a table about the third project."""
    with writing_vigencia(vigencia().id) as now:
        table: Any = model.__table__
        found = row(table, 1)
        found |= {column.name: None for column in table.columns if column.foreign_keys and column.nullable}
        if "project_id" in found:
            found["project_id"] = project_id()
        db.session.execute(insert(model), [found | {"entity_id": 1, "recorded_at": now} | values])


DEEDS: dict[str, Callable[[], None]] = {
    "a real date": lambda: add_row(ActualFact, milestone_code="H01", day=CUTOFF),
    "a forecast": lambda: add_row(ForecastFact, milestone_code="H01", status="reported"),
    "an explanation": lambda: add_row(MilestoneExplanation),
    "a plan": lambda: add_row(BaselineRow, decided_on=CUTOFF),
    "a plan sent": lambda: add_row(RegistrationEvent),
    "money": lambda: add_row(MoneySnapshotRow),
    "an own milestone": lambda: add_row(OwnMilestone),
    "a value": lambda: add_row(ProjectAllocation),
    "a backing": lambda: add_row(ProjectBacking),
    "a contract": lambda: add_row(ProjectContract, contract_id=1, valid_from=CUTOFF - timedelta(days=1)),
    "a modality": lambda: add_row(ProjectModality),
    "a name": lambda: add_row(ProjectName),
    "an organism": lambda: add_row(ProjectOrganism, organism_id=1),
    "a state": lambda: add_row(ProjectStateRow, state="suspended"),
    "territories": lambda: add_row(ProjectTerritory),
    "guarantees of its contract": lambda: add_row(ContractGuarantee, contract_id=1, approved_on=CUTOFF),
    "a process": lambda: add_row(ProjectProcess, process_id=2),
    "an attempt that failed": lambda: add_row(AttemptVoid, attempt_id=1, valid_from=CUTOFF),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_what_is_recorded_of_a_project_touches_it_alone_and_its_figures_are_those_of_all_anew(
    city: Flask, deed: str
) -> None:
    before, since = assess_portfolio(vigencia(), CUTOFF), vigencia().last_recorded_at
    DEEDS[deed]()
    known_at = vigencia().last_recorded_at
    assert changed_projects(vigencia().id, since, known_at) == [project_id()]
    assert changed_projects(vigencia().id, known_at, known_at) == []

    renewed = assess_portfolio(vigencia(), CUTOFF)
    city.extensions.pop("pp_assessments")
    assert renewed == assess_portfolio(vigencia(), CUTOFF)
    kept = {project.id for project in before.projects} - {project_id()}
    assert all(any(one is other for other in before.projects) for one in renewed.projects if one.id in kept)


def test_a_project_that_enters_is_touched(city: Flask) -> None:
    assess_portfolio(vigencia(), CUTOFF)
    since = vigencia().last_recorded_at
    [new] = add_projects(vigencia().id, [NewProject("BP26000004")])
    assert changed_projects(vigencia().id, since, vigencia().last_recorded_at) == [new]
    assert "BP26000004" in {project.code for project in assess_portfolio(vigencia(), CUTOFF).projects}


def test_what_all_projects_share_makes_all_of_them_be_assessed_again(city: Flask) -> None:
    before = assess_portfolio(vigencia(), CUTOFF)
    assess_portfolio(vigencia(), CUTOFF - timedelta(days=30))
    add_actual("BP26000002", "H06", date(2022, 6, 10))
    other_day = assess_portfolio(vigencia(), CUTOFF + timedelta(days=30))
    city.extensions.pop("pp_assessments")
    assert other_day == assess_portfolio(vigencia(), CUTOFF + timedelta(days=30))
    assert other_day.projects != before.projects


def test_every_table_that_a_history_is_read_from_is_watched(city: Flask) -> None:
    def tables(call: Callable[[], object]) -> set[str]:
        found: set[str] = set()

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            found.update(_READ.findall(statement))

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            call()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return found

    number, known_at = vigencia().id, vigencia().last_recorded_at
    read = tables(lambda: load_histories(number, known_at))
    watched = tables(lambda: changed_projects(number, known_at, known_at))
    assert "actual_fact" in watched
    assert read - _STILL <= watched


def test_a_process_that_is_linked_later_does_not_void_what_was_known_before(city: Flask) -> None:
    add_row(Attempt, process_id=2, number=1)
    add_row(AttemptVoid, attempt_id=2, valid_from=CUTOFF)
    known_at = vigencia().last_recorded_at
    add_row(ProjectProcess, process_id=2)
    then, now = (load_histories(vigencia().id, at)[2] for at in (known_at, vigencia().last_recorded_at))
    assert (len(then.void_attempts), len(now.void_attempts)) == (0, 1)
