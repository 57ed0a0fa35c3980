"""What the files of plan and progress share: projects, milestones and dates read from cells."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pp_monitor.domain.catalogue import OWN_CODES, CatalogueMilestone
from pp_monitor.domain.errors import Problem
from pp_monitor.intake.parsing import YEAR_RANGE, parse_date
from pp_monitor.intake.text import Refusal, normalise_project_code, plain, shown

_MILESTONE = re.compile(r"([A-Za-z])[ -]?0*([1-9][0-9]?)(?![0-9A-Za-z])[ .:_–-]*(.*)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands in a file; ``cell`` as ``C7``, or a line and column in a CSV."""

    sheet: str
    cell: str


NOWHERE = Place("", "")


@dataclass(frozen=True, slots=True)
class MilestoneRef:
    """A milestone named in a header or a cell: its code and the text that follows."""

    code: str
    rest: str


def split_milestone(value: object) -> MilestoneRef | None:
    """The milestone code with which a text begins, if any, whether or not it exists.

    >>> split_milestone("h1 Estudios previos")
    MilestoneRef(code='H01', rest='Estudios previos')
    """
    match = _MILESTONE.fullmatch(plain(value))
    return MilestoneRef(f"{match[1].upper()}{int(match[2]):02d}", match[3]) if match else None


class CellReader:
    """Reads the cells of one file against what is known, keeping every problem met."""

    def __init__(
        self,
        milestones: Sequence[CatalogueMilestone],
        known_projects: Mapping[str, str],
        year_range: tuple[int, int] = YEAR_RANGE,
        year: int | None = None,
    ) -> None:
        self.problems: list[Problem] = []
        self.milestones = {milestone.code: milestone for milestone in milestones}
        self._projects = known_projects
        self._year_range = year_range
        self._year = year

    def refuse(self, place: Place, what: str, fix: str, project_code: str = "", milestone_code: str = "") -> None:
        """Keep an error at its place."""
        refusal = Refusal(what, fix)
        self.problems.append(
            refusal.at(place.sheet, place.cell, project_code=project_code, milestone_code=milestone_code)
        )

    def project(self, value: object, place: Place) -> str:
        """The code of a known project, or ``""`` with its problem kept."""
        code = normalise_project_code(value)
        if isinstance(code, Refusal):
            self.refuse(place, code.what, code.fix)
            return ""
        if code in self._projects:
            return code
        # A code that is only alike may be another organism's, which nobody is told of: only turned digits are a slip.
        near = next((one for one in self._projects if sorted(one) == sorted(code)), "")
        fix = f"¿Quiso decir {near} ({shown(self._projects[near])})?" if near else "Use los códigos de la plantilla."
        self.refuse(place, f"{code} no está entre los proyectos que se esperan.", fix, project_code=code)
        return ""

    def milestone(self, value: object, place: Place, project_code: str = "") -> MilestoneRef | None:
        """A milestone of the catalogue or one of the project's own, or none with its problem kept."""
        found = split_milestone(value)
        if found is not None and (found.code in self.milestones or found.code in OWN_CODES):
            return found
        codes = list(self.milestones)
        what = f"«{shown(value)}» no es un hito de esta vigencia." if plain(value) else "Falta el código del hito."
        fix = f"Use {codes[0]} a {codes[-1]}, o {OWN_CODES[0]} a {OWN_CODES[-1]} para hitos propios."
        self.refuse(place, what, fix, project_code)
        return None

    def date(self, value: object, place: Place, project_code: str = "", milestone_code: str = "") -> date | None:
        """A day, or none with its problem kept."""
        read = parse_date(value, year_range=self._year_range, year=self._year)
        if isinstance(read, Refusal):
            self.refuse(place, read.what, read.fix, project_code, milestone_code)
            return None
        return read
