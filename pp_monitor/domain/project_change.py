"""Changes of a project that an act orders, and what each of them alters."""

from __future__ import annotations

from enum import StrEnum


class ChangeKind(StrEnum):
    """What was changed."""

    ADDED = "added"
    NAME = "name"
    ALLOCATION = "allocation"
    TERRITORY = "territory"
    BPIN = "bpin"
    TRANSFER = "transfer"
    WITHDRAWAL = "withdrawal"
    RETURN = "return"
    SUSPENSION = "suspension"
    RESTART = "restart"
