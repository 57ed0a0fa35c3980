"""What the page of a phase says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from pp_monitor import labels
from pp_monitor.domain.listing import ProjectFilter, phase_code
from pp_monitor.domain.waiting import WaitingLine, waiting_lines
from pp_monitor.formatters import cop_millions, plural
from pp_monitor.labels import STANDING
from pp_monitor.views import part_page
from pp_monitor.views.figures import Before
from pp_monitor.views.reading import Reading


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A phase beside the others, with how many projects stand in it."""

    word: str
    url: str
    count: int
    is_here: bool


@dataclass(frozen=True, slots=True)
class PhasePage:
    """Everything that the page shows; ``waiting`` is empty where nobody waits for a milestone."""

    code: str
    word: str
    phases: list[Neighbour]
    waiting: Sequence[WaitingLine]
    sentence: str
    part: part_page.PartPage


def build(reading: Reading, code: str) -> PhasePage:
    """The page of one phase, out of the projects that this person may see in it."""
    own = reading.of_projects(ProjectFilter(phase=code))
    waiting = waiting_lines(own.portfolio.projects)
    return PhasePage(
        code=code,
        word=STANDING[code],
        phases=_phases(reading, code),
        waiting=waiting,
        sentence=_sentence(waiting),
        part=part_page.build(own, Before.of(own)),
    )


def _phases(reading: Reading, here: str) -> list[Neighbour]:
    counts = Counter(phase_code(project) for project in reading.portfolio.projects if not project.is_withdrawn)
    return [
        Neighbour(word, url_for("phase.show", code=code, **reading.cutoff.args), counts[code], code == here)
        for code, word in STANDING.items()
    ]


def _sentence(waiting: Sequence[WaitingLine]) -> str:
    """Where most of the projects wait, and where the oldest delay is."""
    if not waiting:
        return ""
    most = max(waiting, key=lambda line: line.projects)
    told = f"Donde más proyectos esperan es «{most.name}»: {most.projects}, por {cop_millions(most.allocation_cop)}."
    late = sum(line.overdue for line in waiting)
    if not late:
        return f"{told} Ninguno lo tiene vencido."
    worst = max(waiting, key=lambda line: line.worst_delay_workdays)
    return (
        f"{told} {plural(late, 'proyecto lleva', 'proyectos llevan')} vencido su próximo hito; el que más, "
        f"{labels.days_text(worst.worst_delay_workdays)} en «{worst.name}»."
    )
