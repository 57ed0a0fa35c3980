"""Projects come in from the city's file once, and change with their history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from pp_monitor.extensions import db
from pp_monitor.intake.budget import read_project_list
from pp_monitor.models.audit import AuditEvent
from pp_monitor.models.project import Project, ProjectAllocation, ProjectName
from pp_monitor.services import entity as entity_service
from pp_monitor.services.audit import Actor
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.project import ImportSummary, SourceFile, import_projects, organism_codes, territory_names

HEADER = "codigo;organismo;nombre;territorio;valor\n"
LIST = (
    HEADER
    + "BP26000001;4145;Jornadas de salud mental;Comuna 13;100.000.000\n"
    + "BP-26000002;4151;Malla vial;COMUNA 16;$ 250.000.000\n"
    + "BP26000002;4151;Malla vial;Los Andes;50.000.000\n"
)
TODAY = date(2025, 2, 10)


def load(text: str, *, today: date = TODAY, dry_run: bool = False, year: int = 2025) -> ImportSummary:
    content = text.encode()
    file = read_project_list("lista.csv", content, territories=territory_names())
    actor = Actor(entity_service.the_entity().id, "prueba")
    return import_projects(file, SourceFile("lista.csv", content), year=year, today=today, actor=actor, dry_run=dry_run)


@pytest.fixture
def city(any_app: Flask) -> Iterator[Flask]:
    with any_app.app_context():
        entity_service.load_reference_data()
        yield any_app


def names_of(year: int, cutoff: date) -> dict[str, str]:
    portfolio = assess_portfolio(entity_service.find_vigencia(year), cutoff)
    return {project.code: project.name for project in portfolio.projects}


def test_a_list_opens_the_vigencia_and_adds_every_project(city: Flask) -> None:
    summary = load(LIST)
    assert (summary.projects, summary.organisms, summary.current_cop) == (3, 2, 400_000_000)
    portfolio = assess_portfolio(entity_service.find_vigencia(2025), date(2025, 1, 31))
    assert [project.code for project in portfolio.projects] == ["BP26000001", "BP26000002", "BP26000002-02"]
    assert portfolio.city.allocation_cop == 400_000_000
    assert {project.territories[0].territory_code for project in portfolio.projects} == {"13", "16", "56"}


def test_a_second_run_changes_nothing(city: Flask) -> None:
    load(LIST)
    before = db.session.scalar(select(func.count(AuditEvent.id)))
    summary = load(LIST)
    assert (summary.added, summary.altered) == ((), ())
    assert db.session.scalar(select(func.count(AuditEvent.id))) == before
    assert db.session.scalar(select(func.count(ProjectName.id))) == 3


def test_a_dry_run_writes_nothing(city: Flask) -> None:
    summary = load(LIST, dry_run=True)
    assert len(summary.added) == 3
    assert db.session.scalar(select(func.count(Project.id))) == 0
    assert entity_service.newest_vigencia() is None


def test_a_changed_value_and_name_keep_their_history(city: Flask) -> None:
    load(LIST)
    changed = LIST.replace("100.000.000", "90.000.000").replace("Jornadas de salud mental", "Salud mental")
    summary = load(changed, today=date(2025, 6, 2))
    assert summary.altered == ("BP26000001",)
    assert names_of(2025, date(2025, 6, 1))["BP26000001"] == "Jornadas de salud mental"
    assert names_of(2025, date(2025, 6, 2))["BP26000001"] == "Salud mental"
    amounts = db.session.scalars(select(ProjectAllocation.amount_cop).order_by(ProjectAllocation.id)).all()
    assert amounts[-1] == 90_000_000


def test_a_project_that_comes_later_enters_on_its_day(city: Flask) -> None:
    load(LIST)
    summary = load(LIST + "BP26000009;4145;Otro;Comuna 1;1\n", today=date(2025, 6, 2))
    assert summary.added == ("BP26000009",)
    assert "BP26000009" not in names_of(2025, date(2025, 6, 1))
    assert "BP26000009" in names_of(2025, date(2025, 6, 2))


def test_a_project_that_the_file_leaves_out_is_told_and_kept(city: Flask) -> None:
    load(LIST)
    summary = load(HEADER + "BP26000001;4145;Jornadas de salud mental;Comuna 13;100.000.000\n")
    assert summary.absent == ("BP26000002", "BP26000002-02")
    assert len(names_of(2025, TODAY)) == 3


def test_one_code_in_two_territories_is_recognised_in_any_order(city: Flask) -> None:
    load(LIST)
    lines = LIST.removeprefix(HEADER).splitlines(keepends=True)
    summary = load(HEADER + lines[2] + lines[1] + lines[0])
    assert (summary.added, summary.altered) == ((), ())


def test_an_unknown_organism_stops_everything(city: Flask) -> None:
    summary = load(LIST.replace("4145", "9999"))
    assert [problem.what for problem in summary.errors] == ["El organismo 9999 no existe."]
    assert db.session.scalar(select(func.count(Project.id))) == 0


def test_an_unknown_organism_is_told_together_with_every_other_problem(city: Flask) -> None:
    content = (HEADER + "BP26000002;4145;A;Comuna 1;mil\nBP26000003;9999;B;Comuna 1;5\n").encode()
    file = read_project_list("lista.csv", content, territories=territory_names(), organism_codes=organism_codes())
    assert [problem.cell for problem in file.errors] == ["línea 2, valor", "línea 3, organismo"] or len(
        file.errors
    ) == 2
    assert any("9999" in problem.what for problem in file.errors)


def test_the_public_id_stays_when_everything_else_changes(city: Flask) -> None:
    load(LIST)
    before = db.session.scalar(select(Project.public_id).where(Project.code == "BP26000001"))
    load(LIST.replace("Jornadas", "Otras jornadas").replace("4145", "4146"), today=date(2025, 5, 5))
    assert db.session.scalar(select(Project.public_id).where(Project.code == "BP26000001")) == before


def test_assessment_takes_the_same_number_of_queries_for_any_number_of_projects(
    city: Flask, count_queries: Callable[[Callable[[], object]], int]
) -> None:
    def assess() -> None:
        city.extensions.pop("pp_assessments", None)
        assess_portfolio(entity_service.find_vigencia(2025), date(2025, 3, 1))

    load(LIST)
    few = count_queries(assess)
    more = HEADER + "".join(f"BP26{i:06d};4145;Proyecto {i};Comuna 1;1000\n" for i in range(100, 160))
    load(more)
    assert few == count_queries(assess) <= 30
