"""What a person may ask of the list of alerts and of the agenda, in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pp_monitor.domain.errors import Problem


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The codes chosen, by the word of the address; ``problems`` tell what was not understood and left out."""

    chosen: Mapping[str, str]
    problems: tuple[Problem, ...]

    @property
    def args(self) -> dict[str, Any]:
        """The same in an address."""
        return {word: code for word, code in self.chosen.items() if code}


def read_narrowing(args: Mapping[str, str], choices: Mapping[str, Mapping[str, str]]) -> Narrowing:
    """Read the address; ``choices`` are the codes of each filter with their words."""
    chosen: dict[str, str] = {}
    problems: list[Problem] = []
    for word, known in choices.items():
        code = args.get(word, "")
        if code and code not in known:
            problems.append(Problem(f"El filtro «{word}» no tiene la opción «{code[:40]}».", "No se tuvo en cuenta."))
            code = ""
        chosen[word] = code
    return Narrowing(chosen, tuple(problems))
