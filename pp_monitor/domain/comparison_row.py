"""A row of a comparison: what changed of a project or a milestone, and the fact behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pp_monitor.domain.catalogue import CatalogueMilestone
from pp_monitor.domain.project import ProjectAssessment


class ChangeOf(StrEnum):
    """What a row of a comparison tells, in the order of the page."""

    ENTERED_DELAY = "entered_delay"
    LEFT_DELAY = "left_delay"
    LIGHT = "light"
    MEMBERSHIP = "membership"
    REPLANNED = "replanned"
    PHASE = "phase"
    VALUE = "value"
    CORRECTED = "corrected"
    DAYS = "days"


class Why(StrEnum):
    """The fact behind a row; its Spanish sentence is in ``labels_comparison``."""

    FELL_DUE = "fell_due"
    PLAN_REGISTERED = "plan_registered"
    RESTARTED = "restarted"
    REOPENED = "reopened"
    REPLANNED = "replanned"
    MET = "met"
    PASSED = "passed"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    JOINED = "joined"
    ENTERED = "entered"
    TRANSFERRED_IN = "transferred_in"
    TRANSFERRED_OUT = "transferred_out"
    GONE = "gone"
    CALENDAR = "calendar"
    CORRECTED = "corrected"
    DECLARED = "declared"
    OVERDUE = "overdue"
    CARRIED = "carried"
    WORSE = "worse"
    BETTER = "better"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference of a project, or of one of its milestones, with the fact behind it.

    ``project`` is as at the later cut-off, or at the earlier one where it is no longer there. ``workdays`` are days
    overdue of a milestone that entered or left delay, else the days moved (positive is later, lost). ``code_before``
    and ``code_after`` are lights or phases, amounts are allocations (COP); ``count`` is how often it was re-planned.
    """

    kind: ChangeOf
    why: Why
    project: ProjectAssessment
    milestone: CatalogueMilestone | None = None
    workdays: int = 0
    day_before: date | None = None
    day_after: date | None = None
    code_before: str = ""
    code_after: str = ""
    amount_before_cop: int = 0
    amount_after_cop: int = 0
    count: int = 0

    @property
    def is_elsewhere(self) -> bool:
        """Whether the project is not there at the later cut-off, for who asks."""
        return self.why in (Why.TRANSFERRED_OUT, Why.GONE)

    @property
    def amount_cop(self) -> int:
        """Its allocation (COP) at the later cut-off, or the last one of what left the counts."""
        return self.amount_after_cop or self.amount_before_cop


@dataclass(frozen=True, slots=True)
class MilestoneDays:
    """Working days that the expected dates of one milestone gained and lost; both positive, with how many projects."""

    milestone: CatalogueMilestone
    gained_workdays: int
    gained: int
    lost_workdays: int
    lost: int

    @property
    def net_workdays(self) -> int:
        """Lost less gained: positive is later."""
        return self.lost_workdays - self.gained_workdays
