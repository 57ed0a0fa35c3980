"""Earliest possible dates: *si lo vencido se cumpliera hoy* (rules 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.deviation import MilestoneResult, MilestoneState


@dataclass(frozen=True, slots=True)
class Forecast:
    """Earliest date of an unmet milestone: the later of the computed and the declared one."""

    computed: date
    declared: date | None

    @property
    def day(self) -> date:
        """The forecast itself."""
        return max(self.computed, self.declared) if self.declared else self.computed


def forecast_milestones(
    results: Sequence[MilestoneResult], declared: Mapping[str, date], cutoff: date, calendar: WorkCalendar
) -> dict[str, Forecast]:
    """Forecast of each unmet applicable milestone of the plan in force, walked in catalogue order.

    The delay of each milestone is carried to the next; no forecast falls before the
    effective cut-off. Met, passed and not applicable milestones are absent.
    """
    found: dict[str, Forecast] = {}
    carry = 0
    earliest = calendar.effective(cutoff)
    for row in results:
        if row.planned is None or row.state is MilestoneState.PASSED:
            continue
        if row.deviation_workdays is not None:
            carry = max(0, row.deviation_workdays)
            continue
        effective = calendar.effective(row.planned)
        own = declared.get(row.code)
        forecast = Forecast(
            max(calendar.add(effective, carry), earliest), calendar.effective(own) if own is not None else None
        )
        found[row.code] = forecast
        carry = calendar.workdays(effective, forecast.day)
    return found
