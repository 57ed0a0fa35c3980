"""Money of a project as at its budget cut-off, in whole pesos (rules 8)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from pp_monitor.domain.dated import View


@dataclass(frozen=True, slots=True)
class MoneySnapshot:
    """The budget chain of one project at ``cutoff``, as recorded at ``recorded_at`` (UTC).

    All amounts in COP; ``transfers_cop`` is credits less contracredits, signed.
    """

    cutoff: date
    recorded_at: datetime
    id: int
    initial_cop: int
    additions_cop: int
    reductions_cop: int
    transfers_cop: int
    current_cop: int
    cdp_cop: int
    commitments_cop: int
    obligations_cop: int
    payments_cop: int

    @property
    def chain_breaks(self) -> tuple[tuple[str, str], ...]:
        """The pairs of the chain whose first amount exceeds its second: an inconsistency to list."""
        chain = ("payments_cop", "obligations_cop", "commitments_cop", "cdp_cop", "current_cop")
        return tuple((low, high) for low, high in pairwise(chain) if getattr(self, low) > getattr(self, high))


def snapshot_as_at(snapshots: Sequence[MoneySnapshot], view: View) -> MoneySnapshot | None:
    """The newest snapshot with budget cut-off by ``C`` recorded by ``K``, or none."""
    known = [row for row in snapshots if row.recorded_at <= view.known_at and row.cutoff <= view.cutoff]
    return max(known, key=lambda row: (row.cutoff, row.recorded_at, row.id), default=None)


def first_snapshot(snapshots: Sequence[MoneySnapshot], view: View) -> MoneySnapshot | None:
    """The first snapshot of the vigencia recorded by ``K``, in its newest record, or none."""
    known = [row for row in snapshots if row.recorded_at <= view.known_at]
    if not known:
        return None
    first = min(row.cutoff for row in known)
    return max((row for row in known if row.cutoff == first), key=lambda row: (row.recorded_at, row.id))


@dataclass(frozen=True, slots=True)
class MoneyTotals:
    """Commitments (RP) and payments of several projects, in COP."""

    commitments_cop: int
    payments_cop: int


def total_money(snapshots: Iterable[MoneySnapshot | None]) -> MoneyTotals | None:
    """The sums over the projects with money data, or none when no project has any."""
    known = [row for row in snapshots if row]
    if not known:
        return None
    return MoneyTotals(sum(row.commitments_cop for row in known), sum(row.payments_cop for row in known))


def split_cop(total_cop: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split ``total_cop`` in proportion to ``weights`` (equally if all are 0); the parts add up exactly.

    >>> split_cop(100, [1, 1, 1])
    (34, 33, 33)
    """
    parts = list(weights) if sum(weights) else [1] * len(weights)
    whole = sum(parts)
    shares = [total_cop * part // whole for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda i: (-(total_cop * parts[i] % whole), i))
    for i in by_remainder[: total_cop - sum(shares)]:
        shares[i] += 1
    return tuple(shares)
