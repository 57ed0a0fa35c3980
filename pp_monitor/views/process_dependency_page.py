"""What pages show of processes that wait for others: the notes, their forms, and the mark beside what is late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from pp_monitor.domain.deviation import MilestoneState
from pp_monitor.domain.progress import ATTEMPT, FIRST_CONTRACT
from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.formatters import date_short
from pp_monitor.forms.contract import DependencyEndForm, DependencyForm, ToldForm
from pp_monitor.services.contract_read import ToldProcess, project_processes
from pp_monitor.services.process_dependency import ToldDependency, project_dependencies
from pp_monitor.views.contract_page import Block, Sent, block, form_of
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


def dependency_form(
    reading: Reading, project: ProjectAssessment, processes: Sequence[ToldProcess] | None = None, **given: Any
) -> DependencyForm:
    """The form of a note with the processes of the project."""
    form = form_of(DependencyForm, NOTE, reading, **given)
    ours = project_processes(project.id) if processes is None else processes
    form.offer([(str(row.id), row.reference) for row in ours])
    return form


def end_form(
    reading: Reading, project: ProjectAssessment, notes: Sequence[ToldDependency] | None = None, **given: Any
) -> DependencyEndForm:
    """The form that ends a note, with those that stand."""
    form = form_of(DependencyEndForm, END, reading, **given)
    known = project_dependencies(project.id) if notes is None else notes
    form.pair.choices = [
        (f"{row.process_id}-{row.needs_id}", f"{row.process} depende de {row.needs}")
        for row in known
        if row.is_standing
    ]
    return form


def build(reading: Reading, project: ProjectAssessment, sent: Sent, *, is_writer: bool) -> DependencyPanel:
    """The notes of a project as they stand today."""
    notes, processes = project_dependencies(project.id), project_processes(project.id)
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
    blocks = _blocks(reading, project, processes, notes, sent) if is_writer else []
    return DependencyPanel(rows, blocks)


def _blocks(
    reading: Reading,
    project: ProjectAssessment,
    processes: Sequence[ToldProcess],
    notes: Sequence[ToldDependency],
    sent: Sent,
) -> list[Block]:
    found, today = [], reading.cutoff.today
    form: ToldForm
    if len(processes) > 1:
        typed = sent[1] if sent and sent[0] == NOTE else None
        form = typed or dependency_form(reading, project, processes, day=today)
        action = url_for("process_dependency.note", public_id=project.public_id)
        told = "Por ejemplo, las obras no empiezan mientras no esté contratada la interventoría. Es una nota: no mueve "
        told += "fechas ni cifras."
        found.append(block(NOTE, "Anotar que un proceso depende de otro", "Anotar", told, action, form, sent))
    if any(row.is_standing for row in notes):
        typed = sent[1] if sent and sent[0] == END else None
        form = typed or end_form(reading, project, notes, day=today)
        action = url_for("process_dependency.end", public_id=project.public_id)
        found.append(block(END, "Ya no depende", "Anotar", "La nota queda en la historia.", action, form, sent))
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """The late milestone of processes that wait: its code, a mark of few words, and each note as a sentence."""

    code: str
    mark: str
    told: list[str]


def waiting_of(project: ProjectAssessment, cutoff: date) -> Waiting | None:
    """What the first overdue milestone up to the start of works waits for; none where nothing is late or waits."""
    rows = project.current.milestones if project.current else ()
    late = next((row for row in rows if row.state is MilestoneState.OVERDUE and row.code in _UP_TO_START), None)
    notes = [row for row in project_dependencies(project.id, cutoff) if row.is_standing] if late else []
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
