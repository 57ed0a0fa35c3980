"""A whole plan out of one date: the usual terms of a modality, chained in working days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import COMPLETION, HALFWAY, START, Catalogue, Modality
from pp_monitor.domain.plan import PlanLine

LONGEST_EXECUTION = 750


class TermKind(StrEnum):
    """What a term says: how long the step usually takes."""

    USUAL = "usual"


@dataclass(frozen=True, slots=True)
class ModalityTerm:
    """How many working days after the previous milestone that applies this one usually comes."""

    modality: Modality
    milestone_code: str
    workdays: int


def terms_of(terms: Iterable[ModalityTerm], modality: Modality) -> dict[str, int]:
    """The terms of one modality in working days, by milestone code."""
    return {term.milestone_code: term.workdays for term in terms if term.modality is modality}


def schedule(
    start: date,
    modality: Modality,
    catalogue: Catalogue,
    terms: Mapping[str, int],
    calendar: WorkCalendar,
    execution_workdays: int | None = None,
) -> dict[str, PlanLine]:
    """The plan of a project whose first milestone falls on ``start``, or on the next working day.

    Each later milestone follows the one before it by its term, in working days; those that the modality does not
    need are *No aplica*. ``execution_workdays`` replaces the usual length from start to completion, with half of the
    work at half of the time.

    >>> from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
    >>> terms = terms_of(DEFAULT_TERMS, Modality.MC)
    >>> plan = schedule(date(2022, 4, 18), Modality.MC, DEFAULT_CATALOGUE, terms, WorkCalendar.of([]))
    >>> plan["H02"].planned, plan["H04"].not_applicable
    (datetime.date(2022, 4, 22), True)
    """
    workdays = dict(terms)
    if execution_workdays is not None:
        workdays |= _execution(catalogue, modality, execution_workdays)
    plan: dict[str, PlanLine] = {}
    day: date | None = None
    for milestone in catalogue.milestones:
        if not milestone.needed_by(modality):
            plan[milestone.code] = PlanLine(not_applicable=True)
            continue
        day = calendar.effective(start) if day is None else calendar.add(day, workdays.get(milestone.code, 0))
        plan[milestone.code] = PlanLine(day)
    return plan


def _execution(catalogue: Catalogue, modality: Modality, workdays: int) -> dict[str, int]:
    """Terms that make the execution that long, whether the milestone of the half applies or not."""
    halfway = catalogue.by_code(HALFWAY)
    half = workdays // 2 if halfway and halfway.needed_by(modality) else 0
    return {HALFWAY: half, COMPLETION: workdays - half}


# Ordinary practice (not law): working days of each step in milestone order, H02 to H14. From publication to award
# they add up to what each modality usually takes. A step that the modality does not need is not counted.
_STEPS = ("H02", "H03", "H04", "H05", "H06", "H07", "H08", START, HALFWAY, COMPLETION, "H12", "H13", "H14")
_USUAL: Mapping[Modality, tuple[int, ...]] = MappingProxyType(
    {
        Modality.LP: (4, 5, 11, 10, 12, 5, 2, 3, 45, 45, 10, 5, 20),
        Modality.SAMC: (4, 5, 6, 8, 9, 5, 2, 3, 40, 40, 10, 5, 20),
        Modality.SASI: (4, 5, 6, 5, 8, 5, 2, 3, 30, 30, 10, 5, 20),
        Modality.AMP: (4, 5, 0, 5, 5, 2, 1, 2, 20, 20, 10, 5, 20),
        Modality.CM: (4, 5, 6, 10, 10, 5, 2, 3, 40, 40, 10, 5, 20),
        Modality.MC: (4, 5, 0, 3, 4, 0, 1, 3, 25, 25, 5, 5, 20),
        Modality.CDPS: (4, 0, 0, 0, 0, 5, 1, 1, 60, 60, 5, 5, 0),
        Modality.CDO: (4, 0, 0, 0, 5, 3, 1, 3, 40, 40, 10, 5, 20),
        Modality.CI: (4, 0, 0, 0, 5, 5, 1, 3, 50, 50, 10, 5, 20),
        Modality.ESALC: (4, 5, 0, 10, 5, 5, 1, 3, 40, 40, 10, 5, 20),
        Modality.ESALD: (4, 0, 0, 0, 8, 5, 1, 3, 40, 40, 10, 5, 20),
        Modality.AD: (4, 2, 0, 0, 3, 2, 1, 1, 20, 20, 10, 5, 20),
        Modality.OT: (4, 5, 5, 5, 5, 5, 2, 3, 40, 40, 10, 5, 20),
    }
)
DEFAULT_TERMS = tuple(
    ModalityTerm(modality, code, workdays)
    for modality, steps in _USUAL.items()
    for code, workdays in zip(_STEPS, steps, strict=True)
)
