"""Thresholds of lights and states: settings with dated values, printed in the *ficha técnica*."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Every number of rules 3, 5, 7 and 9 that a vigencia may set; percentages are whole, days working days."""

    due_soon_workdays: int = 10
    red_index_percent: int = 70
    red_delay_workdays: int = 10
    critical_overdue_workdays: int = 15
    compulsory_overdue_workdays: int = 30
    year_end_workdays: int = 15
    replannings_to_b0: int = 3
    organism_red_percent: int = 30
    organism_green_percent: int = 90
    late_report_workdays: int = 20
