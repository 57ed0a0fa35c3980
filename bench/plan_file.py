"""Reviewing a plan workbook of sixty projects with two hundred mistakes in it."""

from __future__ import annotations

import io
import random
import sys
from datetime import date, timedelta
from pathlib import Path

import flask_migrate
from openpyxl import load_workbook

from bench import demo
from bench.measure import Figure, median_seconds, tell
from pp_monitor import labels
from pp_monitor.domain.problem_group import group_problems
from pp_monitor.intake.budget import read_project_list
from pp_monitor.intake.plan_template import read_plan_file
from pp_monitor.services.audit import Actor
from pp_monitor.services.entity import find_organism, find_vigencia, load_catalogue, load_reference_data, the_entity
from pp_monitor.services.plan import PlanLoadResult, load_plan_file, plan_targets
from pp_monitor.services.plan_template import build_template
from pp_monitor.services.project import SourceFile, import_projects, territory_names

PROJECTS, MISTAKES, YEAR, ORGANISM = 60, 200, 2025, "4145"
TODAY = date(YEAR, 4, 18)
BAD = ("pronto", "31/02/2025", "04/18/2025", "=HOY()", 99, "#N/A", "18/04/1825")
LIMIT_S = 1.0


def take_in_projects() -> None:
    """Sixty projects of one organism, in an installation that has nothing else."""
    rows = [f"BP26{number:06};{ORGANISM};Mejoramiento {number};Comuna 1;100000000" for number in range(1, PROJECTS + 1)]
    content = "\n".join(("codigo;organismo;nombre;territorio;valor", *rows)).encode()
    flask_migrate.upgrade()
    load_reference_data()
    actor = Actor(the_entity().id, "medición")
    file = read_project_list("lista.csv", content, territories=territory_names())
    import_projects(file, SourceFile("lista.csv", content), year=YEAR, today=TODAY, actor=actor)


def spoiled_workbook(chance: random.Random) -> tuple[bytes, set[str]]:
    """The filled template with a mistake in two hundred of its date cells, and the names of these cells."""
    template = build_template(find_vigencia(YEAR), find_organism(ORGANISM), TODAY).content
    book = load_workbook(io.BytesIO(template))
    sheet = book["Plan"]
    headings = {column: str(sheet.cell(5, column).value) for column in range(1, sheet.max_column + 1)}
    columns = [column for column, heading in headings.items() if heading.startswith("H")]
    cells = [sheet.cell(row, column) for row in range(6, 6 + PROJECTS) for column in columns]
    for cell in cells:
        cell.value = TODAY + timedelta(days=14 * columns.index(cell.column))
    spoiled = chance.sample(cells, MISTAKES)
    for cell in spoiled:
        cell.value = chance.choice(BAD)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue(), {cell.coordinate for cell in spoiled}


def review(content: bytes) -> PlanLoadResult:
    """What an upload does: read, check against what is stored, and group what is told."""
    vigencia, organism = find_vigencia(YEAR), find_organism(ORGANISM)
    targets = plan_targets(vigencia, organism, TODAY)
    file = read_plan_file(
        "plan.xlsx",
        content,
        milestones=load_catalogue(vigencia.catalogue_version_id).milestones,
        known_projects=targets.names,
        known_modalities=targets.modalities,
        modality_names=labels.MODALITY,
    )
    actor = Actor(the_entity().id, "medición")
    result = load_plan_file(file, vigencia=vigencia, organism=organism, actor=actor, today=TODAY, dry_run=True)
    group_problems((*result.problems, *result.warnings))
    return result


def measure(instance: Path) -> list[Figure]:
    """In an installation of its own; every mistake must be told at its cell."""
    app = demo.application(instance.with_name(f"{instance.name}-plan-file"))
    with app.app_context():
        take_in_projects()
        content, spoiled = spoiled_workbook(random.Random(YEAR))
        seconds = median_seconds(lambda: review(content))
        told = [problem.cell for problem in review(content).problems]
        assert sorted(told) == sorted(spoiled), set(told) ^ spoiled
    return [Figure(f"Revisar un plan de {PROJECTS} proyectos con {MISTAKES} errores", seconds, LIMIT_S, "s")]


if __name__ == "__main__":
    tell(measure(Path(sys.argv[1])))
