"""Two cut-offs of a vigencia side by side, each as it was known."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from pp_monitor.domain.comparison import Comparison, compare
from pp_monitor.domain.portfolio import Portfolio
from pp_monitor.models.entity import Vigencia
from pp_monitor.services.deviation import assess_portfolio


@dataclass(frozen=True, slots=True)
class Cut:
    """A cut-off to compare: its ``C`` and, where it is closed, its own ``K``; none counts everything recorded."""

    day: date
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """The figures of both cut-offs, of every organism, and what changed between them for who asks."""

    before: Portfolio
    after: Portfolio
    comparison: Comparison


def compare_cutoffs(
    vigencia: Vigencia, first: Cut, last: Cut, organism_codes: Collection[str] | None = None
) -> Compared:
    """What changed from ``first`` to ``last``, of the city or of some organisms; both from the cache of figures."""
    before = assess_portfolio(vigencia, first.day, first.known_at)
    after = assess_portfolio(vigencia, last.day, last.known_at)
    return Compared(before, after, compare(before, after, organism_codes))
