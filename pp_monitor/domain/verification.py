"""Who reports, and what a judgement may make of a reported date (rules 9)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

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


def judged(status: FactStatus, verdict: Verdict) -> FactStatus | None:
    """Where a date stands once it is judged; none where its status refuses the verdict."""
    return TRANSITIONS.get((status, verdict))
