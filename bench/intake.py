"""Reading the city's budget file and taking its projects in."""

from __future__ import annotations

import random
import sys
from datetime import date
from pathlib import Path

from bench import demo
from bench.measure import Figure, median_seconds, memory_figures, tell
from pp_monitor.extensions import db
from pp_monitor.intake.budget import read_project_list
from pp_monitor.services.audit import Actor
from pp_monitor.services.entity import ORGANISMS, the_entity
from pp_monitor.services.project import ImportSummary, SourceFile, import_projects, territory_names

LINES, PROJECTS, YEAR = 3_500, 309, 2025
HEADER = (
    *("Centro Gestor", "Nombre Centro Gestor", "BPIN", "BP", "Nombre BP", "Fondo", "Origen", "COMUNA", "VIGENCIA"),
    *("PPTO INICIAL", "REDUCCIONES", "ADICIONES", "CONTRACREDITOS", "CREDITOS", "APLAZAMIENTO", "DESAPLAZAMIENTO"),
    *("PPTO. MODIFICADO", "TOTAL ACUMULADO CDP", "TOTAL ACUMULADO RPC", "TOTAL ACUMUL OBLIGAC", "PAGOS"),
)


def budget_file() -> bytes:
    """An *Ejecución presupuestal* of 3.500 lines, of which some thousand are of 309 participatory projects."""
    chance = random.Random(YEAR)
    lines = [_line(number, chance) for number in range(LINES)]
    return "\n".join(";".join(f'"{cell}"' for cell in line) for line in (HEADER, *lines)).encode("utf-8-sig")


def _line(number: int, chance: random.Random) -> tuple[str, ...]:
    place = number % PROJECTS
    is_ours = number < 3 * PROJECTS
    organism = ORGANISMS[place % len(ORGANISMS)]
    value = f" {chance.randrange(20, 400) * 1_000_000:,} ".replace(",", ".")
    return (
        *(organism.code, organism.name, f"202476001{place:04}", f"BP26{place if is_ours else number:06}"),
        f"Mejoramiento de espacios comunitarios y deportivos del barrio {place}",
        *("121000", "Territorio" if is_ours else "Organismo", f"COMUNA {1 + place % 22}", "Actual"),
        *(value, *[" -   "] * 6, value, *[" -   "] * 4),
    )


def measure(instance: Path) -> list[Figure]:
    """Into an installation that has only its reference data, new each time."""
    content = budget_file()
    empty = instance.with_name(f"{instance.name}-empty")
    demo.make(empty, "init")
    app = demo.application(demo.copied(empty, "intake"))
    with app.app_context():

        def prepare() -> None:
            db.session.remove()
            db.engine.dispose()
            demo.copied(empty, "intake")

        def take_in() -> ImportSummary:
            file = read_project_list("ejecucion.csv", content, territories=territory_names())
            actor = Actor(the_entity().id, "medición")
            source = SourceFile("ejecucion.csv", content)
            return import_projects(file, source, year=YEAR, today=date(YEAR, 4, 30), actor=actor)

        seconds = median_seconds(take_in, before=prepare)
        prepare()
        summary = take_in()
        assert len(summary.added) == PROJECTS, summary.problems
    return [
        Figure(f"Cargar un archivo de {LINES} filas con {PROJECTS} proyectos", seconds, 2, "s"),
        *memory_figures("cargar"),
    ]


if __name__ == "__main__":
    tell(measure(Path(sys.argv[1])))
