"""Physical execution of projects against what has been paid of them (rules 8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pp_monitor.domain.project import ProjectAssessment
from pp_monitor.domain.ratio import Ratio

REVIEW_POINTS = 20


@dataclass(frozen=True, slots=True)
class PhysicalPoint:
    """A project with plan and money data: its physical execution (0, 50 or 100 %) and payments over allocation."""

    project: ProjectAssessment
    physical_percent: int
    payments: Ratio

    @property
    def gap_points(self) -> float:
        """Percentage points of payments less physical execution; positive is paid ahead of what is built."""
        return 100 * (self.payments.value or 0.0) - self.physical_percent

    @property
    def is_to_review(self) -> bool:
        """Whether payments are more than twenty points ahead; compared on the integers."""
        return 100 * self.payments.numerator > (self.physical_percent + REVIEW_POINTS) * self.payments.denominator


def physical_points(projects: Iterable[ProjectAssessment]) -> tuple[PhysicalPoint, ...]:
    """The projects that can be compared, the one paid furthest ahead first; withdrawn ones are left out."""
    found = [
        PhysicalPoint(project, percent, Ratio(money.payments_cop, money.current_cop))
        for project in projects
        if not project.is_withdrawn
        and (money := project.snapshot)
        and money.current_cop > 0
        and (percent := project.physical_percent) is not None
    ]
    return tuple(sorted(found, key=lambda point: (-point.gap_points, point.project.code)))
