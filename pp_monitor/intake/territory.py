"""Recognising comunas and corregimientos in the many ways in which files write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pp_monitor.intake.text import Refusal, nearest, normalise, plain, shown

CITY_WIDE = "00"
UNIDENTIFIED = "99"
_KIND = re.compile(r"^(?:comuna|corregimiento)s?(?: (?:de|del))? ")
_NUMBER_SIGN = re.compile(r"^(?:no|nro|num|numero|n) (?=[0-9])")
_NUMBERED = re.compile(r"0*([0-9]{1,2})(?: (.+))?")
_ARTICLES = frozenset({"el", "la", "los", "las"})
_CITY_NAMES = ("Santiago de Cali", "Distrito de Santiago de Cali", "Cali", "Toda la ciudad", "Ciudad", "Distrital")
_UNIDENTIFIED_NAMES = ("Sin territorio identificado", "Sin territorio")


@dataclass(frozen=True, slots=True)
class TerritoryName:
    """One territory by its code (``01`` … ``22``, ``51`` … ``65``), its name and other ways of writing it."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()


class TerritoryIndex:
    """Finds the code of a territory from what a file says, without accents, articles, spaces or case."""

    def __init__(self, territories: Sequence[TerritoryName]) -> None:
        self._codes = {int(one.code): one.code for one in territories if one.code.isdigit()}
        self._names = dict.fromkeys(map(_key, _CITY_NAMES), CITY_WIDE)
        self._names |= dict.fromkeys(map(_key, _UNIDENTIFIED_NAMES), UNIDENTIFIED)
        self._names |= {_key(name): one.code for one in territories for name in (one.name, *one.aliases)}
        self._shown = [one.name for one in territories]

    def find(self, value: object) -> str | Refusal:
        """The territory's code; ``00`` for the whole city, ``99`` for an empty cell.

        A code and a name that disagree are refused, and so is a territory that is not in the list:
        «99» alone is the code of those without one, «Comuna 99» a comuna that does not exist.
        """
        text = normalise(plain(int(value) if isinstance(value, float) and value.is_integer() else value))
        if not text:
            return UNIDENTIFIED
        by_name = self._names.get(_key(text))
        if by_name is not None:
            return by_name
        match = _NUMBERED.fullmatch(_bare(text))
        if match is None:
            return self._unknown(value)
        code = self._code(int(match[1]))
        if code in (CITY_WIDE, UNIDENTIFIED) and _KIND.match(text):
            return self._unknown(value)
        named = self._names.get(_key(match[2])) if match[2] else code
        if code is None or named is None:
            return self._unknown(value)
        if named != code:
            return Refusal(f"«{shown(value)}» nombra dos territorios.", "Deje solo uno, o una fila para cada uno.")
        return code

    def _code(self, number: int) -> str | None:
        known = {int(CITY_WIDE): CITY_WIDE, int(UNIDENTIFIED): UNIDENTIFIED}
        return self._codes.get(number) or known.get(number)

    def _unknown(self, value: object) -> Refusal:
        near = nearest(normalise(plain(value)), [normalise(name) for name in self._shown])
        name = next((shown_name for shown_name in self._shown if normalise(shown_name) == near), "")
        hint = f" ¿Quiso decir «{name}»?" if name else ""
        fix = f"Escriba la comuna (Comuna 1) o el corregimiento por su nombre.{hint}"
        return Refusal(f"«{shown(value)}» no es un territorio conocido.", fix)


def _bare(text: str) -> str:
    return _NUMBER_SIGN.sub("", _KIND.sub("", text))


def _key(name: str) -> str:
    """Words without articles, joined, as «Villa Carmelo» is «Villacarmelo»; numbers are never joined."""
    words = [word for word in _bare(normalise(name)).split() if word not in _ARTICLES]
    if any(word.isdigit() for word in words):
        return " ".join(word.lstrip("0") if word.isdigit() else word for word in words)
    return "".join(words)
