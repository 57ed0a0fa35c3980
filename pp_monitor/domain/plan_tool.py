"""What a person asks of a whole row at once: dates generated, copied or shifted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Tool(StrEnum):
    """What fills several cells at once; the value stands in the address."""

    GENERATE = "generar"
    COPY = "copiar"
    SHIFT = "correr"


class Scope(StrEnum):
    """Which rows a tool is for: the ones chosen, every empty one, or every empty one like the source."""

    CHOSEN = "elegidas"
    EMPTY = "vacias"
    SIMILAR = "similares"


@dataclass(frozen=True, slots=True)
class ToolOrder:
    """What was typed in the panel of a tool, as typed; ``chosen`` and ``source`` are project codes.

    Only with ``replaces`` does a tool write over dates.
    """

    tool: Tool
    chosen: frozenset[str] = frozenset()
    scope: Scope = Scope.CHOSEN
    modality: str = ""
    start: str = ""
    execution: str = ""
    source: str = ""
    workdays: str = ""
    replaces: bool = False
