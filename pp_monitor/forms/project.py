"""What a person may ask of the list of projects, in its address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pp_monitor.domain.errors import Problem
from pp_monitor.domain.listing import ProjectFilter, ProjectOrder

# Words of the address; the worst first needs no direction.
ORDERS = {
    "peor": ProjectOrder.WORST,
    "codigo": ProjectOrder.CODE,
    "nombre": ProjectOrder.NAME,
    "valor": ProjectOrder.VALUE,
    "desviacion": ProjectOrder.DEVIATION,
    "retraso": ProjectOrder.DELAY,
    "fin": ProjectOrder.FINISH,
}
# An address of the SECOP II fits.
_LONGEST_SEARCH = 250
_SIDES = (
    ("organismo", "organism"),
    ("semaforo", "light"),
    ("fase", "phase"),
    ("territorio", "territory"),
    ("modalidad", "modality"),
)


@dataclass(frozen=True, slots=True)
class ProjectQuery:
    """A list of projects as its address asks for it; ``problems`` tell what was not understood and left out."""

    chosen: ProjectFilter
    order: ProjectOrder
    order_word: str
    is_descending: bool
    page: int
    problems: tuple[Problem, ...]

    @property
    def args(self) -> dict[str, Any]:
        """The same list in an address, without its page."""
        found = project_args(self.chosen)
        if self.order is not ProjectOrder.WORST:
            found |= {"orden": self.order_word} | ({"sentido": "desc"} if self.is_descending else {})
        return found

    def sorted_args(self, word: str, *, is_descending_first: bool) -> dict[str, Any]:
        """The same list in another order; asked twice, in the opposite direction."""
        is_same = word == self.order_word
        is_descending = not self.is_descending if is_same else is_descending_first
        kept = {name: value for name, value in self.args.items() if name not in ("orden", "sentido")}
        return kept | {"orden": word} | ({"sentido": "desc"} if is_descending else {})


def project_args(chosen: ProjectFilter) -> dict[str, Any]:
    """The filters of a list as its address writes them."""
    found: dict[str, Any] = {"q": chosen.text} if chosen.text else {}
    return found | {word: value for word, name in _SIDES if (value := getattr(chosen, name))}


def read_project_query(args: Mapping[str, str], choices: Mapping[str, Mapping[str, str]]) -> ProjectQuery:
    """Read the address; ``choices`` are the codes of each filter (``organismo``, ``semaforo`` …) with their words."""
    problems: list[Problem] = []
    sides = {name: _code(word, args, choices[word], problems) for word, name in _SIDES}
    word = args.get("orden", "")
    if word not in ORDERS:
        if word:
            problems.append(_unknown("El orden", word))
        word = "peor"
    text = args.get("q", "").strip()[:_LONGEST_SEARCH]
    return ProjectQuery(
        chosen=ProjectFilter(text=text, **sides),
        order=ORDERS[word],
        order_word=word,
        is_descending=args.get("sentido") == "desc",
        page=read_page(args, problems),
        problems=tuple(problems),
    )


def _code(word: str, args: Mapping[str, str], known: Mapping[str, str], problems: list[Problem]) -> str:
    value = args.get(word, "")
    if value and value not in known:
        problems.append(_unknown(f"El filtro «{word}»", value))
        return ""
    return value


def _unknown(what: str, value: str) -> Problem:
    return Problem(f"{what} no tiene la opción «{value[:40]}».", "No se tuvo en cuenta.")


def read_page(args: Mapping[str, str], problems: list[Problem]) -> int:
    """The page asked for; what is no number gives the first, with its problem."""
    text = args.get("pagina", "1")
    if text.isascii() and text.isdigit() and len(text) <= 6:
        return int(text)
    problems.append(Problem(f"La página «{text[:40]}» no existe.", "Se muestra la primera."))
    return 1
