"""What the story of a project is made of: one entry for each thing recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select

from pp_monitor.domain.alert_rule import AlertLevel
from pp_monitor.extensions import db
from pp_monitor.models.account import User
from pp_monitor.services.evidence import Proof


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act came from: the change, the request or the case (ids, 0 for none) and ``proof``, what backs it.

    ``is_contracting`` is an act on a contract or a process.
    """

    proof: Proof | None = None
    change_id: int = 0
    request_id: int = 0
    case_id: int = 0
    is_contracting: bool = False
    author: str = ""


NOWHERE = Origin()


class StoryKind(StrEnum):
    """What an entry of the story tells."""

    ENTERED = "entered"
    BASELINE = "baseline"
    ACTUAL = "actual"
    FORECAST = "forecast"
    STATE = "state"
    ALLOCATION = "allocation"
    ORGANISM = "organism"
    ALERT = "alert"
    CONTRACT_ADDED = "contract_added"
    CONTRACT_LINKED = "contract_linked"
    CONTRACT_LEFT = "contract_left"
    GUARANTEES = "guarantees"
    PROCESS_ADDED = "process_added"
    ATTEMPT_VOID = "attempt_void"
    PROCESS_ACT = "process_act"
    CORRECTION = "correction"
    WAITING = "waiting"
    WAITING_ENDED = "waiting_ended"


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One thing recorded: ``happened_on`` is the day it tells of, ``recorded_at`` (UTC) when it came in.

    ``code`` is its own code within the kind (fact status, baseline kind, state, alert change, organism);
    ``milestone_code`` the milestone, ``day`` the date that a fact gives, ``number`` a baseline's number,
    an amount (COP) or working days, ``level`` and ``rule`` those of an alert, ``role`` who it is escalated to and
    ``owner`` who has it; ``subject`` the number of the contract or process, ``other`` what it was before, or the
    process that it waits for. ``note`` is what a person wrote, ``origin`` where the act came from, ``is_by_planning`` a
    date that Planning recorded.
    """

    kind: StoryKind
    happened_on: date
    recorded_at: datetime
    code: str = ""
    milestone_code: str = ""
    day: date | None = None
    number: int = 0
    level: AlertLevel | None = None
    rule: str = ""
    role: str = ""
    owner: str = ""
    subject: str = ""
    other: str = ""
    note: str = ""
    act: str = ""
    author: str = ""
    origin: Origin = NOWHERE
    is_by_planning: bool = False


def authored(query: Select[Any], author_id: Any) -> Iterable[Any]:
    """Rows of ``query`` with the name of their author as ``author``."""
    return db.session.execute(query.add_columns(User.label.label("author")).outerjoin(User, User.id == author_id))
