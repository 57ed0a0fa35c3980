"""*Próximos 30 días* as a page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from flask import url_for

from pp_monitor import labels
from pp_monitor.domain.agenda import AgendaItem, AgendaWeek, by_week, count_by_phase
from pp_monitor.domain.catalogue import Phase
from pp_monitor.views.reading import Reading
from pp_monitor.views.wording import short_name

Items: TypeAlias = Sequence[AgendaItem]


@dataclass(frozen=True, slots=True)
class PhaseLine:
    """How many milestones of a phase fall due, and the first of them; ``phase_url`` is the page of the phase."""

    word: str
    phase_url: str
    count: int
    first: date | None
    url: str


def phases(items: Items, reading: Reading) -> list[PhaseLine]:
    """The agenda by phase, of the organism that the page is about where there is one."""
    counts = count_by_phase(items)
    about: dict[str, Any] = {"organismo": reading.chosen.organism} if reading.chosen and reading.chosen.organism else {}
    return [
        PhaseLine(
            labels.PHASE[phase],
            url_for("phase.show", code=phase, **reading.cutoff.args),
            counts[phase],
            next((item.due_on for item in items if item.milestone.milestone.phase is phase), None),
            url_for("alert.agenda", **about, fase=phase, **reading.cutoff.args),
        )
        for phase in Phase
    ]


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """One milestone to come."""

    due_on: date
    planned: date | None
    is_moved: bool
    milestone: str
    phase: str
    project: str
    code: str
    url: str
    organism: str
    allocation_cop: int


@dataclass(frozen=True, slots=True)
class WeekRows:
    """The milestones of one week."""

    monday: date
    rows: list[AgendaRow]


def rows(items: Items, reading: Reading) -> list[AgendaRow]:
    """The agenda in its order, without weeks."""
    return [_row(item, reading) for item in items]


def weeks(items: Items, reading: Reading) -> list[WeekRows]:
    """The agenda by week."""
    return [_week(week, reading) for week in by_week(items)]


def _week(week: AgendaWeek, reading: Reading) -> WeekRows:
    return WeekRows(week.monday, rows(week.items, reading))


def _row(item: AgendaItem, reading: Reading) -> AgendaRow:
    project = item.project
    return AgendaRow(
        due_on=item.due_on,
        planned=item.milestone.planned,
        is_moved=item.is_moved,
        milestone=item.milestone.milestone.name,
        phase=labels.PHASE[item.milestone.milestone.phase],
        project=project.name,
        code=project.code,
        url=url_for("project.show", public_id=project.public_id, **reading.cutoff.args),
        organism=short_name(reading.portfolio.names, project.organism_code),
        allocation_cop=project.allocation_cop,
    )
