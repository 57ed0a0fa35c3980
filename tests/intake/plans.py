"""Projects that the tests of plan and progress know."""

from collections.abc import Sequence

from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
from pp_monitor.intake.plan_template import PlanFile, read_plan_file
from tests.intake.files import workbook

FIRST, SECOND = "BP26000001", "BP26000002"
PROJECTS = {FIRST: "Dotación de sedes", SECOND: "Mantenimiento vial", "BP26000002-02": "Mantenimiento vial"}
HEADINGS = [f"{one.code} {one.name}" for one in DEFAULT_CATALOGUE.milestones]


def read(content: bytes, **known: object) -> PlanFile:
    return read_plan_file(
        "plan",
        content,
        milestones=DEFAULT_CATALOGUE.milestones,
        known_projects=PROJECTS,
        **known,  # type: ignore[arg-type]
    )


def sheet(*rows: Sequence[object], header: Sequence[str] = ("Código", "Proyecto", *HEADINGS)) -> bytes:
    return workbook({"Plan": [header, *rows]})


def lines(*rows: str, header: str = "proyecto;hito;fecha_planeada;no_aplica;fecha_real") -> bytes:
    return "\n".join((header, *rows)).encode()


def faults(file: PlanFile) -> list[tuple[str, str]]:
    return [(problem.cell, problem.what) for problem in file.errors]
