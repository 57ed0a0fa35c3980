"""Baselines: the plan registered once and the re-plannings that stand beside it (rules 9)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import combinations

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.catalogue import START, Catalogue, Modality, Phase
from pp_monitor.domain.dated import View


class PlanStatus(StrEnum):
    """How far the registration of a project has come."""

    UNREGISTERED = "unregistered"
    AWAITING_APPROVAL = "awaiting_approval"
    REGISTERED = "registered"


class BaselineKind(StrEnum):
    """Why a baseline exists; a restart after suspension does not count as a re-planning."""

    REGISTRATION = "registration"
    REPLANNING = "replanning"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """The planned date of one milestone, or that it does not apply; neither while it is missing.

    ``reason`` says why it does not apply where the modality needs it.
    """

    planned: date | None = None
    not_applicable: bool = False
    reason: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether a date is given or the milestone marked *No aplica*."""
        return self.not_applicable or self.planned is not None


@dataclass(frozen=True, slots=True)
class Baseline:
    """One frozen plan of a project: number 0 is B0, decided on the declared day of its act."""

    number: int
    kind: BaselineKind
    decided_on: date
    recorded_at: datetime
    lines: Mapping[str, PlanLine]


@dataclass(frozen=True, slots=True)
class Plans:
    """What a view sees of a project's baselines: B0, the plan in force and how often it was re-planned."""

    b0: Baseline
    current: Baseline
    replannings: int

    def postponed_workdays(self, calendar: WorkCalendar) -> int:
        """The most working days by which the plan in force puts a date of B0 off; 0 where it puts off none."""
        dates = [
            (line.planned, self.current.lines.get(code, PlanLine()).planned) for code, line in self.b0.lines.items()
        ]
        effective = calendar.effective
        days = (calendar.workdays(effective(first), effective(now)) for first, now in dates if first and now)
        return max(days, default=0)


def plans_as_at(baselines: Sequence[Baseline], view: View) -> Plans | None:
    """B0 and the newest baseline decided by ``C``, as recorded by ``K``; none without B0.

    B0 exists as soon as it is recorded, whatever ``C`` (rules 5).
    """
    known = sorted((row for row in baselines if row.recorded_at <= view.known_at), key=lambda row: row.number)
    if not known:
        return None
    later = [row for row in known[1:] if row.decided_on <= view.cutoff]
    count = sum(row.kind is BaselineKind.REPLANNING for row in later)
    return Plans(known[0], later[-1] if later else known[0], count)


class PlanFault(StrEnum):
    """What a plan can have wrong before it is registered."""

    MISSING = "missing"
    COMPULSORY = "compulsory"
    BOTH = "both"
    UNKNOWN = "unknown"
    CLOSURE_BEFORE_START = "closure_before_start"
    OUT_OF_ORDER = "out_of_order"
    ACTUAL_IN_FUTURE = "actual_in_future"
    ACTUAL_BEFORE_START = "actual_before_start"


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """One fault of a plan at one milestone; ``other_code`` is the milestone it clashes with.

    ``blocks_draft`` faults refuse even a draft; the others refuse only the registration.
    """

    fault: PlanFault
    milestone_code: str
    other_code: str = ""
    blocks_draft: bool = False


# A later milestone never comes before the earlier one: RP follows signature, start follows RP (Ley 80 de 1993,
# art. 41), settlement follows receipt.
_IMPOSSIBLE = (("H07", "H08"), ("H08", "H09"), ("H09", "H10"), ("H09", "H11"), ("H10", "H11"), ("H12", "H14"))


def check_plan(
    lines: Mapping[str, PlanLine], catalogue: Catalogue, modality: Modality | None
) -> tuple[PlanProblem, ...]:
    """Every fault of the plan of one project, in catalogue order.

    A milestone may be *No aplica* when it is not compulsory or the modality does not need it.
    """
    found: list[PlanProblem] = []
    for milestone in catalogue.milestones:
        line = lines.get(milestone.code, PlanLine())
        if line.not_applicable and line.planned:
            found.append(PlanProblem(PlanFault.BOTH, milestone.code, blocks_draft=True))
        elif line.not_applicable and milestone.compulsory and milestone.needed_by(modality):
            found.append(PlanProblem(PlanFault.COMPULSORY, milestone.code, blocks_draft=True))
        elif not line.is_complete:
            found.append(PlanProblem(PlanFault.MISSING, milestone.code))
    found += order_faults({code: line.planned for code, line in lines.items()}, catalogue)
    return tuple(sorted(found, key=lambda problem: problem.milestone_code))


def order_faults(planned: Mapping[str, date | None], catalogue: Catalogue) -> list[PlanProblem]:
    """Impossible orders, at the later milestone: any closure before the start, and the pairs of the law."""
    faults: dict[str, PlanProblem] = {}
    for earlier, later in _IMPOSSIBLE:
        if _before(planned.get(later), planned.get(earlier)):
            faults[later] = PlanProblem(PlanFault.OUT_OF_ORDER, later, earlier)
    start = planned.get(START)
    for milestone in catalogue.milestones:
        if milestone.phase is Phase.CLOSURE and _before(planned.get(milestone.code), start):
            faults[milestone.code] = PlanProblem(PlanFault.CLOSURE_BEFORE_START, milestone.code, START, True)
    return list(faults.values())


def _before(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and day < other


def out_of_order(actual: Mapping[str, date], codes: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The pairs (earlier, later) of ``codes`` whose actual dates stand in the opposite order."""
    dated = [code for code in codes if code in actual]
    return tuple((first, second) for first, second in combinations(dated, 2) if actual[second] < actual[first])


def shift_unmet(
    lines: Mapping[str, PlanLine], met: Collection[str], workdays: int, calendar: WorkCalendar
) -> dict[str, PlanLine]:
    """The plan with every unmet date put off by ``workdays`` working days, as a restart orders (rules 9)."""
    return {
        code: line
        if line.planned is None or code in met
        else PlanLine(calendar.add(line.planned, workdays), line.not_applicable)
        for code, line in lines.items()
    }
