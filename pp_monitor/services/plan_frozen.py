"""A plan file that names registered projects: the same dates are welcome, another one is refused at its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pp_monitor.domain.dated import View, value_as_at
from pp_monitor.domain.errors import Problem
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.progress import standing_facts
from pp_monitor.domain.project import ProjectHistory
from pp_monitor.intake.plan_cells import NOWHERE, Place
from pp_monitor.intake.plan_rows import PlanRow
from pp_monitor.intake.plan_template import PlanFile
from pp_monitor.services.plan_diff import line_text

_FIX = "Deje la fecha registrada o quite la fila. Para cambiarla, pida una reprogramación."


def frozen_problems(
    history: ProjectHistory, rows: Mapping[str, PlanRow], file: PlanFile, view: View
) -> Iterator[Problem]:
    """What a file would change of a registered project; a file that says what is registered has none."""
    b0 = min(history.baselines, key=lambda baseline: baseline.number)
    known = {(fact.milestone_code, fact.day) for fact in standing_facts(history.actuals, view.known_at)}
    for code, row in rows.items():
        line = PlanLine(row.planned, row.not_applicable)
        registered = b0.lines.get(code, PlanLine())
        if line.is_complete and line_text(line) != line_text(registered):
            stands = f"quedó registrado como {line_text(registered)}" if registered.is_complete else "no se registró"
            what = f"{code} de {history.code} {stands} y la línea base no se cambia."
            yield _at(row.place, what, _FIX, history.code, code)
        if row.actual and (code, row.actual) not in known:
            what = f"{history.code} ya está registrado: este archivo no cambia la fecha real de {code}."
            yield _at(row.actual_place, what, "Repórtela en la página del proyecto.", history.code, code)
    modality = file.modalities.get(history.code)
    if modality and modality is not value_as_at(history.modalities, view):
        place = file.places.get((history.code, ""), NOWHERE)
        what = f"{history.code} ya está registrado: este archivo no cambia su modalidad."
        yield _at(place, what, "Deje la que tenía.", history.code)


def _at(place: Place, what: str, fix: str, project_code: str, milestone_code: str = "") -> Problem:
    return Problem(
        what, fix, sheet=place.sheet, cell=place.cell, project_code=project_code, milestone_code=milestone_code
    )
