"""What a person typed, made comparable: names, headers, codes, cell references."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pp_monitor.domain.errors import Problem, Severity

SHOWN_LENGTH = 40
_LONGEST_NUMBER = 10**20
_PROJECT_CODE = re.compile(r"BP[ -]*2[ -]*6((?:[ -]*[0-9]){6})(?:[ -]+([0-9]{2}))?")
_BASE_CODE_LENGTH = len("BP26000000")
_FIRST_SUFFIX = 2
_LETTERS = 26
_YES = frozenset({"si", "s", "x", "1", "true", "verdadero"})
_NO = frozenset({"no", "n", "0", "false", "falso", ""})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a value cannot be read, and how to write it; both whole Spanish sentences."""

    what: str
    fix: str

    def at(self, sheet: str, cell: str, *, project_code: str = "", milestone_code: str = "") -> Problem:
        """The same refusal as an error at its place in a file."""
        return Problem(
            self.what,
            self.fix,
            Severity.ERROR,
            sheet=sheet,
            cell=cell,
            project_code=project_code,
            milestone_code=milestone_code,
        )


@dataclass(frozen=True, slots=True)
class Formula:
    """A spreadsheet formula met where a value was expected; ``text`` begins with ``=``."""

    text: str

    def __str__(self) -> str:
        """The formula as Excel shows it."""
        return self.text


def plain(value: object) -> str:
    """Text without control or invisible characters, outer spaces and doubled spaces; none gives ``""``.

    >>> plain("  Dotación\\u00a0 de\\u200b  sedes ")
    'Dotación de sedes'
    """
    if value is None:
        return ""
    text = str(value)
    if not text.isascii():
        text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def shown(value: object) -> str:
    """A value as it is quoted in a message: plain and at most 40 characters."""
    text = plain(value)
    return text if len(text) <= SHOWN_LENGTH else text[: SHOWN_LENGTH - 1] + "…"


def shown_number(number: int) -> str:
    """A whole number as it is quoted in a message; one of many digits is only named so."""
    return str(number) if abs(number) < _LONGEST_NUMBER else "un número muy largo"


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """Lower-case letters and digits separated by single spaces; accents and signs are dropped.

    >>> normalise("  PPTO. Modificado_2025 ")
    'ppto modificado 2025'
    >>> normalise("Pichindé") == normalise("PICHINDE")
    True
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    kept = (char for char in decomposed if not unicodedata.combining(char))
    return " ".join("".join(char if char.isalnum() else " " for char in kept).split())


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return value is None or (isinstance(value, str) and not plain(value))


def column_letters(index: int) -> str:
    """The letters Excel gives to the column at ``index``, counted from 0.

    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(701), column_letters(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def normalise_project_code(value: object) -> str | Refusal:
    """A project code as it is stored: ``BP26nnnnnn`` with an optional ``-02``, ``-03`` ….

    Hyphens and spaces are accepted wherever they are, and any case.

    >>> normalise_project_code("bp-26 004119")
    'BP26004119'
    >>> normalise_project_code("BP26004119 - 02")
    'BP26004119-02'
    """
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", plain(value)).upper()
    match = _PROJECT_CODE.fullmatch(text)
    suffix = match and match[2]
    if match is None or (suffix and int(suffix) < _FIRST_SUFFIX):
        what = f"«{shown(value)}» no es un código de proyecto." if text else "Falta el código del proyecto."
        return Refusal(what, "Escriba BP26 y seis cifras, por ejemplo BP26004119.")
    code = f"BP26{re.sub('[ -]', '', match[1])}"
    return f"{code}-{suffix}" if suffix else code


def base_code(project_code: str) -> str:
    """The BP of a stored project code, without the suffix of its territory.

    >>> base_code("BP26004119-02")
    'BP26004119'
    """
    return project_code[:_BASE_CODE_LENGTH]


def parse_yes(value: object) -> bool | Refusal:
    """Whether a cell says yes; an empty one says no."""
    if isinstance(value, bool):
        return value
    word = normalise(plain(value))
    if word in _YES:
        return True
    if word in _NO:
        return False
    return Refusal(f"«{shown(value)}» no es SI ni NO.", "Escriba SI, o deje la celda vacía.")


def nearest(text: str, candidates: Iterable[str]) -> str:
    """The candidate most like ``text``, or ``""`` when none is near."""
    found = difflib.get_close_matches(text, list(candidates), n=1, cutoff=0.75)
    return found[0] if found else ""


def match_word(value: object, words: Mapping[str, str]) -> str:
    """The code of ``words`` (code to name) that ``value`` is, begins with or names; ``""`` when none.

    >>> match_word("lp – Licitación pública", {"LP": "Licitación pública"})
    'LP'
    """
    key = normalise(plain(value))
    first = key.split(" ", 1)[0]
    for code, name in words.items():
        if key in (normalise(code), normalise(name)):
            return code
    return next((code for code in words if normalise(code) == first), "")
