"""What a person may ask of the list of projects, in its address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from pp_monitor.domain.errors import Problem
from pp_monitor.domain.listing import ProjectFilter, ProjectOrder
from pp_monitor.reports.project_list import CHOICES, USUAL

# Words of the address; the worst first needs no direction.
ORDERS = {
    "peor": ProjectOrder.WORST,
    "codigo": ProjectOrder.CODE,
    "nombre": ProjectOrder.NAME,
    "valor": ProjectOrder.VALUE,
    "desviacion": ProjectOrder.DEVIATION,
    "retraso": ProjectOrder.DELAY,
    "fin": ProjectOrder.FINISH,
    "semaforo": ProjectOrder.LIGHT,
    "fase": ProjectOrder.PHASE,
    "avance": ProjectOrder.PROGRESS,
    "proximo": ProjectOrder.NEXT,
    "riesgo": ProjectOrder.RISK,
}
# Rows of a page, the usual ones first.
PAGE_SIZES = (25, 50, 100)
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
    columns: tuple[str, ...]
    size: int
    page: int
    problems: tuple[Problem, ...]

    @property
    def args(self) -> dict[str, Any]:
        """The same list in an address, without its page."""
        found = project_args(self.chosen)
        if self.order is not ProjectOrder.WORST:
            found |= {"orden": self.order_word} | ({"sentido": "desc"} if self.is_descending else {})
        if self.columns != USUAL:
            found["columnas"] = ",".join(self.columns)
        if self.size != PAGE_SIZES[0]:
            found["filas"] = self.size
        return found

    @property
    def is_narrowed(self) -> bool:
        """Whether some projects may be left out."""
        return self.chosen != ProjectFilter()

    def without(self, *words: str) -> dict[str, Any]:
        """The same without these words of the address."""
        return {word: value for word, value in self.args.items() if word not in words}

    def sorted_args(self, word: str, *, is_descending_first: bool) -> dict[str, Any]:
        """The same list in another order; asked twice, in the opposite direction."""
        is_same = word == self.order_word
        is_descending = not self.is_descending if is_same else is_descending_first
        return self.without("orden", "sentido") | {"orden": word} | ({"sentido": "desc"} if is_descending else {})


def project_args(chosen: ProjectFilter) -> dict[str, Any]:
    """The filters of a list as its address writes them."""
    found: dict[str, Any] = {"q": chosen.text} if chosen.text else {}
    return found | {word: value for word, name in _SIDES if (value := getattr(chosen, name))}


def read_project_query(args: MultiDict[str, str], choices: Mapping[str, Mapping[str, str]]) -> ProjectQuery:
    """Read the address; ``choices`` are the codes of each filter (``organismo``, ``semaforo`` …) with their words."""
    problems: list[Problem] = []
    sides = {name: _code(word, args, choices[word], problems) for word, name in _SIDES}
    word = args.get("orden", "")
    if word not in ORDERS:
        if word:
            problems.append(unknown("El orden", word))
        word = "peor"
    text = args.get("q", "").strip()[:_LONGEST_SEARCH]
    return ProjectQuery(
        chosen=ProjectFilter(text=text, **sides),
        order=ORDERS[word],
        order_word=word,
        is_descending=args.get("sentido") == "desc",
        size=_size(args, problems),
        columns=read_columns(args, [choice.word for choice in CHOICES], USUAL, problems),
        page=read_page(args, problems),
        problems=tuple(problems),
    )


def _code(word: str, args: Mapping[str, str], known: Mapping[str, str], problems: list[Problem]) -> str:
    value = args.get(word, "")
    if value and value not in known:
        problems.append(unknown(f"El filtro «{word}»", value))
        return ""
    return value


def _size(args: Mapping[str, str], problems: list[Problem]) -> int:
    """How many rows a page has."""
    known = {str(size): size for size in PAGE_SIZES}
    return known.get(_code("filas", args, dict.fromkeys(known, ""), problems), PAGE_SIZES[0])


def read_columns(
    args: MultiDict[str, str], known: Sequence[str], usual: tuple[str, ...], problems: list[Problem]
) -> tuple[str, ...]:
    """The columns asked for, one by one or with commas, in the order of ``known``; the usual ones for none."""
    words = [word for value in args.getlist("columnas") for word in value.split(",") if word]
    problems += [unknown("La lista de columnas", word) for word in dict.fromkeys(words) if word not in known]
    return tuple(word for word in known if word in words) or usual


def unknown(what: str, value: str) -> Problem:
    """The problem of a word of an address that is none of its options."""
    return Problem(f"{what} no tiene la opción «{value[:40]}».", "No se tuvo en cuenta.")


def read_page(args: Mapping[str, str], problems: list[Problem]) -> int:
    """The page asked for; what is no number gives the first, with its problem."""
    text = args.get("pagina", "1")
    if text.isascii() and text.isdigit() and len(text) <= 6:
        return int(text)
    problems.append(Problem(f"La página «{text[:40]}» no existe.", "Se muestra la primera."))
    return 1
