"""What is doubtful in a plan but allowed: said before registration, never refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import Catalogue, CatalogueMilestone, Phase
from pp_monitor.domain.plan import PlanLine, out_of_order

_YEARS_BEFORE = 1
_YEARS_AFTER = 3


class PlanDoubt(StrEnum):
    """Why a planned date deserves a second look."""

    NOT_WORKING_DAY = "not_working_day"
    OTHER_YEAR = "other_year"
    AFTER_YEAR = "after_year"
    OUT_OF_ORDER = "out_of_order"


@dataclass(frozen=True, slots=True)
class PlanWarning:
    """One doubt about the date of a milestone.

    ``suggested`` is the next working day of a day off; ``other_code`` the earlier milestone that it precedes.
    """

    doubt: PlanDoubt
    milestone_code: str
    planned: date
    suggested: date | None = None
    other_code: str = ""


def warn_plan(
    lines: Mapping[str, PlanLine], catalogue: Catalogue, calendar: WorkCalendar, year: int
) -> tuple[PlanWarning, ...]:
    """The doubts about the plan of one project of vigencia ``year``, in catalogue order, one a milestone.

    >>> from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
    >>> lines = {"H01": PlanLine(date(2022, 4, 16))}
    >>> [found.doubt.value for found in warn_plan(lines, DEFAULT_CATALOGUE, WorkCalendar.of([]), 2022)]
    ['not_working_day']
    """
    planned = {code: line.planned for code, line in lines.items() if line.planned}
    # The nearest earlier milestone is the one that the person has to compare with.
    swapped = {later: earlier for earlier, later in out_of_order(planned, catalogue.codes)}
    found: list[PlanWarning] = []
    for milestone in catalogue.milestones:
        day = planned.get(milestone.code)
        if day is None:
            continue
        if not year - _YEARS_BEFORE <= day.year <= year + _YEARS_AFTER:
            found.append(PlanWarning(PlanDoubt.OTHER_YEAR, milestone.code, day))
        elif milestone.code in swapped:
            found.append(PlanWarning(PlanDoubt.OUT_OF_ORDER, milestone.code, day, other_code=swapped[milestone.code]))
        elif _is_after_year(milestone, day, year):
            found.append(PlanWarning(PlanDoubt.AFTER_YEAR, milestone.code, day))
        elif not calendar.is_working(day):
            found.append(PlanWarning(PlanDoubt.NOT_WORKING_DAY, milestone.code, day, calendar.effective(day)))
    return tuple(found)


def _is_after_year(milestone: CatalogueMilestone, day: date, year: int) -> bool:
    return milestone.phase is not Phase.CLOSURE and day > date(year, 12, 31)
