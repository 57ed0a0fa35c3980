"""A plan file: all or nothing, a draft or B0 at once, every problem at its cell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE, Modality
from pp_monitor.domain.errors import Severity
from pp_monitor.domain.project import ProjectState
from pp_monitor.extensions import db
from pp_monitor.intake.plan_template import PlanFile, read_plan_file
from pp_monitor.labels import MODALITY
from pp_monitor.models.plan import BaselineLine, BaselineRow, PlanDraft, PlanDraftLine, Registration
from pp_monitor.models.progress import ActualFact
from pp_monitor.models.project import Load, OwnMilestone, ProjectModality
from pp_monitor.services.deviation import assess_portfolio
from pp_monitor.services.plan import PlanLoadResult, load_plan_file, plan_targets
from pp_monitor.services.plan_cell import read_cell
from pp_monitor.services.plan_draft import load_grid
from tests.intake.files import workbook
from tests.plan_data import SALUD, TODAY, City, build_city, plan_lines, project_code, set_state
from tests.rows import count

FIRST, SECOND = project_code(1), project_code(2)
HEADER = "proyecto;hito;fecha_planeada;no_aplica;fecha_real"


@pytest.fixture
def city(any_app: Flask) -> Iterator[City]:
    with any_app.app_context():
        yield build_city()


def lines(project: str = FIRST, **changes: str) -> list[str]:
    """The CSV lines of a complete plan, some replaced (by what follows the milestone) or, when empty, left out."""
    rows = {code: f"{line.planned:%d/%m/%Y};;" for code, line in plan_lines().items()} | changes
    return [f"{project};{code};{rest}" for code, rest in rows.items() if rest]


def complete_csv(project: str, **changes: str) -> bytes:
    """The file of a complete plan."""
    return ("\n".join((HEADER, *lines(project, **changes))) + "\n").encode()


def read(city: City, *rows: str, header: str = HEADER) -> PlanFile:
    return read_file(city, "\n".join((header, *rows)).encode())


def read_file(city: City, content: bytes) -> PlanFile:
    targets = plan_targets(city.vigencia, city.organism(), TODAY)
    return read_plan_file(
        "plan",
        content,
        milestones=DEFAULT_CATALOGUE.milestones,
        known_projects=targets.names,
        known_modalities=targets.modalities,
        year=city.vigencia.year,
        modality_names=MODALITY,
    )


def load(city: City, file: PlanFile, **changes: Any) -> PlanLoadResult:
    facts: dict[str, Any] = {"organism": city.organism(), "actor": city.actor, "today": TODAY, "filename": "plan.csv"}
    return load_plan_file(file, vigencia=city.vigencia, **facts | changes)


def nothing_written() -> bool:
    return not any(count(table) for table in (Registration, BaselineRow, PlanDraft, ProjectModality, Load, ActualFact))


def test_a_draft_keeps_the_dates_of_the_file_and_of_no_other_project(city: City) -> None:
    result = load(city, read(city, *lines(H05="", H04=";SI;")))

    assert (result.problems, result.projects, result.lines, result.changed, result.missing) == ((), 1, 13, 1, 1)
    rows = load_grid(city.vigencia, city.organism(), TODAY).rows
    assert [row.given for row in rows] == [13, 0, 0]
    assert rows[0].cells[0].text == "26/04/22"
    assert rows[0].cells[3].text == "No aplica"
    assert count(BaselineRow) == 0


def test_the_same_draft_again_changes_nothing(city: City) -> None:
    load(city, read(city, *lines()))
    before = city.vigencia.last_recorded_at
    assert load(city, read(city, *lines())).changed == 0
    db.session.expire_all()
    assert (city.vigencia.last_recorded_at, count(Load)) == (before, 1)


def test_a_second_file_is_laid_over_the_draft(city: City) -> None:
    load(city, read(city, *lines(H05="")))
    load(city, read(city, f"{FIRST};H05;02/06/2022;;", f"{FIRST};P01 Entrega a la comunidad;08/11/2022;;"))
    row = load_grid(city.vigencia, city.organism(), TODAY).rows[0]
    assert (row.given, [(own.name, own.line.planned) for own in row.own]) == (
        14,
        [("Entrega a la comunidad", date(2022, 11, 8))],
    )


def test_register_freezes_b0_at_once_with_the_act_and_its_past_day(city: City) -> None:
    rows = [*lines(FIRST), *lines(SECOND)]
    result = load(city, read(city, *rows), register=True, declared_on=date(2022, 4, 8), act="Oficio 12")

    assert result.registration is not None
    assert (result.registration.number, result.registration.act) == (1, "Oficio 12")
    assert result.registration.declared_on == date(2022, 4, 8)
    assert (count(BaselineRow), count(BaselineLine), count(Load)) == (2, 28, 1)


def test_register_takes_past_dates_and_a_past_deadline(city: City) -> None:
    rows = [row.replace("/2022", "/2021") for row in lines()]
    result = load(city, read(city, *rows), register=True, today=date(2022, 9, 20))
    assert result.registration is not None
    assert result.problems == ()


def test_register_tells_doubts_without_asking(city: City) -> None:
    result = load(city, read(city, *lines(H07="20/07/2022;;")), register=True)
    assert result.registration is not None
    assert [(doubt.severity, doubt.what) for doubt in result.warnings] == [
        (Severity.WARNING, "«Contrato firmado»: 20/07/2022 no es día hábil.")
    ]


def test_a_dry_run_tells_the_same_and_writes_nothing(city: City) -> None:
    for register in (False, True):
        result = load(city, read(city, *lines()), register=register, dry_run=True)
        assert (result.problems, result.changed, result.registration) == ((), 1, None)
        assert nothing_written()


def test_what_was_met_before_registration_is_reported_and_the_rest_is_not(city: City) -> None:
    load(city, read(city, *lines(H01="25/04/2022;;11/04/2022")), register=True)
    fact = db.session.scalars(select(ActualFact)).one()
    assert (fact.milestone_code, fact.day, fact.status, fact.source) == (
        "H01",
        date(2022, 4, 11),
        "reported",
        "registration",
    )


def test_actual_dates_of_a_draft_wait_for_its_registration(city: City) -> None:
    load(city, read(city, *lines(H01="25/04/2022;;11/04/2022")))
    assert count(ActualFact) == 0
    assert db.session.scalars(select(PlanDraftLine.typed_actual).where(PlanDraftLine.typed_actual != "")).one()


def test_own_milestones_are_registered(city: City) -> None:
    load(city, read(city, *lines(), f"{FIRST};P01 Entrega a la comunidad;08/11/2022;;"), register=True)
    assert db.session.execute(select(OwnMilestone.code, OwnMilestone.name)).one() == ("P01", "Entrega a la comunidad")


@pytest.mark.parametrize("register", [False, True])
def test_a_modality_that_changes_is_dated_and_decides_what_does_not_apply(city: City, register: bool) -> None:
    header = HEADER + ";modalidad"
    rows = [f"{row};CI" for row in lines(H03="", H04="", H05="")]
    result = load(city, read(city, *rows, header=header), register=register)

    assert (result.problems, result.missing) == ((), 0)
    assert [project.modality for project in assess_portfolio(city.vigencia, TODAY).of_organism(SALUD)] == [
        Modality.CI,
        None,
        None,
    ]
    row = load_grid(city.vigencia, city.organism(), TODAY).rows[0]
    assert [cell.text for cell in row.cells[2:5]] == ["No aplica"] * 3
    load(city, read(city, *rows, header=header))
    assert count(ProjectModality) == 1


@pytest.mark.parametrize(
    ("register", "rows", "told"),
    [
        (
            False,
            lines(H12="02/05/2022;;"),
            "línea 13, columna fecha_planeada: «Recibo final a satisfacción» está antes",
        ),
        (True, lines(H12="02/05/2022;;"), "línea 13, columna fecha_planeada: «Recibo final a satisfacción» está antes"),
        (True, lines(H08="02/05/2022;;"), "línea 9, columna fecha_planeada: «Registro presupuestal (RP)» está antes"),
        (True, lines(H05=""), "línea 2, columna proyecto: Falta la fecha de «Cierre de ofertas»."),
        (False, lines(H01="31/02/2022;;"), "línea 2, columna fecha_planeada: «31/02/2022»"),
        (False, lines(H01="2/2/0205;;"), "línea 2, columna fecha_planeada: «2/2/0205»"),
        (False, lines(H01="04/18/2022;;"), "línea 2, columna fecha_planeada: «04/18/2022» parece mes/día/año."),
        (False, lines(H01=";SI;"), "línea 2"),
        (False, lines(H01="25/04/2022;;19/04/2022"), "línea 2, columna fecha_real: La fecha real de H01, 19/04/2022,"),
        (False, lines("BP26510001"), "BP26510001 no está entre los proyectos que se esperan."),
        (False, [*lines(), f"{FIRST};H99;02/05/2022;;"], "línea 16, columna hito: «H99» no es un hito"),
        (False, [*lines(), f"{FIRST};H01;02/05/2022;;"], "línea 16, columna fecha_planeada: H01 de"),
    ],
)
def test_a_problem_is_told_at_its_cell_and_nothing_is_written(
    city: City, register: bool, rows: list[str], told: str
) -> None:
    result = load(city, read(city, *rows), register=register)

    assert any(told in str(problem) for problem in result.problems), [str(problem) for problem in result.problems]
    assert len(result.problems) == len({problem.cell + problem.milestone_code for problem in result.problems})
    assert nothing_written()


def test_an_order_that_only_the_registration_refuses_is_a_warning_in_a_draft(city: City) -> None:
    result = load(city, read(city, *lines(H08="02/05/2022;;")))
    assert (result.problems, result.changed) == ((), 1)
    assert [doubt.what for doubt in result.warnings] == [
        "«Registro presupuestal (RP)» está antes de «Contrato firmado»."
    ]


def test_a_missing_date_of_a_workbook_is_told_at_its_own_cell(city: City) -> None:
    days = [None if code == "H05" else line.planned for code, line in plan_lines().items()]
    content = workbook({"Plan": [["Código", *plan_lines()], [FIRST, *days]]})
    result = load(city, read_file(city, content), register=True)
    assert [(problem.sheet, problem.cell) for problem in result.problems] == [("Plan", "F2")]


def test_a_second_registration_names_every_registered_project_and_refuses_the_whole_file(city: City) -> None:
    load(city, read(city, *lines(FIRST), *lines(SECOND)), register=True)
    file = read(city, *lines(FIRST), *lines(SECOND), *lines(project_code(3)))
    assert [problem.what for problem in load(city, file, register=True).problems] == [
        f"{code} ya está registrado. La línea base no se cambia." for code in (FIRST, SECOND)
    ]
    assert (count(BaselineRow), count(PlanDraft)) == (2, 0)


def test_withdrawn_projects_are_refused(city: City) -> None:
    set_state(city, city.id(2), ProjectState.WITHDRAWN)
    result = load(city, read(city, *lines(SECOND)), register=True)
    assert [problem.what for problem in result.problems] == [f"{SECOND} está retirado."]


def test_a_project_that_entered_after_the_act_can_still_be_registered_with_it(city: City) -> None:
    result = load(city, read(city, *lines()), register=True, declared_on=date(2021, 12, 1))
    assert result.registration is not None


def test_an_act_of_tomorrow_is_refused(city: City) -> None:
    result = load(city, read(city, *lines()), register=True, declared_on=date(2022, 4, 19))
    assert [problem.what for problem in result.problems] == ["La fecha del acto está en el futuro."]


def test_a_modality_that_needs_no_opening_tells_the_date_that_stays(city: City) -> None:
    assert load(city, read(city, *lines(FIRST))).warnings == ()
    result = load(city, read(city, f"{FIRST};H01;25/04/2022;;;AMP", header=f"{HEADER};modalidad"))
    assert result.changed == 1
    assert [(one.milestone_code, one.severity) for one in result.warnings] == [("H04", Severity.WARNING)]
    assert "«Apertura y pliego definitivo» no se exige" in result.warnings[0].what


@pytest.mark.parametrize(
    "typed", ["18/4", "18/04/22", "18042022", "180422", "18-04-22", "18 de abril", "2022-04-18", "18.4"]
)
def test_grid_and_file_read_the_same_dates(city: City, typed: str) -> None:
    file = read(city, f"{FIRST};H01;{typed};;")
    assert [str(problem) for problem in file.problems] == []
    assert [row.planned for row in file.rows] == [read_cell(typed, 2022).line.planned] == [date(2022, 4, 18)]


@pytest.mark.parametrize("typed", ["hoy", "22-04-18", "220418"])
def test_grid_and_file_refuse_the_same_dates(city: City, typed: str) -> None:
    (problem,) = read(city, f"{FIRST};H01;{typed};;").problems
    refusal = read_cell(typed, 2022).refusal
    assert refusal is not None
    assert (problem.what, problem.fix) == (refusal.what, refusal.fix)
    assert "18/04/2022" in problem.fix


def test_a_code_may_have_hyphens_and_spaces_anywhere(city: City) -> None:
    spaced = f"BP-{FIRST[2:6]} {FIRST[6:]}"
    assert load(city, read(city, f"{spaced};H01;25/04/2022;;")).changed == 1
    book = workbook({"Plan": [["Código", "H01"], [spaced, "26/04/2022"]]})
    assert load(city, read_file(city, book)).changed == 1


def test_a_project_of_another_organism_is_as_if_it_did_not_exist(city: City) -> None:
    for stranger in ("BP26510001", "BP26450009"):
        (problem,) = read(city, f"{stranger};H01;25/04/2022;;").errors
        assert problem.fix == "Use los códigos de la plantilla."
