"""Invented money of the demonstration: the budget chain follows the milestones that are met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from random import Random

from pp_monitor.services.demo_story import DemoProject
from pp_monitor.services.money import MoneyRow


def money_rows(
    projects: Sequence[DemoProject], ids: Mapping[str, int], met: Mapping[str, Mapping[str, date]], random: Random
) -> list[MoneyRow]:
    """One row a project: CDP with H02, commitments with H08, obligations and payments with the works."""
    return [
        _row(project, ids[project.code], met.get(project.code, {}), random.uniform(0.92, 1)) for project in projects
    ]


def _row(project: DemoProject, project_id: int, met: Mapping[str, date], award: float) -> MoneyRow:
    """The chain of one project; ``award`` is the part of its value that was contracted."""
    value = project.amount_cop
    commitments = int(value * award) if "H08" in met else 0
    done = 1.0 if "H12" in met else 0.7 if "H11" in met else 0.4 if "H10" in met else 0.1 if "H09" in met else 0.0
    obligations = int(commitments * done)
    return MoneyRow(
        project_id=project_id,
        initial_cop=value,
        additions_cop=0,
        reductions_cop=0,
        transfers_cop=0,
        current_cop=value,
        cdp_cop=value if "H02" in met or "H08" in met else 0,
        commitments_cop=commitments,
        obligations_cop=obligations,
        payments_cop=int(obligations * 0.85),
    )
