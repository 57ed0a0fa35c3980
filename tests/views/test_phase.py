"""The page of a phase: who stands in it, what they wait for, and only what a reader may see."""

from __future__ import annotations

import pytest
from flask import Flask

from pp_monitor import formatters
from pp_monitor.domain.account import Role
from pp_monitor.domain.catalogue import Phase
from pp_monitor.domain.listing import ProjectFilter
from pp_monitor.domain.narrowing import narrow_to
from pp_monitor.domain.waiting import waiting_lines
from tests.pages import NOT_FOUND, counted_queries
from tests.portfolio_db import NewProject
from tests.views.followed import HEALTH, PROJECTS, WORKS, follow, reader, seen


def test_a_phase_shows_the_figures_of_its_projects(app: Flask) -> None:
    follow(app)
    page = reader(app).get("/fases/precontractual")
    found = narrow_to(seen(app), ProjectFilter(phase=Phase.PRECONTRACTUAL))
    assert page.title == "Fase: Precontractual"
    count, value = found.city.projects, formatters.cop(found.city.allocation_cop)
    assert f"Corte al 15 de julio de 2022 · {count} proyectos · {value}" in page
    assert f"{formatters.percent(found.city.actual_progress.value)} programado" in page
    assert f"{formatters.percent(found.city.planned_progress.value)}" in page
    for project in found.projects:
        assert project.name in page
    assert "Puesto de salud" not in page


def test_a_phase_says_which_milestone_its_projects_wait_for(app: Flask) -> None:
    follow(app)
    page = reader(app).get("/fases/precontractual")
    found = narrow_to(seen(app), ProjectFilter(phase=Phase.PRECONTRACTUAL))
    lines = waiting_lines(found.projects)
    assert lines
    for line in lines:
        value = formatters.millions(line.allocation_cop)
        assert f"{line.name} {line.projects} {line.overdue} {line.worst_delay_workdays} {value}" in page
    worst = max(lines, key=lambda line: line.worst_delay_workdays)
    assert f"el que más, {worst.worst_delay_workdays} días hábiles en «{worst.name}»." in page


def test_every_phase_leads_to_the_others_with_their_counts(app: Flask) -> None:
    follow(app)
    page = reader(app).get("/fases/execution?corte=2022-07-14")
    for code, word in (("precontractual", "Precontractual"), ("closed", "Cerrado"), ("none", "Sin plan registrado")):
        assert f'href="/fases/{code}?corte=2022-07-14"' in page.html
        count = narrow_to(seen(app), ProjectFilter(phase=code)).city.projects
        assert f"{word} {count}" in page
    assert 'aria-current="page">Ejecución <strong>' in page.html


def test_every_figure_of_a_phase_leads_to_its_own_rows(app: Flask) -> None:
    follow(app)
    pages = reader(app)
    page = pages.get("/fases/precontractual")
    assert 'href="/proyectos?fase=precontractual&amp;semaforo=red"' in page.html
    listed = pages.get("/proyectos?fase=precontractual&semaforo=red")
    assert "Jornadas de vacunación" in listed


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("none", "Ninguno de sus proyectos (1 proyecto) tiene plan registrado"),
        ("closed", "De 1 proyecto: 0 atrasados, 0 en alerta, 1 a tiempo o cerrados."),
        ("closure", "Ningún proyecto está en esta fase a este corte"),
    ],
)
def test_closed_projects_and_those_without_plan_have_their_page(app: Flask, code: str, words: str) -> None:
    follow(app)
    assert words in reader(app).get(f"/fases/{code}")


def test_a_phase_that_is_none_is_not_found(app: Flask) -> None:
    follow(app)
    assert NOT_FOUND in reader(app).get("/fases/otra", 404)


def test_who_reads_one_organism_sees_its_projects_of_a_phase_alone(app: Flask) -> None:
    follow(app)
    page = reader(app, Role.ENLACE, HEALTH).get("/fases/precontractual")
    assert "Jornadas de vacunación" in page
    assert "Andenes" not in page


def test_a_phase_asks_the_database_as_often_for_many_projects_as_for_one(app: Flask) -> None:
    follow(app, PROJECTS)
    person = reader(app)
    counts = []
    for code in ("precontractual", "closed"):
        person.get(f"/fases/{code}")
        with counted_queries(app) as statements:
            person.get(f"/fases/{code}")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 16


def test_of_many_projects_the_worst_are_shown_and_the_others_are_a_link_away(app: Flask) -> None:
    many = tuple(NewProject(f"BP260001{n:02d}", name=f"Parque {n}", planned=None) for n in range(28))
    follow(app, many)
    page = reader(app).get("/fases/none")
    assert page.text.count("sin plan") >= 25
    assert "y 3 proyectos más, en la lista" in page
    assert 'href="/proyectos?fase=none">y 3' in page.html


def test_projects_and_the_agenda_lead_to_the_phase(app: Flask) -> None:
    follow(app)
    pages = reader(app)
    project = pages.get("/proyectos/p-bp26000002?corte=2022-07-14")
    assert 'href="/fases/precontractual?corte=2022-07-14">Precontractual</a>' in project.html
    assert 'href="/fases/none">Sin plan registrado</a>' in pages.get("/proyectos/p-bp26000008").html
    assert 'href="/fases/closure">Cierre</a>' in pages.get("/").html


def test_what_comes_for_an_organism_leads_to_its_own_agenda(app: Flask) -> None:
    follow(app)
    page = reader(app).get(f"/organismos/{WORKS}")
    assert f'href="/alertas/proximos-30-dias?organismo={WORKS}&amp;fase=execution"' in page.html
