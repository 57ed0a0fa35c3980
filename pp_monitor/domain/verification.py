"""Who judges a reported date, and what a judgement may make of it (rules 9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from pp_monitor.domain.account import Grant, Role
from pp_monitor.domain.progress import FactStatus


class Reporter(StrEnum):
    """Who reports actual dates in a vigencia; the other side verifies them."""

    ORGANISM = "organism"
    PLANNING = "planning"


class Verdict(StrEnum):
    """What is said of a reported date."""

    VERIFY = "verify"
    RETURN = "return"


# Where a date stands before and after it is judged; what is not here is refused.
TRANSITIONS: Mapping[tuple[FactStatus, Verdict], FactStatus] = {
    (FactStatus.REPORTED, Verdict.VERIFY): FactStatus.VERIFIED,
    (FactStatus.REPORTED, Verdict.RETURN): FactStatus.RETURNED,
    (FactStatus.VERIFIED, Verdict.RETURN): FactStatus.RETURNED,
}
VERIFIERS: Mapping[Reporter, Role] = {Reporter.ORGANISM: Role.PLANEACION, Reporter.PLANNING: Role.ENLACE}


def may_judge(grants: Iterable[Grant], reporter: Reporter, organism_id: int) -> bool:
    """Whether somebody verifies and returns the dates of an organism.

    Planning does so where organisms report, the organism's own enlace where Planning does.

    >>> from datetime import date
    >>> ours = [Grant(Role.ENLACE, date(2022, 1, 1), organism_id=4)]
    >>> [may_judge(ours, reporter, 4) for reporter in Reporter], may_judge(ours, Reporter.PLANNING, 5)
    ([False, True], False)
    """
    role = VERIFIERS[reporter]
    return any(grant.role is role and grant.organism_id in (None, organism_id) for grant in grants)


def judged(status: FactStatus, verdict: Verdict) -> FactStatus | None:
    """Where a date stands once it is judged; none where its status refuses the verdict."""
    return TRANSITIONS.get((status, verdict))
