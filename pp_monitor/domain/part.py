"""The part of a project that falls to each of its territories (rules 7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pp_monitor.domain.money import MoneySnapshot, split_cop
from pp_monitor.domain.project import ProjectAssessment

NO_TERRITORY = "99"
_AMOUNTS = (
    "initial_cop", "additions_cop", "reductions_cop", "transfers_cop", "cdp_cop", "obligations_cop", "payments_cop",
)  # fmt: skip


def territory_codes(project: ProjectAssessment) -> tuple[str, ...]:
    """The territories that a project serves; ``99`` where none is known."""
    return tuple(_weights(project))


def territory_parts(project: ProjectAssessment) -> dict[str, ProjectAssessment]:
    """The project as each of its territories counts it: the same but for its money, which is split to the peso.

    Every amount (COP) is split by the declared amounts, equally if there are none, so that the parts of each add up.
    """
    declared = _weights(project)
    if len(declared) == 1:
        return dict.fromkeys(declared, project)
    weights = list(declared.values())
    allocations = split_cop(project.allocation_cop, weights)
    snapshots = _split(project.snapshot, project.allocation_cop, weights) if project.snapshot else [None] * len(weights)
    return {
        code: replace(project, allocation_cop=allocation, snapshot=snapshot)
        for code, allocation, snapshot in zip(declared, allocations, snapshots, strict=True)
    }


def _weights(project: ProjectAssessment) -> dict[str, int]:
    """The declared amount (COP) of each territory, 0 where none is."""
    found: dict[str, int] = {}
    for share in project.territories:
        found[share.territory_code] = found.get(share.territory_code, 0) + share.amount_cop
    return found or {NO_TERRITORY: 0}


def _split(snapshot: MoneySnapshot, allocation_cop: int, weights: list[int]) -> list[MoneySnapshot]:
    """The money data in parts; what is left to commit is split first, so that it adds up as well."""
    allocations = split_cop(allocation_cop, weights)
    left = snapshot.commitments_cop - allocation_cop
    sign = 1 if left > 0 else -1
    over = [sign * part for part in split_cop(abs(left), weights)]
    amounts: dict[str, Any] = {name: split_cop(getattr(snapshot, name), weights) for name in _AMOUNTS}
    return [
        replace(
            snapshot,
            current_cop=allocations[i],
            commitments_cop=allocations[i] + over[i],
            **{name: parts[i] for name, parts in amounts.items()},
        )
        for i in range(len(weights))
    ]
