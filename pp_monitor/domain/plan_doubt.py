"""Equal doubts of the plans of an organism, and the one reason given for them."""

from __future__ import annotations

from dataclasses import dataclass

from pp_monitor.domain.errors import Problem
from pp_monitor.domain.plan_rule import Backing
from pp_monitor.domain.plan_warning import PlanDoubt


@dataclass(frozen=True, slots=True)
class Justification:
    """Why a group of doubts is sent as it is; ``backing`` and ``document`` only for completions after the year."""

    reason: str
    backing: Backing | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class DoubtGroup:
    """Equal doubts of several projects, each with its sentence, and the reason given for them, if any.

    ``title`` says what they have in common, and is no other group's; ``is_going`` whether one of those projects could
    be sent now.
    """

    key: str
    doubt: PlanDoubt
    problems: tuple[Problem, ...]
    needs_reason: bool
    justification: Justification | None = None
    title: str = ""
    is_going: bool = True

    @property
    def asks_backing(self) -> bool:
        """Whether it must be said with what it is paid."""
        return self.doubt is PlanDoubt.COMPLETION_AFTER_YEAR

    @property
    def is_open(self) -> bool:
        """Whether a reason is still missing for something that could be sent."""
        return self.is_going and self.needs_reason and self.justification is None
