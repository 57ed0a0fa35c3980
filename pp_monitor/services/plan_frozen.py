"""A plan file that names registered projects or sent ones: the same dates are welcome, another is told at its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pp_monitor.domain.catalogue import Modality
from pp_monitor.domain.dated import View, value_as_at
from pp_monitor.domain.errors import Problem
from pp_monitor.domain.plan import PlanLine
from pp_monitor.domain.progress import standing_facts
from pp_monitor.domain.project import ProjectHistory
from pp_monitor.intake.plan_cells import NOWHERE, Place
from pp_monitor.intake.plan_rows import PlanRow
from pp_monitor.intake.plan_template import PlanFile
from pp_monitor.services.plan_check import ProjectPlan
from pp_monitor.services.plan_diff import line_text
from pp_monitor.services.plan_read import sent_plans


@dataclass(frozen=True, slots=True)
class Words:
    """How the problems of a plan that stands are told; each is part of a sentence but the remedies."""

    stands: str
    missing: str
    why: str
    project: str
    fix: str
    fix_actual: str


_REGISTERED = Words(
    stands="quedó registrado como",
    missing="no se registró",
    why="la línea base no se cambia",
    project="ya está registrado",
    fix="Deje la fecha registrada o quite la fila. Para cambiarla, pida una reprogramación.",
    fix_actual="Repórtela en la página del proyecto.",
)
_SENT = Words(
    stands="se envió como",
    missing="no se envió",
    why="el plan está en aprobación",
    project="está en aprobación",
    fix="Deje la fecha enviada o quite la fila. Para cambiarla, recoja el envío.",
    fix_actual="Deje la fecha enviada, o recoja el envío.",
)


@dataclass(frozen=True, slots=True)
class Frozen:
    """A plan that a file cannot change; ``actuals`` are the (milestone, day) that are known."""

    code: str
    lines: Mapping[str, PlanLine]
    actuals: frozenset[tuple[str, date | None]]
    modality: Modality | None
    words: Words


def _frozen_plan(history: ProjectHistory, sent: ProjectPlan | None, view: View) -> Frozen | None:
    """What stands of a project that is registered, or was ``sent``; none while its draft is open."""
    modality = value_as_at(history.modalities, view)
    if history.baselines:
        b0 = min(history.baselines, key=lambda baseline: baseline.number)
        facts = standing_facts(history.actuals, view.known_at)
        known = frozenset((fact.milestone_code, fact.day) for fact in facts)
        return Frozen(history.code, b0.lines, known, modality, _REGISTERED)
    if sent:
        return Frozen(history.code, sent.lines, frozenset(sent.actuals.items()), modality, _SENT)
    return None


def frozen_plans(histories: Mapping[str, ProjectHistory], view: View) -> dict[str, Frozen]:
    """What a file cannot change, by project code: registered plans and those in approval."""
    sent = sent_plans([history.id for history in histories.values()])
    found = ((code, _frozen_plan(history, sent.get(history.id), view)) for code, history in histories.items())
    return {code: plan for code, plan in found if plan}


def frozen_problems(stands: Frozen, rows: Mapping[str, PlanRow], file: PlanFile) -> Iterator[Problem]:
    """What a file would change of a plan that stands; a file that says the same has none."""
    project, words = stands.code, stands.words
    for code, row in rows.items():
        line, known = PlanLine(row.planned, row.not_applicable), stands.lines.get(code, PlanLine())
        if line.is_complete and line_text(line) != line_text(known):
            as_what = f"{words.stands} {line_text(known)}" if known.is_complete else words.missing
            what = f"{code} de {project} {as_what} y {words.why}."
            yield _at(row.place, what, words.fix, project, code)
        if row.actual and (code, row.actual) not in stands.actuals:
            what = f"{project} {words.project}: este archivo no cambia la fecha real de {code}."
            yield _at(row.actual_place, what, words.fix_actual, project, code)
    modality = file.modalities.get(project)
    if modality and modality is not stands.modality:
        place = file.places.get((project, ""), NOWHERE)
        what = f"{project} {words.project}: este archivo no cambia su modalidad."
        yield _at(place, what, "Deje la que tenía.", project)


def _at(place: Place, what: str, fix: str, project_code: str, milestone_code: str = "") -> Problem:
    return Problem(
        what, fix, sheet=place.sheet, cell=place.cell, project_code=project_code, milestone_code=milestone_code
    )
