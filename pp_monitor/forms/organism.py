"""What a person may ask of the list of organisms, in its address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from pp_monitor.domain.errors import Problem
from pp_monitor.forms.project import read_columns, unknown
from pp_monitor.reports.organism_list import CHOICES, USUAL

# The worst first needs no direction.
WORST, NAME = "peor", "nombre"


@dataclass(frozen=True, slots=True)
class OrganismQuery:
    """A list of organisms as its address asks for it; ``order_word`` is ``peor``, ``nombre`` or the word of a choice.

    ``problems`` tell what was not understood and left out.
    """

    order_word: str
    is_descending: bool
    columns: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def args(self) -> dict[str, Any]:
        """The same list in an address."""
        return self.order_args | ({"columnas": ",".join(self.columns)} if self.columns != USUAL else {})

    @property
    def order_args(self) -> dict[str, Any]:
        """Its order alone in an address."""
        if self.order_word == WORST:
            return {}
        return {"orden": self.order_word} | ({"sentido": "desc"} if self.is_descending else {})

    def sorted_args(self, word: str, *, is_descending_first: bool) -> dict[str, Any]:
        """The same list in another order; asked twice, in the opposite direction."""
        is_descending = not self.is_descending if word == self.order_word else is_descending_first
        kept = {name: value for name, value in self.args.items() if name == "columnas"}
        return {"orden": word} | ({"sentido": "desc"} if is_descending else {}) | kept


def read_organism_query(args: MultiDict[str, str]) -> OrganismQuery:
    """Read the address."""
    problems: list[Problem] = []
    words = [choice.word for choice in CHOICES]
    order = args.get("orden", WORST)
    if order not in (WORST, NAME, *words):
        problems.append(unknown("El orden", order))
        order = WORST
    columns = read_columns(args, words, USUAL, problems)
    return OrganismQuery(order, args.get("sentido") == "desc", columns, tuple(problems))
