"""Errors of the product and problems that a user can mend."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PpMonitorError(Exception):
    """A broken rule; its message is Spanish and fit for the reader."""


class SettingError(PpMonitorError):
    """A setting of the environment that is missing or cannot be read."""

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(f"{setting}: {reason}")
        self.setting = setting
        self.reason = reason


class Severity(StrEnum):
    """How much a problem stops: an error writes nothing, a warning asks, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with what a person typed or sent, at its place, with its remedy.

    ``what`` and ``fix`` are whole Spanish sentences. ``sheet`` and ``cell`` name the place in a
    file (``cell`` as ``C7``, or ``línea 12`` in a CSV); ``project_code`` and
    ``milestone_code`` name it in a plan. Empty strings where they do not apply.
    """

    what: str
    fix: str = ""
    severity: Severity = Severity.ERROR
    sheet: str = ""
    cell: str = ""
    project_code: str = ""
    milestone_code: str = ""

    def __str__(self) -> str:
        """One line: sheet, cell, what, how to fix."""
        place = ", ".join(part for part in (self.sheet, self.cell) if part)
        return " ".join(part for part in (f"{place}:" if place else "", self.what, self.fix) if part)


class ProblemsError(PpMonitorError):
    """Input refused whole because of one or more problems, all of them listed."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class NotFoundError(PpMonitorError):
    """What was asked for does not exist, or not for this reader."""


class ForbiddenError(PpMonitorError):
    """This person may not do this."""


class ConflictError(PpMonitorError):
    """What was to be written is already there, or has changed since it was read."""
