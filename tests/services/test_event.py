"""Suspension, withdrawal and re-planning need an act, and every earlier cut-off still sees what it saw."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import insert, select

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.domain.errors import ConflictError, NotFoundError, ProblemsError
from pp_monitor.domain.light import Light
from pp_monitor.domain.plan import BaselineKind, PlanLine
from pp_monitor.domain.project import ProjectAssessment, ProjectState
from pp_monitor.extensions import db
from pp_monitor.intake.budget import read_project_list
from pp_monitor.models.entity import Vigencia
from pp_monitor.models.plan import BaselineRow
from pp_monitor.models.project import Project
from pp_monitor.services import entity as entity_service
from pp_monitor.services.audit import Actor
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.event import Act, add_lines, change_state, replan
from pp_monitor.services.money import MoneyRow, record_snapshots
from pp_monitor.services.project import SourceFile, import_projects, territory_names
from pp_monitor.services.transaction import writing_vigencia

CONTENT = b"codigo;organismo;nombre;territorio;valor\nBP26000001;4145;Salud;Comuna 1;1000\n"
ACT = Act("Acta 1", date(2022, 8, 1), "Motivo")
LINES = {milestone.code: PlanLine(date(2022, 9, 1)) for milestone in DEFAULT_CATALOGUE.milestones}


@pytest.fixture
def city(any_app: Flask) -> Iterator[Flask]:
    with any_app.app_context():
        entity_service.load_reference_data()
        file = read_project_list("lista.csv", CONTENT, territories=territory_names())
        source = SourceFile("lista.csv", CONTENT)
        import_projects(file, source, year=2022, today=date(2022, 3, 1), actor=actor())
        yield any_app


def actor() -> Actor:
    return Actor(entity_service.the_entity().id, "prueba")


def vigencia() -> Vigencia:
    return entity_service.find_vigencia(2022)


def project_id() -> int:
    return db.session.scalars(select(Project.id)).one()


def register_b0() -> None:
    with writing_vigencia(vigencia().id) as now:
        row = BaselineRow(
            entity_id=1,
            project_id=project_id(),
            number=0,
            kind=BaselineKind.REGISTRATION,
            decided_on=date(2022, 4, 8),
            act="",
            recorded_at=now,
        )
        db.session.add(row)
        db.session.flush()
        add_lines(row.entity_id, {row.id: LINES})


def seen(cutoff: date) -> ProjectAssessment:
    return assess_portfolio(vigencia(), cutoff).projects[0]


def test_a_suspension_holds_from_its_act_until_the_restart(city: Flask) -> None:
    register_b0()
    change_state(vigencia(), project_id(), ProjectState.SUSPENDED, ACT, actor(), date(2022, 9, 1))
    change_state(vigencia(), project_id(), ProjectState.ACTIVE, Act("Reinicio", date(2022, 8, 20)), actor())
    lights = [seen(day).light for day in (date(2022, 7, 31), date(2022, 8, 1), date(2022, 8, 20))]
    assert lights == [Light.NOT_DUE, Light.SUSPENDED, Light.NOT_DUE]


@pytest.mark.parametrize("name", ["", "  \t"])
def test_an_event_without_an_act_is_refused(name: str) -> None:
    with pytest.raises(ProblemsError, match=r"Falta el acto\."):
        Act(name, date(2022, 8, 1), "Motivo")


def test_a_restart_puts_off_what_was_unmet_by_the_suspended_days(city: Flask) -> None:
    register_b0()
    change_state(vigencia(), project_id(), ProjectState.SUSPENDED, ACT, actor())
    change_state(vigencia(), project_id(), ProjectState.ACTIVE, Act("Reinicio", date(2022, 8, 10)), actor())
    project = seen(date(2022, 8, 10))
    assert project.b0
    assert project.current
    assert {row.planned for row in project.b0.milestones} == {date(2022, 9, 1)}
    assert {row.planned for row in project.current.milestones} == {date(2022, 9, 12)}  # seven working days
    assert project.replannings == 0


def test_a_project_that_enters_late_has_its_own_deadline(city: Flask) -> None:
    entity_service.set_deadline(2022, date(2022, 4, 22), actor())
    content = CONTENT + b"BP26000002;4145;Otro;Comuna 1;1000\n"
    file = read_project_list("lista.csv", content, territories=territory_names())
    source = SourceFile("lista.csv", content)
    import_projects(file, source, year=2022, today=date(2022, 6, 1), actor=actor())
    late_id = db.session.scalars(select(Project.id).where(Project.code == "BP26000002")).one()

    def lights(day: date) -> list[Light]:
        return [project.light for project in assess_portfolio(vigencia(), day).projects]

    assert lights(date(2022, 6, 10)) == [Light.NO_PLAN, Light.REGISTERING]
    entity_service.set_deadline(2022, date(2022, 6, 30), actor(), project_id=late_id)
    assert lights(date(2022, 6, 30)) == [Light.NO_PLAN, Light.REGISTERING]
    assert lights(date(2022, 7, 1)) == [Light.NO_PLAN, Light.NO_PLAN]


def test_a_withdrawn_project_leaves_the_counts_from_its_date(city: Flask) -> None:
    change_state(vigencia(), project_id(), ProjectState.WITHDRAWN, ACT, actor())
    assert assess_portfolio(vigencia(), date(2022, 7, 31)).city.projects == 1
    after = assess_portfolio(vigencia(), date(2022, 8, 1)).city
    assert (after.projects, after.withdrawn) == (0, 1)


@pytest.mark.parametrize("state", [ProjectState.ACTIVE])
def test_a_change_to_the_present_state_is_refused(city: Flask, state: ProjectState) -> None:
    with pytest.raises(ConflictError, match="no puede pasar a ese estado"):
        change_state(vigencia(), project_id(), state, ACT, actor())


def test_a_project_of_another_vigencia_is_not_found(city: Flask) -> None:
    with pytest.raises(NotFoundError):
        change_state(vigencia(), 999, ProjectState.SUSPENDED, ACT, actor())


def test_a_replanning_stands_beside_the_original_plan(city: Flask) -> None:
    register_b0()
    later = {code: PlanLine(date(2022, 10, 3)) for code in LINES}
    assert replan(vigencia(), project_id(), later, ACT, actor(), cause="Clima") == 1
    project = seen(date(2022, 8, 1))
    assert project.b0
    assert project.current
    assert {row.planned for row in project.b0.milestones} == {date(2022, 9, 1)}
    assert {row.planned for row in project.current.milestones} == {date(2022, 10, 3)}
    assert (seen(date(2022, 7, 31)).replannings, project.replannings) == (0, 1)


def test_a_project_without_plan_cannot_be_replanned(city: Flask) -> None:
    with pytest.raises(ConflictError, match="no tiene plan registrado"):
        replan(vigencia(), project_id(), LINES, ACT, actor(), cause="Clima")


def test_money_is_seen_from_its_budget_cutoff_on(city: Flask) -> None:
    row = MoneyRow(project_id(), 1000, 0, 0, 0, 900, 800, 700, 100, 50)
    record_snapshots(vigencia(), date(2022, 6, 30), [row], actor())
    assert seen(date(2022, 7, 15)).uncommitted_cop == 200
    before = seen(date(2022, 6, 15))
    assert (before.snapshot, before.allocation_cop) == (None, 900)


def test_a_recorded_baseline_cannot_be_altered_in_the_database(city: Flask) -> None:
    register_b0()
    with pytest.raises(Exception, match="append-only"), db.session.begin_nested():
        db.session.execute(BaselineRow.__table__.update().values(decided_on=date(2022, 1, 1)))
    db.session.rollback()
    with pytest.raises(Exception, match=r"(?i)unique"):
        db.session.execute(
            insert(BaselineRow).values(
                entity_id=1,
                project_id=project_id(),
                number=0,
                kind="registration",
                decided_on=date(2022, 4, 8),
                act="",
                recorded_at=vigencia().last_recorded_at,
            )
        )
    db.session.rollback()
