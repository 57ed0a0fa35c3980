"""The details of an audit event as a person reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pp_monitor.formatters import NO_VALUE, date_short, integer, plural
from pp_monitor.labels_audit import AUDIT_DETAIL, AUDIT_OBJECT, AUDIT_VALUE

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONEY = "amount_cop"
_LONGEST_LINE = 12


@dataclass(frozen=True, slots=True)
class TrailDetail:
    """One detail of an event: its name and its value; ``items`` are the lines of a long one, to fold."""

    name: str
    text: str
    items: tuple[str, ...] = ()


def details(recorded: Mapping[str, Any]) -> list[TrailDetail]:
    """Every detail in the order in which it was recorded; lists of changes line by line."""
    return [_detail(name, value) for name, value in recorded.items()]


def object_words(kind: str, code: str) -> str:
    """What an event speaks of: ``Corte 16/09/2022``."""
    return f"{AUDIT_OBJECT.get(kind, kind)} {_word(kind, code)}"


def _detail(name: str, value: Any) -> TrailDetail:
    label = AUDIT_DETAIL.get(name, name)
    items = _items(name, value)
    if not items:
        return TrailDetail(label, _text(name, value))
    return TrailDetail(label, plural(len(items), "renglón", "renglones"), items)


def _items(name: str, value: Any) -> tuple[str, ...]:
    """The lines of a value that is too long for one."""
    if isinstance(value, Mapping) and any(isinstance(one, Mapping) for one in value.values()):
        return tuple(f"{key}: {_text(name, one)}" for key, one in value.items())
    if not isinstance(value, Sequence) or isinstance(value, str):
        return ()
    is_long = len(value) > _LONGEST_LINE or any(isinstance(one, Mapping) for one in value)
    return tuple(_text(name, one) for one in value) if is_long else ()


def _text(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return " · ".join(f"{AUDIT_DETAIL.get(key, key)}: {_text(key, one)}" for key, one in value.items()) or (
            NO_VALUE
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_text(name, one) for one in value) or NO_VALUE
    return _word(name, value)


def _word(name: str, value: Any) -> str:
    if value is None or value == "":
        return NO_VALUE
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, int):
        return f"${integer(value)}" if name == _MONEY else integer(value)
    text = str(value)
    if _DAY.fullmatch(text):
        return date_short(date.fromisoformat(text))
    return AUDIT_VALUE.get(name, {}).get(text, text)
