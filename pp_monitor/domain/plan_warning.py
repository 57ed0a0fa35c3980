"""What is doubtful in a plan but allowed: said before it is sent, justified by who sends it, never refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import AWARD, COMMITMENT, COMPLETION, CONTRACT, Catalogue, Modality, Phase
from pp_monitor.domain.plan import PlanLine, out_of_order
from pp_monitor.domain.plan_rule import RESTRICTED_MILESTONE, PlanRules

_YEARS_BEFORE = 1
_YEARS_AFTER = 3
_DECEMBER = 12
_DECEMBER_PERCENT = 40
_CROWDED = 4
# Award, signature and commitment on one day are normal, and count as one.
_ONE_ACT = frozenset({AWARD, CONTRACT, COMMITMENT})


class PlanDoubt(StrEnum):
    """Why a plan deserves a second look."""

    MAYBE_MET = "maybe_met"
    NOT_NEEDED = "not_needed"
    OTHER_YEAR = "other_year"
    OUT_OF_ORDER = "out_of_order"
    COMPLETION_AFTER_YEAR = "completion_after_year"
    AFTER_YEAR = "after_year"
    NOT_WORKING_DAY = "not_working_day"
    SHORT_TERM = "short_term"
    RESTRICTED = "restricted"
    OVER_BAND = "over_band"
    SAME_DAY = "same_day"
    DECEMBER = "december"


@dataclass(frozen=True, slots=True)
class PlanWarning:
    """One doubt; ``milestone_code`` is empty where it is about the whole plan, ``planned`` then none.

    ``suggested`` is the next working day of a day off; ``other_code`` the earlier milestone compared with. ``found``
    is what the plan has and ``limit`` what is usual: working days of a term, whole COP of a band, milestones of a
    day, percent of December. ``norm`` names the rule, ``is_legal`` whether Contratación confirmed it.
    """

    doubt: PlanDoubt
    milestone_code: str
    planned: date | None = None
    suggested: date | None = None
    other_code: str = ""
    found: int = 0
    limit: int = 0
    norm: str = ""
    is_legal: bool = False
    modality: Modality | None = None
    last_day: date | None = None

    @property
    def group(self) -> str:
        """What equal doubts of several projects have in common: one justification serves them all.

        >>> PlanWarning(PlanDoubt.SAME_DAY, "H05", date(2022, 5, 2)).group
        'same_day'
        """
        if self.doubt is PlanDoubt.SHORT_TERM:
            return f"{self.doubt}:{self.modality}:{self.is_legal}"
        if self.doubt is PlanDoubt.RESTRICTED:
            return f"{self.doubt}:{self.norm}:{self.last_day}"
        if self.doubt is PlanDoubt.OVER_BAND:
            return f"{self.doubt}:{self.modality}"
        return self.doubt.value

    @property
    def needs_reason(self) -> bool:
        """Whether who sends the plan must say why; the others are only information."""
        return self.doubt not in _INFORMATION


_INFORMATION = frozenset({PlanDoubt.MAYBE_MET, PlanDoubt.NOT_NEEDED, PlanDoubt.NOT_WORKING_DAY})


@dataclass(frozen=True, slots=True)
class PlanReview:
    """What the plan of one project of vigencia ``year`` is reviewed against."""

    catalogue: Catalogue
    calendar: WorkCalendar
    year: int
    rules: PlanRules = field(default_factory=PlanRules)

    def warn(
        self, lines: Mapping[str, PlanLine], modality: Modality | None, amount_cop: int = 0
    ) -> tuple[PlanWarning, ...]:
        """The doubts about a plan: by milestone in catalogue order, then those about the whole.

        >>> from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
        >>> review = PlanReview(DEFAULT_CATALOGUE, WorkCalendar.of([]), 2022)
        >>> [found.doubt.value for found in review.warn({"H01": PlanLine(date(2022, 4, 16))}, None)]
        ['not_working_day']
        """
        planned = {code: line.planned for code, line in lines.items() if line.planned}
        found = [
            *not_needed(lines, self.catalogue, modality),
            *self._dates(planned),
            *self._terms(planned, modality),
            *self._windows(planned, modality),
        ]
        order = {code: position for position, code in enumerate(self.catalogue.codes)}
        found.sort(key=lambda warning: order[warning.milestone_code])
        return (*found, *self._bands(modality, amount_cop), *_crowded_days(planned), *self._december(planned))

    def _dates(self, planned: Mapping[str, date]) -> Iterator[PlanWarning]:
        """What is doubtful in single dates, the worst of each."""
        # The nearest earlier milestone is the one that the person has to compare with.
        swapped = {later: earlier for earlier, later in out_of_order(planned, self.catalogue.codes)}
        for milestone in self.catalogue.milestones:
            code, day = milestone.code, planned.get(milestone.code)
            if day is None:
                continue
            is_after = day > date(self.year, 12, 31)
            if not self.year - _YEARS_BEFORE <= day.year <= self.year + _YEARS_AFTER:
                yield PlanWarning(PlanDoubt.OTHER_YEAR, code, day)
            elif code in swapped:
                yield PlanWarning(PlanDoubt.OUT_OF_ORDER, code, day, other_code=swapped[code])
            elif is_after and code == COMPLETION:
                yield PlanWarning(PlanDoubt.COMPLETION_AFTER_YEAR, code, day)
            elif is_after and milestone.phase is not Phase.CLOSURE:
                yield PlanWarning(PlanDoubt.AFTER_YEAR, code, day)
            elif not self.calendar.is_working(day):
                yield PlanWarning(PlanDoubt.NOT_WORKING_DAY, code, day, self.calendar.effective(day))

    def _terms(self, planned: Mapping[str, date], modality: Modality | None) -> Iterator[PlanWarning]:
        for term in self.rules.terms:
            first, last = planned.get(term.from_code), planned.get(term.to_code)
            if term.modality is not modality or first is None or last is None or last < first:
                continue
            days = self.calendar.workdays(first, last)
            if days < term.workdays:
                yield PlanWarning(
                    PlanDoubt.SHORT_TERM,
                    term.to_code,
                    last,
                    other_code=term.from_code,
                    found=days,
                    limit=term.workdays,
                    norm=term.norm,
                    is_legal=term.is_confirmed,
                    modality=modality,
                )

    def _windows(self, planned: Mapping[str, date], modality: Modality | None) -> Iterator[PlanWarning]:
        day = planned.get(RESTRICTED_MILESTONE)
        holding = [window for window in self.rules.windows if day and window.holds(modality, day)]
        if holding:
            # One justification answers for a day that two norms restrict: that of the one which ends last.
            window = max(holding, key=lambda held: held.last)
            yield PlanWarning(
                PlanDoubt.RESTRICTED,
                RESTRICTED_MILESTONE,
                day,
                norm=window.norm,
                modality=modality,
                last_day=window.last,
            )

    def _bands(self, modality: Modality | None, amount_cop: int) -> Iterator[PlanWarning]:
        band = self.rules.band(self.year)
        largest = band.largest(modality) if band else None
        if band and largest is not None and amount_cop > largest:
            yield PlanWarning(
                PlanDoubt.OVER_BAND, "", found=amount_cop, limit=largest, norm=band.norm, modality=modality
            )

    def _december(self, planned: Mapping[str, date]) -> Iterator[PlanWarning]:
        count = sum((day.year, day.month) == (self.year, _DECEMBER) for day in planned.values())
        # While a person is typing, the first dates say nothing about the whole.
        if len(planned) > _CROWDED and 100 * count > _DECEMBER_PERCENT * len(planned):
            yield PlanWarning(PlanDoubt.DECEMBER, "", found=100 * count // len(planned), limit=_DECEMBER_PERCENT)


def _crowded_days(planned: Mapping[str, date]) -> Iterator[PlanWarning]:
    """The days with four milestones or more."""
    by_day: dict[date, set[str]] = defaultdict(set)
    for code, day in planned.items():
        by_day[day].add(CONTRACT if code in _ONE_ACT else code)
    for day, codes in sorted(by_day.items()):
        if len(codes) >= _CROWDED:
            yield PlanWarning(PlanDoubt.SAME_DAY, "", day, found=len(codes), limit=_CROWDED)


def not_needed(lines: Mapping[str, PlanLine], catalogue: Catalogue, modality: Modality | None) -> Iterator[PlanWarning]:
    """The dates of milestones that a project of ``modality`` normally does not have, in catalogue order.

    >>> from pp_monitor.domain.catalogue import DEFAULT_CATALOGUE
    >>> found = not_needed({"H04": PlanLine(date(2022, 5, 2))}, DEFAULT_CATALOGUE, Modality.AMP)
    >>> [warning.milestone_code for warning in found]
    ['H04']
    """
    for milestone in catalogue.milestones:
        day = lines.get(milestone.code, PlanLine()).planned
        if day and not milestone.needed_by(modality):
            yield PlanWarning(PlanDoubt.NOT_NEEDED, milestone.code, day, modality=modality)
