"""What is told of what was recorded all the same."""

from __future__ import annotations

from collections.abc import Iterable

from flask import flash

from pp_monitor.domain.errors import Problem, Severity


def flash_notes(problems: Iterable[Problem], *, names_project: bool = False) -> None:
    """Tell the warnings and notes of a record on the next page, each with its project where there are several."""
    for problem in problems:
        whose = f"{problem.project_code}: " if names_project else ""
        kind = "warning" if problem.severity is Severity.WARNING else "note"
        flash(f"{whose}{problem.what} {problem.fix}", kind)
