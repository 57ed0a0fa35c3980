"""Why a milestone is late, on whom it depends and what its organism answers: an append-only stream (rules 9)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

LONGEST_REPLY = 280
LONGEST_CAUSE_TEXT = 300
LONGEST_ACTION = 500
LONGEST_RESPONSIBLE = 200


class DelayCause(StrEnum):
    """Why a milestone is late, of a closed list."""

    INCOMPLETE_STUDIES = "incomplete_studies"
    CDP_OR_RP = "cdp_or_rp"
    LEGAL_REVIEW = "legal_review"
    VOID_PROCESS = "void_process"
    ELECTORAL_LAW = "electoral_law"
    COMMUNITY = "community"
    LAND_OR_PERMITS = "land_or_permits"
    FORCE_MAJEURE = "force_majeure"
    CONTRACTOR = "contractor"
    BUDGET = "budget"
    SCOPE_CHANGE = "scope_change"
    PEOPLE_CHANGE = "people_change"
    OTHER = "other"


class DependsOn(StrEnum):
    """Who has to act so that a late milestone is met."""

    ORGANISM = "organism"
    CONTRACTING = "contracting"
    TREASURY = "treasury"
    COMMUNITY = "community"
    THIRD_PARTY = "third_party"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an organism says of a late milestone; ``reply`` of at most 280 characters stands beside the light.

    ``reported_on`` is the day it was told; ``recorded_at`` (UTC) is what ``K`` sees. Empty texts say nothing.
    """

    id: int
    milestone_code: str
    cause: DelayCause
    recorded_at: datetime
    reported_on: date
    cause_text: str = ""
    depends_on: DependsOn | None = None
    action: str = ""
    responsible: str = ""
    commitment_on: date | None = None
    reply: str = ""


def explanations_as_at(rows: Iterable[Explanation], known_at: datetime) -> dict[str, Explanation]:
    """The newest explanation of each milestone recorded by ``known_at``, by milestone code."""
    known = sorted((row for row in rows if row.recorded_at <= known_at), key=lambda row: (row.recorded_at, row.id))
    return {row.milestone_code: row for row in known}
