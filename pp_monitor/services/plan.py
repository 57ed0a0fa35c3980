"""Plans: registered once by an organism, from the page or from a file."""

from __future__ import annotations

from pp_monitor.services.plan_check import ProjectPlan
from pp_monitor.services.registration import register_plan

__all__ = ["ProjectPlan", "register_plan"]
