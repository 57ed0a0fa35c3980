"""Earliest possible dates: *si lo vencido se cumpliera hoy* (rules 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pp_monitor.domain.calendar import WorkCalendar
from pp_monitor.domain.deviation import MilestoneResult, MilestoneState


@dataclass(frozen=True, slots=True)
class Forecast:
    """Earliest date of an unmet milestone: ``day`` is the later of the computed and the declared one.

    ``declared`` is the date as it was declared; it counts from its effective day.
    """

    computed: date
    declared: date | None
    day: date


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
        computed = max(calendar.add(effective, carry), earliest)
        own = declared.get(row.code)
        day = max(computed, calendar.effective(own)) if own else computed
        found[row.code] = Forecast(computed, own, day)
        carry = calendar.workdays(effective, day)
    return found
