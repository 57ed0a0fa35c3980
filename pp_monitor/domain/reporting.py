"""When something was last told of a project, and of which overdue milestones nothing was (rules 9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.cause import Explanation, explanations_as_at
from pp_monitor.domain.deviation import MilestoneResult, MilestoneState
from pp_monitor.domain.progress import Fact, standing_facts


@dataclass(frozen=True, slots=True)
class Reports:
    """What was last told by ``K``: the declared day of the newest report of each milestone, and its explanation.

    A report is an actual date or a forecast that stands, or an explanation; what was annulled or returned is none.
    """

    days: Mapping[str, date] = field(default_factory=dict)
    explanations: Mapping[str, Explanation] = field(default_factory=dict)

    @property
    def last_on(self) -> date | None:
        """The day of the newest report of anything; none without one."""
        return max(self.days.values(), default=None)


def reports_as_at(
    actuals: Iterable[Fact], forecasts: Iterable[Fact], explanations: Iterable[Explanation], known_at: datetime
) -> Reports:
    """The reports of a project recorded by ``known_at``."""
    told = explanations_as_at(explanations, known_at)
    rows: list[Fact | Explanation] = [*standing_facts(actuals, known_at), *standing_facts(forecasts, known_at)]
    days: dict[str, date] = {}
    for row in rows + list(told.values()):
        days[row.milestone_code] = max(row.reported_on, days.get(row.milestone_code, row.reported_on))
    return Reports(days, told)


def silent_since(row: MilestoneResult, reports: Reports, calendar: WorkCalendar) -> date | None:
    """The day since which nothing was told of an overdue milestone: that of its last report, else when it fell due.

    None where it is not overdue, or something was told of it on its effective day or later.
    """
    if row.state is not MilestoneState.OVERDUE or row.planned is None:
        return None
    due_on = calendar.effective(row.planned)
    last = reports.days.get(row.code)
    if last is None:
        return due_on
    return last if last < due_on else None


def answers(rows: Iterable[MilestoneResult], reports: Reports, heading: str) -> tuple[Explanation, ...]:
    """The explanations of the overdue milestones, that of ``heading``, which heads the light, first."""
    late = [row.code for row in rows if row.state is MilestoneState.OVERDUE]
    codes = sorted(late, key=lambda code: code != heading)
    return tuple(reports.explanations[code] for code in codes if code in reports.explanations)
