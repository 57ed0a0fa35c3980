"""One cell of a plan as a person types it: a day, *No aplica*, nothing, or what cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pp_monitor.domain.plan import PlanLine
from pp_monitor.intake.parsing import parse_date
from pp_monitor.intake.text import Refusal, normalise, plain

NOT_APPLICABLE = "No aplica"
LONGEST_TYPED = 60
_NOT_APPLICABLE_WORDS = frozenset({"no aplica", "noaplica", "na", "n a"})


@dataclass(frozen=True, slots=True)
class CellReading:
    """What a cell says; ``refusal`` tells why it cannot be read."""

    line: PlanLine
    refusal: Refusal | None = None


@lru_cache(maxsize=8192)
def read_cell(typed: str, year: int) -> CellReading:
    """Read a cell; a day without year is one of the vigencia ``year``."""
    text = plain(typed)
    if not text:
        return CellReading(PlanLine())
    if normalise(text) in _NOT_APPLICABLE_WORDS and not text.startswith("#"):
        return CellReading(PlanLine(not_applicable=True))
    day = parse_date(text, year=year)
    return CellReading(PlanLine(day)) if isinstance(day, date) else CellReading(PlanLine(), day)


def shown_text(typed: str, reading: CellReading) -> str:
    """The cell as the grid shows it: a day as ``18/04/22``, what cannot be read as it was typed."""
    if reading.line.not_applicable:
        return NOT_APPLICABLE
    return f"{reading.line.planned:%d/%m/%y}" if reading.line.planned else typed
