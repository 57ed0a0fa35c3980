"""What pages show of processes that wait for others: the notes, their forms, and the mark beside what is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from flask import url_for

from pp_monitor.domain.deviation import MilestoneState
from pp_monitor.domain.progress import ATTEMPT, FIRST_CONTRACT
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.formatters import date_short
from pp_monitor.forms.contract import DependencyEndForm, DependencyForm
from pp_monitor.services.process_dependency import ToldDependency, project_dependencies
from pp_monitor.views.contract_form import Block, Scene
from pp_monitor.views.reading import Reading

NOTE, END = "dependencia", "sin-dependencia"
_UP_TO_START = ATTEMPT | FIRST_CONTRACT


@dataclass(frozen=True, slots=True)
class DependencyRow:
    """One note: which process waits for which, since when or until when, why, and who wrote it."""

    process: str
    needs: str
    state: str
    day: date
    note: str
    author: str


@dataclass(frozen=True, slots=True)
class DependencyPanel:
    """The notes of a project and the forms of a writer."""

    rows: list[DependencyRow]
    blocks: list[Block]


def dependency_form(scene: Scene, **filled: Any) -> DependencyForm:
    """The form of a note with the processes of the project."""
    form = scene.form(DependencyForm, NOTE, **filled)
    form.offer(scene.process_choices)
    return form


def end_form(scene: Scene, notes: Sequence[ToldDependency] | None = None, **filled: Any) -> DependencyEndForm:
    """The form that ends a note, with those that stand."""
    form = scene.form(DependencyEndForm, END, **filled)
    known = project_dependencies(scene.project.id) if notes is None else notes
    form.pair.choices = [
        (f"{row.process_id}-{row.needs_id}", f"{row.process} depende de {row.needs}")
        for row in known
        if row.is_standing
    ]
    return form


def build(scene: Scene) -> DependencyPanel:
    """The notes of a project as they stand today."""
    notes = project_dependencies(scene.project.id)
    rows = [
        DependencyRow(
            row.process,
            row.needs,
            "Depende desde el" if row.is_standing else "Ya no depende desde el",
            row.valid_from,
            row.note,
            row.author,
        )
        for row in notes
    ]
    return DependencyPanel(rows, _blocks(scene, notes) if scene.is_writer else [])


def _blocks(scene: Scene, notes: Sequence[ToldDependency]) -> list[Block]:
    found, today, public_id = [], scene.reading.cutoff.today, scene.project.public_id
    if len(scene.processes) > 1:
        action, make = url_for("process_dependency.note", public_id=public_id), partial(dependency_form, scene)
        told = "Por ejemplo, las obras no empiezan mientras no esté contratada la interventoría. Es una nota: no mueve "
        told += "fechas ni cifras."
        title = "Anotar que un proceso depende de otro"
        found.append(scene.block(NOTE, title, "Anotar", action, make, told, day=today))
    if any(row.is_standing for row in notes):
        action, make_end = url_for("process_dependency.end", public_id=public_id), partial(end_form, scene, notes)
        told = "La nota queda en la historia."
        found.append(scene.block(END, "Ya no depende", "Anotar", action, make_end, told, day=today))
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """The late milestone of processes that wait: its code, a mark of few words, and each note as a sentence."""

    code: str
    mark: str
    told: list[str]


def waiting_of(reading: Reading, project: ProjectAssessment) -> Waiting | None:
    """What the first overdue milestone up to the start of works waits for at the cut-off; none for nothing."""
    rows = project.current.milestones if project.current else ()
    late = next((row for row in rows if row.state is MilestoneState.OVERDUE and row.code in _UP_TO_START), None)
    known = project_dependencies(project.id, reading.cutoff.day, reading.cutoff.known_at) if late else ()
    notes = [row for row in known if row.is_standing]
    if late is None or not notes:
        return None
    return Waiting(
        late.code,
        f"depende de {', '.join(row.needs for row in notes)}",
        [
            f"{late.milestone.name}: el proceso {row.process} depende de {row.needs} desde el "
            f"{date_short(row.valid_from)}. {row.note}"
            for row in notes
        ],
    )
