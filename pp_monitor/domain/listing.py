"""Lists of projects: chosen, ordered and cut into pages."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any, Generic, TypeVar

from pp_monitor.domain.catalogue import Phase
from pp_monitor.domain.light import Light
from pp_monitor.domain.part import territory_codes
from pp_monitor.domain.portfolio import projects_worst_first
from pp_monitor.domain.project import ProjectAssessment

T = TypeVar("T")
AT_RISK = "at_risk"
NO_PHASE = "none"
CLOSED_PHASE = "closed"
NO_MODALITY = "none"
_SHORT_NUMBER = re.compile(r"\d{1,2}")


class ProjectOrder(StrEnum):
    """In which order projects are listed; each but ``WORST`` goes up or down."""

    WORST = "worst"
    CODE = "code"
    NAME = "name"
    VALUE = "value"
    DEVIATION = "deviation"
    DELAY = "delay"
    FINISH = "finish"
    LIGHT = "light"
    PHASE = "phase"
    PROGRESS = "progress"
    NEXT = "next"
    RISK = "risk"


# As a list shows them, the worst first.
LIGHTS_WORST_FIRST = (
    Light.NO_PLAN,
    Light.RED,
    Light.YELLOW,
    Light.GREEN,
    Light.NOT_DUE,
    Light.REGISTERING,
    Light.SUSPENDED,
    Light.CLOSED,
    Light.WITHDRAWN,
)


@dataclass(frozen=True, slots=True)
class ProjectFilter:
    """What a list is narrowed to; an empty value leaves that side open.

    ``text`` is sought in what a project is called by (``Sought``). ``light`` is a light or ``at_risk`` (red or
    without plan), ``phase`` a phase, ``closed`` or ``none`` (without plan), ``modality`` a modality or ``none``.
    """

    text: str = ""
    organism: str = ""
    light: str = ""
    phase: str = ""
    territory: str = ""
    modality: str = ""

    def admits(self, project: ProjectAssessment, sought: Sought | None = None) -> bool:
        """Whether a project belongs to the list; without ``sought`` it is found by its code and name alone."""
        return (
            self.organism in ("", project.organism_code)
            and self.has_light(project)
            and self.phase in ("", phase_code(project))
            and self.modality in ("", project.modality or NO_MODALITY)
            and self._is_in_territory(project)
            and (not self.text or (sought or Sought.of(project)).answers(self.text))
        )

    def has_light(self, project: ProjectAssessment) -> bool:
        """Whether a project has the light asked for."""
        if self.light == AT_RISK:
            return project.light in (Light.RED, Light.NO_PLAN)
        return self.light in ("", project.light)

    def _is_in_territory(self, project: ProjectAssessment) -> bool:
        return not self.territory or self.territory in territory_codes(project)


@dataclass(frozen=True, slots=True)
class Sought:
    """What a project is found by, without accents nor capitals.

    ``text`` holds everything, ``numbers`` those of name and territories: a short one is sought there and whole,
    so that *comuna 1* is neither *comuna 11* nor a digit of a code.
    """

    text: str
    numbers: frozenset[str]

    @classmethod
    def of(cls, project: ProjectAssessment, territories: Iterable[str] = (), others: Iterable[str] = ()) -> Sought:
        """Code and name, the names of its ``territories``, and ``others`` (BPIN, contracts, addresses)."""
        spoken = plain(" ".join((project.name, *territories)))
        numbers = frozenset(number.lstrip("0") for number in re.findall(r"\d+", spoken))
        return cls(plain(" ".join((project.code, spoken, *others))), numbers)

    def answers(self, text: str) -> bool:
        """Whether every word of ``text`` is there."""
        return all(
            word.lstrip("0") in self.numbers if _SHORT_NUMBER.fullmatch(word) else word in self.text
            for word in plain(text).split()
        )


def phase_code(project: ProjectAssessment) -> str:
    """Phase of a project as a list names it: a phase, ``closed`` when all is done, ``none`` without plan."""
    if project.current is None:
        return NO_PHASE
    return project.phase or CLOSED_PHASE


# The names of 10,000 projects are sought again and again, and take a few megabytes.
@lru_cache(maxsize=32_768)
def plain(text: str) -> str:
    """Lower case without accents, for seeking.

    >>> plain("Salón COMUNAL Ñ")
    'salon comunal n'
    """
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def _is_compared(project: ProjectAssessment) -> bool:
    """A project that left the counts is no longer behind, and one without plan has nothing to be behind of."""
    return project.b0 is not None and not project.is_withdrawn


def _phase_place(project: ProjectAssessment) -> int:
    return list(Phase).index(project.phase) if project.phase else len(Phase)


def _next_day(project: ProjectAssessment) -> date | None:
    row = project.current.next_milestone if project.current else None
    return row.planned if row else None


_KEYS: dict[ProjectOrder, Callable[[Any], Any]] = {
    ProjectOrder.CODE: lambda project: project.code,
    ProjectOrder.NAME: lambda project: plain(project.name),
    ProjectOrder.VALUE: lambda project: project.allocation_cop,
    ProjectOrder.DEVIATION: lambda project: project.b0.deviation_points if _is_compared(project) else None,
    ProjectOrder.DELAY: lambda project: project.b0.worst_delay_workdays if _is_compared(project) else None,
    ProjectOrder.FINISH: lambda project: project.forecast_finish,
    ProjectOrder.LIGHT: lambda project: LIGHTS_WORST_FIRST.index(project.light),
    ProjectOrder.PHASE: lambda project: _phase_place(project) if project.current else None,
    ProjectOrder.PROGRESS: lambda project: project.b0.actual_progress.value if project.b0 else None,
    ProjectOrder.NEXT: _next_day,
    ProjectOrder.RISK: lambda project: project.value_at_risk_cop,
}


def choose_projects(
    projects: Sequence[ProjectAssessment],
    chosen: ProjectFilter,
    order: ProjectOrder = ProjectOrder.WORST,
    *,
    is_descending: bool = False,
    sought: Mapping[int, Sought] | None = None,
) -> list[ProjectAssessment]:
    """The projects that ``chosen`` admits, in order; those without the value come last, ties by worst first.

    ``sought`` goes by project id.
    """
    by_id = sought or {}
    found = projects_worst_first([project for project in projects if chosen.admits(project, by_id.get(project.id))])
    key = _KEYS.get(order)
    if key is None:
        return found
    known = [project for project in found if key(project) is not None]
    known.sort(key=key, reverse=is_descending)
    return known + [project for project in found if key(project) is None]


def count_lights(projects: Iterable[ProjectAssessment]) -> dict[Light, int]:
    """How many projects have each light, the worst light first; lights that none has are left out."""
    counted = Counter(project.light for project in projects)
    return {light: counted[light] for light in LIGHTS_WORST_FIRST if counted[light]}


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; ``first`` and ``last`` count rows from 1, both 0 in an empty list."""

    rows: tuple[T, ...]
    page: int
    pages: int
    total: int
    first: int
    last: int


def paginate(rows: Sequence[T], page: int, size: int) -> Page[T]:
    """The page of ``size`` rows nearest to ``page``.

    >>> paginate("abcde", 9, 2)
    Page(rows=('e',), page=3, pages=3, total=5, first=5, last=5)
    """
    pages = max(1, -(-len(rows) // size))
    number = min(max(page, 1), pages)
    start = (number - 1) * size
    found = tuple(rows[start : start + size])
    return Page(found, number, pages, len(rows), start + 1 if found else 0, start + len(found))


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Where a project stands in a list, counted from 1, with the ones before and after it."""

    position: int
    total: int
    previous: ProjectAssessment | None
    next: ProjectAssessment | None


def neighbours(projects: Sequence[ProjectAssessment], public_id: str) -> Neighbours | None:
    """The place of a project in a list, or none when it is not there."""
    ids = [project.public_id for project in projects]
    if public_id not in ids:
        return None
    i = ids.index(public_id)
    following = projects[i + 1] if i + 1 < len(projects) else None
    return Neighbours(i + 1, len(projects), projects[i - 1] if i else None, following)
